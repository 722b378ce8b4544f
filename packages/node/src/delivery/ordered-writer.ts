/**
 * The writes of one channel: one batch under way, those that wait are joined into the next.
 *
 * Invariant: after a failed write nothing that was asked for later reaches the disk, so that what stands there is always
 * a beginning of what happened in memory.
 */
import type { Store, StoreOp } from '../store/index.ts'

/** Writes joined into one batch: the disk is synced once for all of them. */
const MAX_JOINED = 256

interface Job { prepare: () => readonly StoreOp[], resolve: () => void, reject: (error: unknown) => void }

export class OrderedWriter {
  readonly #store: Store
  #waiting: Job[] = []
  #writing = false
  #failure: { error: unknown } | undefined

  constructor (store: Store) {
    this.#store = store
  }

  /** `prepare` is called once, right before the batch is handed to the store. Rejects where this or an earlier write failed. */
  async write (prepare: () => readonly StoreOp[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ prepare, resolve, reject })
    if (!this.#writing) this.#run().catch(reject)
    return promise
  }

  async #run (): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting.splice(0, MAX_JOINED)
      try {
        const ops = jobs.flatMap(job => [...job.prepare()])
        if (ops.length > 0) await this.#store.batch(ops)
        for (const job of jobs) job.resolve()
      } catch (error) {
        this.#failure = { error }
        for (const job of [...jobs, ...this.#waiting.splice(0)]) job.reject(error)
      }
    }
    this.#writing = false
  }
}
