/** The door of @sotto/node with test actors behind it: profiles are directories with one file, locked by another. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError, UsageError } from '@sotto/node/errors'
import { ALICE, Actor, BOB, DEVICE } from './actor.ts'
import type { ActorInit } from './actor.ts'
import type { Door } from '../../src/world.ts'
import type { NodeInit, SottoNode } from '@sotto/node'

export interface ActorDoor extends Door {
  /** what each node was made with */
  readonly inits: NodeInit[]
  /** the last node made */
  readonly last: Actor | undefined
}

const PHRASE = Array.from({ length: 24 }, (_, at) => `word${at}`).join(' ')

export function actorDoor (behaviour: ActorInit = {}, arrange: (actor: Actor) => void = () => {}): ActorDoor {
  const inits: NodeInit[] = []
  let last: Actor | undefined
  const identity = (profile: string): string => join(profile, 'identity')
  const make = (profile: string, passphrase: string | undefined): void => {
    if (existsSync(identity(profile))) throw new UsageError('IDENTITY_EXISTS', 'This profile has an identity already.')
    mkdirSync(profile, { recursive: true, mode: 0o700 })
    writeFileSync(identity(profile), passphrase ?? '')
  }
  return {
    inits,
    get last () { return last },
    examine: async ({ error }) => [{ code: 'not-started', level: 'problem', finding: error instanceof Error ? error.message : '', advice: 'Examine it.' }],
    async profileExists (profile) { return existsSync(identity(profile)) },
    async initProfile ({ profile, passphrase }) {
      make(profile, passphrase)
      return { id: ALICE, device: DEVICE, phrase: PHRASE, profile, atRest: passphrase === undefined ? 'keyfile' : 'passphrase' }
    },
    async restoreProfile ({ profile, passphrase, phrase }) {
      if (phrase.split(' ').length !== 24) throw new UsageError('BAD_PHRASE', 'This is no recovery phrase.', { hint: 'It has 24 words.' })
      make(profile, passphrase)
      return { id: ALICE, device: DEVICE, phrase, profile, atRest: passphrase === undefined ? 'keyfile' : 'passphrase' }
    },
    async moveProfile ({ profile, passphrase, phrase }) {
      if (phrase.split(' ').length !== 24) throw new UsageError('BAD_PHRASE', 'This is no recovery phrase.', { hint: 'It has 24 words.' })
      make(profile, passphrase)
      return { id: ALICE, device: DEVICE, phrase: PHRASE, profile, atRest: passphrase === undefined ? 'keyfile' : 'passphrase', from: BOB }
    },
    async joinProfile ({ profile, passphrase, code }) {
      if (!code.startsWith('sotto:pair:')) throw new UsageError('BAD_PAIRING_CODE', 'This is no pairing code.', { hint: 'sotto device link' })
      make(profile, passphrase)
      return { id: ALICE, device: DEVICE, name: 'Alice', profile, atRest: passphrase === undefined ? 'keyfile' : 'passphrase' }
    },
    async createNode (init) {
      const { profile } = init
      if (!existsSync(identity(profile))) throw new UsageError('NO_IDENTITY', 'There is no identity in this profile.', { hint: '`sotto init` makes one.' })
      const passphrase = readFileSync(identity(profile), 'utf8')
      if (passphrase !== '' && init.passphrase === undefined) throw new StoreError('PASSPHRASE_REQUIRED', 'This profile needs its passphrase.', { hint: '--passphrase-file F, or SOTTO_PASSPHRASE.' })
      if (passphrase !== '' && init.passphrase !== passphrase) throw new StoreError('WRONG_PASSPHRASE', 'The passphrase is wrong.', { hint: 'Try again.' })
      const lock = join(profile, 'lock')
      if (existsSync(lock)) throw new StoreError('PROFILE_IN_USE', 'Another process uses this profile.')
      writeFileSync(lock, String(process.pid))
      inits.push(init)
      init.onProgress?.('Opening the profile …')
      const actor = new Actor({ ...behaviour, profile, webHost: init.webHost, passphrase: passphrase === '' ? undefined : passphrase })
      arrange(actor)
      last = actor
      const rest: Omit<SottoNode, keyof Actor> = {
        id: ALICE,
        device: DEVICE,
        peerId: '12D3KooWActor',
        warnings: passphrase === '' && init.passphrase !== undefined ? ['the passphrase was not used'] : [],
        addresses: () => ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWActor'],
        callStreams: () => undefined,
        failed: new AbortController().signal,
        metrics: async () => 'sotto_uptime_seconds 1\n',
        async stop () {
          actor.end()
          rmSync(lock, { force: true })
        }
      }
      return Object.assign(actor, rest) as SottoNode
    }
  }
}
