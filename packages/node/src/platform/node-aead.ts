/** Authenticated encryption (RFC 5116) with OpenSSL: the tag behind the ciphertext. */
import type { CipherGCM, DecipherGCM } from 'node:crypto'

export const TAG_BYTES = 16
/** Keys go in as KeyObjects: what Node does to find out that bytes are bytes takes twice as long as the cipher. */
export const OPTIONS = { authTagLength: TAG_BYTES }

export function seal (cipher: CipherGCM, aad: Uint8Array, plaintext: Uint8Array, room: number): Uint8Array {
  cipher.setAAD(aad)
  const ciphertext = cipher.update(plaintext)
  cipher.final() // empty for a stream cipher
  const sealed = new Uint8Array(room + ciphertext.byteLength + TAG_BYTES)
  sealed.set(ciphertext, room)
  sealed.set(cipher.getAuthTag(), room + ciphertext.byteLength)
  return sealed
}

export function open (decipher: DecipherGCM, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const end = sealed.byteLength - TAG_BYTES
  try {
    decipher.setAuthTag(sealed.subarray(end))
    decipher.setAAD(aad)
    const plaintext = decipher.update(sealed.subarray(0, end))
    decipher.final()
    return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  } catch {
    return undefined // a wrong key and a changed byte look the same, by design
  }
}
