/** Places between text and wire: a PeerId with multiaddrs, and binary multiaddrs that each end in /p2p/…. */
import { multiaddr } from '@multiformats/multiaddr'
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES } from '@sotto/protocols/introduction'
import type { PeerPlace } from '../network/index.ts'
import type { Place } from '@sotto/protocols/introduction'

function full (address: string, peerId: string): string {
  return address.endsWith(`/p2p/${peerId}`) ? address : `${address}/p2p/${peerId}`
}

/** Addresses that do not fit or parse are left out; undefined when none remain. */
export function encodePlace (place: PeerPlace): Place | undefined {
  const addresses: Uint8Array[] = []
  for (const address of place.addresses) {
    try {
      const bytes = multiaddr(full(address, place.peerId)).bytes
      if (bytes.byteLength <= MAX_ADDRESS_BYTES && addresses.length < MAX_ADDRESSES) addresses.push(bytes)
    } catch {
      // not a multiaddr that others could dial: not worth telling them
    }
  }
  return addresses.length === 0 ? undefined : { addresses }
}

/** Undefined where no address parses, or they name different peers. */
export function decodePlace (place: Place): PeerPlace | undefined {
  const addresses: string[] = []
  let peerId: string | undefined
  for (const bytes of place.addresses) {
    try {
      const address = multiaddr(bytes).toString()
      const last = /\/p2p\/([1-9A-HJ-NP-Za-km-z]{1,100})$/.exec(address)?.[1]
      if (last === undefined || (peerId !== undefined && last !== peerId)) return undefined
      if (!/^[\x21-\x7e]+$/.test(address)) continue // a terminal obeys control characters
      peerId = last
      addresses.push(address)
    } catch {
      // an address of a kind that we do not know: the others may do
    }
  }
  return peerId === undefined ? undefined : { peerId, addresses }
}

/** One place per peer, in order of first appearance, with all its addresses. */
export function mergePlaces (places: PeerPlace[]): PeerPlace[] {
  const merged = new Map<string, PeerPlace>()
  for (const place of places) {
    const known = merged.get(place.peerId)?.addresses ?? []
    merged.set(place.peerId, { peerId: place.peerId, addresses: [...new Set([...known, ...place.addresses])] })
  }
  return [...merged.values()]
}
