/** AES-GCM in Node. Reached as `#aes-gcm`. */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { OPTIONS, TAG_BYTES, open, seal } from './node-aead.ts'
import type { Aead } from './platform.ts'

/** NIST SP 800-38D: key 16 or 32 bytes, nonce 12. A wrong length of the key throws at the first use. */
export function aesGcm (bytes: Uint8Array): Aead {
  const algorithm = bytes.byteLength === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
  const key = createSecretKey(bytes)
  return {
    seal: (nonce, aad, plaintext, room = 0) => seal(createCipheriv(algorithm, key, nonce, OPTIONS), aad, plaintext, room),
    open: (nonce, aad, sealed) => sealed.byteLength < TAG_BYTES ? undefined : open(createDecipheriv(algorithm, key, nonce, OPTIONS), aad, sealed)
  }
}
