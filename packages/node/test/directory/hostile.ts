/** DHT servers that lie: kad-dht with its answers replaced, under PeerIds next to the key. */
import { generateKeyPairSync } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { createLibp2p } from 'libp2p'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { DIRECTORY_NAMESPACE, routingKey } from '@sotto/protocols/directory'
import { compare } from 'uint8arrays/compare'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { LOCAL_DHT } from '../../src/network/overlay.ts'

/** What it answers to who asks for the key; undefined: that it has nothing, and knows nobody closer either; silence: no answer ever comes. */
export type Lie = Uint8Array | 'silence' | undefined

export interface Liar {
  /** times that it was asked for the key */
  asked (): number
  stop (): Promise<void>
}

interface Message { type: string, key?: Uint8Array, clusterLevel?: number, closer: unknown[], providers: unknown[], record?: Uint8Array }
interface Handlers { handlers: Record<string, { handle: (peer: unknown, message: Message) => Promise<Message> }> }

/** A protobuf field of bytes. */
function field (number: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let rest = bytes.byteLength; ; rest = Math.floor(rest / 128)) {
    length.push(rest >= 128 ? (rest % 128) + 128 : rest)
    if (rest < 128) break
  }
  return concat([Uint8Array.of(number * 8 + 2, ...length), bytes])
}

function libp2pRecord (key: Uint8Array, value: Uint8Array): Uint8Array {
  return concat([field(1, key), field(2, value), field(5, new TextEncoder().encode(new Date().toISOString()))])
}

/** Seeds of PeerIds that are nearest to the key, out of many. */
export function seedsNear (key: Uint8Array, count: number, among: number): Uint8Array[] {
  const target = sha256(key)
  const distance = (publicKey: Uint8Array): Uint8Array => sha256(routingKey(publicKey).slice('/ipns/'.length)).map((byte, i) => byte ^ (target[i] ?? 0))
  const pair = (): { seed: Uint8Array, away: Uint8Array } => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { format: 'der', type: 'pkcs8' }, publicKeyEncoding: { format: 'der', type: 'spki' } })
    return { seed: Uint8Array.from(privateKey.subarray(-32)), away: distance(Uint8Array.from(publicKey.subarray(-32))) }
  }
  return Array.from({ length: among }, pair).sort((a, b) => compare(a.away, b.away)).slice(0, count).map(({ seed }) => seed)
}

/** A server that says it stores everything and answers with its lie. */
export async function liar (peerSeed: Uint8Array, bootstrap: string, key: Uint8Array, lie: Lie): Promise<Liar> {
  const libp2p = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', peerSeed),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 10_000 },
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: LOCAL_DHT,
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        initialQuerySelfInterval: 0,
        validators: { [DIRECTORY_NAMESPACE]: async () => {} },
        selectors: { [DIRECTORY_NAMESPACE]: () => 0 }
      })
    }
  })
  const { handlers } = (libp2p.services.dht as unknown as { rpc: Handlers }).rpc
  let count = 0
  Object.assign(handlers, {
    PUT_VALUE: { handle: async (_peer: unknown, message: Message) => message },
    GET_VALUE: {
      handle: async (_peer: unknown, { key: asked, clusterLevel }: Message): Promise<Message> => {
        if (asked !== undefined && equals(asked, key)) count++
        if (lie === 'silence') return new Promise<Message>(() => {})
        return { type: 'GET_VALUE', key, clusterLevel: clusterLevel ?? 0, closer: [], providers: [], ...(lie === undefined ? {} : { record: libp2pRecord(key, lie) }) }
      }
    }
  })
  await libp2p.dial(multiaddr(bootstrap))
  return { asked: () => count, stop: async () => { await libp2p.stop() } }
}
