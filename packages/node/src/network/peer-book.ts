/**
 * Keeps libp2p's address book from growing for ever: on a public DHT a node hears of hundreds of peers an hour, and
 * the book forgets none by itself.
 */
import { MAX_BOOK_PEERS, SWEEP_MS } from '../config.ts'
import type { Host } from './host.ts'
import type { Clock } from '../components.ts'

/** Sweeps until `running` aborts. */
export function sweepPeerBook (clock: Clock, { libp2p }: Host, running: AbortSignal): void {
  let cancel = (): void => {}
  async function sweep (): Promise<void> {
    const peers = await libp2p.peerStore.all()
    const connected = new Set(libp2p.getConnections().map(connection => connection.remotePeer.toString()))
    const others = peers.filter(peer => !connected.has(peer.id.toString()) && !peer.id.equals(libp2p.peerId))
    // the book is in no order of use, so any of them may go: who is wanted again is looked up again
    for (const peer of others.slice(0, Math.max(0, peers.length - MAX_BOOK_PEERS))) await libp2p.peerStore.delete(peer.id)
  }
  const next = (): void => {
    cancel = clock.after(SWEEP_MS, () => {
      sweep().catch(() => {}).finally(() => { if (!running.aborted) next() }) // the book is in memory: it fails only while the host stops
    })
  }
  running.addEventListener('abort', () => { cancel() }, { once: true })
  next()
}
