/**
 * How many places a peer can make us knock at: an announcement names devices and mailboxes at addresses of its author's
 * choice, and may change as often as the author likes (PAY-5).
 */
import type { Clock } from '../components.ts'

/** New places of one conversation at once: every device and mailbox of a full announcement, twice. */
const BURST = 48
/** One more after each of these, ms. */
const REFILL_MS = 60 * 1000
/** Places remembered as known. */
const MAX_KNOWN = 256

export class DialAllowance {
  readonly #clock: Clock
  readonly #known = new Set<string>()
  #left = BURST
  #at: number

  constructor (clock: Clock) {
    this.#clock = clock
    this.#at = clock.now()
  }

  /** Whether we may dial this peer for this conversation. */
  take (peerId: string): boolean {
    if (this.#known.has(peerId)) return true
    const now = this.#clock.now()
    this.#left = Math.min(BURST, this.#left + (now - this.#at) / REFILL_MS)
    this.#at = now
    if (this.#left < 1) return false
    this.#left--
    const [oldest] = this.#known
    if (oldest !== undefined && this.#known.size >= MAX_KNOWN) this.#known.delete(oldest)
    this.#known.add(peerId)
    return true
  }
}
