/**
 * Keeps one build of the page in this browser: every file by its hash, taken whole or not at all. It serves that build and nothing
 * else, offline too; another build is fetched, and waits until the person says its hash. Nothing of a person passes through here.
 */
interface Lifetime { waitUntil: (work: Promise<unknown>) => void }
interface FetchLike extends Lifetime { readonly request: Request, respondWith: (answer: Promise<Response> | Response) => void }
interface MessageLike extends Lifetime { readonly data: unknown, readonly ports: readonly MessagePort[] }
interface WorkerScope {
  readonly location: Location
  readonly clients: { claim: () => Promise<void>, matchAll: (options: { type: 'window', includeUncontrolled?: boolean }) => Promise<ReadonlyArray<{ focus: () => Promise<unknown> }>> }
  skipWaiting: () => Promise<void>
  addEventListener: ((type: 'install' | 'activate', listener: (event: Lifetime) => void) => void)
    & ((type: 'fetch', listener: (event: FetchLike) => void) => void)
    & ((type: 'message', listener: (event: MessageLike) => void) => void)
    & ((type: 'notificationclick', listener: (event: Lifetime & { notification: { close: () => void } }) => void) => void)
}

/** Filled in by the build: its hash, and the SHA-256 of each of its files in hexadecimal. */
declare const SOTTO_BUILD: { readonly hash: string, readonly files: Readonly<Record<string, string>> }

const { hash, files } = SOTTO_BUILD
const worker = globalThis as unknown as WorkerScope
const CACHE = `sotto ${hash}`
const PAGE = 'index.html'
/** Goes to the host: what it says of its node. */
const FACTS = '.well-known/sotto'

const base = new URL('./', worker.location.href).href

async function digest (bytes: ArrayBuffer): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** @throws where a file is not the one that this build was made of */
async function take (path: string, wanted: string): Promise<void> {
  const url = new URL(path, base).href
  const answer = await fetch(path === PAGE ? base : url, { cache: 'no-store', credentials: 'omit' })
  const bytes = await answer.clone().arrayBuffer()
  if (!answer.ok || await digest(bytes) !== wanted) throw new Error(`${path} is not the file of this build`)
  const { status, headers } = answer
  await (await caches.open(CACHE)).put(url, new Response(bytes, { status, headers }))
}

async function install (): Promise<void> {
  try {
    for (const [path, wanted] of Object.entries(files)) await take(path, wanted)
  } catch (error) {
    await caches.delete(CACHE)
    throw error
  }
}

async function activate (): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith('sotto ') && name !== CACHE) await caches.delete(name)
  await worker.clients.claim()
}

async function kept (path: string): Promise<Response> {
  return await (await caches.open(CACHE)).match(new URL(path, base).href) ?? Response.error()
}

worker.addEventListener('install', event => { event.waitUntil(install()) })
worker.addEventListener('activate', event => { event.waitUntil(activate()) })
worker.addEventListener('fetch', event => {
  const { request } = event
  if (request.method !== 'GET' || !request.url.startsWith(base)) return
  const path = request.url.slice(base.length).split(/[?#]/, 1)[0] ?? ''
  if (path === FACTS) return
  if (request.mode === 'navigate') event.respondWith(kept(PAGE))
  else event.respondWith(path in files ? kept(path) : new Response('', { status: 404 }))
})
worker.addEventListener('message', event => {
  if (event.data === 'hash') event.ports[0]?.postMessage(hash)
  else if (event.data === `take ${hash}`) event.waitUntil(worker.skipWaiting())
})
worker.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(worker.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(async windows => windows[0]?.focus()))
})
