/** The level database under the store (open-level.ts opens it), and what its errors mean to a person. */
import { StoreError } from '../errors.ts'

export type DatabaseOp = { type: 'put', key: Uint8Array, value: Uint8Array } | { type: 'del', key: Uint8Array }

export interface DatabaseRange {
  gte?: Uint8Array
  gt?: Uint8Array
  lt?: Uint8Array
  lte?: Uint8Array
  reverse?: boolean
  limit?: number
}

/** What the store needs of a level database with `keyEncoding` and `valueEncoding` 'view': `level`, and `memory-level` in tests. */
export interface Database {
  readonly status: string
  open (): Promise<void>
  close (): Promise<void>
  get (key: Uint8Array): Promise<Uint8Array | undefined>
  batch (ops: DatabaseOp[], options: { sync?: boolean }): Promise<void>
  iterator (range: DatabaseRange): AsyncIterable<[Uint8Array, Uint8Array]> & { close (): Promise<void> }
}

const FULL = /no space left|quota exceeded|file too large|QuotaExceeded/i

/** A StoreError for whatever level, LevelDB or the file system said. */
export function explainStoreError (cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause
  const codes: unknown[] = []
  let text = ''
  for (let error = cause, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth++) {
    codes.push('code' in error ? error.code : undefined)
    text += `${error.name} ${error.message}\n`
  }
  if (codes.includes('LEVEL_LOCKED')) {
    return new StoreError('PROFILE_IN_USE', 'another process has this profile open', { cause, hint: 'use the running node, stop it first, or choose another profile' })
  }
  if (FULL.test(text) || codes.some(code => code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')) {
    return new StoreError('STORE_FULL', 'the disk is full: nothing was changed', { cause, hint: 'free some space on the disk of the profile and try again' })
  }
  if (codes.includes('LEVEL_CORRUPTION') || /corruption|checksum|invalid argument|does not exist|no such file|CURRENT file|missing files/i.test(text)) {
    return damaged('the store of this profile is damaged', cause)
  }
  if (codes.includes('LEVEL_DATABASE_NOT_OPEN') && codes.length === 1) return closed(cause)
  return new StoreError('STORE_FAILED', 'the disk refused the store of this profile', { cause, hint: 'check the disk and the permissions of the profile directory, then start again' })
}

export function damaged (message: string, cause?: unknown): StoreError {
  return new StoreError('STORE_DAMAGED', message, { cause, hint: 'nothing was changed; copy the profile directory aside, then restore a backup of it, or begin a new profile with the recovery phrase (`sotto restore`)' })
}

export function closed (cause?: unknown): StoreError {
  return new StoreError('STORE_CLOSED', 'the store of this profile is closed', { cause, hint: 'start the node again' })
}
