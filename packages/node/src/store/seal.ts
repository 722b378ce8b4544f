/** How values and keys of the store are kept from whoever reads the disk. Spec: protocols/conventions.md REST-1, REST-2. */
import { platform } from '#platform'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { labelBytes, labelled } from '@sotto/protocols/common'
import type { Aead } from '../platform/platform.ts'

/** XChaCha20: random nonces of 24 bytes may be drawn for ever without a collision that matters. */
const NONCE_BYTES = 24
const TAG_BYTES = 16
/** A blinded id: 2^64 ids of one profile before two are likely to meet. */
export const BLIND_BYTES = 16
export const DATA_KEY_BYTES = 32
/** Nonces drawn at once: one call of the system for a whole batch. */
const NONCE_POOL_BYTES = 128 * NONCE_BYTES

export interface Sealer {
  /** nonce ‖ ciphertext ‖ tag, bound to the key it is stored under */
  seal (key: Uint8Array, value: Uint8Array): Uint8Array
  /** The value, or undefined where it was sealed by other keys, for another place, or is damaged. */
  open (key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  /** REST-2: 16 bytes of HMAC-SHA256 over the parts, each with its length. */
  blind (...parts: Uint8Array[]): Uint8Array
}

/** `dataKey`: 32 bytes. */
export function createSealer (dataKey: Uint8Array): Sealer {
  const values = platform.crypto.xchacha20poly1305(hkdf(sha256, dataKey, undefined, labelBytes('store/value'), 32))
  const blind = platform.crypto.hmac('sha256', hkdf(sha256, dataKey, undefined, labelBytes('store/blind'), 32))
  return {
    seal: (key, value) => sealUnder(values, key, value),
    open: (key, sealed) => openUnder(values, key, sealed),
    blind: (...parts) => blind(labelled('store/blind', ...parts)).slice(0, BLIND_BYTES)
  }
}

let nonces = new Uint8Array(0)

function drawNonce (): Uint8Array {
  if (nonces.byteLength < NONCE_BYTES) nonces = crypto.getRandomValues(new Uint8Array(NONCE_POOL_BYTES))
  const nonce = nonces.subarray(0, NONCE_BYTES)
  nonces = nonces.subarray(NONCE_BYTES)
  return nonce
}

function sealUnder (cipher: Aead, context: Uint8Array, value: Uint8Array): Uint8Array {
  const nonce = drawNonce()
  const sealed = cipher.seal(nonce, context, value, NONCE_BYTES)
  sealed.set(nonce)
  return sealed
}

function openUnder (cipher: Aead, context: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.byteLength < NONCE_BYTES + TAG_BYTES) return undefined
  return cipher.open(sealed.subarray(0, NONCE_BYTES), context, sealed.subarray(NONCE_BYTES))
}

/** XChaCha20-Poly1305 with a random nonce before the ciphertext. */
export function sealWith (secret: Uint8Array, context: Uint8Array, value: Uint8Array): Uint8Array {
  return sealUnder(platform.crypto.xchacha20poly1305(secret), context, value)
}

/** Undefined where the seal does not open: a wrong key and a changed byte look the same, by design. */
export function openWith (secret: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  return openUnder(platform.crypto.xchacha20poly1305(secret), context, sealed)
}
