/**
 * What happened, in the order it became durable, for `events()`: entries are written in the batch of the change itself,
 * so that a listener with a cursor misses nothing over a crash. References only; views are made when read. Messages that
 * follow one another at once are one record, under the number of the last.
 */
import { equals } from 'uint8arrays/equals'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { CallView, Reason } from '../api.ts'
import type { Store, StoreOp } from '../store/index.ts'

/** Entries kept: a bot that was away longer reads the history instead. */
export const MAX_JOURNAL_ENTRIES = 20_000
/** Pruned in strides, so that not every event costs a deletion. */
const PRUNE_STRIDE = 256
/** Entries read at a time: a slow listener holds no snapshot of the store. */
const PAGE = 256
/** Messages in one record: a page, and then one record more, is what a listener holds. */
const MAX_TOGETHER = 256
/** Live news that are not stored (typing) which wait for one slow listener; older ones are dropped. */
const MAX_WHISPERS = 16

export type JournalEntry =
  | { event: 'message' | 'changed', conversation: Uint8Array, author: Uint8Array, sequence: number }
  /** `author`: another device of ours, where it is not this one */
  | { event: 'state', conversation: Uint8Array, from: number, to: number, author?: Uint8Array }
  | { event: 'request' | 'contact', identity: Uint8Array }
  | { event: 'mailbox', peer: string, trouble?: string }
  | { event: 'revoked' }
  | { event: 'warning', text: string, reason?: Reason }

export type LiveEntry = JournalEntry | { event: 'typing', identity: Uint8Array, active: boolean } | { event: 'history', left: number } | { event: 'call', call: CallView }

export interface Numbered { number: number, time: number, entry: LiveEntry }

/** `more`: messages after the first, with the sequences after it; the record's number is that of the last. */
interface StoredItem { time: number, entry: JournalEntry, more?: number }

/** The record that also holds `entry`, where it is the message after those in `last`. */
function joined (last: StoredItem | undefined, entry: JournalEntry): boolean {
  if (last?.entry.event !== 'message' || entry.event !== 'message') return false
  const more = (last.more ?? 0) + 1
  if (more >= MAX_TOGETHER || entry.sequence !== last.entry.sequence + more) return false
  if (!equals(entry.author, last.entry.author) || !equals(entry.conversation, last.entry.conversation)) return false
  last.more = more
  return true
}

function * itemsOf (number: number, { time, entry, more = 0 }: StoredItem): Generator<Numbered> {
  if (entry.event !== 'message') yield { number, time, entry }
  else for (let i = 0; i <= more; i++) yield { number: number - more + i, time, entry: { ...entry, sequence: entry.sequence + i } }
}

export class Journal {
  readonly #store: Store
  readonly #now: () => number
  #next: number
  /** the last number that is known to be durable */
  #last: number
  readonly #listeners = new Set<(whisper: LiveEntry | undefined) => void>()

  private constructor (store: Store, now: () => number, next: number) {
    this.#store = store
    this.#now = now
    this.#next = next
    this.#last = next - 1
  }

  static async open (store: Store, now: () => number): Promise<Journal> {
    let next = 1
    for await (const { key: name } of store.range({ ...keyRange(tables.journal), reverse: true, limit: 1 })) {
      next = numberOf(name) + 1
    }
    return new Journal(store, now, next)
  }

  /** What happened up to here is durable; who follows from here misses nothing that is on its way to the disk. */
  get last (): number { return this.#last }

  /**
   * Operations for the batch of the change, and what to call once that batch is durable. Hand them to the store in the same
   * turn: numbers grow in the order of the batches, so that whoever read one has read all before it.
   */
  record (entries: readonly JournalEntry[]): { ops: StoreOp[], publish: () => void } {
    const time = this.#now()
    const items: Array<StoredItem & { number: number }> = []
    const ops: StoreOp[] = []
    for (const entry of entries) {
      const number = this.#next++
      const last = items.at(-1)
      if (last !== undefined && joined(last, entry)) last.number = number
      else items.push({ number, time, entry })
      if (number > MAX_JOURNAL_ENTRIES && number % PRUNE_STRIDE === 0) {
        const end = number - MAX_JOURNAL_ENTRIES
        for (let old = Math.max(1, end - PRUNE_STRIDE + 1); old <= end; old++) ops.push({ type: 'del', key: key(tables.journal, old) })
      }
    }
    for (const { number, ...item } of items) ops.push({ type: 'put', key: key(tables.journal, number), value: encodeRecord(item) })
    const last = this.#next - 1
    const publish = (): void => {
      this.#last = Math.max(this.#last, last)
      this.#tell(undefined)
    }
    return { ops, publish }
  }

  /** Live only, never stored (typing). */
  whisper (entry: LiveEntry): void { this.#tell(entry) }

  #tell (whisper: LiveEntry | undefined): void {
    for (const listener of this.#listeners) listener(whisper)
  }

  async #page (cursor: number): Promise<{ items: Numbered[], more: boolean }> {
    const items: Numbered[] = []
    const { lt } = keyRange(tables.journal)
    for await (const { key: name, value } of this.#store.range({ gt: key(tables.journal, cursor), lt, limit: PAGE })) {
      for (const item of itemsOf(numberOf(name), decodeRecord<StoredItem>(value))) if (item.number > cursor) items.push(item)
      if (items.length >= PAGE) return { items, more: true }
    }
    return { items, more: false }
  }

  /** Everything after `since`, then what comes, until the signal aborts: always read from the store, so that nobody is too slow. */
  async * follow (since: number, signal: AbortSignal | undefined): AsyncGenerator<Numbered> {
    let cursor = since
    let more = true
    let whispers: LiveEntry[] = []
    let wake: () => void = () => {}
    const listener = (whisper: LiveEntry | undefined): void => {
      if (whisper === undefined) more = true
      else whispers = [...whispers, whisper].slice(-MAX_WHISPERS)
      wake()
    }
    const abort = (): void => wake()
    const ended = (): boolean => signal?.aborted === true
    this.#listeners.add(listener)
    signal?.addEventListener('abort', abort)
    try {
      while (!ended()) {
        if (more) {
          more = false
          const page = await this.#page(cursor)
          more ||= page.more
          for (const item of page.items) {
            cursor = item.number
            yield item
            if (ended()) return
          }
          continue
        }
        const whisper = whispers.shift()
        if (whisper !== undefined) {
          yield { number: cursor, time: this.#now(), entry: whisper } // its cursor is that of what was read before it
          continue
        }
        await new Promise<void>(resolve => {
          wake = resolve
          if (more || whispers.length > 0 || ended()) resolve()
        })
      }
    } finally {
      this.#listeners.delete(listener)
      signal?.removeEventListener('abort', abort)
    }
  }
}

function numberOf (name: Uint8Array): number {
  return Number(new DataView(name.buffer, name.byteOffset + 1).getBigUint64(0))
}
