/** Carries what channels seal: direct first, then mailboxes, until a receipt ends it; routes what arrives to its channel (protocols/envelope). Decides in plan.machine.ts. */
import { Kind } from '@sotto/protocols/envelope'
import { StoreError } from '../errors.ts'
import { Channel } from './channel.ts'
import { channelRecordOps, listChannels, loadChannelRecord, newChannelRecord } from './channel-record.ts'
import { hex } from './channel-state.ts'
import { DialAllowance } from './dial-allowance.ts'
import { DirectLinks } from './direct.ts'
import { envelopeName, unwrap, wrap } from './envelope.ts'
import { MailboxHealth } from './mailbox-health.ts'
import { plan } from './plan.machine.ts'
import { NO_ROUTES, keepProof, routesOf } from './routes.ts'
import type { Reason } from '../api.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { ChannelChange, ChannelComponents, ChannelHost, ChannelState } from './channel-state.ts'
import type { OutboxRecord } from './outbox.ts'
import type { PlanInput } from './plan.machine.ts'
import type { MailboxRoute, Routes } from './routes.ts'
import type { MailItem, MailboxClient } from '../mailbox/index.ts'
import type { StoreOp } from '../store/index.ts'

export interface DeliveryHost {
  announcement (state: ChannelState): Promise<Uint8Array>
  profile (): { name: string, revision: number, readReceipts: boolean }
  isBlocked (peer: Uint8Array): boolean
  /** this device is not its identity's any more: nothing is taken from it (DIR-24) */
  isRefused (identity: Uint8Array, device: Uint8Array): boolean
  journal (state: ChannelState, changes: readonly ChannelChange[]): StoreOp[]
  changed (state: ChannelState, changes: readonly ChannelChange[]): void
  /** a mailbox of somebody began to refuse or to fail, or works again (undefined) */
  mailboxChanged (peer: string, trouble: Reason | undefined): void
  /** a receipt came, or a device came or went: what was waited for may now be, or not be any more */
  reachChanged (): void
}

interface Entry { channel: Channel, routes: Routes, allowance: DialAllowance, pumping: boolean, again: boolean, wake: (() => void) | undefined }

/** After a failed write a conversation is loaded anew by itself, ms: the disk may have room again. */
const RELOAD_MS = 10_000
/** Everything that waits for a network is tried at once at most this often, ms: who connects again and again moves nothing. */
const WAKE_MS = 3000

export class Delivery {
  readonly #components: ChannelComponents
  readonly #host: DeliveryHost
  readonly #client: MailboxClient
  readonly #links: DirectLinks
  readonly #health: MailboxHealth
  readonly #entries = new Map<string, Promise<Entry | undefined>>()
  readonly #open = new Map<string, Entry>()
  /** direct queue (hex) → conversation and key */
  readonly #queues = new Map<string, { conversation: Uint8Array, wrapKey: Uint8Array }>()
  readonly #timers = new Map<string, () => void>()
  #loading: Promise<void> = Promise.resolve()
  #woken = 0
  #stopped = false

  constructor (components: ChannelComponents, client: MailboxClient, host: DeliveryHost) {
    this.#components = components
    this.#host = host
    this.#client = client
    this.#health = new MailboxHealth(components.clock)
    this.#links = new DirectLinks(components, async (_peerId, _direct, queue, envelope) => this.#deliver(queue, envelope))
    this.#links.addEventListener('up', ({ detail }) => {
      this.#eachWith(detail.peerId, entry => entry.channel.greet())
      this.#host.reachChanged()
    })
    this.#links.addEventListener('down', ({ detail }) => {
      this.#eachWith(detail.peerId, entry => {
        if (!this.#links.isUp(detail.peerId)) entry.channel.state.outbox.forgetSent(detail.peerId)
        for (const tag of detail.lost) this.#tagged(tag)?.sent.delete(detail.peerId)
        this.#nudge(entry)
      })
      this.#host.reachChanged()
    })
    this.#links.addEventListener('credit', ({ detail }) => this.#credited(detail.peerId, detail.handled))
  }

  /** Serves direct streams, then brings all conversations back to life, one by one. */
  async start (): Promise<void> {
    const { store, logger } = this.#components
    const conversations: Uint8Array[] = []
    for await (const { conversation, direct } of listChannels(store)) {
      conversations.push(conversation)
      this.#queues.set(hex(direct.queue), { conversation, wrapKey: direct.wrapKey })
    }
    await this.#links.start()
    this.#loading = (async () => {
      for (const conversation of conversations) if (!this.#stopped) await this.find(conversation)
    })().catch((error: unknown) => logger.error('a conversation could not be loaded', error))
  }

  /** Resolves when all conversations that were in the store are loaded. */
  async ready (): Promise<void> { await this.#loading }

  async stop (): Promise<void> {
    this.#stopped = true
    for (const cancel of this.#timers.values()) cancel()
    this.#links.stop()
    await this.#loading
    for (const entry of this.#open.values()) {
      entry.wake?.()
      await entry.channel.stop()
    }
  }

  /** The channel with a person, created where there is none. */
  async open (conversation: Uint8Array, peer: Uint8Array): Promise<Channel> {
    const entry = await this.#entry(conversation, async () => {
      const known = await loadChannelRecord(this.#components.store, conversation)
      if (known !== undefined) return known
      const fresh = newChannelRecord(conversation, peer)
      await this.#components.store.batch(channelRecordOps(this.#components.store, fresh))
      return fresh
    })
    return entry?.channel ?? this.open(conversation, peer) // a search that found nothing was under way
  }

  async find (conversation: Uint8Array): Promise<Channel | undefined> {
    return (await this.#entry(conversation, async () => loadChannelRecord(this.#components.store, conversation)))?.channel
  }

  /** The channel of a conversation as it is loaded now: it is another one after a failed write. */
  current (conversation: Uint8Array): Channel | undefined { return this.#open.get(hex(conversation))?.channel }

  loaded (): Channel[] { return [...this.#open.values()].map(entry => entry.channel) }

  routes (state: ChannelState): Routes { return this.#open.get(hex(state.record.conversation))?.routes ?? NO_ROUTES }

  /** Reads the peer's places anew (an announcement came, a request was answered) and dials its devices. */
  async reroute (state: ChannelState): Promise<void> {
    const entry = this.#open.get(hex(state.record.conversation))
    if (entry === undefined) return
    const before = entry.routes.devices
    const routes = await this.#routesOf(state)
    entry.routes = { ...routes, mailboxes: routes.mailboxes.filter(({ mailbox }) => entry.allowance.take(mailbox.peerId)) }
    this.#dial(entry)
    for (const { place } of before) {
      const wanted = [...this.#open.values()].some(other => !this.#isBlocked(other) && other.routes.devices.some(device => device.place.peerId === place.peerId))
      if (!wanted) this.#links.forget(place.peerId)
    }
    this.#nudge(entry)
  }

  /** As `reroute`, over fresh streams: both sides say what they have, and heal what was not taken meanwhile. */
  async renew (state: ChannelState): Promise<void> {
    for (const { place } of this.routes(state).devices) this.#links.hangUp(place.peerId)
    await this.reroute(state)
    this.current(state.record.conversation)?.greet()
  }

  async #routesOf ({ record, session }: ChannelState): Promise<Routes> {
    return routesOf(record, this.#components.network.peerId, session === undefined ? undefined : new Set(session.members().map(({ device }) => hex(device))))
  }

  #dial (entry: Entry): void {
    if (this.#isBlocked(entry)) return
    for (const { place } of entry.routes.devices) if (entry.allowance.take(place.peerId)) this.#links.ensure(place)
  }

  #isBlocked (entry: Entry): boolean { return this.#host.isBlocked(entry.channel.state.record.peer) }

  /** Our places changed: every peer is told. */
  async announceAnew (conversations?: readonly Uint8Array[]): Promise<void> {
    const wanted = conversations?.map(hex)
    for (const [id, entry] of this.#open) {
      if (wanted !== undefined && !wanted.includes(id)) continue
      const { record } = entry.channel.state
      record.ownRevision = Math.max(record.ownRevision + 1, this.#components.clock.now())
      entry.channel.state.lastAnnounced = 0
      await entry.channel.save()
      this.#nudge(entry)
    }
  }

  nudge (state: ChannelState): void {
    const entry = this.#open.get(hex(state.record.conversation))
    if (entry !== undefined) this.#nudge(entry)
  }

  /** The user asked for `stored`: mailboxes get a copy at once. */
  hurry (state: ChannelState, sequence: number): void {
    for (const record of state.outbox.list()) if (record.from <= sequence && sequence <= record.to) record.urgent = true
    this.nudge(state)
  }

  /** The network changed, or something woke us: no waiting before the next try. `peerId`: who came. */
  wake (peerId?: string): void {
    if (peerId !== undefined) this.#links.hurry(peerId)
    this.#later('wake', Math.max(0, this.#woken + WAKE_MS - this.#components.clock.now()), () => {
      this.#woken = this.#components.clock.now()
      this.#links.hurryAll()
      this.#health.forgive()
      for (const entry of this.#open.values()) this.#nudge(entry)
    })
  }

  #later (name: string, wait: number, run: () => void): void {
    if (this.#stopped || this.#timers.has(name)) return
    this.#timers.set(name, this.#components.clock.after(wait, () => {
      this.#timers.delete(name)
      run()
    }))
  }

  isUp (peerId: string): boolean { return this.#links.isUp(peerId) }
  get links (): Pick<DirectLinks, 'isAway' | 'awaySince' | 'tryAt'> { return this.#links }
  trouble (mailbox: string): Reason | undefined { return this.#health.trouble(mailbox) }

  /** Mail that the keeper fetched from one of our queues: resolves when all of it is durable. */
  async mail (conversation: Uint8Array, wrapKey: Uint8Array, items: readonly MailItem[]): Promise<void> {
    const channel = await this.find(conversation)
    if (channel === undefined) return
    await Promise.all(items.map(async item => {
      const body = unwrap(wrapKey, item.bytes)
      if (body !== undefined) await channel.receive(body)
    }))
  }

  async #deliver (queue: Uint8Array, envelope: Uint8Array): Promise<void> {
    const known = this.#queues.get(hex(queue))
    if (known !== undefined) await this.mail(known.conversation, known.wrapKey, [{ id: envelope.subarray(0, 16), bytes: envelope }])
  }

  /** One load at a time per conversation: two channels would be two sessions with one set of keys. */
  async #entry (conversation: Uint8Array, read: () => Promise<ChannelRecord | undefined>): Promise<Entry | undefined> {
    const id = hex(conversation)
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    if (this.#stopped) throw new StoreError('STORE_CLOSED', 'the node is stopping', { hint: 'start it again' })
    const loading = (async () => {
      const record = await read()
      return record === undefined ? undefined : this.#load(record, id)
    })()
    this.#entries.set(id, loading)
    const forget = (): void => { if (this.#entries.get(id) === loading) this.#entries.delete(id) }
    loading.then(entry => { if (entry === undefined) forget() }, forget)
    return loading
  }

  async #load (record: ChannelRecord, id: string): Promise<Entry> {
    const channel = await Channel.load(this.#components, this.#channelHost(), record)
    const entry: Entry = {
      channel,
      routes: await this.#routesOf(channel.state),
      allowance: new DialAllowance(this.#components.clock),
      pumping: false,
      again: false,
      wake: undefined
    }
    this.#open.set(id, entry)
    this.#queues.set(hex(record.direct.queue), { conversation: record.conversation, wrapKey: record.direct.wrapKey })
    this.#dial(entry)
    this.#nudge(entry)
    return entry
  }

  #channelHost (): ChannelHost {
    return {
      announcement: async state => this.#host.announcement(state),
      profile: () => this.#host.profile(),
      isBlocked: peer => this.#host.isBlocked(peer),
      isRefused: (identity, device) => this.#host.isRefused(identity, device),
      journal: (state, changes) => this.#host.journal(state, changes),
      planInput: state => this.#input(state),
      nudge: state => this.nudge(state),
      receipted: () => this.#host.reachChanged(),
      failed: state => {
        const { conversation } = state.record
        const id = hex(conversation)
        this.#open.get(id)?.wake?.()
        this.#open.delete(id)
        this.#entries.delete(id)
        this.#later(id, RELOAD_MS, () => {
          this.find(conversation).catch((error: unknown) => this.#components.logger.error('a conversation could not be loaded', error))
        })
      },
      changed: (state, changes) => {
        if (changes.some(change => change.change === 'announcement' || change.change === 'session')) {
          this.reroute(state).catch((error: unknown) => this.#components.logger.error('cannot read an announcement', error))
        }
        this.#host.changed(state, changes)
        this.nudge(state)
      }
    }
  }

  #input (state: ChannelState): PlanInput {
    const { devices, mailboxes } = this.routes(state)
    return {
      records: state.outbox.list().filter(record => record.ready),
      devices: devices.map(({ place: { peerId, addresses }, device, own }) => ({
        peerId,
        device,
        own,
        up: this.#links.isUp(peerId),
        away: this.#links.isAway(peerId) || addresses.length === 0,
        room: this.#links.link(peerId)?.room ?? 0,
        delivered: state.record.delivered[device] ?? 0
      })),
      mailboxes: mailboxes.map(({ mailbox: { peerId } }) => ({ name: peerId, retryAt: this.#health.retryAt(peerId) }))
    }
  }

  #nudge (entry: Entry): void {
    entry.again = true
    if (entry.pumping || this.#stopped) return
    entry.pumping = true
    queueMicrotask(() => {
      this.#pump(entry)
        .catch((error: unknown) => this.#components.logger.error('cannot hand on', error))
        .finally(() => {
          entry.pumping = false
          if (entry.again && !this.#stopped && this.#open.get(hex(entry.channel.state.record.conversation)) === entry) this.#nudge(entry)
        })
    })
  }

  async #pump (entry: Entry): Promise<void> {
    entry.again = false
    await this.#dispatch(entry)
    await entry.channel.flush(() => { this.#dispatch(entry).catch((error: unknown) => this.#components.logger.error('cannot hand on', error)) })
  }

  async #dispatch (entry: Entry): Promise<void> {
    const { channel } = entry
    const { outbox } = channel.state
    if (this.#isBlocked(entry)) return // nothing leaves, not even what was sealed before
    const now = this.#components.clock.now()
    const decided = plan(this.#input(channel.state), now)
    for (const { number, peerId } of decided.direct) {
      const record = outbox.get(number)
      const route = entry.routes.devices.find(device => device.place.peerId === peerId)
      const link = this.#links.link(peerId)
      if (record === undefined || route === undefined || link === undefined) continue
      record.sent.add(peerId)
      const { bytes } = this.#wrap(route.wrapKey, record)
      link.deliver(route.queue, bytes, `${hex(channel.state.record.conversation)}:${number}`).catch(() => {
        record.sent.delete(peerId) // the stream is gone: `down` follows, and with it the next try
      })
    }
    for (const { number, name } of decided.mailbox) {
      const record = outbox.get(number)
      const route = entry.routes.mailboxes.find(mailbox => mailbox.mailbox.peerId === name)
      if (record !== undefined && route !== undefined) this.#put(entry, record, route)
    }
    entry.wake?.()
    entry.wake = decided.wakeAt === undefined
      ? undefined
      : this.#components.clock.after(Math.max(0, decided.wakeAt - now), () => this.#nudge(entry))
    if (decided.finished.length > 0) await channel.later(outbox.remove(decided.finished))
  }

  #wrap (wrapKey: Uint8Array, record: OutboxRecord): { id: Uint8Array, bytes: Uint8Array } {
    const name = envelopeName(this.#components.own.device, record.number, record.branch)
    const kind = record.kind === 'welcome' ? Kind.WELCOME : Kind.MESSAGE
    return wrap(wrapKey, name, { kind, branch: record.branch, bytes: record.message, part: 0, parts: 0, digest: new Uint8Array(0) })
  }

  #put (entry: Entry, record: OutboxRecord, route: MailboxRoute): void {
    const { peerId } = route.mailbox
    record.putting.add(peerId)
    this.#client.put(route, [this.#wrap(route.wrapKey, record)]).then(
      async receipt => {
        record.putting.delete(peerId)
        keepProof(entry.channel.state.due.proofs, entry.routes, route, receipt.proof)
        if (this.#health.ok(peerId)) this.#host.mailboxChanged(peerId, undefined)
        const { state } = entry.channel
        await entry.channel.write(state.outbox.copied(record.number, peerId), record.to > 0 ? [{ change: 'copied', from: record.from, to: record.to }] : [])
        if (record.kind === 'welcome') this.#host.reachChanged()
      },
      (error: unknown) => {
        record.putting.delete(peerId)
        if (this.#health.failed(peerId, error, record.doubted)) this.#host.mailboxChanged(peerId, this.#health.trouble(peerId))
      }
    ).catch((error: unknown) => this.#components.logger.error('a receipt could not be kept', error))
      .finally(() => this.#nudge(entry))
  }

  #eachWith (peerId: string, run: (entry: Entry) => void): void {
    for (const entry of this.#open.values()) {
      if (entry.routes.devices.some(device => device.place.peerId === peerId)) run(entry)
    }
  }

  /** The record that a tag of a direct stream names. */
  #tagged (tag: string): OutboxRecord | undefined {
    const [conversation, number] = tag.split(':')
    return this.#open.get(conversation ?? '')?.channel.state.outbox.get(Number(number))
  }

  #credited (peerId: string, handled: readonly string[]): void {
    const records = handled.flatMap(tag => this.#tagged(tag) ?? [])
    for (const record of records) record.handled.push(peerId)
    if (records.some(({ kind }) => kind === 'welcome')) this.#host.reachChanged()
    this.#eachWith(peerId, entry => this.#nudge(entry))
  }
}
