/**
 * Direct connections through two routers (DCUtR): both sides, told by each other over the relay, dial at the same moment. The
 * protocol is the library's; the dial is ours, for the library loses who is to speak first, and knows no TCP address of ours.
 */
import { MAX_PUNCH_ADDRESSES, PUNCH_RETRY_MS } from '../config.ts'
import { UnreachableError } from '../errors.ts'
import { isRelayed, peerOf, scopeOf } from './addresses.ts'
import type { Host } from './host.ts'
import type { Observed } from './observed.ts'
import type { Upgrades } from './upgrades.ts'
import type { Connection, Transport, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

interface PunchOptions { signal?: AbortSignal, initiator?: boolean, priority?: number, force?: boolean }

/** @returns ends it */
export async function addHolePunching (host: Host, observed: Observed, upgrades: Upgrades): Promise<() => Promise<void>> {
  const [{ dcutr }, { multiaddr }, { start, stop }] = await Promise.all([import('@libp2p/dcutr'), import('@multiformats/multiaddr'), import('@libp2p/interface')])
  const { components, libp2p } = host
  const own = libp2p.peerId.toString()
  const openConnection = async (target: Multiaddr[], options: PunchOptions): Promise<Connection> => {
    const peer = peerOf(target[0]?.toString() ?? '')
    // without a priority it is a plain dial of an address that the other side calls public
    const run = async (): Promise<Connection> => options.priority === undefined
      ? components.connectionManager.openConnection(target, options)
      : punch(host, target, options, upgrades)
    return peer === undefined ? run() : upgrades.track(peer, run)
  }
  const service = dcutr({ timeout: 6_000, retries: 2 })({
    peerStore: components.peerStore,
    registrar: components.registrar,
    transportManager: components.transportManager,
    logger: components.logger,
    addressManager: Object.assign(Object.create(components.addressManager), {
      getAddresses: () => {
        const verified = libp2p.getMultiaddrs().map(address => address.toString()).filter(address => !isRelayed(address) && scopeOf(address) === 'public')
        const texts = [...observed.meeting().map(address => `${address}/p2p/${own}`), ...verified]
        return [...new Set(texts)].slice(0, MAX_PUNCH_ADDRESSES).map(text => multiaddr(text))
      }
    }),
    connectionManager: Object.assign(Object.create(components.connectionManager), { openConnection })
  } as Parameters<ReturnType<typeof dcutr>>[0])
  await start(service)
  return async () => { await stop(service) }
}

/** One for each peer at a time: both sides may have called each other through the relay, and the port can be used once. */
const underWay = new Map<string, Promise<Connection>>()

async function punch (host: Host, target: Multiaddr[], options: PunchOptions, upgrades: Upgrades): Promise<Connection> {
  const peer = peerOf(target[0]?.toString() ?? '')
  if (peer === undefined) return through(host, target, options, upgrades)
  const own = host.libp2p.peerId.toString()
  const direct = host.libp2p.getConnections().find(connection => connection.remotePeer.toString() === peer && isYoungest(connection, host))
  if (direct !== undefined) return direct
  const key = `${own} ${peer}`
  const running = underWay.get(key)
  if (running !== undefined) return running
  // by the names, and not by who called whom: of two procedures that run at once, each side may be at another one
  const attempt = through(host, target, { ...options, initiator: own < peer }, upgrades).finally(() => { underWay.delete(key) })
  underWay.set(key, attempt)
  return attempt
}

/** Direct, and made after every relayed one: an older one is dead to the other side, or it would not have come through a relay. */
function isYoungest (connection: Connection, host: Host): boolean {
  const isDirect = ({ status, direct, limits }: Connection): boolean => status === 'open' && direct && limits === undefined
  const others = host.libp2p.getConnections(connection.remotePeer).filter(other => !isDirect(other))
  return isDirect(connection) && others.every(other => other.timeline.open < connection.timeline.open)
}

/** Dials all addresses at once, each again and again while it is refused: the first that answers wins. */
async function through (host: Host, target: Multiaddr[], options: PunchOptions, upgrades: Upgrades): Promise<Connection> {
  const done = new AbortController()
  const signal = options.signal === undefined ? done.signal : AbortSignal.any([done.signal, options.signal])
  // an address may lead to anybody: only who is behind a relayed connection is asked for
  const wanted = new Set(host.libp2p.getConnections().filter(({ limits, direct }) => limits !== undefined || !direct).map(({ remotePeer }) => remotePeer.toString()))
  const isWanted = (connection: Connection): boolean => wanted.has(connection.remotePeer.toString())
  const attempts = target.slice(0, MAX_PUNCH_ADDRESSES).map(async address => attempt(host, address, { signal, initiator: options.initiator ?? true, upgrades, isWanted }))
  try {
    return await Promise.any(attempts)
  } catch (cause) {
    throw new UnreachableError('UNREACHABLE', 'neither router let the other side through', { cause })
  } finally {
    done.abort()
    // two may have been let through: one is enough
    Promise.allSettled(attempts).then(settled => {
      const open = settled.flatMap(result => result.status === 'fulfilled' ? [result.value] : [])
      for (const extra of open.slice(1)) extra.abort(new UnreachableError('UNREACHABLE', 'another address was quicker'))
    }, () => {})
  }
}

interface Attempt { signal: AbortSignal, initiator: boolean, upgrades: Upgrades, isWanted: (connection: Connection) => boolean }

async function attempt (host: Host, address: Multiaddr, { signal, initiator, upgrades, isWanted }: Attempt): Promise<Connection> {
  const { connectionGater, transportManager, upgrader } = host.components
  const transport = transportManager.dialTransportForMultiaddr(address)
  // the queue of dials asks this otherwise
  if (transport === undefined || await connectionGater.denyDialMultiaddr?.(address) === true) throw new UnreachableError('UNREACHABLE', 'this node does not go there')
  for (;;) {
    signal.throwIfAborted()
    // a socket ends with the signal of its dial, also later: each gets its own, which nobody touches once it is open
    const own = new AbortController()
    const forward = (): void => { own.abort(signal.reason) }
    signal.addEventListener('abort', forward, { once: true })
    try {
      const dial = async (): Promise<Connection> => transport.dial(address, { signal: own.signal, initiator, upgrader: inRole(upgrader, initiator) } as Parameters<Transport['dial']>[1])
      const connection = await upgrades.punching(address.toString(), dial)
      if (isWanted(connection)) return connection
      connection.abort(new UnreachableError('UNREACHABLE', 'somebody else answered at this address'))
      throw new UnreachableError('UNREACHABLE', 'somebody else answered at this address')
    } catch (error) {
      if (signal.aborted || error instanceof UnreachableError) throw error
      await pause(PUNCH_RETRY_MS, signal)
    } finally {
      signal.removeEventListener('abort', forward)
    }
  }
}

/** Both dialled, so both look like the caller: the library tells this to the encryption, and forgets to tell the muxer. */
function inRole (upgrader: Upgrader, initiator: boolean): Upgrader {
  const upgradeOutbound = async (...[connection, options]: Parameters<Upgrader['upgradeOutbound']>): Promise<Connection> => {
    if (!initiator) connection.direction = 'inbound'
    return upgrader.upgradeOutbound(connection, options)
  }
  return Object.assign(Object.create(upgrader), { upgradeOutbound }) as Upgrader
}

/** Real time: routers know no other. */
async function pause (ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve() }, { once: true })
  })
}
