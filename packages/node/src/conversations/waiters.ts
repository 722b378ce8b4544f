/** Those who wait for a state: each looks again whenever something moved. */
import { UsageError } from '../errors.ts'

/** Waits at a time: one per message of a long script run. */
const MAX_WAITERS = 10_000

export class Waiters {
  readonly #waiting = new Set<() => void>()

  wake (): void {
    for (const look of [...this.#waiting]) look()
  }

  /** Resolves with the first value that `look` gives; rejects with `late()` on abort, or with what `look` throws. */
  async until<T> (look: () => T | undefined, signal: AbortSignal | undefined, late: () => Error): Promise<T> {
    const now = look()
    if (now !== undefined) return now
    if (signal?.aborted === true) throw late()
    if (this.#waiting.size >= MAX_WAITERS) throw new UsageError('LIMIT_EXCEEDED', 'too many waits at a time')
    return new Promise<T>((resolve, reject) => {
      const finish = (act: () => void): void => {
        this.#waiting.delete(again)
        signal?.removeEventListener('abort', abort)
        act()
      }
      const again = (): void => {
        try {
          const value = look()
          if (value !== undefined) finish(() => resolve(value))
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error(String(error))))
        }
      }
      const abort = (): void => finish(() => reject(late()))
      this.#waiting.add(again)
      signal?.addEventListener('abort', abort)
    })
  }
}
