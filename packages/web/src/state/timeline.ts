/** The messages of one conversation: pages of history read when they are wanted, and what happens while it is open. */
import { emptyTimeline, itemOf, withChanged, withFirst, withLatest, withMessages, withNewer, withOlder, withSent, withStates } from './timeline.machine.ts'
import { describeError } from './errors.ts'
import { createStore } from './store.ts'
import type { IdentityId, MessageId, MessageView, Messenger, NodeEvent } from '@sotto/node'
import type { Pending, TimelineState } from './timeline.machine.ts'
import type { Store } from './store.ts'

/** Messages of the first pages of history: some screens, read and laid out within a frame or two. */
const PAGE = 100
/** A page on the way to a message far up, and the largest one. */
const FAR_PAGE = 1000
/** Where more is unread, the first page reaches back to where it begins, up to so many messages. */
const MAX_FIRST_PAGE = 2000
/** Messages kept in memory of one conversation. */
const MAX_ITEMS = 200_000
/** Messages that a search shows. */
export const MAX_RESULTS = 200

export class Timeline {
  readonly store: Store<TimelineState> = createStore<TimelineState>(emptyTimeline())
  readonly who: IdentityId
  readonly #messenger: Messenger
  readonly #self: IdentityId
  #opening: Promise<void> | undefined
  #older: Promise<void> | undefined
  #moving: Promise<void> | undefined
  /** what comes while a page at the end is read */
  #since: MessageView[] = []
  #count = 0

  constructor (messenger: Messenger, who: IdentityId, self: IdentityId) {
    this.#messenger = messenger
    this.who = who
    this.#self = self
  }

  /** Reads the newest page, once. */
  async open (unread: number): Promise<void> {
    this.#opening ??= this.#open(unread)
    return this.#opening
  }

  async #open (unread: number): Promise<void> {
    const limit = Math.min(MAX_FIRST_PAGE, Math.max(PAGE, unread + 20))
    this.store.set(state => ({ ...state, loading: true, failed: undefined }))
    try {
      const page = await this.#messenger.conversations.history(this.who, { limit })
      this.store.set(state => withLatest(state, page, { limit, unread, self: this.#self }))
    } catch (error) {
      this.#opening = undefined
      this.store.set(state => ({ ...state, loading: false, failed: describeError(error) }))
    }
  }

  /** The page above what is there. */
  async older (least = PAGE): Promise<void> {
    const { items, loaded, more } = this.store.get()
    // the more there is, the more each page costs to lay out: fewer, larger ones
    const limit = Math.max(least, Math.min(FAR_PAGE, Math.round(items.length / 8)))
    const before = items[0]?.id
    if (!loaded || !more || before === undefined || items.length >= MAX_ITEMS || this.#moving !== undefined) return
    this.#older ??= this.#readOlder(before, limit).finally(() => { this.#older = undefined })
    return this.#older
  }

  async #readOlder (before: MessageId, limit: number): Promise<void> {
    this.store.set(state => ({ ...state, loading: true }))
    try {
      const page = await this.#messenger.conversations.history(this.who, { before, limit })
      this.store.set(state => withOlder(state, page, limit))
    } catch (error) {
      this.store.set(state => ({ ...state, loading: false, more: false, failed: describeError(error) }))
    }
  }

  /** Goes to the first message of all: what lies between is read when somebody gets there. */
  async first (): Promise<void> {
    const { loaded, more } = this.store.get()
    if (!loaded || !more) return
    await this.#older
    return this.#move(async () => {
      const page = await this.#messenger.conversations.history(this.who, { after: 'start', limit: PAGE })
      this.store.set(state => withFirst(state, page, PAGE))
    })
  }

  /** The page below what is there, after `first`. */
  async newer (): Promise<void> {
    const after = this.store.get().items.at(-1)?.id
    if (after === undefined || !this.store.get().newer || this.#moving !== undefined) return
    return this.#move(async () => {
      const page = await this.#messenger.conversations.history(this.who, { after, limit: FAR_PAGE })
      this.store.set(state => withNewer(state, page, FAR_PAGE, this.#since, this.#self))
    })
  }

  /** Back to the newest page, after `first`. */
  async latest (): Promise<void> {
    if (!this.store.get().newer) return
    return this.#move(async () => {
      const page = await this.#messenger.conversations.history(this.who, { limit: PAGE })
      this.store.set(state => withMessages(withLatest(state, page, { limit: PAGE, unread: 0, self: this.#self }), this.#since, this.#self))
    })
  }

  async #move (read: () => Promise<void>): Promise<void> {
    await this.#moving
    this.#since = []
    this.store.set(state => ({ ...state, loading: true }))
    this.#moving = read().catch((error: unknown) => {
      this.store.set(state => ({ ...state, loading: false, failed: describeError(error) }))
    }).finally(() => { this.#moving = undefined })
    return this.#moving
  }

  /** Reads back until the message is there. @returns whether it is */
  async reach (id: MessageId, signal: AbortSignal): Promise<boolean> {
    if (itemOf(this.store.get(), id) === undefined) await this.latest()
    while (itemOf(this.store.get(), id) === undefined && this.store.get().more && !signal.aborted) await this.older(FAR_PAGE)
    return itemOf(this.store.get(), id) !== undefined
  }

  async search (text: string, signal: AbortSignal): Promise<MessageView[]> {
    return (await this.#messenger.conversations.history(this.who, { search: text, limit: MAX_RESULTS }, { signal })).reverse()
  }

  apply (events: readonly NodeEvent[]): void {
    const messages: MessageView[] = []
    const states: Array<Extract<NodeEvent, { event: 'state' }>> = []
    for (const event of events) {
      if (event.event === 'message' && event.with === this.who) messages.push(event.message)
      else if (event.event === 'state') states.push(event)
    }
    if (this.#moving !== undefined) this.#since.push(...messages)
    this.store.set(state => {
      let next = messages.length === 0 ? state : withMessages(state, messages, this.#self)
      for (const event of events) if (event.event === 'changed' && event.with === this.who) next = withChanged(next, event.message)
      return withStates(next, states)
    })
  }

  /** The unread mark goes when one has answered or gone on. */
  seen (): void {
    this.store.set(state => state.unreadFrom === undefined ? state : { ...state, unreadFrom: undefined })
  }

  async send (text: string, replyTo?: MessageId): Promise<void> {
    const key = `pending ${Date.now()} ${this.#count++}`
    const pending: Pending = { key, text, time: Date.now(), ...(replyTo === undefined ? {} : { replyTo }) }
    this.seen()
    this.store.set(state => ({ ...state, pending: [...state.pending, pending] }))
    await this.latest()
    await this.#send(pending)
  }

  /** What failed, once more: the same id, so that it is sent once whatever happened. */
  async again (pending: Pending): Promise<void> {
    this.store.set(state => ({ ...state, pending: state.pending.map(one => one.key === pending.key ? { ...one, failed: undefined } : one) }))
    await this.#send(pending)
  }

  forget (pending: Pending): void {
    this.store.set(state => ({ ...state, pending: state.pending.filter(one => one.key !== pending.key) }))
  }

  async #send ({ key, text, replyTo }: Pending): Promise<void> {
    try {
      const id = `${key} ${this.#self.slice(-8)}`
      const { message } = await this.#messenger.conversations.send(this.who, { text, id, ...(replyTo === undefined ? {} : { replyTo }) })
      this.store.set(state => withSent(state, key, message))
    } catch (error) {
      this.store.set(state => ({ ...state, pending: state.pending.map(one => one.key === key ? { ...one, failed: describeError(error) } : one) }))
    }
  }
}
