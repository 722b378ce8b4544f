/**
 * A test actor: a Messenger that lives in memory and has no network, crypto or store. It serves tests of the command line
 * itself: parsing, formats, exit codes, the control socket. What the real node does is shown elsewhere, with the real node.
 */
import { UnreachableError, UsageError, StoreError } from '@sotto/node/errors'
import type {
  CallView,
  CallOptions, ContactView, ConversationId, DeliveryView, DeviceId, DeviceView, Finding, IdentityId, MessageId, MessageState, MessageView, Messenger,
  NodeEvent, PairingView, ProgressOptions, RequestView, SelfView, StatusView
} from '@sotto/node'

type EventBody = NodeEvent extends infer E ? E extends NodeEvent ? Omit<E, 'cursor' | 'time'> : never : never

export const ALICE = `sotto1${'a'.repeat(52)}` as IdentityId
export const BOB = `sotto1${'b'.repeat(52)}` as IdentityId
export const CAROL = `sotto1${'c'.repeat(52)}` as IdentityId
export const DEVICE = 'd'.repeat(32) as DeviceId
export const PHONE = 'f'.repeat(32) as DeviceId
const CONVERSATION = 'e'.repeat(64) as ConversationId
const PHRASE = Array.from({ length: 24 }, (_, at) => `word${at}`).join(' ')

export interface ActorInit {
  profile?: string
  webHost?: string | undefined
  passphrase?: string | undefined
  now?: () => number
  /** how far a message gets by itself */
  reach?: MessageState
  /** nothing is ever handed on */
  stuck?: boolean
  mailboxes?: number
  /** this device is none of hers any more */
  revoked?: boolean
  /** what doctor finds */
  findings?: Finding[]
}

export class Actor implements Messenger {
  readonly contactsByName = new Map<string, ContactView>()
  readonly waitingRequests: RequestView[] = []
  readonly log: MessageView[] = []
  readonly happened: NodeEvent[] = []
  readonly asked: string[] = []
  readonly #init: ActorInit
  readonly #wakes = new Set<() => void>()
  #name = 'Alice'
  #tells = true
  #ended = false

  constructor (init: ActorInit = {}) { this.#init = init }

  #now (): number { return this.#init.now?.() ?? 1_700_000_000_000 }

  happen (event: EventBody): void {
    this.happened.push({ ...event, cursor: String(this.happened.length + 1), time: this.#now() } as NodeEvent)
    for (const wake of this.#wakes) wake()
  }

  end (): void {
    this.#ended = true
    for (const wake of this.#wakes) wake()
  }

  #find (who: string): ContactView {
    for (const contact of this.contactsByName.values()) if (contact.name.toLowerCase() === who.toLowerCase() || contact.id === who) return contact
    throw new UsageError('UNKNOWN_CONTACT', `Nobody here is called ‘${who}’.`, { hint: '`sotto contact list` shows everybody.' })
  }

  #message (id: string): MessageView {
    const message = this.log.find(message => message.id === id)
    if (message === undefined) throw new UsageError('UNKNOWN_MESSAGE', 'There is no such message.')
    return message
  }

  #delivery (message: MessageView): DeliveryView {
    const mailboxes = this.#init.mailboxes ?? 0
    return {
      message: message.id,
      state: message.state,
      copies: message.copies,
      mailboxes,
      ...(message.state === 'sealed' ? { waiting: 'It waits on this device until both are online.' } : {})
    }
  }

  async #never (signal: AbortSignal | undefined): Promise<never> {
    return await new Promise((_resolve, reject) => {
      const fail = (): void => { reject(new UnreachableError('TIMEOUT', 'It did not happen in time.')) }
      if (signal?.aborted === true) fail()
      signal?.addEventListener('abort', fail)
    })
  }

  async self (options: CallOptions & { invite?: boolean } = {}): Promise<SelfView> {
    const said = `alice${options.invite === true ? '?invite=1' : ''}`
    return { id: ALICE, name: this.#name, device: DEVICE, link: `sotto:${said}`, ...(this.#init.webHost === undefined ? {} : { webLink: `${this.#init.webHost}#${said}` }), profile: this.#init.profile ?? '/profile', readReceipts: this.#tells }
  }

  async phrase (passphrase: string | undefined): Promise<string> {
    if (this.#init.passphrase !== undefined && passphrase === undefined) throw new StoreError('PASSPHRASE_REQUIRED', 'This profile needs its passphrase.')
    if (this.#init.passphrase !== passphrase) throw new StoreError('WRONG_PASSPHRASE', 'The passphrase is wrong.', { hint: 'Try again.' })
    return PHRASE
  }

  async rename (name: string): Promise<SelfView> {
    this.#name = name
    return await this.self()
  }

  async tellReads (tell: boolean): Promise<SelfView> {
    this.#tells = tell
    return await this.self()
  }

  async status (): Promise<StatusView> {
    return {
      running: true,
      id: ALICE,
      name: this.#name,
      device: DEVICE,
      ...(this.#init.revoked === true ? { revoked: true } : {}),
      peerId: '12D3KooWActor',
      profile: this.#init.profile ?? '/profile',
      network: 'local',
      peers: 0,
      direct: 0,
      relayed: 0,
      reachable: 'loopback',
      advice: ['Only this machine can reach you.'],
      addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWActor'],
      directory: 'off',
      outbox: this.log.filter(message => message.state === 'sealed').length,
      mailboxes: [],
      atRest: this.#init.passphrase === undefined ? 'keyfile' : 'passphrase',
      storeBytes: 4096,
      uptime: 61_000,
      cursor: '0'
    }
  }

  async hurry (): Promise<void> { this.asked.push('hurry') }

  async doctor (options: ProgressOptions & { discreet?: boolean } = {}): Promise<Finding[]> {
    options.onProgress?.('Asking the mailboxes …')
    this.asked.push(options.discreet === true ? 'doctor discreet' : 'doctor')
    return this.#init.findings ?? [
      { code: 'no-mailbox', level: 'warning', finding: 'Nobody keeps mail for you.', advice: 'Ask a friend.' },
      { code: 'contacts', level: 'ok', finding: options.discreet === true ? 'One contact is away.' : 'bob\u001b[2J is away.', advice: 'Nothing to do.' }
    ]
  }

  readonly contacts: Messenger['contacts'] = {
    add: async (link, options = {}) => {
      options.onProgress?.('Looking for them …')
      if (!link.startsWith('sotto')) throw new UsageError('BAD_LINK', 'This is no link.')
      const contact: ContactView = { id: BOB, name: options.name ?? 'bob', profileName: 'Bobby', note: options.note ?? '', state: 'requested', verified: false, blocked: false, devicesChanged: false, devices: [] }
      this.contactsByName.set(contact.name, contact)
      return contact
    },
    list: async () => [...this.contactsByName.values()],
    show: async who => this.#find(who),
    rename: async (who, name) => Object.assign(this.#find(who), { name }),
    block: async who => Object.assign(this.#find(who), { blocked: true }),
    unblock: async who => Object.assign(this.#find(who), { blocked: false }),
    remove: async who => {
      const contact = this.#find(who)
      this.contactsByName.delete(contact.name)
      return contact
    },
    verify: async (who, options = {}) => {
      const contact = this.#find(who)
      if (options.confirm === true) contact.verified = true
      return { id: contact.id, name: contact.name, verified: contact.verified, safety: '12345 67890', words: 'apple river', qr: 'sotto-safety:1234567890' }
    }
  }

  readonly requests: Messenger['requests'] = {
    list: async () => [...this.waitingRequests],
    accept: async (who, options = {}) => {
      const at = this.waitingRequests.findIndex(request => request.name === who || request.id === who)
      const [request] = at < 0 ? [] : this.waitingRequests.splice(at, 1)
      if (request === undefined) throw new UsageError('UNKNOWN_REQUEST', 'There is no such request.')
      const contact: ContactView = { id: request.id, name: options.name ?? request.name, profileName: request.name, note: '', state: 'accepted', verified: false, blocked: false, devicesChanged: false, devices: [DEVICE] }
      this.contactsByName.set(contact.name, contact)
      return contact
    },
    decline: async who => {
      const at = this.waitingRequests.findIndex(request => request.name === who || request.id === who)
      const [request] = at < 0 ? [] : this.waitingRequests.splice(at, 1)
      if (request === undefined) throw new UsageError('UNKNOWN_REQUEST', 'There is no such request.')
      return request
    }
  }

  readonly conversations: Messenger['conversations'] = {
    list: async () => [...this.contactsByName.values()].map(contact => {
      const last = this.log.at(-1)
      return { conversation: CONVERSATION, with: contact.id, name: contact.name, unread: this.log.filter(message => message.from !== ALICE).length, ...(last === undefined ? {} : { last }) }
    }),
    send: async (who, request) => {
      this.asked.push(`send ${who}`)
      if (who !== ALICE) this.#find(who)
      if (new TextEncoder().encode(request.text).length > 32 * 1024) throw new UsageError('TEXT_TOO_LONG', 'The text is longer than 32 KiB.', { hint: 'Send it in parts.' })
      const id = (request.id ?? `m${this.log.length}`).padEnd(26, '0') as MessageId
      const known = this.log.find(message => message.id === id)
      if (known !== undefined) return this.#delivery(known)
      const state = this.#init.reach ?? 'sealed'
      const message: MessageView = { id, conversation: CONVERSATION, from: ALICE, device: DEVICE, time: this.#now(), kind: request.replyTo === undefined ? 'text' : 'reply', text: request.text, reactions: [], state, copies: state === 'stored' ? 2 : 0, ...(request.replyTo === undefined ? {} : { replyTo: request.replyTo }) }
      this.log.push(message)
      this.happen({ event: 'message', message, with: BOB, name: 'bob' })
      return this.#delivery(message)
    },
    wait: async (id, state, options = {}) => {
      const order: MessageState[] = ['sealed', 'stored', 'delivered', 'read']
      const message = this.#message(id)
      if (order.indexOf(message.state) >= order.indexOf(state)) return this.#delivery(message)
      if (state === 'stored' && (this.#init.mailboxes ?? 0) === 0) throw new UnreachableError('NO_MAILBOX', 'No mailbox is known that could keep it.', { hint: 'It waits on this device until both are online.' })
      return await this.#never(options.signal)
    },
    delivery: async id => this.#delivery(this.#message(id)),
    edit: async (id, text) => this.#delivery(Object.assign(this.#message(id), { text, edited: true })),
    retract: async id => this.#delivery(Object.assign(this.#message(id), { text: '', retracted: true })),
    react: async (id, emoji) => {
      const message = this.#message(id)
      message.reactions.push({ from: ALICE, emoji })
      return this.#delivery(message)
    },
    history: async (who, query = {}) => {
      if (who !== ALICE) this.#find(who)
      const found = this.log.filter(message => (query.since === undefined || message.time >= query.since) && (query.search === undefined || message.text.includes(query.search)))
      return query.limit === undefined ? found : found.slice(-query.limit)
    },
    search: async (text, { limit = 50, before } = {}) => {
      const found = this.log.filter(message => message.text.includes(text)).reverse()
      const marks = (message: MessageView): Array<[number, number]> => [[message.text.indexOf(text), message.text.indexOf(text) + text.length]]
      return found.slice(found.findIndex(({ id }) => id === before) + 1).slice(0, limit).map(message => ({ message, with: BOB, name: 'bob', marks: marks(message) }))
    },
    markRead: async () => {},
    typing: async (who, active) => { this.happen({ event: 'typing', with: this.#find(who).id, active }) },
    flushed: async (options = {}) => {
      this.asked.push('flushed')
      if (this.#init.stuck === true) await this.#never(options.signal)
    }
  }

  readonly mailboxes: Messenger['mailboxes'] = {
    list: async () => [{ peer: '12D3KooWKeeper', kind: 'contact', used: 1024, limit: 64 * 2 ** 20, lastSeen: this.#now(), up: 0.97, measured: 86_400_000 }],
    offer: async (who, options = {}) => {
      const contact = this.#find(who)
      return { mode: 'contacts', used: 0, limit: 2 ** 28, queues: 0, items: 0, grants: [{ id: 'g', who: contact.id, name: contact.name, used: 0, limit: options.bytes ?? 64 * 2 ** 20 }] }
    },
    revoke: async who => {
      this.#find(who)
      return { mode: 'contacts', used: 0, limit: 2 ** 28, queues: 0, items: 0, grants: [] }
    },
    status: async () => ({ mode: 'contacts', used: 2048, limit: 2 ** 28, queues: 1, items: 2, grants: [] })
  }

  readonly devices: Messenger['devices'] = {
    list: async () => [this.#device(), this.#device({ device: PHONE, role: 'linked', current: false })],
    link: options => this.#link(options),
    revoke: async device => {
      if (device === '' || !PHONE.startsWith(device)) throw new UsageError('UNKNOWN_DEVICE', `No device of yours begins with ‘${device}’.`, { hint: 'sotto device list' })
      return this.#device({ device: PHONE, role: 'linked', current: false, connected: false, revoked: true })
    }
  }

  async * #link ({ minutes = 10 }: { minutes?: number } = {}): AsyncGenerator<PairingView> {
    const device = this.#device({ device: PHONE, role: 'linked', current: false })
    yield { state: 'waiting', code: 'sotto:pair:code', expires: this.#now() + minutes * 60_000 }
    yield { state: 'paired', device }
    yield { state: 'history', device, left: 7 }
    yield { state: 'done', device }
  }

  #device (view: Partial<DeviceView> = {}): DeviceView {
    return { device: DEVICE, role: 'primary', current: true, peerId: '12D3KooWActor', since: this.#now(), lastSeen: this.#now(), connected: true, revoked: false, ...view }
  }

  readonly calls: Messenger['calls'] = {
    start: async (who, answer = {}) => {
      const people = typeof who === 'string' ? [who] : who
      this.asked.push(`call ${people.join(', ')} ${JSON.stringify(answer)}`)
      const [name = ''] = people.map(one => this.#find(one).name)
      return this.#call({ phase: 'inviting', name })
    },
    answer: async (id, answer = {}) => {
      this.asked.push(`answer ${id} ${JSON.stringify(answer)}`)
      return this.#call({ phase: 'connecting', direction: 'incoming' })
    },
    invite: async (id, who) => {
      this.asked.push(`invite ${who} to ${id}`)
      const { id: person, name } = this.#find(who)
      const talking = this.#call({ phase: 'active', seconds: 75 })
      return { ...talking, participants: [...talking.participants, { with: person, name, phase: 'inviting', rings: false, theirs: talking.theirs }] }
    },
    hangUp: async id => {
      this.asked.push(`hang up ${id}`)
      return this.#call({ phase: 'ended', end: 'hung up' })
    },
    send: async (_id, tracks) => this.#call({ tracks: { audio: true, video: false, screen: false, ...tracks } }),
    list: async () => [this.#call({ phase: 'active', seconds: 75 })],
    settings: async () => ({ servers: [], hide: false }),
    configure: async ({ server, hide = false }) => ({ servers: server === undefined ? [] : [{ url: server }], hide })
  }

  #call (view: Partial<CallView>): CallView {
    const tracks = { audio: true, video: false, screen: false }
    return { id: '0123456789abcdef0123456789abcdef' as CallView['id'], with: BOB, name: 'bob', direction: 'outgoing', phase: 'active', rings: false, since: this.#now(), tracks, theirs: tracks, participants: [{ with: BOB, name: 'bob', phase: 'active', rings: false, theirs: tracks }], ...view }
  }

  async * events (options: CallOptions & { since?: string } = {}): AsyncGenerator<NodeEvent> {
    this.asked.push('events')
    let at = options.since === undefined ? this.happened.length : Number(options.since)
    for (;;) {
      for (; at < this.happened.length; at++) {
        if (options.signal?.aborted === true) return
        yield this.happened[at] as NodeEvent
      }
      if (options.signal?.aborted === true || this.#ended) return
      await new Promise<void>(resolve => {
        const done = (): void => { this.#wakes.delete(done); resolve() }
        this.#wakes.add(done)
        options.signal?.addEventListener('abort', done, { once: true })
      })
    }
  }
}
