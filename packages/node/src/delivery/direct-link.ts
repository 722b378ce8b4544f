/**
 * One direct stream to one device: envelopes out under the other side's credit, envelopes in under ours (ENV-6).
 *
 * Invariants: never more than the granted window is on the way; what comes in is handled in order of arrival per
 * conversation and credited once durable; a peer that ignores credit or sends garbage loses the stream, nothing more.
 * A stranger may open a stream too: what it sends opens with no key of ours, and is credited like anything else.
 */
import { decodeBounded } from '@sotto/protocols/common'
import { DIRECT_WINDOW, Frame, MAX_DIRECT_FRAME_BYTES } from '@sotto/protocols/envelope'
import { systemClock } from '../clock.ts'
import { PeerError, UnreachableError } from '../errors.ts'
import type { FrameStream } from '../network/index.ts'

const VERSION = 1
/** Credit waits this long, ms, for an envelope that it can go with: a frame costs both sides more than what it says. */
const CREDIT_MS = 20
/** … unless so many envelopes wait for theirs: the sender must not come to a stop. */
const CREDIT_AT_ONCE = DIRECT_WINDOW / 4

export type DeliverHandler = (peerId: string, direct: boolean, queue: Uint8Array, envelope: Uint8Array) => Promise<void>

export class DirectLink {
  readonly peerId: string
  readonly #stream: FrameStream
  readonly #handler: DeliverHandler
  /** granted by the other side in its hello; 0 before */
  #window = 0
  #sent = 0
  #acknowledged = 0
  #arrived = 0
  #credited = 0
  /** how far we told the other side */
  #told = 0
  #cancelCredit: (() => void) | undefined
  readonly #finished = new Set<number>()
  readonly #tags = new Map<number, string>()
  /** the other side granted credit: more may go out */
  onCredit: (handled: string[]) => void = () => {}

  constructor (stream: FrameStream, handler: DeliverHandler) {
    this.#stream = stream
    this.#handler = handler
    this.peerId = stream.peerId
  }

  get closed (): AbortSignal { return this.#stream.closed }
  get direct (): boolean { return this.#stream.direct }
  /** Envelopes that may be sent now. */
  get room (): number { return this.#stream.closed.aborted ? 0 : Math.max(0, this.#window - (this.#sent - this.#acknowledged)) }

  /** Tags of what was sent and not yet handled: lost with the stream. */
  unhandled (): string[] { return [...this.#tags.values()] }

  /** Reads until the stream ends. Returns when it did. */
  async run (): Promise<void> {
    await this.#stream.send(Frame.encode({ hello: { version: VERSION, window: DIRECT_WINDOW } }))
    try {
      for await (const bytes of this.#stream.frames()) {
        const frame = decodeBounded(Frame, bytes, MAX_DIRECT_FRAME_BYTES)
        if (frame === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'a frame of the direct stream cannot be decoded')
        this.#receive(frame)
      }
    } catch (error) {
      this.#stream.abort(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#cancelCredit?.()
    }
  }

  /** @throws UnreachableError when there is no room or no stream: the caller keeps the envelope */
  async deliver (queue: Uint8Array, envelope: Uint8Array, tag: string): Promise<void> {
    if (this.room === 0) throw new UnreachableError('UNREACHABLE', 'the direct stream takes nothing now')
    const number = ++this.#sent
    this.#tags.set(number, tag)
    const credit = this.#credit() // in one turn, so in one write
    await Promise.all([credit, this.#stream.send(Frame.encode({ deliver: { number, queue, envelope } }))])
  }

  close (): void {
    this.#credit().catch(() => {}) // what is not credited is sent again
    this.#stream.close().catch(() => this.#stream.abort(new UnreachableError('UNREACHABLE', 'closing')))
  }

  #receive (frame: Frame): void {
    if (frame.hello !== undefined) {
      if (this.#window > 0) throw new PeerError('PROTOCOL_VIOLATION', 'a second hello')
      this.#window = Math.min(Math.max(1, frame.hello.window), DIRECT_WINDOW)
      this.onCredit([])
    } else if (frame.credit !== undefined) {
      const { handled } = frame.credit
      if (handled <= this.#acknowledged || handled > this.#sent) throw new PeerError('PROTOCOL_VIOLATION', 'credit for what was never sent, or for nothing')
      const tags: string[] = []
      for (let number = this.#acknowledged + 1; number <= handled; number++) {
        const tag = this.#tags.get(number)
        this.#tags.delete(number)
        if (tag !== undefined) tags.push(tag)
      }
      this.#acknowledged = handled
      this.onCredit(tags)
    } else if (frame.deliver !== undefined) {
      const { number, queue, envelope } = frame.deliver
      if (this.#window === 0) throw new PeerError('PROTOCOL_VIOLATION', 'an envelope before the hello')
      if (number !== this.#arrived + 1 || queue.byteLength !== 16) throw new PeerError('PROTOCOL_VIOLATION', 'an envelope out of turn')
      if (this.#arrived - this.#credited >= DIRECT_WINDOW) throw new PeerError('PROTOCOL_VIOLATION', 'more envelopes than were granted')
      this.#arrived = number
      this.#handle(number, queue, envelope).catch(error => this.#stream.abort(error as Error))
    }
  }

  async #handle (number: number, queue: Uint8Array, envelope: Uint8Array): Promise<void> {
    await this.#handler(this.peerId, this.#stream.direct, queue, envelope)
    this.#finished.add(number)
    while (this.#finished.delete(this.#credited + 1)) this.#credited++
    if (this.#credited - this.#told >= CREDIT_AT_ONCE) await this.#credit()
    else if (this.#credited > this.#told) this.#cancelCredit ??= systemClock.after(CREDIT_MS, () => { this.#credit().catch(() => {}) }) // the stream says so itself
  }

  async #credit (): Promise<void> {
    this.#cancelCredit?.()
    this.#cancelCredit = undefined
    if (this.#credited === this.#told || this.#stream.closed.aborted) return
    this.#told = this.#credited
    await this.#stream.send(Frame.encode({ credit: { handled: this.#credited } }))
  }
}
