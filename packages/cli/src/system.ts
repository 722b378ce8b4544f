/** What the operating system said, as an error for people. */
import { StoreError } from '@sotto/node/errors'

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** @param what what could not be done, in a sentence */
export function refusedBySystem (cause: unknown, what: string): StoreError {
  if (cause instanceof StoreError) return cause
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? ''
  if (FULL.has(code)) return new StoreError('STORE_FULL', `${what} The disk is full.`, { cause, hint: 'Free some space on the disk of the profile, and try again.' })
  return new StoreError('STORE_FAILED', what, { cause, hint: 'Check the disk, and to whom the directory belongs.' })
}
