/** How the mailboxes of others have answered our PUTs: when to try again, and what is the matter. */
import { NodeError } from '../errors.ts'
import { reason } from '../reasons.ts'
import type { Reason, ReasonCode } from '../api.ts'
import type { Clock } from '../components.ts'

/** First wait after a failure, ms; doubles. */
const FIRST_RETRY_MS = 1000
/** Longest wait after an unreachable mailbox, ms. */
const MAX_RETRY_MS = 5 * 60 * 1000
/** Wait after a clear refusal, ms: room comes back when the reader fetches its mail. */
const REFUSED_RETRY_MS = 30 * 1000
/** Mailboxes remembered. */
const MAX_MAILBOXES = 2048

interface Health { failures: number, at: number, wait: number, trouble: Reason }

const REFUSALS: Record<string, ReasonCode> = {
  QUEUE_FULL: 'queue-full',
  MAILBOX_FULL: 'mailbox-full',
  GRANT_UNKNOWN: 'grant-unknown',
  GRANT_EXHAUSTED: 'grant-exhausted',
  RATE_LIMITED: 'rate-limited',
  CLOCK_WRONG: 'clock-differs',
  REFUSED: 'queue-refused'
}

export class MailboxHealth {
  readonly #clock: Clock
  readonly #health = new Map<string, Health>()

  constructor (clock: Clock) {
    this.#clock = clock
  }

  retryAt (mailbox: string): number {
    const health = this.#health.get(mailbox)
    // a failure from the future is from before our clock was set
    return health === undefined || health.at > this.#clock.now() ? 0 : health.at + health.wait
  }

  trouble (mailbox: string): Reason | undefined { return this.#health.get(mailbox)?.trouble }

  /** @returns whether it had been in trouble */
  ok (mailbox: string): boolean { return this.#health.delete(mailbox) }

  /**
   * `doubted`: what was put, by mailbox and time, where the mailbox took it and only its clock is not believed: that is no reason to
   * leave nothing else there. @returns whether the trouble is a new one
   */
  failed (mailbox: string, error: unknown, doubted: Map<string, number>): boolean {
    const before = this.trouble(mailbox)
    const failures = (this.#health.get(mailbox)?.failures ?? 0) + 1
    const refusal = error instanceof NodeError ? REFUSALS[error.code] : undefined
    const jitter = 0.75 + (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 512
    const isDoubt = error instanceof NodeError && error.code === 'CLOCK_WRONG'
    if (isDoubt) doubted.set(mailbox, this.#clock.now())
    const wait = isDoubt ? 0 : refusal !== undefined ? REFUSED_RETRY_MS : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS)
    const oldest = this.#health.size >= MAX_MAILBOXES ? this.#health.keys().next() : undefined
    if (oldest?.done === false) this.#health.delete(oldest.value)
    this.#health.set(mailbox, { failures, at: this.#clock.now(), wait: wait * jitter, trouble: reason(refusal ?? 'no-answer') })
    return this.trouble(mailbox)?.code !== before?.code
  }

  /** Something changed for the better: try all at once. */
  forgive (): void {
    for (const health of this.#health.values()) health.wait = 0
  }
}
