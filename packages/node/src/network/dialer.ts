/** From a place to a stream: a connection that exists, else a dial of its addresses, best first, in bounded time. */
import { DIAL_TIMEOUT_MS, MAX_OUTBOUND_STREAMS, STREAM_OPEN_TIMEOUT_MS } from '../config.ts'
import type { NodeError } from '../errors.ts'
import { PeerError, UnreachableError } from '../errors.ts'
import { dialOrder, scopeOf } from './addresses.ts'
import { aborted, Libp2pFrameStream, throwIfAborted } from './frame-stream.ts'
import { parsePeerId } from './peer-id.ts'
import type { FrameStream, PeerPlace } from './index.ts'
import type { Host } from './host.ts'
import type { Clock } from '../components.ts'
import type { Connection } from '@libp2p/interface'

/** @throws UnreachableError; PeerError REFUSED where the peer is there but does not speak the protocol; ABORTED */
export async function openStream (host: Host, clock: Clock, place: PeerPlace, protocol: string, signal: AbortSignal): Promise<FrameStream> {
  throwIfAborted(signal)
  if (parsePeerId(place.peerId) === undefined) throw new UnreachableError('UNREACHABLE', 'this is not an Ed25519 PeerId')
  const existing = connectionTo(host, place.peerId)
  if (existing !== undefined) {
    const stream = await streamOn(existing, clock, protocol, signal).catch((error: unknown) => {
      // a connection that died unnoticed: dial once more. Everything else is an answer.
      if (error instanceof UnreachableError && existing.status !== 'open') return undefined
      throw error
    })
    if (stream !== undefined) return stream
  }
  return streamOn(await dial(host, place, signal), clock, protocol, signal)
}

/** The best open connection: direct before relayed, young before old. */
function connectionTo (host: Host, peerId: string): Connection | undefined {
  const open = host.libp2p.getConnections().filter(connection => connection.status === 'open' && connection.remotePeer.toString() === peerId)
  return open.findLast(connection => connection.direct && connection.limits === undefined) ?? open.at(-1)
}

async function streamOn (connection: Connection, clock: Clock, protocol: string, signal: AbortSignal): Promise<FrameStream> {
  try {
    const stream = await connection.newStream([protocol], {
      signal: AbortSignal.any([signal, AbortSignal.timeout(STREAM_OPEN_TIMEOUT_MS)]),
      runOnLimitedConnection: true,
      maxOutboundStreams: MAX_OUTBOUND_STREAMS
    })
    return new Libp2pFrameStream(stream, connection, clock)
  } catch (error) {
    throwIfAborted(signal)
    if (error instanceof Error && error.name === 'UnsupportedProtocolError') throw new PeerError('REFUSED', 'the peer does not speak this protocol', { cause: error })
    throw new UnreachableError('UNREACHABLE', 'the connection gave no stream', { cause: error })
  }
}

async function dial (host: Host, place: PeerPlace, signal: AbortSignal): Promise<Connection> {
  const { multiaddr } = await import('@multiformats/multiaddr')
  const addresses = dialOrder(place.peerId, place.addresses).flatMap(address => {
    try {
      return [multiaddr(address)]
    } catch {
      return [] // not a multiaddr: nothing to dial
    }
  })
  if (addresses.length === 0) throw new UnreachableError('UNREACHABLE', 'no address of this peer is known')
  const timeout = AbortSignal.timeout(DIAL_TIMEOUT_MS)
  const connection = await host.libp2p.dial(addresses, { signal: AbortSignal.any([signal, timeout]) }).catch((error: unknown) => {
    if (signal.aborted) throw aborted(signal)
    throw unreachable(addresses.map(address => scopeOf(address.toString())), timeout.aborted, error)
  })
  // not every transport of the library compares whom it reached with whom it was asked for
  if (connection.remotePeer.toString() !== place.peerId) throw new UnreachableError('UNREACHABLE', 'somebody else answered at this address')
  return connection
}

/** Says what kind of addresses were tried, not which: the error may end in a log. */
function unreachable (tried: readonly string[], timedOut: boolean, cause: unknown): NodeError {
  const kinds = [...new Set(tried)].join(', ')
  return new UnreachableError(timedOut ? 'TIMEOUT' : 'UNREACHABLE', `nobody answered at ${tried.length} address${tried.length === 1 ? '' : 'es'} (${kinds})`, { cause })
}
