/** The call that this tab is in, for when it is loaded anew: its random name, which tells nobody with whom it is. Ends with the tab. */
const KEY = 'sotto.call'
/** How often it is said that the call goes on, ms. */
const BEAT_MS = 1000
/** The others wait no longer than that for who is not heard any more (CALL-9), ms. */
const LOST_MS = 8000

export interface LeftCall {
  id: string
  /** the others may be waiting still */
  fresh: boolean
}

/** For as long as one talks. @returns ends it: no page that is loaded anew comes to this */
export function keepCall (id: string): () => void {
  const beat = (): void => { put(`${id} ${Date.now()}`) }
  beat()
  const timer = setInterval(beat, BEAT_MS)
  return () => {
    clearInterval(timer)
    forgetCall()
  }
}

export function forgetCall (): void { put(undefined) }

export function leftCall (): LeftCall | undefined {
  try {
    const [id, at] = sessionStorage.getItem(KEY)?.split(' ') ?? []
    const age = Date.now() - Number(at)
    return id === undefined ? undefined : { id, fresh: age >= 0 && age < LOST_MS }
  } catch {
    return undefined
  }
}

function put (value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, value)
  } catch {
    // storage refused: nothing is offered after a reload
  }
}
