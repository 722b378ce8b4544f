/**
 * A bare libp2p node (TCP, Noise, Yamux): what Sotto stands on, and nothing of Sotto. As a process of its own it answers
 * for the floors: `/bench/echo` gives frames back, `/bench/sink` counts what came until the end and says how much.
 */
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { fromString } from 'uint8arrays/from-string'
import type { Stream } from '@libp2p/interface'
import type { Ping } from '@libp2p/ping'
import type { Libp2p } from 'libp2p'

export const ECHO = '/bench/echo'
export const SINK = '/bench/sink'

export async function barePeer (listen: string[]): Promise<Libp2p<{ ping: Ping }>> {
  return await createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify(), ping: ping({ maxInboundStreams: 64, maxOutboundStreams: 64 }) }
  })
}

async function echo (stream: Stream): Promise<void> {
  const frames = lpStream(stream)
  try {
    for (;;) await frames.write(await frames.read())
  } catch {
    await stream.close().catch(() => {}) // its end is the end of the measurement
  }
}

async function sink (stream: Stream): Promise<void> {
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.byteLength
  stream.send(fromString(String(bytes)))
  await stream.close()
}

if (import.meta.main) {
  const peer = await barePeer(['/ip4/127.0.0.1/tcp/0'])
  await peer.handle(ECHO, echo)
  await peer.handle(SINK, sink)
  console.log(JSON.stringify({ event: 'ready', addresses: peer.getMultiaddrs().map(String) }))
  process.stdin.resume().once('end', () => {
    void Promise.resolve(peer.stop()).then(() => { process.exit(0) })
  })
}
