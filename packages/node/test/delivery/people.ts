/** Two people whose channels are real, on real stores and sessions; only the wire between them is the test's. */
import { Kind } from '@sotto/protocols/envelope'
import { Entry, KIND_TEXT, Run, Text, decodeBody, decodeEntry, directConversation, messageId, runBytes } from '@sotto/protocols/message'
import { Announcement, Payload } from '@sotto/protocols/session'
import { Channel } from '../../src/delivery/channel.ts'
import { channelRecordOps, loadChannelRecord, newChannelRecord } from '../../src/delivery/channel-record.ts'
import { hex } from '../../src/delivery/channel-state.ts'
import { plan } from '../../src/delivery/plan.machine.ts'
import { StoreError } from '../../src/errors.ts'
import { sign } from '../../src/identity/ed25519.ts'
import { createOwn } from '../../src/identity/own.ts'
import { createEntropy } from '../../src/identity/phrase.ts'
import { decodeStored } from '../../src/session/codec.ts'
import { decodePrivate, senderOf } from '../../src/session/messages.ts'
import { SESSION_SUITE, loadSuite } from '../../src/session/provider.ts'
import { readPage } from '../../src/sync/index.ts'
import { createNetwork } from '../../src/network/index.ts'
import { testLogger } from '../../../../test/support/testnet.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import type { ChannelChange, ChannelComponents, ChannelHost, ChannelState } from '../../src/delivery/channel-state.ts'
import type { OutboxRecord } from '../../src/delivery/outbox.ts'
import type { PlanInput } from '../../src/delivery/plan.machine.ts'
import type { OwnRecord } from '../../src/identity/own.ts'
import type { Clock } from '../../src/components.ts'
import type { EncodedSession } from '../../src/session/index.ts'
import type { Store } from '../../src/store/index.ts'
import type { Body } from '@sotto/protocols/envelope'
import type { DecodedEntry } from '@sotto/protocols/message'

export const START = 1_760_000_000_000
const none = new Uint8Array(0)

/** A clock that stands until it is moved; timers run when it passes them. */
export class TestClock implements Clock {
  time = START
  #timers = new Set<{ at: number, run: () => void }>()
  now (): number { return this.time }
  after (ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run }
    this.#timers.add(timer)
    return () => { this.#timers.delete(timer) }
  }

  move (ms: number): void {
    this.time += ms
    for (const timer of [...this.#timers]) {
      if (timer.at > this.time || !this.#timers.delete(timer)) continue
      timer.run()
    }
  }
}

/** A store whose process is killed before the write that comes after `writes` others. */
export function mortal (store: Store, writes: number): Store & { dead: boolean, written: number } {
  const wrapped: Store & { dead: boolean, written: number } = {
    dead: false,
    written: 0,
    get: async key => store.get(key),
    range: range => store.range(range),
    batch: async ops => {
      if (wrapped.dead || wrapped.written >= writes) {
        wrapped.dead = true
        throw new StoreError('STORE_FAILED', 'killed')
      }
      wrapped.written++
      return store.batch(ops)
    },
    blind: (...parts) => store.blind(...parts),
    close: async () => store.close(),
    failed: store.failed
  }
  return wrapped
}

export function payloadOf (payload: Partial<Payload>): Uint8Array {
  return Payload.encode({ runs: [], heads: [], reads: [], announcement: none, wants: [], keyPackages: [], profile: none, proofs: [], announcementsSeen: [], signals: [], ...payload })
}

/** Entries of a device that speaks in this conversation, or pretends to. */
export function entriesOf (author: Uint8Array, conversation: Uint8Array, count: number, words = 'said'): DecodedEntry[] {
  const made: DecodedEntry[] = []
  for (let sequence = 1; sequence <= count; sequence++) {
    const before = made.at(-1)
    const parents = before === undefined ? [] : [{ author, sequence: sequence - 1, hash: before.hash }]
    const entry = decodeEntry(Entry.encode({ conversation, author, sequence, depth: sequence, parents, time: START, kind: KIND_TEXT, body: Text.encode({ text: `${words} ${sequence}` }) }))
    if (entry === undefined) throw new Error('out of bounds')
    made.push(entry)
  }
  return made
}

export interface Sealed { from: string, branch: Uint8Array, message: Uint8Array, session: EncodedSession | undefined }

export class TestPerson {
  readonly name: string
  readonly own: OwnRecord
  /** of the phrase: another device of the same person can be made of it */
  readonly entropy: Uint8Array
  readonly clock: TestClock
  readonly database = memoryDatabase()
  readonly network
  readonly changes: ChannelChange[] = []
  peer!: TestPerson
  store!: Store
  channel!: Channel
  up = true
  blocked = false
  failed = false
  /** devices of the peer that are known to stand at the other end of the wire */
  window = 64
  readReceipts = true
  /** a receipt that came alone waits for company as it does outside, in real time; else what is written next, nothing, takes it along */
  patient = false
  displayName: string

  private constructor (name: string, own: OwnRecord, clock: TestClock, entropy: Uint8Array) {
    this.entropy = entropy
    this.name = name
    this.displayName = name
    this.own = own
    this.clock = clock
    this.network = createNetwork({ clock, logger: testLogger() }, { peerSeed: own.peerSeed, mode: 'local', listen: ['/memory/nowhere'], bootstrap: [], resident: false, transports: 'memory' })
  }

  static async create (name: string, clock: TestClock, entropy = createEntropy()): Promise<TestPerson> {
    return new TestPerson(name, await createOwn({ entropy, name, now: clock.now(), restored: false }), clock, entropy)
  }

  /** The same device as it stands on disk now, in a world of its own. */
  async copy (clock: TestClock): Promise<TestPerson> {
    const other = new TestPerson(this.name, this.own, clock, this.entropy)
    for await (const [key, value] of this.database.iterator()) await other.database.put(key, value)
    return other
  }

  get dead (): boolean { return (this.store as ReturnType<typeof mortal>).dead }
  get written (): number { return (this.store as ReturnType<typeof mortal>).written }

  get components (): ChannelComponents {
    return { clock: this.clock, logger: testLogger(), store: this.store, own: this.own, network: this.network }
  }

  get state (): ChannelState { return this.channel.state }
  get device (): Uint8Array { return this.own.device }

  get conversation (): Uint8Array { return directConversation(this.own.identity, this.peer.own.identity) }

  host (): ChannelHost {
    return {
      announcement: async state => this.announcement(state),
      profile: () => ({ name: this.displayName, revision: START, readReceipts: this.readReceipts }),
      isBlocked: () => this.blocked,
      isRefused: () => false,
      planInput: state => this.planInput(state),
      journal: () => [],
      changed: (_state, changes) => { this.changes.push(...changes) },
      nudge: () => {},
      // who is to die in this write dies, and is seen to be dead
      receipted: () => { if (!this.patient) this.channel.write([]).catch(() => {}) },
      failed: () => { this.failed = true }
    }
  }

  announcement (state: ChannelState): Uint8Array {
    return Announcement.encode({
      revision: state.record.ownRevision,
      direct: [{ certificate: this.own.certificate, queue: state.record.direct.queue, wrapKey: state.record.direct.wrapKey, addresses: [] }],
      queues: [],
      grant: none,
      grantAddresses: []
    })
  }

  planInput (state: ChannelState): PlanInput {
    return {
      records: state.outbox.list().filter(record => record.ready),
      devices: [{ peerId: 'peer', device: hex(this.peer.device), own: false, up: this.up, away: !this.up, room: this.up ? this.window : 0, delivered: state.record.delivered[hex(this.peer.device)] ?? 0 }],
      mailboxes: []
    }
  }

  /** Opens the database (again), as a process does that was killed. `writes`: how long it lives this time. */
  async open (writes = Infinity): Promise<void> {
    this.channel?.close()
    this.store = mortal(await memoryStore(this.database), writes)
    this.failed = false
    let record = await loadChannelRecord(this.store, this.conversation)
    if (record === undefined) {
      record = newChannelRecord(this.conversation, this.peer.own.identity)
      await this.store.batch(channelRecordOps(this.store, record))
    }
    this.channel = await Channel.load(this.components, this.host(), record)
  }

  async say (text: string): Promise<void> {
    const { durable } = this.channel.append(KIND_TEXT, Text.encode({ text }))
    durable.catch(() => undefined)
    await this.channel.flush()
    await durable
  }

  /** Seals whatever a (hostile) peer might, and hands it to the other side. */
  async inject (payload: Partial<Payload>): Promise<void> {
    const { session } = this.state
    if (session === undefined) throw new Error('no session')
    const sealed = await session.seal(payloadOf(payload))
    await this.peer.channel.receive({ kind: Kind.MESSAGE, branch: sealed.branch, bytes: sealed.message, part: 0, parts: 0, digest: none })
  }

  /** Own entries as one run, signed by this device (or by `seed`). */
  async run (entries: readonly DecodedEntry[], seed = this.own.leafSeed, credential: Uint8Array = none): Promise<Uint8Array> {
    const last = entries.at(-1)
    if (last === undefined) throw new Error('an empty run')
    return Run.encode({ entries: entries.map(entry => entry.bytes), signature: await sign(seed, runBytes(this.conversation, last.hash)), credential })
  }

  /** Everything that is shown, in its order. */
  async texts (): Promise<string[]> {
    const page = await readPage(this.store, this.conversation, { limit: 10_000, accept: () => true })
    return page.map(({ entry }) => {
      const body = decodeBody(entry.kind, entry.body)
      return body?.kind === 'text' ? body.text : '?'
    })
  }

  async ids (): Promise<string[]> {
    const page = await readPage(this.store, this.conversation, { limit: 10_000, accept: () => true })
    return page.map(({ entry }) => messageId(entry.conversation, entry.author, entry.sequence))
  }
}

export interface Pair { alice: TestPerson, bob: TestPerson, clock: TestClock, wire: Wire }

/** Alice asked, bob said yes: what they say goes over `wire`. */
export async function strangers (): Promise<Pair> {
  const clock = new TestClock()
  const [alice, bob] = await Promise.all([TestPerson.create('alice', clock), TestPerson.create('bob', clock)])
  alice.peer = bob
  bob.peer = alice
  await Promise.all([alice.open(), bob.open()])
  return { alice, bob, clock, wire: new Wire() }
}

/** The same two as they stand on disk now, in a world of their own: not yet opened. */
export async function copyOf ({ alice, bob }: Pair): Promise<Pair> {
  const clock = new TestClock()
  const pair = { alice: await alice.copy(clock), bob: await bob.copy(clock), clock, wire: new Wire() }
  pair.alice.peer = pair.bob
  pair.bob.peer = pair.alice
  return pair
}

const NONCE = new Uint8Array(16).fill(1)

export async function friends (): Promise<Pair> {
  const pair = await strangers()
  await introduce(pair.alice, pair.bob)
  await pair.wire.settle(pair.alice, pair.bob)
  return pair
}

export async function introduce (asker: TestPerson, accepter: TestPerson, nonce = NONCE): Promise<void> {
  const keyPackages = await asker.channel.offer(nonce)
  await accepter.channel.establish({ asked: nonce, own: NONCE }, keyPackages, asker.announcement(asker.state))
}

export function bodyOf (record: OutboxRecord): Body {
  return { kind: record.kind === 'welcome' ? Kind.WELCOME : Kind.MESSAGE, branch: record.branch, bytes: record.message, part: 0, parts: 0, digest: none }
}

export class Wire {
  /** everything that ever left a device */
  readonly sealed: Sealed[] = []

  /** Hands on what is due, once. @returns how much */
  async step (from: TestPerson): Promise<number> {
    const { channel, state, peer } = from
    const before = plan(from.planInput(state), from.clock.now())
    if (before.finished.length > 0) await channel.later(state.outbox.remove(before.finished))
    await channel.flush()
    const { direct } = plan(from.planInput(state), from.clock.now())
    for (const { number } of direct) {
      const record = state.outbox.get(number)
      if (record === undefined) continue
      record.sent.add('peer')
      this.sealed.push({ from: from.name, branch: record.branch, message: record.message, session: state.session?.encode() })
      if (!this.drops(record)) await peer.channel.receive(bodyOf(record))
      record.handled.push('peer')
    }
    return direct.length
  }

  /** What falls off the wire: the sender thinks that it was handled. */
  drops: (record: OutboxRecord) => boolean = () => false

  /** Until nobody has anything more to say. @returns bytes of messages handed on */
  async settle (...people: TestPerson[]): Promise<number> {
    const before = this.sealed.length
    for (let moved = 1; moved > 0;) {
      moved = 0
      for (const person of people) if (person.up) moved += await this.step(person)
    }
    return this.sealed.slice(before).reduce((sum, { message }) => sum + message.byteLength, 0)
  }
}

/** A stream between the two opens (again). */
export function reconnect (...people: TestPerson[]): void {
  for (const person of people) {
    person.state.outbox.forgetSent('peer')
    person.channel.greet()
  }
}

/**
 * What was sealed, by the place in its sender's ratchet. Two different messages in one place are one key used twice.
 * `sessions`: stored sessions in which the states of these messages can be found.
 */
export async function generations (sealed: readonly Sealed[]): Promise<Map<string, Set<string>>> {
  const suite = await loadSuite(SESSION_SUITE)
  const places = new Map<string, Set<string>>()
  for (const { branch, message, session } of sealed) {
    const decoded = decodePrivate(message)
    if (decoded === undefined || session === undefined) continue // a Welcome
    const node = decodeStored(session).nodes.find(one => hex(one.branch) === hex(branch))
    const sender = node?.state === undefined ? undefined : await senderOf(decoded, node.state as Parameters<typeof senderOf>[1], suite)
    if (sender === undefined) throw new Error('sealed under a state that its sender does not have')
    const place = `${hex(branch)} ${decoded.contentType} ${sender.leafIndex} ${sender.generation}`
    places.set(place, (places.get(place) ?? new Set()).add(hex(message)))
  }
  return places
}
