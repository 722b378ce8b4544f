/** A circuit relay that keeps a copy of all that it forwards: what whoever runs one can see. */
import { circuitRelayServer, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { Connection, Stream, StreamMessageEvent } from '@libp2p/interface'

export interface TappedRelay {
  /** multiaddr with /p2p */
  readonly address: string
  /** What was forwarded, packet by packet, both ways. */
  forwarded (): Uint8Array[]
  /** The same, joined by stream and direction. */
  streams (): Uint8Array[]
  stop (): Promise<void>
}

type Bytes = Uint8Array | { subarray (): Uint8Array }

function copy (data: Bytes): Uint8Array {
  return Uint8Array.from(data instanceof Uint8Array ? data : data.subarray())
}

/** All that passes a stream towards one end of a relayed connection, but for the handshake of the relay itself: one frame each way. */
function tap (stream: Stream): Uint8Array[][] {
  const sent: Uint8Array[] = []
  const received: Uint8Array[] = []
  const send = stream.send.bind(stream)
  stream.send = data => {
    sent.push(copy(data))
    return send(data)
  }
  stream.addEventListener('message', (event: StreamMessageEvent) => { received.push(copy(event.data)) })
  return [sent, received]
}

export async function tappedRelay (): Promise<TappedRelay> {
  const taps: Uint8Array[][] = []
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping(), relay: circuitRelayServer({ reservations: { defaultDataLimit: 64n * 1024n * 1024n } }) }
  })
  libp2p.addEventListener('connection:open', ({ detail: connection }: CustomEvent<Connection>) => {
    const open = connection.newStream.bind(connection)
    connection.newStream = async (protocols, options) => {
      const stream = await open(protocols, options)
      if ([protocols].flat().includes(RELAY_V2_STOP_CODEC)) taps.push(...tap(stream))
      return stream
    }
  })
  // the first packet of each direction is the relay's own handshake, in which it must name who calls
  const forwarded = (): Uint8Array[][] => taps.map(packets => packets.slice(1))
  return {
    address: libp2p.getMultiaddrs()[0]!.toString(),
    forwarded: () => forwarded().flat(),
    streams: () => forwarded().map(packets => Uint8Array.from(Buffer.concat(packets))),
    stop: async () => { await libp2p.stop() }
  }
}
