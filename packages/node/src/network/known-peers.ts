/** What connected peers said of themselves by identify. Bounded by the number of connections and by the limits below. */
import { MAX_ADDRESS_LENGTH, MAX_DIAL_ADDRESSES } from '../config.ts'
import type { PeerPlace } from './index.ts'

/** Protocols remembered of one peer: a full node of today's networks names about thirty. */
const MAX_PROTOCOLS = 64
/** Longest name of a protocol, characters. */
const MAX_PROTOCOL_LENGTH = 128
/** Peers remembered: above any sensible number of connections. */
const MAX_PEERS = 2048

interface Known { protocols: Set<string>, addresses: string[] }

export class Directory {
  readonly #peers = new Map<string, Known>()

  /** @returns the protocols that were taken */
  learn (peerId: string, protocols: readonly string[], addresses: readonly string[]): string[] {
    if (!this.#peers.has(peerId) && this.#peers.size >= MAX_PEERS) return []
    const taken = protocols.filter(protocol => protocol.length <= MAX_PROTOCOL_LENGTH).slice(0, MAX_PROTOCOLS)
    const places = addresses.filter(address => address.length <= MAX_ADDRESS_LENGTH)
    this.#peers.set(peerId, { protocols: new Set(taken), addresses: [...new Set(places)].slice(0, MAX_DIAL_ADDRESSES) })
    return taken
  }

  supporting (protocol: string): PeerPlace[] {
    return [...this.#peers].filter(([, known]) => known.protocols.has(protocol)).map(([peerId, { addresses }]) => ({ peerId, addresses: [...addresses] }))
  }

  /** It speaks protocols of this messenger. */
  isOurKind (peerId: string): boolean {
    return [...this.#peers.get(peerId)?.protocols ?? []].some(protocol => protocol.startsWith('/sotto/'))
  }

  forget (peerId: string): void {
    this.#peers.delete(peerId)
  }

  clear (): void {
    this.#peers.clear()
  }
}
