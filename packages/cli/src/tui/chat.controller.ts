/** Does what the machine asks for with a Messenger, and tells it what came of it. Owns the timer, and every call until `stop`. */
import { NodeError } from '@sotto/node/errors'
import { MAX_FIRST_PAGE, MAX_RESULTS, PAGE } from './chat.state.ts'
import { nextTick, step } from './chat.machine.ts'
import type { IdentityId, MessageId, MessageView, Messenger, NodeEvent } from '@sotto/node'
import type { Action, ChatState, Effect } from './chat.state.ts'

/** Lists and the newest page are read anew at most this often while much arrives, ms. */
const REFRESH_MS = 500
/** Messages of a page far back, and on the way to one that was searched. */
const LARGE_PAGE = 1000

export interface ControllerInit {
  messenger: Messenger
  state: ChatState
  now: () => number
  onQuit: () => void
  /** the events ended, or a call broke that cannot */
  onFailure: (error: unknown) => void
}

export class ChatController {
  readonly #init: ControllerInit
  readonly #stop = new AbortController()
  readonly #listeners = new Set<() => void>()
  /** by what they do: at most one runs, and one waits for the pause to end */
  readonly #throttled = new Map<string, { timer: NodeJS.Timeout | undefined, again: (() => Promise<void>) | undefined }>()
  #state: ChatState
  #timer: NodeJS.Timeout | undefined

  constructor (init: ControllerInit) {
    this.#init = init
    this.#state = init.state
  }

  readonly get = (): ChatState => this.#state
  readonly now = (): number => this.#init.now()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  readonly dispatch = (action: Action): void => {
    if (this.#stop.signal.aborted) return
    const { state, effects } = step(this.#state, action)
    if (state !== this.#state) {
      this.#state = state
      for (const listener of this.#listeners) listener()
    }
    this.#schedule()
    for (const effect of effects) this.#perform(effect)
  }

  /** Reads the lists and follows what happens. */
  async start (): Promise<void> {
    const { signal } = this.#stop
    // subscribed before the first look: nothing falls in between
    const events = this.#init.messenger.events({ signal })[Symbol.asyncIterator]()
    const first = events.next()
    void this.#follow(events, first)
    await this.#refresh()
  }

  stop (): void {
    const { typing } = this.#state
    if (typing !== undefined) void this.#init.messenger.conversations.typing(typing.with, false).catch(() => { /* it ends by itself */ })
    this.#stop.abort()
    clearTimeout(this.#timer)
    for (const { timer } of this.#throttled.values()) clearTimeout(timer)
  }

  async #follow (events: AsyncIterator<NodeEvent>, first: Promise<IteratorResult<NodeEvent>>): Promise<void> {
    try {
      for (let next = await first; next.done !== true; next = await events.next()) this.dispatch({ type: 'event', event: next.value, now: this.now() })
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#init.onFailure(error)
    }
  }

  #schedule (): void {
    clearTimeout(this.#timer)
    const at = nextTick(this.#state)
    if (at !== undefined) this.#timer = setTimeout(() => { this.dispatch({ type: 'tick', now: this.now() }) }, Math.max(1, at - this.now()))
  }

  async #refresh (): Promise<void> {
    const { conversations, requests } = this.#init.messenger
    const { signal } = this.#stop
    const [views, asking] = await Promise.all([conversations.list({ signal }), requests.list({ signal })])
    this.dispatch({ type: 'lists', conversations: views, requests: asking })
  }

  /** At once, then at most once in the pause, and a last time after it. */
  #throttle (name: string, work: () => Promise<void>): void {
    const running = this.#throttled.get(name)
    if (running !== undefined) { running.again = work; return }
    const entry: { timer: NodeJS.Timeout | undefined, again: (() => Promise<void>) | undefined } = { timer: undefined, again: undefined }
    this.#throttled.set(name, entry)
    void this.#report(work()).then(() => {
      if (this.#stop.signal.aborted) return
      entry.timer = setTimeout(() => {
        this.#throttled.delete(name)
        if (entry.again !== undefined) this.#throttle(name, entry.again)
      }, REFRESH_MS)
    })
  }

  async #report (work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!(error instanceof NodeError) || error.code === 'NOT_RUNNING') this.#init.onFailure(error)
      else this.dispatch({ type: 'notice', text: error.hint === undefined ? error.message : `${error.message} ${error.hint}`, now: this.now() })
    }
  }

  #perform (effect: Effect): void {
    const { conversations, requests } = this.#init.messenger
    const { signal } = this.#stop
    const run = (work: Promise<unknown>): void => { void this.#report(work) }
    switch (effect.do) {
      case 'quit': this.#init.onQuit(); return
      case 'refresh': this.#throttle('refresh', async () => { await this.#refresh() }); return
      case 'latest': this.#throttle(`latest ${effect.who}`, async () => { await this.#latest(effect.who, false) }); return
      case 'read': this.#throttle(`read ${effect.who}`, async () => {
        await conversations.markRead(effect.who, { signal })
        this.#perform({ do: 'refresh' })
      }); return
      case 'open': run(this.#latest(effect.who, true)); run(this.#contact(effect.who)); return
      case 'contact': run(this.#contact(effect.who)); return
      case 'older': run(this.#older(effect.who, effect.before).catch((error: unknown) => {
        this.dispatch({ type: 'older', who: effect.who, before: '' as MessageId, items: [], more: true })
        throw error
      })); return
      case 'seek': run(this.#seek(effect.who, effect.before, effect.target)); return
      case 'search': run(conversations.history(effect.who, { search: effect.query, limit: MAX_RESULTS }, { signal }).then(items => {
        this.dispatch({ type: 'found', who: effect.who, query: effect.query, items })
      })); return
      case 'send': run(this.#send(effect)); return
      case 'edit': run(conversations.edit(effect.message, effect.text, { signal })); return
      case 'retract': run(conversations.retract(effect.message, { signal })); return
      case 'react': run(conversations.react(effect.message, effect.emoji, { signal })); return
      case 'delivery': run(conversations.delivery(effect.message, { signal }).then(delivery => { this.dispatch({ type: 'delivery', delivery }) }, (error: unknown) => {
        // sent from another device of ours: only that one knows more
        if (!(error instanceof NodeError && error.code === 'NOT_OWN_MESSAGE')) throw error
      })); return
      case 'typing': conversations.typing(effect.who, effect.active, { signal }).catch(() => { /* nobody misses it */ }); return
      case 'accept': run(requests.accept(effect.who, { signal }).then(async contact => {
        await this.#refresh()
        this.dispatch({ type: 'open', who: contact.id })
      })); return
      case 'decline': run(requests.decline(effect.who, { signal }).then(async () => { await this.#refresh() }))
    }
  }

  async #latest (who: IdentityId, fresh: boolean): Promise<void> {
    const unread = fresh ? this.#state.conversations.find(conversation => conversation.with === who)?.unread ?? 0 : 0
    const limit = Math.max(PAGE, Math.min(MAX_FIRST_PAGE, unread + 1))
    const items = await this.#init.messenger.conversations.history(who, { limit }, { signal: this.#stop.signal })
    const more = items.filter(item => item.kind !== 'gap').length >= limit
    this.dispatch({ type: 'latest', who, items, more, fresh })
  }

  async #contact (who: IdentityId): Promise<void> {
    if (who === this.#state.self) return
    this.dispatch({ type: 'contact', contact: await this.#init.messenger.contacts.show(who, { signal: this.#stop.signal }) })
  }

  async #page (who: IdentityId, before: MessageId, limit: number): Promise<MessageView[]> {
    return await this.#init.messenger.conversations.history(who, { before, limit }, { signal: this.#stop.signal })
  }

  async #older (who: IdentityId, before: MessageId): Promise<void> {
    // who has read far back reads on: larger pages, fewer of them
    const limit = Math.min(LARGE_PAGE, Math.max(PAGE, Math.floor((this.#state.open?.items.length ?? 0) / 4)))
    const items = await this.#page(who, before, limit)
    this.dispatch({ type: 'older', who, before, items, more: items.length >= limit })
  }

  /** Pages back until the message is among them; it was found in the history, so it is there. */
  async #seek (who: IdentityId, before: MessageId, target: MessageId): Promise<void> {
    let items: MessageView[] = []
    for (let from = before; ;) {
      const page = await this.#page(who, from, LARGE_PAGE)
      items = [...page, ...items]
      const [oldest] = page
      const found = page.some(item => item.id === target)
      if (found || oldest === undefined) {
        this.dispatch({ type: 'older', who, before, items, more: page.length >= LARGE_PAGE, ...(found ? { select: target } : {}) })
        return
      }
      from = oldest.id
    }
  }

  async #send ({ who, text, replyTo }: Extract<Effect, { do: 'send' }>): Promise<void> {
    try {
      await this.#init.messenger.conversations.send(who, { text, ...(replyTo === undefined ? {} : { replyTo }) }, { signal: this.#stop.signal })
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      this.dispatch({ type: 'unsent', who, text, why: error.hint === undefined ? error.message : `${error.message} ${error.hint}`, now: this.now() })
    }
  }
}
