/** What people do in a conversation: say, answer, correct, take back, react, read; and how far it came. */
import { Edit, KIND_EDIT, KIND_REACTION, KIND_RETRACTION, KIND_TEXT, MAX_EMOJI_BYTES, Reaction, Retraction, Text, directConversation } from '@sotto/protocols/message'
import { equals } from 'uint8arrays/equals'
import { MAX_TEXT_BYTES } from '../config.ts'
import { UnreachableError, UsageError } from '../errors.ts'
import { Mutex, deliveredUpTo, hex, readUpTo } from '../delivery/index.ts'
import { formatId } from '../identity/identity-id.ts'
import { key, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { findMessage, readPage } from '../sync/index.ts'
import { maybeSentence, reason } from '../reasons.ts'
import { searchAll, searchMessages } from './search.ts'
import { isShown, isText } from './shown.ts'
import { oncePerCall } from './calls.ts'
import { deliveryOf, gapViews, identityOf, messageView, noticeView, whyWaiting } from './views.ts'
import { Waiters } from './waiters.ts'
import type { CallOptions, ConversationId, ConversationView, DeliveryView, FoundView, HistoryQuery, MessageId, MessageState, MessageView, Messenger, ProgressOptions, SearchQuery, SendRequest } from '../api.ts'
import type { ContactRecord } from '../contacts/book.ts'
import type { Channel, ChannelState } from '../delivery/index.ts'
import type { SearchIndex } from '../search/index.ts'
import type { PageQuery, StoredEntry } from '../sync/index.ts'
import type { ViewComponents } from './views.ts'
import type { Target } from '@sotto/protocols/message'

/** Messages of one history answer. */
const MAX_HISTORY = 100_000
/** Messages that one search in all conversations finds, at most, and where nothing is said. */
const MAX_FOUND = 500
const FOUND = 50
/** Messages being written under one client id at this moment. */
const MAX_CLIENT_ID = 128
const ORDER: readonly MessageState[] = ['sealed', 'stored', 'delivered', 'read']

export interface ConversationsComponents extends ViewComponents {
  contacts: () => ContactRecord[]
  findContact: (who: string) => ContactRecord
  /** resolves when each request to somebody was tried once */
  tried: () => Promise<void>
  index: SearchIndex
}

/** Own messages whose place is remembered: a long burst, whose sender then waits for each. */
const MAX_RECENT = 8192

interface Located { message: MessageId, channel: Channel, author: Uint8Array, sequence: number }

export class Conversations {
  readonly #c: ConversationsComponents
  readonly #waiters = new Waiters()
  readonly #sending = new Map<string, Promise<DeliveryView>>()
  readonly #order = new Mutex()
  /** where own messages stand, the newest last */
  readonly #recent = new Map<MessageId, Located>()
  /** identity → the conversation with it */
  readonly #names = new WeakMap<Uint8Array, Uint8Array>()
  readonly #ownId: string

  constructor (components: ConversationsComponents) {
    this.#c = components
    this.#ownId = formatId(components.own.identity)
  }

  /** A receipt came, a copy was stored, a route was lost: whoever waits looks again. */
  stateChanged (): void { this.#waiters.wake() }

  /** Brings the search index up to date with all that was said, when there is time. */
  async indexAll (): Promise<void> {
    await this.#c.delivery.ready()
    for (const { state } of this.#c.delivery.loaded()) this.added(state)
  }

  /** Entries came, or were written: the search index takes them in when there is time. */
  added (state: ChannelState): void { this.#c.index.note(state.log) }

  api (): Messenger['conversations'] {
    return {
      list: async () => this.list(),
      send: async (who, request) => this.send(who, request),
      wait: async (message, state, options) => this.wait(message, state, options),
      delivery: async message => this.#view(await this.#locateOwn(message)),
      edit: async (message, text) => this.edit(message, text),
      retract: async message => this.retract(message),
      react: async (message, emoji) => this.react(message, emoji),
      history: async (who, query, options) => this.history(who, query, options),
      search: async (text, query, options) => this.search(text, query, options),
      markRead: async who => (await this.#channel(who)).markRead(),
      typing: async (who, active) => (await this.#channel(who)).typing(active),
      flushed: async options => this.flushed(options)
    }
  }

  /** Concurrent calls keep their order: what was said first stands first. */
  async send (who: string, request: SendRequest): Promise<DeliveryView> {
    checkText(request.text)
    const { id } = request
    if (id !== undefined && (id === '' || id.length > MAX_CLIENT_ID)) throw new UsageError('BAD_ARGUMENT', `--id takes 1 to ${MAX_CLIENT_ID} characters`)
    const running = id === undefined ? undefined : this.#sending.get(id)
    if (running !== undefined) return running
    const sending = this.#order.run(async () => ({ done: await this.#begin(who, request) })).then(async ({ done }) => done())
    if (id === undefined) return sending
    this.#sending.set(id, sending)
    return sending.finally(() => this.#sending.delete(id))
  }

  /** Everything up to the place in the log; what is returned waits for the disk. */
  async #begin (who: string, request: SendRequest): Promise<() => Promise<DeliveryView>> {
    const { own, store } = this.#c
    const name = request.id === undefined ? undefined : key(tables.clientIds, store.blind(new TextEncoder().encode(request.id)))
    const known = name === undefined ? undefined : await store.get(name)
    if (known !== undefined) {
      const { message } = decodeRecord<{ message: MessageId }>(known)
      return async () => this.#view(await this.#locateOwn(message))
    }
    const channel = await this.#writable(who)
    const replyTo = request.replyTo === undefined ? undefined : await this.#target(request.replyTo, channel)
    const body = Text.encode(replyTo === undefined ? { text: request.text } : { text: request.text, replyTo })
    await channel.room()
    const { entry, id, durable } = channel.append(KIND_TEXT, body, message => name === undefined ? [] : [{ type: 'put', key: name, value: encodeRecord({ message }) }])
    durable.catch(() => undefined) // the caller awaits it; the queue behind us must not
    const located: Located = { message: id as MessageId, channel, author: own.device, sequence: entry.sequence }
    return async () => {
      await durable
      this.#remember(located)
      return this.#view(located)
    }
  }

  async edit (message: MessageId, text: string): Promise<DeliveryView> {
    checkText(text)
    const { channel, target } = await this.#own(message)
    return this.#annotate(channel, KIND_EDIT, Edit.encode({ target, text }))
  }

  async retract (message: MessageId): Promise<DeliveryView> {
    const { channel, target } = await this.#own(message)
    return this.#annotate(channel, KIND_RETRACTION, Retraction.encode({ target }))
  }

  async react (message: MessageId, emoji: string): Promise<DeliveryView> {
    if (new TextEncoder().encode(emoji).byteLength > MAX_EMOJI_BYTES) throw new UsageError('BAD_ARGUMENT', 'a reaction is one emoji', { hint: `at most ${MAX_EMOJI_BYTES} bytes` })
    const located = await this.#locate(message)
    this.#checkBlocked(located.channel.state)
    return this.#annotate(located.channel, KIND_REACTION, Reaction.encode({ target: await this.#target(message, located.channel), emoji }))
  }

  async #annotate (channel: Channel, kind: number, body: Uint8Array): Promise<DeliveryView> {
    const { entry, durable } = channel.append(kind, body)
    await durable
    return deliveryOf(this.#c, channel.state, entry.sequence)
  }

  async history (who: string, query: HistoryQuery = {}, options: ProgressOptions = {}): Promise<MessageView[]> {
    const channel = await this.#channel(who)
    const { state } = channel
    if (query.after !== undefined) return this.#below(channel, query, query.after)
    const notice = this.#notice(state)
    if (notice !== undefined && query.before === notice.id) return [] // it is the first
    const limit = Math.min(query.limit ?? MAX_HISTORY, MAX_HISTORY)
    const before = query.before === undefined ? undefined : await this.#stored(query.before, channel, isShown)
    const views = query.search === undefined
      ? await this.#page(state, limit, query.since, before === undefined ? {} : { before: before.entry })
      : await searchMessages(this.#c, state, query.search, { limit, since: query.since, before: before?.entry, accept: isText, ...options })
    if (query.markRead === true) await channel.markRead()
    if (notice !== undefined && query.search === undefined && views.length < limit && notice.time >= (query.since ?? 0)) views.unshift(notice)
    return query.search === undefined && before === undefined ? [...views, ...gapViews(this.#c, state)] : views
  }

  /** The page that begins after a message, or with the first. */
  async #below (channel: Channel, { limit = MAX_HISTORY, since = 0, before, search, markRead }: HistoryQuery, after: MessageId | 'start'): Promise<MessageView[]> {
    if (before !== undefined || search !== undefined) throw new UsageError('BAD_ARGUMENT', 'what comes after a message is asked for neither with `before` nor with `search`')
    const { state } = channel
    const notice = this.#notice(state)
    const first = after === 'start' && notice !== undefined && notice.time >= since ? [notice] : []
    const place = after === 'start' || after === notice?.id ? 'start' : (await this.#stored(after, channel, isShown)).entry
    if (markRead === true) await channel.markRead()
    return [...first, ...await this.#page(state, Math.min(limit, MAX_HISTORY) - first.length, since, { after: place })].slice(0, limit)
  }

  async #page (state: ChannelState, limit: number, since: number | undefined, from: Pick<PageQuery, 'before' | 'after'>): Promise<MessageView[]> {
    const page = await readPage(this.#c.store, state.record.conversation, {
      limit,
      ...from,
      accept: stored => isShown(stored) && (since === undefined || stored.entry.time >= since)
    })
    return oncePerCall(await Promise.all(page.map(async stored => messageView(this.#c, state, stored))))
  }

  /** DIR-22: stands first where the person came by a move. */
  #notice (state: ChannelState): MessageView | undefined {
    const { peer } = state.record
    const moved = this.#c.contacts().find(contact => equals(contact.identity, peer))?.movedFrom
    return moved === undefined ? undefined : noticeView(state, moved.seen, reason('came-by-move', { name: this.#c.nameOf(peer), from: formatId(moved.identity), before: moved.name }))
  }

  /** @throws UsageError ABORTED */
  async search (text: string, { limit = FOUND, before }: SearchQuery = {}, options: ProgressOptions = {}): Promise<FoundView[]> {
    if (text.trim() === '') return []
    const searched = await Promise.all(this.#people(true).map(async ({ identity, name }) => ({ state: (await this.#channelOf(identity)).state, with: formatId(identity), name })))
    return searchAll(this.#c, searched, text, { limit: Math.min(limit, MAX_FOUND), before, accept: isText, ...options })
  }

  #people (blocked: boolean): Array<{ identity: Uint8Array, name: string }> {
    return [
      ...this.#c.contacts().filter(contact => blocked || !contact.blocked).map(({ identity, name }) => ({ identity, name })),
      { identity: this.#c.own.identity, name: 'Note to self' }
    ]
  }

  async list (): Promise<ConversationView[]> {
    const views = await Promise.all(this.#people(false).map(async ({ identity, name }): Promise<{ received: number, view: ConversationView }> => {
      const { state } = await this.#channelOf(identity)
      const [last] = await readPage(this.#c.store, state.record.conversation, { limit: 1, accept: isShown })
      const view: ConversationView = {
        conversation: hex(state.record.conversation) as ConversationId,
        with: formatId(identity),
        name,
        unread: state.log.unread,
        ...(last === undefined ? {} : { last: await messageView(this.#c, state, last) })
      }
      return { received: last?.received ?? 0, view }
    }))
    // a clock that runs ahead does not keep its owner on top
    return views.sort((a, b) => b.received - a.received).map(({ view }) => view)
  }

  /** @throws UnreachableError TIMEOUT, NO_MAILBOX */
  async wait (message: MessageId, wanted: MessageState, options: CallOptions = {}): Promise<DeliveryView> {
    const located = await this.#locateOwn(message)
    let first = true
    return this.#waiters.until(() => {
      const state = this.#state(located)
      // thousands may wait: who waits for a receipt looks at the cursor before at all the rest
      if (!first && wanted !== 'stored' && !this.#isReceipted(state, located.sequence, wanted)) return undefined
      first = false
      const view = this.#view(located)
      if (wanted === 'stored' && view.state === 'stored' && view.copies < Math.min(2, view.mailboxes)) return undefined
      if (ORDER.indexOf(view.state) >= ORDER.indexOf(wanted)) return view
      if (wanted === 'stored' && this.#cannotBeStored(state, view)) {
        throw new UnreachableError('NO_MAILBOX', view.waiting ?? 'nobody can keep this message', { hint: 'it is safe here and goes out when both are online; wait for `delivered` instead' })
      }
      if (wanted === 'stored') this.#c.delivery.hurry(state, located.sequence)
      return undefined
    }, options.signal, () => {
      const view = this.#view(located)
      // one copy of two is stored, and not yet what was waited for
      const reached = wanted === view.state ? `${view.copies} of ${Math.min(2, view.mailboxes)} copies of the message are kept so far` : `the message is ${view.state}, not yet ${wanted}`
      return new UnreachableError('TIMEOUT', `${reached}${view.waiting === undefined ? '' : `: ${view.waiting}`}`, { hint: 'it stays in the outbox and is handed on by itself' })
    })
  }

  #isReceipted (state: ChannelState, sequence: number, wanted: MessageState): boolean {
    const { identity } = this.#c.own
    return readUpTo(state, identity) >= sequence || (wanted !== 'read' && deliveredUpTo(state, identity) >= sequence)
  }

  #cannotBeStored (state: ChannelState, view: DeliveryView): boolean {
    if (view.mailboxes > 0 || state.session === undefined) return false
    const { devices } = this.#c.delivery.routes(state)
    return devices.length > 0 && devices.every(({ place }) => this.#c.delivery.links.isAway(place.peerId))
  }

  /** Resolves when nothing of ours is here alone. */
  async flushed (options: CallOptions = {}): Promise<void> {
    await this.#c.delivery.ready()
    let tried = false
    this.#c.tried().then(() => { tried = true; this.stateChanged() }, () => {}) // it does not fail
    await this.#waiters.until(() => tried && this.outbox() === 0 && this.#answers() === 0 ? true : undefined, options.signal, () => {
      const [messages, answers] = [this.outbox(), this.#answers()]
      const what = messages > 0 ? `${messages} messages wait on this device` : answers > 0 ? 'the answer to a request waits on this device' : 'a request is still being sent'
      return new UnreachableError('TIMEOUT', what, { hint: 'keep a node running (sotto start): it hands them on' })
    })
  }

  /** Requests that we accepted, of which those who asked cannot know yet: the Welcome is here alone. */
  #answers (): number {
    const open = this.#reachable()
    return this.#c.delivery.loaded().filter(({ state }) => open.has(hex(state.record.peer)) &&
      state.outbox.list().some(({ kind, copies, handled, settled }) => kind === 'welcome' && copies.length + handled.length + settled.size === 0)).length
  }

  /** Whom anything goes to: hex. */
  #reachable (): Set<string> {
    return new Set(this.#c.contacts().filter(contact => !contact.blocked && contact.state !== 'moved').map(({ identity }) => hex(identity)))
  }

  /** Own entries that neither a mailbox nor a device of the recipient has signed for. */
  outbox (): number { return this.#unsent().reduce((sum, { count }) => sum + count, 0) }

  /** Of these, how many for whom, and why, where that is known. */
  waits (): Array<{ peer: Uint8Array, count: number, why: string | undefined }> {
    return this.#unsent().map(({ state, count }) => ({ peer: state.record.peer, count, why: maybeSentence(whyWaiting(this.#c, state, 0)) }))
  }

  #unsent (): Array<{ state: ChannelState, count: number }> {
    const { own } = this.#c
    const open = this.#reachable()
    const unsent: Array<{ state: ChannelState, count: number }> = []
    for (const { state } of this.#c.delivery.loaded()) {
      if (!open.has(hex(state.record.peer))) continue // notes to oneself stay here, and to the blocked nothing goes
      const head = state.log.head(own.device)?.sequence ?? 0
      const stored = new Set<number>()
      const delivered = deliveredUpTo(state, own.identity)
      for (const record of state.outbox.list()) {
        if (record.copies.length > 0) for (let n = Math.max(record.from, delivered + 1); n <= record.to; n++) stored.add(n)
      }
      const count = Math.max(0, head - delivered) - stored.size
      if (count > 0) unsent.push({ state, count })
    }
    return unsent
  }

  async #writable (who: string): Promise<Channel> {
    const channel = await this.#channel(who)
    this.#checkBlocked(channel.state)
    return channel
  }

  #checkBlocked (state: ChannelState): void {
    const moved = this.#c.contacts().find(contact => contact.state === 'moved' && equals(contact.identity, state.record.peer))
    if (moved !== undefined) {
      throw new UsageError('MOVED_CONTACT', 'this identity was given up: whoever has it now is not your contact', { hint: maybeSentence(this.#c.waiting(moved.identity)) ?? 'see: sotto contact list' })
    }
    if (this.#c.contacts().some(contact => contact.blocked && equals(contact.identity, state.record.peer))) {
      throw new UsageError('BLOCKED_CONTACT', 'this contact is blocked', { hint: 'sotto contact unblock WHO, then send again' })
    }
  }

  async #channel (who: string): Promise<Channel> {
    const { own } = this.#c
    const wanted = who.trim().toLowerCase()
    if (wanted === 'self' || wanted === 'note to self' || wanted === this.#ownId) return this.#channelOf(own.identity)
    return this.#channelOf(this.#c.findContact(who).identity)
  }

  async #channelOf (identity: Uint8Array): Promise<Channel> {
    let conversation = this.#names.get(identity)
    if (conversation === undefined) {
      conversation = directConversation(this.#c.own.identity, identity)
      this.#names.set(identity, conversation)
    }
    return this.#c.delivery.open(conversation, identity)
  }

  async #locate (message: MessageId): Promise<Located> {
    const place = await findMessage(this.#c.store, message)
    const channel = place === undefined ? undefined : await this.#c.delivery.find(place.conversation)
    if (place === undefined || channel === undefined) {
      throw new UsageError('UNKNOWN_MESSAGE', `no message has the id "${message.slice(0, 32)}"`, { hint: 'ids stand in: sotto history WHO --json' })
    }
    return { message, channel, author: place.author, sequence: place.sequence }
  }

  async #locateOwn (message: MessageId): Promise<Located> {
    const located = this.#recent.get(message) ?? await this.#locate(message)
    if (!equals(located.author, this.#c.own.device)) throw new UsageError('NOT_OWN_MESSAGE', 'this message was not sent from here', { hint: 'only the state of own messages is known' })
    return located
  }

  #remember (located: Located): void {
    const oldest = this.#recent.size >= MAX_RECENT ? this.#recent.keys().next() : undefined
    if (oldest?.done === false) this.#recent.delete(oldest.value)
    this.#recent.set(located.message, located)
  }

  async #own (message: MessageId): Promise<{ channel: Channel, target: Target }> {
    const { channel, author } = await this.#locate(message)
    const identity = identityOf(this.#c, channel.state, author)
    if (identity === undefined || !equals(identity, this.#c.own.identity)) throw new UsageError('NOT_OWN_MESSAGE', 'this message is not yours', { hint: 'one can change only what one said oneself' })
    this.#checkBlocked(channel.state)
    return { channel, target: await this.#target(message, channel) }
  }

  async #target (message: MessageId, channel: Channel): Promise<Target> {
    const { author, sequence, hash } = (await this.#stored(message, channel)).entry
    return { author, sequence, hash }
  }

  async #stored (message: MessageId, channel: Channel, accept = isText): Promise<StoredEntry> {
    const located = await this.#locate(message)
    const stored = located.channel === channel ? await channel.state.log.read(located.author, located.sequence) : undefined
    if (stored === undefined || !accept(stored)) throw new UsageError('UNKNOWN_MESSAGE', 'that message is not in this conversation', { hint: 'ids stand in: sotto history WHO --json' })
    return stored
  }

  /** As it is loaded now: after a failed write it is not the one that was found. */
  #state ({ channel }: Located): ChannelState {
    return (channel.closed ? this.#c.delivery.current(channel.state.record.conversation) ?? channel : channel).state
  }

  #view (located: Located): DeliveryView {
    return deliveryOf(this.#c, this.#state(located), located.sequence, located.message)
  }
}

function checkText (text: string): void {
  if (text.trim() === '') throw new UsageError('BAD_ARGUMENT', 'the message is empty', { hint: 'sotto send WHO TEXT' })
  if (new TextEncoder().encode(text).byteLength > MAX_TEXT_BYTES) {
    throw new UsageError('TEXT_TOO_LONG', `the text is longer than ${MAX_TEXT_BYTES / 1024} KiB`, { hint: 'send it in parts, or as a file' })
  }
}
