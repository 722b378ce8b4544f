/** The page: draws the first screen at once, then lets in the messenger. */
import './styles/tokens.css'
import './styles/base.css'
import './styles/elements.css'
import './styles/shell.css'
import './styles/conversation.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { currentLanguage, loadLanguage } from './state/language.ts'
import { notifyMessage, notifyRequest } from './state/notify.ts'
import { applyPreferences } from './state/preferences.ts'
import { followAddress } from './state/route.ts'
import { Session } from './state/session.ts'
import { keepBuild } from './state/update.ts'
import type { Door } from './state/door.ts'

/** After what time this build is kept for the next visit, ms: of a tab that is at work, and of any. */
const KEEP_READY_MS = 2_000
const KEEP_MS = 10_000

/** The messenger is most of the code: it loads while the first screen is looked at. */
const loading = import('./state/browser-door.ts')
async function door (): Promise<Door> { return (await loading).browserDoor }

const session = new Session({
  exists: async () => (await door()).exists(),
  create: async init => (await door()).create(init),
  restore: async init => (await door()).restore(init),
  join: async init => (await door()).join(init),
  open: async init => (await door()).open(init),
  erase: async () => (await door()).erase()
}, { onMessage: notifyMessage, onRequest: request => { notifyRequest(request.name) } })

applyPreferences(currentLanguage, loadLanguage)
followAddress(invitation => { session.invite(invitation) })
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App session={session} />)
void session.start()

// to be kept the whole build is fetched: that waits until this tab is at work, or has had the time for it
let keeping = false
function keep (): void {
  if (!keeping) keepBuild()
  keeping = true
}
const ended: () => void = session.store.subscribe(() => {
  if (session.store.get().now.phase !== 'ready') return
  ended()
  setTimeout(keep, KEEP_READY_MS)
})
setTimeout(keep, KEEP_MS)
