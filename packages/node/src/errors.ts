/**
 * Every error that leaves Sotto. `code` is a closed union that scripts may match; `message` says what happened and
 * `hint` what to do about it. Neither ever carries plaintext, a key, or a pair of contacts.
 */

/** Stable, documented codes. Adding one is a minor change, renaming one a breaking change. */
export type ErrorCode =
  // the caller
  | 'BAD_ARGUMENT' | 'BAD_LINK' | 'BAD_PHRASE' | 'UNKNOWN_CONTACT' | 'AMBIGUOUS_CONTACT' | 'UNKNOWN_MESSAGE'
  | 'UNKNOWN_REQUEST' | 'NOT_OWN_MESSAGE' | 'TEXT_TOO_LONG' | 'NO_IDENTITY' | 'IDENTITY_EXISTS' | 'NOT_RUNNING'
  | 'ALREADY_RUNNING' | 'BLOCKED_CONTACT' | 'MOVED_CONTACT' | 'OWN_LINK' | 'NOT_A_MEMBER' | 'ABORTED'
  | 'BAD_PAIRING_CODE' | 'NOT_PRIMARY' | 'UNKNOWN_DEVICE' | 'DEVICE_REVOKED'
  // the profile
  | 'PROFILE_IN_USE' | 'WRONG_PASSPHRASE' | 'PASSPHRASE_REQUIRED' | 'STORE_DAMAGED' | 'STORE_FOREIGN' | 'STORE_NEWER'
  | 'STORE_FULL' | 'STORE_FAILED' | 'STORE_CLOSED'
  // calls
  | 'UNKNOWN_CALL' | 'BUSY' | 'BAD_AUDIO' | 'NO_AUDIO'
  // the network
  | 'UNREACHABLE' | 'TIMEOUT' | 'NO_MAILBOX' | 'PORT_IN_USE' | 'NETWORK_STOPPED' | 'CLOCK_WRONG'
  // a peer
  | 'PROTOCOL_VIOLATION' | 'FRAME_TOO_LARGE' | 'BAD_SIGNATURE' | 'BROKEN_CHAIN' | 'REPLAYED' | 'REFUSED' | 'PAIRING_REFUSED'
  // limits, ours or a mailbox's
  | 'QUEUE_UNKNOWN' | 'QUEUE_FULL' | 'MAILBOX_FULL' | 'GRANT_UNKNOWN' | 'GRANT_EXHAUSTED' | 'RATE_LIMITED' | 'WORK_TOO_LOW'
  | 'LIMIT_EXCEEDED'
  // the program itself: a part that could not be loaded, a defect of ours
  | 'CODE_MISSING' | 'INTERNAL'

export interface ErrorOptions {
  cause?: unknown
  /** One sentence: what the user can do. */
  hint?: string
}

export class NodeError extends Error {
  override name = 'NodeError'
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor (code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}

/** The caller asked for something that cannot be. */
export class UsageError extends NodeError { override name = 'UsageError' }
/**
 * What was given is no recovery phrase, with code BAD_PHRASE. `places`: of the words that are in no phrase, from 1. Where there is none,
 * and it has as many words as a phrase (`count`), one is not the right one, or not in its place.
 */
export class PhraseError extends UsageError {
  override name = 'PhraseError'
  readonly places: readonly number[]
  readonly count: number

  constructor (message: string, init: ErrorOptions & { places?: readonly number[], count: number }) {
    super('BAD_PHRASE', message, init)
    this.places = init.places ?? []
    this.count = init.count
  }
}
/** The other side broke the protocol or refused. */
export class PeerError extends NodeError { override name = 'PeerError' }
/** Nobody answered: try later, or a mailbox. */
export class UnreachableError extends NodeError { override name = 'UnreachableError' }
/** A signature, MAC, chain or replay check failed: counted, never retried. */
export class IntegrityError extends NodeError { override name = 'IntegrityError' }
/** The profile on disk: in use, locked, damaged, full. */
export class StoreError extends NodeError { override name = 'StoreError' }
/** A named limit was met, here or at a mailbox. */
export class LimitError extends NodeError { override name = 'LimitError' }

/** What becomes of bytes from a peer: they never throw across a part. */
export type Verdict = { verdict: 'accepted' } | { verdict: 'ignored', reason: string } | { verdict: 'rejected', reason: string }
