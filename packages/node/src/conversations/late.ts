/**
 * Conversations where there are none: the list of whoever has nobody yet, without the code that reads, writes and searches. Whatever
 * else is asked brings it.
 *
 * Invariant: as long as it is not there, nothing was said by or to this device in this run, and nothing waits to go out.
 */
import { directConversation } from '@sotto/protocols/message/conversation'
import { hex } from '../delivery/channel-state.ts'
import { formatId } from '../identity/identity-id.ts'
import { later } from '../late.ts'
import type { ConversationsInit, OpenConversations } from './open.ts'
import type { ConversationId, ConversationView, Messenger } from '../api.ts'
import type { Conversations } from './conversations.ts'
import type { ChannelState } from '../delivery/index.ts'

export interface ConversationsPart extends Pick<Conversations, 'api' | 'added' | 'stateChanged' | 'indexAll' | 'outbox' | 'waits'> {
  stop (): Promise<void>
}

const code = later(async () => import('./open.ts'))

export class LateConversations implements ConversationsPart {
  readonly #init: ConversationsInit
  #made: OpenConversations | undefined
  #stopped = false

  constructor (init: ConversationsInit) {
    this.#init = init
  }

  /** Makes it now. */
  async open (): Promise<this> {
    await this.#real()
    return this
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await this.#made?.stop()
  }

  stateChanged (): void { this.#made?.conversations.stateChanged() }
  async indexAll (): Promise<void> { await (await this.#real()).indexAll() }
  outbox (): number { return this.#awake()?.outbox() ?? 0 }
  waits (): ReturnType<Conversations['waits']> { return this.#awake()?.waits() ?? [] }

  added (state: ChannelState): void {
    this.#real().then(conversations => { conversations.added(state) }, (error: unknown) => { this.#init.logger.error('the index of a conversation waits', error) })
  }

  api (): Messenger['conversations'] {
    const real = async (): Promise<Messenger['conversations']> => (await this.#real()).api()
    return {
      list: async options => await this.#isNobody() ? [this.#self()] : (await real()).list(options),
      send: async (...args) => (await real()).send(...args),
      wait: async (...args) => (await real()).wait(...args),
      delivery: async (...args) => (await real()).delivery(...args),
      edit: async (...args) => (await real()).edit(...args),
      retract: async (...args) => (await real()).retract(...args),
      react: async (...args) => (await real()).react(...args),
      history: async (...args) => (await real()).history(...args),
      search: async (...args) => (await real()).search(...args),
      markRead: async (...args) => (await real()).markRead(...args),
      typing: async (...args) => (await real()).typing(...args),
      flushed: async (...args) => (await real()).flushed(...args)
    }
  }

  /** Nobody to talk to, and no note to oneself. */
  async #isNobody (): Promise<boolean> {
    const { contacts, delivery } = this.#init
    return this.#made === undefined && contacts().length === 0 && await delivery.find(this.#notes()) === undefined
  }

  #notes (): Uint8Array {
    const { identity } = this.#init.own
    return directConversation(identity, identity)
  }

  #self (): ConversationView {
    const { identity } = this.#init.own
    return { conversation: hex(this.#notes()) as ConversationId, with: formatId(identity), name: 'Note to self', unread: 0 }
  }

  /** What is there; where a first conversation was just opened, it is on its way. */
  #awake (): Conversations | undefined {
    if (this.#made === undefined && !this.#stopped && this.#init.delivery.loaded().length > 0) this.#real().catch((error: unknown) => { this.#init.logger.error('conversations could not be loaded', error) })
    return this.#made?.conversations
  }

  async #real (): Promise<Conversations> {
    const { openConversations } = await code()
    this.#made ??= openConversations(this.#init)
    if (this.#stopped) await this.#made.stop()
    return this.#made.conversations
  }
}
