/** The system's time, as a component. */
import type { Clock } from './components.ts'

/** Longest single timer of the platforms, ms. */
const MAX_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after (ms, run) {
    const timer: unknown = setTimeout(run, Math.min(Math.max(0, ms), MAX_TIMER_MS))
    // a waiting timer must not keep a process alive; pages have numbers for timers
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref()
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
  }
}
