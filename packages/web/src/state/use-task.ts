/** Something that takes a while and can fail, started by a press: at most one at a time. */
import { useCallback, useState } from 'react'
import { explain } from './errors.ts'

export interface Task { readonly busy: boolean, readonly error: string | undefined, run: (work: () => Promise<unknown>) => void, clear: () => void }

export function useTask (): Task {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const run = useCallback((work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    work().catch(async (reason: unknown) => { setError(await explain(reason)) }).finally(() => { setBusy(false) })
  }, [])
  const clear = useCallback(() => { setError(undefined) }, [])
  return { busy, error, run, clear }
}
