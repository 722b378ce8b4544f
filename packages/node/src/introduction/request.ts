/** The request itself: signed by the asker's device, for one recipient, one inbox key, one nonce. INT-6, INT-15 to INT-18. */
import { decodeBounded } from '@sotto/protocols/common'
import { Signed } from '@sotto/protocols/device'
import { cleanText, decodeRequestBody, fitsText, MAX_CERTIFICATE_BYTES, MAX_CERTIFICATES, MAX_KEY_PACKAGE_BYTES, MAX_KEY_PACKAGES, MAX_REPLY_BYTES, MAX_REQUEST_BYTES, RequestBody } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { RETENTION_MS } from '../config.ts'
import { LimitError, UsageError } from '../errors.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import { encodeSigned, verifySigned } from '../identity/signed.ts'
import type { IncomingRequest, OutgoingRequest } from './index.ts'

/** How far clocks may be apart, ms. */
export const CLOCK_SKEW_MS = 2 * 24 * 60 * 60 * 1000
/** A request older than this is no longer answered, ms: it was kept RETENTION_MS at most, and its nonce is remembered as long. */
export const MAX_REQUEST_AGE_MS = RETENTION_MS + CLOCK_SKEW_MS

/** Checks what the caller gave. @throws UsageError TEXT_TOO_LONG, LimitError LIMIT_EXCEEDED */
export function checkOutgoing (request: OutgoingRequest): void {
  if (!fitsText(request.name, request.note)) throw new UsageError('TEXT_TOO_LONG', 'The name or note of a request is too long', { hint: 'A name has at most 64 characters, a note 512.' })
  const { keyPackages, certificates, certificate, reply } = request
  const fits = keyPackages.length > 0 && keyPackages.length <= MAX_KEY_PACKAGES && certificates.length <= MAX_CERTIFICATES &&
    keyPackages.every(one => one.byteLength > 0 && one.byteLength <= MAX_KEY_PACKAGE_BYTES) && [certificate, ...certificates].every(one => one.byteLength <= MAX_CERTIFICATE_BYTES) && reply.byteLength <= MAX_REPLY_BYTES
  if (!fits || request.nonce.byteLength !== 16) throw new LimitError('LIMIT_EXCEEDED', 'The request has too many devices, or parts that are too large')
}

/** An encoded Signed<RequestBody>. @throws LimitError LIMIT_EXCEEDED */
export async function signRequest (request: OutgoingRequest, keyHash: Uint8Array, leafSeed: Uint8Array, now: number): Promise<Uint8Array> {
  const { recipient, nonce, certificate, certificates, keyPackages, reply } = request
  const body = RequestBody.encode({ recipient, inboxKeyHash: keyHash, nonce, time: now, certificate, certificates, keyPackages, reply, name: cleanText(request.name), note: cleanText(request.note), ...(request.known === undefined ? {} : { known: request.known }), ...(request.move === undefined ? {} : { move: request.move }) })
  const bytes = await encodeSigned('introduction/request', body, leafSeed)
  if (bytes.byteLength > MAX_REQUEST_BYTES) throw new LimitError('LIMIT_EXCEEDED', 'The request is too large')
  return bytes
}

function decodeRequest (bytes: Uint8Array): Signed | undefined {
  const signed = decodeBounded(Signed, bytes, MAX_REQUEST_BYTES)
  return signed?.signature.byteLength === 64 && equals(Signed.encode(signed), bytes) ? signed : undefined
}

/** What an opened request says, or why it is none. */
export async function verifyRequest (bytes: Uint8Array, me: Uint8Array, keyHash: Uint8Array, now: number): Promise<Omit<IncomingRequest, 'invited'> | string> {
  const signed = decodeRequest(bytes)
  const body = signed === undefined ? undefined : decodeRequestBody(signed.body)
  if (signed === undefined || body === undefined) return 'malformed'
  // INT-15: sealed to us by whoever it was, but meant for somebody else
  if (!equals(body.recipient, me)) return 'for another identity'
  if (!equals(body.inboxKeyHash, keyHash)) return 'for another inbox key'
  if (body.time < now - MAX_REQUEST_AGE_MS || body.time > now + CLOCK_SKEW_MS) return 'out of its time'
  const certificate = await verifyCertificate(body.certificate)
  if (certificate === undefined) return 'bad certificate'
  const inTime = (from: number, to: number): boolean => from * 1000 <= now + CLOCK_SKEW_MS && to * 1000 > now - CLOCK_SKEW_MS
  if (!inTime(certificate.notBefore, certificate.notAfter)) return 'certificate out of its time'
  if (!await verifySigned('introduction/request', signed, certificate.credential.leafKey)) return 'bad signature'
  const { identity } = certificate.credential
  if (equals(identity, me)) return 'from ourselves'
  for (const other of body.certificates) {
    const verified = await verifyCertificate(other)
    if (verified === undefined || !equals(verified.credential.identity, identity)) return 'bad certificate of another device'
  }
  const { name, note, time, keyPackages, reply, nonce, known, move } = body
  return { identity, name: cleanText(name), note: cleanText(note), time, certificate: body.certificate, certificates: body.certificates, keyPackages, reply, nonce, known, move }
}
