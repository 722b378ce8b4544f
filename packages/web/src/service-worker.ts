/**
 * Keeps one build of the page in this browser: every file by its hash, taken whole or not at all. It serves that build and nothing
 * else, offline too; another build is fetched, and waits until the person says its hash. A browser lets a new worker in by itself when the
 * last tab is closed: that one goes on serving the build that was agreed to. Nothing of a person passes through here.
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
const OURS = 'sotto '
const CACHE = `${OURS}${hash}`
/** Keeps the hash that was agreed to. */
const CONSENT = 'sotto-consent'
/** What a host may say about a file: nothing that leads elsewhere, or tells others. */
const HEADERS = ['content-security-policy', 'content-type', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'permissions-policy', 'referrer-policy', 'x-content-type-options', 'x-frame-options']
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
  const headers = HEADERS.flatMap(name => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value] as [string, string]]
  })
  await (await caches.open(CACHE)).put(url, new Response(bytes, { headers }))
}

async function install (): Promise<void> {
  const isThere = await caches.has(CACHE) // served already, by a worker that has the same files
  try {
    for (const [path, wanted] of Object.entries(files)) await take(path, wanted)
  } catch (error) {
    if (!isThere) await caches.delete(CACHE)
    throw error
  }
}

/** The hash of the build that is served: the one that was agreed to, as long as it is there. The first one is ours. */
let serving: Promise<string> | undefined
async function served (): Promise<string> {
  serving ??= (async () => {
    const agreed = await (await (await caches.open(CONSENT)).match(base))?.text()
    return agreed !== undefined && await caches.has(OURS + agreed) ? agreed : hash
  })()
  return await serving
}

async function agree (): Promise<void> {
  await (await caches.open(CONSENT)).put(base, new Response(hash))
  serving = undefined
}

async function activate (): Promise<void> {
  serving = undefined
  const agreed = await served()
  if (agreed === hash) await agree()
  for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== CACHE && name !== OURS + agreed) await caches.delete(name)
  await worker.clients.claim()
}

async function kept (path: string): Promise<Response> {
  const found = await (await caches.open(OURS + await served())).match(new URL(path, base).href)
  return found ?? (path === PAGE ? Response.error() : new Response('', { status: 404 }))
}

worker.addEventListener('install', event => { event.waitUntil(install()) })
worker.addEventListener('activate', event => { event.waitUntil(activate()) })
worker.addEventListener('fetch', event => {
  const { request } = event
  if (request.method !== 'GET' || !request.url.startsWith(base)) return
  const path = request.url.slice(base.length).split(/[?#]/, 1)[0] ?? ''
  if (path === FACTS) return
  event.respondWith(kept(request.mode === 'navigate' ? PAGE : path))
})
worker.addEventListener('message', event => {
  const answer = (words: string): void => { event.ports[0]?.postMessage(words) }
  if (event.data === 'brings') answer(hash)
  else if (event.data === 'serves') event.waitUntil(served().then(answer))
  else if (event.data === `take ${hash}`) event.waitUntil(agree().then(async () => worker.skipWaiting()))
  else if (event.data === `serve ${hash}`) event.waitUntil(agree().then(activate).then(() => { answer(hash) }))
})
worker.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(worker.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(async windows => windows[0]?.focus()))
})
