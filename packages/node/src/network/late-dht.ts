/** The DHT of a page: it joins when it is connected, which should not wait for another 20 kB. */
import { dhtOf, protocolOf } from './overlay.ts'
import type { Host } from './host.ts'
import type { OverlayInit } from './overlay.ts'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import type { PeerInfo } from '@libp2p/interface'

/** What the library does with a service that is there from its start, for one that comes later. @returns ends it, once the host has stopped */
export async function joinDht ({ components, libp2p }: Host, init: OverlayInit): Promise<() => Promise<void>> {
  const [make, { contentRoutingSymbol, peerRoutingSymbol, start, stop }] = await Promise.all([dhtOf(init), import('@libp2p/interface')])
  const dht = make(components as unknown as KadDHTComponents) as KadDHT & EventTarget & Record<symbol, unknown>
  routersOf(components.peerRouting).push(dht[peerRoutingSymbol])
  routersOf(components.contentRouting).push(dht[contentRoutingSymbol])
  dht.addEventListener('peer', event => {
    const { id, multiaddrs } = (event as CustomEvent<PeerInfo>).detail
    if (!id.equals(libp2p.peerId)) components.peerStore.merge(id, { multiaddrs }).catch(() => {}) // only known less well
  })
  const protocol = protocolOf(init)
  Object.assign(libp2p.services, { dht })
  await start(dht)
  // who was identified before is not announced again
  for (const connection of libp2p.getConnections()) {
    if (connection.limits !== undefined) continue
    const { protocols } = await components.peerStore.get(connection.remotePeer).catch(() => ({ protocols: [] as string[] })) // left meanwhile
    if (!protocols.includes(protocol)) continue
    for (const topology of components.registrar.getTopologies(protocol)) await topology.onConnect?.(connection.remotePeer, connection)
  }
  return async () => stop(dht)
}

/** The lists that the library asks in turn; private in its types. */
function routersOf (routing: unknown): unknown[] {
  return (routing as { routers: unknown[] }).routers
}
