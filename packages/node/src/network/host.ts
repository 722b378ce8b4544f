/** Puts a libp2p host together. Everything heavy is imported here, when a host is made and not before. */
import { platform } from '#platform'
import { ADDRESS_DIAL_TIMEOUT_MS, DIAL_TIMEOUT_MS, INBOUND_PER_SECOND, INBOUND_PER_SECOND_LOOPBACK, INBOUND_UPGRADE_TIMEOUT_MS, MAX_CONNECTIONS, MAX_DIAL_ADDRESSES, MAX_PARALLEL_DIALS, MAX_PENDING_INBOUND, MAX_STREAMS_PER_CONNECTION, PROVIDER_ADDRESSES_MS, RELAY_DATA_BYTES, RELAY_DURATION_MS, RELAY_RESERVATIONS, YAMUX_WINDOW_BYTES } from '../config.ts'
import { dialCompare, isFirst } from './addresses.ts'
import { BoundedDatastore } from './bounded-datastore.ts'
import { calmWebSockets } from './calm-web-sockets.ts'
import { gater } from './gater.ts'
import { overlays } from './overlay.ts'
import { quiet } from './quiet.ts'
import type { Subnet } from './addresses.ts'
import type { SteadyPort } from './steady-port.ts'
import type { RecordRules } from './index.ts'
import type { Libp2p, Libp2pOptions } from 'libp2p'

type Transports = NonNullable<Libp2pOptions['transports']>
/** What services and transports that are added later are built from. */
export type HostComponents = Parameters<Transports[number]>[0]

export interface Host {
  readonly libp2p: Libp2p
  readonly components: HostComponents
}

export interface HostLimits {
  maxConnections: number
  /** New connections per second from one host. */
  inboundPerSecond: number
  maxPendingInbound: number
  /** Bytes and ms of one relayed connection, where this node is the relay. */
  relayBytes: bigint
  relayMs: number
  /** Peers for whom this node is the relay. */
  relayPlaces: number
}

export interface HostInit {
  /** 32-byte Ed25519 seed of the PeerId */
  peerSeed: Uint8Array
  listen: readonly string[]
  /** Contacts nothing but loopback. */
  loopbackOnly: boolean
  /** Which transports are wanted from the start; WebRTC is added later (webrtc.ts). */
  transports: 'all' | 'memory'
  mode: 'public' | 'local'
  /** A personal node: offers places on its relay, and serves the DHT in `local` mode. */
  resident: boolean
  /** No identify, nothing announced, nobody may come in. */
  anonymous: boolean
  limits?: Partial<HostLimits> | undefined
  /** From where far peers are dialled. */
  steadyPort?: SteadyPort | undefined
  /** The networks that this machine is part of just now: neighbours are dialled first. */
  subnets?: (() => Subnet[]) | undefined
  /** What the DHT may keep. */
  records?: RecordRules | undefined
  /** Counts what libp2p does. */
  metrics?: NonNullable<Libp2pOptions['metrics']> | undefined
}

/** Builds a host that is not started yet. */
export async function createHost (init: HostInit): Promise<Host> {
  const { createLibp2p, generateKeyPairFromSeed, noise, yamux } = await import('./libraries.ts')
  let components: HostComponents | undefined
  const services = init.anonymous ? await silentIdentify() : await ownServices(init)
  const libp2p = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', init.peerSeed),
    // one name for all: neither version nor platform is anybody's business
    nodeInfo: { name: 'sotto', version: '1', userAgent: 'sotto' },
    logger: quiet(),
    ...(init.metrics === undefined ? {} : { metrics: init.metrics }),
    addresses: { listen: init.listen.filter(isFirst) },
    transports: await firstTransports(init),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(muxer)],
    datastore: new BoundedDatastore(),
    // kad-dht tells of no volunteer whose addresses the book has forgotten, and of none at all when it forgot one of them
    ...(init.resident ? { peerStore: { maxAddressAge: PROVIDER_ADDRESSES_MS, maxPeerAge: PROVIDER_ADDRESSES_MS } } : {}),
    connectionManager: connectionManager(init),
    connectionMonitor: { enabled: !init.anonymous, pingInterval: 30_000 },
    connectionGater: gater(init.loopbackOnly),
    services: { ...services, door: (all: HostComponents) => { components = all; return {} } }
  } as Libp2pOptions)
  if (components === undefined) throw new Error('libp2p made no components')
  return { libp2p, components }
}

const muxer = {
  maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
  maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
  // two windows: what was under way when we paused must still fit
  streamOptions: { maxStreamWindowSize: YAMUX_WINDOW_BYTES, maxReadBufferLength: 2 * YAMUX_WINDOW_BYTES }
}

async function firstTransports (init: HostInit): Promise<Transports> {
  if (init.transports === 'memory') {
    const { memory } = await import('@libp2p/memory')
    return [memory()]
  }
  const { circuitRelayTransport, webSockets } = await import('./libraries.ts')
  const calm: Transports[number] = components => calmWebSockets(webSockets()(components))
  if (platform.name === 'browser') return [calm, circuitRelayTransport()]
  const { tcp } = await import('@libp2p/tcp')
  const { steadyPort } = init
  return [steadyPort === undefined ? tcp() : components => steadyPort.around(tcp()(components) as ReturnType<Transports[number]> & Parameters<SteadyPort['around']>[0]), calm, circuitRelayTransport()]
}

/** The relay transport insists on identify; a throw-away host must not answer or ask it. */
async function silentIdentify (): Promise<NonNullable<Libp2pOptions['services']>> {
  const { serviceCapabilities } = await import('./libraries.ts')
  return { silence: () => ({ [serviceCapabilities]: ['@libp2p/identify'] }) }
}

async function ownServices (init: HostInit): Promise<NonNullable<Libp2pOptions['services']>> {
  const { identify, identifyPush, ping } = await import('./libraries.ts')
  const basic = { identify: identify(), identifyPush: identifyPush(), ping: ping() }
  // a page is connected first, and joins the DHT then (late-dht.ts)
  if (init.transports === 'memory' || platform.name === 'browser') return basic
  return { ...basic, ...await overlays(init), ...(init.resident ? await relayServer(init.limits) : {}) }
}

async function relayServer ({ relayBytes = RELAY_DATA_BYTES, relayMs = RELAY_DURATION_MS, relayPlaces = RELAY_RESERVATIONS }: Partial<HostLimits> = {}): Promise<NonNullable<Libp2pOptions['services']>> {
  const { circuitRelayServer } = await import('@libp2p/circuit-relay-v2')
  return {
    relay: circuitRelayServer({
      reservations: { maxReservations: relayPlaces, applyDefaultLimit: true, defaultDataLimit: relayBytes, defaultDurationLimit: relayMs }
    })
  }
}

function connectionManager (init: HostInit): NonNullable<Libp2pOptions['connectionManager']> {
  return {
    maxConnections: 2 * (init.limits?.maxConnections ?? MAX_CONNECTIONS), // beyond it whoever comes is refused: crowd.ts keeps us below
    inboundConnectionThreshold: init.limits?.inboundPerSecond ?? (init.loopbackOnly ? INBOUND_PER_SECOND_LOOPBACK : INBOUND_PER_SECOND),
    maxIncomingPendingConnections: init.limits?.maxPendingInbound ?? MAX_PENDING_INBOUND,
    maxParallelDials: MAX_PARALLEL_DIALS,
    maxPeerAddrsToDial: MAX_DIAL_ADDRESSES,
    dialTimeout: DIAL_TIMEOUT_MS,
    addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
    inboundUpgradeTimeout: INBOUND_UPGRADE_TIMEOUT_MS,
    addressSorter: (a, b) => dialCompare(a.multiaddr.toString(), b.multiaddr.toString(), init.subnets?.()),
    // a name cannot be shown to lead to loopback before it is asked for; and the resolver of a page asks strangers over HTTPS: do not ask
    ...(init.loopbackOnly || platform.name === 'browser' ? { resolvers: {} } : {})
  }
}
