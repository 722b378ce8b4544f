/** HPKE (RFC 9180) to an inbox key: X-Wing, HKDF-SHA256, AES-256-GCM. INT-5. The libraries load when first used. */
import { sha256 } from '@noble/hashes/sha2.js'
import { labelBytes, labelled } from '@sotto/protocols/common'
import { decodeSealedRequest, padRequest, SealedRequest, unpadRequest } from '@sotto/protocols/introduction'
import { later } from '../late.ts'
import type { CipherSuite } from '@hpke/core'
import type { XWing } from '@hpke/hybridkem-x-wing'

export interface KemPair {
  /** 32 bytes, X-Wing private key */
  seed: Uint8Array
  /** 1216 bytes */
  publicKey: Uint8Array
}

/** Makes keys; the rest comes when something is sealed or opened. */
const loadKem = later(async (): Promise<XWing> => (await import('./kem.ts')).createKem())

const loadSuite = later(async (): Promise<CipherSuite> => {
  const [kem, { createSuite }] = await Promise.all([loadKem(), import('./suite.ts')])
  return createSuite(kem)
})

/** 32 bytes that stand for an inbox key in a request. */
export function inboxKeyHash (inboxKey: Uint8Array): Uint8Array {
  return sha256(inboxKey)
}

function bound (recipient: Uint8Array, inboxKey: Uint8Array): Uint8Array {
  return labelled('introduction/hpke', recipient, inboxKeyHash(inboxKey))
}

export async function kemPair (seed: Uint8Array): Promise<KemPair> {
  const kem = await loadKem()
  const pair = await kem.generateKeyPairDerand(seed)
  return { seed, publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)) }
}

/** An encoded SealedRequest. @throws where `inboxKey` is no X-Wing key */
export async function sealRequest (request: Uint8Array, recipient: Uint8Array, inboxKey: Uint8Array): Promise<Uint8Array> {
  const suite = await loadSuite()
  const recipientPublicKey = await suite.kem.deserializePublicKey(inboxKey)
  const sender = await suite.createSenderContext({ recipientPublicKey, info: labelBytes('introduction/hpke') })
  const ciphertext = await sender.seal(padRequest(request), bound(recipient, inboxKey))
  return SealedRequest.encode({ enc: new Uint8Array(sender.enc), ciphertext: new Uint8Array(ciphertext) })
}

/** The request inside, or undefined where it was not sealed to this key and identity or was changed. */
export async function openRequest (bytes: Uint8Array, recipient: Uint8Array, pair: KemPair): Promise<Uint8Array | undefined> {
  const sealed = decodeSealedRequest(bytes)
  if (sealed === undefined) return undefined
  const suite = await loadSuite()
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(pair.seed)
    const context = await suite.createRecipientContext({ recipientKey, enc: sealed.enc, info: labelBytes('introduction/hpke') })
    return unpadRequest(new Uint8Array(await context.open(sealed.ciphertext, bound(recipient, pair.publicKey))))
  } catch {
    return undefined // not for this key, or tampered with: the same to us
  }
}
