/** Where in the app we are: the store that follows the address bar, and the way to somewhere else. */
import { formatRoute, parseInvitation, parseRoute } from './route.machine.ts'
import { createStore } from './store.ts'
import type { Invitation, Route } from './route.machine.ts'

export type { Invitation, Route, SettingsPart } from './route.machine.ts'

export const route = createStore<Route>({ at: 'list' })

/** Follows the address bar. `onInvitation` is called for each invitation opened, also later in the same tab. */
export function followAddress (onInvitation: (invitation: Invitation) => void): () => void {
  const read = (): void => {
    const invitation = parseInvitation(location.hash)
    if (invitation === undefined) {
      const next = parseRoute(location.hash)
      if (formatRoute(next) !== formatRoute(route.get())) route.set(next)
      return
    }
    history.replaceState(history.state, '', location.pathname + location.search) // the secret leaves the address bar
    onInvitation(invitation)
  }
  read()
  addEventListener('hashchange', read)
  addEventListener('popstate', read)
  return () => {
    removeEventListener('hashchange', read)
    removeEventListener('popstate', read)
  }
}

export function go (to: Route, { replace = false } = {}): void {
  const hash = formatRoute(to)
  if (hash !== location.hash) history[replace ? 'replaceState' : 'pushState'](null, '', location.pathname + location.search + hash)
  route.set(to)
}
