/** Who may be dialled: a node that listens only on loopback contacts only loopback. */
import { scopeOf } from './addresses.ts'
import type { ConnectionGater } from '@libp2p/interface'

/**
 * Nobody but loopback can come in through what is bound to loopback, so only dials are judged. Denies every
 * address whose first hop is not loopback by number; names are denied, for nobody knows where they lead.
 */
export function loopbackGater (): ConnectionGater {
  return {
    denyDialMultiaddr: address => scopeOf(address.toString()) !== 'loopback',
    // the last look, at the socket's own address: whatever led here
    denyOutboundConnection: (_peer, connection) => scopeOf(connection.remoteAddr.toString()) !== 'loopback'
  }
}
