/**
 * The ratchet of one sender's application messages (RFC 9420 §9). Ours and not the library's, because that keeps the
 * *ratchet secrets* of overtaken messages, from which every later key follows, and needs quadratic time for a jump. Here
 * only key and nonce of an overtaken message stay, and a jump is linear (SES-8, SES-9).
 */
import { deriveTreeSecret } from 'ts-mls/crypto/kdf.js'
import { MAX_RATCHET_JUMP, MAX_SKIPPED_KEYS } from '../config.ts'
import type { Suite } from './provider.ts'

export interface MessageKey { key: Uint8Array, nonce: Uint8Array }

/** Immutable: a use yields the next one. */
export interface Ratchet {
  readonly secret: Uint8Array
  /** the next generation that nobody used yet */
  readonly generation: number
  /** keys below this generation are gone, used or not */
  readonly floor: number
  /** keys of generations that were overtaken */
  readonly skipped: ReadonlyMap<number, MessageKey>
}

export type Turn =
  | { kind: 'key', key: MessageKey, next: Ratchet }
  /** used before */
  | { kind: 'used' }
  /** its key is gone, or too far ahead */
  | { kind: 'beyond' }

const NONE: ReadonlyMap<number, MessageKey> = new Map()

export function startRatchet (secret: Uint8Array): Ratchet {
  return { secret, generation: 0, floor: 0, skipped: NONE }
}

async function messageKey (secret: Uint8Array, generation: number, suite: Suite): Promise<MessageKey> {
  const { keyLength, nonceLength } = suite.hpke
  return {
    key: await deriveTreeSecret(secret, 'key', generation, keyLength, suite.kdf),
    nonce: await deriveTreeSecret(secret, 'nonce', generation, nonceLength, suite.kdf)
  }
}

function nextSecret (secret: Uint8Array, generation: number, suite: Suite): Promise<Uint8Array> {
  return deriveTreeSecret(secret, 'secret', generation, suite.kdf.size, suite.kdf)
}

/** The key of a generation and the ratchet after its use. The caller keeps `next` only once the message is authentic. */
export async function turnTo (ratchet: Ratchet, generation: number, suite: Suite): Promise<Turn> {
  if (generation < ratchet.floor || generation - ratchet.generation > MAX_RATCHET_JUMP) return { kind: 'beyond' }
  if (generation < ratchet.generation) {
    const key = ratchet.skipped.get(generation)
    if (key === undefined) return { kind: 'used' }
    const skipped = new Map(ratchet.skipped)
    skipped.delete(generation)
    return { kind: 'key', key, next: { ...ratchet, skipped } }
  }
  const { secret, floor, skipped } = generation === ratchet.generation ? ratchet : await jump(ratchet, generation, suite)
  const key = await messageKey(secret, generation, suite)
  const next = { secret: await nextSecret(secret, generation, suite), generation: generation + 1, floor, skipped }
  return { kind: 'key', key, next }
}

/** The ratchet at a generation ahead, with the keys of those between kept, the oldest forgotten first. */
async function jump (ratchet: Ratchet, generation: number, suite: Suite): Promise<Omit<Ratchet, 'generation'>> {
  let { secret, floor } = ratchet
  const skipped = new Map(ratchet.skipped)
  for (let at = ratchet.generation; at < generation; at++) {
    skipped.set(at, await messageKey(secret, at, suite))
    secret = await nextSecret(secret, at, suite)
  }
  for (const oldest of skipped.keys()) { // in order of insertion, which is that of generations
    if (skipped.size <= MAX_SKIPPED_KEYS) break
    skipped.delete(oldest)
    floor = oldest + 1
  }
  return { secret, floor, skipped }
}

/** Nonce of one message: the ratchet's, its first four bytes blinded by the reuse guard (RFC 9420 §6.3.1). */
export function guardedNonce (nonce: Uint8Array, guard: Uint8Array): Uint8Array {
  return nonce.map((byte, index) => byte ^ (guard[index] ?? 0))
}
