/** A bare libp2p host that keeps no rule of ours: the hostile side of a test. */
import { noise } from '@libp2p/noise'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { platform } from '#platform'
import type { Libp2p, Stream } from '@libp2p/interface'

export interface Hostile {
  libp2p: Libp2p
  raw (address: string, protocol: string): Promise<Stream>
  stop (): Promise<void>
}

export async function hostile (listen: string[] = []): Promise<Hostile> {
  const libp2p = await createLibp2p({ addresses: { listen }, transports: platform.name === 'node' ? [memory(), tcp()] : [memory()], connectionEncrypters: [noise()], streamMuxers: [yamux()] })
  return {
    libp2p,
    raw: async (address, protocol) => libp2p.dialProtocol(multiaddr(address), protocol, { maxOutboundStreams: 1000 }),
    stop: async () => { await libp2p.stop() }
  }
}

/** Resolves when the stream has ended for whatever reason. */
export async function over (stream: Stream): Promise<void> {
  if (stream.status !== 'open') return
  await new Promise<void>(resolve => { stream.addEventListener('close', () => { resolve() }, { once: true }) })
}
