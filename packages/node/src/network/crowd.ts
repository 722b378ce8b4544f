/**
 * Bounds the connections of a host. The library refuses whoever comes once all places are taken, so that those who came
 * first could keep everybody else out for good; here somebody new is let in, and somebody less needed goes.
 *
 * Invariants: after `trim()` at most `keep` connections are open; a peer that we looked for ourselves goes after all strangers.
 */
import { MAX_WANTED_PEERS, NEW_CONNECTION_MS } from '../config.ts'
import { LimitError } from '../errors.ts'
import type { Host } from './host.ts'
import type { Connection, PeerId } from '@libp2p/interface'

/** Connections of one peer that are of use: both may have dialled at once, and one may be relayed. */
const PER_PEER = 2
/** Protocols of the library and of overlays, which say nothing of what somebody wants here. */
const HOUSEKEEPING = /^\/(?:ipfs|libp2p|meshsub|floodsub)\/|\/kad\//

export class Crowd {
  readonly #host: Host
  readonly #keep: number
  /** PeerIds, the longest unused first */
  readonly #wanted = new Set<string>()

  constructor (host: Host, keep: number) {
    this.#host = host
    this.#keep = keep
  }

  /** We look for this peer: a contact, a mailbox, a relay. */
  want (peerId: string): void {
    this.#wanted.delete(peerId)
    this.#wanted.add(peerId)
    const [oldest] = this.#wanted
    if (oldest !== undefined && this.#wanted.size > MAX_WANTED_PEERS) this.#wanted.delete(oldest)
  }

  /** @param newcomer whoever comes just now: not thrown out before the first word */
  trim (newcomer: Connection): void {
    const open = this.#host.libp2p.getConnections().filter(connection => connection.status === 'open')
    const excess = open.length - this.#keep
    if (excess <= 0) return
    const young = Date.now() - NEW_CONNECTION_MS // the library dates connections by the system's clock
    const ofPeer = new Map<string, number>()
    const ranked = open.map(connection => {
      const peer = connection.remotePeer.toString()
      const before = ofPeer.get(peer) ?? 0
      ofPeer.set(peer, before + 1)
      return { connection, worth: this.#worth(connection, peer, before, young) }
    })
    ranked.sort((a, b) => a.worth - b.worth || a.connection.timeline.open - b.connection.timeline.open)
    for (const { connection } of ranked.filter(({ connection }) => connection !== newcomer).slice(0, excess)) connection.abort(new LimitError('LIMIT_EXCEEDED', 'too many connections'))
  }

  /** How much a peer is needed, by the best of its connections; 0 where there is none. */
  worth (peer: PeerId): number {
    const young = Date.now() - NEW_CONNECTION_MS
    return Math.max(0, ...this.#host.libp2p.getConnections(peer).map(connection => this.#worth(connection, peer.toString(), 0, young)))
  }

  /** What is new gets time to show what it is here for: otherwise idle strangers with an open stream would outlive it. */
  #worth (connection: Connection, peer: string, before: number, young: number): number {
    if (before >= PER_PEER) return 0
    if (this.#wanted.has(peer) || connection.direction === 'outbound') return 5
    const isBusy = connection.streams.some(({ protocol }) => protocol !== '' && !HOUSEKEEPING.test(protocol))
    return (connection.timeline.open > young ? 3 : 1) + (isBusy ? 1 : 0)
  }
}
