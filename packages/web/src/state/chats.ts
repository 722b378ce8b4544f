/**
 * Everything the screens show of a messenger, kept up to date by its events. Owns the reading of events, the asking for status,
 * and the timelines: `stop()` ends them all. States of messages come from the messenger alone.
 */
import { batched } from './batch.ts'
import { conversationWith, withCall, withMessage } from './chats.machine.ts'
import { dayKey } from './format.ts'
import { shownName } from './initials.ts'
import { legible, legibly } from './legible.ts'
import { loadSaid, reasonWords, said } from './said.ts'
import { isSame, keeping } from './same.ts'
import { createStore } from './store.ts'
import { Timeline } from './timeline.ts'
import { TYPING_SHOWN_MS } from './timeline.machine.ts'
import type { CallId, CallView, ContactView, ConversationView, IdentityId, MessageView, Messenger, NodeEvent, RequestView, SelfView, StatusView } from '@sotto/node'
import type { Store } from './store.ts'

/** Status is asked for so often while the page is seen, ms: often while there is no connection, as one watches it then. */
const STATUS_MS = 5000
const STATUS_SOON_MS = 1000
/** After changes the lists are read anew, at most so often, ms. */
const REFRESH_MS = 700
/** What comes while it is looked at is told to be read so soon, ms: a burst in one word. */
const READ_MS = 200
/** Conversations whose messages stay in memory. */
const MAX_TIMELINES = 6
/** Notices shown at once. */
const MAX_NOTICES = 3

/** untilCall: it is about the last call, and is put away when another one begins. */
export interface Notice { readonly key: number, readonly text: string, readonly lasting?: boolean, readonly untilCall?: boolean, readonly action?: { label: string, run: () => void } }

export interface ChatsState {
  readonly self: SelfView
  readonly conversations: readonly ConversationView[]
  readonly contacts: ReadonlyMap<IdentityId, ContactView>
  readonly requests: readonly RequestView[]
  /** the lists were read */
  readonly loaded: boolean
  readonly typing: ReadonlySet<IdentityId>
  readonly status?: StatusView | undefined
  /** entries of the history that our other devices still have to send */
  readonly historyLeft: number
  readonly notices: readonly Notice[]
  /** when the day began, Unix milliseconds: times are told by it */
  readonly day: number
  /** the call of now, and how it ended until that was seen */
  readonly call?: CallView | undefined
  /** whom one wants to call: the screens of calls load, and do it */
  readonly wish?: { readonly who: IdentityId, readonly others?: readonly IdentityId[], readonly name: string, readonly video: boolean } | undefined
}

export interface ChatsInit {
  /** a message of somebody else came */
  onMessage?: (message: MessageView, from: IdentityId, name: string) => void
  onRequest?: (request: RequestView) => void
}

export class Chats {
  readonly store: Store<ChatsState>
  readonly messenger: Messenger
  readonly #init: ChatsInit
  readonly #ended = new AbortController()
  readonly #timelines = new Map<IdentityId, Timeline>()
  readonly #typing = new Map<IdentityId, ReturnType<typeof setTimeout>>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  /** what is being looked at, and what of it is still to be told to be read */
  #looked: IdentityId | undefined
  readonly #unsaid = new Set<IdentityId>()
  #refreshing = false
  #notice = 0

  private constructor (messenger: Messenger, self: SelfView, init: ChatsInit) {
    this.messenger = messenger
    this.#init = init
    this.store = createStore<ChatsState>({ self, conversations: [], contacts: new Map(), requests: [], loaded: false, typing: new Set(), historyLeft: 0, notices: [], day: dayKey(Date.now()) })
  }

  static async open (messenger: Messenger, init: ChatsInit = {}): Promise<Chats> {
    const chats = new Chats(messenger, await messenger.self(), init)
    void chats.#follow()
    void chats.#watchStatus()
    void chats.refresh()
    return chats
  }

  stop (): void {
    this.#ended.abort()
    for (const timer of [...this.#timers, ...this.#typing.values()]) clearTimeout(timer)
  }

  timeline (who: IdentityId): Timeline {
    const known = this.#timelines.get(who)
    this.#timelines.delete(who)
    const timeline = known ?? new Timeline(this.messenger, who, this.store.get().self.id)
    this.#timelines.set(who, timeline)
    for (const oldest of this.#timelines.keys()) {
      if (this.#timelines.size <= MAX_TIMELINES) break
      this.#timelines.delete(oldest)
    }
    return timeline
  }

  /** Reads the lists anew. */
  async refresh (): Promise<void> {
    const [conversations, contacts, requests] = await Promise.all([this.messenger.conversations.list(), this.messenger.contacts.list(), this.messenger.requests.list()])
    const read = conversations.map(one => {
      if (one.unread === 0 || one.with !== this.#looked) return legibly(one)
      this.#readSoon(one.with)
      return { ...legibly(one), unread: 0 }
    })
    this.store.set(state => {
      const people = [...state.contacts.values()]
      const known = keeping(people, contacts.map(legibly), contact => contact.id)
      return {
        ...state,
        conversations: keeping(state.conversations, read, one => one.with),
        contacts: known === people ? state.contacts : new Map(known.map(contact => [contact.id, contact])),
        requests: keeping(state.requests, requests.map(legibly), request => request.id),
        loaded: true
      }
    })
  }

  /** Somebody looks at the end of this conversation, or at none any more: what stands there is read, and what comes there. */
  look (who: IdentityId | undefined): void {
    const before = this.#looked
    this.#looked = who
    if (before !== undefined && before !== who) this.#sayRead(before)
    if (who !== undefined) this.markRead(who).catch(() => undefined)
  }

  #readSoon (who: IdentityId): void {
    if (this.#unsaid.has(who)) return
    this.#unsaid.add(who)
    void this.#pause(READ_MS).then(() => { this.#sayRead(who) })
  }

  #sayRead (who: IdentityId): void {
    if (this.#unsaid.delete(who)) this.messenger.conversations.markRead(who).catch(() => undefined) // it is unread at the next reading of the list
  }

  async markRead (who: IdentityId): Promise<void> {
    if ((conversationWith(this.store.get(), who)?.unread ?? 0) === 0) return
    this.store.set(state => ({ ...state, conversations: state.conversations.map(one => one.with === who ? { ...one, unread: 0 } : one) }))
    await this.messenger.conversations.markRead(who)
  }

  async rename (name: string): Promise<void> {
    const self = await this.messenger.rename(name)
    this.store.set(state => ({ ...state, self }))
  }

  async tellReads (tell: boolean): Promise<void> {
    const self = await this.messenger.tellReads(tell)
    this.store.set(state => ({ ...state, self }))
  }

  putContact (contact: ContactView): void {
    this.store.set(state => ({ ...state, contacts: new Map(state.contacts).set(contact.id, legibly(contact)) }))
    this.#refreshSoon()
  }

  say (notice: Omit<Notice, 'key'>): void {
    const key = this.#notice++
    this.store.set(state => ({ ...state, notices: [...state.notices.filter(one => one.text !== notice.text), { ...notice, key }].slice(-MAX_NOTICES) }))
  }

  dismiss (key: number): void {
    this.store.set(state => ({ ...state, notices: state.notices.filter(notice => notice.key !== key) }))
  }

  /** `undefined` puts away what is shown of it. */
  setCall (change: Pick<ChatsState, 'call' | 'wish'>): void {
    this.store.set(state => ({ ...state, ...change }))
  }

  /** Hangs up, and puts away what is shown of it: not another one that rings meanwhile. */
  async endCall (id: CallId): Promise<void> {
    await this.messenger.calls.hangUp(id).catch(() => undefined) // it had ended
    if (this.store.get().call?.id === id) this.setCall({ call: undefined })
  }

  /** One that goes on in another tab; and none any more where the tab that had it is gone. */
  async findCall (): Promise<void> {
    const { call: before } = this.store.get()
    const calls = await this.messenger.calls.list().catch(() => [])
    if (this.store.get().call !== before) return this.findCall() // what was told meanwhile is newer than this answer
    const call = calls.find(({ phase }) => phase !== 'ended')
    this.store.set(state => call !== undefined ? withCall(state, call) : state.call === undefined || state.call.phase === 'ended' ? state : { ...state, call: undefined })
  }

  async askStatus (): Promise<void> {
    const status = await this.messenger.status({ brief: true })
    const day = dayKey(Date.now())
    this.store.set(state => state.day === day && isSame(state.status, status) ? state : { ...state, status, day })
  }

  async #follow (): Promise<void> {
    const { signal } = this.#ended
    const take = batched<NodeEvent>(events => { this.#apply(events) }, signal)
    while (!signal.aborted) {
      try {
        const { cursor } = await this.messenger.status({ brief: true })
        // calls are told of live only: looked for when the events are asked for already, one that begins now is in the one or in the other
        void this.#pause(0).then(async () => this.findCall())
        for await (const event of this.messenger.events({ since: cursor, signal })) take(event)
      } catch {
        // the messenger is being handed over, or ended: what was missed stands in the lists
        if (signal.aborted) return
        await this.#pause(STATUS_SOON_MS)
        await this.refresh().catch(() => undefined)
      }
    }
  }

  async #watchStatus (): Promise<void> {
    const { signal } = this.#ended
    while (!signal.aborted) {
      if (!document.hidden) await this.askStatus().catch(() => undefined) // shown as it was, until it answers
      const { status } = this.store.get()
      await this.#pause(status === undefined || status.peers === 0 ? STATUS_SOON_MS : STATUS_MS)
    }
  }

  async #pause (ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(() => { this.#timers.delete(timer); resolve() }, ms)
      this.#timers.add(timer)
    })
  }

  #refreshSoon (): void {
    if (this.#refreshing) return
    this.#refreshing = true
    void this.#pause(REFRESH_MS).then(async () => {
      this.#refreshing = false
      await this.refresh().catch(() => undefined)
    })
  }

  #apply (events: readonly NodeEvent[]): void {
    for (const timeline of this.#timelines.values()) timeline.apply(events)
    let next = this.store.get()
    const heard = new Map<IdentityId, Extract<NodeEvent, { event: 'message' }>>()
    for (const event of events) {
      switch (event.event) {
        case 'message': {
          const { message } = event
          next = withMessage(next, event, event.with === this.#looked)
          if (message.from !== next.self.id) heard.set(event.with, event)
          break
        }
        case 'typing':
          if (event.active) this.#startTyping(event.with)
          else this.#stopTyping(event.with)
          break
        case 'request':
          next = { ...next, requests: [legibly(event.request), ...next.requests.filter(({ id }) => id !== event.request.id)] }
          this.#init.onRequest?.(legibly(event.request))
          break
        case 'contact':
          next = { ...next, contacts: new Map(next.contacts).set(event.contact.id, legibly(event.contact)) }
          break
        case 'call':
          next = withCall(next, legibly(event.call))
          break
        case 'history':
          next = { ...next, historyLeft: event.left }
          break
        case 'revoked':
          next = { ...next, self: { ...next.self, revoked: true } }
          break
        case 'warning': void this.#warn(event)
      }
    }
    for (const who of heard.keys()) this.#stopTyping(who)
    this.store.set(({ typing, notices }) => ({ ...next, typing, notices }))
    for (const [who, { message, name }] of heard) {
      if (who === this.#looked) this.#readSoon(who)
      this.#init.onMessage?.(message, who, shownName(who, legible(name)))
    }
    if (events.some(({ event }) => event !== 'typing' && event !== 'warning' && event !== 'call')) this.#refreshSoon()
  }

  async #warn ({ text, reason }: Extract<NodeEvent, { event: 'warning' }>): Promise<void> {
    if (reason !== undefined) await loadSaid()
    this.say({ text: (reason === undefined ? undefined : reasonWords(said, reason)) ?? legible(text), lasting: true })
  }

  #startTyping (who: IdentityId): void {
    clearTimeout(this.#typing.get(who))
    this.#typing.set(who, setTimeout(() => { this.#stopTyping(who) }, TYPING_SHOWN_MS))
    this.store.set(state => state.typing.has(who) ? state : { ...state, typing: new Set(state.typing).add(who) })
  }

  #stopTyping (who: IdentityId): void {
    clearTimeout(this.#typing.get(who))
    this.#typing.delete(who)
    this.store.set(state => state.typing.has(who) ? { ...state, typing: new Set([...state.typing].filter(one => one !== who)) } : state)
  }
}
