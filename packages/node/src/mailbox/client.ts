/** Leaves mail in the queues of others. Spec: protocols/mailbox/README.md. */
import { hashOf, ID_BYTES, itemsDigest, MAX_ITEM_BYTES, MAX_PUT_BYTES, MAX_PUT_ITEMS, putBytes } from '@sotto/protocols/mailbox'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { MAX_CLOCK_ERROR_MS, MAX_WAITING_PUT_ITEMS } from '../config.ts'
import { IntegrityError, LimitError, NodeError, PeerError, UsageError } from '../errors.ts'
import { sign } from '../identity/ed25519.ts'
import { refusalError } from './connection.ts'
import { verifiedReceipt } from './verified.ts'
import { WriterPool } from './writer-pool.ts'
import type { MailboxClient, MailItem, StoredReceipt, WriteQueue } from './index.ts'
import type { Components } from '../components.ts'

export interface MailboxClientInit {
  /** PeerIds of own personal nodes: reached as ourselves. All others see throw-away PeerIds. */
  own?: readonly string[]
}

type ClientComponents = Pick<Components, 'clock' | 'clocks' | 'logger' | 'network'>

/** Items of one `put()` that fit one PUT. */
interface Job extends PromiseWithResolvers<StoredReceipt> {
  queue: WriteQueue
  items: readonly MailItem[]
  bytes: number
  signal: AbortSignal | undefined
}

/** What waits for one queue at one mailbox, in order. */
interface Lane { waiting: Job[], items: number, running: Promise<void> | undefined }

/**
 * Invariants: items of one queue leave in the order of the calls, one PUT at a time, what waits meanwhile shares the
 * next; a call resolves only with a receipt that the mailbox signed over these very items.
 */
class LibMailboxClient implements MailboxClient {
  readonly #components: ClientComponents
  readonly #pool: WriterPool
  /** one per queue with work, removed when idle; each holds at most MAX_WAITING_PUT_ITEMS */
  readonly #lanes = new Map<string, Lane>()
  #running = new AbortController()

  constructor (components: ClientComponents, init: MailboxClientInit) {
    this.#components = components
    this.#pool = new WriterPool(components, new Set(init.own))
    this.#running.abort(new UsageError('NOT_RUNNING', 'the mailbox client is not started'))
  }

  async start (): Promise<void> {
    if (this.#running.signal.aborted) this.#running = new AbortController()
  }

  async stop (): Promise<void> {
    this.#running.abort(new NodeError('NETWORK_STOPPED', 'the node stops'))
    await this.#pool.stop()
    await Promise.allSettled([...this.#lanes.values()].flatMap(lane => lane.running ?? []))
  }

  async put (queue: WriteQueue, items: readonly MailItem[], options: { signal?: AbortSignal } = {}): Promise<StoredReceipt> {
    this.#running.signal.throwIfAborted()
    if (options.signal?.aborted === true) throw aborted(options.signal)
    const parts = cut(items)
    const jobs = parts.map(part => ({ queue, items: part.items, bytes: part.bytes, signal: options.signal, ...Promise.withResolvers<StoredReceipt>() }))
    const name = `${queue.mailbox.peerId}/${toString(queue.queue, 'base64url')}`
    const lane = this.#lanes.get(name) ?? { waiting: [], items: 0, running: undefined }
    if (lane.items + items.length > MAX_WAITING_PUT_ITEMS) throw new LimitError('LIMIT_EXCEEDED', 'too many items wait for this queue', { hint: 'wait for the earlier ones' })
    this.#lanes.set(name, lane)
    lane.items += items.length
    lane.waiting.push(...jobs)
    lane.running ??= this.#run(lane).finally(() => { this.#lanes.delete(name) })
    const receipts = await Promise.all(jobs.map(job => settled(job)))
    const last = receipts.at(-1)
    if (last === undefined) throw new UsageError('BAD_ARGUMENT', 'nothing to put')
    return last
  }

  async #run (lane: Lane): Promise<void> {
    await Promise.resolve() // calls of the same turn share a PUT
    for (let batch = take(lane); batch.length > 0; batch = take(lane)) {
      try {
        await this.#deliver(batch)
      } catch (error) {
        // one caller's items must not fail another's: refused together, they are tried one by one
        if (batch.length === 1 || !isRefusal(error)) for (const job of batch) job.reject(error)
        else for (const job of batch) await this.#deliver([job]).catch((alone: unknown) => { job.reject(alone) })
      }
    }
  }

  async #deliver (batch: readonly Job[]): Promise<void> {
    const queue = batch.at(-1)?.queue // the newest addresses
    if (queue === undefined) return
    // one caller alone may call it off; what is shared goes on for the others
    const own = batch.length === 1 ? batch[0]?.signal : undefined
    const signal = own === undefined ? this.#running.signal : AbortSignal.any([this.#running.signal, own])
    const items = unique(batch.flatMap(job => job.items))
    const digest = itemsDigest(items.map(({ id, bytes }) => ({ id, hash: hashOf(bytes) })))
    const { peerId } = queue.mailbox
    const signature = await sign(queue.writeSeed, putBytes(peerId, queue.queue, digest))
    const answer = await this.#pool.use(queue.mailbox, signal, async connection => connection.request({ put: { queue: queue.queue, items, signature } }, signal))
    if (answer.refused !== undefined) throw refusalError(answer.refused)
    if (answer.stored === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the mailbox answered something else')
    const body = await verifiedReceipt(this.#components.network, peerId, answer.stored.receipt)
    // MBX-4: only these words, by this mailbox, about these items, are `stored`
    if (body === undefined) throw new IntegrityError('BAD_SIGNATURE', 'the receipt is not signed by this mailbox')
    if (!equals(body.queue, queue.queue) || !equals(body.items, digest) || body.expires <= body.time) throw new IntegrityError('BAD_SIGNATURE', 'the receipt is about something else')
    this.#components.clocks?.saw(peerId, body.time)
    if (Math.abs(body.time - this.#components.clock.now()) > MAX_CLOCK_ERROR_MS) throw new PeerError('CLOCK_WRONG', 'the clock of this mailbox is more than a day off, so its promise means little')
    const { position, head, time, expires } = body
    for (const job of batch) job.resolve({ mailbox: peerId, queue: queue.queue, position, head, time, expires, proof: answer.stored.receipt })
  }
}

/** The jobs that fit the next PUT; those whose caller gave up are left out. */
function take (lane: Lane): Job[] {
  const batch: Job[] = []
  let bytes = 0
  let count = 0
  for (let job = lane.waiting[0]; job !== undefined; job = lane.waiting[0]) {
    if (batch.length > 0 && (bytes + job.bytes > MAX_PUT_BYTES || count + job.items.length > MAX_PUT_ITEMS)) break
    lane.waiting.shift()
    lane.items -= job.items.length
    if (job.signal?.aborted === true) {
      job.reject(aborted(job.signal))
      continue
    }
    batch.push(job)
    bytes += job.bytes
    count += job.items.length
  }
  return batch
}

/** Parts that fit a PUT each. @throws UsageError BAD_ARGUMENT, LimitError LIMIT_EXCEEDED */
function cut (items: readonly MailItem[]): Array<{ items: MailItem[], bytes: number }> {
  const parts: Array<{ items: MailItem[], bytes: number }> = []
  for (const item of items) {
    if (item.id.byteLength !== ID_BYTES || item.bytes.byteLength === 0) throw new UsageError('BAD_ARGUMENT', 'an item has an id of 16 bytes, and bytes')
    if (item.bytes.byteLength > MAX_ITEM_BYTES) throw new LimitError('LIMIT_EXCEEDED', `an item of ${item.bytes.byteLength} bytes is over the limit of ${MAX_ITEM_BYTES}`)
    const part = parts.at(-1)
    if (part === undefined || part.items.length >= MAX_PUT_ITEMS || part.bytes + item.bytes.byteLength > MAX_PUT_BYTES) {
      parts.push({ items: [item], bytes: item.bytes.byteLength })
    } else {
      part.items.push(item)
      part.bytes += item.bytes.byteLength
    }
  }
  if (parts.length === 0) throw new UsageError('BAD_ARGUMENT', 'nothing to put')
  return parts
}

/** The same item of two callers once; the same id with other bytes is left for the mailbox to refuse. */
function unique (items: readonly MailItem[]): MailItem[] {
  const byId = new Map<string, MailItem>()
  for (const item of items) {
    const id = toString(item.id, 'base64url')
    const known = byId.get(id)
    if (known !== undefined && !equals(known.bytes, item.bytes)) throw new PeerError('REFUSED', 'two items of one id')
    byId.set(id, item)
  }
  return [...byId.values()]
}

async function settled (job: Job): Promise<StoredReceipt> {
  const { signal } = job
  if (signal === undefined) return job.promise
  const abort = (): void => { job.reject(aborted(signal)) }
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await job.promise
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function isRefusal (error: unknown): boolean {
  return error instanceof LimitError || (error instanceof PeerError && error.code !== 'PROTOCOL_VIOLATION')
}

function aborted (signal: AbortSignal): NodeError {
  return signal.reason instanceof NodeError ? signal.reason : new UsageError('ABORTED', 'the call was aborted', { cause: signal.reason })
}

export function createMailboxClient (components: ClientComponents, init: MailboxClientInit = {}): MailboxClient {
  return new LibMailboxClient(components, init)
}
