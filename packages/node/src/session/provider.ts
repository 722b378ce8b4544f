/**
 * The cipher suite as ts-mls wants it, built for short messages: hash from noble, the rest synchronously from the platform,
 * HPKE from the library. Half to a third of the time of the library's own provider. A signing key is the
 * 32-byte seed, not PKCS #8: only this provider ever sees it.
 */
import { aesGcm } from '#aes-gcm'
import { platform } from '#platform'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { defaultCryptoProvider, getCiphersuiteFromName } from 'ts-mls'
import { constantTimeEqual } from 'ts-mls/util/constantTimeCompare.js'
import { IntegrityError } from '../errors.ts'
import { publicKeyOf, randomSeed, sign, verify } from '../identity/ed25519.ts'
import type { CiphersuiteImpl, CiphersuiteName } from 'ts-mls'

/** Suite 83, post-quantum: the only one in use (SES-1). */
export const SESSION_SUITE = 'MLS_256_XWING_AES256GCM_SHA512_Ed25519' satisfies CiphersuiteName
/** Suite 1, classical: for tests with many leaves, later for large groups. */
export const CLASSICAL_SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519' satisfies CiphersuiteName
export type SuiteName = typeof SESSION_SUITE | typeof CLASSICAL_SUITE
export type Suite = CiphersuiteImpl

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
  const hash = name === SESSION_SUITE ? 'sha512' : 'sha256'
  const mac = (key: Uint8Array, data: Uint8Array): Uint8Array => platform.crypto.hmac(hash, key)(data)
  return {
    ...base,
    hash: {
      digest: async data => (hash === 'sha512' ? sha512 : sha256)(data),
      mac: async (key, data) => mac(key, data),
      verifyMac: async (key, tag, data) => constantTimeEqual(mac(key, data), tag)
    },
    kdf: {
      size: base.kdf.size,
      extract: async (salt, ikm) => mac(salt, ikm), // RFC 5869 §2.2
      expand: async (prk, info, length) => expand(hash, prk, info, length)
    },
    hpke: {
      ...base.hpke,
      encryptAead: async (key, nonce, aad, plaintext) => aesGcm(key).seal(nonce, aad ?? EMPTY, plaintext),
      decryptAead: async (key, nonce, aad, ciphertext) => {
        const plaintext = aesGcm(key).open(nonce, aad ?? EMPTY, ciphertext)
        if (plaintext === undefined) throw new IntegrityError('BAD_SIGNATURE', 'does not decrypt')
        return plaintext
      }
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

/** RFC 5869 §2.3. */
function expand (hash: 'sha256' | 'sha512', prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const mac = platform.crypto.hmac(hash, prk)
  const blocks: Uint8Array[] = []
  for (let made = 0, last: Uint8Array = EMPTY; made < length; made += last.byteLength) {
    last = mac(last, info, Uint8Array.of(blocks.length + 1))
    blocks.push(last)
  }
  return concat(blocks).subarray(0, length)
}
