/** A test actor of the Messenger: the same interface, everything in memory, events on demand. No real part is meant to be tested against it. */
import { NodeError, UsageError } from '@sotto/node/errors'
import { callOf } from './call.ts'
import { NOW, REQUESTS, SELF, contact, id, message, scenes } from './people.ts'
import type { Scene } from './people.ts'
import type { CallTracks, ContactView, ConversationView, DeliveryView, DeviceId, IdentityId, KeeperInfo, MessageId, MessageView, Messenger, NodeEvent, RequestView, SelfView, StatusView } from '@sotto/node'

type Unnumbered = NodeEvent extends infer E ? E extends NodeEvent ? Omit<E, 'cursor' | 'time'> : never : never
export const LINK = `sotto:${'CkAKIBl0aGlzLWlzLWEtdGVzdC1saW5rLW9mLWFsaWNl'.repeat(4)}`

const KEEPERS: KeeperInfo[] = [
  { peer: '12D3KooWAbcdefghFriend01', kind: 'contact', used: 214_000, limit: 67_000_000, lastSeen: NOW - 60_000, up: 0.98, measured: 86_400_000 },
  { peer: '12D3KooWAbcdefghHelper02', kind: 'volunteer', used: 9_000, limit: 16_000_000, lastSeen: NOW - 3_600_000, up: 0.7, measured: 86_400_000, trouble: 'unreachable since an hour', troubled: { code: 'unreachable-since', values: { since: NOW - 3_600_000 } } }
]

const OWN_NODE: KeeperInfo = { peer: '12D3KooWAbcdefghMyNode03', kind: 'own', used: 0, limit: 0, lastSeen: NOW, up: 1, measured: 0 }

/** `asked`: strangers want to talk, also where there is nobody else. */
export interface ActorInit { empty?: boolean, asked?: boolean, many?: number, connection?: 'good' | 'alone' | 'offline' | 'unkept' | 'own', passphrase?: boolean, linked?: boolean, revoked?: boolean, nameless?: boolean }

export class Actor {
  readonly scenes: Scene[]
  readonly notes: MessageView[] = []
  requests: RequestView[]
  /** how often one pressed Try now */
  hurried = 0
  self: SelfView = { id: SELF, name: 'Alice', device: 'f00d' as DeviceId, link: LINK, short: { link: LINK.slice(0, 120) + LINK.slice(6).repeat(2) }, profile: 'default', readReceipts: true }
  readonly messenger: Messenger
  readonly #init: ActorInit
  #servers: Array<{ url: string, username: string }> = []
  #wake = Promise.withResolvers<void>()
  readonly #events: NodeEvent[] = []

  constructor (init: ActorInit = {}) {
    this.#init = init
    if (init.revoked === true) this.self = { ...this.self, revoked: true }
    if (init.nameless === true) this.self = { ...this.self, name: '' }
    this.scenes = init.empty === true ? [] : scenes()
    this.requests = init.empty === true && init.asked !== true ? [] : [...REQUESTS]
    if (init.many !== undefined) {
      const who = contact('Archive')
      const words = ['so', 'then the train was late', 'yes', 'and the sea was very calm that evening, calmer than any of us had ever seen it', 'ha', 'who would have thought', 'see you']
      const messages = Array.from({ length: init.many }, (_, at) => message(at % 3 === 0 ? SELF : who.id, `${at} ${words[at * 7 % words.length] ?? ''}`, NOW - (init.many ?? 0) * 60_000 + at * 60_000))
      this.scenes.unshift({ contact: who, unread: 0, messages })
    }
    this.messenger = this.#make()
  }

  emit (event: Unnumbered): void {
    this.#events.push({ ...event, cursor: String(this.#events.length + 1), time: Date.now() } as NodeEvent)
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  say (who: string, text: string): void {
    const scene = this.#scene(who)
    const said = message(scene.contact.id, text, Date.now(), { state: 'delivered' })
    scene.messages.push(said)
    scene.unread++
    this.emit({ event: 'message', message: said, with: scene.contact.id, name: scene.contact.name })
  }

  #scene (who: string): Scene {
    const scene = this.scenes.find(one => one.contact.id === who || one.contact.name === who)
    if (scene === undefined) throw new UsageError('UNKNOWN_CONTACT', 'nobody here has that name')
    return scene
  }

  #messages (who: string): MessageView[] { return who === SELF ? this.notes : this.#scene(who).messages }

  #find (wanted: MessageId): { scene: Scene | undefined, message: MessageView } {
    for (const scene of this.scenes) {
      const found = scene.messages.find(one => one.id === wanted)
      if (found !== undefined) return { scene, message: found }
    }
    const note = this.notes.find(one => one.id === wanted)
    if (note === undefined) throw new UsageError('UNKNOWN_MESSAGE', 'no such message')
    return { scene: undefined, message: note }
  }

  #change (wanted: MessageId, change: Partial<MessageView>): DeliveryView {
    const { scene, message } = this.#find(wanted)
    Object.assign(message, change)
    this.emit({ event: 'changed', message: { ...message }, with: scene?.contact.id ?? SELF })
    return this.#delivery(message)
  }

  #delivery ({ id, state, copies, waiting, waitingFor }: MessageView): DeliveryView {
    const keepers = ['Friend', 'Helper', 'Island'].map((name, at) => ({ peer: `12D3KooWAbcdefgh${name}`, has: at < copies, ...(at === 2 ? { trouble: 'it does not answer', troubled: { code: 'no-answer' as const } } : {}) }))
    return { message: id, state, copies, mailboxes: 3, ...(state === 'sealed' || state === 'stored' ? { keepers } : {}), ...(waiting === undefined ? {} : { waiting }), ...(waitingFor === undefined ? {} : { waitingFor }) }
  }

  #contactChange (who: string, change: Partial<ContactView>): ContactView {
    const scene = this.#scene(who)
    scene.contact = { ...scene.contact, ...change }
    this.emit({ event: 'contact', contact: scene.contact })
    return scene.contact
  }

  #status (): StatusView {
    const { connection = 'good' } = this.#init
    const status = {
      running: true,
      id: SELF,
      name: this.self.name,
      device: this.self.device,
      ...(this.self.revoked === true ? { revoked: true } : {}),
      peerId: '12D3KooWRBhwfeP2Y4TCx1SM6s9rUoHhR5STiGwxBhgFRcw3UERE',
      profile: 'default',
      network: 'public',
      peers: connection === 'alone' || connection === 'offline' ? 0 : 7,
      reachable: connection === 'offline' ? 'offline' : 'unknown',
      advice: ['Others outside this network may not be able to call this node; mail for you waits in mailboxes.'],
      addresses: ['/dns4/relay.example/tcp/443/wss/p2p/12D3KooWRelay/p2p-circuit/webrtc/p2p/12D3KooWRBhw'],
      directory: 'client',
      notable: [{ code: 'behind-router', level: 'warning' }],
      outbox: connection === 'good' ? 1 : 3,
      mailboxes: connection === 'unkept' ? [] : connection === 'own' ? [OWN_NODE] : KEEPERS,
      atRest: this.#init.passphrase === true ? 'passphrase' : 'browser',
      storeBytes: 18_400_000,
      cursor: String(this.#events.length),
      uptime: 3_600_000
    }
    return status as unknown as StatusView
  }

  #make (): Messenger {
    const conversation = ({ contact, unread, messages }: Scene): ConversationView => {
      const last = messages.at(-1)
      return { conversation: 'c0' as ConversationView['conversation'], with: contact.id, name: contact.name, unread, ...(last === undefined ? {} : { last }) }
    }
    const actor: Partial<Record<keyof Messenger, unknown>> = {
      self: async () => this.self,
      phrase: async (passphrase: string | undefined) => {
        if (this.#init.passphrase === true && passphrase !== 'open sesame') throw new NodeError('WRONG_PASSPHRASE', 'wrong')
        return PHRASE
      },
      rename: async (name: string) => (this.self = { ...this.self, name }),
      tellReads: async (tell: boolean) => (this.self = { ...this.self, readReceipts: tell }),
      status: async () => this.#status(),
      hurry: async () => { this.hurried++ },
      contacts: {
        add: async (link: string, options: { name?: string } = {}) => {
          if (!/^(sotto:|sotto1|https?:)/.test(link)) throw new UsageError('BAD_LINK', 'this is not a link')
          const made = contact(options.name ?? 'sotto1new…', { id: id(link.slice(-9)), state: 'requested', waiting: 'waits for them to accept your request' })
          this.scenes.unshift({ contact: made, unread: 0, messages: [] })
          return made
        },
        list: async () => this.scenes.map(scene => scene.contact),
        show: async (who: string) => this.#scene(who).contact,
        rename: async (who: string, name: string) => this.#contactChange(who, { name }),
        block: async (who: string) => this.#contactChange(who, { blocked: true }),
        unblock: async (who: string) => this.#contactChange(who, { blocked: false }),
        remove: async (who: string) => {
          const scene = this.#scene(who)
          this.scenes.splice(this.scenes.indexOf(scene), 1)
          return scene.contact
        },
        verify: async (who: string, options?: { confirm?: boolean }) => {
          if (options?.confirm === true) this.#contactChange(who, { verified: true, devicesChanged: false })
          const { contact } = this.#scene(who)
          return { id: contact.id, name: contact.name, verified: contact.verified, safety: '48271 90365 11842 67390 55128 03947 76210 84653 29971 40586 61734 92058', words: 'amber canyon dolphin ember fabric gentle harbor island', qr: 'sotto-safety:1:48271903651184267390551280394776210846532997140586' }
        }
      },
      requests: {
        list: async () => this.requests,
        accept: async (who: string) => {
          const request = this.requests.find(one => one.id === who)
          this.requests = this.requests.filter(one => one.id !== who)
          const made = contact(request?.name ?? '', { id: who as IdentityId })
          this.scenes.unshift({ contact: made, unread: 0, messages: [] })
          return made
        },
        decline: async (who: string) => {
          const request = this.requests.find(one => one.id === who)
          this.requests = this.requests.filter(one => one.id !== who)
          return request
        }
      },
      conversations: {
        list: async () => [{ conversation: 'c1', with: SELF, name: 'Note to self', unread: 0, ...(this.notes.length === 0 ? {} : { last: this.notes.at(-1) }) }, ...this.scenes.map(conversation)],
        send: async (who: string, { text, replyTo }: { text: string, replyTo?: MessageId }) => {
          const said = message(SELF, text, Date.now(), { state: 'sealed', ...(replyTo === undefined ? {} : { replyTo }) })
          this.#messages(who).push(said)
          this.emit({ event: 'message', message: { ...said }, with: who as IdentityId, name: '' })
          return this.#delivery(said)
        },
        delivery: async (wanted: MessageId) => this.#delivery(this.#find(wanted).message),
        edit: async (wanted: MessageId, text: string) => this.#change(wanted, { text, edited: true }),
        retract: async (wanted: MessageId) => this.#change(wanted, { text: '', retracted: true }),
        react: async (wanted: MessageId, emoji: string) => {
          const { message } = this.#find(wanted)
          const others = message.reactions.filter(one => one.from !== SELF)
          return this.#change(wanted, { reactions: emoji === '' ? others : [...others, { from: SELF, emoji }] })
        },
        history: async (who: string, { limit = 100_000, before, after, search }: { limit?: number, before?: MessageId, after?: MessageId | 'start', search?: string } = {}) => {
          const messages = this.#messages(who)
          if (after !== undefined) {
            const from = messages.findIndex(one => one.id === after) + 1
            return messages.slice(from, from + limit)
          }
          if (search !== undefined) return messages.filter(one => one.text.toLowerCase().includes(search.toLowerCase())).slice(-limit)
          const end = before === undefined ? messages.length : messages.findIndex(one => one.id === before)
          return messages.slice(Math.max(0, end - limit), end)
        },
        search: async (text: string, { limit = 50, before }: { limit?: number, before?: MessageId } = {}) => {
          const wanted = text.toLowerCase()
          const found = [...this.scenes.map(({ contact, messages }) => ({ with: contact.id, name: contact.name, messages })), { with: SELF, name: 'Note to self', messages: this.notes }].flatMap(({ messages, ...one }) =>
            messages.filter(one => one.text.toLowerCase().includes(wanted)).map(message => {
              const from = message.text.toLowerCase().indexOf(wanted)
              return { message, ...one, marks: [[from, from + wanted.length]] }
            })).sort((a, b) => b.message.time - a.message.time)
          return found.slice(found.findIndex(({ message }) => message.id === before) + 1).slice(0, limit)
        },
        markRead: async (who: string) => { if (who !== SELF) this.#scene(who).unread = 0 },
        typing: async () => undefined
      },
      calls: {
        settings: async () => ({ servers: this.#servers, hide: this.#servers.length > 0 }),
        configure: async ({ server }: { server?: string }) => {
          if (server !== undefined) this.#servers = server === '' ? [] : [{ url: server, username: 'alice' }]
          return { servers: this.#servers, hide: this.#servers.length > 0 }
        },
        list: async () => this.#events.flatMap(event => event.event === 'call' ? [event.call] : []).slice(-1),
        start: async () => { throw new UsageError('NO_AUDIO', 'not allowed', { cause: new DOMException('no', 'NotAllowedError') }) },
        answer: async () => callOf('audio'),
        hangUp: async () => callOf('ended'),
        send: async (_: string, tracks: Partial<CallTracks>) => {
          const call = callOf('audio')
          return { ...call, tracks: { ...call?.tracks, ...tracks } }
        }
      },
      mailboxes: { list: async () => KEEPERS },
      devices: {
        list: async () => [
          { device: this.self.device, role: this.#init.linked === true || this.self.revoked === true ? 'linked' : 'primary', current: true, peerId: 'p1', since: NOW - 90 * 86_400_000, revoked: this.self.revoked === true },
          { device: 'beefbeefbeefbeefbeefbeefbeefbeef', role: this.#init.linked === true ? 'primary' : 'linked', current: false, peerId: 'p2', since: NOW - 20 * 86_400_000, revoked: false },
          { device: '01d01d01d01d01d01d01d01d01d01d01', role: 'linked', current: false, peerId: 'p3', since: NOW - 200 * 86_400_000, revoked: true }
        ],
        link: async function * () {
          yield { state: 'waiting', code: `sotto:pair:${'q7Zk3mPw'.repeat(14)}`, expires: NOW + 600_000 }
          await new Promise(() => {})
        },
        revoke: async () => undefined
      },
      events: ({ signal, since }: { signal?: AbortSignal, since?: string } = {}) => this.#follow(signal, since)
    }
    return actor as unknown as Messenger
  }

  async * #follow (signal?: AbortSignal, since?: string): AsyncGenerator<NodeEvent> {
    let at = since === undefined ? this.#events.length : Number(since)
    while (signal?.aborted !== true) {
      while (at < this.#events.length) {
        const event = this.#events[at++]
        if (event !== undefined) yield event
      }
      await this.#wake.promise
    }
  }
}

export const PHRASE = 'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual'
