/**
 * A page's disk: one IndexedDB per profile, in the same shape as a profile's directory in Node. A path is the name of the
 * profile, with `/store` for its LevelDB (an object store that `browser-level` works on) or `/<file>` for a small file.
 */
import { CALL_DATABASE } from './browser-certificates.ts'
import { StoreError, UsageError } from '../errors.ts'
import type { SmallFile } from './platform.ts'

/** The object stores of a profile: LevelDB's, the small files by name, and keys that leave the browser for no script. */
const STORE = 'store'
const FILES = 'files'
const KEYS = 'keys'
/** The database of a profile is `sotto:<profile>/store`: `browser-level` makes one name of its prefix and its place. */
const PREFIX = 'sotto:'
const VERSION = 1
const OWN_KEY = 'own'
/** Bytes of the nonce that stands before a key sealed by AES-GCM. */
const NONCE_BYTES = 12

function explain (cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause
  const { name = '' } = cause as { name?: string }
  if (name === 'QuotaExceededError') {
    return new StoreError('STORE_FULL', 'the browser gives this page no more room', { cause, hint: 'free some space on the disk, or remove what other sites keep' })
  }
  return new StoreError('STORE_FAILED', 'the browser refused the profile\'s database', { cause, hint: 'a private window may keep nothing: use another, or check the permissions of this site' })
}

/** @throws UsageError BAD_ARGUMENT */
function split (path: string): { profile: string, file: string } {
  const [profile = '', file = '', more] = path.split('/')
  if (!/^[\w .-]{1,64}$/.test(profile) || more !== undefined) {
    throw new UsageError('BAD_ARGUMENT', 'a page names its profile by up to 64 letters, digits, blanks, dots and dashes', { hint: 'choose another name' })
  }
  return { profile, file }
}

export function databaseName (location: string): { name: string, prefix: string } {
  const { profile, file } = split(location)
  return { name: file === '' ? STORE : file, prefix: `${PREFIX}${profile}/` }
}

function answer<T> (request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  request.onsuccess = () => { resolve(request.result) }
  request.onerror = () => { reject(explain(request.error)) }
  return promise
}

/** Undefined where there is no such database, unless it may be made. */
async function open (profile: string, create: boolean): Promise<IDBDatabase | undefined> {
  const request = indexedDB.open(`${PREFIX}${profile}/${STORE}`, VERSION)
  let missing = false
  request.onupgradeneeded = () => {
    if (create) for (const name of [STORE, FILES, KEYS]) request.result.createObjectStore(name)
    else {
      missing = true
      request.transaction?.abort() // else looking would make one
    }
  }
  try {
    const database = await answer(request)
    database.onversionchange = () => { database.close() }
    return database
  } catch (error) {
    if (missing) return undefined
    throw error
  }
}

/** One transaction, on the disk when it resolves. Undefined where there is no such profile. */
async function transact<T> (profile: string, store: string, mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>, create = false): Promise<T | undefined> {
  const database = await open(profile, create)
  if (database === undefined) return undefined
  try {
    const transaction = database.transaction(store, mode, { durability: 'strict' })
    const done = Promise.withResolvers<void>()
    transaction.oncomplete = () => { done.resolve() }
    transaction.onabort = () => { done.reject(explain(transaction.error)) }
    const request = run(transaction.objectStore(store))
    await done.promise
    return request.result
  } catch (error) {
    throw explain(error)
  } finally {
    database.close()
  }
}

async function readFile (path: string): Promise<Uint8Array | undefined> {
  const { profile, file } = split(path)
  const value: unknown = await transact(profile, FILES, 'readonly', files => files.get(file))
  return value instanceof Uint8Array ? value : undefined
}

async function list (path: string): Promise<string[]> {
  const { profile, file } = split(path)
  const entries = await transact(profile, STORE, 'readonly', store => store.count()) ?? 0
  if (file === STORE) return entries > 0 ? ['entries'] : []
  const names = await transact(profile, FILES, 'readonly', files => files.getAllKeys()) ?? []
  return [...names.map(String), ...(entries > 0 ? [STORE] : [])].sort()
}

async function exists (path: string): Promise<boolean> {
  const { profile, file } = split(path)
  if (file !== '' && file !== STORE) return await readFile(path) !== undefined
  const database = await open(profile, false)
  database?.close()
  return database !== undefined
}

async function makeDirectory (path: string): Promise<void> {
  const database = await open(split(path).profile, true)
  database?.close()
}

async function readSmallFile (path: string, maxBytes: number): Promise<SmallFile | undefined> {
  const bytes = await readFile(path)
  if (bytes === undefined) return undefined
  if (bytes.byteLength > maxBytes) throw new StoreError('STORE_FOREIGN', `${path} is nothing that Sotto wrote`, { hint: 'nothing was changed' })
  return { bytes, isPrivate: true }
}

async function writeSmallFile (path: string, bytes: Uint8Array): Promise<void> {
  const { profile, file } = split(path)
  await transact(profile, FILES, 'readwrite', files => files.put(bytes.slice(), file), true)
}

async function removeFile (path: string): Promise<void> {
  const { profile, file } = split(path)
  await transact(profile, FILES, 'readwrite', files => files.delete(file))
}

async function removeDirectory (path: string): Promise<void> {
  await answer(indexedDB.deleteDatabase(`${PREFIX}${split(path).profile}/${STORE}`))
  await answer(indexedDB.deleteDatabase(CALL_DATABASE)) // left behind where a page was closed in mid-call
}

async function diskUsage (): Promise<number> {
  const { usage } = await navigator.storage.estimate()
  return usage ?? 0
}

async function lock (location: string): Promise<() => Promise<void>> {
  const got = Promise.withResolvers<boolean>()
  const held = Promise.withResolvers<void>()
  const ended = navigator.locks.request(`${PREFIX}${split(location).profile}`, { ifAvailable: true }, async lock => {
    got.resolve(lock !== null)
    if (lock !== null) await held.promise
  })
  ended.catch(got.reject)
  if (!await got.promise) {
    throw new StoreError('PROFILE_IN_USE', 'another tab of this browser has this profile open', { hint: 'use that tab, or close it first' })
  }
  return async () => {
    held.resolve()
    await ended
  }
}

/** The key that seals the profile's own: made once, and usable by this origin in this browser only. */
async function sealingKey (profile: string, create: boolean): Promise<CryptoKey | undefined> {
  const kept: unknown = await transact(profile, KEYS, 'readonly', keys => keys.get(OWN_KEY))
  if (kept instanceof CryptoKey || !create) return kept instanceof CryptoKey ? kept : undefined
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await transact(profile, KEYS, 'readwrite', keys => keys.put(key, OWN_KEY), true)
  return key
}

async function encodeOwnKey (profile: string, key: Uint8Array): Promise<Uint8Array> {
  const sealing = await sealingKey(profile, true)
  if (sealing === undefined) throw explain(new Error('no key'))
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, sealing, key as Uint8Array<ArrayBuffer>))
  const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength)
  bytes.set(nonce)
  bytes.set(sealed, NONCE_BYTES)
  return bytes
}

async function decodeOwnKey (profile: string, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const sealing = await sealingKey(profile, false)
  if (sealing === undefined || bytes.byteLength <= NONCE_BYTES) return undefined
  try {
    const iv = bytes.slice(0, NONCE_BYTES)
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, sealing, bytes.slice(NONCE_BYTES)))
  } catch {
    return undefined // of another profile, or damaged: the same to the caller
  }
}

export const browserFiles = { databaseName, list, exists, makeDirectory, readSmallFile, writeSmallFile, removeFile, removeDirectory, diskUsage, lock, encodeOwnKey, decodeOwnKey }
