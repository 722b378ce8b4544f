/**
 * How long tests wait for what is to happen: they fail by it, they never pass by it. A machine on which much else runs takes ten times as
 * long as a quiet one, and a limit that is never reached costs nothing. Below the limit of a test itself, so that a failure says what was
 * waited for.
 */
export const PATIENCE_MS = 60_000

/** What comes of it, within that time. @throws where nothing does: it says what was waited for */
export async function patiently<T> (what: string, coming: Promise<T>, timeoutMs = PATIENCE_MS): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => { late.reject(new Error(`${what}: not within ${timeoutMs} ms`)) }, timeoutMs)
  try {
    return await Promise.race([coming, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
