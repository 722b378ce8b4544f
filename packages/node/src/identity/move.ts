/**
 * A move: the recovery key, which is on no device, gives an identity up for another. Spec: protocols/identity IDN-9, IDN-10.
 * And the token by which a device that comes back from the phrase knows its contacts again: IDN-11.
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { labelBytes, labelled } from '@sotto/protocols/common'
import { decodeMove, KNOWN_BYTES, Move, MoveBody } from '@sotto/protocols/identity'
import { equals } from 'uint8arrays/equals'
import { publicKeyOf, sign, verify } from './ed25519.ts'

/** A move that was verified. */
export interface VerifiedMove {
  /** 32 bytes, the identity that is given up */
  identity: Uint8Array
  /** 32 bytes, whom to follow */
  successor: Uint8Array
  /** SHA-256 of the recovery key that signed it: the caller compares it with what it knew before */
  recoveryHash: Uint8Array
  /** Unix milliseconds, by the clock of who moved */
  time: number
  /** encoded Move */
  bytes: Uint8Array
}

export interface MoveInit {
  /** 32 bytes, the old identity */
  identity: Uint8Array
  /** 32-byte seed of its recovery key */
  recoverySeed: Uint8Array
  /** 32-byte seed of the new identity */
  successorSeed: Uint8Array
  /** Unix milliseconds */
  now: number
}

/** An encoded Move, signed by the recovery key and by the successor. */
export async function issueMove ({ identity, recoverySeed, successorSeed, now }: MoveInit): Promise<Uint8Array> {
  const body = MoveBody.encode({ identity, recoveryKey: publicKeyOf(recoverySeed), successor: publicKeyOf(successorSeed), time: Math.floor(now / 1000) })
  const [signature, acceptance] = await Promise.all([sign(recoverySeed, labelled('identity/move', body)), sign(successorSeed, labelled('identity/move-accept', body))])
  return Move.encode({ body, signature, acceptance })
}

/** The move, if both signatures hold and it leads elsewhere (IDN-9); else undefined. Whether its recovery key is the right one is the caller's to say. */
export async function verifyMove (bytes: Uint8Array): Promise<VerifiedMove | undefined> {
  const decoded = decodeMove(bytes)
  if (decoded === undefined) return undefined
  const { move, body } = decoded
  if (equals(body.identity, body.successor)) return undefined
  if (!await verify(body.recoveryKey, labelled('identity/move', move.body), move.signature)) return undefined
  if (!await verify(body.successor, labelled('identity/move-accept', move.body), move.acceptance)) return undefined
  return { identity: body.identity, successor: body.successor, recoveryHash: sha256(body.recoveryKey), time: body.time * 1000, bytes }
}

/** What the owner of an identity gives a contact, and can make again from the phrase alone (IDN-11). 32 bytes. */
export function knownToken (identitySeed: Uint8Array, contact: Uint8Array): Uint8Array {
  return hmac(sha256, hkdf(sha256, identitySeed, undefined, labelBytes('identity/known'), KNOWN_BYTES), contact)
}

/** Whether this token was given to this contact; compared in constant time. */
export function isKnown (identitySeed: Uint8Array, contact: Uint8Array, token: Uint8Array): boolean {
  if (token.byteLength !== KNOWN_BYTES) return false
  return knownToken(identitySeed, contact).reduce((differing, byte, i) => differing | (byte ^ (token[i] ?? 0)), 0) === 0
}
