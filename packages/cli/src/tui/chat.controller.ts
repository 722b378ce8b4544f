/** Does what the machine asks for with a Messenger, and tells it what came of it. Owns the timers, and every call until `stop`. */
import { randomUUID } from 'node:crypto'
import { NodeError } from '@sotto/node/errors'
import { ChatNode } from './chat.node.ts'
import { MAX_FIRST_PAGE, MAX_RESULTS, PAGE } from './chat.state.ts'
import { nextTick, step } from './chat.machine.ts'
import { REVOKED } from '../output/text.ts'
import type { DeliveryView, HistoryQuery, IdentityId, MessageId, MessageView, Messenger, StatusView } from '@sotto/node'
import type { Again } from './chat.node.ts'
import type { Action, ChatState, Effect } from './chat.state.ts'

/** Lists and the newest page are read anew at most this often while much arrives, ms. */
const REFRESH_MS = 500
/** How the node itself is, is asked so often, ms. */
const HEALTH_MS = 10_000
/** Messages of a page far back. */
const LARGE_PAGE = 1000
/** No message has this id. */
const NONE = '' as MessageId

function wordsOf (error: NodeError): string { return error.hint === undefined ? error.message : `${error.message} ${error.hint}` }

/** What of a node's state concerns who talks: that nothing can leave, or has not. */
function healthOf ({ reachable, advice, outbox, revoked }: StatusView): string | undefined {
  if (revoked === true) return REVOKED
  if (reachable === 'offline') return advice[0]
  return outbox === 0 ? undefined : `${outbox === 1 ? '1 message waits' : `${outbox} messages wait`} here to be handed on.`
}

export interface ControllerInit {
  messenger: Messenger
  again?: Again | undefined
  state: ChatState
  now: () => number
  onQuit: () => void
  onMouse: (on: boolean) => void
  /** the node of this process ended, or a call broke that cannot */
  onFailure: (error: unknown) => void
}

export class ChatController {
  readonly #init: ControllerInit
  readonly #stop = new AbortController()
  readonly #node: ChatNode
  readonly #listeners = new Set<() => void>()
  /** by what they do: at most one runs, and one waits for the pause to end */
  readonly #throttled = new Map<string, { timer: NodeJS.Timeout | undefined, again: (() => Promise<void>) | undefined }>()
  #state: ChatState
  #timer: NodeJS.Timeout | undefined
  #healthTimer: NodeJS.Timeout | undefined

  constructor (init: ControllerInit) {
    this.#init = init
    this.#state = init.state
    this.#node = new ChatNode({
      messenger: init.messenger,
      again: init.again,
      signal: this.#stop.signal,
      onTrouble: trouble => { this.dispatch({ type: 'trouble', trouble }) },
      onBack: () => { this.#back() },
      onFailure: init.onFailure
    })
  }

  readonly get = (): ChatState => this.#state
  readonly now = (): number => this.#init.now()
  /** What was done here and no node has answered. */
  get unsure (): number { return this.#node.unsure }

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
    // subscribed before the first look: nothing falls in between
    this.#follow()
    this.#healthTimer = setInterval(() => { this.#perform({ do: 'refresh' }); this.#throttle('health', async () => { await this.#health() }) }, HEALTH_MS)
    void this.#report(this.#health())
    await this.#refresh()
  }

  stop (): void {
    const { typing } = this.#state
    if (typing !== undefined && !this.#node.gone) void this.#node.messenger.conversations.typing(typing.with, false).catch(() => { /* it ends by itself */ })
    this.#stop.abort()
    clearTimeout(this.#timer)
    clearInterval(this.#healthTimer)
    for (const { timer } of this.#throttled.values()) clearTimeout(timer)
  }

  /** A node runs again: what happened meanwhile is read. */
  #back (): void {
    this.#follow()
    void this.#report(this.#refresh())
    void this.#report(this.#health())
    const { open } = this.#state
    if (open === undefined) return
    void this.#report(this.#latest(open.with, false))
    void this.#report(this.#contact(open.with))
  }

  #follow (): void {
    const { messenger } = this.#node
    const { signal } = this.#stop
    const events = messenger.events({ signal })[Symbol.asyncIterator]()
    const first = events.next()
    void (async () => {
      try {
        for (let next = await first; next.done !== true; next = await events.next()) this.dispatch({ type: 'event', event: next.value, now: this.now() })
      } catch (error) {
        this.#node.lost(error, messenger)
      }
    })()
  }

  #schedule (): void {
    clearTimeout(this.#timer)
    const at = nextTick(this.#state)
    if (at !== undefined) this.#timer = setTimeout(() => { this.dispatch({ type: 'tick', now: this.now() }) }, Math.max(1, at - this.now()))
  }

  async #refresh (): Promise<void> {
    const { signal } = this.#stop
    await this.#node.ask(async ({ conversations, requests, contacts }) => {
      const [views, asking, people] = await Promise.all([conversations.list({ signal }), requests.list({ signal }), contacts.list({ signal })])
      const waits = new Map(people.flatMap(({ id, waiting }) => waiting === undefined ? [] : [[id, waiting] as const]))
      this.dispatch({ type: 'lists', conversations: views, requests: asking, waits, now: this.now() })
    })
  }

  async #health (): Promise<void> {
    await this.#node.ask(async messenger => { this.dispatch({ type: 'health', text: healthOf(await messenger.status({ signal: this.#stop.signal })) }) })
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
      if (error instanceof NodeError) this.dispatch({ type: 'notice', text: wordsOf(error), now: this.now() })
      else this.#init.onFailure(error)
    }
  }

  #perform (effect: Effect): void {
    const { signal } = this.#stop
    const run = (work: Promise<unknown>): void => { void this.#report(work) }
    const page = (who: IdentityId, work: Promise<void>): void => { run(work.catch((error: unknown) => { this.#nothing(who); throw error })) }
    const insist = (work: (messenger: Messenger) => Promise<DeliveryView>): void => { run(this.#node.insist(work)) }
    switch (effect.do) {
      case 'quit': this.#init.onQuit(); return
      case 'mouse': this.#init.onMouse(effect.on); return
      case 'refresh': this.#throttle('refresh', async () => {
        await this.#refresh()
        // what is said below the list is true as long as it stands there
        if (this.#state.health !== undefined) await this.#health()
      }); return
      case 'latest': this.#throttle(`latest ${effect.who}`, async () => { await this.#latest(effect.who, false) }); return
      case 'read': this.#throttle(`read ${effect.who}`, async () => {
        await this.#node.ask(async ({ conversations }) => { await conversations.markRead(effect.who, { signal }) })
        this.#perform({ do: 'refresh' })
      }); return
      case 'open': run(this.#latest(effect.who, true)); run(this.#contact(effect.who)); return
      case 'contact': run(this.#contact(effect.who)); return
      case 'older': page(effect.who, this.#older(effect.who, effect.before)); return
      case 'newer': page(effect.who, this.#newer(effect.who, effect.after)); return
      case 'first': page(effect.who, this.#first(effect.who)); return
      case 'seek': page(effect.who, this.#seek(effect.who, effect.target)); return
      case 'search': run(this.#node.ask(async ({ conversations }) => {
        const items = await conversations.history(effect.who, { search: effect.query, limit: MAX_RESULTS }, { signal })
        this.dispatch({ type: 'found', who: effect.who, query: effect.query, items })
      })); return
      case 'send': run(this.#send(effect)); return
      case 'edit': insist(async ({ conversations }) => await conversations.edit(effect.message, effect.text, { signal })); return
      case 'retract': insist(async ({ conversations }) => await conversations.retract(effect.message, { signal })); return
      case 'react': insist(async ({ conversations }) => await conversations.react(effect.message, effect.emoji, { signal })); return
      case 'delivery': run(this.#node.ask(async ({ conversations }) => {
        this.dispatch({ type: 'delivery', delivery: await conversations.delivery(effect.message, { signal }) })
      }).catch((error: unknown) => {
        // sent from another device of ours: only that one knows more
        if (!(error instanceof NodeError && error.code === 'NOT_OWN_MESSAGE')) throw error
      })); return
      case 'typing': if (!this.#node.gone) this.#node.messenger.conversations.typing(effect.who, effect.active, { signal }).catch(() => { /* nobody misses it */ }); return
      case 'accept': run(this.#node.ask(async ({ requests }) => {
        const contact = await requests.accept(effect.who, { signal })
        await this.#refresh()
        this.dispatch({ type: 'open', who: contact.id })
      })); return
      case 'decline': run(this.#node.ask(async ({ requests }) => {
        await requests.decline(effect.who, { signal })
        await this.#refresh()
      }))
    }
  }

  async #latest (who: IdentityId, fresh: boolean): Promise<void> {
    const unread = fresh ? this.#state.conversations.find(conversation => conversation.with === who)?.unread ?? 0 : 0
    const limit = Math.max(PAGE, Math.min(MAX_FIRST_PAGE, unread + 1))
    const items = await this.#history(who, { limit })
    if (items === undefined) return
    const more = items.filter(item => item.kind !== 'gap').length >= limit
    this.dispatch({ type: 'latest', who, items, more, fresh })
  }

  async #contact (who: IdentityId): Promise<void> {
    if (who === this.#state.self) return
    await this.#node.ask(async ({ contacts }) => { this.dispatch({ type: 'contact', contact: await contacts.show(who, { signal: this.#stop.signal }) }) })
  }

  async #history (who: IdentityId, query: HistoryQuery): Promise<MessageView[] | undefined> {
    return await this.#node.ask(async ({ conversations }) => await conversations.history(who, query, { signal: this.#stop.signal }))
  }

  async #older (who: IdentityId, before: MessageId): Promise<void> {
    // who has read far back reads on: larger pages, fewer of them
    const limit = Math.min(LARGE_PAGE, Math.max(PAGE, Math.floor((this.#state.open?.items.length ?? 0) / 4)))
    const items = await this.#history(who, { before, limit })
    if (items === undefined) this.#nothing(who)
    else this.dispatch({ type: 'older', who, before, items, more: items.length >= limit })
  }

  /** After what is there. */
  async #newer (who: IdentityId, after: MessageId): Promise<void> {
    const items = await this.#history(who, { after, limit: PAGE })
    this.dispatch({ type: 'newer', who, after: items === undefined ? NONE : after, items: items ?? [], more: items === undefined || items.length >= PAGE })
  }

  async #first (who: IdentityId): Promise<void> {
    const items = await this.#history(who, { after: 'start', limit: PAGE })
    if (items === undefined) this.#nothing(who)
    else this.dispatch({ type: 'window', who, items, more: false, newer: items.length >= PAGE, select: undefined })
  }

  /** What stands around a message that was found. */
  async #seek (who: IdentityId, target: MessageView): Promise<void> {
    const [above, below] = await Promise.all([this.#history(who, { before: target.id, limit: PAGE }), this.#history(who, { after: target.id, limit: PAGE })])
    if (above === undefined || below === undefined) this.#nothing(who)
    else this.dispatch({ type: 'window', who, items: [...above, target, ...below], more: above.length >= PAGE, newer: below.length >= PAGE, select: target.id })
  }

  /** Nothing came of what was asked for. */
  #nothing (who: IdentityId): void { this.dispatch({ type: 'older', who, before: NONE, items: [], more: true }) }

  async #send ({ who, text, replyTo }: Extract<Effect, { do: 'send' }>): Promise<void> {
    // whichever node answers in the end: the same id is sent once
    const id = randomUUID()
    try {
      await this.#node.insist(async ({ conversations }) => await conversations.send(who, { text, id, ...(replyTo === undefined ? {} : { replyTo }) }, { signal: this.#stop.signal }))
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      this.dispatch({ type: 'unsent', who, text, why: wordsOf(error), now: this.now() })
    }
  }
}
