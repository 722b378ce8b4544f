/**
 * The build that this browser runs, by the hash over all its files, and one that waits. The service worker serves the pinned build
 * and nothing else; another one is fetched, named, and used only when the person says so.
 */
import { createStore } from './store.ts'
import { serviceWorkerUrl } from './trusted.ts'

export interface UpdateState { readonly current?: string | undefined, readonly waiting?: string | undefined }

/** How often a page that stays open asks for a new build, ms. */
const ASK_MS = 6 * 60 * 60 * 1000
/** A worker that sleeps is started for the question; one that is not ours never answers. A build that is not named is not shown, so not too soon on a slow machine, ms. */
const ANSWER_MS = 30_000

export const update = createStore<UpdateState>({})
let registration: ServiceWorkerRegistration | undefined

/** The hash of the build that a worker serves, or brings with it: another one, where nobody agreed to that yet. */
async function hashOf (worker: ServiceWorker | null | undefined, what: 'brings' | 'serves'): Promise<string | undefined> {
  if (worker === null || worker === undefined) return undefined
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    const late = setTimeout(() => { resolve(undefined) }, ANSWER_MS)
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      clearTimeout(late)
      resolve(typeof data === 'string' ? data : undefined)
    }
    worker.postMessage(what, [port2])
  })
}

async function look (): Promise<void> {
  const current = await hashOf(registration?.active, 'serves')
  const waiting = await hashOf(registration?.waiting ?? registration?.active, 'brings')
  // the first one waits for a moment too, for nobody's consent
  update.set({ current, waiting: current === undefined || waiting === current ? undefined : waiting })
}

/** Where there are service workers, and the page is the build. @returns ends it */
export function keepBuild (): () => void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return () => undefined
  const timer = setInterval(() => { registration?.update().catch(() => undefined) }, ASK_MS) // offline: later
  navigator.serviceWorker.register(serviceWorkerUrl(), { updateViaCache: 'none' }).then(made => {
    registration = made
    const follow = (worker: ServiceWorker | null): void => { worker?.addEventListener('statechange', () => { void look() }) }
    follow(made.installing)
    made.addEventListener('updatefound', () => { follow(made.installing) })
    void look()
  }, () => undefined) // private windows refuse: the app works, only not offline
  return () => { clearInterval(timer) }
}

/** The person agreed: the waiting build takes over, in all tabs. */
export function takeUpdate (): void {
  const { waiting } = update.get()
  if (waiting === undefined) return
  const anew = (): void => { location.reload() }
  if (registration?.waiting !== null) {
    navigator.serviceWorker.addEventListener('controllerchange', anew, { once: true })
    registration?.waiting.postMessage(`take ${waiting}`)
    return
  }
  // it is there already, and serves the build of before
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = anew
  registration.active?.postMessage(`serve ${waiting}`, [port2])
}
