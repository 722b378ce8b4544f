/** Mailboxes, writers and readers on a real network and real stores, for the tests of this folder. */
import { randomBytes } from 'node:crypto'
import { createMailboxClient, createMailboxKeeper, createMailboxServer } from '../../src/mailbox/index.ts'
import { openStore } from '../../src/store/index.ts'
import { temporaryDirectory, testnet } from '../../../../test/support/testnet.ts'
import type { Clock } from '../../src/components.ts'
import type { MailboxClient, MailboxKeeper, MailboxKeeperInit, MailboxServer, MailboxServerInit, MailItem, OwnQueue } from '../../src/mailbox/index.ts'
import type { PeerPlace } from '../../src/network/index.ts'
import type { Store } from '../../src/store/index.ts'
import type { Testnet, TestPeer } from '../../../../test/support/testnet.ts'

export interface TestMailbox { peer: TestPeer, server: MailboxServer, store: Store, place: PeerPlace, restart (init?: Partial<MailboxServerInit>): Promise<void>, stop (): Promise<void> }
export interface TestReader { peer: TestPeer, keeper: MailboxKeeper, store: Store, mail: MailItem[], arrived (count: number): Promise<MailItem[]>, stop (): Promise<void> }

export function random (length: number): Uint8Array {
  return Uint8Array.from(randomBytes(length))
}

export function items (count: number, bytes = 600): MailItem[] {
  return Array.from({ length: count }, () => ({ id: random(16), bytes: random(bytes) }))
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
    return new World(await testnet(0, init), init.clock)
  }

  async peer (): Promise<TestPeer> {
    return this.net.add()
  }

  async store (): Promise<{ store: Store, reopen: () => Promise<Store>, path: string }> {
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
      reopen: async () => {
        await store.close()
        store = await openStore({ location: directory.path, dataKey })
        return store
      }
    }
  }

  async mailbox (init: Partial<MailboxServerInit> = {}, peer?: TestPeer): Promise<TestMailbox> {
    const host = peer ?? await this.peer()
    const { store, reopen } = await this.store()
    const components = { clock: this.#clock ?? host.clock, logger: host.logger, network: host.network }
    const mailbox: TestMailbox = {
      peer: host,
      store,
      place: host.place(),
      server: createMailboxServer({ ...components, store }, { mode: 'volunteer', ...init }),
      restart: async (other = {}) => {
        await mailbox.server.stop()
        mailbox.store = await reopen()
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
export async function queuesOf (keeper: MailboxKeeper, conversation: Uint8Array, count: number): Promise<OwnQueue[]> {
  let changed = Promise.withResolvers<void>()
  const listen = (): void => { changed.resolve() }
  keeper.addEventListener('queues:change', listen)
  try {
    for (;;) {
      const queues = await keeper.queuesFor(conversation)
      if (queues.length >= count) return queues
      await changed.promise
      changed = Promise.withResolvers<void>()
    }
  } finally {
    keeper.removeEventListener('queues:change', listen)
  }
}
