/**
 * Reads the queues that another device of ours keeps: each device under a slot of its own (MBX-10). It chooses no mailbox and
 * accuses none: that is the keeper's, who saw each queue from its beginning.
 *
 * Invariants: what is read here is durable before it is acknowledged; the cursor is this device's own; every reader ends in `stop()`.
 */
import { genesis } from '@sotto/protocols/mailbox'
import { toString } from 'uint8arrays/to-string'
import { MAX_OWN_FACTS } from '../config.ts'
import { NodeError } from '../errors.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { keeperView } from './keeper-view.ts'
import { newKeeper } from './keeper.machine.ts'
import { MailboxReader } from './reader.ts'
import type { KeeperView, MailHandler, SharedQueue } from './index.ts'
import type { ReadQueue } from './keeper-book.ts'
import type { ReaderHost } from './reader.ts'
import type { Components } from '../components.ts'
import type { StoreOp } from '../store/index.ts'

type SharedComponents = Pick<Components, 'clock' | 'logger' | 'network' | 'store'>

interface Stored { shared: SharedQueue, queue: ReadQueue }

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
const EMPTY = new Uint8Array(0)

export class SharedMail {
  readonly #c: SharedComponents
  readonly #device: Uint8Array
  readonly #queues = new Map<string, Stored>()
  readonly #readers = new Map<string, MailboxReader>()
  /** what was seen of each mailbox since the start */
  readonly #seen = new Map<string, { connected: boolean, lastSeen: number, failedSince: number }>()
  #handler: MailHandler | undefined

  /** `device`: 16 bytes, names this device, blinded per queue */
  constructor (components: SharedComponents, device: Uint8Array) {
    this.#c = components
    this.#device = device
  }

  async start (handler: MailHandler): Promise<void> {
    this.#handler = handler
    for await (const { value } of this.#c.store.range(keyRange(tables.sharedQueues))) {
      const stored = decodeRecord<Stored>(value)
      this.#queues.set(hex(stored.shared.queue), stored)
      await this.#read(stored)
    }
  }

  async stop (): Promise<void> {
    this.#handler = undefined
    await Promise.all([...this.#readers.values()].map(async reader => reader.stop()))
    this.#readers.clear()
    this.#seen.clear()
  }

  /** The mailboxes that keep for all our devices, as this one sees them. */
  keepers (): KeeperView[] {
    const mailboxes = new Map([...this.#queues.values()].filter(({ shared }) => shared.mailbox !== this.#c.network.peerId).map(({ shared }) => [shared.mailbox, shared]))
    return [...mailboxes.values()].map(({ mailbox, addresses, kind }) => {
      const { connected = false, lastSeen = 0, failedSince = 0 } = this.#seen.get(mailbox) ?? {}
      const queues = [...this.#queues.values()].filter(({ shared }) => shared.mailbox === mailbox).map(({ queue }) => queue)
      return keeperView({ ...newKeeper(mailbox, addresses, kind), lastSeen, failedSince }, queues, connected)
    })
  }

  list (): SharedQueue[] { return [...this.#queues.values()].map(({ shared }) => shared) }

  /** Resolves once every mailbox was read to its end since the start, or found out of reach. */
  async fetched (): Promise<void> { await Promise.all([...this.#readers.values()].map(async reader => reader.round)) }

  /** Durable when it resolves. */
  async adopt (shared: SharedQueue): Promise<void> {
    const name = hex(shared.queue)
    const known = this.#queues.get(name)
    if (known === undefined && this.#queues.size >= MAX_OWN_FACTS) return
    const queue: ReadQueue = known?.queue ?? {
      queue: shared.queue,
      mailbox: shared.mailbox,
      conversation: shared.conversation,
      readSeed: shared.readSeed,
      writeSeed: EMPTY,
      wrapKey: shared.wrapKey,
      state: 'created',
      closed: false,
      position: 0,
      head: genesis(shared.queue),
      time: 0,
      visited: this.#c.clock.now(),
      ttl: shared.ttl,
      used: 0,
      limit: 0
    }
    const stored = { shared, queue }
    await this.#c.store.batch([this.#put(stored)])
    this.#queues.set(name, stored)
    if (known === undefined && this.#handler !== undefined) await this.#read(stored)
  }

  /** The keeper gave it up. */
  async forget (id: Uint8Array): Promise<void> {
    const stored = this.#queues.get(hex(id))
    if (stored === undefined) return
    this.#queues.delete(hex(id))
    await this.#c.store.batch([{ type: 'del', key: this.#key(id) }])
    const { mailbox } = stored.shared
    if (![...this.#queues.values()].some(({ shared }) => shared.mailbox === mailbox)) await this.#end(mailbox)
  }

  async #end (mailbox: string): Promise<void> {
    const reader = this.#readers.get(mailbox)
    this.#readers.delete(mailbox)
    this.#seen.delete(mailbox)
    await reader?.stop()
  }

  /** Never waits for the mailbox. */
  async #read ({ shared, queue }: Stored): Promise<void> {
    if (shared.mailbox === this.#c.network.peerId) return
    let reader = this.#readers.get(shared.mailbox)
    if (reader === undefined) {
      reader = new MailboxReader(this.#c, this.#device, newKeeper(shared.mailbox, shared.addresses, shared.kind), this.#host)
      this.#readers.set(shared.mailbox, reader)
      reader.start()
    } else {
      reader.update(newKeeper(shared.mailbox, shared.addresses, shared.kind))
    }
    reader.add(queue).catch((error: unknown) => this.#c.logger('a queue is not read: %s', error instanceof NodeError ? error.code : 'unknown'))
  }

  readonly #host: ReaderHost = {
    mail: async (queue, items) => {
      if (this.#handler === undefined) throw new NodeError('NETWORK_STOPPED', 'the node stops')
      await this.#handler({ conversation: queue.conversation, queue: queue.queue, wrapKey: queue.wrapKey, items })
    },
    advanced: async (queue, cursor) => {
      const stored = this.#queues.get(hex(queue.queue))
      if (stored?.queue === queue) await this.#c.store.batch([this.#put({ ...stored, queue: { ...queue, ...cursor } })])
      Object.assign(queue, cursor)
    },
    mayBeEmptied: () => true,
    liar: (_peerId, reason) => { this.#c.logger('a mailbox that another device of ours keeps: %s', reason) },
    unknown: () => {},
    connected: (peerId, connected) => {
      const now = this.#c.clock.now()
      const before = this.#seen.get(peerId)
      this.#seen.set(peerId, connected ? { connected, lastSeen: now, failedSince: 0 } : { connected, lastSeen: before?.lastSeen ?? 0, failedSince: before === undefined || before.failedSince === 0 ? now : before.failedSince })
    },
    refused: () => {},
    created: async () => {},
    deleted: async () => {},
    visited: async () => {},
    closed: async () => {}
  }

  #put (stored: Stored): StoreOp { return { type: 'put', key: this.#key(stored.shared.queue), value: encodeRecord(stored) } }
  #key (id: Uint8Array): Uint8Array { return key(tables.sharedQueues, this.#c.store.blind(id)) }
}
