/** A page's ciphers: noble, and WebCrypto for Ed25519. Also what the tests hold Node's against. */
import { gcm } from '@noble/ciphers/aes.js'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { KeyCache } from './key-cache.ts'
import type { Aead, PlatformCrypto } from './platform.ts'

type Cipher = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => { encrypt (bytes: Uint8Array): Uint8Array, decrypt (bytes: Uint8Array): Uint8Array }

/** PKCS #8 prefix of an Ed25519 seed (RFC 8410 §7). */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20])

const seeds = new KeyCache<CryptoKey>()
const publicKeys = new KeyCache<CryptoKey>()

function aead (cipher: Cipher): (key: Uint8Array) => Aead {
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

async function signEd25519 (seed: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
  const key = seeds.get(seed) ?? seeds.set(seed,
    await crypto.subtle.importKey('pkcs8', concat([PKCS8, seed]) as Uint8Array<ArrayBuffer>, 'Ed25519', false, ['sign']))
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes as Uint8Array<ArrayBuffer>))
}

async function verifyEd25519 (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (publicKey.byteLength !== 32 || signature.byteLength !== 64) return false
  try {
    const key = publicKeys.get(publicKey) ?? publicKeys.set(publicKey,
      await crypto.subtle.importKey('raw', publicKey as Uint8Array<ArrayBuffer>, 'Ed25519', false, ['verify']))
    return await crypto.subtle.verify('Ed25519', key, signature as Uint8Array<ArrayBuffer>, bytes as Uint8Array<ArrayBuffer>)
  } catch {
    return false // not a point on the curve: not a valid key, so not a valid signature
  }
}

export const browserCiphers: PlatformCrypto = {
  xchacha20poly1305: aead(xchacha20poly1305),
  aesGcm: aead(gcm),
  hmac: (hash, key) => (...data) => hmac(hash === 'sha256' ? sha256 : sha512, key, concat(data)),
  signEd25519,
  verifyEd25519
}
