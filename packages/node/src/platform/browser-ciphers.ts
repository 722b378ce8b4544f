/** A page's ciphers: noble, and WebCrypto for Ed25519. Also what the tests hold Node's against. */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { aead } from './browser-aead.ts'
import { KeyCache } from './key-cache.ts'
import type { PlatformCrypto } from './platform.ts'

/** PKCS #8 prefix of an Ed25519 seed (RFC 8410 §7). */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20])

const seeds = new KeyCache<CryptoKey>()
const publicKeys = new KeyCache<CryptoKey>()

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
  hmac: (hash, key) => (...data) => hmac(hash === 'sha256' ? sha256 : sha512, key, concat(data)),
  signEd25519,
  verifyEd25519
}
