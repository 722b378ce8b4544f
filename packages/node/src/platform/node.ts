/** Node's side of the platform. */
import * as nodeCrypto from 'node:crypto'
import { chmod, lstat, mkdir, open, readdir, realpath, rename, rm, stat, statfs } from 'node:fs/promises'
import { homedir, networkInterfaces } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { env, platform as system } from 'node:process'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { StoreError, UsageError } from '../errors.ts'
import { nodeCiphers } from './node-ciphers.ts'
import { datagrams } from './node-datagrams.ts'
import { webSocket } from './node-web-socket.ts'
import type { Argon2Params, InterfaceAddress, Platform, SmallFile } from './platform.ts'

const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
/** Windows keeps access lists instead of modes: a profile in the user's own directory is private there. */
const hasModes = system !== 'win32'

function codeOf (error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function isMissing (error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
}

function explain (error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new StoreError('STORE_FULL', `the disk is full: ${path} was not written`, { cause: error, hint: 'free some space on that disk and try again' })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new StoreError('STORE_FAILED', `no permission for ${path}`, { cause: error, hint: 'make the profile directory yours and writable, or choose another with --profile' })
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new StoreError('STORE_FOREIGN', `${path} is not a directory`, { cause: error, hint: 'choose another profile with --profile' })
  }
  return new StoreError('STORE_FAILED', `the disk refused ${path}`, { cause: error, hint: 'check the disk and the path of the profile' })
}

function foreign (path: string): StoreError {
  return new StoreError('STORE_FOREIGN', `${path} is not a file that Sotto wrote`, { hint: 'nothing was changed; look at what put it there, or choose another profile with --profile' })
}

async function guarded<T> (path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw explain(error, path)
  }
}

/** A rename is on the disk only when the directory is. */
async function syncDirectory (directory: string): Promise<void> {
  if (!hasModes) return // Windows opens no directories
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function writeSmallFile (path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${nodeCrypto.randomBytes(6).toString('hex')}.tmp`)
  await guarded(path, async () => {
    try {
      const handle = await open(temporary, 'wx', FILE_MODE)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await syncDirectory(dirname(path))
  })
}

async function readSmallFile (path: string, maxBytes: number): Promise<SmallFile | undefined> {
  let handle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw explain(error, path)
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile() || stat.size > maxBytes) throw foreign(path)
    const bytes = new Uint8Array(maxBytes + 1) // one more than allowed: it may grow between the two calls
    const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, 0)
    if (bytesRead > maxBytes) throw foreign(path)
    return { bytes: bytes.slice(0, bytesRead), isPrivate: !hasModes || (stat.mode & 0o077) === 0 }
  } catch (error) {
    throw explain(error, path)
  } finally {
    await handle.close()
  }
}

async function resolvePath (path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return await realpath(absolute)
  } catch (error) {
    if (!isMissing(error)) throw explain(error, absolute)
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(await resolvePath(parent), basename(absolute))
  }
}

async function isDirectory (path: string): Promise<boolean> {
  return (await stat(path)).isDirectory()
}

/** By hand: Node's own `recursive` never ends where a file system says that a parent, which is there, is not (/proc). */
async function makeDirectory (directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: DIRECTORY_MODE })
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && await isDirectory(directory)) return
    const parent = dirname(directory)
    if (codeOf(error) !== 'ENOENT' || parent === directory) throw error
    await makeDirectory(parent)
    await mkdir(directory, { mode: DIRECTORY_MODE }).catch(async (again: unknown) => {
      if (codeOf(again) !== 'EEXIST' || !await isDirectory(directory)) throw again // else another process was quicker
    })
  }
}

async function diskUsage (directory: string): Promise<number> {
  let total = 0
  try {
    for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue
      // LevelDB removes files while we look: one that is gone takes no room
      const stat = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined)
      total += stat?.size ?? 0
    }
  } catch (error) {
    if (!isMissing(error)) throw explain(error, directory)
  }
  return total
}

async function diskFree (path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch (error) {
    const parent = dirname(path)
    // what is not there yet will be made on the disk of its parent; what the system does not tell is not known
    return isMissing(error) && parent !== path ? diskFree(parent) : undefined
  }
}

function defaultProfile (): string {
  if (system === 'darwin') return join(homedir(), 'Library', 'Application Support', 'sotto')
  if (system === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'sotto')
  const data = env['XDG_DATA_HOME']
  // the XDG base directory specification: a relative path is to be ignored
  return join(data?.startsWith('/') === true ? data : join(homedir(), '.local', 'share'), 'sotto')
}

function argon2id (secret: Uint8Array, salt: Uint8Array, params: Argon2Params): Promise<Uint8Array> {
  if (typeof nodeCrypto.argon2 !== 'function') {
    return Promise.reject(new UsageError('BAD_ARGUMENT', 'this Node has no Argon2, which a passphrase needs', { hint: 'use Node 24.7 or newer' }))
  }
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  nodeCrypto.argon2('argon2id', { message: secret, nonce: salt, parallelism: params.lanes, tagLength: 32, memory: params.memory, passes: params.passes }, (error, hash) => {
    if (error === null) resolve(new Uint8Array(hash))
    else reject(new StoreError('STORE_FAILED', 'the key could not be made from the passphrase', { cause: error, hint: 'it takes 64 MiB of memory: close something else and try again' }))
  })
  return promise
}

function interfaces (): InterfaceAddress[] {
  const found: InterfaceAddress[] = []
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    for (const { address, family, cidr, internal } of addresses) {
      if (!internal) found.push({ name, family: family === 'IPv6' ? 6 : 4, address, bits: Number(cidr?.split('/')[1] ?? 32) })
    }
  }
  return found
}

export const platform: Platform = {
  name: 'node',
  crypto: nodeCiphers,
  ownKey: 'keyfile',
  encodeOwnKey: async (_profile, key) => new TextEncoder().encode(`${toString(key, 'base16')}\n`),
  decodeOwnKey: async (_profile, bytes) => {
    const text = new TextDecoder().decode(bytes).trim()
    return /^[0-9a-f]{64}$/.test(text) ? fromString(text, 'base16') : undefined
  },
  argon2id,
  defaultProfile,
  resolvePath,
  datagrams,
  webSocket,
  joinPath: join,
  exists: async path => {
    try {
      await lstat(path)
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw explain(error, path)
    }
  },
  list: async directory => {
    try {
      return (await readdir(directory)).sort()
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw explain(error, directory)
    }
  },
  makeDirectory: directory => guarded(directory, () => makeDirectory(directory)),
  readSmallFile,
  writeSmallFile,
  makePrivate: path => guarded(path, () => chmod(path, FILE_MODE)),
  removeFile: path => guarded(path, () => rm(path, { force: true })),
  onReturn: () => () => {}, // what of its own interfaces changed, a program finds out itself
  interfaces,
  diskUsage,
  diskFree,
  databaseName: location => ({ name: location, prefix: '' }),
  lock: async () => async () => {}, // LevelDB has its own
  removeDirectory: directory => guarded(directory, () => rm(directory, { recursive: true, force: true })),
  keepStorage: async () => true
}
