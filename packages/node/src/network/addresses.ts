/** What a multiaddr's text says: where it leads, how good it is, and whether we may go there. */
import { MAX_ADDRESS_LENGTH, MAX_DIAL_ADDRESSES } from '../config.ts'

export type Scope = 'loopback' | 'lan' | 'public' | 'name'

/**
 * What leads nowhere, or to nobody in particular, outside of one network: the special-purpose registries of RFC 6890 as
 * they stand, and multicast (RFC 5771, RFC 4291).
 */
const PRIVATE_4: ReadonlyArray<readonly [first: string, bits: number]> = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.31.196.0', 24], ['192.52.193.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['192.175.48.0', 24],
  ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3]
]
/** Unique local, link-local, multicast, documentation, benchmarking, ORCHID, discard-only, Teredo; 2001::/23 as a whole is for protocols. */
const PRIVATE_6 = /^(f[cd]|fe[89ab]|ff|2001:0?db8:|3fff:|2001:0{0,3}:|2001::|2001:0{0,2}[12][0-9a-f]:|2001:0{0,3}2:|100::|0?100:0{1,4}:|64:ff9b:1:|5f00:)/i

/** An IPv4 address as a number; undefined for what is none. */
function number4 (address: string): number | undefined {
  const bytes = address.split('.').map(Number)
  if (bytes.length !== 4 || bytes.some(byte => !Number.isInteger(byte) || byte < 0 || byte > 255)) return undefined
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** True where both addresses have the same first bits. */
function isWithin (address: string, first: string, bits: number): boolean {
  const [a, b] = [number4(address), number4(first)]
  const rest = 2 ** (32 - bits)
  return a !== undefined && b !== undefined && Math.floor(a / rest) === Math.floor(b / rest)
}

/** A network that this machine is part of: its own address there, and how many bits the neighbours share. */
export interface Subnet { address: string, bits: number }

/** Leads to a neighbour in one of these networks. Of IPv6 whole groups are compared: networks have 64 bits. */
export function isNear (address: string, subnets: readonly Subnet[]): boolean {
  const [kind, value = ''] = parts(address)
  if (kind === 'ip6') return subnets.some(subnet => subnet.address.includes(':') && sameGroups(value, subnet.address, Math.floor(subnet.bits / 16)))
  return kind === 'ip4' && subnets.some(subnet => isWithin(value, subnet.address, subnet.bits))
}

function sameGroups (a: string, b: string, count: number): boolean {
  const [one, other] = [groups6(a), groups6(b)]
  return count > 0 && one.slice(0, count).join() === other.slice(0, count).join()
}

/** The eight groups of an IPv6 address, with what `::` stands for. */
function groups6 (address: string): number[] {
  const [before = [], after] = address.split('::').map(part => part.split(':').filter(Boolean))
  const [head, tail] = [[...before], [...after ?? []]]
  return [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail].map(group => Number.parseInt(group, 16))
}

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
  if (kind === 'ip4') return value.startsWith('127.') ? 'loopback' : PRIVATE_4.some(([first, bits]) => isWithin(value, first, bits)) ? 'lan' : 'public'
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

/** What takes longer to set up counts more. */
function how (address: string): number {
  return address.includes('/webrtc-direct') ? 2 : /\/wss?(\/|$)/.test(address) ? 1 : 0
}

/**
 * Lower is tried earlier: neighbours before what is far, direct before relayed, TCP before what takes longer to set up. The LAN of
 * somebody else comes last: nobody answers there, or the wrong one, and each such dial waits for nothing.
 */
function dialRank (address: string, subnets: readonly Subnet[] | undefined): number {
  const scope = scopeOf(address)
  const where = { loopback: 0, lan: 1, public: 2, name: 3 }[scope]
  const way = isRelayed(address) ? (isWebRTC(address) ? 300 : 200) : 0
  const foreign = scope === 'lan' && subnets !== undefined && !isNear(address, subnets) ? 400 : 0
  return way + foreign + where * 10 + how(address)
}

export function dialCompare (a: string, b: string, subnets?: readonly Subnet[]): -1 | 0 | 1 {
  return Math.sign(dialRank(a, subnets) - dialRank(b, subnets)) as -1 | 0 | 1
}

/** Best first, for dialling. Unreadable, too long and foreign ones are left out, and what is beyond the limit. */
export function dialOrder (peerId: string, addresses: readonly string[], subnets?: readonly Subnet[]): string[] {
  const known = new Set<string>()
  for (const address of addresses.slice(0, 4 * MAX_DIAL_ADDRESSES)) {
    if (address.length > MAX_ADDRESS_LENGTH || !address.startsWith('/')) continue
    const peer = peerOf(address)
    if (peer !== undefined && peer !== peerId && !address.endsWith('/p2p-circuit')) continue
    known.add(peer === peerId ? address : `${address}/p2p/${peerId}`)
  }
  return [...known].sort((a, b) => dialCompare(a, b, subnets)).slice(0, MAX_DIAL_ADDRESSES)
}

/**
 * Best first, for giving to others, who may keep only a few: public, then through relays, then the LAN, loopback last; of each
 * kind plain TCP before what needs more.
 */
export function shareOrder (peerId: string, addresses: readonly string[]): string[] {
  const rank = (address: string): number => {
    const where = isRelayed(address) ? 10 : { public: 0, name: 0, lan: 20, loopback: 30 }[scopeOf(address)]
    return where + (isRelayed(address) ? 0 : how(address))
  }
  return [...new Set(addresses.map(address => address.endsWith(`/p2p/${peerId}`) ? address : `${address}/p2p/${peerId}`))]
    .sort((a, b) => rank(a) - rank(b))
}
