/** Work that nobody awaits: its errors are logged, and its end can be waited for. */
import { NodeError } from '../errors.ts'
import { withTimeout } from '../lifecycle.ts'
import type { Components } from '../components.ts'

export class Tasks {
  readonly #components: Pick<Components, 'clock' | 'logger'>
  readonly #running = new Set<Promise<void>>()

  constructor (components: Pick<Components, 'clock' | 'logger'>) {
    this.#components = components
  }

  run (work: Promise<void> | undefined): void {
    if (work === undefined) return
    const quiet: Promise<void> = work.catch((error: unknown) => {
      this.#components.logger.error('a task failed', error instanceof NodeError ? error.code : '')
    }).finally(() => { this.#running.delete(quiet) })
    this.#running.add(quiet)
  }

  /** Waits for all of it, or for `ms`; it goes on in any case. */
  async atMost (ms: number, work: Array<Promise<void>>): Promise<void> {
    for (const one of work) this.run(one)
    if (ms === 0) return
    await withTimeout(Promise.allSettled(work), ms, this.#components.clock)
  }

  /** When nothing runs any more, also what was begun meanwhile. */
  async settled (): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
