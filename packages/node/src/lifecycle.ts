/** How the parts of a node end, and what waits for what. */
import type { Clock, Logger } from './components.ts'

/** Last built, first stopped; a part that fails to stop does not keep the others running. */
export async function unwind (stops: Array<() => Promise<void> | void>, logger: Logger): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop()
    } catch (error) {
      logger.error('a part did not stop well', error)
    }
  }
}

/** Resolves with the work, or when its time is over: it goes on then. */
export async function withTimeout (work: Promise<unknown>, ms: number, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = clock.after(ms, late.resolve)
  await Promise.race([work, late.promise])
  cancel()
}

/** However often it is called, it runs one time. */
export function once (run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return async () => {
    running ??= run()
    return running
  }
}
