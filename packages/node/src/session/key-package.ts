/** KeyPackages (RFC 9420 §10): one-time, bounded in time, with exactly our capabilities (SES-4). */
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { decodeMlsMessage, encodeMlsMessage, generateKeyPackageWithKey } from 'ts-mls'
import { CLOCK_SLACK_SECONDS, KEY_PACKAGE_SECONDS, MAX_KEY_PACKAGE_BYTES } from '../config.ts'
import { IntegrityError, PeerError, StoreError, UsageError } from '../errors.ts'
import { verifyCredential } from '../identity/certificate.ts'
import { publicKeyOf } from '../identity/ed25519.ts'
import { capabilitiesOf } from './credentials.ts'
import type { CredentialBook } from './credentials.ts'
import type { KeyPackagePair, Member, OwnLeaf } from './index.ts'
import type { Suite } from './provider.ts'
import type { KeyPackage, PrivateKeyPackage } from 'ts-mls/keyPackage.js'

const PRIVATE_VERSION = 1
const LIFE = BigInt(KEY_PACKAGE_SECONDS)
const SLACK = BigInt(CLOCK_SLACK_SECONDS)

export interface GeneratedKeyPackage { publicPackage: KeyPackage, privatePackage: PrivateKeyPackage }

/** @throws UsageError BAD_ARGUMENT where credential and seed are not of one device */
export async function generateFor (own: OwnLeaf, now: number, suite: Suite): Promise<GeneratedKeyPackage> {
  const publicKey = publicKeyOf(own.leafSeed)
  const verified = await verifyCredential(own.credential)
  if (verified === undefined || !equals(verified.leafKey, publicKey)) throw new UsageError('BAD_ARGUMENT', 'the credential is not for this leaf key')
  const seconds = BigInt(Math.floor(now / 1000))
  return generateKeyPackageWithKey({ credentialType: 'basic', identity: own.credential }, capabilitiesOf(suite),
    { notBefore: seconds - SLACK, notAfter: seconds - SLACK + LIFE }, [], { signKey: own.leafSeed, publicKey }, suite)
}

export async function makeKeyPackage (own: OwnLeaf, now: number, suite: Suite): Promise<KeyPackagePair> {
  const { publicPackage, privatePackage } = await generateFor(own, now, suite)
  const { initPrivateKey, hpkePrivateKey } = privatePackage
  return {
    publicPackage: encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: publicPackage }),
    privatePackage: concat([Uint8Array.of(PRIVATE_VERSION, initPrivateKey.byteLength), initPrivateKey, hpkePrivateKey])
  }
}

/** The private half as it came from the store; the leaf seed is kept elsewhere. */
export function decodePrivatePackage (bytes: Uint8Array, leafSeed: Uint8Array): PrivateKeyPackage {
  const length = bytes[1] ?? 0
  if (bytes[0] !== PRIVATE_VERSION || length === 0 || bytes.byteLength !== 2 + 2 * length) throw new StoreError('STORE_DAMAGED', 'a private key package is damaged')
  return { initPrivateKey: bytes.slice(2, 2 + length), hpkePrivateKey: bytes.slice(2 + length), signaturePrivateKey: leafSeed }
}

/** Length limit, then decode: undefined for anything that is not one KeyPackage. */
export function decodeKeyPackage (bytes: Uint8Array): KeyPackage | undefined {
  if (bytes.byteLength > MAX_KEY_PACKAGE_BYTES) return undefined
  try {
    const decoded = decodeMlsMessage(bytes.slice(), 0)
    if (decoded?.[1] !== bytes.byteLength || decoded[0].wireformat !== 'mls_key_package') return undefined
    return decoded[0].keyPackage
  } catch {
    return undefined // hostile bytes: what they fail on is of no interest
  }
}

/**
 * What every member checks of an added KeyPackage, alike and without a clock, besides its signatures, which the library
 * verifies when it applies it. Returns who it is for.
 */
export async function memberOfPackage (keyPackage: KeyPackage, book: CredentialBook, suite: Suite): Promise<Member | undefined> {
  const { leafNode } = keyPackage
  if (keyPackage.cipherSuite !== suite.name || keyPackage.extensions.length > 0) return undefined
  if (leafNode.leafNodeSource !== 'key_package' || leafNode.lifetime.notAfter - leafNode.lifetime.notBefore > LIFE) return undefined
  return book.member(leafNode, -1)
}

/**
 * A KeyPackage that we are about to add: also alive today (SES-4).
 * @throws PeerError PROTOCOL_VIOLATION for what is malformed, not allowed or dated wrong
 */
export async function acceptKeyPackage (bytes: Uint8Array, now: number, book: CredentialBook, suite: Suite): Promise<KeyPackage> {
  const keyPackage = decodeKeyPackage(bytes)
  if (keyPackage === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'not a key package')
  if (await memberOfPackage(keyPackage, book, suite) === undefined) throw new IntegrityError('BAD_SIGNATURE', 'a key package of nobody who may sit here')
  const { leafNode } = keyPackage
  const seconds = BigInt(Math.floor(now / 1000))
  if (leafNode.leafNodeSource !== 'key_package' || leafNode.lifetime.notBefore > seconds + SLACK || leafNode.lifetime.notAfter < seconds) {
    throw new PeerError('PROTOCOL_VIOLATION', 'an expired key package')
  }
  return keyPackage
}
