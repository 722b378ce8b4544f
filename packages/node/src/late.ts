/** Parts whose code comes when it is first wanted: whoever has nobody to talk to yet loads little of them. In Node they lie on the disk. */
import { NodeError } from './errors.ts'

/** Pauses between tries, ms: a page changes its network, or its worker fetches a new build. */
const PAUSES_MS = [300, 1500] as const

/**
 * One load for all who ask. Where it failed, the next who asks begins anew; Chromium keeps a failed fetch of a module for as long as the page
 * lives, so there it is the hint that helps, and that the service worker keeps the whole build.
 *
 * @example
 * const engine = later(async () => import('./engine.ts'))
 * const { run } = await engine()
 * @throws NodeError CODE_MISSING
 */
export function later<T> (load: () => Promise<T>, pauses: readonly number[] = PAUSES_MS): () => Promise<T> {
  let loading: Promise<T> | undefined
  const tried = async (): Promise<T> => {
    for (const pause of [...pauses, undefined]) {
      try {
        return await load()
      } catch (error) {
        if (error instanceof NodeError) throw error // it was there, and says so itself
        if (pause === undefined) throw new NodeError('CODE_MISSING', 'a part of the program could not be loaded', { cause: error, hint: 'try again when you are online, or open the page anew' })
        await new Promise(resolve => { setTimeout(resolve, pause) })
      }
    }
    throw new NodeError('INTERNAL', 'nothing was tried')
  }
  return async () => {
    loading ??= tried().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
