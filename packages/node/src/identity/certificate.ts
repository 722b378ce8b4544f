/** Credentials (no dates, in the MLS leaf), certificates (dated, with the PeerId's key) and revocations. Spec: protocols/device. */
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBounded, labelled } from '@sotto/protocols/common'
import { CertificateBody, CredentialBody, RevocationBody } from '@sotto/protocols/device'
import { equals } from 'uint8arrays/equals'
import { publicKeyOf } from './ed25519.ts'
import { decodeSigned, encodeSigned, verifySigned } from './signed.ts'

export const ROLE_PRIMARY = 1
export const ROLE_LINKED = 2
/** MLS cipher suite 83: X-Wing, AES-256-GCM, SHA-512, Ed25519 */
export const SUITE = 83
/** How long a certificate is good for, seconds (one year): it gates only adding and lookups. */
export const CERTIFICATE_SECONDS = 365 * 24 * 60 * 60

export interface Credential {
  identity: Uint8Array
  device: Uint8Array
  leafKey: Uint8Array
  role: number
  suites: number[]
  /** encoded Signed<CredentialBody> */
  bytes: Uint8Array
}

export interface Certificate {
  credential: Credential
  peerKey: Uint8Array
  revision: number
  notBefore: number
  notAfter: number
  /** encoded Signed<CertificateBody> */
  bytes: Uint8Array
}

export interface Revocation { identity: Uint8Array, device: Uint8Array, time: number, bytes: Uint8Array }

/** 16 bytes that name a device: a hash of its leaf key (DEV-2). */
export function deviceIdOf (leafKey: Uint8Array): Uint8Array {
  return sha256(labelled('device/id', leafKey)).subarray(0, 16)
}

export async function issueCredential (identitySeed: Uint8Array, leafKey: Uint8Array, role: number): Promise<Uint8Array> {
  const body = CredentialBody.encode({ identity: publicKeyOf(identitySeed), leafKey, role, suites: [SUITE] })
  return encodeSigned('device/credential', body, identitySeed)
}

/** The credential, if every length fits and the identity in it signed it (DEV-1); else undefined. */
export async function verifyCredential (bytes: Uint8Array): Promise<Credential | undefined> {
  const signed = decodeSigned(bytes)
  if (signed === undefined) return undefined
  const body = decodeBounded(CredentialBody, signed.body, 1024, { suites: 16 })
  if (body === undefined || body.identity.byteLength !== 32 || body.leafKey.byteLength !== 32) return undefined
  if (body.role !== ROLE_PRIMARY && body.role !== ROLE_LINKED) return undefined
  if (!await verifySigned('device/credential', signed, body.identity)) return undefined
  return { ...body, device: deviceIdOf(body.leafKey), bytes }
}

export async function issueCertificate (identitySeed: Uint8Array, credential: Uint8Array, peerKey: Uint8Array, revision: number, nowMs: number): Promise<Uint8Array> {
  const now = Math.floor(nowMs / 1000)
  const body = CertificateBody.encode({ credential, peerKey, revision, notBefore: now - 3600, notAfter: now + CERTIFICATE_SECONDS })
  return encodeSigned('device/certificate', body, identitySeed)
}

/** The certificate, if both signatures hold (DEV-1). Dates are the caller's to judge (DEV-3). */
export async function verifyCertificate (bytes: Uint8Array): Promise<Certificate | undefined> {
  const signed = decodeSigned(bytes)
  if (signed === undefined) return undefined
  const body = decodeBounded(CertificateBody, signed.body, 4096)
  if (body === undefined || body.peerKey.byteLength !== 32) return undefined
  const credential = await verifyCredential(body.credential)
  if (credential === undefined) return undefined
  if (!await verifySigned('device/certificate', signed, credential.identity)) return undefined
  return { credential, peerKey: body.peerKey, revision: body.revision, notBefore: body.notBefore, notAfter: body.notAfter, bytes }
}

export async function issueRevocation (identitySeed: Uint8Array, device: Uint8Array, nowMs: number): Promise<Uint8Array> {
  const body = RevocationBody.encode({ identity: publicKeyOf(identitySeed), device, time: Math.floor(nowMs / 1000) })
  return encodeSigned('device/revocation', body, identitySeed)
}

export async function verifyRevocation (bytes: Uint8Array, identity: Uint8Array): Promise<Revocation | undefined> {
  const signed = decodeSigned(bytes)
  if (signed === undefined) return undefined
  const body = decodeBounded(RevocationBody, signed.body, 1024)
  if (body === undefined || body.device.byteLength !== 16 || !equals(body.identity, identity)) return undefined
  if (!await verifySigned('device/revocation', signed, identity)) return undefined
  return { ...body, bytes }
}

/** DEV-3: whether a certificate is in date, which gates adding a device and lookups, and nothing else. */
export function isInDate (certificate: Certificate, nowMs: number): boolean {
  const now = nowMs / 1000
  return now >= certificate.notBefore && now <= certificate.notAfter
}
