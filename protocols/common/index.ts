/** What all protocols share: domain separation, padding, bounded decoding. Spec: ../conventions.md */
import { allocUnsafe } from 'uint8arrays/alloc'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'

/** The purposes for which Sotto signs, hashes or derives; the label of one never fits another (CONV-1). */
export type Label =
  | 'directory/provider'
  | 'device/credential' | 'device/certificate' | 'device/revocation' | 'device/id'
  | 'identity/link' | 'identity/move' | 'identity/move-accept' | 'identity/known' | 'identity/seed' | 'identity/recovery' | 'identity/safety'
  | 'introduction/inbox' | 'introduction/request' | 'introduction/invite' | 'introduction/invite-key' | 'introduction/invite-proof' | 'introduction/owner' | 'introduction/work' | 'introduction/stored' | 'introduction/hpke' | 'introduction/digest'
  | 'mailbox/new' | 'mailbox/put' | 'mailbox/get' | 'mailbox/ack' | 'mailbox/del' | 'mailbox/receipt' | 'mailbox/head' | 'mailbox/chain' | 'mailbox/items' | 'mailbox/slot' | 'mailbox/grant'
  | 'message/entry' | 'message/run' | 'message/id' | 'message/conversation'
  | 'envelope/id' | 'envelope/wrap'
  | 'sync/fingerprint' | 'sync/fork'
  | 'session/readd' | 'session/branch' | 'session/group'
  | 'pairing/code' | 'pairing/id' | 'pairing/transcript' | 'pairing/host' | 'pairing/guest' | 'pairing/ask' | 'pairing/grant' | 'pairing/link' | 'pairing/leaf' | 'device/stream'
  | 'store/value' | 'store/blind' | 'store/wrap' | 'store/keyfile' | 'store/manifest'

const encoded = new Map<Label, Uint8Array>()

/** `sotto/1/<label>` and a zero byte: the prefix of everything signed or hashed under that label (CONV-1). */
export function labelBytes (label: Label): Uint8Array {
  let bytes = encoded.get(label)
  if (bytes === undefined) {
    bytes = concat([fromString(`sotto/1/${label}`), Uint8Array.of(0)])
    encoded.set(label, bytes)
  }
  return bytes
}

/** The bytes that a signature or hash covers: label, then each part with its length before it (4 bytes, big-endian). */
export function labelled (label: Label, ...parts: Uint8Array[]): Uint8Array {
  const head = labelBytes(label)
  const bytes = allocUnsafe(parts.reduce((sum, part) => sum + 4 + part.byteLength, head.byteLength))
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  bytes.set(head)
  let at = head.byteLength
  for (const part of parts) {
    view.setUint32(at, part.byteLength)
    bytes.set(part, at + 4)
    at += 4 + part.byteLength
  }
  return bytes
}

/**
 * PADMÉ (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019,
 * §4): the padded length of `length` bytes, at most 12 % more, never under `floor` (CONV-4).
 */
export function paddedLength (length: number, floor: number): number {
  if (length <= floor) return floor
  const e = 31 - Math.clz32(length) // floor of log2, exact where floating point is not
  const s = 32 - Math.clz32(e)
  const mask = 2 ** (e - s)
  return Math.ceil(length / mask) * mask
}

/** Most entries of repeated fields, by name; nested for the fields of a nested message. */
export interface Limits { [field: string]: number | Limits }

interface Decoder<T> { decode (bytes: Uint8Array, options?: { limits?: Limits }): T }

/**
 * Length limit, then decode: undefined for anything too long or malformed. Validation is the caller's next step (CONV-2).
 * `limits` bounds repeated fields by name.
 */
export function decodeBounded<T> (codec: Decoder<T>, bytes: Uint8Array, maxBytes: number, limits: Limits = {}): T | undefined {
  if (bytes.byteLength > maxBytes) return undefined
  try {
    return codec.decode(bytes, { limits })
  } catch {
    return undefined // hostile bytes: what they fail on is of no interest
  }
}
