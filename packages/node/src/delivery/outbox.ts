/** Sealed records on their way, in memory and in the store. A record's bytes never change: a retry sends the same. */
import { isLive } from './plan.machine.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { RecordKind } from './plan.machine.ts'
import type { Store, StoreOp } from '../store/index.ts'

interface StoredRecord {
  number: number
  kind: RecordKind
  from: number
  to: number
  branch: Uint8Array
  message: Uint8Array
  /** kind welcome: the first application message of the session */
  follow: Uint8Array
  created: number
}

/** Beside the record, so that a receipt does not rewrite its bytes. */
interface StoredCopies { number: number, copies: string[] }

/** In the store a kind is its place in this list. */
const KINDS: readonly RecordKind[] = ['message', 'commit', 'welcome', 'control', 'repair', 'typing', 'signal']
const HEAD_BYTES = 36

/** kind (1) ‖ number, from, to, created as floats of 8 bytes ‖ length of branch (1) ‖ length of follow (2) ‖ branch ‖ follow ‖ message */
function encodeOutgoing ({ number, kind, from, to, branch, message, follow, created }: StoredRecord): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + branch.byteLength + follow.byteLength + message.byteLength)
  const view = new DataView(bytes.buffer)
  bytes[0] = KINDS.indexOf(kind)
  for (const [i, value] of [number, from, to, created].entries()) view.setFloat64(1 + 8 * i, value)
  bytes[33] = branch.byteLength
  view.setUint16(34, follow.byteLength)
  bytes.set(branch, HEAD_BYTES)
  bytes.set(follow, HEAD_BYTES + branch.byteLength)
  bytes.set(message, HEAD_BYTES + branch.byteLength + follow.byteLength)
  return bytes
}

function decodeOutgoing (bytes: Uint8Array): StoredRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [number, from, to, created] = [view.getFloat64(1), view.getFloat64(9), view.getFloat64(17), view.getFloat64(25)]
  const follow = HEAD_BYTES + view.getUint8(33)
  const message = follow + view.getUint16(34)
  return { number, kind: KINDS[view.getUint8(0)] ?? 'control', from, to, created, branch: bytes.slice(HEAD_BYTES, follow), follow: bytes.slice(follow, message), message: bytes.slice(message) }
}

export interface OutboxRecord extends StoredRecord {
  /** on disk: only then may its bytes leave (SES-17) */
  ready: boolean
  /** mailboxes (PeerId) that signed for it */
  copies: string[]
  urgent: boolean
  handled: string[]
  sent: Set<string>
  putting: Set<string>
  /** mailbox → when its promise was not believed */
  doubted: Map<string, number>
  settled: Set<string>
}

export class Outbox {
  readonly #name: Uint8Array
  readonly #records = new Map<number, OutboxRecord>()
  #unready: OutboxRecord[] = []

  private constructor (name: Uint8Array) {
    this.#name = name
  }

  static async load (store: Store, conversation: Uint8Array): Promise<Outbox> {
    const outbox = new Outbox(store.blind(conversation))
    for await (const { key: name, value } of store.range(keyRange(tables.outbox, outbox.#name))) {
      if (name.byteLength === outbox.#key(0).byteLength) {
        outbox.#add(decodeOutgoing(value)).ready = true
        continue
      }
      // a record is followed by its copies, where it has any
      const { number, copies } = decodeRecord<StoredCopies>(value)
      outbox.get(number)?.copies.push(...copies)
    }
    return outbox
  }

  get size (): number { return this.#records.size }
  list (): OutboxRecord[] { return [...this.#records.values()] }
  get (number: number): OutboxRecord | undefined { return this.#records.get(number) }

  /** What was put up to this number is durable. */
  release (upTo: number): void {
    if (this.#unready.length === 0) return
    for (const record of this.#unready) record.ready = record.number <= upTo
    this.#unready = this.#unready.filter(record => !record.ready)
  }

  #add (stored: StoredRecord): OutboxRecord {
    const record: OutboxRecord = { ...stored, ready: false, copies: [], urgent: false, handled: [], sent: new Set(), putting: new Set(), doubted: new Map(), settled: new Set() }
    this.#records.set(record.number, record)
    return record
  }

  put (stored: StoredRecord): { record: OutboxRecord, ops: StoreOp[] } {
    const record = this.#add(stored)
    this.#unready.push(record)
    return { record, ops: [{ type: 'put', key: this.#key(record.number), value: encodeOutgoing(record) }] }
  }

  /** A mailbox signed for it. */
  copied (number: number, mailbox: string): StoreOp[] {
    const record = this.#records.get(number)
    if (record === undefined || record.copies.includes(mailbox)) return []
    record.copies.push(mailbox)
    return [{ type: 'put', key: this.#copiesKey(number), value: encodeRecord({ number, copies: record.copies }) }]
  }

  remove (numbers: readonly number[]): StoreOp[] {
    return numbers.flatMap((number): StoreOp[] => {
      const record = this.#records.get(number)
      if (record === undefined || !this.#records.delete(number)) return []
      const keys = record.copies.length > 0 ? [this.#key(number), this.#copiesKey(number)] : [this.#key(number)]
      return isLive(record) ? [] : keys.map(name => ({ type: 'del', key: name }))
    })
  }

  /** The last stream to a device went down: what it has not signed for may be lost. */
  forgetSent (peerId: string): void {
    for (const record of this.#records.values()) record.sent.delete(peerId)
  }

  #copiesKey (number: number): Uint8Array { return key(tables.outbox, this.#name, number, Uint8Array.of(1)) }
  #key (number: number): Uint8Array { return key(tables.outbox, this.#name, number) }
}
