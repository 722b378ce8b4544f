/** Authors who write a conversation, each into a log of their own over a real store. */
import { ConversationLog, readPage } from '../../src/sync/index.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import type { Received } from '../../src/sync/index.ts'
import type { Store, StoreOp } from '../../src/store/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

export const CONVERSATION = new Uint8Array(32).fill(3)
export const START = 1_760_000_000_000
export const SIGNATURE = new Uint8Array(64).fill(1)

export function deviceOf (number: number): Uint8Array { return new Uint8Array(16).fill(number) }

export function text (value: string): Uint8Array { return new TextEncoder().encode(value) }

/** A body of kind text (field 1, a string). */
export function textBody (value: string): Uint8Array {
  const bytes = text(value)
  if (bytes.byteLength > 127) throw new Error('one byte of length is enough for these tests')
  return Uint8Array.of(0x0a, bytes.byteLength, ...bytes)
}

export class Clock {
  time = START
  now (): number { return this.time }
  after (): () => void { return () => {} }
}

/** One device with its copy of the log. */
export class Author {
  readonly device: Uint8Array
  readonly database = memoryDatabase()
  readonly clock = new Clock()
  store: Store
  log: ConversationLog

  private constructor (device: Uint8Array, store: Store, log: ConversationLog) {
    this.device = device
    this.store = store
    this.log = log
  }

  static async create (device: Uint8Array, conversation: Uint8Array = CONVERSATION): Promise<Author> {
    const database = memoryDatabase()
    const store = await memoryStore(database)
    return new Author(device, store, await ConversationLog.load({ store, clock: new Clock() }, conversation, device))
  }

  async write (ops: readonly StoreOp[]): Promise<void> {
    const all = [...ops, ...this.log.stateOps()]
    if (all.length > 0) await this.store.batch(all)
  }

  async say (value: string): Promise<DecodedEntry> { return this.append(1, textBody(value)) }

  async append (kind: number, body: Uint8Array): Promise<DecodedEntry> {
    const { entry, ops } = this.log.append(kind, body)
    await this.write([...ops, ...this.log.signed(entry, SIGNATURE)])
    return entry
  }

  async hear (entries: readonly DecodedEntry[], mine = false): Promise<Received> {
    const received = await this.log.receive(entries, SIGNATURE, mine)
    await this.write(received.ops)
    return received
  }

  /** As after a restart. */
  async reload (): Promise<void> {
    this.log = await ConversationLog.load({ store: this.store, clock: this.clock }, this.log.conversation, this.device)
  }

  /** The same profile, once more: both go on from here. */
  async copy (): Promise<Author> {
    const other = await Author.create(this.device, this.log.conversation)
    const ops: StoreOp[] = []
    for await (const { key, value } of this.store.range({ gte: Uint8Array.of(0x10), lt: Uint8Array.of(0x20) })) ops.push({ type: 'put', key, value })
    await other.store.batch(ops)
    await other.reload()
    return other
  }

  /** Names of entries in the order of the page: device and sequence. */
  async page (): Promise<string[]> {
    const page = await readPage(this.store, this.log.conversation, { limit: 10_000, accept: () => true })
    return page.map(({ entry }) => name(entry))
  }
}

export function name (entry: DecodedEntry): string { return `${entry.author[0]}:${entry.sequence}` }

export async function authors (count: number): Promise<Author[]> {
  return Promise.all(Array.from({ length: count }, async (_, i) => Author.create(deviceOf(i + 1))))
}
