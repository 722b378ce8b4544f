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

/** What the library's TCP transport is made of: one call for the socket, one for the connection around it. */
interface Tcp extends Pick<Transport, 'dial'> {
  _connect (address: Multiaddr, options: object): Promise<{ localAddress?: string | undefined }>
}

export class SteadyPort {
  readonly port = FIRST_PORT + (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % PORTS
  readonly #dialled = new WeakSet<object>()
  readonly #from = new WeakMap<object, string>()

  /** Whether we dialled this connection from the port. */
  has (connection: Connection): boolean {
    return this.#dialled.has(connection)
  }

  /** The own address that a dialled connection left from; where that is gone, the connection is dead. */
  from (connection: Connection): string | undefined {
    return this.#from.get(connection)
  }

  /** A TCP transport whose dials to public IPv4 addresses leave from the port. */
  around<T extends Tcp> (transport: T): T {
    const dial = transport.dial.bind(transport)
    if (typeof transport._connect !== 'function') return transport // in a page nothing dials TCP
    const connect = transport._connect.bind(transport)
    const sockets = new WeakMap<object, { localAddress?: string | undefined }>()
    transport._connect = async (address, options) => {
      const socket = await connect(address, options)
      sockets.set(options, socket)
      return socket
    }
    const dialFrom = async (address: Multiaddr, options: Parameters<T['dial']>[1]): Promise<Connection> => {
      const connection = await dial(address, options)
      const from = sockets.get(options)?.localAddress
      if (from !== undefined) this.#from.set(connection, from)
      return connection
    }
    transport.dial = async (address: Multiaddr, options: Parameters<T['dial']>[1]): Promise<Connection> => {
      const text = address.toString()
      if (!text.startsWith('/ip4/') || scopeOf(text) !== 'public') return dialFrom(address, { ...options })
      try {
        const connection = await dialFrom(address, { ...options, localPort: this.port } as typeof options)
        this.#dialled.add(connection)
        return connection
      } catch (error) {
        if (!TAKEN.has((error as { code?: string }).code ?? '')) throw error
        return dialFrom(address, { ...options })
      }
    }
    return transport
  }
}
