/**
 * What happened, in the order it became durable, for `events()`: entries are written in the batch of the change itself,
 * so that a listener with a cursor misses nothing over a crash. References only; views are made when read.
 */
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { Store, StoreOp } from '../store/index.ts'

/** Entries kept: a bot that was away longer reads the history instead. */
export const MAX_JOURNAL_ENTRIES = 20_000
/** Pruned in strides, so that not every event costs a deletion. */
const PRUNE_STRIDE = 256
/** Live entries that wait for one slow listener before it reads them from the store instead. */
const MAX_LIVE = 1024

export type JournalEntry =
  | { event: 'message' | 'changed', conversation: Uint8Array, author: Uint8Array, sequence: number }
  | { event: 'state', conversation: Uint8Array, from: number, to: number }
  | { event: 'request' | 'contact', identity: Uint8Array }
  | { event: 'mailbox', peer: string, trouble?: string }
  | { event: 'warning', text: string }

export type LiveEntry = JournalEntry | { event: 'typing', identity: Uint8Array, active: boolean }

export interface Numbered { number: number, time: number, entry: LiveEntry }

export class Journal {
  readonly #store: Store
  readonly #now: () => number
  #next: number
  readonly #listeners = new Set<(item: Numbered) => void>()

  private constructor (store: Store, now: () => number, next: number) {
    this.#store = store
    this.#now = now
    this.#next = next
  }

  static async open (store: Store, now: () => number): Promise<Journal> {
    let next = 1
    for await (const { key: name } of store.range({ ...keyRange(tables.journal), reverse: true, limit: 1 })) {
      next = Number(new DataView(name.buffer, name.byteOffset + 1).getBigUint64(0)) + 1
    }
    return new Journal(store, now, next)
  }

  get last (): number { return this.#next - 1 }

  /** Operations for the batch of the change, and what to call once that batch is durable. */
  record (entries: readonly JournalEntry[]): { ops: StoreOp[], publish: () => void } {
    const time = this.#now()
    const items = entries.map((entry): Numbered & { entry: JournalEntry } => ({ number: this.#next++, time, entry }))
    const ops: StoreOp[] = items.map(item => ({ type: 'put', key: key(tables.journal, item.number), value: encodeRecord({ time, entry: item.entry }) }))
    for (const { number } of items) {
      if (number > MAX_JOURNAL_ENTRIES && number % PRUNE_STRIDE === 0) {
        const end = number - MAX_JOURNAL_ENTRIES
        for (let old = Math.max(1, end - PRUNE_STRIDE + 1); old <= end; old++) ops.push({ type: 'del', key: key(tables.journal, old) })
      }
    }
    return { ops, publish: () => { for (const item of items) this.#publish(item) } }
  }

  /** Live only, never stored (typing). */
  whisper (entry: LiveEntry): void {
    this.#publish({ number: this.last, time: this.#now(), entry })
  }

  #publish (item: Numbered): void {
    for (const listener of this.#listeners) listener(item)
  }

  /** Everything after `since`, then what comes, until the signal aborts. A slow listener is served from the store. */
  async * follow (since: number, signal: AbortSignal | undefined): AsyncGenerator<Numbered> {
    let cursor = since
    let live: Numbered[] = []
    let overflow = true // begins with the store
    let wake: () => void = () => {}
    const listener = (item: Numbered): void => {
      if (live.length >= MAX_LIVE) {
        live = []
        overflow = true
      } else {
        live.push(item)
      }
      wake()
    }
    const abort = (): void => wake()
    const ended = (): boolean => signal?.aborted === true
    this.#listeners.add(listener)
    signal?.addEventListener('abort', abort)
    try {
      while (!ended()) {
        if (overflow) {
          overflow = false
          for await (const { key: name, value } of this.#store.range({ ...keyRange(tables.journal), gt: key(tables.journal, cursor) })) {
            const number = Number(new DataView(name.buffer, name.byteOffset + 1).getBigUint64(0))
            const { time, entry } = decodeRecord<{ time: number, entry: JournalEntry }>(value)
            cursor = number
            yield { number, time, entry }
            if (ended()) return
          }
          continue
        }
        const item = live.shift()
        if (item === undefined) {
          await new Promise<void>(resolve => {
            wake = resolve
            if (live.length > 0 || overflow || ended()) resolve()
          })
        } else if (item.entry.event === 'typing') {
          yield item
        } else if (item.number > cursor) {
          cursor = item.number
          yield item
        }
      }
    } finally {
      this.#listeners.delete(listener)
      signal?.removeEventListener('abort', abort)
    }
  }
}
