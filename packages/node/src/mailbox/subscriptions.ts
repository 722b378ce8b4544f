/**
 * What one stream of a reader has been sent and has not acknowledged.
 *
 * Invariant: never more than SUBSCRIBER_WINDOW_BYTES (and one frame) on their way to a reader that does not acknowledge (MBX-9).
 */
import { toString } from 'uint8arrays/to-string'
import { ITEM_OVERHEAD_BYTES, MAX_SUBSCRIPTIONS, SUBSCRIBER_WINDOW_BYTES } from '../config.ts'
import type { LinkRecord } from './records.ts'

export interface Subscription {
  queue: Uint8Array
  slot: Uint8Array
  /** the last position that was sent */
  sent: number
  /** something may be there beyond `sent` */
  dirty: boolean
  /** its own answer has left: pushes must not overtake it, or the chain would seem broken */
  answered: boolean
  /** frames on their way: bytes up to a position */
  unacknowledged: Array<{ position: number, bytes: number }>
}

export class Subscriptions {
  readonly #all = new Map<string, Subscription>()
  readonly #window: number
  #bytes = 0

  constructor (window = SUBSCRIBER_WINDOW_BYTES) {
    this.#window = window
  }

  get size (): number {
    return this.#all.size
  }

  get credit (): number {
    return Math.max(0, this.#window - this.#bytes)
  }

  /** False where the stream has too many already. */
  add (queue: Uint8Array, slot: Uint8Array, sent: number): boolean {
    const name = toString(queue, 'base64url')
    if (!this.#all.has(name) && this.#all.size >= MAX_SUBSCRIPTIONS) return false
    this.remove(queue)
    this.#all.set(name, { queue, slot, sent, dirty: true, answered: false, unacknowledged: [] })
    return true
  }

  all (): Subscription[] {
    return [...this.#all.values()]
  }

  get (queue: Uint8Array): Subscription | undefined {
    return this.#all.get(toString(queue, 'base64url'))
  }

  remove (queue: Uint8Array): void {
    const name = toString(queue, 'base64url')
    for (const { bytes } of this.#all.get(name)?.unacknowledged ?? []) this.#bytes -= bytes
    this.#all.delete(name)
  }

  /** The next that may have something; those served last come last. */
  next (): Subscription | undefined {
    for (const [name, subscription] of this.#all) {
      if (!subscription.dirty || !subscription.answered) continue
      this.#all.delete(name)
      this.#all.set(name, subscription)
      return subscription
    }
    return undefined
  }

  sent (subscription: Subscription, links: readonly LinkRecord[]): void {
    const last = links.at(-1)
    if (last === undefined || this.get(subscription.queue) !== subscription) return
    const bytes = links.reduce((sum, link) => sum + link.bytes.byteLength + ITEM_OVERHEAD_BYTES, 0)
    subscription.sent = last.position
    subscription.unacknowledged.push({ position: last.position, bytes })
    this.#bytes += bytes
  }

  acknowledged (queue: Uint8Array, position: number): void {
    const subscription = this.get(queue)
    while (subscription?.unacknowledged[0] !== undefined && subscription.unacknowledged[0].position <= position) {
      this.#bytes -= subscription.unacknowledged.shift()?.bytes ?? 0
    }
  }
}
