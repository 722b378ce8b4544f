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
import type { Connection } from '@libp2p/interface'
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

/** Dials all addresses at once, each again and again while it is refused: the first that answers wins. */
async function punch (host: Host, target: Multiaddr[], options: PunchOptions, upgrades: Upgrades): Promise<Connection> {
  const done = new AbortController()
  const signal = options.signal === undefined ? done.signal : AbortSignal.any([done.signal, options.signal])
  const attempts = target.slice(0, MAX_PUNCH_ADDRESSES).map(async address => attempt(host, address, signal, options.initiator ?? true, upgrades))
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

async function attempt (host: Host, address: Multiaddr, signal: AbortSignal, initiator: boolean, upgrades: Upgrades): Promise<Connection> {
  const { connectionGater, connectionManager, transportManager } = host.components
  // the queue of dials asks this otherwise
  if (await connectionGater.denyDialMultiaddr?.(address) === true) throw new UnreachableError('UNREACHABLE', 'this node does not go there')
  for (;;) {
    signal.throwIfAborted()
    try {
      const connection = await transportManager.dial(address, { signal, initiator } as Parameters<typeof transportManager.dial>[1])
      upgrades.punched(connection)
      // an address may lead to anybody: only who is behind a relayed connection was asked for
      if (connectionManager.getConnections(connection.remotePeer).some(({ limits, direct }) => limits !== undefined || !direct)) return connection
      connection.abort(new UnreachableError('UNREACHABLE', 'somebody else answered at this address'))
      throw new UnreachableError('UNREACHABLE', 'somebody else answered at this address')
    } catch (error) {
      if (signal.aborted || error instanceof UnreachableError) throw error
      await pause(PUNCH_RETRY_MS, signal)
    }
  }
}

/** Real time: routers know no other. */
async function pause (ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve() }, { once: true })
  })
}
