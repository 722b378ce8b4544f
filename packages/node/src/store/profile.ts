/**
 * A profile: one directory, one device's data. `profile.json` (the data key, wrapped), `key` (only without a passphrase),
 * `store/` (sealed). Spec: protocols/conventions.md REST-3, REST-8, REST-9.
 */
import { platform } from '#platform'
import { fromString } from 'uint8arrays/from-string'
import { ARGON2, ARGON2_PAGE } from '../config.ts'
import { StoreError, UsageError } from '../errors.ts'
import { damaged } from './database.ts'
import { openStore } from './level-store.ts'
import { checkNewPassphrase, decodeManifest, encodeManifest, MANIFEST_FILE, MAX_MANIFEST_BYTES, unwrapDataKey, wrapDataKey } from './manifest.ts'
import { openLevel } from './open-level.ts'
import { DATA_KEY_BYTES } from './seal.ts'
import type { Argon2Params } from '../platform/platform.ts'
import type { Database } from './database.ts'
import type { Store, StoreOp } from './index.ts'
import type { Manifest, Secret } from './manifest.ts'

const DEFAULT_ARGON2 = platform.name === 'browser' ? ARGON2_PAGE : ARGON2
const KEY_FILE = 'key'
const STORE_DIRECTORY = 'store'
/** Stands in the directory while a profile is made: what lies beside it was never in use. */
const UNFINISHED_FILE = 'unfinished'
const MAX_KEY_FILE_BYTES = 256
/** Keys deleted at once when the rest of an unfinished profile is swept. */
const SWEEP_BATCH = 1000

export interface OpenedProfile {
  store: Store
  atRest: 'passphrase' | 'keyfile' | 'browser'
  /** absolute, symbolic links resolved */
  path: string
  /** sentences for the user: what was found wrong and put right */
  warnings: string[]
  /** Closes the store and lets other processes in. */
  close (): Promise<void>
}

export interface CreateProfileInit {
  /** directory */
  profile: string
  /** undefined: a key file, mode 0600 */
  passphrase?: string | undefined
  /** Puts into the store what a profile cannot be without; after it the profile begins to exist. */
  fill: (store: Store) => Promise<void>
  /** cost of the passphrase's key; lowered by tests */
  argon2?: Argon2Params
  onProgress?: ((line: string) => void) | undefined
}

export interface OpenProfileInit {
  profile: string
  passphrase?: string | undefined
}

export interface RewrapProfileInit extends OpenProfileInit {
  /** undefined: a key file from now on */
  newPassphrase: string | undefined
  argon2?: Argon2Params
}

function at (path: string, name: string): string {
  return platform.joinPath(path, name)
}

/** Whether a whole profile is there. Opens nothing. */
export async function profileExists (profile: string): Promise<boolean> {
  return platform.exists(at(await platform.resolvePath(profile), MANIFEST_FILE))
}

function identityExists (path: string): UsageError {
  return new UsageError('IDENTITY_EXISTS', `there is an identity already in ${path}`, { hint: 'use it, or choose another directory with --profile' })
}

/**
 * Makes a profile, all or nothing: until its manifest is on the disk, the last step, there is none, and a later call
 * begins anew over what a crash left. The store's lock keeps a second process out meanwhile.
 *
 * @throws UsageError IDENTITY_EXISTS, BAD_ARGUMENT; StoreError PROFILE_IN_USE, STORE_DAMAGED (a profile that lost its manifest), STORE_FULL, STORE_FAILED
 */
export async function createProfile (init: CreateProfileInit): Promise<OpenedProfile> {
  const { passphrase, onProgress } = init
  if (passphrase !== undefined) checkNewPassphrase(passphrase)
  const path = await platform.resolvePath(init.profile)
  if (await platform.exists(at(path, MANIFEST_FILE))) throw identityExists(path)
  const storePath = at(path, STORE_DIRECTORY)
  await platform.makeDirectory(path)
  await platform.makeDirectory(storePath)
  const database = await openLevel(storePath, true)
  try {
    await sweepUnfinished(path, database)
    onProgress?.('making the key of the profile')
    const dataKey = crypto.getRandomValues(new Uint8Array(DATA_KEY_BYTES))
    const secret: Secret = passphrase === undefined ? { keyFile: crypto.getRandomValues(new Uint8Array(32)) } : { passphrase }
    const manifest = await wrapDataKey(platform, dataKey, secret, init.argon2 ?? DEFAULT_ARGON2)
    if ('keyFile' in secret) await writeKeyFile(path, secret.keyFile)
    onProgress?.('writing the store')
    const store = await openStore({ database, dataKey })
    await init.fill(store)
    onProgress?.('writing the profile')
    await platform.writeSmallFile(at(path, MANIFEST_FILE), encodeManifest(manifest))
    onProgress?.('tidying up')
    await platform.removeFile(at(path, UNFINISHED_FILE))
    return opened(path, store, manifest, [])
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Under the lock: marks the directory as unfinished and empties what an earlier, unfinished attempt left. */
async function sweepUnfinished (path: string, database: Database): Promise<void> {
  if (await platform.exists(at(path, MANIFEST_FILE))) throw identityExists(path)
  const leftover = await platform.exists(at(path, UNFINISHED_FILE))
  const first = await keysOf(database, 1)
  // REST-8: a store or key without its manifest may be somebody's only copy
  if (!leftover && (first.length > 0 || await platform.exists(at(path, KEY_FILE)))) throw lostManifest(path)
  await platform.writeSmallFile(at(path, UNFINISHED_FILE), fromString('this profile was never finished; `sotto init` begins anew\n'))
  await sweepTemporary(path)
  await platform.removeFile(at(path, KEY_FILE))
  for (let keys = await keysOf(database, SWEEP_BATCH); keys.length > 0; keys = await keysOf(database, SWEEP_BATCH)) {
    await database.batch(keys.map((key): StoreOp & { type: 'del' } => ({ type: 'del', key })), { sync: true })
  }
}

async function keysOf (database: Database, limit: number): Promise<Uint8Array[]> {
  const keys: Uint8Array[] = []
  for await (const [key] of database.iterator({ limit })) keys.push(key)
  return keys
}

/** What a crash left of an atomic write: it may hold a key. */
async function sweepTemporary (path: string): Promise<void> {
  for (const name of await platform.list(path)) {
    if (/^\.(profile\.json|key|unfinished)\.[0-9a-f]+\.tmp$/.test(name)) await platform.removeFile(at(path, name))
  }
}

function lostManifest (path: string): StoreError {
  return damaged(`${MANIFEST_FILE} is missing from the profile in ${path}`)
}

/**
 * Opens a profile. Nothing is changed on any failure.
 *
 * @throws UsageError NO_IDENTITY; StoreError PASSPHRASE_REQUIRED, WRONG_PASSPHRASE, PROFILE_IN_USE, STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER, STORE_FULL, STORE_FAILED
 */
export async function openProfile (init: OpenProfileInit): Promise<OpenedProfile> {
  const path = await platform.resolvePath(init.profile)
  const warnings: string[] = []
  const manifest = await readManifest(path)
  const dataKey = await unlock(path, manifest, init.passphrase, warnings)
  const storePath = at(path, STORE_DIRECTORY)
  if ((await platform.list(storePath)).length === 0) throw damaged(`the store of the profile in ${path} is gone`)
  const store = await openStore({ location: storePath, dataKey, create: false })
  try {
    await platform.removeFile(at(path, UNFINISHED_FILE))
    await sweepTemporary(path)
    if (manifest.key.source === 'keyfile') await hideKeyFile(path, warnings)
  } catch (error) {
    await store.close()
    throw error
  }
  return opened(path, store, manifest, warnings)
}

function opened (path: string, store: Store, manifest: Manifest, warnings: string[]): OpenedProfile {
  return { store, atRest: manifest.key.source === 'passphrase' ? 'passphrase' : platform.ownKey, path, warnings, close: () => store.close() }
}

async function readManifest (path: string): Promise<Manifest> {
  const file = await platform.readSmallFile(at(path, MANIFEST_FILE), MAX_MANIFEST_BYTES)
  if (file !== undefined) return decodeManifest(file.bytes)
  const names = await platform.list(path)
  if (!names.includes(UNFINISHED_FILE) && (names.includes(STORE_DIRECTORY) || names.includes(KEY_FILE))) {
    if (names.includes(KEY_FILE) || (await platform.list(at(path, STORE_DIRECTORY))).length > 0) throw lostManifest(path)
  }
  throw new UsageError('NO_IDENTITY', `there is no identity in ${path}`, { hint: '`sotto init` makes one, `sotto restore` brings one back from its recovery phrase' })
}

/** The data key. @throws StoreError PASSPHRASE_REQUIRED, WRONG_PASSPHRASE, STORE_DAMAGED, STORE_FOREIGN */
async function unlock (path: string, manifest: Manifest, passphrase: string | undefined, warnings: string[]): Promise<Uint8Array> {
  if (manifest.key.source === 'passphrase') {
    if (passphrase === undefined) {
      throw new StoreError('PASSPHRASE_REQUIRED', 'this profile is locked with a passphrase', { hint: 'give it with --passphrase-file FILE or in SOTTO_PASSPHRASE' })
    }
    const dataKey = await unwrapDataKey(platform, manifest, { passphrase })
    if (dataKey !== undefined) return dataKey
    throw new StoreError('WRONG_PASSPHRASE', 'the passphrase is wrong', { hint: 'try again; without the passphrase the identity comes back only from its recovery phrase (`sotto restore` in a new profile)' })
  }
  if (passphrase !== undefined) warnings.push('this profile has no passphrase (its key lies in a file): the one given was not used')
  const dataKey = await unwrapDataKey(platform, manifest, { keyFile: await readKeyFile(path) })
  if (dataKey !== undefined) return dataKey
  throw new StoreError('STORE_FOREIGN', 'the key file does not belong to this profile', { hint: 'nothing was changed; put the files of one profile back together, or restore a backup' })
}

/**
 * Whether `passphrase` opens the profile, without opening it: asks a person anew before secrets are shown. A profile
 * with a key file has nothing to ask.
 *
 * @throws StoreError as `openProfile`
 */
export async function checkPassphrase (init: OpenProfileInit): Promise<void> {
  const path = await platform.resolvePath(init.profile)
  await unlock(path, await readManifest(path), init.passphrase, [])
}

/**
 * Wraps the data key anew, under another passphrase or a key file. The data key stays: who had it, still has it.
 *
 * @throws as `openProfile`; PROFILE_IN_USE while a node runs on it
 */
export async function rewrapProfile (init: RewrapProfileInit): Promise<void> {
  const { newPassphrase } = init
  if (newPassphrase !== undefined) checkNewPassphrase(newPassphrase)
  const profile = await openProfile(init) // holds the lock
  try {
    const { path } = profile
    if (newPassphrase === undefined && profile.atRest !== 'passphrase') return // it is what was asked for
    const dataKey = await unlock(path, await readManifest(path), init.passphrase, [])
    const secret: Secret = newPassphrase === undefined ? { keyFile: crypto.getRandomValues(new Uint8Array(32)) } : { passphrase: newPassphrase }
    const manifest = await wrapDataKey(platform, dataKey, secret, init.argon2 ?? DEFAULT_ARGON2)
    // a crash between the two leaves a key file that opens nothing, never a manifest without its key
    if ('keyFile' in secret) await writeKeyFile(path, secret.keyFile)
    await platform.writeSmallFile(at(path, MANIFEST_FILE), encodeManifest(manifest))
    if (!('keyFile' in secret)) await platform.removeFile(at(path, KEY_FILE))
  } finally {
    await profile.close()
  }
}

/**
 * Erases a profile for good, the identity with it. In a profile's directory only what Sotto wrote is touched.
 *
 * @throws StoreError PROFILE_IN_USE while a node runs on it
 */
export async function removeProfile ({ profile }: { profile: string }): Promise<void> {
  const path = await platform.resolvePath(profile)
  const location = at(path, STORE_DIRECTORY)
  if (!await platform.exists(location)) return
  const database = await openLevel(location, true) // holds the lock
  try {
    await platform.removeFile(at(path, MANIFEST_FILE)) // from here on there is no profile
    await platform.removeFile(at(path, KEY_FILE))
  } finally {
    await database.close()
  }
  await platform.removeFile(at(path, UNFINISHED_FILE))
  await platform.removeDirectory(location)
}

async function writeKeyFile (path: string, key: Uint8Array): Promise<void> {
  await platform.writeSmallFile(at(path, KEY_FILE), await platform.encodeOwnKey(path, key))
}

async function readKeyFile (path: string): Promise<Uint8Array> {
  const file = await platform.readSmallFile(at(path, KEY_FILE), MAX_KEY_FILE_BYTES)
  if (file === undefined) throw damaged(`the key file of the profile in ${path} is missing`)
  const key = await platform.decodeOwnKey(path, file.bytes)
  if (key === undefined) throw damaged(`the key file of the profile in ${path} is cut off or damaged`)
  return key
}

/** REST-9: a key that others may read is hidden again, and said: it may have been read. */
async function hideKeyFile (path: string, warnings: string[]): Promise<void> {
  const file = await platform.readSmallFile(at(path, KEY_FILE), MAX_KEY_FILE_BYTES)
  if (file === undefined || file.isPrivate) return
  await platform.makePrivate(at(path, KEY_FILE))
  warnings.push('other users of this computer could read the key file of the profile; this was corrected, but one of them may have a copy')
}
