/** Sealed records on their way, in memory and in the store. A record's bytes never change: a retry sends the same. */
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

export interface OutboxRecord extends StoredRecord {
  /** on disk: only then may its bytes leave (SES-17) */
  ready: boolean
  /** mailboxes (PeerId) that signed for it */
  copies: string[]
  urgent: boolean
  handled: string[]
  sent: Set<string>
  putting: Set<string>
  settled: boolean
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
    for await (const { value } of store.range(keyRange(tables.outbox, outbox.#name))) {
      // a record is followed by its copies, where it has any
      const stored = decodeRecord<StoredRecord | StoredCopies>(value)
      if ('kind' in stored) outbox.#add(stored).ready = true
      else outbox.get(stored.number)?.copies.push(...stored.copies)
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
    const record: OutboxRecord = { ...stored, ready: false, copies: [], urgent: false, handled: [], sent: new Set(), putting: new Set(), settled: false }
    this.#records.set(record.number, record)
    return record
  }

  put (stored: StoredRecord): { record: OutboxRecord, ops: StoreOp[] } {
    const record = this.#add(stored)
    this.#unready.push(record)
    return { record, ops: [this.#op(record)] }
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
      return record.kind === 'typing' ? [] : keys.map(name => ({ type: 'del', key: name }))
    })
  }

  /** The last stream to a device went down: what it has not signed for may be lost. */
  forgetSent (peerId: string): void {
    for (const record of this.#records.values()) record.sent.delete(peerId)
  }

  #copiesKey (number: number): Uint8Array { return key(tables.outbox, this.#name, number, Uint8Array.of(1)) }
  #key (number: number): Uint8Array { return key(tables.outbox, this.#name, number) }

  #op ({ number, kind, from, to, branch, message, follow, created }: OutboxRecord): StoreOp {
    return { type: 'put', key: this.#key(number), value: encodeRecord({ number, kind, from, to, branch, message, follow, created }) }
  }
}
