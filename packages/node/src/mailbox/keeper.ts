/** Chooses the mailboxes that keep our mail, and reads it there. Spec: protocols/mailbox/README.md. */
import { genesis, MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { TypedEventEmitter } from 'main-event'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { KEEPER_RETIRED_MS, KEEPER_REVIEW_MS, MAILBOX_COPIES, QUEUE_CREATION_WAIT_MS, QUEUE_DEATH_MS, RETENTION_MS, SLOT_SILENCE_MS } from '../config.ts'
import { NodeError, UsageError } from '../errors.ts'
import { randomSeed } from '../identity/ed25519.ts'
import { KeeperBook } from './keeper-book.ts'
import { keeperView, sharedQueue } from './keeper-view.ts'
import { rankOfKind } from './keeper.machine.ts'
import { ProofCheck } from './proof-check.ts'
import { MailboxReader } from './reader.ts'
import { Roster } from './roster.ts'
import { Tasks } from './tasks.ts'
import type { Cursor, KnownHead } from './chain-check.ts'
import type { KeeperEvents, KeeperView, MailboxKeeper, MailHandler, MailItem, OwnQueue, SharedQueue } from './index.ts'
import type { ReadQueue } from './keeper-book.ts'
import type { KeeperRecord } from './keeper.machine.ts'
import type { ReaderHost } from './reader.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'

export interface MailboxKeeperInit {
  /** 16 bytes: names this device, blinded per queue */
  device: Uint8Array
  /** own personal nodes, with the grant that they gave this identity */
  own?: ReadonlyArray<PeerPlace & { token?: Uint8Array }>
  /** others that may volunteer, beside the connected peers */
  candidates?: readonly PeerPlace[]
  /** mailboxes to keep, default MAILBOX_COPIES */
  copies?: number
  /** other devices of ours read the same queues */
  isShared?: () => boolean
}

type KeeperComponents = Pick<Components, 'clock' | 'clocks' | 'logger' | 'store' | 'network'>

const DAY_MS = 24 * 60 * 60 * 1000

function hex (bytes: Uint8Array): string {
  return toString(bytes, 'base16')
}

/**
 * Invariants: a queue is announced only while its mailbox is active, has created it and takes mail; a record changes on
 * disk before it is announced; a liar is never read or chosen again; every reader ends in `stop()`.
 */
class LocalMailboxKeeper extends TypedEventEmitter<KeeperEvents> implements MailboxKeeper, ReaderHost {
  readonly #components: KeeperComponents
  readonly #init: MailboxKeeperInit
  readonly #book: KeeperBook
  readonly #roster: Roster
  readonly #proofs: ProofCheck
  readonly #tasks: Tasks
  readonly #readers = new Map<string, MailboxReader>()
  /** one per mailbox and conversation */
  readonly #queues = new Map<string, ReadQueue>()
  readonly #conversations = new Map<string, Uint8Array>()
  #handler: MailHandler | undefined
  #stopped = true
  #reviewing: Promise<void> | undefined
  #again = false
  #cancelReview: (() => void) | undefined

  constructor (components: KeeperComponents, init: MailboxKeeperInit) {
    super()
    this.#components = { ...components, logger: components.logger.scope('keeper') }
    this.#init = init
    this.#book = new KeeperBook(components.store)
    this.#roster = new Roster(this.#components, this.#book, init.copies ?? MAILBOX_COPIES)
    this.#proofs = new ProofCheck(components, this.#book, (peerId, reason) => { this.liar(peerId, reason) })
    this.#tasks = new Tasks(this.#components)
  }

  async start (handler: MailHandler): Promise<void> {
    this.#handler = handler
    this.#stopped = false
    const { keepers, queues, conversations } = await this.#book.load()
    this.#roster.load(keepers)
    for (const queue of queues) this.#queues.set(hex(queue.queue), queue)
    for (const conversation of conversations) this.#conversations.set(hex(conversation), conversation)
    for (const place of this.#init.own ?? []) this.#roster.learn(place, 'own', place.token)
    for (const place of this.#init.candidates ?? []) this.#roster.learn(place, 'volunteer')
    const { network } = this.#components
    network.addEventListener('peer:identify', this.#onIdentify)
    for (const type of ['reachability:change', 'network:change'] as const) network.addEventListener(type, this.#onReachable)
    this.#schedule()
    await this.#review()
  }

  async stop (): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    const { network } = this.#components
    network.removeEventListener('peer:identify', this.#onIdentify)
    for (const type of ['reachability:change', 'network:change'] as const) network.removeEventListener(type, this.#onReachable)
    this.#cancelReview?.()
    await this.#reviewing
    for (const peerId of [...this.#readers.keys()]) this.#stopReader(peerId)
    await this.#proofs.stop()
    await this.#tasks.settled()
    await this.#roster.save()
    this.#roster.clear()
    this.#queues.clear()
    this.#conversations.clear()
  }

  list (): KeeperView[] {
    return this.#roster.all().flatMap(keeper => {
      const view = keeperView(keeper, this.#queuesAt(keeper.peerId), this.#isConnected(keeper.peerId))
      // who was meant to keep for us and does not is shown with the reason; of strangers only those who do
      const isShown = keeper.state === 'active' || (keeper.kind !== 'volunteer' && view.trouble !== undefined && keeper.state !== 'idle')
      return isShown ? [view] : []
    })
  }

  inboxPlaces (): Array<{ place: PeerPlace, grant: Uint8Array | undefined, anonymous: boolean }> {
    return this.#roster.all().filter(keeper => keeper.state === 'active' && keeper.refusal === '').map(({ peerId, addresses, token, kind }) => ({
      place: { peerId, addresses }, grant: token, anonymous: kind !== 'own'
    }))
  }

  async queuesFor (conversation: Uint8Array, peer?: Uint8Array): Promise<OwnQueue[]> {
    if (this.#stopped) throw new UsageError('NOT_RUNNING', 'the mailbox keeper is not started')
    if (conversation.byteLength !== 32) throw new UsageError('BAD_ARGUMENT', 'a conversation has an id of 32 bytes')
    const isNew = !this.#conversations.has(hex(conversation))
    this.#conversations.set(hex(conversation), conversation)
    const fresh = this.#roster.active().flatMap(peerId => this.#wanted(peerId, conversation))
    await this.#book.saveQueues(fresh, isNew ? conversation : undefined)
    const created = fresh.map(async queue => this.#readers.get(queue.mailbox)?.add(queue))
    const isSoon = fresh.some(queue => this.#isConnected(queue.mailbox))
    await this.#tasks.atMost(isSoon ? QUEUE_CREATION_WAIT_MS : 0, created)
    return this.#announced(conversation, peer)
  }

  async fetched (): Promise<void> {
    await this.#reviewing
    await Promise.all([...this.#readers.values()].map(async reader => reader.round))
  }

  suggest (places: readonly PeerPlace[]): void {
    if (this.#stopped) return
    for (const place of places) this.#roster.learn(place, 'volunteer')
    if (places.length > 0) this.#changed()
  }

  async offered (identity: Uint8Array, place: PeerPlace, token: Uint8Array | undefined): Promise<void> {
    await this.#roster.offered(identity, place, token)
    this.#readers.get(place.peerId)?.nudge()
    await this.#review()
  }

  async checkProof (mailbox: string, receipt: Uint8Array): Promise<void> {
    await this.#proofs.check(mailbox, receipt, id => this.#queues.get(hex(id)), async queue => this.#readers.get(mailbox)?.end(queue))
  }

  shared (): SharedQueue[] {
    return [...this.#queues.values()].flatMap(queue => sharedQueue(queue, this.#roster.get(queue.mailbox)))
  }

  async rotate (): Promise<void> {
    const conversations = [...this.#conversations.values()]
    const old = [...this.#queues.values()].filter(queue => queue.state === 'created' && queue.rotated === undefined)
    await this.#book.saveQueues(old.map(queue => Object.assign(queue, { rotated: this.#components.clock.now() })))
    await Promise.all(conversations.map(async conversation => this.queuesFor(conversation)))
    this.#announce(conversations)
  }

  async drop (conversation: Uint8Array): Promise<void> {
    const queues = [...this.#queues.values()].filter(queue => equals(queue.conversation, conversation))
    this.#conversations.delete(hex(conversation))
    for (const queue of queues) queue.state = 'dropped'
    await this.#book.forgetConversation(conversation, queues)
    await this.#tasks.atMost(QUEUE_CREATION_WAIT_MS, queues.map(async queue => this.#readers.get(queue.mailbox)?.add(queue)))
  }

  // --- what readers report ---

  async mail (queue: ReadQueue, items: MailItem[]): Promise<void> {
    if (this.#handler === undefined || this.#stopped) throw new NodeError('NETWORK_STOPPED', 'the keeper stops')
    await this.#handler({ conversation: queue.conversation, queue: queue.queue, wrapKey: queue.wrapKey, items })
  }

  async advanced (queue: ReadQueue, cursor: Cursor, heads: KnownHead[]): Promise<void> {
    await this.#book.advance({ ...queue, ...cursor }, heads)
    Object.assign(queue, cursor) // not before it is written: what is compared with it reads the disk
    this.#proofs.advanced(queue)
  }

  connected (peerId: string, connected: boolean): void {
    if (this.#roster.connected(peerId, connected, this.#isOnline())) this.#changed()
  }

  async created (queue: ReadQueue): Promise<void> {
    await this.#book.saveQueues([queue])
    this.#roster.accepted(queue.mailbox)
    this.#announce([queue.conversation])
  }

  async deleted (queue: ReadQueue): Promise<void> {
    this.#queues.delete(hex(queue.queue))
    await this.#book.forgetQueue(queue)
  }

  async visited (queue: ReadQueue): Promise<void> {
    const now = this.#components.clock.now()
    if (now - queue.visited < DAY_MS / 2 || queue.state !== 'created') return
    queue.visited = now
    await this.#book.saveQueues([queue])
  }

  /** MBX-11: it may go when nobody asked for 60 days, and not before. */
  unknown (queue: ReadQueue): void {
    // of one that a revoked device knew nobody can say who deleted it
    if (queue.rotated === undefined && this.#components.clock.now() - queue.visited < QUEUE_DEATH_MS - DAY_MS) {
      this.liar(queue.mailbox, 'it lost a queue that it had agreed to keep')
      return
    }
    this.#forget([queue])
    this.#announce([queue.conversation])
    this.#changed() // makes another
  }

  /** Nothing more comes to this queue; once it is read out it goes, and another may be made under another grant. */
  async closed (queue: ReadQueue, drained: boolean): Promise<void> {
    if (queue.state !== 'created') return
    const isNews = !queue.closed
    queue.closed = true
    if (drained) queue.state = 'dropped'
    await this.#book.saveQueues([queue])
    if (drained) this.#tasks.run(this.#readers.get(queue.mailbox)?.add(queue))
    if (isNews) this.#announce([queue.conversation])
  }

  /** MBX-10: a slot that was silent for a week holds nothing back, for our other devices go on. */
  mayBeEmptied (queue: ReadQueue): boolean {
    return this.#init.isShared?.() === true && this.#components.clock.now() - queue.visited >= SLOT_SILENCE_MS - DAY_MS
  }

  refused (peerId: string, error: NodeError): void {
    if (this.#roster.refused(peerId, error)) this.#changed()
  }

  liar (peerId: string, reason: string): void {
    if (!this.#roster.banned(peerId, reason)) return
    const queues = this.#queuesAt(peerId)
    this.#stopReader(peerId)
    this.#forget(queues)
    this.safeDispatchEvent('keeper:liar', { detail: { peer: peerId, reason } })
    this.#announce(queues.map(queue => queue.conversation))
    this.#changed()
  }

  // --- the choice ---

  readonly #onIdentify = (event: CustomEvent<{ peerId: string, protocols: string[] }>): void => {
    if (!event.detail.protocols.includes(MAILBOX_PROTOCOL)) return
    this.#readers.get(event.detail.peerId)?.nudge()
    this.#changed()
  }

  readonly #onReachable = (): void => {
    for (const reader of this.#readers.values()) reader.nudge()
  }

  /** Looks again at the choice, soon, once for all that changed. */
  #changed (): void {
    if (!this.#stopped) this.#tasks.run(this.#review())
  }

  #schedule (): void {
    this.#cancelReview = this.#components.clock.after(KEEPER_REVIEW_MS, () => {
      this.#schedule()
      this.#changed()
    })
  }

  async #review (): Promise<void> {
    this.#again = true
    this.#reviewing ??= (async () => {
      await Promise.resolve() // what happens in one turn is one change
      while (this.#again && !this.#stopped) {
        this.#again = false
        await this.#decide()
      }
    })().catch((error: unknown) => {
      this.#components.logger.error('the choice of mailboxes was not written', error instanceof NodeError ? error.code : '')
    }).finally(() => { this.#reviewing = undefined })
    await this.#reviewing
  }

  async #decide (): Promise<void> {
    const moved = this.#roster.review(peerId => this.#isConnected(peerId), peerId => this.#readers.has(peerId), this.#isOnline())
    const old = [...this.#queues.values()].filter(queue => queue.state === 'created' && queue.rotated !== undefined && queue.rotated + KEEPER_RETIRED_MS <= this.#components.clock.now())
    const fresh = [...old.map(queue => Object.assign(queue, { state: 'dropped' as const })), ...this.#roster.active().flatMap(peerId => [...this.#conversations.values()].flatMap(conversation => this.#wanted(peerId, conversation)))]
    await this.#book.saveQueues(fresh)
    await this.#roster.save()
    this.#arrangeReaders()
    for (const queue of fresh) this.#tasks.run(this.#readers.get(queue.mailbox)?.add(queue))
    this.#announce(moved.flatMap(keeper => this.#queuesAt(keeper.peerId)).filter(queue => queue.state === 'created').map(queue => queue.conversation))
    this.safeDispatchEvent('keepers:change', { detail: { keepers: this.list() } })
  }

  /** Active ones are read, and retired ones where writers may still leave mail. */
  #arrangeReaders (): void {
    for (const keeper of this.#roster.all()) {
      const queues = this.#queuesAt(keeper.peerId)
      const isOver = keeper.state === 'retired' && keeper.since + KEEPER_RETIRED_MS <= this.#components.clock.now()
      const isRead = keeper.state === 'active' || (keeper.state === 'retired' && !isOver && queues.some(queue => queue.state !== 'wanted'))
      const reader = this.#readers.get(keeper.peerId)
      if (!isRead) this.#stopReader(keeper.peerId)
      else if (reader !== undefined) reader.update(keeper)
      else this.#startReader(this.#roster.tried(keeper), queues)
      if (isOver) {
        this.#forget(queues)
        this.#roster.forgotten(keeper)
      }
    }
  }

  #startReader (keeper: KeeperRecord, queues: readonly ReadQueue[]): void {
    const reader = new MailboxReader(this.#components, this.#init.device, keeper, this)
    this.#readers.set(keeper.peerId, reader)
    for (const queue of queues) this.#tasks.run(reader.add(queue))
    reader.start()
  }

  #stopReader (peerId: string): void {
    const reader = this.#readers.get(peerId)
    this.#readers.delete(peerId)
    this.#tasks.run(reader?.stop())
  }

  #forget (queues: readonly ReadQueue[]): void {
    for (const queue of queues) {
      this.#queues.delete(hex(queue.queue))
      this.#tasks.run(this.#book.forgetQueue(queue))
    }
  }

  /** A queue to be created at this mailbox for this conversation, unless there is one. */
  #wanted (mailbox: string, conversation: Uint8Array): ReadQueue[] {
    if (this.#queuesAt(mailbox).some(queue => equals(queue.conversation, conversation) && queue.state !== 'dropped' && queue.rotated === undefined)) return []
    const queue = crypto.getRandomValues(new Uint8Array(16))
    const wanted: ReadQueue = {
      queue,
      mailbox,
      conversation,
      readSeed: randomSeed(),
      writeSeed: randomSeed(),
      wrapKey: randomSeed(),
      state: 'wanted',
      closed: false,
      position: 0,
      head: genesis(queue),
      time: 0,
      visited: this.#components.clock.now(),
      ttl: RETENTION_MS,
      used: 0,
      limit: 0
    }
    this.#queues.set(hex(queue), wanted)
    return [wanted]
  }

  /** Of the mailboxes that keep for us those that serve this conversation: not the peer's own, and no more than are wanted. */
  #announced (conversation: Uint8Array, peer: Uint8Array | undefined): OwnQueue[] {
    const queues = [...this.#queues.values()].flatMap(({ queue, mailbox, writeSeed, wrapKey, state, closed, rotated, conversation: of }) => {
      const keeper = this.#roster.get(mailbox)
      if (state !== 'created' || closed || rotated !== undefined || keeper?.state !== 'active' || !equals(of, conversation)) return []
      if (peer !== undefined && keeper.identity !== undefined && equals(keeper.identity, peer)) return []
      return [{ rank: rankOfKind[keeper.kind], queue: { mailbox: { peerId: mailbox, addresses: keeper.addresses }, queue, writeSeed, wrapKey } }]
    })
    return queues.sort((a, b) => a.rank - b.rank).slice(0, this.#init.copies ?? MAILBOX_COPIES).map(({ queue }) => queue)
  }

  #announce (conversations: Uint8Array[]): void {
    const distinct = new Map(conversations.map(conversation => [hex(conversation), conversation]))
    const living = [...distinct].filter(([name]) => this.#conversations.has(name)).map(([, conversation]) => conversation)
    if (living.length > 0 && !this.#stopped) this.safeDispatchEvent('queues:change', { detail: { conversations: living } })
  }

  #queuesAt (peerId: string): ReadQueue[] {
    return [...this.#queues.values()].filter(queue => queue.mailbox === peerId)
  }

  #isConnected (peerId: string): boolean {
    return this.#readers.get(peerId)?.isConnected === true
  }

  /** Whether anybody at all is reached: else the silence of one mailbox says nothing. */
  #isOnline (): boolean {
    return [...this.#readers.values()].some(reader => reader.isConnected) || this.#components.network.connections().length > 0
  }
}

export function createMailboxKeeper (components: KeeperComponents, init: MailboxKeeperInit): MailboxKeeper {
  return new LocalMailboxKeeper(components, init)
}
