/**
 * A small network inside this process: N nodes on libp2p's memory transport (or TCP on loopback), each with a store in a
 * temporary directory, on one clock. Ends without leaving anything behind.
 *
 * @example
 * const net = await testnet(2)
 * const [alice, bob] = net.peers
 * const stream = await alice.network.open(bob.place(), '/test/1')
 * await net.stop()
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNetwork } from '../../packages/node/src/network/index.ts'
import { openStore } from '../../packages/node/src/store/index.ts'
import { realClock } from './clock.ts'
import type { Clock, Logger } from '../../packages/node/src/components.ts'
import type { Network, NetworkInit, PeerPlace } from '../../packages/node/src/network/index.ts'
import type { Store } from '../../packages/node/src/store/index.ts'

export type { Clock }

export interface TestPeer {
  network: Network
  clock: Clock
  logger: Logger
  /** 32-byte seed of the PeerId */
  peerSeed: Uint8Array
  /** Where others reach it. */
  place (): PeerPlace
  /** Opened on first use, in a directory of its own; closed by `stop()`. */
  store (): Promise<Store>
  start (): Promise<void>
  stop (): Promise<void>
}

export interface Testnet {
  peers: TestPeer[]
  /** One more peer, started. */
  add (init?: Partial<NetworkInit>): Promise<TestPeer>
  stop (): Promise<void>
}

export interface TestnetInit {
  /** Default real time; pass a `movingClock()` to move it. */
  clock?: Clock
  /** Default memory. */
  transport?: 'memory' | 'tcp'
  /** For every peer. */
  network?: Partial<NetworkInit>
  /** Gives the network itself its peer's store. */
  withStore?: boolean
}

/** A logger that keeps quiet. */
export function testLogger (): Logger {
  const logger: Logger = Object.assign(() => {}, { error: () => {}, scope: () => logger })
  return logger
}

/** A directory that `remove()` takes away again. */
export async function temporaryDirectory (): Promise<{ path: string, remove (): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sotto-test-'))
  return { path, remove: async () => { await rm(path, { recursive: true, force: true }) } }
}

let memoryAddress = 0

async function createPeer (init: TestnetInit, own: Partial<NetworkInit>): Promise<TestPeer> {
  const clock = init.clock ?? realClock()
  const logger = testLogger()
  const peerSeed = own.peerSeed ?? Uint8Array.from(randomBytes(32))
  const tcp = init.transport === 'tcp'
  let opened: Promise<{ store: Store, remove: () => Promise<void> }> | undefined
  async function open (): Promise<{ store: Store, remove: () => Promise<void> }> {
    const directory = await temporaryDirectory()
    return { store: await openTestStore(directory.path), remove: directory.remove }
  }
  const store = async (): Promise<Store> => (await (opened ??= open())).store
  const network = createNetwork({ clock, logger, ...(init.withStore === true ? { store: await store() } : {}) }, {
    peerSeed,
    mode: 'local',
    listen: [tcp ? '/ip4/127.0.0.1/tcp/0' : `/memory/testnet-${memoryAddress++}`],
    bootstrap: [],
    resident: false,
    transports: tcp ? 'all' : 'memory',
    ...init.network,
    ...own
  })
  return {
    network,
    clock,
    logger,
    peerSeed,
    place: () => ({ peerId: network.peerId, addresses: network.addresses() }),
    store,
    start: async () => network.start(),
    stop: async () => {
      await network.stop()
      const { store, remove } = await opened ?? {}
      await store?.close()
      await remove?.()
    }
  }
}

/** A store in `path`, under a key made for this test. */
async function openTestStore (path: string): Promise<Store> {
  return openStore({ location: path, dataKey: Uint8Array.from(randomBytes(32)) })
}

/** `count` started peers that do not know each other yet: `alice.network.open(bob.place(), …)` introduces them. */
export async function testnet (count: number, init: TestnetInit = {}): Promise<Testnet> {
  const peers: TestPeer[] = []
  async function add (own: Partial<NetworkInit> = {}): Promise<TestPeer> {
    const peer = await createPeer(init, own)
    await peer.start()
    peers.push(peer)
    return peer
  }
  await Promise.all(Array.from({ length: count }, async () => add()))
  return { peers, add, stop: async () => { await Promise.all(peers.map(async peer => peer.stop())) } }
}

/** Resolves with the first event of this type that `match` takes. */
export async function eventOf<D> (target: EventTarget, type: string, match: (detail: D) => boolean = () => true): Promise<D> {
  return new Promise(resolve => {
    const listen = (event: Event): void => {
      const { detail } = event as CustomEvent<D>
      if (!match(detail)) return
      target.removeEventListener(type, listen)
      resolve(detail)
    }
    target.addEventListener(type, listen)
  })
}
