/** First contact: limits, validators, the bytes that are signed and hashed. Spec: README.md */
import { sha256 } from '@noble/hashes/sha2.js'
import { equals } from 'uint8arrays/equals'
import { decodeBounded, labelled, paddedLength } from '../common/index.ts'
import { KNOWN_BYTES, MAX_MOVE_BYTES } from '../identity/index.ts'
import { Frame, InboxRecordBody, InviteProof, InviteToken, RequestBody, SealedRequest } from './introduction.pb.ts'
import type { PutRequest } from './introduction.pb.ts'

export * from './introduction.pb.ts'

/** Wire id. */
export const INTRODUCTION_PROTOCOL = '/sotto/introduction/1.0.0'

/** Largest sealed request, bytes: ten devices' key packages (2.7 kB each) with the rest (INT-9). */
export const MAX_SEALED_BYTES = 48 * 1024
/** Largest request before padding, bytes: its PADMÉ length and the AEAD stay below MAX_SEALED_BYTES. */
export const MAX_REQUEST_BYTES = 40 * 1024
/** Smallest padded request, bytes: one device and two look alike. */
export const REQUEST_FLOOR_BYTES = 8 * 1024
/** Largest frame towards a server, bytes: one sealed request and its frame. */
export const MAX_QUESTION_BYTES = 52 * 1024
/** Largest frame from a server, bytes: four sealed requests and their frame. */
export const MAX_ANSWER_BYTES = 208 * 1024
/** Largest encoded inbox record, bytes: fits the payload of a directory record. */
export const MAX_RECORD_BYTES = 6 * 1024
/** Places in one record: three mailboxes, and as many while they change. */
export const MAX_PLACES = 6
/** Addresses of one place. */
export const MAX_ADDRESSES = 8
/** Bytes of one binary multiaddr: a relayed webrtc-direct address with its certificate hash has about 200. */
export const MAX_ADDRESS_BYTES = 256
/** Key packages in one request, one per device. */
export const MAX_KEY_PACKAGES = 10
/** Bytes of one key package: suite 83 takes 2,651. */
export const MAX_KEY_PACKAGE_BYTES = 4 * 1024
/** Certificates of further devices in one request. */
export const MAX_CERTIFICATES = 10
/** Bytes of one certificate. */
export const MAX_CERTIFICATE_BYTES = 1024
/** Bytes of the reply announcement. */
export const MAX_REPLY_BYTES = 16 * 1024
/** Characters (code points) of the asker's name. */
export const MAX_NAME_CHARS = 64
/** Characters (code points) of the note. */
export const MAX_NOTE_CHARS = 512
/** Bytes of a bearer grant shown at registration. */
export const MAX_GRANT_BYTES = 256
/** Digests in one DROP: all slots of an inbox. */
export const MAX_DROP = 128

/** X-Wing public key, bytes. */
export const INBOX_KEY_BYTES = 1216
/** X-Wing ciphertext, bytes. */
export const ENC_BYTES = 1120

function u64 (value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

function text (value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

/** 32 bytes that name a sealed request. */
export function sealedDigest (sealed: Uint8Array): Uint8Array {
  return sha256(labelled('introduction/digest', sealed))
}

/** What the proof of work hashes, without its last 8 bytes, the nonce (INT-10). */
export function workPrefix (identity: Uint8Array, digest: Uint8Array): Uint8Array {
  return labelled('introduction/work', identity, digest, new Uint8Array(8)).slice(0, -8)
}

/** Leading zero bits of SHA-256 over the work's bytes with this nonce (INT-10). */
export function workBits (identity: Uint8Array, digest: Uint8Array, nonce: number): number {
  return leadingZeroBits(sha256(labelled('introduction/work', identity, digest, u64(nonce))))
}

export function leadingZeroBits (hash: Uint8Array): number {
  let bits = 0
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}

/** What a server signs when it stored a request (INT-13). */
export function storedBytes (server: string, identity: Uint8Array, digest: Uint8Array, expires: number): Uint8Array {
  return labelled('introduction/stored', text(server), identity, digest, u64(expires))
}

/** What the owner signs to register, fetch or drop (INT-7). */
export function ownerBytes (operation: 'register' | 'fetch' | 'drop', nonce: Uint8Array, server: string, ...parts: Uint8Array[]): Uint8Array {
  return labelled('introduction/owner', text(operation), nonce, text(server), ...parts)
}

/** The parts of a FETCH that its signature covers. */
export function fetchParts (identity: Uint8Array, after: number, subscribe: boolean): Uint8Array[] {
  return [identity, u64(after), Uint8Array.of(subscribe ? 1 : 0)]
}

/** What inbox_verify_key signs of an invite token (INT-12). */
export function inviteBytes (identity: Uint8Array, key: Uint8Array, notAfter: number): Uint8Array {
  return labelled('introduction/invite', identity, key, u64(notAfter))
}

/** Seed of an invite token's key (INT-12). */
export function inviteSeed (secret: Uint8Array): Uint8Array {
  return sha256(labelled('introduction/invite-key', secret))
}

/** What an invite token's key signs: one request to one identity (INT-12). */
export function inviteProofBytes (identity: Uint8Array, digest: Uint8Array): Uint8Array {
  return labelled('introduction/invite-proof', identity, digest)
}

/** The request's bytes with their length before and zeros behind them (INT-5). */
export function padRequest (request: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(request.byteLength + 4, REQUEST_FLOOR_BYTES))
  new DataView(padded.buffer).setUint32(0, request.byteLength)
  padded.set(request, 4)
  return padded
}

/** Undefined where the length or a padding byte is wrong. */
export function unpadRequest (padded: Uint8Array): Uint8Array | undefined {
  if (padded.byteLength < REQUEST_FLOOR_BYTES) return undefined
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  if (length > MAX_REQUEST_BYTES || length + 4 > padded.byteLength) return undefined
  return padded.subarray(4 + length).some(byte => byte !== 0) ? undefined : padded.subarray(4, 4 + length)
}

function chars (value: string): number {
  return [...value].length
}

/** Control and format characters that could imitate or hide text; ZWJ and ZWNJ stay, emoji and Persian need them. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** Without control characters, bidi overrides and invisible ones (INT-18). A line break becomes a space. */
export function cleanText (value: string): string {
  return value.replace(/\s+/gu, ' ').replace(UNSEEN, '').trim()
}

/** Whether a name and a note are short enough (INT-17). */
export function fitsText (name: string, note: string): boolean {
  return name.length <= MAX_NAME_CHARS * 2 && note.length <= MAX_NOTE_CHARS * 2 && chars(name) <= MAX_NAME_CHARS && chars(note) <= MAX_NOTE_CHARS
}

/** One question of a client, exactly one, within its limits; else undefined. */
export function decodeQuestion (bytes: Uint8Array): Frame | undefined {
  const frame = decodeBounded(Frame, bytes, MAX_QUESTION_BYTES)
  if (frame?.getInbox !== undefined) return frame.getInbox.identity.byteLength === 32 ? frame : undefined
  if (frame?.putRequest !== undefined) return fitsPut(frame.putRequest) ? frame : undefined
  if (frame?.register !== undefined) {
    const { record, grant, signature } = frame.register
    return record.byteLength <= MAX_RECORD_BYTES && grant.byteLength <= MAX_GRANT_BYTES && signature.byteLength === 64 ? frame : undefined
  }
  if (frame?.fetch !== undefined) return frame.fetch.identity.byteLength === 32 && frame.fetch.signature.byteLength === 64 ? frame : undefined
  if (frame?.drop !== undefined) {
    const { identity, digests, signature } = frame.drop
    const fits = digests.length <= MAX_DROP && digests.every(digest => digest.byteLength === 32)
    return fits && identity.byteLength === 32 && signature.byteLength === 64 ? frame : undefined
  }
  return undefined
}

function fitsPut (put: PutRequest): boolean {
  return put.identity.byteLength === 32 && put.sealed.byteLength > ENC_BYTES && put.sealed.byteLength <= MAX_SEALED_BYTES && put.invite.byteLength <= 256
}

/** One answer of a server within its limits; else undefined. */
export function decodeAnswer (bytes: Uint8Array): Frame | undefined {
  const frame = decodeBounded(Frame, bytes, MAX_ANSWER_BYTES)
  if (frame === undefined) return undefined
  if (frame.inbox !== undefined && frame.inbox.record.byteLength > MAX_RECORD_BYTES) return undefined
  if (frame.challenge !== undefined && frame.challenge.nonce.byteLength !== 16) return undefined
  if (frame.stored !== undefined && frame.stored.digest.byteLength !== 32) return undefined
  if (frame.refused !== undefined && frame.refused.code.length > 32) return undefined
  if (frame.requests?.kept.some(kept => kept.sealed.byteLength > MAX_SEALED_BYTES || kept.invite.byteLength > 256) === true) return undefined
  return frame
}

/** The body of an inbox record, within its limits (INT-1); its signature is the caller's to check. */
export function decodeInboxRecordBody (bytes: Uint8Array): InboxRecordBody | undefined {
  const body = decodeBounded(InboxRecordBody, bytes, MAX_RECORD_BYTES, { places: MAX_PLACES })
  if (body === undefined || body.identity.byteLength !== 32 || body.inboxKey.byteLength !== INBOX_KEY_BYTES) return undefined
  if (body.inboxVerifyKey.byteLength !== 32 || body.recoveryHash.byteLength !== 32) return undefined
  if (!Number.isSafeInteger(body.sequence) || !Number.isSafeInteger(body.notAfter)) return undefined
  const places = body.places.every(({ addresses }) => addresses.length > 0 && addresses.length <= MAX_ADDRESSES && addresses.every(address => address.byteLength <= MAX_ADDRESS_BYTES))
  return places ? body : undefined
}

export function decodeSealedRequest (bytes: Uint8Array): SealedRequest | undefined {
  const sealed = decodeBounded(SealedRequest, bytes, MAX_SEALED_BYTES)
  if (sealed === undefined || sealed.enc.byteLength !== ENC_BYTES || sealed.ciphertext.byteLength < REQUEST_FLOOR_BYTES) return undefined
  // CONV-3: one encoding only, so that one request has one digest
  return equals(SealedRequest.encode(sealed), bytes) ? sealed : undefined
}

/** The body of a request, within its limits (INT-17); who signed it and to whom is the caller's to check. */
export function decodeRequestBody (bytes: Uint8Array): RequestBody | undefined {
  const body = decodeBounded(RequestBody, bytes, MAX_REQUEST_BYTES, { keyPackages: MAX_KEY_PACKAGES, certificates: MAX_CERTIFICATES })
  if (body === undefined || body.recipient.byteLength !== 32 || body.inboxKeyHash.byteLength !== 32 || body.nonce.byteLength !== 16) return undefined
  if (!Number.isSafeInteger(body.time) || !fitsText(body.name, body.note)) return undefined
  const packages = body.keyPackages.length > 0 && body.keyPackages.every(one => one.byteLength > 0 && one.byteLength <= MAX_KEY_PACKAGE_BYTES)
  const certificates = [body.certificate, ...body.certificates].every(one => one.byteLength <= MAX_CERTIFICATE_BYTES)
  const before = (body.known.byteLength === 0 || body.known.byteLength === KNOWN_BYTES) && body.move.byteLength <= MAX_MOVE_BYTES
  return packages && certificates && before && body.reply.byteLength <= MAX_REPLY_BYTES ? body : undefined
}

export function decodeInviteToken (bytes: Uint8Array): InviteToken | undefined {
  const token = decodeBounded(InviteToken, bytes, 128)
  return token?.secret.byteLength === 16 && token.signature.byteLength === 64 && Number.isSafeInteger(token.notAfter) ? token : undefined
}

export function decodeInviteProof (bytes: Uint8Array): InviteProof | undefined {
  const proof = decodeBounded(InviteProof, bytes, 256)
  const fits = proof?.key.byteLength === 32 && proof.signature.byteLength === 64 && proof.proof.byteLength === 64 && Number.isSafeInteger(proof.notAfter)
  return fits ? proof : undefined
}
