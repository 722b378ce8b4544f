import { NodeError, UsageError } from '@sotto/node/errors'
import type { ErrorCode } from '@sotto/node/errors'

/** Exit codes of cli.md. */
export const EXIT = { done: 0, failed: 1, usage: 2, timeout: 3, inUse: 4, passphrase: 5 } as const

/** For the help and the manual page. */
export const EXIT_MEANINGS: ReadonlyArray<readonly [number, string]> = [
  [EXIT.done, 'done'], [EXIT.failed, 'failed'], [EXIT.usage, 'wrong use'], [EXIT.timeout, 'timed out waiting'], [EXIT.inUse, 'profile in use'], [EXIT.passphrase, 'wrong passphrase']
]

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  TIMEOUT: EXIT.timeout,
  NO_MAILBOX: EXIT.timeout,
  PROFILE_IN_USE: EXIT.inUse,
  ALREADY_RUNNING: EXIT.inUse,
  WRONG_PASSPHRASE: EXIT.passphrase,
  PASSPHRASE_REQUIRED: EXIT.passphrase,
  ABORTED: EXIT.failed
}

export function exitCode (error: unknown): number {
  if (!(error instanceof NodeError)) return EXIT.failed
  return BY_CODE[error.code] ?? (error instanceof UsageError ? EXIT.usage : EXIT.failed)
}
