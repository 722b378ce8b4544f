/** Where a contact is, by what somebody says. */
import type { Channel, DeliveryPart } from '../delivery/index.ts'
import type { PeerPlace } from '../network/index.ts'
import type { ContactRecord } from './book.ts'

/** Places kept per contact for the request. */
const MAX_PLACES = 8

/** They may have moved there while we moved too: only devices that the contact announced to us are dialled. */
export function tryAt (delivery: Pick<DeliveryPart, 'routes' | 'links'>, { state }: Channel, places: readonly PeerPlace[]): void {
  const theirs = new Set(delivery.routes(state).devices.flatMap(device => device.own ? [] : [device.place.peerId]))
  for (const place of places) if (theirs.has(place.peerId)) delivery.links.tryAt(place)
}

/** Places of these addresses, by the PeerId that each ends in. */
export function groupPlaces (addresses: readonly string[]): ContactRecord['places'] {
  return mergePlaces(addresses.map(address => ({ peerId: address.split('/p2p/').at(-1) ?? '', addresses: [address] })), [])
}

/** One for each PeerId, the first ones first, as many as a contact may have. */
export function mergePlaces (first: ContactRecord['places'], second: ContactRecord['places']): ContactRecord['places'] {
  const merged = new Map<string, Set<string>>()
  for (const { peerId, addresses } of [...first, ...second]) {
    const known = merged.get(peerId) ?? new Set<string>()
    for (const address of addresses) known.add(address)
    merged.set(peerId, known)
  }
  return [...merged].slice(0, MAX_PLACES).map(([peerId, addresses]) => ({ peerId, addresses: [...addresses].slice(0, MAX_PLACES) }))
}
