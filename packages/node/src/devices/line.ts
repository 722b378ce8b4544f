/**
 * Questions and answers over the stream to one own device.
 *
 * Invariants: at most MAX_DEVICE_QUESTIONS of ours are under way, and as many of theirs; what is told without a question is taken in
 * its order; a question without an answer in time ends the line; after the end every question rejects.
 */
import { DEVICE_ANSWER_MS, MAX_DEVICE_QUESTIONS } from '../config.ts'
import { NodeError, PeerError, UnreachableError } from '../errors.ts'
import type { SealedStream } from './sealed-stream.ts'
import type { Clock } from '../components.ts'
import type { DeviceFrame } from '@sotto/protocols/pairing'

export interface LineHandler {
  /** What to answer. */
  asked (line: DeviceLine, frame: DeviceFrame): Promise<Partial<DeviceFrame>>
  told (line: DeviceLine, frame: DeviceFrame): Promise<void>
}

export class DeviceLine {
  readonly device: string
  readonly dialled: boolean
  readonly #stream: SealedStream
  readonly #clock: Clock
  readonly #handler: LineHandler
  readonly #waiting = new Map<number, PromiseWithResolvers<DeviceFrame>>()
  #next = 1
  #answering = 0
  #order: Promise<void> = Promise.resolve()
  #slots: Array<() => void> = []

  constructor (stream: SealedStream, dialled: boolean, clock: Clock, handler: LineHandler) {
    this.device = stream.device
    this.dialled = dialled
    this.#stream = stream
    this.#clock = clock
    this.#handler = handler
  }

  get closed (): AbortSignal { return this.#stream.closed }

  /** Reads until the stream ends. */
  async run (): Promise<void> {
    try {
      for await (const frame of this.#stream.frames()) this.#take(frame)
    } catch (error) {
      this.#stream.abort(error instanceof Error ? error : new Error(String(error)))
    } finally {
      const gone = new UnreachableError('UNREACHABLE', 'the stream to the other device ended')
      for (const { reject } of this.#waiting.values()) reject(gone)
      this.#waiting.clear()
      for (const go of this.#slots.splice(0)) go()
      await this.#order
    }
  }

  /** @throws UnreachableError when the stream ends before the answer */
  async ask (question: Partial<DeviceFrame>): Promise<DeviceFrame> {
    while (this.#waiting.size >= MAX_DEVICE_QUESTIONS && !this.closed.aborted) await new Promise<void>(resolve => { this.#slots.push(resolve) })
    if (this.closed.aborted) throw new UnreachableError('UNREACHABLE', 'the stream to the other device ended')
    const number = this.#next++
    const answer = Promise.withResolvers<DeviceFrame>()
    this.#waiting.set(number, answer)
    const cancel = this.#clock.after(DEVICE_ANSWER_MS, () => { this.abort(new UnreachableError('TIMEOUT', 'the other device does not answer')) })
    try {
      // an answer may come before the write is through; a stream that ends settles it too
      this.#stream.send({ ...question, number }).catch((error: unknown) => { answer.reject(error) })
      return await answer.promise
    } finally {
      cancel()
      this.#waiting.delete(number)
      this.#slots.shift()?.()
    }
  }

  async tell (frame: Partial<DeviceFrame>): Promise<void> { await this.#stream.send(frame) }
  async close (): Promise<void> { await this.#stream.close() }
  abort (error: NodeError): void { this.#stream.abort(error) }

  #take (frame: DeviceFrame): void {
    if (frame.answer) {
      this.#waiting.get(frame.number)?.resolve(frame) // one that nobody waits for any more is dropped
    } else if (frame.number === 0) {
      this.#order = this.#order.then(async () => this.#handler.told(this, frame)).catch((error: unknown) => { this.#broken(error) })
    } else {
      if (this.#answering >= MAX_DEVICE_QUESTIONS) throw new PeerError('PROTOCOL_VIOLATION', 'more questions than are answered at a time')
      this.#answering++
      this.#answer(frame).catch((error: unknown) => { this.#broken(error) })
    }
  }

  async #answer (frame: DeviceFrame): Promise<void> {
    try {
      // what was told before is known before
      await this.#order
      const answer = await this.#handler.asked(this, frame)
      this.#answering--
      await this.#stream.send({ ...answer, number: frame.number, answer: true })
    } catch (error) {
      this.#answering = Math.max(0, this.#answering)
      throw error
    }
  }

  #broken (error: unknown): void {
    if (!this.closed.aborted) this.abort(error instanceof NodeError ? error : new PeerError('PROTOCOL_VIOLATION', 'the other device could not be served', { cause: error }))
  }
}
