/** The call that this tab is in, for when it is loaded anew: its random name, which tells nobody with whom it is. Ends with the tab. */
const KEY = 'sotto.call'

export function keepCall (id: string | undefined): void {
  try {
    if (id === undefined) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, id)
  } catch {
    // storage refused: nothing is offered after a reload
  }
}

export function leftCall (): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}
