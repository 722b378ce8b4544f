/**
 * Asks the router for a port (UPnP), and remembers what it said. A port that it forwards is proved by others (AutoNAT) before it
 * counts.
 */
import type { Host } from './host.ts'
import type { ReachView, RouterPort } from './index.ts'

interface Mapped { externalHost: string, externalPort: number, internalPort: number, protocol: string }
interface Gateway { map (port: number, host: string, options: { protocol?: string }): Promise<Mapped> }
interface Client { findGateways (options?: object): AsyncGenerator<Gateway> }
interface Service { portMappingClient: Client, mapIpAddresses (): Promise<void> }

/** Nobody answered within this time, ms: there is no router that one may ask. The library goes on asking. */
const NOBODY_MS = 6_000
/** What a router's list of ports shows for us: no name, no PeerId. */
const DESCRIPTION = 'sotto'

export class Router {
  readonly #host: Host
  readonly #changed: () => void
  #ports: RouterPort[] = []
  #state: ReachView['router']['state'] = 'searching'
  #end: (() => Promise<void>) | undefined

  /** @param changed a port came, or it is known that none will */
  constructor (host: Host, changed: () => void) {
    this.#host = host
    this.#changed = changed
  }

  get view (): ReachView['router'] {
    return { state: this.#state, ports: this.#ports.map(port => ({ ...port })) }
  }

  async start (): Promise<void> {
    const [{ uPnPNAT }, { start, stop }] = await Promise.all([import('@libp2p/upnp-nat'), import('@libp2p/interface')])
    const service = uPnPNAT({ portMappingDescription: DESCRIPTION })(this.#host.components) as unknown as Service
    this.#watch(service)
    this.#ports = []
    this.#state = 'searching'
    await start(service)
    const late = setTimeout(() => { this.#become('none', 'searching') }, NOBODY_MS)
    this.#end = async () => {
      clearTimeout(late)
      await stop(service)
    }
  }

  async stop (): Promise<void> {
    const end = this.#end
    this.#end = undefined
    await end?.()
  }

  /** The network is another one, and so is the router. */
  async renew (): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** Hears what the library asks the gateways that it finds, and what they answer. */
  #watch (service: Service): void {
    const client = service.portMappingClient
    const find = client.findGateways.bind(client)
    const found = (gateway: Gateway): void => { this.#hear(gateway, service) }
    client.findGateways = async function * (options) {
      for await (const gateway of find(options)) {
        found(gateway)
        yield gateway
      }
    }
  }

  #hear (gateway: Gateway, service: Service): void {
    const map = gateway.map.bind(gateway)
    gateway.map = async (port, host, options) => {
      try {
        const mapped = await map(port, host, options)
        const protocol = (options.protocol ?? '').toLowerCase() === 'udp' ? 'udp' : 'tcp'
        this.#ports = [...this.#ports.filter(known => known.internalPort !== port || known.protocol !== protocol), { protocol, external: mapped.externalHost, port: mapped.externalPort, internalPort: port }]
        queueMicrotask(() => { this.#become('mapped') }) // first the library takes it
        return mapped
      } catch (error) {
        this.#become('refused', 'searching', 'none')
        throw error
      }
    }
    // the library waits 5 s for addresses to settle: ours have
    setTimeout(() => { if (this.#end !== undefined) service.mapIpAddresses().catch(() => {}) }, 100)
  }

  #become (state: ReachView['router']['state'], ...from: Array<ReachView['router']['state']>): void {
    if (this.#state !== state && from.length > 0 && !from.includes(this.#state)) return
    this.#state = state
    this.#changed()
  }
}
