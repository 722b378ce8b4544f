/** A token bucket on a clock that tests can move. */
export class Rate {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #at: number

  constructor (burst: number, perSecond: number, now: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#at = now
  }

  /** Whether one more fits now. */
  take (now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) / 1000 * this.#perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
