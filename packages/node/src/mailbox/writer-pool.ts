/**
 * The streams on which we write to mailboxes, kept open between calls.
 *
 * Invariants: at most MAX_MAILBOX_CONNECTIONS streams; an idle one is closed after MAILBOX_WRITER_IDLE_MS, or for
 * another's sake; towards others' mailboxes one throw-away PeerId per mailbox and UTC day, which reads nothing (MBX-12).
 */
import { MAILBOX_WRITER_IDLE_MS, MAX_MAILBOX_CONNECTIONS } from '../config.ts'
import { NodeError, UnreachableError, UsageError } from '../errors.ts'
import { MailboxConnection } from './connection.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Names the throw-away PeerId: another one for reading, so that the mailbox cannot pair who writes with who reads. */
export function scopeOf (mailbox: string, now: number, purpose: 'write' | 'read'): string {
  const day = new Date(now).toISOString().slice(0, 10)
  return purpose === 'write' ? `${mailbox}/${day}` : `${mailbox}/${day}/read`
}

export function msToNextDay (now: number): number {
  return DAY_MS - now % DAY_MS
}

interface Pooled {
  scope: string | undefined
  opening: Promise<MailboxConnection>
  users: number
  /** a request was made on it before */
  used: boolean
  cancelIdle: (() => void) | undefined
}

export class WriterPool {
  readonly #components: Pick<Components, 'clock' | 'network'>
  readonly #own: ReadonlySet<string>
  /** by mailbox, the longest unused first */
  readonly #pooled = new Map<string, Pooled>()
  #opening = new AbortController()
  readonly #closing = new Set<Promise<void>>()
  /** callers that wait for one of the streams to fall idle; bounded by the lanes with work */
  #waiting: Array<() => void> = []

  constructor (components: Pick<Components, 'clock' | 'network'>, own: ReadonlySet<string>) {
    this.#components = components
    this.#own = own
  }

  /** Work must be harmless when done twice: a stream that had ended unnoticed is replaced once. */
  async use<T> (place: PeerPlace, signal: AbortSignal, work: (connection: MailboxConnection) => Promise<T>): Promise<T> {
    const pooled = await this.#acquire(place, signal)
    const reused = pooled.used
    pooled.used = true
    try {
      return await this.#work(pooled, signal, work)
    } catch (error) {
      if (!reused || !(error instanceof UnreachableError) || signal.aborted) throw error
    } finally {
      this.#release(place.peerId, pooled)
    }
    return this.use(place, signal, work)
  }

  async #work<T> (pooled: Pooled, signal: AbortSignal, work: (connection: MailboxConnection) => Promise<T>): Promise<T> {
    const connection = await abortable(pooled.opening, signal)
    try {
      return await work(connection)
    } catch (error) {
      // silence may be a dead connection: the next call shall find a fresh one
      if (error instanceof UnreachableError) connection.abort(error)
      throw error
    }
  }

  async stop (): Promise<void> {
    this.#opening.abort(new NodeError('NETWORK_STOPPED', 'the node stops'))
    for (const [peerId, pooled] of [...this.#pooled]) this.#drop(peerId, pooled)
    await Promise.allSettled([...this.#closing])
    this.#opening = new AbortController()
  }

  async #acquire (place: PeerPlace, signal: AbortSignal): Promise<Pooled> {
    const { peerId } = place
    const scope = this.#own.has(peerId) ? undefined : scopeOf(peerId, this.#components.clock.now(), 'write')
    for (;;) {
      signal.throwIfAborted()
      const known = this.#pooled.get(peerId)
      if (known !== undefined && known.scope !== scope && known.users === 0) this.#drop(peerId, known) // a new day
      else if (known !== undefined) return this.#taken(peerId, known)
      if (this.#makeRoom()) break
      await abortable(new Promise<void>(resolve => { this.#waiting.push(resolve) }), signal)
    }
    const pooled: Pooled = { scope, opening: MailboxConnection.open(this.#components, place, { scope, signal: this.#opening.signal }), users: 0, used: false, cancelIdle: undefined }
    const forget = (): void => {
      if (this.#pooled.get(peerId) !== pooled) return
      this.#pooled.delete(peerId)
      pooled.cancelIdle?.()
      this.#wake()
    }
    pooled.opening.then(connection => { connection.closed.addEventListener('abort', forget, { once: true }); if (connection.closed.aborted) forget() }, forget)
    return this.#taken(peerId, pooled)
  }

  #taken (peerId: string, pooled: Pooled): Pooled {
    pooled.users++
    pooled.cancelIdle?.()
    this.#pooled.delete(peerId)
    this.#pooled.set(peerId, pooled)
    return pooled
  }

  #release (peerId: string, pooled: Pooled): void {
    pooled.users--
    if (pooled.users > 0) return
    if (this.#pooled.get(peerId) === pooled) {
      pooled.cancelIdle = this.#components.clock.after(MAILBOX_WRITER_IDLE_MS, () => { this.#drop(peerId, pooled) })
    }
    this.#wake()
  }

  #wake (): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #makeRoom (): boolean {
    if (this.#pooled.size < MAX_MAILBOX_CONNECTIONS) return true
    const idle = [...this.#pooled].find(([, pooled]) => pooled.users === 0)
    if (idle === undefined) return false
    this.#drop(...idle)
    return true
  }

  #drop (peerId: string, pooled: Pooled): void {
    if (this.#pooled.get(peerId) === pooled) this.#pooled.delete(peerId)
    pooled.cancelIdle?.()
    const closing: Promise<void> = pooled.opening.then(async connection => {
      if (pooled.users > 0) connection.abort(new UnreachableError('UNREACHABLE', 'the stream is given up'))
      else await connection.close()
    }, () => {}).finally(() => { this.#closing.delete(closing) })
    this.#closing.add(closing)
  }
}

async function abortable<T> (promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const gone = Promise.withResolvers<never>()
  const abort = (): void => {
    gone.reject(signal.reason instanceof NodeError ? signal.reason : new UsageError('ABORTED', 'the call was aborted', { cause: signal.reason }))
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, gone.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
