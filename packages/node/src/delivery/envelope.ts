/**
 * Wraps a body under a queue's key: id (16) ‖ nonce (24) ‖ XChaCha20-Poly1305 of the padded body. Spec: protocols/envelope.
 * Whoever carries it learns a size bucket and an id that means nothing without the key (ENV-1, ENV-2).
 */
import { platform } from '#platform'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBounded, labelled, paddedLength } from '@sotto/protocols/common'
import { Body, ENVELOPE_OVERHEAD_BYTES, MAX_ENVELOPE_BYTES, PADDING_FLOOR_BYTES } from '@sotto/protocols/envelope'
import { concat } from 'uint8arrays/concat'
import { LimitError } from '../errors.ts'

const ID_BYTES = 16
const NONCE_BYTES = 24

export interface Envelope { id: Uint8Array, bytes: Uint8Array }

/** What an id is made of: author device ‖ number of the sealing (8 bytes, big-endian) ‖ branch. */
export function envelopeName (device: Uint8Array, number: number, branch: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number))
  return concat([device, bytes, branch])
}

/**
 * @param name what makes the id: the same for every retry of the same bytes
 * @throws LimitError LIMIT_EXCEEDED when the body does not fit an envelope
 */
export function wrap (wrapKey: Uint8Array, name: Uint8Array, body: Body): Envelope {
  const plain = Body.encode(body)
  const length = Math.min(paddedLength(plain.byteLength + 4, PADDING_FLOOR_BYTES), MAX_ENVELOPE_BYTES - ENVELOPE_OVERHEAD_BYTES)
  if (plain.byteLength + 4 > length) throw new LimitError('LIMIT_EXCEEDED', 'too large for one envelope')
  const padded = new Uint8Array(length)
  new DataView(padded.buffer).setUint32(0, plain.byteLength)
  padded.set(plain, 4)
  const id = hmac(sha256, wrapKey, labelled('envelope/id', name)).subarray(0, ID_BYTES)
  // the nonce follows from what is wrapped: a retry gives the same bytes, other bytes another nonce (ENV-4)
  const nonce = hmac(sha256, wrapKey, labelled('envelope/wrap', name, sha256(plain))).subarray(0, NONCE_BYTES)
  const sealed = platform.crypto.xchacha20poly1305(wrapKey).seal(nonce, labelled('envelope/wrap', id), padded)
  return { id, bytes: concat([id, nonce, sealed]) }
}

/** The body, or undefined for anything that this key did not wrap. */
export function unwrap (wrapKey: Uint8Array, bytes: Uint8Array): Body | undefined {
  if (bytes.byteLength > MAX_ENVELOPE_BYTES || bytes.byteLength < ENVELOPE_OVERHEAD_BYTES + PADDING_FLOOR_BYTES) return undefined
  const id = bytes.subarray(0, ID_BYTES)
  const nonce = bytes.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES)
  const padded = platform.crypto.xchacha20poly1305(wrapKey).open(nonce, labelled('envelope/wrap', id), bytes.subarray(ID_BYTES + NONCE_BYTES))
  if (padded === undefined) return undefined // not for this queue, or damaged on the way
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  if (length > padded.byteLength - 4) return undefined
  return decodeBounded(Body, padded.subarray(4, 4 + length), MAX_ENVELOPE_BYTES)
}
