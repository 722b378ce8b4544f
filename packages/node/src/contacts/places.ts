/** Where a contact is, by what somebody says. */
import type { Channel, DeliveryPart } from '../delivery/index.ts'
import type { PeerPlace } from '../network/index.ts'

/** They may have moved there while we moved too: only devices that the contact announced to us are dialled. */
export function tryAt (delivery: Pick<DeliveryPart, 'routes' | 'links'>, { state }: Channel, places: readonly PeerPlace[]): void {
  const theirs = new Set(delivery.routes(state).devices.flatMap(device => device.own ? [] : [device.place.peerId]))
  for (const place of places) if (theirs.has(place.peerId)) delivery.links.tryAt(place)
}
