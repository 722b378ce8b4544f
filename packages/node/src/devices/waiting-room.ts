/**
 * Streams of whoever comes, until they show something that a stranger does not have.
 *
 * Invariants: at most `places` wait; where all are taken the one that waited longest goes; each has a timer, which ends with it.
 */
import { LimitError, UnreachableError } from '../errors.ts'
import type { Clock } from '../components.ts'
import type { FrameStream } from '../network/index.ts'

/** What a stranger cannot show must come in, ms: it is sent with the stream, over whatever path. */
export const STRANGER_MS = 5000

export class WaitingRoom {
  readonly #clock: Clock
  readonly #places: number
  /** in the order in which they came */
  readonly #waiting = new Map<FrameStream, () => void>()

  constructor (clock: Clock, places: number) {
    this.#clock = clock
    this.#places = places
  }

  get size (): number { return this.#waiting.size }

  /** It waits from now on, until it has ended or showed something: then what comes back is called. One that only says good-bye has its place still. */
  enter (stream: FrameStream): () => void {
    if (this.#waiting.size >= this.#places) {
      const [oldest] = this.#waiting.keys()
      if (oldest !== undefined) this.#leave(oldest)
      oldest?.abort(new LimitError('LIMIT_EXCEEDED', 'others wait too'))
    }
    const leave = (): void => { this.#leave(stream) }
    this.#waiting.set(stream, this.#clock.after(STRANGER_MS, () => {
      leave()
      stream.abort(new UnreachableError('TIMEOUT', 'the other side shows nothing'))
    }))
    if (stream.closed.aborted) leave()
    else stream.closed.addEventListener('abort', leave, { once: true })
    return leave
  }

  #leave (stream: FrameStream): void {
    this.#waiting.get(stream)?.()
    this.#waiting.delete(stream)
  }
}
