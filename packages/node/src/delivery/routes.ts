/** Where envelopes for the peer of a conversation can go, read from its newest announcement. */
import { decodeAnnouncement } from '@sotto/protocols/session'
import { verifyCertificate } from '../identity/certificate.ts'
import { formatPeerId, parsePeerId } from '../network/peer-id.ts'
import { decodeAddresses } from './places.ts'
import { hex } from './channel-state.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { WriteQueue } from '../mailbox/index.ts'
import type { PeerPlace } from '../network/index.ts'
import type { Proof } from '@sotto/protocols/session'

export interface DeviceRoute { place: PeerPlace, device: string, queue: Uint8Array, wrapKey: Uint8Array }
export interface MailboxRoute extends WriteQueue { wrapKey: Uint8Array }
export interface Routes { revision: number, devices: DeviceRoute[], mailboxes: MailboxRoute[] }

export const NO_ROUTES: Routes = { revision: -1, devices: [], mailboxes: [] }

/** The announcement was checked when it came; a certificate that no longer verifies just gives no route. `self`: our own PeerId. */
export async function routesOf (record: ChannelRecord, self: string): Promise<Routes> {
  const announcement = record.theirs.byteLength === 0 ? undefined : decodeAnnouncement(record.theirs)
  if (announcement === undefined) return NO_ROUTES
  const routes: Routes = { revision: announcement.revision, devices: [], mailboxes: [] }
  for (const direct of announcement.direct) {
    const certificate = await verifyCertificate(direct.certificate)
    if (certificate === undefined) continue
    const peerId = formatPeerId(certificate.peerKey)
    const place = decodeAddresses(direct.addresses)
    routes.devices.push({
      place: { peerId, addresses: place?.peerId === peerId ? place.addresses : relayed(direct.addresses, peerId) },
      device: hex(certificate.credential.device),
      queue: direct.queue,
      wrapKey: direct.wrapKey
    })
  }
  for (const queue of announcement.queues) {
    const mailbox = decodeAddresses(queue.addresses)
    if (mailbox === undefined) continue
    if (routes.devices.some(device => device.place.peerId === mailbox.peerId)) continue // a device is no mailbox of its own
    if (mailbox.peerId === self) continue // a copy here would survive nothing that the outbox does not
    routes.mailboxes.push({ mailbox, queue: queue.queue, writeSeed: queue.writeSeed, wrapKey: queue.wrapKey })
  }
  return routes
}

function relayed (addresses: readonly Uint8Array[], peerId: string): string[] {
  return addresses.flatMap(address => decodeAddresses([address])?.addresses ?? []).filter(address => address.endsWith(`/p2p/${peerId}`))
}

/** A mailbox's receipt, to be told to the reader of the queue with whatever goes next; of mailboxes that still serve only. */
export function keepProof (proofs: Map<string, Proof>, routes: Routes, route: MailboxRoute, receipt: Uint8Array): void {
  for (const known of proofs.keys()) if (!routes.mailboxes.some(({ mailbox }) => mailbox.peerId === known)) proofs.delete(known)
  const mailbox = parsePeerId(route.mailbox.peerId)
  if (mailbox !== undefined) proofs.set(route.mailbox.peerId, { mailbox, queue: route.queue, receipt })
}
