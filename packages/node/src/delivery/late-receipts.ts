/**
 * Receipts that came alone: written with whatever is written next, or a little later by themselves. Nothing of ours is built
 * upon them, and what a crash loses of them is said again; only the credit for their envelope waits until they are durable.
 */
import { systemClock } from '../clock.ts'
import type { ChannelChange } from './channel-state.ts'

/** In a conversation that goes on the next message takes them along; else they wait this long, ms. */
const LATE_MS = 20

interface Late { changes: ChannelChange[], done: PromiseWithResolvers<void>, cancel: () => void }

export class LateReceipts {
  readonly #write: () => void
  #late: Late | undefined

  /** `write`: writes something, be it nothing else */
  constructor (write: () => void) {
    this.#write = write
  }

  get waiting (): boolean { return this.#late !== undefined }

  /** Resolves when they are durable. */
  add (changes: readonly ChannelChange[]): Promise<void> {
    this.#late ??= { changes: [], done: Promise.withResolvers<void>(), cancel: systemClock.after(LATE_MS, this.#write) }
    this.#late.changes.push(...changes)
    return this.#late.done.promise
  }

  /** All of them, for one write: its owner says how that ended. */
  take (): { changes: readonly ChannelChange[], resolve: () => void, reject: (error: unknown) => void } | undefined {
    const late = this.#late
    this.#late = undefined
    late?.cancel()
    return late === undefined ? undefined : { changes: late.changes, resolve: () => late.done.resolve(), reject: error => late.done.reject(error) }
  }
}
