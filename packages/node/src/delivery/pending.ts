/** Own entries that go to the disk with the next write, and who waits for that. */
import type { StoreOp } from '../store/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

/** Entries that wait for a write before the next is taken: so a burst is on its way while it is still being said. */
const MAX_PENDING = 256

interface Item { ops: readonly StoreOp[], entry: DecodedEntry, resolve: () => void, reject: (error: unknown) => void }

export class PendingEntries {
  #items: Item[] = []
  /** those who wait until what is pending is on its way to the disk */
  #queueing: Array<() => void> = []
  #closed = false

  get size (): number { return this.#items.length }

  /** Resolves when there is room for one more. */
  async room (): Promise<void> {
    while (this.#items.length >= MAX_PENDING && !this.#closed) await new Promise<void>(resolve => { this.#queueing.push(resolve) })
  }

  /** Resolves when the entry is on the disk. */
  add (entry: DecodedEntry, ops: readonly StoreOp[]): Promise<void> {
    return new Promise<void>((resolve, reject) => { this.#items.push({ ops, entry, resolve, reject }) })
  }

  /** All of them, for one write: its owner says how that ended. */
  take (): { entries: DecodedEntry[], ops: StoreOp[], resolve: () => void, reject: (error: unknown) => void } {
    const items = this.#items
    this.#items = []
    this.#go()
    return {
      entries: items.map(({ entry }) => entry),
      ops: items.flatMap(({ ops }) => ops),
      resolve: () => { for (const item of items) item.resolve() },
      reject: error => { for (const item of items) item.reject(error) }
    }
  }

  close (error: Error): void {
    this.#closed = true
    for (const { reject } of this.#items.splice(0)) reject(error)
    this.#go()
  }

  #go (): void {
    for (const go of this.#queueing.splice(0)) go()
  }
}
