/** Finds peers on the LAN by mDNS and connects to them. Never part of a node that keeps to loopback. */
import { DIAL_TIMEOUT_MS, LAN_INTERVAL_MS, MAX_LAN_PEERS } from '../config.ts'
import { scopeOf } from './addresses.ts'
import type { Host } from './host.ts'
import type { PeerInfo } from '@libp2p/interface'

/** Multicast on every interface, under a name of our own: other libp2p programs are not disturbed. */
const SERVICE = '_sotto._udp.local'

/** @returns ends it */
export async function findOnLan (host: Host, running: AbortSignal): Promise<() => Promise<void>> {
  const [{ mdns }, { start, stop }] = await Promise.all([import('@libp2p/mdns'), import('@libp2p/interface')])
  const discovery = mdns({ serviceTag: SERVICE, interval: LAN_INTERVAL_MS })(host.components)
  const dialled = new Set<string>()
  discovery.addEventListener('peer', ({ detail }: CustomEvent<PeerInfo>) => {
    const peer = detail.id.toString()
    // what comes by multicast may claim any address: only those of a LAN are believed
    const addresses = detail.multiaddrs.filter(address => scopeOf(address.toString()) === 'lan')
    if (dialled.has(peer) || dialled.size >= MAX_LAN_PEERS || addresses.length === 0) return
    dialled.add(peer)
    const done = (): void => { dialled.delete(peer) }
    host.libp2p.dial(addresses, { signal: AbortSignal.any([running, AbortSignal.timeout(DIAL_TIMEOUT_MS)]) }).then(connection => {
      connection.addEventListener('close', done)
    }, done) // it will be announced again
  })
  if (running.aborted) return async () => {}
  await start(discovery)
  return async () => { await stop(discovery) }
}
