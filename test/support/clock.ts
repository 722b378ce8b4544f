/** Clocks for tests: the real one, and one that the test moves. */
import type { Clock } from './testnet.ts'

export function realClock (): Clock {
  return {
    now: () => Date.now(),
    after: (ms, run) => {
      const timer: { unref?: () => void } = setTimeout(run, ms)
      timer.unref?.() // a page's has none
      return () => { clearTimeout(timer as NodeJS.Timeout) }
    }
  }
}

export interface MovingClock extends Clock {
  /** Moves time on, running what falls due, in order; settles promises in between. */
  advance (ms: number): Promise<void>
  /** Timers that wait: 0 when everything was ended. */
  readonly pending: number
}

/** A clock that stands still until it is moved. */
export function movingClock (start = Date.UTC(2026, 0, 1)): MovingClock {
  let now = start
  let count = 0
  const timers = new Map<number, { at: number, run: () => void }>()
  return {
    now: () => now,
    after: (ms, run) => {
      const id = count++
      timers.set(id, { at: now + Math.max(0, ms), run })
      return () => { timers.delete(id) }
    },
    advance: async ms => {
      const end = now + ms
      while (true) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0]
        if (due === undefined) break
        const [id, timer] = due
        timers.delete(id)
        now = Math.max(now, timer.at)
        timer.run()
        await new Promise(resolve => setImmediate(resolve))
      }
      now = end
      await new Promise(resolve => setImmediate(resolve))
    },
    get pending () { return timers.size }
  }
}

/** What takes at least this long waits for `step`, ms. */
const LONG_MS = 60_000

/** For whole nodes, whose connections live in real time: what is soon happens by itself, what is due in a minute or later when the clock is moved. */
export function steppedClock (): Clock & { step: (ms: number) => Promise<void> } {
  const real = realClock()
  const long = movingClock(real.now())
  let offset = 0
  return {
    now: () => real.now() + offset,
    after: (ms, run) => ms < LONG_MS ? real.after(ms, run) : long.after(ms, run),
    step: async ms => {
      offset += ms
      await long.advance(ms)
    }
  }
}
