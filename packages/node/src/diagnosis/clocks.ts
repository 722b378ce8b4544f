/**
 * What others signed about the time, beside our own clock.
 *
 * Invariants: one word of each peer, the newest, of at most MAX_CLOCKS peers; a word from before our clock was set, or slept, is not used.
 */
import { CLOCK_MOVED_MS, MAX_CLOCKS } from './config.ts'
import type { Clock, ClockWitness } from '../components.ts'

interface Word { ahead: number, base: number }

export class Clocks implements ClockWitness {
  readonly #clock: Pick<Clock, 'now'>
  readonly #steady: () => number
  readonly #words = new Map<string, Word>()

  /** @param steady milliseconds that nobody sets */
  constructor (clock: Pick<Clock, 'now'>, steady: () => number = () => performance.now()) {
    this.#clock = clock
    this.#steady = steady
  }

  saw (peer: string, time: number): void {
    this.#words.delete(peer)
    const oldest = this.#words.size >= MAX_CLOCKS ? this.#words.keys().next() : undefined
    if (oldest?.done === false) this.#words.delete(oldest.value)
    this.#words.set(peer, { ahead: time - this.#clock.now(), base: this.#base() })
  }

  /** How far each of them was ahead of us, ms. */
  ahead (): number[] {
    const base = this.#base()
    return [...this.#words.values()].filter(word => Math.abs(word.base - base) < CLOCK_MOVED_MS).map(({ ahead }) => ahead)
  }

  #base (): number { return this.#clock.now() - this.#steady() }
}
