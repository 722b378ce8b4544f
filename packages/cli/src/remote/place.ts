/**
 * Where the control socket of a profile is: in a directory that only this user can enter (CTL-1), under a short name, since a
 * socket's path has about 108 bytes. The profile's file `control` says which, so that two processes with different
 * environments still meet.
 */
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { StoreError } from '@sotto/node/errors'

/** sun_path of macOS has 104 bytes, of Linux 108, with the closing zero. */
const MAX_PATH_BYTES = 103
const POINTER = 'control'
const PIPE = '\\\\.\\pipe\\'

export function socketName (profile: string): string {
  let real = profile
  try {
    real = realpathSync(profile)
  } catch {
    // not there yet: its given path will do
  }
  return createHash('sha256').update(real).digest('hex').slice(0, 32)
}

function owned (directory: string): boolean {
  try {
    const stat = lstatSync(directory)
    return stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid())
  } catch {
    return false
  }
}

/** Whether only this user can enter `directory`. */
export function isPrivate (directory: string): boolean {
  return owned(directory) && (lstatSync(directory).mode & 0o077) === 0
}

function candidates (env: NodeJS.ProcessEnv): string[] {
  const uid = process.getuid?.() ?? 0
  const runtime = env.XDG_RUNTIME_DIR
  const directories = [join(tmpdir(), `sotto-${uid}`), join('/tmp', `sotto-${uid}`)]
  return runtime !== undefined && runtime.startsWith('/') && owned(runtime) ? [join(runtime, 'sotto'), ...directories] : directories
}

/** Picks and prepares the place. @throws StoreError STORE_FAILED */
export function prepareSocket (profile: string, env: NodeJS.ProcessEnv = process.env): string {
  const name = socketName(profile)
  if (process.platform === 'win32') return `${PIPE}sotto-${name}`
  for (const directory of candidates(env)) {
    const path = join(directory, `${name}.sock`)
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) continue
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      if (owned(directory)) chmodSync(directory, 0o700)
    } catch {
      continue // cannot be made here: the next
    }
    // somebody else made it first: not ours to trust
    if (isPrivate(directory)) return path
  }
  throw new StoreError('STORE_FAILED', 'There is no private place for the control socket.', { hint: `Set XDG_RUNTIME_DIR to a directory of your own, or remove ${join(tmpdir(), `sotto-${process.getuid?.() ?? 0}`)} if it is not yours.` })
}

export function writePointer (profile: string, path: string): void {
  const file = join(profile, POINTER)
  rmSync(`${file}.new`, { force: true })
  writeFileSync(`${file}.new`, `${path}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(`${file}.new`, file)
}

export function removePointer (profile: string): void { rmSync(join(profile, POINTER), { force: true }) }

/** The socket of the node that last served this profile, if it lies where only this user could have put it. */
export function readPointer (profile: string): string | undefined {
  let path: string
  try {
    path = readFileSync(join(profile, POINTER), 'utf8').trim()
  } catch {
    return undefined // no node has served here, or it ended well
  }
  if (process.platform === 'win32') return path.startsWith(PIPE) ? path : undefined
  // CTL-1: a socket in a place that others can write to may be anybody's
  return isPrivate(dirname(path)) ? path : undefined
}
