/**
 * The network on libp2p.
 *
 * Invariants: handlers may be registered at any time and outlive a restart; after `stop()` no stream, timer or listener
 * of ours is left; no error or log line names a peer together with what was said to it.
 */
import { TypedEventEmitter } from 'main-event'
import { platform } from '#platform'
import { DIAL_TIMEOUT_MS, DOUBLED_PING_MS, MAX_CONNECTIONS, RELAYS_WANTED } from '../config.ts'
import { NodeError, UnreachableError, UsageError } from '../errors.ts'
import { publicKeyOf, sign, verify } from '../identity/ed25519.ts'
import { guardAgainstStrayErrors } from '../platform/guard.ts'
import { dialOrder, isLoopbackOnly, isRelayed, relayOf, scopeOf, shareOrder } from './addresses.ts'
import { AnonymousHosts } from './anonymous.ts'
import { Crowd } from './crowd.ts'
import { Directory } from './known-peers.ts'
import { HostDht } from './dht.ts'
import { Dialer } from './dialer.ts'
import { createHost } from './host.ts'
import { hangUp } from './hang-up.ts'
import { InboundStreams } from './inbound-streams.ts'
import { Joiner } from './join.ts'
import { findOnLan } from './lan.ts'
import { joinDht } from './late-dht.ts'
import { sweepPeerBook } from './peer-book.ts'
import { paceWalks } from './paced-walks.ts'
import { formatPeerId, parsePeerId } from './peer-id.ts'
import { PUBLIC_BOOTSTRAP } from './overlay.ts'
import { endDead } from './liveness.ts'
import { ownSubnets } from './moves.ts'
import { mindRelayPlaces } from './relay-places.ts'
import { Reach } from './reach.ts'
import { SteadyPort } from './steady-port.ts'
import { addWebRTC } from './webrtc.ts'
import type { HostMetrics } from '#metrics'
import type { Host, HostLimits } from './host.ts'
import type { ConnectionView, Dht, FrameStream, HandleOptions, Network, NetworkEvents, OpenOptions, PeerPlace, Reachability, ReachView, RecordRules, StreamHandler } from './index.ts'
import type { PacedWalks } from './paced-walks.ts'
import type { Components } from '../components.ts'
import type { Connection, IdentifyResult, PeerId } from '@libp2p/interface'

export type NetworkComponents = Pick<Components, 'clock' | 'logger'> & Partial<Pick<Components, 'store'>>

export interface NetworkInit {
  /** 32-byte Ed25519 seed of the PeerId */
  peerSeed: Uint8Array
  /** public: joins the IPFS DHT by its usual bootstrap list. local: only `bootstrap`, the LAN, and what is dialled. */
  mode: 'public' | 'local'
  /** multiaddrs; all loopback means that only loopback is ever contacted */
  listen: string[]
  /** multiaddrs with /p2p to join by */
  bootstrap: string[]
  /** A personal node: serves as relay, and in `local` mode as DHT server. */
  resident: boolean
  /** memory: only peers in this process, for tests. Default all. */
  transports?: 'all' | 'memory'
  /** Overrides what `listen` says. */
  loopbackOnly?: boolean
  limits?: Partial<HostLimits>
  /** Looks for peers on the LAN by mDNS. Default true, and never on loopback only. */
  lan?: boolean
  /** Instead of the public bootstrap list, in mode `public`. */
  publicBootstrap?: string[]
  /** What the DHT may keep and return. Without it, no records. */
  records?: RecordRules
  /** How many relays to keep a place at, whatever the evidence says; for tests on one machine. */
  relays?: number
  /** Counts what libp2p does, for `metrics()`; loaded only when asked for. */
  metrics?: boolean
}

export function createNetwork (components: NetworkComponents, init: NetworkInit): Network {
  return new Libp2pNetwork(components, init)
}

type Running = Host & { dialer: Dialer, crowd: Crowd, reach: Reach }

class Libp2pNetwork extends TypedEventEmitter<NetworkEvents> implements Network {
  readonly peerId: string
  readonly dht: Dht = new HostDht(() => this.#host === undefined ? undefined : { libp2p: this.#host.libp2p, signal: this.#running.signal })
  readonly #components: NetworkComponents
  readonly #init: NetworkInit
  readonly #loopbackOnly: boolean
  readonly #inbound: InboundStreams
  readonly #anonymous: AnonymousHosts
  readonly #known = new Directory()
  #host: Running | undefined
  #findRelays: ((signal: AbortSignal) => Promise<PeerPlace[]>) | undefined
  #running = new AbortController()
  #unguard: (() => void) | undefined
  #widening: Promise<Array<() => Promise<void>>> | undefined
  #joiner: Joiner | undefined
  #walks: PacedWalks | undefined
  #metrics: HostMetrics | undefined
  #reachability: Reachability = 'offline'
  /** addresses as last announced */
  #announced = ''

  constructor (components: NetworkComponents, init: NetworkInit) {
    super()
    if (init.peerSeed.byteLength !== 32) throw new UsageError('BAD_ARGUMENT', 'a PeerId has a seed of 32 bytes')
    this.peerId = formatPeerId(publicKeyOf(init.peerSeed))
    this.#components = components
    this.#init = init
    this.#loopbackOnly = init.loopbackOnly ?? isLoopbackOnly(init.listen)
    this.#inbound = new InboundStreams(components)
    this.#anonymous = new AnonymousHosts(components, { loopbackOnly: this.#loopbackOnly, transports: init.transports ?? 'all' })
  }

  get reachability (): Reachability {
    return this.#reachability
  }

  addresses (): string[] {
    const all = this.#host?.libp2p.getMultiaddrs().map(address => address.toString()) ?? []
    // the library also takes places by itself, and gives every address of the relay for it. To a page its own node on this machine is one
    const isIdle = (address: string): boolean => !this.#loopbackOnly && platform.name === 'node' && isRelayed(address) && scopeOf(address) === 'loopback'
    return shareOrder(this.peerId, all.filter(address => !isIdle(address)))
  }

  connections (): ConnectionView[] {
    return (this.#host?.libp2p.getConnections() ?? []).map(connection => viewOf(connection, this.#host?.reach))
  }

  reach (): ReachView {
    return this.#host?.reach.view() ?? { reachability: 'offline', why: 'none', confirmed: [], observed: [], router: { state: 'off', ports: [] }, relays: [], relaysWanted: 0 }
  }

  findRelaysBy (find: (signal: AbortSignal) => Promise<PeerPlace[]>): void {
    this.#findRelays = find
    this.#host?.reach.believe()
  }

  async metrics (): Promise<string> {
    return await this.#metrics?.text() ?? ''
  }

  isConnected (peerId: string): boolean {
    return this.#host?.libp2p.getConnections().some(connection => connection.status === 'open' && connection.remotePeer.toString() === peerId) ?? false
  }

  peersSupporting (protocol: string): PeerPlace[] {
    return this.#known.supporting(protocol).filter(place => this.isConnected(place.peerId))
  }

  async handle (protocol: string, handler: StreamHandler, options: HandleOptions): Promise<void> {
    this.#inbound.add(protocol, handler, options)
    if (this.#host !== undefined) await this.#inbound.register(this.#host.libp2p, protocol)
  }

  async open (place: PeerPlace, protocol: string, options: OpenOptions = {}): Promise<FrameStream> {
    if (place.peerId === this.peerId) throw new UnreachableError('UNREACHABLE', 'a node does not dial itself')
    const { crowd, dialer } = this.#started()
    crowd.want(place.peerId)
    return dialer.open(place, protocol, this.#signal(options))
  }

  async openAnonymous (place: PeerPlace, protocol: string, scope: string, options: OpenOptions = {}): Promise<FrameStream> {
    this.#started()
    return this.#anonymous.open(place, protocol, scope, this.#signal(options))
  }

  async sign (bytes: Uint8Array): Promise<Uint8Array> {
    return sign(this.#init.peerSeed, bytes)
  }

  async verify (peerId: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const key = parsePeerId(peerId)
    return key !== undefined && verify(key, bytes, signature)
  }

  async start (): Promise<void> {
    if (this.#host !== undefined) return
    this.#running = new AbortController()
    const isMemory = this.#init.transports === 'memory'
    const steadyPort = new SteadyPort()
    if (this.#init.metrics === true) this.#metrics ??= await (await import('#metrics')).createMetrics()
    const host = await createHost({
      peerSeed: this.#init.peerSeed,
      listen: this.#init.listen,
      loopbackOnly: this.#loopbackOnly,
      transports: this.#init.transports ?? 'all',
      mode: this.#init.mode,
      resident: this.#init.resident,
      anonymous: false,
      limits: this.#init.limits,
      records: this.#init.records,
      ...(isMemory || this.#loopbackOnly ? {} : { steadyPort, subnets: ownSubnets }),
      metrics: this.#metrics?.service
    })
    const { signal } = this.#running
    const walks = this.#walks = paceWalks(this.#components.clock, host)
    signal.addEventListener('abort', platform.onReturn(() => { if (this.connections().length === 0) this.hurry() }), { once: true })
    const crowd = new Crowd(host, this.#init.limits?.maxConnections ?? MAX_CONNECTIONS)
    mindRelayPlaces(host, crowd)
    const reach: Reach = new Reach(this.#components, host, signal, {
      mode: this.#init.mode,
      resident: this.#init.resident,
      loopbackOnly: this.#loopbackOnly || isMemory,
      webrtc: this.#init.listen.some(address => address.startsWith('/webrtc')),
      relays: this.#init.relays ?? (platform.name === 'browser' ? RELAYS_WANTED : undefined),
      steadyPort,
      known: this.#known,
      dial: async (place, until) => this.#reachOut(place, until),
      findRelays: () => this.#findRelays,
      hurryWalk: walks.hurry,
      changed: () => { this.#look() },
      moved: () => { this.#moved() }
    })
    const dialer = new Dialer(host, this.#components.clock, { running: signal, upgrades: reach.upgrades, subnets: ownSubnets })
    this.#listen(host, crowd, reach)
    await this.#inbound.registerAll(host.libp2p)
    try {
      await host.libp2p.start()
    } catch (error) {
      throw startError(error)
    }
    this.#host = { ...host, crowd, dialer, reach }
    this.#unguard = guardAgainstStrayErrors(() => { this.#components.logger.scope('network')('a socket failed after it was given up') })
    if (!this.#loopbackOnly) reach.trustInterfaces()
    this.#look()
    if (!isMemory) this.#widening = this.#widen(host, reach, signal)
  }

  /** A dial that is worth a try, and no more. */
  async #reachOut ({ peerId, addresses }: PeerPlace, until: AbortSignal): Promise<void> {
    const order = dialOrder(peerId, addresses, ownSubnets()).filter(address => !isRelayed(address))
    const { multiaddr } = await import('@multiformats/multiaddr')
    try {
      if (order.length > 0) await this.#host?.libp2p.dial(order.map(address => multiaddr(address)), { signal: AbortSignal.any([until, AbortSignal.timeout(DIAL_TIMEOUT_MS)]) })
    } catch {
      // somebody else may be there
    }
  }

  #moved (): void {
    this.#host?.dialer.forget()
    this.hurry()
  }

  hurry (): void {
    this.#joiner?.hurry()
    this.#walks?.hurry()
    this.#host?.reach.believe()
    this.safeDispatchEvent('network:change')
  }

  /** What is not needed to be up: WebRTC, the LAN, the bootstrap list, in a page the DHT. Failing here leaves a node that still works. */
  async #widen (host: Host, reach: Reach, running: AbortSignal): Promise<Array<() => Promise<void>>> {
    const log = this.#components.logger.scope('network')
    const ends: Array<() => Promise<void>> = []
    sweepPeerBook(this.#components.clock, host, running)
    this.#joiner = new Joiner(this.#components, host, this.#bootstrap(), running)
    // the rest of the code is better fetched once a page is connected
    if (platform.name === 'browser') await this.#joiner.first()
    try {
      if (platform.name === 'browser' && !running.aborted) ends.push(await joinDht(host, { mode: this.#init.mode, resident: this.#init.resident, loopbackOnly: this.#loopbackOnly, records: this.#init.records }))
      ends.push(await addWebRTC(this.#components, host, { listen: this.#init.listen, loopbackOnly: this.#loopbackOnly }))
      if (!running.aborted && !this.#loopbackOnly && this.#init.lan !== false && platform.name === 'node') ends.push(await findOnLan(host, running))
    } catch (error) {
      log.error('WebRTC, the DHT or the LAN is not available: %s', error instanceof Error ? error.message : 'unknown')
    }
    this.#joiner.start()
    await reach.start()
    return [...ends, async () => reach.stop()]
  }

  #bootstrap (): string[] {
    // a page reaches none of the public list: it has neither TCP nor a resolver
    if (this.#init.mode === 'local' || this.#loopbackOnly || platform.name === 'browser') return this.#init.bootstrap
    return [...this.#init.bootstrap, ...(this.#init.publicBootstrap ?? PUBLIC_BOOTSTRAP)]
  }

  async stop (): Promise<void> {
    const host = this.#host
    if (host === undefined) return
    this.#host = undefined
    this.#running.abort(new NodeError('NETWORK_STOPPED', 'the network was stopped'))
    this.#inbound.abortAll()
    await this.#anonymous.stop()
    const ends = await this.#widening ?? []
    await hangUp(host.libp2p)
    await host.libp2p.stop()
    for (const end of ends) await end()
    this.#known.clear()
    this.#unguard?.()
  }

  #started (): Running {
    if (this.#host === undefined) throw new NodeError('NETWORK_STOPPED', 'the network is not running')
    return this.#host
  }

  #signal (options: OpenOptions): AbortSignal {
    return options.signal === undefined ? this.#running.signal : AbortSignal.any([this.#running.signal, options.signal])
  }

  /** Listeners live as long as the host, which `stop()` drops. */
  #listen ({ libp2p }: Host, crowd: Crowd, reach: Reach): void {
    const { signal } = this.#running
    const options = { signal }
    libp2p.addEventListener('peer:connect', ({ detail }: CustomEvent<PeerId>) => {
      this.safeDispatchEvent('peer:connect', { detail: { peerId: detail.toString() } })
      this.#look()
    }, options)
    libp2p.addEventListener('connection:open', ({ detail }: CustomEvent<Connection>) => {
      crowd.trim(detail)
      const others = libp2p.getConnections(detail.remotePeer).filter(connection => connection !== detail)
      reach.opened(detail, others)
      // who comes anew may have moved: what came from the old place looks open for minutes
      endDead(others, DOUBLED_PING_MS, signal).catch(() => {})
      const relayed = others.some(connection => connection.limits !== undefined)
      if (relayed && detail.limits === undefined) this.safeDispatchEvent('peer:direct', { detail: { peerId: detail.remotePeer.toString() } })
    }, options)
    libp2p.addEventListener('peer:disconnect', ({ detail }: CustomEvent<PeerId>) => {
      this.#known.forget(detail.toString())
      this.safeDispatchEvent('peer:disconnect', { detail: { peerId: detail.toString() } })
      this.#look()
    }, options)
    libp2p.addEventListener('peer:identify', ({ detail }: CustomEvent<IdentifyResult>) => {
      const peerId = detail.peerId.toString()
      const protocols = this.#known.learn(peerId, detail.protocols, this.#addressesOf(detail, detail.connection))
      reach.learn(detail)
      this.safeDispatchEvent('peer:identify', { detail: { peerId, protocols } })
    }, options)
    // the first comes at once, the second after a second or so
    libp2p.addEventListener('transport:listening', () => { this.#look() }, options)
    libp2p.addEventListener('transport:close', () => { this.#look() }, options)
    libp2p.addEventListener('self:peer:update', () => { this.#look() }, options)
  }

  /** What a peer says of its addresses, after the one by which we reached it. */
  #addressesOf (result: IdentifyResult, connection: Connection): string[] {
    const announced = result.listenAddrs.map(address => address.toString())
    return connection.direction === 'outbound' ? [connection.remoteAddr.toString(), ...announced] : announced
  }

  /** Looks at what has changed, and says it once. */
  #look (): void {
    if (this.#host === undefined) return
    const addresses = this.addresses()
    if (addresses.join(' ') !== this.#announced) {
      this.#announced = addresses.join(' ')
      this.safeDispatchEvent('addresses:change', { detail: { addresses } })
    }
    const { reachability } = this.#host.reach.judge()
    if (reachability === this.#reachability) return
    this.#reachability = reachability
    this.#host.reach.believe()
    this.safeDispatchEvent('reachability:change', { detail: { reachability } })
  }
}

function viewOf (connection: Connection, reach: Reach | undefined): ConnectionView {
  const address = connection.remoteAddr.toString()
  const peerId = connection.remotePeer.toString()
  const direct = connection.direct && connection.limits === undefined
  const relay = direct ? undefined : relayOf(address)
  return { peerId, address, direction: connection.direction, direct, ...(relay === undefined ? {} : { relay, why: reach?.upgrades.why(peerId) ?? 'no-address' }) }
}

function startError (error: unknown): NodeError {
  const text = error instanceof Error ? error.message : String(error)
  if (/EADDRINUSE|already in use/i.test(text)) {
    return new NodeError('PORT_IN_USE', 'another program listens on this port', { cause: error, hint: 'Choose another port, or port 0 for a free one.' })
  }
  return new NodeError('UNREACHABLE', 'the network could not be started', { cause: error, hint: 'Check the addresses to listen on.' })
}
