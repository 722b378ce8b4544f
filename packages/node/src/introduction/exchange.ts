/** The asking side of one stream: one question at a time, notices in between. */
import { decodeAnswer, Frame, INTRODUCTION_PROTOCOL } from '@sotto/protocols/introduction'
import { LimitError, NodeError, PeerError, UnreachableError } from '../errors.ts'
import type { Components } from '../components.ts'
import type { FrameStream, PeerPlace } from '../network/index.ts'

/** How long an answer may take, ms: a synced write of a busy disk fits. */
const ANSWER_MS = 10_000
/** How long opening a stream may take, ms. */
const OPEN_MS = 10_000

export interface ExchangeInit {
  place: PeerPlace
  /** throw-away PeerId for this scope; undefined: as ourselves */
  scope: string | undefined
  signal?: AbortSignal | undefined
  onNotice?: () => void
}

type Waiter = PromiseWithResolvers<Frame>

/** What a refusal means to the caller. Codes that we do not know are refusals like any other. */
export function refusalError (code: string): NodeError {
  switch (code) {
    case 'WORK_TOO_LOW': case 'RATE_LIMITED': case 'MAILBOX_FULL': case 'QUEUE_FULL': case 'GRANT_UNKNOWN':
      return new LimitError(code, 'The place refused')
    default: return new PeerError('REFUSED', 'The place refused')
  }
}

export class Exchange {
  readonly #stream: FrameStream
  readonly #clock: Components['clock']
  readonly #onNotice: (() => void) | undefined
  #waiter: Waiter | undefined
  #turn: Promise<unknown> = Promise.resolve()
  /** of the server's challenge, 16 bytes */
  nonce = new Uint8Array()

  private constructor (stream: FrameStream, clock: Components['clock'], onNotice: (() => void) | undefined) {
    this.#stream = stream
    this.#clock = clock
    this.#onNotice = onNotice
  }

  /** @throws UnreachableError; PeerError PROTOCOL_VIOLATION */
  static async open ({ network, clock }: Pick<Components, 'network' | 'clock'>, { place, scope, signal, onNotice }: ExchangeInit): Promise<Exchange> {
    const late = new AbortController()
    const cancel = clock.after(OPEN_MS, () => { late.abort(new UnreachableError('TIMEOUT', 'The place did not answer')) })
    try {
      const options = { signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]) }
      const stream = scope === undefined ? await network.open(place, INTRODUCTION_PROTOCOL, options) : await network.openAnonymous(place, INTRODUCTION_PROTOCOL, scope, options)
      const exchange = new Exchange(stream, clock, onNotice)
      const { challenge } = await exchange.#until(signal, async () => {
        const first = exchange.#next()
        exchange.#read().catch(() => {}) // it settles what waits, and ends the stream, by itself
        return first
      })
      if (challenge === undefined) throw exchange.#broken()
      exchange.nonce = Uint8Array.from(challenge.nonce)
      return exchange
    } finally {
      cancel()
    }
  }

  get peerId (): string {
    return this.#stream.peerId
  }

  get closed (): AbortSignal {
    return this.#stream.closed
  }

  /** Asks and waits for the answer. @throws UnreachableError; PeerError PROTOCOL_VIOLATION */
  async ask (question: Partial<Frame>, signal?: AbortSignal): Promise<Frame> {
    const answer = this.#turn.then(async () => this.#until(signal, async () => {
      const next = this.#next()
      this.#stream.send(Frame.encode(question)).catch(error => { this.#fail(error instanceof Error ? error : this.#broken()) })
      return next
    }))
    this.#turn = answer.catch(() => {}) // the caller hears of it
    return answer
  }

  /** Ends the stream when the caller gives up meanwhile. */
  async #until<T> (signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    const abort = (): void => { this.#fail(new NodeError('ABORTED', 'The call was given up', { cause: signal?.reason })) }
    if (signal?.aborted === true) abort()
    signal?.addEventListener('abort', abort)
    try {
      return await run()
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  async close (): Promise<void> {
    await this.#stream.close().catch(() => {}) // it is gone already
  }

  async #next (): Promise<Frame> {
    if (this.#stream.closed.aborted) throw new UnreachableError('UNREACHABLE', 'The stream has ended')
    const waiter: Waiter = Promise.withResolvers()
    this.#waiter = waiter
    const cancel = this.#clock.after(ANSWER_MS, () => { this.#fail(new UnreachableError('TIMEOUT', 'The place did not answer')) })
    return waiter.promise.finally(cancel)
  }

  async #read (): Promise<void> {
    try {
      for await (const bytes of this.#stream.frames()) {
        const frame = decodeAnswer(bytes)
        if (frame?.notice !== undefined) {
          this.#onNotice?.()
          continue
        }
        const waiter = this.#waiter
        // a bad answer, or one to no question
        if (frame === undefined || waiter === undefined) throw this.#broken()
        this.#waiter = undefined
        waiter.resolve(frame)
      }
      this.#fail(new UnreachableError('UNREACHABLE', 'The stream has ended'))
    } catch (error) {
      this.#fail(error instanceof Error ? error : this.#broken())
    }
  }

  #broken (): PeerError {
    return new PeerError('PROTOCOL_VIOLATION', 'The place broke the protocol')
  }

  /** After an answer that failed, later ones could not be told from it: the stream ends. */
  #fail (error: Error): void {
    this.#stream.abort(error)
    this.#waiter?.reject(error)
    this.#waiter = undefined
  }
}
