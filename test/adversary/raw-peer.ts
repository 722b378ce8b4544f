/** A libp2p host that keeps no rule of ours, and says whatever bytes it likes. */
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { frameHeader } from '../../packages/node/src/network/frame-buffer.ts'
import type { Stream } from '@libp2p/interface'

export interface RawPeer {
  /** A stream to the peer at this multiaddr; a new connection where there is none. */
  open (address: string, protocol: string): Promise<Stream>
  stop (): Promise<void>
}

export async function rawPeer (): Promise<RawPeer> {
  const libp2p = await createLibp2p({ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux({ maxOutboundStreams: 100_000 })] })
  return {
    open: async (address, protocol) => await libp2p.dialProtocol(multiaddr(address), protocol, { maxOutboundStreams: 100_000, signal: AbortSignal.timeout(60_000) }),
    stop: async () => { await libp2p.stop() }
  }
}

export function framed (bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([frameHeader(bytes.byteLength), bytes]))
}

/** Resolves when the other side, or anybody, has ended the stream. */
export async function over (stream: Stream): Promise<void> {
  if (stream.status !== 'open' || stream.remoteWriteStatus === 'closed') return
  await new Promise<void>(resolve => {
    for (const event of ['close', 'remoteCloseWrite'] as const) stream.addEventListener(event, () => { resolve() }, { once: true })
  })
}

/** mulberry32: the same seed gives the same bytes. */
export function seeded (seed: number): { byte: () => number, bytes: (length: number) => Uint8Array, below: (end: number) => number } {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (end: number): number => next() % end
  return { byte: () => below(256), below, bytes: length => Uint8Array.from({ length }, () => below(256)) }
}
