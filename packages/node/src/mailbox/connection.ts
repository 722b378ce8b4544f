/**
 * One stream to a mailbox, from the side that asks: questions and answers paired by number, pushes handed on.
 *
 * Invariants: every request ends, by its answer, its timeout, the caller's signal, or the end of the stream; a malformed
 * frame ends the stream.
 */
import { decodeAnswer, Frame, MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { MAILBOX_ANSWER_TIMEOUT_MS, MAILBOX_OPEN_TIMEOUT_MS } from '../config.ts'
import { LimitError, NodeError, PeerError, UnreachableError } from '../errors.ts'
import type { Components } from '../components.ts'
import type { FrameStream, PeerPlace } from '../network/index.ts'
import type { Items, Refused } from '@sotto/protocols/mailbox'

type ConnectionComponents = Pick<Components, 'clock' | 'network'>
type Question = Omit<Frame, 'id'>

export interface ConnectOptions {
  /** name of the throw-away PeerId; undefined: as ourselves (own personal nodes) */
  scope: string | undefined
  signal?: AbortSignal
  /** Items, asked for or pushed, in the order of the stream. The next frame is read when it resolves. */
  onItems?: (items: Items) => Promise<void>
}

/** What a refusal is to the caller. */
export function refusalError (refused: Refused): NodeError {
  const numbers = refused.limit > 0 ? ` (${refused.used} of ${refused.limit})` : ''
  const message = `the mailbox refused: ${refused.detail === '' ? refused.code : refused.detail}${numbers}`
  switch (refused.code) {
    case 'QUEUE_FULL': case 'MAILBOX_FULL': case 'GRANT_UNKNOWN': case 'GRANT_EXHAUSTED': case 'RATE_LIMITED':
      return new LimitError(refused.code, message)
    case 'QUEUE_UNKNOWN':
      return new PeerError('QUEUE_UNKNOWN', message)
    default:
      return new PeerError('REFUSED', message)
  }
}

/** Runs `work` with a signal that fires after `ms`, with the caller's, or never again once it is over. */
export async function within<T> (clock: Components['clock'], ms: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController()
  const cancel = clock.after(ms, () => { timeout.abort(new UnreachableError('TIMEOUT', 'the mailbox did not answer in time')) })
  try {
    return await work(signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]))
  } catch (error) {
    if (timeout.signal.aborted && signal?.aborted !== true) throw timeout.signal.reason
    throw error
  } finally {
    cancel()
  }
}

export class MailboxConnection {
  readonly peerId: string
  readonly nonce: Uint8Array
  readonly #stream: FrameStream
  readonly #clock: Components['clock']
  readonly #waiting = new Map<number, PromiseWithResolvers<Frame>>()
  #last = 0

  private constructor (stream: FrameStream, nonce: Uint8Array, clock: Components['clock']) {
    this.#stream = stream
    this.#clock = clock
    this.peerId = stream.peerId
    this.nonce = nonce
  }

  /** @throws UnreachableError, PeerError PROTOCOL_VIOLATION */
  static async open (components: ConnectionComponents, place: PeerPlace, options: ConnectOptions): Promise<MailboxConnection> {
    const { network, clock } = components
    return within(clock, MAILBOX_OPEN_TIMEOUT_MS, options.signal, async signal => {
      const stream = options.scope === undefined
        ? await network.open(place, MAILBOX_PROTOCOL, { signal })
        : await network.openAnonymous(place, MAILBOX_PROTOCOL, options.scope, { signal })
      const abort = (): void => { stream.abort(new UnreachableError('TIMEOUT', 'no challenge came')) }
      signal.addEventListener('abort', abort, { once: true })
      try {
        const frames = stream.frames()[Symbol.asyncIterator]()
        const first = await frames.next()
        if (first.done === true) throw new UnreachableError('UNREACHABLE', 'the mailbox closed the stream')
        const nonce = decodeAnswer(first.value)?.challenge?.nonce
        if (nonce === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the mailbox did not begin with a challenge')
        const connection = new MailboxConnection(stream, nonce, clock)
        void connection.#read(frames, options.onItems)
        return connection
      } catch (error) {
        stream.abort(error instanceof Error ? error : new UnreachableError('UNREACHABLE', 'the stream failed'))
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
      }
    })
  }

  get closed (): AbortSignal {
    return this.#stream.closed
  }

  /** Requests that wait for an answer. */
  get busy (): number {
    return this.#waiting.size
  }

  /**
   * The answer to a question, which may be a refusal.
   * @throws UnreachableError UNREACHABLE, TIMEOUT; whatever the signal says
   */
  async request (question: Question, signal?: AbortSignal): Promise<Frame> {
    const id = this.#last = this.#last % 0xffff_ffff + 1
    const waiting = Promise.withResolvers<Frame>()
    waiting.promise.catch(() => {}) // it may end before anybody looks
    this.#waiting.set(id, waiting)
    try {
      return await within(this.#clock, MAILBOX_ANSWER_TIMEOUT_MS, signal, async both => {
        const abort = (): void => { waiting.reject(both.reason) }
        both.addEventListener('abort', abort, { once: true })
        try {
          if (both.aborted) throw both.reason
          await this.#stream.send(Frame.encode({ id, ...question }))
          return await waiting.promise
        } finally {
          both.removeEventListener('abort', abort)
        }
      })
    } finally {
      this.#waiting.delete(id)
    }
  }

  async close (): Promise<void> {
    await this.#stream.close()
  }

  abort (error: Error): void {
    this.#stream.abort(error)
  }

  async #read (frames: AsyncIterator<Uint8Array>, onItems: ConnectOptions['onItems']): Promise<void> {
    try {
      for (let next = await frames.next(); next.done !== true; next = await frames.next()) {
        const frame = decodeAnswer(next.value)
        if (frame === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'a malformed answer')
        // answers too go through here: what follows them must not overtake them
        if (frame.items !== undefined) await onItems?.(frame.items)
        this.#waiting.get(frame.id)?.resolve(frame)
      }
      throw new UnreachableError('UNREACHABLE', 'the mailbox ended the stream')
    } catch (error) {
      const reason = error instanceof NodeError ? error : new UnreachableError('UNREACHABLE', 'the stream failed', { cause: error })
      this.abort(reason)
      for (const waiting of this.#waiting.values()) waiting.reject(reason)
    }
  }
}
