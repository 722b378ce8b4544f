/**
 * The directory's shell: when to publish, whom to look up again, whose record to put again.
 *
 * Invariants: nothing of the messenger waits for it; every timer, listener and lookup ends in `stop()`; what is followed
 * is asked for by schedule, never because a message is sent (DIR-13).
 */
import { TypedEventEmitter } from 'main-event'
import { routingKey } from '@sotto/protocols/directory'
import { toString } from 'uint8arrays/to-string'
import { DIRECTORY_PUBLISH_MS, DIRECTORY_SWEEP_MS, PUBLISH_RETRY_MS, PUBLISH_SETTLE_MS } from '../config.ts'
import { NodeError } from '../errors.ts'
import { Publisher } from './publisher.ts'
import { Resolver } from './resolver.ts'
import { DIRECTORY_SILENT_MS, due } from './schedule.machine.ts'
import { Volunteers } from './volunteers.ts'
import type { Directory, DirectoryEvents, DirectorySources, Found, Published } from './index.ts'
import type { GivenUp } from './publisher.ts'
import type { Followed, Role } from './schedule.machine.ts'
import type { RecordShelf } from './shelf.ts'
import type { Components } from '../components.ts'
import type { Introduction } from '../introduction/index.ts'
import type { PeerPlace } from '../network/index.ts'
import type { Service } from '@sotto/protocols/directory'

export type DirectoryComponents = Pick<Components, 'network' | 'clock' | 'logger' | 'own'> & {
  records: RecordShelf
  introduction: Pick<Introduction, 'inbox' | 'addEventListener' | 'removeEventListener'>
}

export interface DirectoryInit {
  /** the identity came back from its phrase: said in the record */
  lost?: boolean
  /** Unix milliseconds when it did */
  restored?: number
  /** who this was before: the record of that identity is put as well */
  givenUp?: GivenUp
  /** Changes within this time are one, ms. Default PUBLISH_SETTLE_MS. */
  settleMs?: number
}

/** The last half hour of its day is spread, so that a fleet that was started together does not put together, ms. */
const SPREAD_MS = 30 * 60 * 1000

/** A dial must have failed before somebody counts as silent, ms. */
const SILENT_SLACK_MS = 60 * 1000

class DhtDirectory extends TypedEventEmitter<DirectoryEvents> implements Directory {
  readonly #c: DirectoryComponents
  readonly #sources: DirectorySources
  readonly #settleMs: number
  readonly #resolver: Resolver
  readonly #publisher: Publisher
  readonly #givenUp: GivenUp | undefined
  readonly #times = new Map<string, { asked: number, put: number }>()
  readonly #timers = new Map<string, () => void>()
  #running = new AbortController()
  #volunteers: Volunteers
  #work: Promise<unknown> = Promise.resolve()
  #failures = 0
  #peers = 0
  /** Unix milliseconds when this device came to the network that it is in */
  #arrived = 0
  published: Published | undefined
  silentSince: Directory['silentSince'] = () => undefined

  constructor (components: DirectoryComponents, sources: DirectorySources, init: DirectoryInit) {
    super()
    this.#c = { ...components, logger: components.logger.scope('directory') }
    this.#sources = sources
    this.#settleMs = init.settleMs ?? PUBLISH_SETTLE_MS
    this.#resolver = new Resolver(components)
    this.#publisher = new Publisher({ ...components, resolver: this.#resolver, inbox: async () => components.introduction.inbox(), certificates: sources.certificates, revocations: sources.revocations }, { lost: init.lost ?? false, restored: init.restored ?? 0 })
    this.#givenUp = init.givenUp
    components.records.recoveryOf = identity => sources.recoveryOf(identity)
    this.#volunteers = new Volunteers(this.#c, sources, this.#running.signal)
    this.#running.abort() // until it is started
  }

  get mode (): Directory['mode'] {
    return this.#c.network.dht.mode
  }

  async resolve (identity: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<Found | undefined> {
    const { signal } = this.#running
    this.#followed() // somebody may just have been added: what is found of them is kept
    this.#at(identity).asked = this.#c.clock.now()
    const found = await this.#resolver.resolve(identity, options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]))
    if (this.#c.records.isFollowed(identity)) this.safeDispatchEvent('resolve', { detail: { identity, found } })
    return found
  }

  async known (identity: Uint8Array): Promise<Found | undefined> {
    return this.#resolver.known(identity)
  }

  async publish (): Promise<Published> {
    const published = await this.#publisher.publish(this.#running.signal)
    if (this.#givenUp !== undefined) await this.#publisher.publishMove(this.#givenUp, this.#running.signal)
    this.published = published
    this.safeDispatchEvent('published', { detail: published })
    return published
  }

  offer (): void { this.#volunteers.more() }

  async volunteers (service: Service, options: { signal?: AbortSignal } = {}): Promise<PeerPlace[]> {
    return this.#volunteers.find(service, options.signal)
  }

  async start (): Promise<void> {
    const { network, introduction, records } = this.#c
    if (!this.#running.signal.aborted || this.mode === 'off') return
    this.#running = new AbortController()
    this.#volunteers = new Volunteers(this.#c, this.#sources, this.#running.signal)
    introduction.addEventListener('inbox:change', this.#onInbox)
    network.addEventListener('peer:identify', this.#onPeer)
    records.addEventListener('record:change', this.#onRecord)
    network.addEventListener('network:change', this.#onArrival)
    this.#onArrival()
    this.#later('sweep', DIRECTORY_SWEEP_MS, () => { this.#sweepSoon() })
    this.#onPeer()
  }

  async stop (): Promise<void> {
    const { network, introduction, records } = this.#c
    this.#running.abort(new NodeError('NETWORK_STOPPED', 'the directory was stopped'))
    introduction.removeEventListener('inbox:change', this.#onInbox)
    network.removeEventListener('peer:identify', this.#onPeer)
    records.removeEventListener('record:change', this.#onRecord)
    network.removeEventListener('network:change', this.#onArrival)
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    await this.#work
    this.#peers = 0
  }

  readonly #onInbox = (): void => { this.#later('publish', this.#settleMs, () => { this.#publishSoon() }) }

  readonly #onArrival = (): void => {
    this.#arrived = this.#c.clock.now()
    this.#later('silent', DIRECTORY_SILENT_MS + SILENT_SLACK_MS, () => { this.#sweepSoon() })
  }

  readonly #onRecord = ({ detail }: DirectoryEvents['record:change']): void => {
    const { records, logger } = this.#c
    const { identity, bytes } = detail.entry
    this.safeDispatchEvent('record:change', { detail })
    if (records.isFollowed(identity)) return
    // it came by itself, of somebody who was added since: kept whole from now on
    this.#followed()
    if (records.isFollowed(identity)) records.validate(routingKey(identity), bytes).catch((error: unknown) => { logger.error('a record could not be kept', error) })
  }

  /** The routing table is filled a moment after a peer was identified: with the first of it, work begins. */
  readonly #onPeer = (): void => {
    this.#later('peers', this.#settleMs, () => {
      const { peers } = this.#c.network.dht
      const isNews = this.#peers === 0 && peers > 0
      this.#peers = peers
      if (!isNews) return
      this.#volunteers.hurry()
      if (this.published === undefined) this.#publishSoon()
      this.#sweepSoon()
    })
  }

  #publishSoon (): void {
    this.#inTurn(async () => {
      let wait = DIRECTORY_PUBLISH_MS - Math.floor(Math.random() * SPREAD_MS)
      try {
        const { replicas, confirmations } = await this.publish()
        this.#failures = 0
        this.#c.logger('the directory record is kept by %d peers, %d of them asked', replicas, confirmations)
      } catch (error) {
        if (!(error instanceof NodeError)) throw error
        wait = Math.min(PUBLISH_RETRY_MS * 2 ** this.#failures++, DIRECTORY_SWEEP_MS)
        this.#c.logger('the directory record was not put: %s', error.code)
      }
      this.#later('publish', wait, () => { this.#publishSoon() })
    })
  }

  #sweepSoon (): void {
    this.#later('sweep', DIRECTORY_SWEEP_MS, () => { this.#sweepSoon() })
    this.#inTurn(async () => this.#sweep())
  }

  async #sweep (): Promise<void> {
    const { clock, own, records } = this.#c
    const identities = this.#followed()
    await records.followOnly([own.identity, ...[...identities.values()].map(({ identity }) => identity)])
    const table: Followed[] = []
    for (const [id, { identity, role }] of identities) {
      const entry = await records.entry(identity)
      table.push({ id, role, signed: entry?.time ?? 0, expires: entry?.expires ?? 0, ...this.#at(identity), silent: this.silentSince(identity) })
    }
    const { ask } = due(table, clock.now(), this.#arrived)
    for (const id of ask) await this.#eachOf(identities, id, async identity => { await this.resolve(identity) })
    const fresh = await Promise.all(table.map(async one => {
      const identity = identities.get(one.id)?.identity
      const entry = identity === undefined ? undefined : await records.entry(identity)
      return { ...one, signed: entry?.time ?? 0, expires: entry?.expires ?? 0 }
    }))
    for (const id of due(fresh, clock.now()).put) {
      await this.#eachOf(identities, id, async identity => {
        const entry = await records.entry(identity)
        if (entry !== undefined && await this.#publisher.putAgain(entry, this.#running.signal) > 0) this.#at(identity).put = clock.now()
      })
    }
  }

  async #eachOf (identities: ReadonlyMap<string, { identity: Uint8Array }>, id: string, run: (identity: Uint8Array) => Promise<void>): Promise<void> {
    const identity = identities.get(id)?.identity
    if (identity === undefined || this.#running.signal.aborted) return
    try {
      await run(identity)
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      this.#c.logger('a record was not put again: %s', error.code) // its next turn comes
    }
  }

  /** Whom we care for, each once; who is kept here counts as that. */
  #followed (): Map<string, { identity: Uint8Array, role: Role }> {
    const all: Array<{ identity: Uint8Array, role: Role }> = [
      ...this.#sources.contacts().map(identity => ({ identity, role: 'contact' as const })),
      ...this.#sources.kept().map(identity => ({ identity, role: 'kept' as const }))
    ]
    return new Map(all.filter(({ identity }) => this.#c.records.follow(identity)).map(one => [toString(one.identity, 'hex'), one]))
  }

  #at (identity: Uint8Array): { asked: number, put: number } {
    const id = toString(identity, 'hex')
    const known = this.#times.get(id) ?? { asked: this.#c.records.isKept(identity) ? this.#c.records.seen(identity) : 0, put: 0 }
    // bounded like what is followed; a lookup of somebody else is not remembered
    if (this.#c.records.isFollowed(identity)) this.#times.set(id, known)
    return known
  }

  #inTurn (run: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (!this.#running.signal.aborted) await run()
    }).catch((error: unknown) => { this.#c.logger.error('the directory failed at its round', error) })
  }

  #later (name: string, ms: number, run: () => void): void {
    this.#timers.get(name)?.()
    if (this.#running.signal.aborted) return
    this.#timers.set(name, this.#c.clock.after(ms, () => {
      this.#timers.delete(name)
      run()
    }))
  }
}

export function createDirectory (components: DirectoryComponents, sources: DirectorySources, init: DirectoryInit = {}): Directory {
  return new DhtDirectory(components, sources, init)
}
