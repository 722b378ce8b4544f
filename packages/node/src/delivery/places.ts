/** Places on the wire (binary multiaddrs) and in memory (PeerId and text). */
import { multiaddr } from '@multiformats/multiaddr'
import { MAX_ADDRESSES } from '@sotto/protocols/session'
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
