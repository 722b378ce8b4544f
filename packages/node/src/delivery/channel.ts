/**
 * One conversation as it is carried: its log, session and outbox move together, one step at a time.
 *
 * Invariants: steps are serialised; memory may be ahead of the disk, but nothing leaves this device, and no receipt or
 * acknowledgement is given, before the batch that it depends on is durable; after a failed write the channel is dropped.
 */
import { Body, Kind } from '@sotto/protocols/envelope'
import { LimitError, PeerError, StoreError } from '../errors.ts'
import { createSession, decodeSession, joinSession } from '../session/index.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { ConversationLog } from '../sync/index.ts'
import { channelRecordOp } from './channel-record.ts'
import { MAX_EARLY, deliveredUpTo, hex, sessionOps } from './channel-state.ts'
import { Mutex } from './mutex.ts'
import { Outbox } from './outbox.ts'
import { receiveMessage, remember } from './receive.ts'
import { sealNext } from './seal.ts'
import { SessionShelf } from './session-shelf.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { ChannelChange, ChannelComponents, ChannelHost, ChannelState } from './channel-state.ts'
import type { StoreOp } from '../store/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

/** What is missing is asked for after this long, ms: mail on another path may still bring it. */
const REPAIR_MS = 2000
/** Own entries kept in memory until sealed; more are read from the log. */
const MAX_FRESH = 4096
/** Own entries that may wait for a way out: a full mailbox queue and then some. */
const MAX_WAITING = 100_000
/** Entries asked for in one want. */
const MAX_WANTED = 1024

/** Deletions that wait for a write, at most. */
const MAX_LAZY = 256

const EMPTY = new Uint8Array(0)

interface Pending { ops: readonly StoreOp[], entry: DecodedEntry, resolve: () => void, reject: (error: unknown) => void }

export class Channel {
  readonly state: ChannelState
  readonly #components: ChannelComponents
  readonly #host: ChannelHost
  readonly #mutex = new Mutex()
  /** own entries that go to disk with the next write, and who waits for it */
  #pending: Pending[] = []
  /** deletions that may wait for the next write: undone by a crash, they cost only a repeated step */
  #lazy: StoreOp[] = []
  #repair: (() => void) | undefined
  #closed = false

  private constructor (components: ChannelComponents, host: ChannelHost, state: ChannelState) {
    this.#components = components
    this.#host = host
    this.state = state
  }

  static async load (components: ChannelComponents, host: ChannelHost, record: ChannelRecord): Promise<Channel> {
    const { store, own } = components
    const { conversation } = record
    const log = await ConversationLog.load(components, conversation, own.device)
    const { shelf, stored } = await SessionShelf.load(store, conversation)
    const session = stored === undefined
      ? undefined
      : await decodeSession(stored, { own, identities: [own.identity, record.peer], clock: components.clock })
    let earlyCount = 0
    for await (const { key: name } of store.range(keyRange(tables.early, store.blind(conversation)))) earlyCount += name.byteLength > 0 ? 1 : 0
    return new Channel(components, host, {
      record,
      log,
      outbox: await Outbox.load(store, conversation),
      session,
      shelf,
      fresh: new Map(),
      due: { receipts: false, typing: undefined, wants: [], repairs: [], update: false },
      peerHeads: new Map(),
      lastAnnounced: 0,
      lastReceipts: 0,
      earlyCount
    })
  }

  /** Own entries that no mailbox and no device has signed for yet, or that are not even sealed. */
  get waiting (): number {
    const head = this.state.log.head(this.#components.own.device)?.sequence ?? 0
    return head - this.state.record.sealedUpTo
  }

  /** Appends an own entry. `durable` resolves when it is on disk. @throws LimitError LIMIT_EXCEEDED */
  append (kind: number, body: Uint8Array, extra: readonly StoreOp[] = []): { entry: DecodedEntry, durable: Promise<void> } {
    const { state } = this
    if (this.#closed) throw closedError()
    if (this.waiting >= MAX_WAITING) throw new LimitError('LIMIT_EXCEEDED', 'too many messages wait to be sent in this conversation', { hint: 'wait until some are delivered' })
    const { entry, ops } = state.log.append(kind, body)
    if (state.fresh.size < MAX_FRESH) state.fresh.set(entry.sequence, entry)
    const durable = new Promise<void>((resolve, reject) => {
      this.#pending.push({ ops: [...ops, ...extra], entry, resolve, reject })
    })
    this.#host.nudge(state)
    return { entry, durable }
  }

  /** Handles one unwrapped envelope. Resolves when all it caused is durable. */
  async receive (body: Body): Promise<void> {
    const outcome = await this.#mutex.run(async () => {
      if (this.#closed) throw closedError()
      if (body.kind === Kind.WELCOME) return this.#welcome(body)
      if (body.kind !== Kind.MESSAGE || body.branch.byteLength !== 16) return undefined
      const result = await receiveMessage(this.#components, this.#host, this.state, body.bytes, body.branch)
      if (result.early) result.ops.push(...this.#keepEarly(body))
      if (result.reason === 'lost' || result.early) this.#scheduleRepair(REPAIR_MS)
      // with nothing else waiting, the receipt is sealed now and goes to disk in the same write
      const answer = this.#mutex.queued === 1 ? await sealNext(this.#components, this.#host, this.state) : undefined
      const moved = result.moved || answer !== undefined ? this.#moved() : []
      return { ...result, written: this.#write([...result.ops, ...(answer ?? []), ...moved], result.changes) }
    })
    if (outcome === undefined) return
    await outcome.written
    if (outcome.reason === 'commit' || outcome.reason === 'joined') await this.#retryEarly()
    this.#scheduleRepair(outcome.changes.some(change => change.change === 'added') ? 0 : REPAIR_MS)
    this.#host.nudge(this.state)
  }

  /** Seals what is due, one record after the other, until nothing is left or there is no way out. @returns whether anything was sealed */
  async flush (): Promise<boolean> {
    let any = false
    for (;;) {
      const step = await this.#mutex.run(async () => {
        const ops = this.#closed ? undefined : await sealNext(this.#components, this.#host, this.state)
        if (ops === undefined && this.#pending.length === 0) return undefined
        return { done: this.#write(ops === undefined ? [] : [...ops, ...this.#moved()], []), sealed: ops !== undefined }
      })
      if (step === undefined) return any
      await step.done
      any ||= step.sealed
    }
  }

  #moved (): StoreOp[] {
    return [...sessionOps(this.state), channelRecordOp(this.#components.store, this.state.record)]
  }

  /** The accepter creates the session for the asker's devices. @throws PeerError when the KeyPackages are bad */
  async establish (keyPackages: Uint8Array[]): Promise<void> {
    const written = await this.#mutex.run(async () => {
      const { own, clock } = this.#components
      const { session, welcome } = await createSession({
        own,
        groupId: crypto.getRandomValues(new Uint8Array(32)),
        keyPackages,
        identities: [own.identity, this.state.record.peer],
        now: clock.now(),
        clock
      })
      if (welcome === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the request names no device')
      const ops = this.#adopt(session, hex(own.identity))
      ops.push(...this.state.outbox.put({
        number: this.state.record.nextRecord++,
        kind: 'welcome',
        from: 0,
        to: 0,
        branch: session.branch,
        message: welcome,
        follow: EMPTY,
        created: clock.now()
      }).ops)
      return { done: this.#write([...ops, ...this.#moved()], [{ change: 'session', devicesChanged: false }]) }
    })
    await written.done
    this.#host.nudge(this.state)
  }

  async #welcome (body: Body): Promise<{ ops: StoreOp[], changes: ChannelChange[], reason: string, written: Promise<void> } | undefined> {
    const { own, clock } = this.#components
    const { record } = this.state
    if (this.#host.isBlocked(record.peer)) return undefined
    // crossed requests: both may have created; the session of the lower identity stays (SES)
    if (this.state.session !== undefined && !record.confirmed && record.creator === hex(own.identity) && hex(own.identity) < hex(record.peer)) return undefined
    try {
      const { session, used } = await joinSession({ own, welcome: body.bytes, keyPackages: record.keyPackages, identities: [own.identity, record.peer], now: clock.now(), clock })
      const ops = this.#adopt(session, hex(record.peer))
      record.keyPackages = record.keyPackages.filter(pair => pair !== used)
      record.confirmed = true
      this.state.due.update = session.shouldUpdate(clock.now())
      ops.push(...this.#moved())
      const changes: ChannelChange[] = [{ change: 'session', devicesChanged: false }]
      return { ops, changes, reason: 'joined', written: this.#write(ops, changes) }
    } catch (error) {
      // a Welcome for a package that was used already, or not for us: a retry, or a forgery
      this.#components.logger('a Welcome was refused: %s', error instanceof Error ? error.message : 'unknown')
      return undefined
    }
  }

  /** Replaces the session: what the peer has not signed for will be sealed anew. */
  #adopt (session: NonNullable<ChannelState['session']>, creator: string): StoreOp[] {
    const { state } = this
    state.session = session
    state.record.creator = creator
    state.record.confirmed = false
    state.record.tips = []
    remember(state, session.members())
    state.record.sealedUpTo = deliveredUpTo(state, this.#components.own.identity)
    state.due.receipts = true
    state.lastAnnounced = 0
    return state.outbox.remove(state.outbox.list().map(record => record.number))
  }

  /** All messages so far are read here. */
  async markRead (): Promise<void> {
    const { log, record, due } = this.state
    const ops = log.markRead()
    let moved = false
    for (const head of log.heads()) {
      const author = hex(head.author)
      if (author === hex(this.#components.own.device) || (record.reads[author] ?? 0) >= head.sequence) continue
      record.reads[author] = head.sequence
      moved = true
    }
    if (ops.length === 0 && !moved) return
    if (moved) due.receipts = true
    await this.#write([...ops, channelRecordOp(this.#components.store, record)], [])
    this.#host.nudge(this.state)
  }

  typing (active: boolean): void {
    this.state.due.typing = active
    this.#host.nudge(this.state)
  }

  /** A stream to the peer is open: say what we have, so that both sides see what is missing (SYN-1). */
  greet (): void {
    this.state.due.receipts = true
    this.state.lastAnnounced = 0
    this.#host.nudge(this.state)
  }

  /** Writes the record after a change from outside (an announcement to make, KeyPackages handed out). */
  async save (): Promise<void> {
    await this.#write([channelRecordOp(this.#components.store, this.state.record)], [])
  }

  async write (ops: readonly StoreOp[], changes: readonly ChannelChange[] = []): Promise<void> {
    await this.#write(ops, changes)
  }

  /** Deletions that may go with whatever is written next. */
  async later (ops: readonly StoreOp[]): Promise<void> {
    this.#lazy.push(...ops)
    if (this.#lazy.length > MAX_LAZY) await this.#write([], [])
  }

  /** Writes what waits, and takes nothing more. */
  async stop (): Promise<void> {
    await this.#mutex.run(async () => {
      if (!this.#closed && (this.#lazy.length > 0 || this.#pending.length > 0)) await this.#write([], [])
    })
    this.close()
  }

  close (): void {
    this.#closed = true
    this.#repair?.()
    for (const { reject } of this.#pending.splice(0)) reject(closedError())
  }

  /** Own entries and deletions that wait go with every write, before what was built upon them. */
  async #write (ops: readonly StoreOp[], others: readonly ChannelChange[]): Promise<void> {
    const pending = this.#pending.splice(0)
    const lazy = this.#lazy.splice(0)
    const changes: readonly ChannelChange[] = pending.length === 0 ? others : [{ change: 'added', entries: pending.map(({ entry }) => entry) }, ...others]
    if (ops.length + lazy.length + changes.length === 0) return
    try {
      await this.#components.store.batch([...lazy, ...pending.flatMap(item => item.ops), ...ops, ...this.#host.journal(this.state, changes)])
    } catch (error) {
      for (const { reject } of pending) reject(error)
      this.close()
      this.#host.failed(this.state, error)
      throw error
    }
    for (const { resolve } of pending) resolve()
    if (changes.length > 0) this.#host.changed(this.state, changes)
  }

  #keepEarly (body: Body): StoreOp[] {
    const { state } = this
    if (state.earlyCount >= MAX_EARLY) return [] // sync brings what it held
    state.earlyCount++
    const name = key(tables.early, this.#components.store.blind(state.record.conversation), crypto.getRandomValues(new Uint8Array(8)))
    return [{ type: 'put', key: name, value: Body.encode(body) }]
  }

  async #retryEarly (): Promise<void> {
    const { store } = this.#components
    const { state } = this
    if (state.earlyCount === 0) return
    const kept: Array<{ key: Uint8Array, value: Uint8Array }> = []
    for await (const item of store.range(keyRange(tables.early, store.blind(state.record.conversation)))) kept.push(item)
    state.earlyCount = 0
    for (const item of kept) await this.receive(Body.decode(item.value)) // what is still early is kept anew
    await this.#write(kept.map(item => ({ type: 'del', key: item.key })), [])
  }

  /** Asks for what others have and we lack, once it had time to come by itself (SYN-2). */
  #scheduleRepair (wait: number): void {
    if (this.#repair !== undefined || this.#closed || this.#missing().length === 0) return
    this.#repair = this.#components.clock.after(wait, () => {
      this.#repair = undefined
      const wants = this.#missing()
      if (wants.length === 0) return
      this.state.due.wants = wants
      this.#host.nudge(this.state)
      this.#scheduleRepair(REPAIR_MS * 5)
    })
  }

  #missing (): Array<{ author: Uint8Array, from: number, to: number }> {
    const { log, peerHeads, record } = this.state
    const wanted = new Map<string, { author: Uint8Array, from: number, to: number }>()
    const want = (author: Uint8Array, to: number): void => {
      const from = (log.head(author)?.sequence ?? 0) + 1
      if (to >= from) wanted.set(hex(author), { author, from, to: Math.min(Math.max(to, wanted.get(hex(author))?.to ?? 0), from + MAX_WANTED - 1) })
    }
    for (const gap of log.gaps()) want(gap.author, gap.to)
    for (const heads of peerHeads.values()) {
      for (const [author, sequence] of heads) {
        if (author !== hex(this.#components.own.device) && record.authors[author] !== undefined) want(bytesOf(author), sequence)
      }
    }
    return [...wanted.values()].slice(0, 64)
  }
}

function closedError (): StoreError {
  return new StoreError('STORE_CLOSED', 'the conversation is closed or being loaded anew', { hint: 'try again' })
}

function bytesOf (text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16))
}
