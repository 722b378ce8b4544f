/** Where envelopes for somebody may be left. A file of its own: it is read before there is a conversation, where nothing else of a session is. */
import { decodeBounded, labelled } from '../common/index.ts'
import { Announcement } from './announcement.pb.ts'

export * from './announcement.pb.ts'

/** Devices of one identity that an announcement may name. */
export const MAX_DEVICES = 16
/** Mailboxes that an announcement may name. */
export const MAX_ANNOUNCED_QUEUES = 8
/** Addresses per place. */
export const MAX_ADDRESSES = 8
/** STUN servers in an announcement. */
export const MAX_STUN = 8
export const MAX_ADDRESS_BYTES = 256

function boundedAddresses (addresses: Uint8Array[]): boolean {
  return addresses.length <= MAX_ADDRESSES && addresses.every(address => address.byteLength <= MAX_ADDRESS_BYTES)
}

/** What a mailbox signs, so that nobody else gives it away (PAY-9). */
export function grantBytes (announcer: Uint8Array, grant: Uint8Array): Uint8Array {
  return labelled('mailbox/grant', announcer, grant)
}

/** Length limit, decode, validate (PAY-3); who certified the devices in it is the reader's to check. */
export function decodeAnnouncement (bytes: Uint8Array): Announcement | undefined {
  const announcement = decodeBounded(Announcement, bytes, 32 * 1024, { direct: MAX_DEVICES, queues: MAX_ANNOUNCED_QUEUES, grantAddresses: MAX_ADDRESSES, stun: MAX_STUN })
  if (announcement === undefined || !Number.isSafeInteger(announcement.revision)) return undefined
  const direct = announcement.direct.every(place => place.queue.byteLength === 16 && place.wrapKey.byteLength === 32 && boundedAddresses(place.addresses))
  const queues = announcement.queues.every(place => place.queue.byteLength === 16 && place.wrapKey.byteLength === 32 && place.writeSeed.byteLength === 32 && boundedAddresses(place.addresses))
  const grant = (announcement.grant.byteLength === 0 || announcement.grant.byteLength === 32) && (announcement.grantSignature?.byteLength ?? 64) === 64
  const fits = (bytes: Uint8Array | undefined): boolean => (bytes?.byteLength ?? 32) === 32
  return fits(announcement.known) && fits(announcement.recoveryHash) && direct && queues && grant && boundedAddresses(announcement.grantAddresses) ? announcement : undefined
}
