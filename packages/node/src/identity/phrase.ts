/** The recovery phrase: 24 words of BIP-39, and the two keys that it gives. Spec: protocols/identity IDN-2, IDN-3. */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeed } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { labelBytes } from '@sotto/protocols/common'
import { PhraseError, UsageError } from '../errors.ts'
import { publicKeyOf } from './ed25519.ts'

export const PHRASE_WORDS = 24
const ENTROPY_BYTES = 32
/** Longest text that is looked at for a phrase, characters: 24 words of 8 letters, numbered, with room for spaces. */
const MAX_TEXT = 1024

export interface PhraseKeys {
  /** 32-byte Ed25519 seed of the identity */
  identitySeed: Uint8Array
  /** 32-byte Ed25519 seed of the recovery key, which outranks the identity key and is kept on no device */
  recoverySeed: Uint8Array
  /** SHA-256 of the recovery public key: stands in every record */
  recoveryHash: Uint8Array
}

/** 32 fresh random bytes, of which the phrase is another writing. */
export function createEntropy (): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(ENTROPY_BYTES))
}

/** 24 English words, one space between them. */
export function formatPhrase (entropy: Uint8Array): string {
  if (entropy.byteLength !== ENTROPY_BYTES) throw new UsageError('BAD_PHRASE', `a phrase stands for ${ENTROPY_BYTES} bytes`)
  return entropyToMnemonic(entropy, wordlist)
}

/**
 * The 32 bytes of a phrase as a person writes it: in any case, with line breaks, commas or numbers between the words.
 * Messages name places, never the words.
 *
 * @throws UsageError BAD_PHRASE
 */
export function parsePhrase (text: string): Uint8Array {
  if (text.length > MAX_TEXT) throw new UsageError('BAD_PHRASE', 'this is too long for a recovery phrase', { hint: `give the ${PHRASE_WORDS} words, and nothing else` })
  const words = text.normalize('NFKD').toLowerCase().split(/[\s\d.,;:|)('"-]+/).filter(word => word !== '')
  const unknown = words.flatMap((word, i) => wordlist.includes(word) ? [] : [i + 1])
  if (unknown.length > 0 && words.length > 1) {
    const which = unknown.length === 1 ? `word ${unknown[0]} is` : `words ${unknown.slice(0, 5).join(', ')}${unknown.length > 5 ? ' and more' : ''} are`
    throw new PhraseError(`${which} not in the list of words for recovery phrases`, { places: unknown, count: words.length, hint: 'check the spelling: the first four letters tell each word from all others' })
  }
  if (words.length !== PHRASE_WORDS) {
    throw new PhraseError(`a recovery phrase has ${PHRASE_WORDS} words, this one has ${words.length}`, { count: words.length, hint: 'give all of them, in their order' })
  }
  try {
    return new Uint8Array(mnemonicToEntropy(words.join(' '), wordlist))
  } catch (cause) {
    throw new PhraseError('the checksum of the recovery phrase is wrong: a word is not the right one, or not in its place', { cause, count: words.length, hint: 'compare it word by word with what you wrote down' })
  }
}

/** The keys behind a phrase (takes some ten milliseconds: 2,048 rounds of PBKDF2). */
export async function deriveKeys (entropy: Uint8Array): Promise<PhraseKeys> {
  const seed = await mnemonicToSeed(formatPhrase(entropy))
  const recoverySeed = hkdf(sha512, seed, undefined, labelBytes('identity/recovery'), 32)
  return {
    identitySeed: hkdf(sha512, seed, undefined, labelBytes('identity/seed'), 32),
    recoverySeed,
    recoveryHash: sha256(publicKeyOf(recoverySeed))
  }
}
