/**
 * Reads all my queues at one mailbox over one stream, and comes back when the stream ends.
 *
 * Invariants: items are handed on in the order of the chain, acknowledged only after the handler has them durable and
 * the cursor is written; one attempt to connect is under way at a time; after `stop()` nothing runs on.
 */
import { ackBytes, delBytes, getBytes, MAX_ITEMS_BYTES, newBytes, slotOf } from '@sotto/protocols/mailbox'
import { toString } from 'uint8arrays/to-string'
import { MAILBOX_RETRY_MAX_MS, MAILBOX_RETRY_MS, MAX_READER_BYTES, MIN_KEEPER_TTL_MS } from '../config.ts'
import { LimitError, NodeError, PeerError, UnreachableError } from '../errors.ts'
import { publicKeyOf, sign } from '../identity/ed25519.ts'
import { checkEnd, follow } from './chain-check.ts'
import { MailboxConnection, refusalError } from './connection.ts'
import { verifiedHead } from './verified.ts'
import { msToNextDay, scopeOf } from './writer-pool.ts'
import type { Cursor, KnownHead } from './chain-check.ts'
import type { MailItem } from './index.ts'
import type { ReadQueue } from './keeper-book.ts'
import type { KeeperRecord } from './keeper.machine.ts'
import type { Components } from '../components.ts'
import type { Frame, HeadBody, Items } from '@sotto/protocols/mailbox'

/** Requests of one reader under way at a time. */
const PARALLEL_REQUESTS = 16
/** A session that held for so long was no failure, ms. */
const STEADY_MS = 60_000

/** What a reader reports, and asks to be done. */
export interface ReaderHost {
  /** Resolves when the items are durable. */
  mail (queue: ReadQueue, items: MailItem[]): Promise<void>
  /** Resolves when the cursor is, and the queue stands there. */
  advanced (queue: ReadQueue, cursor: Cursor, heads: KnownHead[]): Promise<void>
  connected (peerId: string, connected: boolean): void
  created (queue: ReadQueue): Promise<void>
  deleted (queue: ReadQueue): Promise<void>
  refused (peerId: string, error: NodeError): void
  liar (peerId: string, reason: string): void
  /** the mailbox answered for it */
  visited (queue: ReadQueue): Promise<void>
  /** the mailbox does not know it */
  unknown (queue: ReadQueue): void
  /** the mailbox takes nothing more for it; `drained`: and nothing is left there */
  closed (queue: ReadQueue, drained: boolean): Promise<void>
  /** Whether other devices of ours may have emptied it since this one was here last. */
  mayBeEmptied (queue: ReadQueue): boolean
}

type ReaderComponents = Pick<Components, 'clock' | 'clocks' | 'logger' | 'network'>

export class MailboxReader {
  readonly #components: ReaderComponents
  readonly #host: ReaderHost
  readonly #device: Uint8Array
  readonly #queues = new Map<string, ReadQueue>()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #background = new Set<Promise<void>>()
  readonly #stopped = new AbortController()
  /** queues of which the mailbox has more than it has sent */
  readonly #behind = new Set<string>()
  readonly #round = Promise.withResolvers<void>()
  #asked = false
  #keeper: KeeperRecord
  #connection: MailboxConnection | undefined
  #running: Promise<void> | undefined
  #pending = 0
  #failures = 0
  #wake: (() => void) | undefined

  constructor (components: ReaderComponents, device: Uint8Array, keeper: KeeperRecord, host: ReaderHost) {
    this.#components = components
    this.#device = device
    this.#keeper = keeper
    this.#host = host
  }

  get isConnected (): boolean {
    return this.#connection !== undefined
  }

  /** Resolves once all that waited there is durable here, or the mailbox was found out of reach. */
  get round (): Promise<void> {
    return this.#round.promise
  }

  start (): void {
    this.#running ??= this.#run()
  }

  async stop (): Promise<void> {
    this.#stopped.abort(new NodeError('NETWORK_STOPPED', 'the reader stops'))
    this.#round.resolve()
    this.#wake?.()
    this.#connection?.abort(new NodeError('NETWORK_STOPPED', 'the reader stops'))
    await this.#running
    await Promise.allSettled([...this.#turns.values(), ...this.#background])
  }

  /** New addresses or another grant: used from the next connection on. */
  update (keeper: KeeperRecord): void {
    this.#keeper = keeper
  }

  /** There is reason to believe that it can be reached now. */
  nudge (): void {
    this.#failures = 0
    this.#wake?.()
  }

  /** Creates, reads or deletes the queue, as its state says; now, where the mailbox is connected. */
  async add (queue: ReadQueue): Promise<void> {
    this.#queues.set(toString(queue.queue, 'base64url'), queue)
    const connection = this.#connection
    if (connection !== undefined) await this.#guarded(connection, async () => this.#sync(connection, queue))
  }

  /**
   * Asks afresh how far the queue goes. @returns the position, or undefined where it cannot be asked now
   */
  async end (queue: ReadQueue): Promise<number | undefined> {
    const connection = this.#connection
    if (connection === undefined) return undefined
    const asked = { position: queue.position, head: queue.head, time: queue.time }
    try {
      const { items } = await this.#get(connection, queue, 0, false)
      return items === undefined ? undefined : await this.#checkEnd(asked, queue, items)
    } catch {
      return undefined // asked again when it is connected again
    }
  }

  /** The end of a queue must not lie before what was read when it was asked; pushes may have come since. */
  async #checkEnd (asked: Cursor, queue: ReadQueue, items: Items): Promise<number | undefined> {
    const head = await this.#head(items)
    const lie = checkEnd(asked, head, queue.queue)
    if (lie !== undefined) this.#host.liar(this.#keeper.peerId, lie)
    return head?.position
  }

  /** Undefined where the mailbox did not sign it. It is dated when it was asked for, or pushed. */
  async #head ({ head }: Items): Promise<HeadBody | undefined> {
    const { clocks, network } = this.#components
    const body = await verifiedHead(network, this.#keeper.peerId, head)
    if (body !== undefined) clocks?.saw(this.#keeper.peerId, body.time)
    return body
  }

  async #run (): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        await this.#session(signal)
      } catch (error) {
        if (signal.aborted) break
        this.#components.logger('a mailbox is not reached: %s', error instanceof NodeError ? error.code : 'unknown')
        if ((error instanceof LimitError && error.code !== 'LIMIT_EXCEEDED') || (error instanceof PeerError && error.code === 'REFUSED')) this.#host.refused(this.#keeper.peerId, error)
      }
      this.#round.resolve()
      if (!signal.aborted) await this.#pause()
    }
  }

  #checkRound (): void {
    if (this.#asked && this.#turns.size === 0 && this.#behind.size === 0) this.#round.resolve()
  }

  /** From the dial to the end of the stream. */
  async #session (signal: AbortSignal): Promise<void> {
    const { clock } = this.#components
    const { peerId, addresses, kind } = this.#keeper
    const scope = kind === 'own' ? undefined : scopeOf(peerId, clock.now(), 'read')
    const onItems = async (items: Items): Promise<void> => { await this.#received(items) }
    let connection: MailboxConnection
    try {
      connection = await MailboxConnection.open(this.#components, { peerId, addresses }, { scope, signal, onItems })
    } catch (error) {
      if (!signal.aborted) this.#host.connected(peerId, false)
      throw error
    }
    this.#connection = connection
    // MBX-12: another PeerId tomorrow, and not for all mailboxes in the same second
    const cancelDay = clock.after(msToNextDay(clock.now()) + Math.random() * 60_000, () => { connection.abort(new UnreachableError('UNREACHABLE', 'a new day')) })
    const since = clock.now()
    try {
      await this.#begin(connection)
      this.#host.connected(peerId, true)
      await this.#syncAll(connection)
      this.#asked = true
      this.#checkRound()
      await ended(connection.closed)
    } finally {
      cancelDay()
      this.#connection = undefined
      if (clock.now() - since >= STEADY_MS) this.#failures = 0
      connection.abort(new UnreachableError('UNREACHABLE', 'the session is over'))
      await Promise.allSettled([...this.#turns.values()]) // the next session begins at the cursor that these leave
      if (!signal.aborted) this.#host.connected(peerId, false)
    }
  }

  /** A stranger is asked first whether it volunteers. */
  async #begin (connection: MailboxConnection): Promise<void> {
    if (this.#keeper.kind !== 'volunteer' || [...this.#queues.values()].some(queue => queue.state !== 'wanted')) return
    const { capacity, refused } = await connection.request({ info: {} })
    if (refused !== undefined) throw refusalError(refused)
    if (capacity?.volunteers !== true) throw new PeerError('REFUSED', 'it keeps no mail for strangers')
    if (capacity.ttl < MIN_KEEPER_TTL_MS) throw new PeerError('REFUSED', 'it keeps mail for too short a time')
  }

  async #syncAll (connection: MailboxConnection): Promise<void> {
    const waiting = [...this.#queues.values()]
    const work = async (): Promise<void> => {
      for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
        const next = queue
        await this.#guarded(connection, async () => this.#sync(connection, next))
      }
    }
    await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, work))
  }

  async #guarded (connection: MailboxConnection, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (connection.closed.aborted) return // the next session does it
      if (error instanceof UnreachableError || !(error instanceof NodeError) || error.code === 'RATE_LIMITED') connection.abort(error instanceof Error ? error : new UnreachableError('UNREACHABLE', 'a request failed'))
      else this.#host.refused(this.#keeper.peerId, error)
    }
  }

  async #sync (connection: MailboxConnection, queue: ReadQueue): Promise<void> {
    if (queue.state === 'dropped') return this.#delete(connection, queue)
    if (queue.state === 'wanted') await this.#create(connection, queue)
    const asked = { position: queue.position, head: queue.head, time: queue.time }
    queue.shared = this.#host.mayBeEmptied(queue)
    const answer = await this.#get(connection, queue, MAX_ITEMS_BYTES, true)
    if (answer.items?.links.length === 0) await this.#checkEnd(asked, queue, answer.items)
    if (answer.refused?.code === 'QUEUE_UNKNOWN') this.#host.unknown(queue)
    else if (answer.refused !== undefined) throw refusalError(answer.refused)
    else if (answer.items === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the mailbox answered something else')
    else await this.#host.visited(queue)
  }

  async #create (connection: MailboxConnection, queue: ReadQueue): Promise<void> {
    const made = { queue: queue.queue, readKey: publicKeyOf(queue.readSeed), writeKey: publicKeyOf(queue.writeSeed), grant: this.#keeper.token ?? new Uint8Array(0) }
    const signature = await sign(queue.readSeed, newBytes(connection.peerId, connection.nonce, made))
    const { created, refused } = await connection.request({ new: { ...made, signature } })
    if (refused !== undefined) throw refusalError(refused)
    if (created === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the mailbox answered something else')
    if (created.ttl < MIN_KEEPER_TTL_MS) throw new PeerError('REFUSED', 'it keeps mail for too short a time')
    queue.state = 'created'
    queue.ttl = created.ttl
    queue.limit = created.grantBytes
    await this.#host.created(queue)
  }

  async #delete (connection: MailboxConnection, queue: ReadQueue): Promise<void> {
    const del = { queue: queue.queue }
    const { deleted, refused } = await connection.request({ del: { ...del, signature: await sign(queue.readSeed, delBytes(connection.peerId, connection.nonce, del)) } })
    if (deleted === undefined && refused?.code !== 'QUEUE_UNKNOWN') return // it goes by itself when nobody reads it
    this.#queues.delete(toString(queue.queue, 'base64url'))
    await this.#host.deleted(queue)
  }

  async #get (connection: MailboxConnection, queue: ReadQueue, maxBytes: number, subscribe: boolean): Promise<Frame> {
    const get = { queue: queue.queue, slot: slotOf(this.#device, queue.queue), after: queue.position, maxBytes, subscribe }
    const signature = await sign(queue.readSeed, getBytes(connection.peerId, connection.nonce, get))
    return connection.request({ get: { ...get, signature } })
  }

  /** Takes a frame in its queue's turn; waits while too much is in work, so that the stream is not read further. */
  async #received (items: Items): Promise<void> {
    const name = toString(items.queue, 'base64url')
    const queue = this.#queues.get(name)
    const connection = this.#connection
    if (queue === undefined || connection === undefined || queue.state !== 'created') return
    const bytes = items.links.reduce((sum, link) => sum + link.bytes.byteLength, 0)
    this.#pending += bytes
    if (items.more) this.#behind.add(name)
    else this.#behind.delete(name)
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(async () => {
      if (!connection.closed.aborted) await this.#process(connection, queue, items)
    }).catch((error: unknown) => {
      // not durable here: not acknowledged, and read again after a pause
      this.#components.logger.error('mail was not taken', error instanceof NodeError ? error.code : '')
      connection.abort(new UnreachableError('UNREACHABLE', 'mail could not be taken'))
    }).finally(() => {
      this.#pending -= bytes
      if (this.#turns.get(name) === turn) this.#turns.delete(name)
      this.#checkRound()
    })
    this.#turns.set(name, turn)
    while (this.#pending > MAX_READER_BYTES && this.#turns.size > 0) await Promise.race(this.#turns.values())
  }

  async #process (connection: MailboxConnection, queue: ReadQueue, frame: Items): Promise<void> {
    const { peerId } = this.#keeper
    queue.used = frame.used
    if (frame.links.length === 0) return this.#closed(queue, frame) // the end of the queue: checked by whoever asked
    const head = await this.#head(frame)
    const followed = follow(queue, frame, head, queue.ttl, this.#components.clock.now(), queue.shared)
    if (followed.lie !== undefined) {
      this.#host.liar(peerId, followed.lie)
      return
    }
    if (followed.heads.length === 0) return this.#closed(queue, frame)
    if (followed.items.length > 0) await this.#host.mail(queue, followed.items)
    await this.#host.advanced(queue, followed.cursor, followed.heads)
    this.#inBackground(this.#acknowledge(connection, queue))
    await this.#closed(queue, frame)
  }

  async #closed (queue: ReadQueue, frame: Items): Promise<void> {
    if (!frame.closed) return
    this.#host.refused(this.#keeper.peerId, new LimitError('GRANT_UNKNOWN', 'the grant was withdrawn'))
    await this.#host.closed(queue, !frame.more)
  }

  async #acknowledge (connection: MailboxConnection, queue: ReadQueue): Promise<void> {
    const ack = { queue: queue.queue, slot: slotOf(this.#device, queue.queue), position: queue.position }
    const signature = await sign(queue.readSeed, ackBytes(connection.peerId, connection.nonce, ack))
    const { acked } = await connection.request({ ack: { ...ack, signature } })
    if (acked !== undefined) queue.used = acked.used
  }

  #inBackground (work: Promise<void>): void {
    const quiet: Promise<void> = work.catch(() => {}).finally(() => { this.#background.delete(quiet) }) // the next session acknowledges again
    this.#background.add(quiet)
  }

  /** MBX-12: longer after each failure, with jitter, so that a crowd does not come back in one second. */
  async #pause (): Promise<void> {
    const ms = Math.min(MAILBOX_RETRY_MAX_MS, MAILBOX_RETRY_MS * 2 ** Math.min(this.#failures++, 20)) * (0.5 + Math.random() / 2)
    await new Promise<void>(resolve => {
      const cancel = this.#components.clock.after(ms, resolve)
      this.#wake = () => { cancel(); resolve() }
    })
    this.#wake = undefined
  }
}

async function ended (closed: AbortSignal): Promise<void> {
  if (closed.aborted) return
  await new Promise<void>(resolve => { closed.addEventListener('abort', () => { resolve() }, { once: true }) })
}
