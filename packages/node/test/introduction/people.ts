import { randomBytes } from 'node:crypto'
import { testnet } from '../../../../test/support/testnet.ts'
import { issueCertificate, issueCredential, ROLE_PRIMARY } from '../../src/identity/certificate.ts'
import { publicKeyOf } from '../../src/identity/ed25519.ts'
import { createInboxServer, createIntroduction } from '../../src/introduction/index.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import type { TestPeer, Testnet } from '../../../../test/support/testnet.ts'
import type { Clock, OwnDevice } from '../../src/components.ts'
import type { InboxServer, InboxServerInit, IncomingRequest, Introduction, OutgoingRequest } from '../../src/introduction/index.ts'
import type { Network } from '../../src/network/index.ts'
import type { Store } from '../../src/store/index.ts'

export const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length))

/** Work that takes no time. */
export const easy = { workBits: 4 }

/** A certified device of a new identity, or of `identitySeed`. */
export async function ownDevice (name: string, peerSeed = random(32), now = Date.now(), identitySeed = random(32)): Promise<OwnDevice & { identitySeed: Uint8Array }> {
  const leafSeed = random(32)
  const credential = await issueCredential(identitySeed, publicKeyOf(leafSeed), ROLE_PRIMARY)
  const certificate = await issueCertificate(identitySeed, credential, publicKeyOf(peerSeed), 1, now)
  return { identity: publicKeyOf(identitySeed), device: random(16), leafSeed, peerSeed, credential, certificate, identitySeed, recoveryHash: random(32), name }
}

/** A request as a person would send it; `reply` and key packages are bytes to this part. */
export function requestOf (own: OwnDevice, recipient: Uint8Array, change: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { recipient, name: own.name, note: 'we met at the fair', certificate: own.certificate, certificates: [], keyPackages: [random(2651)], reply: random(300), nonce: random(16), ...change }
}

export interface Person {
  own: OwnDevice & { identitySeed: Uint8Array }
  peer: TestPeer
  server: InboxServer
  introduction: Introduction
  received: IncomingRequest[]
  /** Called with each request that was handed on, before it counts as durable. */
  onRequest: (request: IncomingRequest) => Promise<void>
  /** Resolves when that many requests were handed on. */
  receivedAll (count: number): Promise<IncomingRequest[]>
  stop (): Promise<void>
  restart (): Promise<void>
}

export interface Town extends Testnet {
  person (name: string, init?: PersonInit): Promise<Person>
}

export interface PersonInit { server?: InboxServerInit, started?: boolean, wrap?: (network: Network) => Network }

export async function town (clock?: Clock): Promise<Town> {
  const net = await testnet(0, clock === undefined ? {} : { clock })
  const stops: Array<() => Promise<void>> = []

  async function person (name: string, init: PersonInit = {}): Promise<Person> {
    const peer = await net.add()
    const own = await ownDevice(name, peer.peerSeed, peer.clock.now())
    const database = memoryDatabase()
    const dataKey = new Uint8Array(random(32))
    let store: Store = await memoryStore(database, dataKey)
    const waiting = new Set<() => void>()
    const made = {
      own,
      peer,
      received: [] as IncomingRequest[],
      onRequest: async (_: IncomingRequest): Promise<void> => {},
      receivedAll: async (count: number) => {
        while (made.received.length < count) await new Promise<void>(resolve => { waiting.add(resolve) })
        return made.received
      },
      stop: async () => {
        await made.introduction.stop()
        await made.server.stop()
      },
      restart: async () => {
        await made.stop()
        await store.close()
        store = await memoryStore(database, dataKey)
        Object.assign(made, build())
        await start()
      }
    } as Person
    function build (): { server: InboxServer, introduction: Introduction } {
      const network = init.wrap?.(peer.network) ?? peer.network
      const components = { network, clock: peer.clock, logger: peer.logger, store, own }
      const server = createInboxServer(components, { limits: easy, ...init.server })
      return { server, introduction: createIntroduction({ ...components, inboxServer: server }) }
    }
    async function start (): Promise<void> {
      await made.server.start()
      await made.introduction.start(async request => {
        await made.onRequest(request)
        made.received.push(request)
        for (const wake of waiting) wake()
        waiting.clear()
      })
    }
    Object.assign(made, build())
    if (init.started !== false) await start()
    stops.push(async () => {
      await made.stop()
      await store.close()
    })
    return made
  }

  return {
    ...net,
    person,
    stop: async () => {
      for (const stop of stops) await stop()
      await net.stop()
    }
  }
}

/** The NodeError code that a promise rejects with. */
export async function codeOf (promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (error: unknown) => (error as { code?: unknown }).code ?? error)
}
