/**
 * Carries what channels seal: direct first, then mailboxes, until a receipt ends it; and routes what arrives to its
 * channel. Spec: protocols/envelope. Holds no secret of its own; all decisions are in plan.machine.ts.
 */
import { Kind } from '@sotto/protocols/envelope'
import { concat } from 'uint8arrays/concat'
import { keyRange, tables } from '../store/index.ts'
import { decodeRecord } from '../store/record.ts'
import { Channel } from './channel.ts'
import { channelRecordOp, loadChannelRecord, newChannelRecord } from './channel-record.ts'
import { hex } from './channel-state.ts'
import { DirectLinks } from './direct.ts'
import { unwrap, wrap } from './envelope.ts'
import { MailboxHealth } from './mailbox-health.ts'
import { plan } from './plan.machine.ts'
import { NO_ROUTES, routesOf } from './routes.ts'
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
  journal (state: ChannelState, changes: readonly ChannelChange[]): StoreOp[]
  changed (state: ChannelState, changes: readonly ChannelChange[]): void
  /** a mailbox of somebody began to refuse or to fail (in words), or works again (undefined) */
  mailboxChanged (peer: string, trouble: string | undefined): void
  /** a device came or went: what was waited for may now be possible, or not any more */
  reachChanged (): void
}

interface Entry { channel: Channel, routes: Routes, pumping: boolean, again: boolean, wake: (() => void) | undefined }

export class Delivery {
  readonly #components: ChannelComponents
  readonly #host: DeliveryHost
  readonly #client: MailboxClient
  readonly #links: DirectLinks
  readonly #health: MailboxHealth
  readonly #entries = new Map<string, Promise<Entry>>()
  readonly #open = new Map<string, Entry>()
  /** direct queue (hex) → conversation and key */
  readonly #queues = new Map<string, { conversation: Uint8Array, wrapKey: Uint8Array }>()
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
        this.#nudge(entry)
      })
      this.#host.reachChanged()
    })
    this.#links.addEventListener('credit', ({ detail }) => this.#credited(detail.peerId, detail.handled))
  }

  /** Serves direct streams, then brings all conversations back to life, one by one. */
  async start (): Promise<void> {
    const { store, logger } = this.#components
    const records: ChannelRecord[] = []
    for await (const { key, value } of store.range(keyRange(tables.conversations))) {
      if (key.at(-1) === 0) records.push(decodeRecord<ChannelRecord>(value))
    }
    for (const record of records) this.#queues.set(hex(record.direct.queue), { conversation: record.conversation, wrapKey: record.direct.wrapKey })
    await this.#links.start()
    void (async () => {
      for (const record of records) if (!this.#stopped) await this.#entry(record)
    })().catch((error: unknown) => logger.error('a conversation could not be loaded', error))
  }

  async stop (): Promise<void> {
    this.#stopped = true
    this.#links.stop()
    for (const entry of this.#open.values()) {
      entry.wake?.()
      await entry.channel.stop()
    }
  }

  /** The channel with a person, created where there is none. */
  async open (conversation: Uint8Array, peer: Uint8Array): Promise<Channel> {
    const known = this.#entries.get(hex(conversation))
    if (known !== undefined) return (await known).channel
    const record = await loadChannelRecord(this.#components.store, conversation)
    if (record !== undefined) return (await this.#entry(record)).channel
    const fresh = newChannelRecord(conversation, peer)
    await this.#components.store.batch([channelRecordOp(this.#components.store, fresh)])
    return (await this.#entry(fresh)).channel
  }

  async find (conversation: Uint8Array): Promise<Channel | undefined> {
    const known = this.#entries.get(hex(conversation))
    if (known !== undefined) return (await known).channel
    const record = await loadChannelRecord(this.#components.store, conversation)
    return record === undefined ? undefined : (await this.#entry(record)).channel
  }

  loaded (): Channel[] { return [...this.#open.values()].map(entry => entry.channel) }

  routes (state: ChannelState): Routes { return this.#open.get(hex(state.record.conversation))?.routes ?? NO_ROUTES }

  /** Reads the peer's places anew (an announcement came, a request was answered) and dials its devices. */
  async reroute (state: ChannelState): Promise<void> {
    const entry = this.#open.get(hex(state.record.conversation))
    if (entry === undefined) return
    entry.routes = await routesOf(state.record, this.#components.network.peerId)
    if (this.#host.isBlocked(state.record.peer)) {
      for (const device of entry.routes.devices) this.#links.forget(device.place.peerId)
      return
    }
    for (const device of entry.routes.devices) this.#links.ensure(device.place)
    this.#nudge(entry)
  }

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

  /** The network changed, or something woke us: no waiting before the next try. */
  wake (): void {
    this.#links.hurryAll()
    this.#health.forgive()
    for (const entry of this.#open.values()) this.#nudge(entry)
  }

  isUp (peerId: string): boolean { return this.#links.isUp(peerId) }
  isAway (peerId: string): boolean { return this.#links.isAway(peerId) }
  trouble (mailbox: string): string | undefined { return this.#health.trouble(mailbox) }

  /** Mail that the keeper fetched from one of our queues: resolves when all of it is durable. */
  async mail (conversation: Uint8Array, wrapKey: Uint8Array, items: readonly MailItem[]): Promise<void> {
    const channel = await this.find(conversation)
    if (channel === undefined) return
    await Promise.all(items.map(async item => {
      const body = unwrap(wrapKey, item.bytes)
      if (body !== undefined && body.parts <= 1) await channel.receive(body)
    }))
  }

  async #deliver (queue: Uint8Array, envelope: Uint8Array): Promise<void> {
    const known = this.#queues.get(hex(queue))
    if (known !== undefined) await this.mail(known.conversation, known.wrapKey, [{ id: envelope.subarray(0, 16), bytes: envelope }])
  }

  #entry (record: ChannelRecord): Promise<Entry> {
    const id = hex(record.conversation)
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    const loading = this.#load(record, id)
    this.#entries.set(id, loading)
    loading.catch(() => this.#entries.delete(id))
    return loading
  }

  async #load (record: ChannelRecord, id: string): Promise<Entry> {
    const channel = await Channel.load(this.#components, this.#channelHost(), record)
    const entry: Entry = { channel, routes: await routesOf(record, this.#components.network.peerId), pumping: false, again: false, wake: undefined }
    this.#open.set(id, entry)
    this.#queues.set(hex(record.direct.queue), { conversation: record.conversation, wrapKey: record.direct.wrapKey })
    if (!this.#host.isBlocked(record.peer)) for (const device of entry.routes.devices) this.#links.ensure(device.place)
    this.#nudge(entry)
    return entry
  }

  #channelHost (): ChannelHost {
    return {
      announcement: async state => this.#host.announcement(state),
      profile: () => this.#host.profile(),
      isBlocked: peer => this.#host.isBlocked(peer),
      journal: (state, changes) => this.#host.journal(state, changes),
      planInput: state => this.#input(state),
      nudge: state => this.nudge(state),
      failed: state => {
        const id = hex(state.record.conversation)
        this.#open.get(id)?.wake?.()
        this.#open.delete(id)
        this.#entries.delete(id)
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
      records: state.outbox.list(),
      devices: devices.map(({ place: { peerId, addresses }, device }) => ({
        peerId,
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
    if (await entry.channel.flush()) await this.#dispatch(entry)
  }

  async #dispatch (entry: Entry): Promise<void> {
    const { channel } = entry
    const { outbox } = channel.state
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
    const number = new Uint8Array(8)
    new DataView(number.buffer).setFloat64(0, record.number)
    const name = concat([this.#components.own.device, number, record.branch])
    const kind = record.kind === 'welcome' ? Kind.WELCOME : Kind.MESSAGE
    return wrap(wrapKey, name, { kind, branch: record.branch, bytes: record.message, part: 0, parts: 0, digest: new Uint8Array(0) })
  }

  #put (entry: Entry, record: OutboxRecord, route: MailboxRoute): void {
    const { peerId } = route.mailbox
    record.putting.add(peerId)
    this.#client.put(route, [this.#wrap(route.wrapKey, record)]).then(
      async () => {
        record.putting.delete(peerId)
        if (this.#health.ok(peerId)) this.#host.mailboxChanged(peerId, undefined)
        const { state } = entry.channel
        await entry.channel.write(state.outbox.copied(record.number, peerId), record.to > 0 ? [{ change: 'copied', from: record.from, to: record.to }] : [])
      },
      (error: unknown) => {
        record.putting.delete(peerId)
        if (this.#health.failed(peerId, error)) this.#host.mailboxChanged(peerId, this.#health.trouble(peerId))
      }
    ).catch((error: unknown) => this.#components.logger.error('a receipt could not be kept', error))
      .finally(() => this.#nudge(entry))
  }

  #eachWith (peerId: string, run: (entry: Entry) => void): void {
    for (const entry of this.#open.values()) {
      if (entry.routes.devices.some(device => device.place.peerId === peerId)) run(entry)
    }
  }

  #credited (peerId: string, handled: readonly string[]): void {
    for (const tag of handled) {
      const [conversation, number] = tag.split(':')
      const entry = this.#open.get(conversation ?? '')
      const record = entry?.channel.state.outbox.get(Number(number))
      if (entry === undefined || record === undefined) continue
      record.handled.push(peerId)
    }
    this.#eachWith(peerId, entry => this.#nudge(entry))
  }
}
