/**
 * Takes what comes one by one and hands it on together, so that a burst is drawn once. It is handed on right after a frame, where the
 * time until the next one is longest: a key that is pressed meanwhile is drawn with the frame that it would have been drawn with anyhow.
 */

/** What comes in a burst is drawn so often, ms: nobody reads faster, and a key finds the processor free between. */
const APART_MS = 50
/** Where the page is not seen there are no frames: handed on after so long at the latest, ms. */
const LATEST_MS = 200

/** Safari has none. */
const HAS_IDLE = typeof requestIdleCallback === 'function'

/** Ends with `signal`; what is held then is dropped. */
export function batched<T> (handle: (items: readonly T[]) => void, signal: AbortSignal): (item: T) => void {
  let held: T[] = []
  let last = -Infinity
  let frame = 0
  let next: ReturnType<typeof setTimeout> | undefined
  let idle = 0
  let latest: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(next)
    clearTimeout(latest)
    if (HAS_IDLE) cancelIdleCallback(idle)
    latest = undefined
    last = performance.now()
    const items = held
    held = []
    if (!signal.aborted && items.length > 0) handle(items)
  }
  const afterFrame = (): void => {
    frame = requestAnimationFrame(() => {
      if (HAS_IDLE) idle = requestIdleCallback(flush, { timeout: APART_MS })
      else next = setTimeout(flush, 0)
    })
  }
  return item => {
    held.push(item)
    if (latest !== undefined) return
    latest = setTimeout(flush, LATEST_MS)
    const wait = last + APART_MS - performance.now()
    if (wait <= 0) afterFrame()
    else next = setTimeout(afterFrame, wait)
  }
}
