/** Mailboxes, writers and readers on a real network and real stores, for the tests of this folder. */
import { randomBytes } from 'node:crypto'
import { ackBytes, delBytes, getBytes, hashOf, itemsDigest, newBytes, putBytes } from '@sotto/protocols/mailbox'
import { StoreError } from '../../src/errors.ts'
import { publicKeyOf, sign } from '../../src/identity/ed25519.ts'
import { MailboxConnection } from '../../src/mailbox/connection.ts'
import { createMailboxClient, createMailboxKeeper, createMailboxServer } from '../../src/mailbox/index.ts'
import { openStore } from '../../src/store/index.ts'
import { temporaryDirectory, testnet } from '../../../../test/support/testnet.ts'
import type { Clock } from '../../src/components.ts'
import type { MailboxClient, MailboxKeeper, MailboxKeeperInit, MailboxServer, MailboxServerInit, MailItem, OwnQueue } from '../../src/mailbox/index.ts'
import type { PeerPlace } from '../../src/network/index.ts'
import type { Frame, Items } from '@sotto/protocols/mailbox'
import type { Store } from '../../src/store/index.ts'
import type { Testnet, TestPeer } from '../../../../test/support/testnet.ts'

export interface TestMailbox {
  peer: TestPeer
  server: MailboxServer
  store: Store
  place: PeerPlace
  path: string
  dataKey: Uint8Array
  restart (init?: Partial<MailboxServerInit>): Promise<void>
  stop (): Promise<void>
}

export interface TestReader {
  peer: TestPeer
  keeper: MailboxKeeper
  store: Store
  mail: MailItem[]
  arrived (count: number): Promise<MailItem[]>
  stop (): Promise<void>
}

export function random (length: number): Uint8Array {
  return Uint8Array.from(randomBytes(length))
}

export function items (count: number, bytes = 600): MailItem[] {
  return Array.from({ length: count }, () => ({ id: random(16), bytes: random(bytes) }))
}

/** Lets the disk work until `check` holds; mocha's timeout ends a check that never does. */
export async function eventually (check: () => boolean): Promise<void> {
  while (!check()) await new Promise(resolve => setImmediate(resolve))
}

/** A store whose disk can be full. */
export function fullable (store: Store): Store & { full: boolean } {
  const wrapped: Store & { full: boolean } = {
    full: false,
    get: async key => store.get(key),
    range: range => store.range(range),
    batch: async ops => wrapped.full ? Promise.reject(new StoreError('STORE_FULL', 'the disk is full')) : store.batch(ops),
    blind: (...parts) => store.blind(...parts),
    close: async () => store.close(),
    failed: store.failed
  }
  return wrapped
}

export interface RawQueue { queue: Uint8Array, readSeed: Uint8Array, writeSeed: Uint8Array, slot: Uint8Array }

export function rawQueue (): RawQueue {
  return { queue: random(16), readSeed: random(32), writeSeed: random(32), slot: random(16) }
}

/** Speaks the wire by hand, rightly or (with other keys, nonces, mailboxes) wrongly. */
export class Asker {
  readonly connection: MailboxConnection
  readonly pushes: Items[] = []
  #waiting: Array<{ count: number, resolve: () => void }> = []

  private constructor (connection: MailboxConnection) {
    this.connection = connection
  }

  static async open (peer: TestPeer, place: PeerPlace): Promise<Asker> {
    const late: { asker?: Asker } = {}
    const connection = await MailboxConnection.open({ clock: peer.clock, network: peer.network }, place, { scope: undefined, onItems: async items => { late.asker?.take(items) } })
    return (late.asker = new Asker(connection))
  }

  take (items: Items): void {
    this.pushes.push(items)
    for (const { count, resolve } of this.#waiting) if (this.pushes.length >= count) resolve()
  }

  /** All Items frames so far, answers and pushes, once there are so many. */
  async frames (count: number): Promise<Items[]> {
    if (this.pushes.length < count) await new Promise<void>(resolve => { this.#waiting.push({ count, resolve }) })
    return this.pushes
  }

  async create (queue: RawQueue, options: { token?: Uint8Array, nonce?: Uint8Array, mailbox?: string, seed?: Uint8Array } = {}): Promise<Frame> {
    const made = { queue: queue.queue, readKey: publicKeyOf(queue.readSeed), writeKey: publicKeyOf(queue.writeSeed), grant: options.token ?? new Uint8Array(0) }
    const signature = await sign(options.seed ?? queue.readSeed, newBytes(options.mailbox ?? this.connection.peerId, options.nonce ?? this.connection.nonce, made))
    return this.connection.request({ new: { ...made, signature } })
  }

  async put (queue: RawQueue, mail: readonly MailItem[], options: { mailbox?: string, seed?: Uint8Array } = {}): Promise<Frame> {
    const digest = itemsDigest(mail.map(({ id, bytes }) => ({ id, hash: hashOf(bytes) })))
    const signature = await sign(options.seed ?? queue.writeSeed, putBytes(options.mailbox ?? this.connection.peerId, queue.queue, digest))
    return this.connection.request({ put: { queue: queue.queue, items: [...mail], signature } })
  }

  async get (queue: RawQueue, options: { after?: number, maxBytes?: number, subscribe?: boolean, slot?: Uint8Array, nonce?: Uint8Array, mailbox?: string, seed?: Uint8Array } = {}): Promise<Frame> {
    const get = { queue: queue.queue, slot: options.slot ?? queue.slot, after: options.after ?? 0, maxBytes: options.maxBytes ?? 1e6, subscribe: options.subscribe ?? false }
    const signature = await sign(options.seed ?? queue.readSeed, getBytes(options.mailbox ?? this.connection.peerId, options.nonce ?? this.connection.nonce, get))
    return this.connection.request({ get: { ...get, signature } })
  }

  async ack (queue: RawQueue, position: number, options: { slot?: Uint8Array, nonce?: Uint8Array } = {}): Promise<Frame> {
    const ack = { queue: queue.queue, slot: options.slot ?? queue.slot, position }
    const signature = await sign(queue.readSeed, ackBytes(this.connection.peerId, options.nonce ?? this.connection.nonce, ack))
    return this.connection.request({ ack: { ...ack, signature } })
  }

  async del (queue: RawQueue, options: { nonce?: Uint8Array } = {}): Promise<Frame> {
    const del = { queue: queue.queue }
    const signature = await sign(queue.readSeed, delBytes(this.connection.peerId, options.nonce ?? this.connection.nonce, del))
    return this.connection.request({ del: { ...del, signature } })
  }

  async info (): Promise<Frame> {
    return this.connection.request({ info: {} })
  }
}

export class World {
  readonly net: Testnet
  readonly #clock: Clock | undefined
  readonly #stops: Array<() => Promise<void>> = []

  private constructor (net: Testnet, clock: Clock | undefined) {
    this.net = net
    this.#clock = clock
  }

  static async create (init: { clock?: Clock, transport?: 'memory' | 'tcp' } = {}): Promise<World> {
    return new World(await testnet(0, { transport: init.transport ?? 'memory' }), init.clock)
  }

  async peer (): Promise<TestPeer> {
    return this.net.add()
  }

  async asker (place: PeerPlace, peer?: TestPeer): Promise<Asker> {
    return Asker.open(peer ?? await this.peer(), place)
  }

  async store (): Promise<{ store: Store, reopen: () => Promise<Store>, path: string, dataKey: Uint8Array }> {
    const directory = await temporaryDirectory()
    const dataKey = random(32)
    let store = await openStore({ location: directory.path, dataKey })
    this.#stops.push(async () => {
      await store.close()
      await directory.remove()
    })
    return {
      store,
      path: directory.path,
      dataKey,
      reopen: async () => {
        await store.close()
        store = await openStore({ location: directory.path, dataKey })
        return store
      }
    }
  }

  async mailbox (init: Partial<MailboxServerInit> = {}, options: { peer?: TestPeer, wrap?: (store: Store) => Store } = {}): Promise<TestMailbox> {
    const host = options.peer ?? await this.peer()
    const { store: opened, reopen, path, dataKey } = await this.store()
    const wrap = options.wrap ?? (store => store)
    const store = wrap(opened)
    const components = { clock: this.#clock ?? host.clock, logger: host.logger, network: host.network }
    const mailbox: TestMailbox = {
      peer: host,
      store,
      place: host.place(),
      path,
      dataKey,
      server: createMailboxServer({ ...components, store }, { mode: 'volunteer', ...init }),
      restart: async (other = {}) => {
        await mailbox.server.stop()
        mailbox.store = wrap(await reopen())
        mailbox.server = createMailboxServer({ ...components, store: mailbox.store }, { mode: 'volunteer', ...init, ...other })
        await mailbox.server.start()
      },
      stop: async () => mailbox.server.stop()
    }
    await mailbox.server.start()
    this.#stops.push(async () => mailbox.stop())
    return mailbox
  }

  async writer (peer?: TestPeer): Promise<MailboxClient> {
    const host = peer ?? await this.peer()
    const client = createMailboxClient({ clock: this.#clock ?? host.clock, logger: host.logger, network: host.network })
    await client.start()
    this.#stops.push(async () => client.stop())
    return client
  }

  /** A keeper with its handler; `start()` again on the same store by passing it. */
  async reader (init: Partial<MailboxKeeperInit>, options: { peer?: TestPeer, store?: Store, handler?: (items: MailItem[]) => Promise<void> } = {}): Promise<TestReader> {
    const peer = options.peer ?? await this.peer()
    const store = options.store ?? (await this.store()).store
    const keeper = createMailboxKeeper({ clock: this.#clock ?? peer.clock, logger: peer.logger, network: peer.network, store }, { device: random(16), ...init })
    const mail: MailItem[] = []
    const waiting: Array<{ count: number, resolve: (items: MailItem[]) => void }> = []
    await keeper.start(async ({ items }) => {
      await options.handler?.(items)
      mail.push(...items)
      for (const { count, resolve } of waiting) if (mail.length >= count) resolve(mail)
    })
    this.#stops.push(async () => keeper.stop())
    return {
      peer,
      keeper,
      store,
      mail,
      arrived: async count => mail.length >= count ? mail : new Promise(resolve => { waiting.push({ count, resolve }) }),
      stop: async () => keeper.stop()
    }
  }

  async stop (): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop()
    await this.net.stop()
  }
}

/** The queues of a conversation, as soon as there are `count`. */
export async function queuesOf (keeper: MailboxKeeper, conversation: Uint8Array, count: number, including: string[] = []): Promise<OwnQueue[]> {
  let changed = Promise.withResolvers<void>()
  const listen = (): void => { changed.resolve() }
  keeper.addEventListener('queues:change', listen)
  try {
    for (;;) {
      const queues = await keeper.queuesFor(conversation)
      if (queues.length >= count && including.every(peerId => queues.some(queue => queue.mailbox.peerId === peerId))) return queues
      await changed.promise
      changed = Promise.withResolvers<void>()
    }
  } finally {
    keeper.removeEventListener('queues:change', listen)
  }
}
