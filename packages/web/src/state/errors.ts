/** What went wrong, in the person's language where we have the words, else in the node's. */
import { text } from './language.ts'
import type { MessageKey } from './language.ts'

const WORDS: Record<string, MessageKey> = {
  BAD_LINK: 'error.link',
  BAD_PHRASE: 'error.phrase',
  OWN_LINK: 'error.ownLink',
  UNKNOWN_CONTACT: 'error.unknownContact',
  TEXT_TOO_LONG: 'error.tooLong',
  WRONG_PASSPHRASE: 'error.passphrase',
  STORE_FULL: 'error.full',
  PROFILE_IN_USE: 'error.inUse',
  CLOCK_WRONG: 'error.clock',
  TIMEOUT: 'error.timeout',
  UNREACHABLE: 'error.unreachable',
  BAD_PAIRING_CODE: 'error.pairing',
  PAIRING_REFUSED: 'error.pairingRefused',
  NOT_PRIMARY: 'error.notPrimary',
  BLOCKED_CONTACT: 'error.blocked',
  DEVICE_REVOKED: 'error.revoked'
}

export function codeOf (error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'INTERNAL'
}

export function describeError (error: unknown): string {
  const key = WORDS[codeOf(error)]
  if (key !== undefined) return text(key)
  const message = error instanceof Error ? error.message : ''
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `. ${error.hint.charAt(0).toUpperCase()}${error.hint.slice(1)}` : ''
  return message === '' ? text('error.unknown') : text('error.other', { message: message + hint })
}
