/**
 * The queues of a mailbox on disk. Every change is one synced batch that is durable when the call resolves; what was
 * not written is not remembered either. Changes to one queue run one after the other, in the order of the calls.
 */
import { hashOf } from '@sotto/protocols/mailbox'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { MAX_CACHED_QUEUES, QUEUE_OVERHEAD_BYTES, QUEUE_STEP_LINKS } from '../config.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { append, expired, isDead, newQueue, refuse, releasable, release, visit } from './mailbox.machine.ts'
import { decodeKnown, decodeLink, decodeQueue, encodeKnown, encodeLink, encodeQueue } from './records.ts'
import type { GrantBook } from './grant-book.ts'
import type { Appended, QueueLimits, Refusal } from './mailbox.machine.ts'
import type { LinkRecord, Queue } from './records.ts'
import type { Components } from '../components.ts'
import type { StoreOp } from '../store/index.ts'
import type { Item, New } from '@sotto/protocols/mailbox'

/** Item bytes read in one step of a release. */
const STEP_BYTES = 4 * 1024 * 1024

export class QueueShelf {
  readonly #components: Pick<Components, 'clock' | 'store'>
  readonly #book: GrantBook
  readonly #limits: QueueLimits
  readonly #cache = new Map<string, Queue>()
  /** the last of the changes that wait for a queue; bounded by the requests in work */
  readonly #turns = new Map<string, Promise<unknown>>()
  #queues = 0
  #items = 0

  constructor (components: Pick<Components, 'clock' | 'store'>, book: GrantBook, limits: QueueLimits) {
    this.#components = components
    this.#book = book
    this.#limits = limits
  }

  get counts (): { queues: number, items: number } {
    return { queues: this.#queues, items: this.#items }
  }

  /** Counts what is here; nothing is held in memory but sums. */
  async load (): Promise<void> {
    const sums = new Map<string, { grant: Uint8Array, bytes: number, queues: number, items: number }>()
    for await (const { value } of this.#components.store.range(keyRange(tables.queues))) {
      const { grant, charge, items } = decodeQueue(value)
      const name = toString(grant, 'base64url')
      const sum = sums.get(name) ?? { grant, bytes: 0, queues: 0, items: 0 }
      sums.set(name, { grant, bytes: sum.bytes + charge, queues: sum.queues + 1, items: sum.items + items })
    }
    for (const { grant, bytes, queues, items } of sums.values()) {
      this.#book.count(grant, bytes, queues)
      this.#queues += queues
      this.#items += items
    }
  }

  /** Runs `change` when all earlier changes of this queue are through. */
  async inTurn<T> (id: Uint8Array, change: () => Promise<T>): Promise<T> {
    const name = toString(id, 'base64url')
    const before = this.#turns.get(name)
    const run = before === undefined ? change() : before.then(change, change)
    this.#turns.set(name, run)
    try {
      return await run
    } finally {
      if (this.#turns.get(name) === run) this.#turns.delete(name)
    }
  }

  /** As it is now; to be changed only in turn. */
  async peek (id: Uint8Array): Promise<Queue | undefined> {
    const cached = this.#cache.get(toString(id, 'base64url'))
    if (cached !== undefined) return cached
    const value = await this.#components.store.get(this.#queueKey(id))
    return value === undefined ? undefined : decodeQueue(value)
  }

  /** In turn: only there may what was read be remembered, or an older state could overtake a newer one. */
  async get (id: Uint8Array): Promise<Queue | undefined> {
    const queue = await this.peek(id)
    if (queue !== undefined) this.#remember(queue)
    return queue
  }

  /** In turn. The same queue again is as good as new; another under the same id is refused. */
  async create (request: New, grant: Uint8Array): Promise<Queue | Refusal> {
    const known = await this.get(request.queue)
    if (known !== undefined) {
      const same = equals(known.readKey, request.readKey) && equals(known.writeKey, request.writeKey)
      return same ? known : refuse('QUEUE_EXISTS', 'another queue has this id')
    }
    const refusal = this.#book.refusesQueue(grant, QUEUE_OVERHEAD_BYTES)
    if (refusal !== undefined) return refusal
    const queue = newQueue(request.queue, request.readKey, request.writeKey, grant, this.#components.clock.now())
    await this.#counted(grant, QUEUE_OVERHEAD_BYTES, 1, [this.#put(queue)])
    this.#queues++
    this.#remember(queue)
    return queue
  }

  /** In turn. Durable when it resolves. */
  async append (queue: Queue, items: readonly Item[]): Promise<Appended | Refusal> {
    const { store, clock } = this.#components
    const candidates = await Promise.all(items.map(async ({ id, bytes }) => {
      const value = await store.get(this.#idKey(queue.id, id))
      return { id, bytes, hash: hashOf(bytes), known: value === undefined ? undefined : decodeKnown(value) }
    }))
    const result = append(queue, candidates, this.#book.room(queue.grant), clock.now(), this.#limits)
    if ('code' in result || result.links.length === 0) return result
    const ops: StoreOp[] = [this.#put(result.queue)]
    for (const link of result.links) {
      ops.push({ type: 'put', key: this.#linkKey(queue.id, link.position), value: encodeLink(link) })
      ops.push({ type: 'put', key: this.#idKey(queue.id, link.id), value: encodeKnown(link) })
    }
    await this.#counted(queue.grant, result.charge, 0, ops)
    this.#items += result.links.length
    this.#remember(result.queue)
    return result
  }

  /** In turn. A device of the reader asks, or (`acknowledged`) has everything up to `position`. */
  async visit (queue: Queue, slot: Uint8Array, position: number, acknowledged: boolean): Promise<Queue | Refusal> {
    const now = this.#components.clock.now()
    const visited = visit(queue, slot, position, now)
    if ('code' in visited) return visited
    if (!acknowledged) return visited.changed ? this.#write(visited.queue) : visited.queue
    const to = releasable(visited.queue, now)
    const released = await this.#release(visited.queue, to)
    if (released !== undefined) return released
    return visited.changed ? this.#write(visited.queue) : visited.queue
  }

  /** In turn. What is older than the TTL loses its bytes and keeps its link; a queue that nobody reads goes altogether. */
  async expire (queue: Queue): Promise<Queue | undefined> {
    const now = this.#components.clock.now()
    if (isDead(queue, now)) {
      await this.remove(queue)
      return undefined
    }
    let current = queue
    if (expired(await this.links(queue.id, queue.stripped, 0, 1), now, this.#limits) === 0) return queue // as a rule
    while (current.items > 0) {
      const links = await this.links(current.id, current.stripped, STEP_BYTES, QUEUE_STEP_LINKS)
      const strip = expired(links, now, this.#limits)
      if (strip <= current.stripped) break
      current = await this.#release(current, { strip, drop: current.base }) ?? current
    }
    return current
  }

  /** In turn. */
  async remove (queue: Queue): Promise<void> {
    const ops: StoreOp[] = [{ type: 'del', key: this.#queueKey(queue.id) }]
    for await (const { key: linkKey, value } of this.#components.store.range(keyRange(tables.queueItems, this.#components.store.blind(queue.id)))) {
      ops.push({ type: 'del', key: linkKey }, { type: 'del', key: this.#idKey(queue.id, decodeLink(value).id) })
    }
    await this.#counted(queue.grant, -queue.charge, -1, ops)
    this.#cache.delete(toString(queue.id, 'base64url'))
    this.#queues--
    this.#items -= queue.items
  }

  /** Links after a position, in order, until `maxBytes` of item bytes (the first always fits) or `maxLinks`. */
  async links (id: Uint8Array, after: number, maxBytes: number, maxLinks: number): Promise<LinkRecord[]> {
    const { store } = this.#components
    const links: LinkRecord[] = []
    let bytes = 0
    const blinded = store.blind(id)
    const { lt } = keyRange(tables.queueItems, blinded)
    for await (const { value } of store.range({ gt: key(tables.queueItems, blinded, after), lt, limit: maxLinks })) {
      const link = decodeLink(value)
      bytes += link.bytes.byteLength
      if (bytes > maxBytes && links.length > 0) break
      links.push(link)
    }
    return links
  }

  async headAt (queue: Queue, position: number): Promise<Uint8Array | undefined> {
    if (position === queue.position) return queue.head
    if (position === queue.base) return queue.baseHead
    const value = await this.#components.store.get(this.#linkKey(queue.id, position))
    return value === undefined ? undefined : decodeLink(value).head
  }

  async * ids (): AsyncGenerator<Uint8Array> {
    for await (const { value } of this.#components.store.range(keyRange(tables.queues))) yield decodeQueue(value).id
  }

  /** Undefined where nothing can be released. */
  async #release (queue: Queue, to: { strip: number, drop: number }): Promise<Queue | undefined> {
    let current = queue
    let wrote = false
    while (to.drop > current.base || to.strip > current.stripped) {
      const from = to.drop > current.base ? current.base : current.stripped
      const { queue: next, drop, strip, freed } = release(current, await this.links(queue.id, from, STEP_BYTES, QUEUE_STEP_LINKS), to)
      if (next.base === current.base && next.stripped === current.stripped) break
      const ops: StoreOp[] = [this.#put(next)]
      for (const link of drop) ops.push({ type: 'del', key: this.#linkKey(queue.id, link.position) })
      for (const link of strip) ops.push({ type: 'put', key: this.#linkKey(queue.id, link.position), value: encodeLink(link) })
      // an id is known for as long as its bytes are here, so that `stored` is never said of what is gone
      for (const link of [...drop, ...strip]) ops.push({ type: 'del', key: this.#idKey(queue.id, link.id) })
      await this.#counted(queue.grant, -freed, 0, ops)
      this.#items -= current.items - next.items
      this.#remember(next)
      current = next
      wrote = true
    }
    return wrote ? current : undefined
  }

  async #write (queue: Queue): Promise<Queue> {
    await this.#components.store.batch([this.#put(queue)])
    this.#remember(queue)
    return queue
  }

  /** Room is taken before the write and given only after it: two writers at once never share the last byte. */
  async #counted (grant: Uint8Array, bytes: number, queues: number, ops: readonly StoreOp[]): Promise<void> {
    const first = bytes > 0
    if (first) this.#book.count(grant, bytes, queues)
    try {
      await this.#components.store.batch(ops)
    } catch (error) {
      if (first) this.#book.count(grant, -bytes, -queues)
      throw error
    }
    if (!first) this.#book.count(grant, bytes, queues)
  }

  #remember (queue: Queue): void {
    const name = toString(queue.id, 'base64url')
    const oldest = !this.#cache.has(name) && this.#cache.size >= MAX_CACHED_QUEUES ? this.#cache.keys().next() : undefined
    if (oldest?.done === false) this.#cache.delete(oldest.value)
    this.#cache.delete(name)
    this.#cache.set(name, queue)
  }

  #put (queue: Queue): StoreOp {
    return { type: 'put', key: this.#queueKey(queue.id), value: encodeQueue(queue) }
  }

  #queueKey (id: Uint8Array): Uint8Array {
    return key(tables.queues, this.#components.store.blind(id))
  }

  #linkKey (id: Uint8Array, position: number): Uint8Array {
    return key(tables.queueItems, this.#components.store.blind(id), position)
  }

  #idKey (id: Uint8Array, item: Uint8Array): Uint8Array {
    return key(tables.queueIds, this.#components.store.blind(id, item))
  }
}
