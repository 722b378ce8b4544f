/**
 * Reads in a page. Each transaction of IndexedDB is a question to another process of the browser, which costs more than what it
 * answers: what is asked for in one tick goes in one.
 */
import type { DatabaseRange } from './database.ts'

/** Reads of one transaction, at most: what comes of their answers is one task of the page, some milliseconds long. */
const MAX_TOGETHER = 64

export type Entry = [Uint8Array, Uint8Array]
export type ForwardRange = Omit<DatabaseRange, 'reverse' | 'limit'>

interface Asked {
  /** places its first request */
  begin: (store: IDBObjectStore, answered: <T>(request: IDBRequest<T>, then: (result: T) => void) => void) => void
  /** tells whoever asked what came */
  settle: () => void
  reject: (error: unknown) => void
  error?: unknown
}

/**
 * Invariants: all who asked in one transaction are answered in one task, in the order of the calls, so that what they ask next goes
 * together too; each once, whatever becomes of the transaction. What was written before the call is there: a transaction of IndexedDB
 * waits for those that were begun before and write.
 */
export class PageReads {
  readonly #store: () => IDBObjectStore
  #asked: Asked[] = []

  /** `store`: of a new transaction; it throws where there is none */
  constructor (store: () => IDBObjectStore) { this.#store = store }

  async get (key: Uint8Array): Promise<Uint8Array | undefined> {
    let value: Uint8Array | undefined
    return this.#ask(() => value, (store, answered) => {
      answered(store.get(key as Uint8Array<ArrayBuffer>), found => { value = found === undefined ? undefined : bytesOf(found) })
    })
  }

  /** The first entries of a range, `limit` of them at most, ascending. */
  async range (range: ForwardRange, limit: number): Promise<Entry[]> {
    const within = rangeOf(range)
    if (within === 'empty') return []
    let entries: Entry[] = []
    return this.#ask(() => entries, (store, answered) => {
      answered(store.getAllKeys(within, limit), keys => {
        // most ranges that are asked for are empty: what was done to one message
        if (keys.length === 0) return
        answered(store.getAll(within, limit), values => { entries = values.map((value, at) => [bytesOf(keys[at]), bytesOf(value)]) })
      })
    })
  }

  async #ask<T> (value: () => T, begin: Asked['begin']): Promise<T> {
    return new Promise((resolve, reject) => {
      const first = this.#asked.length === 0
      this.#asked.push({ begin, reject, settle: () => { resolve(value()) } })
      if (this.#asked.length >= MAX_TOGETHER) this.#flush()
      else if (first) queueMicrotask(() => { this.#flush() })
    })
  }

  #flush (): void {
    const all = this.#asked
    this.#asked = []
    if (all.length === 0) return // they went before
    let waiting = 0
    const settle = (): void => {
      for (const asked of all.splice(0)) {
        if (asked.error === undefined) asked.settle()
        else asked.reject(asked.error)
      }
    }
    const fail = (error: unknown): void => {
      for (const asked of all) asked.error ??= error
      settle()
    }
    let store: IDBObjectStore
    try {
      store = this.#store()
    } catch (error) {
      fail(error)
      return
    }
    const { transaction } = store
    transaction.onabort = () => { fail(transaction.error ?? new Error('the browser gave a read up')) }
    for (const asked of all) {
      try {
        asked.begin(store, (request, then) => {
          waiting++
          request.onsuccess = () => {
            then(request.result)
            if (--waiting === 0) settle()
          }
          request.onerror = event => {
            event.preventDefault() // the others are answered all the same
            event.stopPropagation()
            asked.error = request.error ?? new Error('the browser could not read')
            if (--waiting === 0) settle()
          }
        })
      } catch (error) {
        asked.error = error
      }
    }
    if (waiting === 0) settle() // none could even be asked
  }
}

function rangeOf ({ gt, gte, lt, lte }: ForwardRange): IDBKeyRange | null | 'empty' {
  const lower = gte ?? gt
  const upper = lte ?? lt
  try {
    if (lower !== undefined && upper !== undefined) return IDBKeyRange.bound(lower, upper, gte === undefined, lte === undefined)
    if (lower !== undefined) return IDBKeyRange.lowerBound(lower, gte === undefined)
    return upper === undefined ? null : IDBKeyRange.upperBound(upper, lte === undefined)
  } catch {
    return 'empty' // it ends before it begins
  }
}

/** Keys come as buffers, values as they were put. */
function bytesOf (data: unknown): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array(data as ArrayBuffer)
}
