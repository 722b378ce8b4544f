/** What a multiaddr's text says: where it leads, how good it is, and whether we may go there. */
import { MAX_ADDRESS_LENGTH, MAX_DIAL_ADDRESSES } from '../config.ts'

export type Scope = 'loopback' | 'lan' | 'public' | 'name'

/** RFC 1918, RFC 6598, RFC 3927; RFC 4193 and RFC 4291 link-local for version 6. */
const PRIVATE_4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.)/
const PRIVATE_6 = /^(f[cd]|fe[89ab])/i

function parts (address: string): string[] {
  return address.split('/').slice(1)
}

export function isRelayed (address: string): boolean {
  return address.includes('/p2p-circuit')
}

export function isWebRTC (address: string): boolean {
  return /\/webrtc(\/|$)/.test(address)
}

/** Leads to a connection between the two peers themselves; the relay of a WebRTC address only introduces them. */
export function isDirect (address: string): boolean {
  return !isRelayed(address) || isWebRTC(address)
}

/** Addresses that can be listened on at once; WebRTC is loaded later (webrtc.ts). */
export function isFirst (address: string): boolean {
  return !/\/webrtc(-direct)?(\/|$)/.test(address)
}

/** Where the first hop of an address leads; a relayed one leads to its relay. */
export function scopeOf (address: string): Scope {
  const [kind, value = ''] = parts(address)
  if (kind === 'memory' || kind === 'unix') return 'loopback'
  if (kind === 'ip4') return value.startsWith('127.') ? 'loopback' : PRIVATE_4.test(value) ? 'lan' : 'public'
  if (kind === 'ip6') return scopeOf6(value)
  return 'name'
}

function scopeOf6 (value: string): Scope {
  if (value === '::1') return 'loopback'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(value)?.[1]
  if (mapped !== undefined) return scopeOf(`/ip4/${mapped}`)
  return value === '::' || PRIVATE_6.test(value) ? 'lan' : 'public'
}

/** True where every address that binds a socket binds loopback, and there is one: such a node contacts only loopback. */
export function isLoopbackOnly (listen: readonly string[]): boolean {
  const bound = listen.filter(address => !isRelayed(address) && !/^\/webrtc(\/|$)/.test(address))
  return bound.length > 0 && bound.every(address => scopeOf(address) === 'loopback')
}

/** The PeerId at the end of an address, where there is one. */
export function peerOf (address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1]
}

/** The PeerId of the relay in a relayed address. */
export function relayOf (address: string): string | undefined {
  return /\/p2p\/([^/]+)\/p2p-circuit(\/|$)/.exec(address)?.[1]
}

/** Lower is tried earlier: near before far, direct before relayed, TCP before what takes longer to set up. */
function dialRank (address: string): number {
  const where = { loopback: 0, lan: 1, public: 2, name: 3 }[scopeOf(address)]
  const how = address.includes('/webrtc-direct') ? 2 : /\/wss?(\/|$)/.test(address) ? 1 : 0
  const way = isRelayed(address) ? (isWebRTC(address) ? 100 : 200) : 0
  return way + where * 10 + how
}

export function dialCompare (a: string, b: string): -1 | 0 | 1 {
  return Math.sign(dialRank(a) - dialRank(b)) as -1 | 0 | 1
}

/** Best first, for dialling. Unreadable, too long and foreign ones are left out, and what is beyond the limit. */
export function dialOrder (peerId: string, addresses: readonly string[]): string[] {
  const known = new Set<string>()
  for (const address of addresses.slice(0, 4 * MAX_DIAL_ADDRESSES)) {
    if (address.length > MAX_ADDRESS_LENGTH || !address.startsWith('/')) continue
    const peer = peerOf(address)
    if (peer !== undefined && peer !== peerId && !address.endsWith('/p2p-circuit')) continue
    known.add(peer === peerId ? address : `${address}/p2p/${peerId}`)
  }
  return [...known].sort(dialCompare).slice(0, MAX_DIAL_ADDRESSES)
}

/** Best first, for giving to others: public before LAN, direct before relayed, loopback last. */
export function shareOrder (peerId: string, addresses: readonly string[]): string[] {
  const rank = (address: string): number => ({ public: 0, name: 0, lan: 10, loopback: 30 }[scopeOf(address)] + (isRelayed(address) ? 20 : 0))
  return [...new Set(addresses.map(address => address.endsWith(`/p2p/${peerId}`) ? address : `${address}/p2p/${peerId}`))]
    .sort((a, b) => rank(a) - rank(b))
}
