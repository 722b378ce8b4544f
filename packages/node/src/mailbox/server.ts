/** The mailbox that this node keeps for others: streams, sweeps, grants. Spec: protocols/mailbox/README.md. */
import { MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { GRANT_BYTES, MAILBOX_BYTES, MAILBOX_EXPIRY_SWEEP_MS, MAILBOX_IDLE_MS, MAILBOX_IDLE_SWEEP_MS, MAX_MAILBOX_STREAMS, MAX_MAILBOX_STREAMS_PER_PEER, VOLUNTEER_BYTES } from '../config.ts'
import { LimitError, NodeError, UsageError } from '../errors.ts'
import { GrantBook } from './grant-book.ts'
import { QUEUE_LIMITS } from './mailbox.machine.ts'
import { QueueShelf } from './queue-shelf.ts'
import { MailboxSession } from './server-session.ts'
import type { GrantView, MailboxServer } from './index.ts'
import type { QueueLimits } from './mailbox.machine.ts'
import type { SessionContext } from './server-session.ts'
import type { Components } from '../components.ts'
import type { FrameStream } from '../network/index.ts'

export interface MailboxServerInit {
  /** off: nothing is served. contacts: those with a grant. volunteer: strangers too, within `volunteerBytes` */
  mode: 'off' | 'contacts' | 'volunteer'
  /** bytes for all grants together, default MAILBOX_BYTES */
  bytes?: number
  /** bytes for all guests together, beside `bytes`, default VOLUNTEER_BYTES */
  volunteerBytes?: number
  /** per queue; default: 16 MiB, 16,384 items, 30 days */
  limits?: Partial<QueueLimits>
  /** streams at a time, default MAX_MAILBOX_STREAMS */
  maxStreams?: number
  /** queues under one grant, default MAX_QUEUES_PER_GRANT */
  queuesPerGrant?: number
  /** queues of all guests, default MAX_GUEST_QUEUES */
  guestQueues?: number
}

export type ServerComponents = Pick<Components, 'clock' | 'logger' | 'store' | 'network'>

/** Invariants: a session is in `#sessions` while it counts, its run in `#runs` until it ended; after `stop()` no stream, timer or write is left. */
class LocalMailboxServer implements MailboxServer {
  readonly #components: ServerComponents
  readonly #book: GrantBook
  readonly #shelf: QueueShelf
  readonly #volunteerBytes: number
  #mode: MailboxServerInit['mode']
  #limit: number
  readonly #maxStreams: number
  readonly #limits: QueueLimits
  readonly #sessions = new Set<MailboxSession>()
  readonly #runs = new Set<Promise<void>>()
  #ready: Promise<void> | undefined
  #sweeping: Promise<void> | undefined
  #cancelTimers: Array<() => void> = []
  #stopped = false

  constructor (components: ServerComponents, init: MailboxServerInit) {
    const { mode, bytes = MAILBOX_BYTES, volunteerBytes = VOLUNTEER_BYTES } = init
    const guestBytes = mode === 'volunteer' ? volunteerBytes : 0
    this.#mode = mode
    this.#volunteerBytes = volunteerBytes
    this.#components = { ...components, logger: components.logger.scope('mailbox') }
    this.#limit = mode === 'off' ? 0 : bytes + guestBytes
    this.#maxStreams = init.maxStreams ?? MAX_MAILBOX_STREAMS
    this.#limits = { ...QUEUE_LIMITS, ...init.limits }
    this.#book = new GrantBook(components.store, {
      nodeBytes: this.#limit,
      guestBytes,
      volunteers: mode === 'volunteer',
      ...(init.queuesPerGrant === undefined ? {} : { queuesPerGrant: init.queuesPerGrant }),
      ...(init.guestQueues === undefined ? {} : { guestQueues: init.guestQueues })
    })
    this.#shelf = new QueueShelf(components, this.#book, this.#limits)
  }

  get mode (): MailboxServerInit['mode'] { return this.#mode }

  volunteer (): void {
    if (this.#mode !== 'contacts') return
    this.#mode = 'volunteer'
    this.#limit += this.#volunteerBytes
    this.#book.volunteer(this.#limit, this.#volunteerBytes)
  }

  usage (): { used: number, limit: number, queues: number, items: number } {
    return { used: this.#book.used, limit: this.#limit, ...this.#shelf.counts }
  }

  async grants (): Promise<GrantView[]> {
    await this.#loaded()
    return this.#book.views()
  }

  async grant (identity: Uint8Array, bytes: number = GRANT_BYTES): Promise<Uint8Array> {
    if (this.mode === 'off') throw new UsageError('NOT_RUNNING', 'this node keeps no mailbox', { hint: 'start it with --mailbox contacts' })
    if (identity.byteLength !== 32 || !Number.isSafeInteger(bytes) || bytes <= 0) throw new UsageError('BAD_ARGUMENT', 'a grant needs an identity and a number of bytes')
    await this.#loaded()
    return this.#book.give(identity, bytes)
  }

  async revoke (identity: Uint8Array): Promise<void> {
    await this.#loaded()
    const grant = await this.#book.revoke(identity)
    if (grant === undefined) return
    await Promise.allSettled([...this.#sessions].map(async session => session.withdrawn(grant))) // who is not told now learns it when it comes again
  }

  async isGranted (token: Uint8Array): Promise<boolean> {
    await this.#loaded()
    return this.mode !== 'off' && await this.#book.find(token) !== undefined
  }

  async start (): Promise<void> {
    this.#stopped = false
    this.#loaded().catch(() => {}) // told to those who ask, below
    if (this.mode === 'off') return
    // room above our own limit: we choose who has to go, instead of refusing whoever comes
    const options = { maxStreamsPerPeer: MAX_MAILBOX_STREAMS_PER_PEER, maxStreams: this.#maxStreams + 64 }
    await this.#components.network.handle(MAILBOX_PROTOCOL, stream => this.#serve(stream), options)
    this.#every(MAILBOX_IDLE_SWEEP_MS, () => { this.#closeIdle() })
    this.#every(MAILBOX_EXPIRY_SWEEP_MS, () => { this.#sweep() })
  }

  async stop (): Promise<void> {
    this.#stopped = true
    for (const cancel of this.#cancelTimers) cancel()
    this.#cancelTimers = []
    for (const session of this.#sessions) session.abort(new NodeError('NETWORK_STOPPED', 'the mailbox stops'))
    await Promise.allSettled([...this.#runs, this.#sweeping, this.#ready])
  }

  /** Grants and sums, once. A store that fails is asked again by the next who needs them. */
  #loaded (): Promise<void> {
    this.#ready ??= (async () => {
      await this.#book.load()
      await this.#shelf.load()
    })().catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }

  async #serve (stream: FrameStream): Promise<void> {
    if (this.#stopped) {
      stream.abort(new NodeError('NETWORK_STOPPED', 'the mailbox stops'))
      return
    }
    this.#makeRoom()
    const context: SessionContext = {
      components: this.#components,
      book: this.#book,
      shelf: this.#shelf,
      limits: this.#limits,
      ready: this.#loaded(),
      changed: queue => { for (const session of this.#sessions) session.changed(queue) }
    }
    context.ready.catch(() => {}) // each request awaits it, and is refused
    const session = new MailboxSession(stream, context)
    const run = session.run()
    this.#sessions.add(session)
    this.#runs.add(run)
    try {
      await run
    } finally {
      this.#sessions.delete(session)
      this.#runs.delete(run)
    }
  }

  /** Where all places are taken, whoever proved least and was silent longest goes (MBX-13). */
  #makeRoom (): void {
    if (this.#sessions.size < this.#maxStreams) return
    const rank = (session: MailboxSession): number => (session.subscribes ? 2 : 0) + (session.trusted ? 1 : 0)
    const [idlest] = [...this.#sessions].sort((a, b) => rank(a) - rank(b) || a.lastActive - b.lastActive)
    idlest?.abort(new LimitError('LIMIT_EXCEEDED', 'too many streams'))
    if (idlest !== undefined) this.#sessions.delete(idlest)
  }

  #closeIdle (): void {
    const before = this.#components.clock.now() - MAILBOX_IDLE_MS
    for (const session of this.#sessions) {
      if (!session.subscribes && session.lastActive < before) session.abort(new NodeError('TIMEOUT', 'an idle stream'))
    }
  }

  #sweep (): void {
    this.#sweeping ??= this.#expireAll().catch((error: unknown) => {
      this.#components.logger.error('a sweep failed', error instanceof NodeError ? error.code : '')
    }).finally(() => { this.#sweeping = undefined })
  }

  async #expireAll (): Promise<void> {
    await this.#loaded()
    for await (const id of this.#shelf.ids()) {
      if (this.#stopped) return
      await this.#shelf.inTurn(id, async () => {
        const queue = await this.#shelf.peek(id)
        if (queue !== undefined) await this.#shelf.expire(queue)
      })
    }
  }

  #every (ms: number, run: () => void): void {
    const index = this.#cancelTimers.length
    const again = (): void => {
      this.#cancelTimers[index] = this.#components.clock.after(ms, () => {
        again()
        run()
      })
    }
    again()
  }
}

export function createMailboxServer (components: ServerComponents, init: MailboxServerInit): MailboxServer {
  return new LocalMailboxServer(components, init)
}
