/**
 * TCP that dials far peers from one local port. A router between us and them then shows all of them the same port (unless it
 * is of the symmetric kind), and what one peer saw of us is an address at which another can meet us halfway.
 *
 * Invariants: only the host that bears our own PeerId has such a port: throw-away hosts would be known by it; where the port
 * cannot be had, any other serves for a dial.
 */
import { scopeOf } from './addresses.ts'
import type { Connection, Transport } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Below what systems hand out by themselves (RFC 6056), above what services listen on. */
const FIRST_PORT = 16_384
const PORTS = 12_288
/** The port is taken, or still remembers a connection to the same place. */
const TAKEN = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'EINVAL'])

export class SteadyPort {
  readonly port = FIRST_PORT + (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % PORTS
  readonly #dialled = new WeakSet<object>()

  /** Whether we dialled this connection from the port. */
  has (connection: Connection): boolean {
    return this.#dialled.has(connection)
  }

  /** A TCP transport whose dials to public IPv4 addresses leave from the port. */
  around<T extends Pick<Transport, 'dial'>> (transport: T): T {
    const dial = transport.dial.bind(transport)
    transport.dial = async (address: Multiaddr, options: Parameters<Transport['dial']>[1]): Promise<Connection> => {
      const text = address.toString()
      if (!text.startsWith('/ip4/') || scopeOf(text) !== 'public') return dial(address, options)
      try {
        const connection = await dial(address, { ...options, localPort: this.port } as typeof options)
        this.#dialled.add(connection)
        return connection
      } catch (error) {
        if (!TAKEN.has((error as { code?: string }).code ?? '')) throw error
        return dial(address, options)
      }
    }
    return transport
  }
}
