/** What went wrong, in the person's language by its code; the frequent ones are there from the start. */
import { PhraseError } from '@sotto/node/errors'
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

/** Words of a phrase, and how many that are in none are named by their place. */
const PHRASE_WORDS = 24
const MAX_PLACES = 5

/** Codes that say little: the messenger's own sentence says more to who reads English. */
const VAGUE = new Set(['BAD_ARGUMENT', 'REFUSED'])

export function describeError (error: unknown): string {
  const code = codeOf(error)
  if (error instanceof PhraseError) return describePhrase(error)
  const key = WORDS[code]
  if (key !== undefined) return text(key)
  void loadSaid()
  const words = VAGUE.has(code) && currentLanguage() === 'en' ? undefined : said(`error.${code}`)
  if (words !== undefined) return words
  const message = error instanceof Error ? error.message : ''
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `. ${error.hint.charAt(0).toUpperCase()}${error.hint.slice(1)}` : ''
  return message === '' ? text('error.unknown') : text('error.other', { message: message + hint })
}

function describePhrase ({ places, count }: PhraseError): string {
  if (places.length > 0) return text('error.phraseWords', { count: places.length, which: places.slice(0, MAX_PLACES).join(', ') + (places.length > MAX_PLACES ? ' …' : '') })
  return count === PHRASE_WORDS ? text('error.phraseOrder') : text('error.phraseCount', { count })
}

/** The same once the words are there. */
export async function explain (error: unknown): Promise<string> {
  await loadSaid()
  return describeError(error)
}
