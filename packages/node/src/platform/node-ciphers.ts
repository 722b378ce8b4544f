/** Node's ciphers: OpenSSL through `node:crypto`, synchronously, since a hop to the thread pool costs more than the work. */
import * as nodeCrypto from 'node:crypto'
import { hchacha } from '@noble/ciphers/chacha.js'
import { concat } from 'uint8arrays/concat'
import { KeyCache } from './key-cache.ts'
import { OPTIONS, TAG_BYTES, open, seal } from './node-aead.ts'
import type { Aead, PlatformCrypto } from './platform.ts'

const KEY_BYTES = 32
const XNONCE_BYTES = 24
/** Prefixes of an Ed25519 seed in PKCS #8 and of a public key in SPKI (RFC 8410 §4, §7). */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20])
const SPKI = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])
/** "expand 32-byte k", as the words that ChaCha begins with. */
const SIGMA = words(new TextEncoder().encode('expand 32-byte k'), new Uint32Array(4))

const seeds = new KeyCache<nodeCrypto.KeyObject>()
const publicKeys = new KeyCache<nodeCrypto.KeyObject>()

/** Little-endian words, as ChaCha reads its key and nonce. */
function words (bytes: Uint8Array, into: Uint32Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < into.length; i++) into[i] = view.getUint32(4 * i, true)
  return into
}

/** It has the shape of the GCM modes, whose types are the ones that Node gives to algorithms by name. */
const CHACHA = 'chacha20-poly1305' as nodeCrypto.CipherGCMTypes

/** XChaCha is ChaCha under a subkey of the first 16 bytes of the nonce, with the last 8 as its own (draft §2.3). */
function xchacha20poly1305 (key: Uint8Array): Aead {
  if (key.byteLength !== KEY_BYTES) throw new RangeError('a key has 32 bytes')
  const keyWords = words(key, new Uint32Array(8))
  const nonceWords = new Uint32Array(4)
  const out = new Uint32Array(8)
  const subkey = new Uint8Array(KEY_BYTES)
  const view = new DataView(subkey.buffer)
  const inner = new Uint8Array(12)
  /** Leaves the inner nonce in `inner`. Nothing here is kept over a call: KeyObject and cipher copy. */
  const extend = (nonce: Uint8Array): nodeCrypto.KeyObject => {
    if (nonce.byteLength !== XNONCE_BYTES) throw new RangeError('a nonce has 24 bytes')
    hchacha(SIGMA, keyWords, words(nonce, nonceWords), out)
    for (let i = 0; i < 8; i++) view.setUint32(4 * i, out[i] ?? 0, true)
    inner.set(nonce.subarray(16), 4)
    return nodeCrypto.createSecretKey(subkey)
  }
  return {
    seal: (nonce, aad, plaintext, room = 0) => {
      const derived = extend(nonce)
      return seal(nodeCrypto.createCipheriv(CHACHA, derived, inner, OPTIONS), aad, plaintext, room)
    },
    open: (nonce, aad, sealed) => {
      if (sealed.byteLength < TAG_BYTES) return undefined
      const derived = extend(nonce)
      return open(nodeCrypto.createDecipheriv(CHACHA, derived, inner, OPTIONS), aad, sealed)
    }
  }
}

function hmac (hash: string, bytes: Uint8Array): (...data: Uint8Array[]) => Uint8Array {
  const key = nodeCrypto.createSecretKey(bytes)
  return (...data) => {
    const mac = nodeCrypto.createHmac(hash, key)
    for (const part of data) mac.update(part)
    return Uint8Array.from(mac.digest())
  }
}

function signEd25519 (seed: Uint8Array, bytes: Uint8Array): Uint8Array {
  const key = seeds.get(seed) ?? seeds.set(seed, nodeCrypto.createPrivateKey({ key: toBuffer(concat([PKCS8, seed])), format: 'der', type: 'pkcs8' }))
  return Uint8Array.from(nodeCrypto.sign(null, bytes, key))
}

function verifyEd25519 (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.byteLength !== KEY_BYTES || signature.byteLength !== 64) return false
  try {
    const key = publicKeys.get(publicKey) ?? publicKeys.set(publicKey, nodeCrypto.createPublicKey({ key: toBuffer(concat([SPKI, publicKey])), format: 'der', type: 'spki' }))
    return nodeCrypto.verify(null, bytes, key, signature)
  } catch {
    return false // not a point on the curve: not a valid key, so not a valid signature
  }
}

function toBuffer (bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export const nodeCiphers: PlatformCrypto = {
  xchacha20poly1305,
  hmac,
  signEd25519,
  verifyEd25519
}
