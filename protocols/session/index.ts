/** What an MLS application message carries, and its limits. Spec: README.md */
import { decodeBounded, labelled } from '../common/index.ts'
import { MAX_HEADS, MAX_RUNS, MAX_WANTS } from '../sync/index.ts'
import { Announcement, Payload } from './session.pb.ts'

export * from './session.pb.ts'

/** Largest payload, bytes: leaves room in a 64 KiB envelope for MLS and wrapping. */
export const MAX_PAYLOAD_BYTES = 60 * 1024
/** Devices of one identity that an announcement may name. */
export const MAX_DEVICES = 16
/** Devices of all who take part in a session: its leaves. */
export const MAX_SESSION_DEVICES = 64
/** Mailboxes that an announcement may name. */
export const MAX_ANNOUNCED_QUEUES = 8
/** Signals of calls in one payload. */
export const MAX_SIGNALS = 16
/** Addresses per place. */
export const MAX_ADDRESSES = 8
/** STUN servers in an announcement. */
export const MAX_STUN = 8
export const MAX_ADDRESS_BYTES = 256

function boundedAddresses (addresses: Uint8Array[]): boolean {
  return addresses.length <= MAX_ADDRESSES && addresses.every(address => address.byteLength <= MAX_ADDRESS_BYTES)
}

/** Length limit, decode, validate (PAY-1): undefined for anything out of bounds. */
export function decodePayload (bytes: Uint8Array): Payload | undefined {
  const payload = decodeBounded(Payload, bytes, MAX_PAYLOAD_BYTES, { runs: MAX_RUNS, heads: MAX_HEADS, reads: MAX_HEADS, wants: MAX_WANTS, keyPackages: 32, proofs: 16, signals: MAX_SIGNALS, announcementsSeen: MAX_SESSION_DEVICES })
  if (payload === undefined) return undefined
  const heads = [...payload.heads, ...payload.reads, ...payload.announcementsSeen]
  if (!heads.every(head => head.author.byteLength === 16 && Number.isSafeInteger(head.sequence) && head.sequence >= 0)) return undefined
  if (!payload.wants.every(want => want.author.byteLength === 16 && Number.isSafeInteger(want.from) && Number.isSafeInteger(want.to) && want.from >= 1 && want.to >= want.from)) return undefined
  if (!payload.proofs.every(proof => proof.mailbox.byteLength === 32 && proof.queue.byteLength === 16)) return undefined
  return payload
}

/** Length limit, decode, validate (PAY-3); who certified the devices in it is the reader's to check. */
/** What a mailbox signs, so that nobody else gives it away (PAY-9). */
export function grantBytes (announcer: Uint8Array, grant: Uint8Array): Uint8Array {
  return labelled('mailbox/grant', announcer, grant)
}

export function decodeAnnouncement (bytes: Uint8Array): Announcement | undefined {
  const announcement = decodeBounded(Announcement, bytes, 32 * 1024, { direct: MAX_DEVICES, queues: MAX_ANNOUNCED_QUEUES, grantAddresses: MAX_ADDRESSES, stun: MAX_STUN })
  if (announcement === undefined || !Number.isSafeInteger(announcement.revision)) return undefined
  const direct = announcement.direct.every(place => place.queue.byteLength === 16 && place.wrapKey.byteLength === 32 && boundedAddresses(place.addresses))
  const queues = announcement.queues.every(place => place.queue.byteLength === 16 && place.wrapKey.byteLength === 32 && place.writeSeed.byteLength === 32 && boundedAddresses(place.addresses))
  const grant = (announcement.grant.byteLength === 0 || announcement.grant.byteLength === 32) && (announcement.grantSignature?.byteLength ?? 64) === 64
  const fits = (bytes: Uint8Array | undefined): boolean => (bytes?.byteLength ?? 32) === 32
  return fits(announcement.known) && fits(announcement.recoveryHash) && direct && queues && grant && boundedAddresses(announcement.grantAddresses) ? announcement : undefined
}
