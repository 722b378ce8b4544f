/** Takes what comes one by one and hands it on once a frame, so that a burst is drawn once. */

/** Where the page is not seen there are no frames: handed on after so long at the latest, ms. */
const LATEST_MS = 200

/** Ends with `signal`; what is held then is dropped. */
export function batched<T> (handle: (items: readonly T[]) => void, signal: AbortSignal): (item: T) => void {
  let held: T[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = undefined
    const items = held
    held = []
    if (!signal.aborted && items.length > 0) handle(items)
  }
  return item => {
    held.push(item)
    if (timer !== undefined) return
    timer = setTimeout(flush, LATEST_MS)
    frame = requestAnimationFrame(flush)
  }
}
