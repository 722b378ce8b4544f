/** What two people compare to be sure of each other. Spec: protocols/identity IDN-7. */
import { sha512 } from '@noble/hashes/sha2.js'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { base64urlnopad } from '@scure/base'
import { labelled } from '@sotto/protocols/common'
import { SAFETY_ROUNDS } from '@sotto/protocols/identity'
import { compare } from 'uint8arrays/compare'
import { concat } from 'uint8arrays/concat'

export interface SafetyNumber {
  /** 60 digits in 12 groups of 5 */
  digits: string
  /** 12 words */
  words: string
  /** the text of a QR code: equal on both sides */
  qr: string
}

/** 30 bytes that take 5,200 hashes to make: a key whose digits resemble another's is that much dearer to search for. */
function half (identity: Uint8Array): Uint8Array {
  let hash = sha512(labelled('identity/safety', identity))
  for (let round = 1; round < SAFETY_ROUNDS; round++) hash = sha512(concat([hash, identity]))
  return hash.subarray(0, 30)
}

/** 5 bytes, big-endian, modulo 100,000. */
function groups (half: Uint8Array): string[] {
  return Array.from({ length: 6 }, (_, i) => {
    const number = half.subarray(i * 5, i * 5 + 5).reduce((sum, byte) => sum * 256 + byte, 0)
    return String(number % 100_000).padStart(5, '0')
  })
}

/** The first 132 bits as 12 words of the BIP-39 list. */
function words (bytes: Uint8Array): string[] {
  return Array.from({ length: 12 }, (_, i) => {
    let index = 0
    for (let bit = i * 11; bit < i * 11 + 11; bit++) index = index * 2 + (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
    return wordlist[index] ?? ''
  })
}

/** The same for both, whoever computes it. Identities are 32 bytes each. */
export function safetyNumber (mine: Uint8Array, theirs: Uint8Array): SafetyNumber {
  const halves = [half(mine), half(theirs)].sort(compare)
  const both = concat(halves)
  return {
    digits: halves.flatMap(groups).join(' '),
    words: words(sha512(labelled('identity/safety', ...halves))).join(' '),
    qr: `sotto-safety:1:${base64urlnopad.encode(both)}`
  }
}
