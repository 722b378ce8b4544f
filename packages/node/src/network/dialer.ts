/**
 * From a place to a stream: a connection that exists, else a dial of its addresses, best first, in bounded time.
 *
 * Invariants: a stream is only ever on a connection whose PeerId is the one asked for; a connection that gave no stream
 * is not used again; at most one attempt per peer at a time replaces a relayed connection by a direct one.
 */
import { DIAL_TIMEOUT_MS, DIRECT_RETRY_MS, MAX_CONNECTIONS, MAX_OUTBOUND_STREAMS, STREAM_OPEN_TIMEOUT_MS } from '../config.ts'
import type { NodeError } from '../errors.ts'
import { PeerError, UnreachableError } from '../errors.ts'
import { dialOrder, isDirect, isNear, isRelayed, isWebRTC, scopeOf } from './addresses.ts'
import { aborted, Libp2pFrameStream, throwIfAborted } from './frame-stream.ts'
import { parsePeerId } from './peer-id.ts'
import type { Subnet } from './addresses.ts'
import type { FrameStream, PeerPlace } from './index.ts'
import type { Host } from './host.ts'
import type { Upgrades } from './upgrades.ts'
import type { Clock } from '../components.ts'
import type { Connection } from '@libp2p/interface'

/** What goes on behind the caller's back: relayed connections are replaced by direct ones. */
export interface Behind {
  /** until when */
  running: AbortSignal
  upgrades: Upgrades
  /** the networks that this machine is part of just now */
  subnets: () => Subnet[]
}

export class Dialer {
  readonly #host: Host
  readonly #clock: Clock
  readonly #behind: Behind | undefined
  /** PeerId → when a direct connection may be tried again */
  readonly #directAfter = new Map<string, number>()
  /** aborts when this machine goes to another network */
  #network = new AbortController()

  constructor (host: Host, clock: Clock, behind?: Behind) {
    this.#host = host
    this.#clock = clock
    this.#behind = behind
  }

  /** The network is another one: what could not be dialled there may be here, and what is still being dialled there is not waited for. */
  forget (): void {
    this.#directAfter.clear()
    this.#network.abort()
    this.#network = new AbortController()
  }

  /** @throws UnreachableError; PeerError REFUSED where the peer is there but does not speak the protocol; ABORTED */
  async open (place: PeerPlace, protocol: string, signal: AbortSignal): Promise<FrameStream> {
    throwIfAborted(signal)
    if (parsePeerId(place.peerId) === undefined) throw new UnreachableError('UNREACHABLE', 'this is not an Ed25519 PeerId')
    const stream = await this.#reuse(place, protocol, signal) ?? await this.#dialAndOpen(place, protocol, signal)
    if (!stream.direct && this.#behind !== undefined) this.#improve(place, this.#behind)
    return stream
  }

  async #reuse (place: PeerPlace, protocol: string, signal: AbortSignal): Promise<FrameStream | undefined> {
    const connection = this.#connectionTo(place.peerId)
    if (connection === undefined) return undefined
    try {
      return await this.#streamOn(connection, protocol, signal)
    } catch (error) {
      // one that died unnoticed: dial. Everything else is an answer.
      if (error instanceof UnreachableError && place.addresses.length > 0) return undefined
      throw error
    }
  }

  async #dialAndOpen (place: PeerPlace, protocol: string, signal: AbortSignal): Promise<FrameStream> {
    const addresses = dialOrder(place.peerId, place.addresses, this.#behind?.subnets())
    return this.#attempt(addresses, async timeout => this.#streamOn(await this.#dial(place.peerId, addresses, signal, timeout), protocol, signal))
  }

  /** WebRTC's handshake is a race that is lost now and then: it gets a second chance, within the same time. */
  async #attempt<T> (addresses: readonly string[], run: (timeout: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(DIAL_TIMEOUT_MS)
    for (let left = addresses.some(isWebRTC) ? 2 : 1; ; left--) {
      try {
        return await run(timeout)
      } catch (error) {
        if (left === 1 || timeout.aborted || !(error instanceof UnreachableError)) throw error
      }
    }
  }

  /** The best open connection: direct before relayed, young before old. */
  #connectionTo (peerId: string): Connection | undefined {
    const open = this.#host.libp2p.getConnections().filter(connection => connection.status === 'open' && connection.remotePeer.toString() === peerId)
    return open.findLast(connection => connection.direct && connection.limits === undefined) ?? open.at(-1)
  }

  async #streamOn (connection: Connection, protocol: string, signal: AbortSignal): Promise<FrameStream> {
    try {
      const stream = await connection.newStream([protocol], {
        signal: AbortSignal.any([signal, AbortSignal.timeout(STREAM_OPEN_TIMEOUT_MS)]),
        runOnLimitedConnection: true,
        maxOutboundStreams: MAX_OUTBOUND_STREAMS
      })
      return new Libp2pFrameStream(stream, connection, this.#clock)
    } catch (error) {
      throwIfAborted(signal)
      if (error instanceof Error && error.name === 'UnsupportedProtocolError') throw new PeerError('REFUSED', 'the peer does not speak this protocol', { cause: error })
      if (error instanceof Error && error.name === 'TooManyOutboundProtocolStreamsError') throw new UnreachableError('UNREACHABLE', 'too many streams to this peer', { cause: error })
      connection.abort(new UnreachableError('UNREACHABLE', 'the connection gave no stream'))
      throw new UnreachableError('UNREACHABLE', 'the connection gave no stream', { cause: error })
    }
  }

  async #dial (peerId: string, texts: readonly string[], signal: AbortSignal, timeout: AbortSignal, force = false): Promise<Connection> {
    const { multiaddr } = await import('@multiformats/multiaddr')
    const addresses = texts.flatMap(text => {
      try {
        return [multiaddr(text)]
      } catch {
        return [] // not a multiaddr: nothing to dial
      }
    })
    if (addresses.length === 0) throw new UnreachableError('UNREACHABLE', 'no address of this peer is known')
    const connection = await this.#host.libp2p.dial(addresses, { force, signal: AbortSignal.any([signal, timeout]) }).catch((error: unknown) => {
      if (signal.aborted) throw aborted(signal)
      throw unreachable(addresses.map(address => scopeOf(address.toString())), timeout.aborted, error)
    })
    // not every transport of the library compares whom it reached with whom it was asked for
    if (connection.remotePeer.toString() !== peerId) throw new UnreachableError('UNREACHABLE', 'somebody else answered at this address')
    return connection
  }

  /** While a relayed connection serves, tries for a direct one behind it; later streams take that. */
  #improve (place: PeerPlace, { running, upgrades, subnets }: Behind): void {
    const now = this.#clock.now()
    const near = subnets()
    // somebody else's LAN is black: a dial there holds up all others to this peer. Who has a relay is met halfway instead (punch.ts)
    const isForeign = (address: string): boolean => scopeOf(address) === 'lan' && !isNear(address, near)
    const isBehind = place.addresses.some(isRelayed)
    const addresses = dialOrder(place.peerId, place.addresses, near).filter(address => isDirect(address) && !(isBehind && isForeign(address)))
    if (addresses.length === 0 || (this.#directAfter.get(place.peerId) ?? 0) > now) return
    if (this.#directAfter.size >= MAX_CONNECTIONS) this.#directAfter.clear()
    this.#directAfter.set(place.peerId, now + DIRECT_RETRY_MS)
    const signal = AbortSignal.any([running, this.#network.signal])
    upgrades.track(place.peerId, async () => this.#attempt(addresses, async timeout => this.#dial(place.peerId, addresses, signal, timeout, true))).catch(() => {}) // the relayed one still serves
  }
}

/** Says what kind of addresses were tried, not which: the error may end in a log. */
function unreachable (tried: readonly string[], timedOut: boolean, cause: unknown): NodeError {
  const kinds = [...new Set(tried)].join(', ')
  return new UnreachableError(timedOut ? 'TIMEOUT' : 'UNREACHABLE', `nobody answered at ${tried.length} address${tried.length === 1 ? '' : 'es'} (${kinds})`, { cause })
}
