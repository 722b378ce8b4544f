/**
 * Keeps places at relays while others cannot reach this node: with peers that are connected and offer it, with those that
 * served before, with volunteers that the directory knows, and on the public network with whom a walk through the DHT meets.
 *
 * Invariants: one search at a time; never more places than wanted; an own address through a relay is given to others only
 * while that relay is connected and holds the place; what a peer can make us remember or dial is bounded.
 */
import { MAX_KNOWN_RELAYS, MAX_RELAY_DIALS, MAX_RELAY_SEARCH_MS, RELAY_REFUSED_MS, RELAY_SEARCH_MS } from '../config.ts'
import { isRelayed, peerOf, scopeOf } from './addresses.ts'
import { jittered } from './jitter.ts'
import type { Host } from './host.ts'
import type { PeerPlace, RelayPlace } from './index.ts'
import type { Clock } from '../components.ts'
import type { Connection, PeerId } from '@libp2p/interface'

/** The relay protocol's side that gives places (circuit v2). */
export const HOP = '/libp2p/circuit/relay/0.2.0/hop'

/** The library's own book of places: it asks, renews in time, and drops a place with its connection. */
interface Reservations extends EventTarget {
  addRelay (peer: PeerId, type: 'configured'): Promise<Reserved>
  cancelReservations (): void
  /** whom the library does not ask again, for as long as it lives */
  relayFilter: { remove (id: Uint8Array): boolean }
}
interface Reserved { relay: PeerId, details: { reservation: { addrs: Uint8Array[], expire: bigint } } }

export interface RelayInit {
  /** how many places are wanted now */
  wanted: () => number
  /** connected peers that offer places; the best first */
  offering: () => PeerPlace[]
  /** Dials; resolves when it succeeded or failed. */
  dial: (place: PeerPlace, signal: AbortSignal) => Promise<void>
  /** looks for further peers that may offer places */
  sources: Array<(signal: AbortSignal) => Promise<PeerPlace[]>>
  /** own addresses came or went */
  changed: () => void
  /** WebRTC is listened on: it may be introduced through a relay, and then goes directly */
  webrtc: boolean
  /** places on loopback count too, for tests on one machine */
  near: boolean
}

export class RelayKeeper {
  readonly #host: Host
  readonly #clock: Clock
  readonly #init: RelayInit
  readonly #running: AbortSignal
  readonly #places = new Map<string, RelayPlace & { text: string[] }>()
  /** who served before, the oldest first */
  readonly #served = new Map<string, PeerPlace>()
  readonly #refusedUntil = new Map<string, number>()
  #pause = RELAY_SEARCH_MS
  #cancel: (() => void) | undefined
  #searching: Promise<void> | undefined
  #again = false

  constructor (host: Host, clock: Clock, running: AbortSignal, init: RelayInit) {
    this.#host = host
    this.#clock = clock
    this.#init = init
    this.#running = running
    const store = this.#store()
    const on = (type: string, run: (reserved: Reserved) => void): void => {
      store?.addEventListener(type, event => { run((event as CustomEvent<Reserved>).detail) }, { signal: running } as AddEventListenerOptions)
    }
    on('relay:created-reservation', reserved => { this.#took(reserved).catch(() => {}) })
    on('relay:removed', ({ relay }) => { this.#lost(relay.toString()) })
    running.addEventListener('abort', () => { this.#cancel?.() }, { once: true })
  }

  places (): RelayPlace[] {
    return [...this.#places.values()].map(({ peerId, addresses, until }) => ({ peerId, addresses: [...addresses], until }))
  }

  /** Something changed: looks now whether places are wanted, and for them. */
  hurry (): void {
    this.#pause = RELAY_SEARCH_MS
    this.#search()
  }

  #search (): void {
    if (this.#running.aborted) return
    this.#again = true
    this.#searching ??= this.#rounds().catch(() => {}).finally(() => { // it answers for each relay itself
      this.#searching = undefined
      if (this.#again) this.#search()
    })
  }

  async #rounds (): Promise<void> {
    this.#cancel?.()
    this.#again = false
    if (this.#init.wanted() === 0) {
      this.#giveUp()
      return
    }
    if (await this.#reserve()) return
    for (const source of [async () => [...this.#served.values()].reverse(), ...this.#init.sources]) {
      const found = (await source(this.#running).catch(() => [])).filter(({ peerId }) => !this.#places.has(peerId) && !this.#isRefused(peerId))
      await Promise.all(found.slice(0, MAX_RELAY_DIALS).map(async place => this.#init.dial(place, this.#running)))
      if (this.#running.aborted || await this.#reserve()) return
    }
    this.#cancel = this.#clock.after(jittered(this.#pause), () => { this.#search() })
    this.#pause = Math.min(2 * this.#pause, MAX_RELAY_SEARCH_MS)
  }

  /** Asks those who are connected, one after the other. @returns whether there are enough now */
  async #reserve (): Promise<boolean> {
    const { peerIdFromString } = await import('@libp2p/peer-id')
    for (const { peerId } of this.#init.offering()) {
      if (this.#running.aborted || this.#places.size >= this.#init.wanted()) break
      if (this.#places.has(peerId) || this.#isRefused(peerId) || !this.#isUseful(peerId)) continue
      const peer = peerIdFromString(peerId)
      try {
        await this.#took(await this.#store()?.addRelay(peer, 'configured'))
      } catch {
        this.#refuse(peerId)
        this.#store()?.relayFilter.remove(peer.toMultihash().bytes) // it may only have been starting: asked again, after a while
      }
    }
    return this.#places.size >= this.#init.wanted()
  }

  /** A relay is asked over a connection that stays, and lies where others may reach it. */
  #isUseful (peerId: string): boolean {
    return this.#connections(peerId).some(connection => connection.limits === undefined && connection.direct)
  }

  async #took (reserved: Reserved | undefined): Promise<void> {
    if (reserved === undefined) return
    const { multiaddr } = await import('@multiformats/multiaddr')
    const peerId = reserved.relay.toString()
    const own = this.#host.libp2p.peerId.toString()
    const { addrs, expire } = reserved.details.reservation
    const texts = addrs.map(bytes => multiaddr(bytes).toString())
    const best = bestOf(texts.map(text => peerOf(text) === undefined ? `${text}/p2p/${peerId}` : text).filter(text => peerOf(text) === peerId), this.#outbound(peerId), this.#init.near)
    if (best === undefined) {
      this.#refuse(peerId)
      return
    }
    const through = `${best}/p2p-circuit`
    const text = this.#init.webrtc ? [through, `${through}/webrtc`] : [through]
    const before = this.#places.get(peerId)
    this.#places.set(peerId, { peerId, addresses: text.map(address => `${address}/p2p/${own}`), until: Number(expire) * 1000, text })
    this.#remember(peerId, best)
    if (before?.text[0] === through) return
    const { addressManager } = this.#host.components
    for (const old of before?.text ?? []) addressManager.removeObservedAddr(multiaddr(old))
    for (const address of text) {
      // who comes through the relay tells us this address as theirs of us: heard for the first time later, it would count as unproved again
      addressManager.addObservedAddr(multiaddr(address))
      addressManager.confirmObservedAddr(multiaddr(address), { type: 'observed', ttl: MAX_TTL_MS })
    }
    this.#init.changed()
  }

  #lost (peerId: string): void {
    const place = this.#places.get(peerId)
    if (place === undefined) return
    this.#places.delete(peerId)
    this.#withdraw(place.text)
    this.hurry()
  }

  #giveUp (): void {
    if (this.#places.size === 0) return
    this.#store()?.cancelReservations()
    const texts = [...this.#places.values()].flatMap(({ text }) => text)
    this.#places.clear()
    this.#withdraw(texts)
  }

  #withdraw (texts: readonly string[]): void {
    import('@multiformats/multiaddr').then(({ multiaddr }) => {
      for (const text of texts) this.#host.components.addressManager.removeObservedAddr(multiaddr(text))
      this.#init.changed()
    }, () => {})
  }

  #store (): Reservations | undefined {
    const transport = this.#host.components.transportManager.getTransports().find(transport => 'reservationStore' in transport)
    return (transport as { reservationStore?: Reservations } | undefined)?.reservationStore
  }

  #connections (peerId: string): Connection[] {
    return this.#host.libp2p.getConnections().filter(connection => connection.status === 'open' && connection.remotePeer.toString() === peerId)
  }

  /** By which address we reached it ourselves. */
  #outbound (peerId: string): string | undefined {
    return this.#connections(peerId).find(({ direction }) => direction === 'outbound')?.remoteAddr.toString()
  }

  #isRefused (peerId: string): boolean {
    return (this.#refusedUntil.get(peerId) ?? 0) > this.#clock.now()
  }

  #refuse (peerId: string): void {
    bounded(this.#refusedUntil, peerId, this.#clock.now() + RELAY_REFUSED_MS)
  }

  #remember (peerId: string, address: string): void {
    bounded(this.#served, peerId, { peerId, addresses: [address] })
  }
}

/** A place is given back by its relay or with its connection, never by the time alone: the library renews it. */
const MAX_TTL_MS = 10 * 365 * 24 * 60 * 60 * 1000

function bounded<V> (map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (oldest !== undefined && map.size > MAX_KNOWN_RELAYS) map.delete(oldest)
}

/** The address of a relay that most others can use: far before near, plain TCP before what needs more. */
export function bestOf (addresses: readonly string[], ours: string | undefined, near: boolean): string | undefined {
  const far = (address: string): number => {
    const scope = scopeOf(address)
    const where = scope === 'public' ? 0 : scope === 'name' ? 1 : scope === 'lan' ? 4 : 8
    const how = /\/ip4\/[^/]+\/tcp\/\d+\/p2p\//.test(address) ? 0 : address.includes('/webrtc') ? 3 : 2
    return where * 10 + how
  }
  return addresses.filter(address => !isRelayed(address) && (near || scopeOf(address) !== 'loopback'))
    .sort((a, b) => far(a) - far(b) || Number(b === ours) - Number(a === ours))[0]
}
