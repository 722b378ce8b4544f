/**
 * Makes this node reachable, as far as its network allows: asks the router for a port, others to call back, relays for a place,
 * and makes ways through two routers. And says what came of it. A node that keeps to loopback does none of this.
 *
 * Invariants: nobody is asked but peers that this node is connected to, and its own router; no STUN or TURN server, ever.
 */
import { platform } from '#platform'
import { CALLED_MS, DIRECT_SETTLE_MS, MOVED_PING_MS, RELAYS_WANTED, RELAY_DELAY_MS } from '../config.ts'
import { UnreachableError } from '../errors.ts'
import { isNear, isRelayed, scopeOf } from './addresses.ts'
import { CallBacks } from './call-back.ts'
import { endDead } from './liveness.ts'
import { ownSubnets, watchInterfaces } from './moves.ts'
import { Observed } from './observed.ts'
import { judge } from './reachability.ts'
import { HOP, RelayKeeper } from './relays.ts'
import { Router } from './router.ts'
import { Upgrades } from './upgrades.ts'
import type { Host } from './host.ts'
import type { Directory } from './known-peers.ts'
import type { PeerPlace, ReachView } from './index.ts'
import type { Evidence, Judgement, OwnAddress } from './reachability.ts'
import type { SteadyPort } from './steady-port.ts'
import type { Clock, Logger } from '../components.ts'
import type { Connection, IdentifyResult } from '@libp2p/interface'

export interface ReachInit {
  mode: 'public' | 'local'
  resident: boolean
  loopbackOnly: boolean
  /** WebRTC is listened on. */
  webrtc: boolean
  /** Instead of what the evidence asks for; then places on loopback count. */
  relays: number | undefined
  steadyPort: SteadyPort
  known: Directory
  dial: (place: PeerPlace, signal: AbortSignal) => Promise<void>
  /** finds peers that offer places, beside those that are connected */
  findRelays: () => ((signal: AbortSignal) => Promise<PeerPlace[]>) | undefined
  /** the next walk through the DHT begins now */
  hurryWalk: () => void
  /** own addresses, or what is believed of them, may have changed */
  changed: () => void
  /** this machine is in another network, and its dead connections are gone */
  moved: () => void
}

/** Peers taken from one walk through the public DHT. */
const MAX_WALK = 6
/** How long such a walk may last, ms. */
const WALK_MS = 10_000

export class Reach {
  readonly upgrades = new Upgrades()
  readonly #host: Host
  readonly #clock: Clock
  readonly #log: Logger
  readonly #init: ReachInit
  readonly #running: AbortSignal
  readonly #observed: Observed
  readonly #relays: RelayKeeper
  readonly #ends: Array<() => Promise<void>> = []
  #router: Router | undefined
  #callBacks: CallBacks | undefined
  #calledUntil = 0
  #guessed: { internal: string, port: number, external: string } | undefined
  #settled: boolean

  constructor (components: { clock: Clock, logger: Logger }, host: Host, running: AbortSignal, init: ReachInit) {
    this.#host = host
    this.#clock = components.clock
    this.#log = components.logger.scope('network')
    this.#init = init
    this.#running = running
    this.#observed = new Observed(init.steadyPort.port)
    this.#settled = init.resident || platform.name === 'browser' // a page stays for longer than a command
    this.#relays = new RelayKeeper(host, components.clock, running, {
      wanted: () => this.#wanted(),
      offering: () => this.#offering(),
      dial: init.dial,
      sources: [async signal => await init.findRelays()?.(signal) ?? [], async signal => this.#walk(signal)],
      changed: init.changed,
      webrtc: init.webrtc,
      near: init.relays !== undefined
    })
  }

  /** What takes a while to load, once the host runs. A part that fails leaves the others. */
  async start (): Promise<void> {
    const { loopbackOnly, relays, resident, mode } = this.#init
    if (!loopbackOnly) {
      this.trustInterfaces()
      watchInterfaces(this.#clock, this.#running, gained => { this.#moved(gained).catch(() => {}) })
      // a page has no port that a router could let through: what is direct there goes by WebRTC
      if (platform.name !== 'browser') await this.#try(async () => { this.#ends.push(await (await import('./punch.ts')).addHolePunching(this.#host, this.#observed, this.upgrades)) })
      if (resident) {
        await this.#try(async () => {
          const { callBacks, end } = await CallBacks.start(this.#host, this.#clock, mode === 'public' ? 'libp2p' : 'sotto', protocol => this.#connectionsTo(protocol))
          this.#callBacks = callBacks
          this.#ends.push(end)
        })
        await this.#try(async () => {
          const router = new Router(this.#host, () => { this.#proveAgain() })
          this.#ends.push(async () => router.stop())
          await router.start()
          this.#router = router
        })
      } else {
        const cancel = this.#clock.after(RELAY_DELAY_MS, () => { this.#settled = true; this.#relays.hurry() })
        this.#running.addEventListener('abort', cancel, { once: true })
      }
    }
    if (!loopbackOnly || relays !== undefined) this.#relays.hurry()
  }

  async stop (): Promise<void> {
    for (const end of this.#ends.splice(0)) await end()
  }

  /** Somebody told us who they are, and how they see us. */
  learn ({ observedAddr, connection, protocols, peerId }: IdentifyResult): void {
    if (this.#init.loopbackOnly && this.#init.relays === undefined) return
    if (observedAddr !== undefined && connection.direct && connection.limits === undefined && !this.upgrades.isPunched(connection)) {
      this.#observed.learn(peerId.toString(), observedAddr.toString(), this.#init.steadyPort.has(connection))
      this.#guess()
    }
    if (protocols.includes(HOP) && this.#wanted() > this.#relays.places().length) this.#relays.hurry()
  }

  /** A connection is open, beside others of the same peer. */
  opened (connection: Connection, others: readonly Connection[]): void {
    const isRelay = ({ direct, limits }: Connection): boolean => !direct || limits !== undefined
    if (!isRelay(connection) && others.some(isRelay)) {
      // what is under way may end; then all there is to say takes the direct way
      const cancel = this.#clock.after(DIRECT_SETTLE_MS, () => {
        if (connection.status !== 'open') return
        for (const other of this.#host.libp2p.getConnections(connection.remotePeer).filter(isRelay)) other.close().catch(() => {})
      })
      connection.addEventListener('close', cancel, { once: true })
    }
    if (connection.direction !== 'inbound' || !connection.direct || connection.limits !== undefined) return
    const address = connection.remoteAddr.toString()
    // a neighbour with a public address is still a neighbour: IPv6 has no others
    if (scopeOf(address) !== 'public' || isNear(address, ownSubnets()) || this.upgrades.isPunched(connection) || this.#init.steadyPort.has(connection)) return
    this.#calledUntil = this.#clock.now() + CALLED_MS
  }

  judge (): Judgement { return judge(this.#evidence()) }

  view (): ReachView {
    const { reachability, why } = this.judge()
    const own = this.#addresses().filter(({ address }) => !isRelayed(address) && ['public', 'name'].includes(scopeOf(address)))
    return {
      reachability,
      why,
      confirmed: own.filter(({ proved }) => proved).map(({ address }) => address),
      observed: this.#observed.meeting(),
      router: this.#router?.view ?? { state: 'off', ports: [] },
      relays: this.#relays.places(),
      relaysWanted: this.#wanted()
    }
  }

  /** The belief changed: relays may be wanted now, or not any more. */
  believe (): void { this.#relays.hurry() }

  /**
   * A public IPv4 address on an interface of one's own is believed at once: nobody could be told of a first node otherwise. Others
   * may prove the contrary. Not so IPv6, where most such addresses stand behind a router that lets nobody in.
   */
  trustInterfaces (): void {
    const { addressManager, transportManager } = this.#host.components
    for (const address of transportManager.getAddrs()) {
      const text = address.toString()
      if (text.startsWith('/ip4/') && scopeOf(text) === 'public' && !isRelayed(text)) addressManager.confirmObservedAddr(address, { type: 'transport', ttl: 1 })
    }
  }

  #evidence (): Evidence {
    return {
      loopbackOnly: this.#init.loopbackOnly,
      addresses: this.#addresses(),
      connections: this.#host.libp2p.getConnections().length,
      called: this.#clock.now() < this.#calledUntil,
      refused: this.#callBacks?.refused ?? false,
      mapped: this.#router?.view.state ?? 'off'
    }
  }

  #addresses (): OwnAddress[] {
    return this.#host.components.addressManager.getAddressesWithMetadata().map(({ multiaddr, type, verified }) => ({
      address: multiaddr.toString(),
      kind: type === 'observed' ? 'observed' : type === 'ip-mapping' ? 'mapped' : 'bound',
      proved: verified
    }))
  }

  #wanted (): number {
    if (this.#init.relays !== undefined) return this.#init.relays
    if (this.#init.loopbackOnly || !this.#settled) return 0
    const { reachability } = this.judge()
    return reachability === 'lan' || reachability === 'unknown' ? RELAYS_WANTED : 0
  }

  /** Connected peers that give places, and that others could reach: our own kind first, its limits are wider. */
  #offering (): PeerPlace[] {
    const isAnywhere = this.#init.relays !== undefined
    const places = this.#init.known.supporting(HOP).filter(({ peerId, addresses }) => {
      const connections = this.#connections(peerId)
      // where somebody came from, or was met halfway, nobody else finds anybody
      const misleading = new Set(connections.filter(connection => connection.direction === 'inbound' || this.upgrades.isPunched(connection)).map(({ remoteAddr }) => remoteAddr.toString()))
      const isFar = (address: string): boolean => ['public', 'name'].includes(scopeOf(address)) && !isRelayed(address) && !misleading.has(address)
      return connections.length > 0 && (isAnywhere || addresses.some(isFar) || this.#isBeyond(connections))
    })
    return places.sort((a, b) => Number(this.#init.known.isOurKind(b.peerId)) - Number(this.#init.known.isOurKind(a.peerId)))
  }

  /** A LAN may lie behind another one: there it is where our own dials found it. */
  #isBeyond (connections: readonly Connection[]): boolean {
    const subnets = ownSubnets()
    const isOuter = (address: string): boolean => scopeOf(address) === 'lan' && !isNear(address, subnets)
    return connections.some(connection => connection.direction === 'outbound' && !this.upgrades.isPunched(connection) && isOuter(connection.remoteAddr.toString()))
  }

  #connections (peerId: string): Connection[] {
    return this.#host.libp2p.getConnections().filter(connection => connection.status === 'open' && connection.limits === undefined && connection.remotePeer.toString() === peerId)
  }

  #connectionsTo (protocol: string): Connection[] {
    return this.#init.known.supporting(protocol).flatMap(({ peerId }) => this.#connections(peerId).slice(0, 1))
  }

  /** On the public network most who serve the DHT also give places; elsewhere volunteers say so in the directory. */
  async #walk (signal: AbortSignal): Promise<PeerPlace[]> {
    if (this.#init.mode !== 'public') return []
    const found: PeerPlace[] = []
    this.#init.hurryWalk() // how often we walk, the search says
    try {
      for await (const { id, multiaddrs } of this.#host.components.randomWalk.walk({ signal: AbortSignal.any([signal, AbortSignal.timeout(WALK_MS)]) })) {
        found.push({ peerId: id.toString(), addresses: multiaddrs.map(address => address.toString()) })
        if (found.length >= MAX_WALK) break
      }
    } catch {
      // given up: what was found until then will do
    }
    return found
  }

  /** Somebody may have told the router by hand to forward our port, or it gives us the address one to one: others find out. */
  #guess (): void {
    const [external] = this.#observed.ips()
    const local = this.#host.components.transportManager.getAddrs().map(address => /^\/ip4\/([^/]+)\/tcp\/(\d+)$/.exec(address.toString())).find(match => scopeOf(match?.[0] ?? '') === 'lan')
    const [, internal, port] = local ?? []
    if (this.#callBacks === undefined || external === undefined || internal === undefined || this.#router?.view.state === 'mapped') return
    if (this.#guessed?.internal !== internal || this.#guessed.external !== external) {
      this.#forgetGuess()
      this.#guessed = { internal, port: Number(port), external }
      this.#host.components.addressManager.addPublicAddressMapping(internal, Number(port), external, Number(port), 'tcp')
    }
    this.#callBacks.prove()
  }

  #forgetGuess (): void {
    if (this.#guessed === undefined) return
    const { internal, port, external } = this.#guessed
    this.#guessed = undefined
    this.#host.components.addressManager.removePublicAddressMapping(internal, port, external, port, 'tcp')
  }

  #proveAgain (): void {
    const ports = this.#router?.view.ports ?? []
    // what the router says is better than a guess, and may be the same
    if (this.#guessed !== undefined && ports.length > 0 && !ports.some(({ external, port }) => external === this.#guessed?.external && port === this.#guessed.port)) this.#forgetGuess()
    this.#callBacks?.prove()
    this.#init.changed()
  }

  async #moved (gained: boolean): Promise<void> {
    this.#log('the addresses of this machine changed')
    this.#calledUntil = 0
    this.#observed.clear()
    this.#forgetGuess()
    this.#callBacks?.clear()
    this.upgrades.clear()
    this.trustInterfaces()
    const { events, transportManager } = this.#host.components
    // the library looks at the interfaces when it is asked, but tells others only after this
    const [listener] = transportManager.getListeners()
    if (listener !== undefined) events.safeDispatchEvent('transport:listening', { detail: listener })
    this.#init.changed()
    this.#router?.renew().catch(() => {})
    // what left from an address that is gone is dead; of the rest nobody knows before it was asked
    const gone = this.#endGone()
    if (gained && gone > 0) this.#init.moved()
    await endDead(this.#host.libp2p.getConnections(), MOVED_PING_MS, this.#running)
    if (this.#running.aborted) return
    if (gained) this.#init.moved()
    this.#relays.hurry()
  }

  #endGone (): number {
    const own = new Set(platform.interfaces().map(({ address }) => address))
    const gone = this.#host.libp2p.getConnections().filter(connection => {
      const from = this.#init.steadyPort.from(connection)
      return from !== undefined && !own.has(from) && scopeOf(`/ip${from.includes(':') ? 6 : 4}/${from}`) !== 'loopback'
    })
    for (const connection of gone) connection.abort(new UnreachableError('UNREACHABLE', 'this machine left the network that it came through'))
    return gone.length
  }

  async #try (run: () => Promise<void>): Promise<void> {
    if (this.#running.aborted) return
    try {
      await run()
    } catch (error) {
      this.#log.error('a way to be reached is not available: %s', error instanceof Error ? error.message : 'unknown')
    }
  }
}
