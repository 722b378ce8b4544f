/** How reachable we believe to be, from what is bound and who is connected. A belief: it says `public` only on evidence. */
import { isRelayed, scopeOf } from './addresses.ts'
import type { ConnectionView, Reachability } from './index.ts'

export function reachabilityOf (addresses: readonly string[], connections: readonly ConnectionView[], loopbackOnly: boolean): Reachability {
  if (loopbackOnly) return 'loopback'
  const scopes = new Set(addresses.filter(address => !isRelayed(address)).map(scopeOf))
  const calledFromFar = connections.some(connection => connection.direction === 'inbound' && connection.direct && scopeOf(connection.address) === 'public')
  if (scopes.has('public') || scopes.has('name') || calledFromFar) return 'public'
  if (scopes.has('lan')) return 'lan'
  return connections.length > 0 ? 'unknown' : 'offline'
}
