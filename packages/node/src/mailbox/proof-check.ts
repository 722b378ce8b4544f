/**
 * Holds what mailboxes promised to writers against what they show to us. Two signed statements that cannot both be true
 * are a lie, whoever hands us the first (MBX-8).
 *
 * Invariants: at most MAX_WAITING_PROOFS wait per queue; one question per queue is under way at a time.
 */
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { MAX_WAITING_PROOFS } from '../config.ts'
import { verifiedReceipt } from './verified.ts'
import type { KeeperBook, ReadQueue } from './keeper-book.ts'
import type { Components } from '../components.ts'
import type { ReceiptBody } from '@sotto/protocols/mailbox'

export class ProofCheck {
  readonly #components: Pick<Components, 'clock' | 'network'>
  readonly #book: KeeperBook
  readonly #liar: (peerId: string, reason: string) => void
  /** by queue: receipts for positions that we have not read yet */
  readonly #waiting = new Map<string, ReceiptBody[]>()
  readonly #asking = new Map<string, Promise<void>>()
  readonly #comparing = new Set<Promise<void>>()

  constructor (components: Pick<Components, 'clock' | 'network'>, book: KeeperBook, liar: (peerId: string, reason: string) => void) {
    this.#components = components
    this.#book = book
    this.#liar = liar
  }

  /** `end` asks the mailbox afresh how far the queue goes. */
  async check (mailbox: string, receipt: Uint8Array, find: (id: Uint8Array) => ReadQueue | undefined, end: (queue: ReadQueue) => Promise<number | undefined>): Promise<void> {
    const body = await verifiedReceipt(this.#components.network, mailbox, receipt)
    if (body === undefined) return // the writer's tale, not the mailbox's word
    const queue = find(body.queue)
    if (queue === undefined || queue.mailbox !== mailbox || queue.state !== 'created') return
    if (body.position <= queue.position) {
      await this.#compare(queue, body)
      return
    }
    const name = toString(queue.queue, 'base64url')
    const waiting = this.#waiting.get(name) ?? []
    this.#waiting.set(name, [...waiting, body].slice(-MAX_WAITING_PROOFS))
    let asking = this.#asking.get(name)
    if (asking === undefined) {
      asking = this.#ask(name, queue, end).finally(() => { this.#asking.delete(name) })
      this.#asking.set(name, asking)
    }
    await asking
  }

  /** The queue was read further: what waited for that can be compared. */
  advanced (queue: ReadQueue): void {
    const name = toString(queue.queue, 'base64url')
    const waiting = this.#waiting.get(name)
    if (waiting === undefined) return
    const later = waiting.filter(body => body.position > queue.position)
    if (later.length > 0) this.#waiting.set(name, later)
    else this.#waiting.delete(name)
    for (const body of waiting) {
      if (body.position > queue.position) continue
      const comparing: Promise<void> = this.#compare(queue, body).catch(() => {}).finally(() => { this.#comparing.delete(comparing) }) // a store that fails proves nothing
      this.#comparing.add(comparing)
    }
  }

  async stop (): Promise<void> {
    this.#waiting.clear()
    await Promise.allSettled([...this.#asking.values(), ...this.#comparing])
  }

  async #ask (name: string, queue: ReadQueue, end: (queue: ReadQueue) => Promise<number | undefined>): Promise<void> {
    let promised = 0
    for (;;) {
      const most = Math.max(0, ...(this.#waiting.get(name) ?? []).map(body => body.position))
      if (most <= promised) return
      promised = most
      const position = await end(queue)
      if (position === undefined) return // not connected: compared when it was read
      if (position < most) {
        this.#liar(queue.mailbox, 'it signed for an item that it does not have')
        return
      }
    }
  }

  async #compare (queue: ReadQueue, body: ReceiptBody): Promise<void> {
    const known = await this.#book.headAt(queue, body.position)
    if (known === undefined) return // read too long ago
    if (!equals(known.head, body.head)) this.#liar(queue.mailbox, 'it showed us another chain than it showed a writer')
    else if (known.gone && body.expires > this.#components.clock.now()) this.#liar(queue.mailbox, 'it called an item expired that it had promised to keep')
  }
}
