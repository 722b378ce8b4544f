/** Authenticated encryption (RFC 5116) with a cipher of noble: the tag behind the ciphertext. */
import { concat } from 'uint8arrays/concat'
import type { Aead } from './platform.ts'

type Cipher = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => { encrypt (bytes: Uint8Array): Uint8Array, decrypt (bytes: Uint8Array): Uint8Array }

export function aead (cipher: Cipher): (key: Uint8Array) => Aead {
  return key => ({
    seal: (nonce, aad, plaintext, room = 0) => {
      const sealed = cipher(key, nonce, aad).encrypt(plaintext)
      return room === 0 ? sealed : concat([new Uint8Array(room), sealed])
    },
    open: (nonce, aad, sealed) => {
      try {
        return cipher(key, nonce, aad).decrypt(sealed)
      } catch {
        return undefined // a wrong key and a changed byte look the same, by design
      }
    }
  })
}
