/** A page's side of the platform. Profiles in pages are not there yet: what needs files says so. */
import { argon2idAsync } from '@noble/hashes/argon2.js'
import { UsageError } from '../errors.ts'
import { browserCiphers } from './browser-ciphers.ts'
import type { Platform } from './platform.ts'

function notYet (): UsageError {
  return new UsageError('BAD_ARGUMENT', 'a page cannot keep a profile in this version', { hint: 'use Sotto from the command line' })
}

async function refuse (): Promise<never> {
  throw notYet()
}

export const platform: Platform = {
  name: 'browser',
  crypto: browserCiphers,
  argon2id: (secret, salt, { memory, passes, lanes }) => argon2idAsync(secret, salt, { m: memory, t: passes, p: lanes, dkLen: 32, version: 0x13 }),
  defaultProfile: () => { throw notYet() },
  resolvePath: async path => path,
  joinPath: (...parts) => parts.join('/'),
  exists: refuse,
  list: refuse,
  makeDirectory: refuse,
  readSmallFile: refuse,
  writeSmallFile: refuse,
  makePrivate: refuse,
  removeFile: refuse,
  diskUsage: refuse
}
