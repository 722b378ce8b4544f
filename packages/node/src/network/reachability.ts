/** How reachable we believe to be, and why: a pure judgement over evidence. It says `public` only on evidence. */
import { isRelayed, scopeOf } from './addresses.ts'
import type { Reachability, ReachView, ReachWhy } from './index.ts'

/** An own address: where it comes from, and whether others (or the interface itself) proved it. */
export interface OwnAddress { address: string, kind: 'bound' | 'mapped' | 'observed', proved: boolean }

export interface Evidence {
  loopbackOnly: boolean
  addresses: readonly OwnAddress[]
  /** open connections of any kind */
  connections: number
  /** somebody from far away called us, not long ago */
  called: boolean
  /** others tried to call back and could not */
  refused: boolean
  /** ports that the router forwards */
  mapped: ReachView['router']['state']
}

export interface Judgement { reachability: Reachability, why: ReachWhy }

export function judge ({ loopbackOnly, addresses, connections, called, refused, mapped }: Evidence): Judgement {
  if (loopbackOnly) return { reachability: 'loopback', why: 'loopback' }
  const direct = addresses.filter(({ address }) => !isRelayed(address))
  const far = direct.filter(({ address, proved }) => proved && ['public', 'name'].includes(scopeOf(address)))
  const isFar = (kind: OwnAddress['kind']): boolean => far.some(address => address.kind === kind)
  if (isFar('bound')) return { reachability: 'public', why: 'bound' }
  // that others confirm an address is one peer's word: it counts together with a call that came in
  if (called && isFar('mapped')) return { reachability: 'public', why: mapped === 'mapped' ? 'mapped' : 'confirmed' }
  if (called) return { reachability: 'public', why: isFar('observed') ? 'confirmed' : 'called' }
  const why = refused ? 'refused' : 'unknown'
  if (direct.some(({ address }) => scopeOf(address) === 'lan')) return { reachability: 'lan', why }
  return connections > 0 ? { reachability: 'unknown', why } : { reachability: 'offline', why: 'none' }
}
