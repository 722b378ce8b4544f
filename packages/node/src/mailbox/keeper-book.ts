/** What a keeper remembers: mailboxes, the queues there with their keys and cursors, and the heads that were read. */
import { concat } from 'uint8arrays/concat'
import { MAX_KNOWN_HEADS } from '../config.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { Cursor, KnownHead } from './chain-check.ts'
import type { KeeperRecord } from './keeper.machine.ts'
import type { Components } from '../components.ts'
import type { StoreOp } from '../store/index.ts'

/** One of my queues at one mailbox. */
export interface ReadQueue extends Cursor {
  /** 16 bytes */
  queue: Uint8Array
  mailbox: string
  /** 32 bytes */
  conversation: Uint8Array
  readSeed: Uint8Array
  writeSeed: Uint8Array
  wrapKey: Uint8Array
  /** wanted: to be created. created: the mailbox agreed. dropped: to be deleted there. */
  state: 'wanted' | 'created' | 'dropped'
  /** the mailbox takes nothing more: the grant was withdrawn; deleted when it is read out */
  closed: boolean
  /** when the mailbox last answered for it, Unix milliseconds, about a day exact */
  visited: number
  /** how long the mailbox keeps an item, ms */
  ttl: number
  /** bytes there, and what the grant allows */
  used: number
  limit: number
  /** other devices of ours read it, and may have emptied it */
  shared?: boolean
  /** replaced by another, and read on for who has not heard of that; Unix milliseconds */
  rotated?: number
}

/** A conversation that shall have queues, also where no mailbox is known yet. */
interface Wanted { conversation: Uint8Array }

const HEAD_BYTES = 33

export class KeeperBook {
  readonly #store: Components['store']

  constructor (store: Components['store']) {
    this.#store = store
  }

  async load (): Promise<{ keepers: KeeperRecord[], queues: ReadQueue[], conversations: Uint8Array[] }> {
    const keepers: KeeperRecord[] = []
    for await (const { value } of this.#store.range(keyRange(tables.keepers))) keepers.push(decodeRecord<KeeperRecord>(value))
    const queues: ReadQueue[] = []
    const conversations: Uint8Array[] = []
    for await (const { value } of this.#store.range(keyRange(tables.readQueues))) {
      const record = decodeRecord<ReadQueue | Wanted>(value)
      if ('queue' in record) queues.push(record)
      else conversations.push(record.conversation)
    }
    return { keepers, queues, conversations }
  }

  async saveKeepers (keepers: readonly KeeperRecord[]): Promise<void> {
    await this.#store.batch(keepers.map(keeper => ({ type: 'put', key: this.#keeperKey(keeper.peerId), value: encodeRecord(keeper) })))
  }

  async saveQueues (queues: readonly ReadQueue[], conversation?: Uint8Array): Promise<void> {
    const ops: StoreOp[] = queues.map(queue => this.#putQueue(queue))
    if (conversation !== undefined) ops.push({ type: 'put', key: key(tables.readQueues, this.#store.blind(conversation)), value: encodeRecord({ conversation }) })
    if (ops.length > 0) await this.#store.batch(ops)
  }

  async forgetConversation (conversation: Uint8Array, queues: readonly ReadQueue[]): Promise<void> {
    await this.#store.batch([{ type: 'del', key: key(tables.readQueues, this.#store.blind(conversation)) }, ...queues.map(queue => this.#putQueue(queue))])
  }

  /** Queue and the heads that were read. */
  async forgetQueue (queue: ReadQueue): Promise<void> {
    const ops: StoreOp[] = [{ type: 'del', key: this.#queueKey(queue) }]
    for await (const { key: headsKey } of this.#store.range(keyRange(tables.readHeads, this.#store.blind(queue.queue)))) ops.push({ type: 'del', key: headsKey })
    await this.#store.batch(ops)
  }

  /** The cursor after items were handed on, with the heads on the way; older heads go. */
  async advance (queue: ReadQueue, heads: readonly KnownHead[]): Promise<void> {
    const ops: StoreOp[] = [this.#putQueue(queue)]
    if (heads.length > 0) {
      const value = concat(heads.flatMap(({ head, gone }) => [head, Uint8Array.of(gone ? 1 : 0)]))
      ops.push({ type: 'put', key: this.#headsKey(queue, queue.position), value })
      if (queue.position > MAX_KNOWN_HEADS) {
        const old = { gte: this.#headsKey(queue, 0), lt: this.#headsKey(queue, queue.position - MAX_KNOWN_HEADS), limit: 16 }
        for await (const { key: headsKey } of this.#store.range(old)) ops.push({ type: 'del', key: headsKey })
      }
    }
    await this.#store.batch(ops)
  }

  /** The head that was read at a position, where it is still remembered. */
  async headAt (queue: ReadQueue, position: number): Promise<KnownHead | undefined> {
    const { lt } = keyRange(tables.readHeads, this.#store.blind(queue.queue))
    let known: KnownHead | undefined
    for await (const { key: headsKey, value } of this.#store.range({ gte: this.#headsKey(queue, position), lt, limit: 1 })) {
      const last = Number(new DataView(headsKey.buffer, headsKey.byteOffset + headsKey.byteLength - 8).getBigUint64(0))
      const offset = value.byteLength - (last - position + 1) * HEAD_BYTES
      if (offset >= 0) known = { head: value.slice(offset, offset + 32), gone: value[offset + 32] === 1 }
    }
    return known
  }

  #putQueue (queue: ReadQueue): StoreOp {
    return { type: 'put', key: this.#queueKey(queue), value: encodeRecord(queue) }
  }

  #queueKey (queue: ReadQueue): Uint8Array {
    return key(tables.readQueues, this.#store.blind(queue.queue))
  }

  #headsKey (queue: ReadQueue, position: number): Uint8Array {
    return key(tables.readHeads, this.#store.blind(queue.queue), position)
  }

  #keeperKey (peerId: string): Uint8Array {
    return key(tables.keepers, this.#store.blind(new TextEncoder().encode(peerId)))
  }
}
