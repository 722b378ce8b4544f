/** Places on the wire (binary multiaddrs) and in memory (PeerId and text). */
import { multiaddr } from '@multiformats/multiaddr'
import { MAX_ADDRESSES, decodeAnnouncement } from '@sotto/protocols/session/announced'
import { equals } from 'uint8arrays/equals'
import { verifyCertificate } from '../identity/certificate.ts'
import { hex } from './channel-state.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { PeerPlace } from '../network/index.ts'

/** Binary multiaddrs of a place, each ending in /p2p/…, at most MAX_ADDRESSES. */
export function encodeAddresses (place: PeerPlace): Uint8Array[] {
  const suffix = `/p2p/${place.peerId}`
  return place.addresses.slice(0, MAX_ADDRESSES).map(address => multiaddr(address.endsWith(suffix) ? address : address + suffix).bytes)
}

/** The place that binary multiaddrs name, if all of them end at one peer; undefined for anything malformed. */
export function decodeAddresses (addresses: readonly Uint8Array[]): PeerPlace | undefined {
  const place: PeerPlace = { peerId: '', addresses: [] }
  for (const bytes of addresses.slice(0, MAX_ADDRESSES)) {
    try {
      const text = multiaddr(bytes).toString()
      const peerId = text.split('/p2p/').at(-1)
      if (peerId === undefined || peerId === text || peerId.includes('/')) continue
      if (place.peerId !== '' && place.peerId !== peerId) continue
      place.peerId = peerId
      place.addresses.push(text)
    } catch {
      continue // one bad address does not spoil the others
    }
  }
  return place.peerId === '' ? undefined : place
}

/** Keeps an announcement that did not come from its announcer: of the device that it names first, unless that is `self` or a newer one is here. */
export async function keepPlace (record: ChannelRecord, announcement: Uint8Array, self?: Uint8Array): Promise<void> {
  const decoded = decodeAnnouncement(announcement)
  const certificate = await verifyCertificate(decoded?.direct[0]?.certificate ?? new Uint8Array(0))
  if (decoded === undefined || certificate === undefined) return
  const { device } = certificate.credential
  if ((self !== undefined && equals(device, self)) || (record.places[hex(device)]?.revision ?? -1) > decoded.revision) return
  record.places = { ...record.places, [hex(device)]: { announcement, revision: decoded.revision, own: !equals(certificate.credential.identity, record.peer) } }
}

/** Every announcement of the peer that counts. */
export function announcementsOf (record: Pick<ChannelRecord, 'places'>): Uint8Array[] {
  return Object.values(record.places).filter(({ own }) => !own).map(({ announcement }) => announcement)
}

/** An announcement whose every device is certified by the identity that announces; undefined otherwise. */
export async function checkedAnnouncement (bytes: Uint8Array, identity: Uint8Array): Promise<ReturnType<typeof decodeAnnouncement>> {
  const announcement = decodeAnnouncement(bytes)
  if (announcement === undefined) return undefined
  for (const place of announcement.direct) {
    const certificate = await verifyCertificate(place.certificate)
    if (certificate === undefined || !equals(certificate.credential.identity, identity)) return undefined
  }
  return announcement
}
