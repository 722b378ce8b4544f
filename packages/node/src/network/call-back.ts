/**
 * Asks others to call back at addresses that may be ours (AutoNAT), and does the same for them. The library asks a peer only
 * when it connects, counts relayed addresses as its own, and answers over the connection that is there instead of a new one:
 * all three are mended here.
 */
import { PROVED_MS, PROVE_MS } from '../config.ts'
import { isRelayed, scopeOf } from './addresses.ts'
import type { Host } from './host.ts'
import type { Clock } from '../components.ts'
import type { Connection } from '@libp2p/interface'

interface Service {
  verifyExternalAddresses (connection: Connection): Promise<void>
  /** by address; private in the library's types */
  dialResults?: Map<string, { failure: number }>
}

export class CallBacks {
  readonly #host: Host
  readonly #clock: Clock
  readonly #service: Service
  readonly #offering: () => Connection[]
  #cancel: (() => void) | undefined
  #refused = false

  private constructor (host: Host, clock: Clock, service: Service, offering: () => Connection[]) {
    this.#host = host
    this.#clock = clock
    this.#service = service
    this.#offering = offering
  }

  /** @param prefix of the protocol: `libp2p` on the public network; on a local one only peers of our own are asked */
  static async start (host: Host, clock: Clock, prefix: string, offering: (protocol: string) => Connection[]): Promise<{ callBacks: CallBacks, end: () => Promise<void> }> {
    const [{ autoNAT }, { start, stop }] = await Promise.all([import('@libp2p/autonat'), import('@libp2p/interface')])
    const { components } = host
    const service = autoNAT({ protocolPrefix: prefix, timeout: 8_000 })({
      registrar: components.registrar,
      transportManager: components.transportManager,
      logger: components.logger,
      peerId: components.peerId,
      peerStore: components.peerStore,
      events: components.events,
      randomWalk: components.randomWalk,
      addressManager: Object.assign(Object.create(components.addressManager), {
        getAddresses: () => components.addressManager.getAddresses(),
        getAddressesWithMetadata: () => components.addressManager.getAddressesWithMetadata().filter(({ multiaddr }) => !isRelayed(multiaddr.toString()))
      }),
      connectionManager: Object.assign(Object.create(components.connectionManager), {
        getConnections: () => components.connectionManager.getConnections(),
        getMaxConnections: () => components.connectionManager.getMaxConnections(),
        isDialable: async (...args: Parameters<typeof components.connectionManager.isDialable>) => components.connectionManager.isDialable(...args),
        openConnection: async (target: Parameters<typeof components.connectionManager.openConnection>[0], options: object = {}) => components.connectionManager.openConnection(target, { ...options, force: true })
      })
    } as unknown as Parameters<ReturnType<typeof autoNAT>>[0]) as Service
    await start(service)
    const protocol = `/${prefix}/autonat/1.0.0`
    const callBacks = new CallBacks(host, clock, service, () => offering(protocol))
    return {
      callBacks,
      end: async () => {
        callBacks.#cancel?.()
        await stop(service)
      }
    }
  }

  /** Others tried to call back, and could not. */
  get refused (): boolean {
    for (const { failure } of this.#service.dialResults?.values() ?? []) if (failure > 0) this.#refused = true
    return this.#refused
  }

  /** Asks all that are connected, now and from time to time: while an address of ours is unproved, and again before a proof is old. */
  prove (): void {
    this.#cancel?.()
    const now = Date.now() // the library dates its proofs by the system's clock
    const own = this.#host.components.addressManager.getAddressesWithMetadata().filter(({ multiaddr, type }) => !isRelayed(multiaddr.toString()) && (type === 'ip-mapping' || scopeOf(multiaddr.toString()) === 'public'))
    if (own.length === 0) return
    const isDue = own.some(({ verified, expires }) => !verified || expires < now)
    if (isDue) for (const connection of this.#offering()) this.#service.verifyExternalAddresses(connection).catch(() => {}) // another may
    this.#cancel = this.#clock.after(isDue ? PROVE_MS : PROVED_MS, () => { this.prove() })
  }

  /** The network is another one. */
  clear (): void {
    this.#refused = false
    this.#service.dialResults?.clear()
  }
}
