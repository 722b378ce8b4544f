/**
 * Who may be dialled: nobody through a socket in the file system, which leads to the services of this machine and to no
 * peer; and a node that listens only on loopback contacts only loopback.
 */
import { scopeOf } from './addresses.ts'
import type { ConnectionGater } from '@libp2p/interface'

/**
 * Nobody but loopback can come in through what is bound to loopback, so only dials are judged. Where `loopbackOnly`, denies every
 * address whose first hop is not loopback by number; names are denied, for nobody knows where they lead.
 */
export function gater (loopbackOnly: boolean): ConnectionGater {
  const isDenied = (address: string): boolean => address.startsWith('/unix') || (loopbackOnly && scopeOf(address) !== 'loopback')
  return {
    denyDialMultiaddr: address => isDenied(address.toString()),
    // the last look, at the socket's own address: whatever led here
    denyOutboundConnection: (_peer, connection) => isDenied(connection.remoteAddr.toString())
  }
}
