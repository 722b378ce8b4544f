/**
 * The cipher suite as ts-mls wants it, built for short messages: hash, HKDF and small AEADs synchronously from noble (no
 * hop to a thread pool), Ed25519 on WebCrypto with cached keys, HPKE from the library. Half to a third of the time of the
 * library's own provider. A signing key is the 32-byte seed, not PKCS #8: only this provider ever sees it.
 */
import { gcm } from '@noble/ciphers/aes.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { defaultCryptoProvider, getCiphersuiteFromName } from 'ts-mls'
import { constantTimeEqual } from 'ts-mls/util/constantTimeCompare.js'
import { publicKeyOf, randomSeed, sign, verify } from '../identity/ed25519.ts'
import type { CiphersuiteImpl, CiphersuiteName } from 'ts-mls'

/** Suite 83, post-quantum: the only one in use (SES-1). */
export const SESSION_SUITE = 'MLS_256_XWING_AES256GCM_SHA512_Ed25519' satisfies CiphersuiteName
/** Suite 1, classical: for tests with many leaves, later for large groups. */
export const CLASSICAL_SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519' satisfies CiphersuiteName
export type SuiteName = typeof SESSION_SUITE | typeof CLASSICAL_SUITE
export type Suite = CiphersuiteImpl

/** Above this many bytes the thread pool of WebCrypto is worth its hop. */
const NATIVE_AEAD_BYTES = 16 * 1024
const EMPTY = new Uint8Array()

const suites = new Map<SuiteName, Promise<Suite>>()

export async function loadSuite (name: SuiteName): Promise<Suite> {
  let suite = suites.get(name)
  if (suite === undefined) {
    suite = build(name)
    suites.set(name, suite)
  }
  return suite
}

async function build (name: SuiteName): Promise<Suite> {
  const base = await defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromName(name))
  const hash = name === SESSION_SUITE ? sha512 : sha256
  return {
    ...base,
    hash: {
      digest: async data => hash(data),
      mac: async (key, data) => hmac(hash, key, data),
      verifyMac: async (key, mac, data) => constantTimeEqual(hmac(hash, key, data), mac)
    },
    kdf: {
      size: base.kdf.size,
      extract: async (salt, ikm) => extract(hash, ikm, salt),
      expand: async (prk, info, length) => expand(hash, prk, info, length)
    },
    hpke: {
      ...base.hpke,
      encryptAead: async (key, nonce, aad, plaintext) => plaintext.byteLength > NATIVE_AEAD_BYTES
        ? base.hpke.encryptAead(key, nonce, aad, plaintext)
        : gcm(key, nonce, aad ?? EMPTY).encrypt(plaintext),
      decryptAead: async (key, nonce, aad, ciphertext) => ciphertext.byteLength > NATIVE_AEAD_BYTES
        ? base.hpke.decryptAead(key, nonce, aad, ciphertext)
        : gcm(key, nonce, aad ?? EMPTY).decrypt(ciphertext)
    },
    signature: {
      sign,
      verify,
      keygen: async () => {
        const signKey = randomSeed()
        return { signKey, publicKey: publicKeyOf(signKey) }
      }
    }
  }
}
