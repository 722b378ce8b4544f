/**
 * One conversation as it is carried: its log, session and outbox move together, one step at a time.
 *
 * Invariants: steps are serialised; memory may be ahead of the disk, but nothing leaves this device, and no receipt or
 * acknowledgement is given, before the batch that it depends on is durable; after a failed write the channel is dropped.
 */
import { Kind } from '@sotto/protocols/envelope'
import { equals } from 'uint8arrays/equals'
import { LimitError, StoreError } from '../errors.ts'
import { decodeSession } from '../session/index.ts'
import { ConversationLog } from '../sync/index.ts'
import { channelRecordOps } from './channel-record.ts'
import { hex, sessionOps } from './channel-state.ts'
import { EarlyMail } from './early.ts'
import { LateReceipts } from './late-receipts.ts'
import { joinByWelcome, makeSession, offerKeyPackages } from './meeting.ts'
import { Mutex } from './mutex.ts'
import { OrderedWriter } from './ordered-writer.ts'
import { Outbox } from './outbox.ts'
import { PendingEntries } from './pending.ts'
import { isReceipt, receiveMessage } from './receive.ts'
import { Repair } from './repair.ts'
import { REPAIR_BURST_BYTES, sealNext, wantsAnnouncement } from './seal.ts'
import { absorbRuns, admitDevices, expelDevices, packageForSibling, takeReads } from './siblings.ts'
import { SessionShelf } from './session-shelf.ts'
import { Signals } from './signals.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { Meeting } from './meeting-id.ts'
import type { ChannelChange, ChannelComponents, ChannelHost, ChannelState } from './channel-state.ts'
import type { StoreOp } from '../store/index.ts'
import type { Body } from '@sotto/protocols/envelope'
import type { DecodedEntry } from '@sotto/protocols/message'

/** Own entries kept in memory until sealed, some 10 MB at most; more are read from the log. */
const MAX_FRESH = 16_384
/** Own entries that may wait for a way out: a full mailbox queue and then some. */
const MAX_WAITING = 100_000
/** Sealed records on their way to the disk: what comes meanwhile goes with the next. */
const MAX_WRITES = 4
/** Deletions that wait for a write, at most. */
const MAX_LAZY = 256
const NOTHING = (): StoreOp[] => []

interface WriteOptions { moved?: boolean, extra?: () => StoreOp[] }

/** What one step of receiving led to; `done` when it is durable. */
interface Step { reason: string, done: Promise<void> }

export class Channel {
  readonly state: ChannelState
  readonly #components: ChannelComponents
  readonly #host: ChannelHost
  readonly #mutex = new Mutex()
  readonly #writer: OrderedWriter
  readonly #early: EarlyMail
  readonly #repair: Repair
  readonly #pending = new PendingEntries()
  readonly #late: LateReceipts
  /** deletions that may wait for the next write: undone by a crash, they cost only a repeated step */
  #lazy: StoreOp[] = []
  #retrying = false
  readonly signals: Signals
  /** commits merged and sessions joined: each may open what came too early */
  #advanced = 0
  #closed = false

  private constructor (components: ChannelComponents, host: ChannelHost, state: ChannelState, early: EarlyMail) {
    this.#components = components
    this.#host = host
    this.state = state
    this.#early = early
    this.signals = new Signals(state)
    this.#writer = new OrderedWriter(components.store)
    this.#late = new LateReceipts(() => { this.write([]).catch(() => {}) }) // whoever waits for it is told
    this.#repair = new Repair(components.clock, state, components.own.device, wants => {
      state.due.wants = wants
      host.nudge(state)
    })
  }

  static async load (components: ChannelComponents, host: ChannelHost, record: ChannelRecord): Promise<Channel> {
    const { store, own } = components
    const { conversation } = record
    const log = await ConversationLog.load(components, conversation, own.device)
    const { shelf, stored } = await SessionShelf.load(store, conversation)
    const session = stored === undefined
      ? undefined
      : await decodeSession(stored, { own, identities: [own.identity, record.peer], clock: components.clock })
    const state: ChannelState = {
      record,
      log,
      outbox: await Outbox.load(store, conversation),
      session,
      shelf,
      fresh: new Map(),
      due: { receipts: false, typing: undefined, signals: [], wants: [], proofs: new Map(), repairs: new Map(), reconciles: [], update: false },
      peerHeads: new Map(),
      lastAnnounced: 0,
      announcedRevision: 0,
      syncing: false,
      announcing: 0,
      repairBudget: { bytes: REPAIR_BURST_BYTES, at: components.clock.now() },
      lastReceipts: 0,
      audit: undefined,
      audited: new Map(),
      lastReminded: 0
    }
    return new Channel(components, host, state, await EarlyMail.load(store, conversation))
  }

  /** Own entries that are not even sealed. Notes to oneself need no sealing. */
  get waiting (): number {
    const { log, record } = this.state
    const { own } = this.#components
    return equals(record.peer, own.identity) ? 0 : (log.head(own.device)?.sequence ?? 0) - record.sealedUpTo
  }

  get closed (): boolean { return this.#closed }

  /** Resolves when the next own entry may be appended. */
  async room (): Promise<void> { await this.#pending.room() }

  /** Appends an own entry. `durable` resolves when it is on disk. `extra`: what goes with it, given its id. @throws LimitError LIMIT_EXCEEDED */
  append (kind: number, body: Uint8Array, extra: (id: string) => readonly StoreOp[] = NOTHING): { entry: DecodedEntry, id: string, durable: Promise<void> } {
    const { state } = this
    if (this.#closed) throw closedError()
    if (this.waiting >= MAX_WAITING) throw new LimitError('LIMIT_EXCEEDED', 'too many messages wait to be sent in this conversation', { hint: 'wait until some are delivered' })
    const { entry, id, ops } = state.log.append(kind, body)
    if (state.fresh.size < MAX_FRESH) state.fresh.set(entry.sequence, entry)
    const durable = this.#pending.add(entry, [...ops, ...extra(id)])
    this.#host.nudge(state)
    return { entry, id, durable }
  }

  /** Handles one unwrapped envelope. Resolves when all it caused is durable. */
  async receive (body: Body): Promise<void> {
    const step = await this.#take(body, undefined)
    await step.done
    if (step.reason === 'commit' || step.reason === 'joined') await this.#retryEarly()
    this.#repair.look()
    this.#host.nudge(this.state)
  }

  /** One step of receiving. `kept`: the number under which this envelope waited here. */
  async #take (body: Body, kept: number | undefined): Promise<Step> {
    return this.#mutex.run(async () => {
      if (this.#closed) throw closedError()
      const ended = (): StoreOp[] => kept === undefined ? [] : this.#early.drop(kept)
      if (body.parts > 1) return { reason: 'in parts', done: this.#write(ended(), []) } // ENV-18
      if (body.kind === Kind.WELCOME) {
        const ops = await joinByWelcome(this.#components, this.state, body.bytes)
        if (ops === undefined) return { reason: 'refused', done: this.#write(ended(), []) }
        this.#advanced++
        return { reason: 'joined', done: this.#write([...ended(), ...ops], [{ change: 'session', devicesChanged: false }], { moved: true }) }
      }
      if (body.kind !== Kind.MESSAGE || body.branch.byteLength !== 16) return { reason: 'not a message', done: this.#write(ended(), []) }
      const result = await receiveMessage(this.#components, this.#host, this.state, body.bytes, body.branch)
      if (result.reason === 'commit') this.#advanced++
      const waits = !result.early ? ended() : kept === undefined ? this.#early.keep(body) : []
      // with nothing else waiting, the receipt is sealed now and goes to disk in the same write
      const answer = this.#mutex.queued === 1 ? await sealNext(this.#components, this.#host, this.state, undefined) : undefined
      if (answer === undefined && waits.length === 0 && isReceipt(result)) {
        this.#host.receipted(this.state)
        return { reason: result.reason, done: this.#late.add(result.changes) }
      }
      const moved = result.moved || answer !== undefined
      return { reason: result.reason, done: this.#write([...result.ops, ...waits, ...(answer ?? [])], result.changes, { moved }) }
    })
  }

  /**
   * Seals what is due, one record after the other, until nothing is left or there is no way out; the next is sealed while the
   * one before is on its way to the disk. `released` is called whenever something may leave. @returns whether anything was sealed
   */
  async flush (released = (): void => {}): Promise<boolean> {
    let any = false
    const writes = new Set<Promise<void>>()
    try {
      for (;;) {
        // asked for before the step begins: it may wait for mailboxes
        const announcement = wantsAnnouncement(this.#components, this.#host, this.state) ? await this.#host.announcement(this.state) : undefined
        const step = await this.#mutex.run(async () => this.#seal(announcement))
        if (step === undefined) break
        any ||= step.sealed
        const write = step.done.then(() => {
          writes.delete(write)
          if (step.sealed) released()
        })
        write.catch(() => {}) // it is awaited below; until then nobody would be listening
        writes.add(write)
        if (writes.size >= MAX_WRITES) await Promise.race(writes)
      }
    } finally {
      await Promise.all(writes)
    }
    return any
  }

  async #seal (announcement: Uint8Array | undefined): Promise<{ done: Promise<void>, sealed: boolean } | undefined> {
    if (this.#closed) return undefined
    let ops: StoreOp[] | undefined
    try {
      ops = await sealNext(this.#components, this.#host, this.state, announcement)
    } catch (error) {
      await this.#write([], []) // what somebody said is kept, whatever became of its sealing
      throw error
    }
    if (ops === undefined && this.#pending.size === 0) return undefined
    return { done: this.#write(ops ?? [], [], { moved: ops !== undefined }), sealed: ops !== undefined }
  }

  #moved (): StoreOp[] {
    return [...sessionOps(this.state), ...channelRecordOps(this.#components.store, this.state.record)]
  }

  /**
   * The accepter creates the session for the asker's devices. `theirs`: the asker's announcement, checked; `extra`: what is
   * written with all that. @throws PeerError when the KeyPackages are bad
   */
  async establish (meeting: Meeting, keyPackages: Uint8Array[], theirs: Uint8Array, extra: () => StoreOp[] = NOTHING): Promise<void> {
    await this.#made(async () => ({ ops: await makeSession(this.#components, this.state, meeting, keyPackages, theirs), result: undefined }), [{ change: 'session', devicesChanged: false }], extra)
  }

  /** KeyPackages for the request of this nonce. The private halves are durable when it resolves. */
  async offer (nonce: Uint8Array): Promise<Uint8Array[]> {
    return this.#made(async () => ({ ops: [], result: await offerKeyPackages(this.#components, this.state, nonce) }), [])
  }

  /** A KeyPackage for another device of ours, which then adds this one. The private half is durable when it resolves. */
  async packageForSibling (): Promise<Uint8Array> {
    return this.#made(async () => ({ ops: [], result: await packageForSibling(this.#components, this.state) }), [])
  }

  /** Takes other devices of ours into the session. @returns the Welcome, once the commit is durable; undefined where there is no session */
  async admit (keyPackages: Uint8Array[]): Promise<Uint8Array | undefined> {
    return this.#made(async () => {
      const admitted = await admitDevices(this.#components, this.state, keyPackages)
      return { ops: admitted?.ops ?? [], result: admitted?.welcome }
    }, [{ change: 'session', devicesChanged: true }])
  }

  /** Puts revoked devices of ours out of the session. `revocations`: device (hex) → encoded Signed<RevocationBody> */
  async expel (revocations: ReadonlyMap<string, Uint8Array>): Promise<void> {
    if (this.state.session?.members().some(({ device }) => revocations.has(hex(device))) !== true) return
    await this.#made(async () => ({ ops: await expelDevices(this.#components, this.state, revocations), result: undefined }), [{ change: 'session', devicesChanged: true }])
  }

  /** Runs from another device of ours. @returns how many entries were new; all is durable then */
  async absorb (runs: readonly Uint8Array[], isNews: boolean): Promise<number> {
    let changes: ChannelChange[] = []
    const added = await this.#made(async () => {
      const absorbed = await absorbRuns(this.#components, this.state, runs)
      const count = absorbed.changes.reduce((sum, change) => sum + (change.change === 'added' ? change.entries.length : 0), 0)
      changes = absorbed.changes.filter(({ change }) => isNews || !['added', 'delivered', 'read'].includes(change)) // history is no news
      return { ops: absorbed.ops, result: count }
    }, () => changes)
    return added
  }

  /** What another device of ours says was read: taken with the history. */
  async settleRead (reads: ReadonlyMap<string, number>, unread: number): Promise<void> {
    await this.#made(async () => ({ ops: [], result: takeReads(this.state, reads, unread) }), [])
  }

  /** One step that writes session and record; what is sealed in it leaves when that is durable. */
  async #made<T> (make: () => Promise<{ ops: StoreOp[], result: T }>, changes: readonly ChannelChange[] | (() => readonly ChannelChange[]), extra = NOTHING): Promise<T> {
    const step = await this.#mutex.run(async () => {
      if (this.#closed) throw closedError()
      const { ops, result } = await make()
      return { result, done: this.#write(ops, typeof changes === 'function' ? changes() : changes, { moved: true, extra }) }
    })
    await step.done
    this.#host.nudge(this.state)
    return step.result
  }

  /** All messages so far are read here. */
  async markRead (): Promise<void> {
    const step = await this.#mutex.run(async () => {
      if (this.#closed) throw closedError()
      const { log, record, due } = this.state
      const unread = log.markRead()
      let moved = false
      for (const head of log.heads()) {
        const author = hex(head.author)
        if (author === hex(this.#components.own.device) || (record.reads[author] ?? 0) >= head.sequence) continue
        record.reads[author] = head.sequence
        moved = true
      }
      if (!unread && !moved) return undefined
      if (moved && this.#host.profile().readReceipts && record.peerReadReceipts) due.receipts = true // else they would learn when
      return { done: this.#write(channelRecordOps(this.#components.store, record), []) }
    })
    await step?.done
    this.#host.nudge(this.state)
  }

  typing (active: boolean): void {
    this.state.due.typing = { active, at: this.#components.clock.now() }
    this.#host.nudge(this.state)
  }

  /** A step of a call, for devices that are there. */
  signal (bytes: Uint8Array): void {
    this.signals.add(bytes, this.#components.clock.now())
    this.#host.nudge(this.state)
  }

  /** A stream to the peer is open: say what we have, so that both sides see what is missing (SYN-1). */
  greet (): void {
    this.state.due.receipts = true
    this.state.lastAnnounced = 0
    this.#host.nudge(this.state)
  }

  /** Writes the record after a change from outside (an announcement to make, a peer's places). */
  async save (): Promise<void> {
    await this.#step(() => channelRecordOps(this.#components.store, this.state.record), [])
  }

  async write (ops: readonly StoreOp[], changes: readonly ChannelChange[] = []): Promise<void> {
    await this.#step(() => ops, changes)
  }

  /** Deletions that may go with whatever is written next. */
  async later (ops: readonly StoreOp[]): Promise<void> {
    this.signals.look()
    this.#lazy.push(...ops)
    if (this.#lazy.length > MAX_LAZY) await this.#step(NOTHING, [])
  }

  /** Writes what waits, and takes nothing more. */
  async stop (): Promise<void> {
    await this.#mutex.run(async () => {
      if (!this.#closed && (this.#lazy.length > 0 || this.#pending.size > 0 || this.#late.waiting)) await this.#write([], [])
    })
    this.close()
  }

  close (): void {
    this.#closed = true
    this.#repair.stop()
    this.signals.close()
    this.#pending.close(closedError())
    this.#late.take()?.reject(closedError())
  }

  /** Every write is a step of its own or the end of one: what it takes along is never the half of another. */
  async #step (ops: () => readonly StoreOp[], changes: readonly ChannelChange[]): Promise<void> {
    const step = await this.#mutex.run(async () => ({ done: this.#write(ops(), changes) }))
    await step.done
  }

  /**
   * Own entries and deletions that wait go with every write, before what was built upon them; the log's cursors go last, as
   * they stand now. What is to be sent is released only when all this is durable (SES-17). `moved`: session and record did.
   */
  async #write (ops: readonly StoreOp[], others: readonly ChannelChange[], { moved = false, extra = NOTHING }: WriteOptions = {}): Promise<void> {
    if (this.#closed) throw closedError()
    const { log, outbox, record } = this.state
    const pending = this.#pending.take()
    const late = this.#late.take()
    const added: ChannelChange[] = pending.entries.length === 0 ? [] : [{ change: 'added', entries: pending.entries }]
    const changes: readonly ChannelChange[] = [...added, ...late?.changes ?? [], ...others]
    const all = [...this.#lazy.splice(0), ...pending.ops, ...ops, ...(moved || late !== undefined ? this.#moved() : []), ...log.stateOps()]
    if (all.length + changes.length === 0) return
    const upTo = record.nextRecord - 1
    try {
      await this.#writer.write(() => [...all, ...extra(), ...this.#host.journal(this.state, changes)])
    } catch (error) {
      pending.reject(error)
      late?.reject(error)
      if (!this.#closed) this.#host.failed(this.state, error)
      this.close()
      throw error
    }
    outbox.release(upTo)
    pending.resolve()
    late?.resolve()
    if (changes.length > 0) this.#host.changed(this.state, changes)
  }

  /** Tries what came too early, as long as something brings us further. */
  async #retryEarly (): Promise<void> {
    if (this.#retrying) return // the one under way sees that we advanced
    this.#retrying = true
    try {
      for (let seen = -1; seen !== this.#advanced && this.#early.size > 0;) {
        seen = this.#advanced
        for (const { number, body } of await this.#early.list()) await (await this.#take(body, number)).done
      }
    } finally {
      this.#retrying = false
    }
  }
}

function closedError (): StoreError {
  return new StoreError('STORE_CLOSED', 'the conversation is closed or being loaded anew', { hint: 'try again' })
}
