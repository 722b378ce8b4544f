/** Where envelopes for the peer of a conversation can go, read from its newest announcement. */
import { decodeAnnouncement } from '@sotto/protocols/session/announced'
import { equals } from 'uint8arrays/equals'
import { verifyCertificate } from '../identity/certificate.ts'
import { formatPeerId, parsePeerId } from '../network/peer-id.ts'
import { decodeAddresses } from './places.ts'
import { hex } from './channel-state.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { WriteQueue } from '../mailbox/index.ts'
import type { PeerPlace } from '../network/index.ts'
import type { Announcement, Proof, QueuePlace } from '@sotto/protocols/session'

/** `own`: another device of ours, which gets what we say to others too. */
export interface DeviceRoute { place: PeerPlace, device: string, own: boolean, queue: Uint8Array, wrapKey: Uint8Array }
export interface MailboxRoute extends WriteQueue { wrapKey: Uint8Array }
export interface Routes { revision: number, devices: DeviceRoute[], mailboxes: MailboxRoute[] }

export const NO_ROUTES: Routes = { revision: -1, devices: [], mailboxes: [] }

/**
 * Announcements were checked when they came; a certificate that no longer verifies just gives no route. `self`: our own
 * PeerId. `members`: the devices (hex) that sit in the session; whoever left it gets nothing any more.
 */
export async function routesOf (record: ChannelRecord, self: string, members?: ReadonlySet<string>): Promise<Routes> {
  const routes: Routes = { revision: -1, devices: [], mailboxes: [] }
  const queues: QueuePlace[] = []
  for (const [device, { announcement }] of Object.entries(record.places)) {
    const decoded = members?.has(device) === false ? undefined : decodeAnnouncement(announcement)
    if (decoded === undefined) continue
    const isPeer = await addDevices(routes.devices, decoded, record.peer, device)
    // who keeps mail for us keeps it for all our devices: what we send to ourselves waits here
    if (isPeer) queues.push(...decoded.queues)
    routes.revision = Math.max(routes.revision, decoded.revision)
  }
  for (const queue of queues) {
    const mailbox = decodeAddresses(queue.addresses)
    if (mailbox === undefined) continue
    if (routes.devices.some(device => !device.own && device.place.peerId === mailbox.peerId)) continue // a device is no mailbox of its own; one of ours may be theirs (ENV-8)
    if (mailbox.peerId === self) continue // a copy here would survive nothing that the outbox does not
    if (routes.mailboxes.some(known => known.mailbox.peerId === mailbox.peerId)) continue // one copy at each
    routes.mailboxes.push({ mailbox, queue: queue.queue, writeSeed: queue.writeSeed, wrapKey: queue.wrapKey })
  }
  return routes
}

/** @returns whether the announcement is the peer's */
async function addDevices (devices: DeviceRoute[], announcement: Announcement, peer: Uint8Array, announcer: string): Promise<boolean> {
  let isPeer = announcement.direct.length === 0
  for (const direct of announcement.direct) {
    const certificate = await verifyCertificate(direct.certificate)
    if (certificate === undefined || hex(certificate.credential.device) !== announcer) continue // each speaks for itself
    const peerId = formatPeerId(certificate.peerKey)
    const place = decodeAddresses(direct.addresses)
    const own = !equals(certificate.credential.identity, peer)
    isPeer ||= !own
    devices.push({
      place: { peerId, addresses: place?.peerId === peerId ? place.addresses : relayed(direct.addresses, peerId) },
      device: announcer,
      own,
      queue: direct.queue,
      wrapKey: direct.wrapKey
    })
  }
  return isPeer
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
