/** What went wrong, in the person's language by its code; the frequent ones are there from the start. */
import { currentLanguage, text } from './language.ts'
import { loadSaid, said } from './said.ts'
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

/** Codes that say little: the messenger's own sentence says more to who reads English. */
const VAGUE = new Set(['BAD_ARGUMENT', 'REFUSED'])

export function describeError (error: unknown): string {
  const code = codeOf(error)
  const key = WORDS[code]
  if (key !== undefined) return text(key)
  void loadSaid()
  const words = VAGUE.has(code) && currentLanguage() === 'en' ? undefined : said(`error.${code}`)
  if (words !== undefined) return words
  const message = error instanceof Error ? error.message : ''
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `. ${error.hint.charAt(0).toUpperCase()}${error.hint.slice(1)}` : ''
  return message === '' ? text('error.unknown') : text('error.other', { message: message + hint })
}

/** The same once the words are there. */
export async function explain (error: unknown): Promise<string> {
  await loadSaid()
  return describeError(error)
}
