/**
 * Keeps the conversations of two own devices in step over their line: sessions, history, notes to oneself.
 *
 * Invariants: one step per conversation at a time; the history is pulled, page by page from what is here, so that a crash on either
 * side costs a page; the primary device decides where both have sessions that know nothing of each other.
 */
import { Kind } from '@sotto/protocols/envelope'
import { sha256 } from '@noble/hashes/sha2.js'
import { directConversation } from '@sotto/protocols/message'
import { MAX_ENTER_ANNOUNCEMENTS, MAX_PAGE_BYTES, MAX_STANDING } from '@sotto/protocols/pairing'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { equals } from 'uint8arrays/equals'
import { NodeError } from '../errors.ts'
import { checkedAnnouncement, keepPlace } from '../delivery/index.ts'
import { historyPage } from '../delivery/siblings.ts'
import type { DeviceLine } from './line.ts'
import type { Logger, OwnDevice } from '../components.ts'
import type { Channel, ChannelState, DeliveryPart } from '../delivery/index.ts'
import type { Conversation, DeviceFrame, EntryHead, Enter, Pull } from '@sotto/protocols/pairing'

export interface BridgeComponents {
  logger: Logger
  own: OwnDevice
  delivery: DeliveryPart
  /** our announcement for a conversation, encoded */
  announcement: (state: ChannelState) => Promise<Uint8Array>
  /** entries that are still to come from other devices of ours */
  progress: (left: number) => void
  /** the history of this person is here, or a stretch of it */
  caughtUp: (peer: Uint8Array) => void
}

const EMPTY = new Uint8Array(0)
const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
/** Conversations that are worked on at a time. */
const PARALLEL = 4

interface Theirs { session: Uint8Array, heads: Map<string, number> }

/** What one line has told, and what is to be done about it. */
interface Side {
  theirs: Map<string, Theirs>
  complete: boolean
  /** peers (hex) whose conversation is to be looked at */
  due: Set<string>
  running: number
  busy: Set<string>
  /** taken into their session just now by the other side, which therefore has it, though it has not told so yet */
  entering: Set<string>
  /** re-added once because the other side had lost its session */
  renewed: Set<string>
  left: Map<string, number>
  /** how a conversation stood when that was told last */
  told: Map<string, string>
}

export class Bridge {
  readonly #c: BridgeComponents
  readonly #sides = new Map<DeviceLine, Side>()

  constructor (components: BridgeComponents) {
    this.#c = components
  }

  /** Before anything that comes over it is read. */
  add (line: DeviceLine): void {
    this.#sides.set(line, { theirs: new Map(), complete: false, due: new Set(), running: 0, busy: new Set(), entering: new Set(), renewed: new Set(), left: new Map(), told: new Map() })
  }

  /** Says how all conversations stand here. */
  async up (line: DeviceLine, extra: { addresses: Uint8Array[], certificate: Uint8Array, stays: boolean }): Promise<void> {
    await this.#c.delivery.ready()
    const all = this.#c.delivery.loaded().map(channel => this.#stands(channel.state))
    for (const stands of all) this.#sides.get(line)?.told.set(hex(stands.peer), summary(stands))
    for (let at = 0; at === 0 || at < all.length; at += MAX_STANDING) {
      await line.tell({ standing: { conversations: all.slice(at, at + MAX_STANDING), complete: at + MAX_STANDING >= all.length, ...extra } })
    }
  }

  down (line: DeviceLine): void {
    this.#sides.delete(line)
    this.#tell()
  }

  /** Entries that the other device does not have yet, as far as it said, here or in the session. */
  lacking (line: DeviceLine): number {
    let lacking = 0
    for (const { state } of this.#c.delivery.loaded()) {
      const theirs = this.#sides.get(line)?.theirs.get(hex(state.record.peer))?.heads
      const heard = state.peerHeads.get(line.device) ?? []
      for (const head of state.log.heads()) {
        const known = Math.max(theirs?.get(hex(head.author)) ?? 0, heard.find(({ author }) => equals(author, head.author))?.sequence ?? 0)
        lacking += Math.max(0, head.sequence - known)
      }
    }
    return lacking
  }

  /** Nothing is left to be done over a line that said all it has. */
  isIdle (line: DeviceLine): boolean {
    const side = this.#sides.get(line)
    return side?.complete === true && side.running === 0 && side.due.size === 0
  }

  #stands ({ record, session, log }: ChannelState): Conversation {
    return {
      peer: record.peer,
      session: session === undefined || session.removed ? EMPTY : groupOf(session.groupId),
      heads: log.heads().map(({ author, sequence }) => ({ author, sequence }))
    }
  }

  async heard (line: DeviceLine, conversations: readonly Conversation[], complete: boolean): Promise<void> {
    const side = this.#sides.get(line)
    if (side === undefined) return
    for (const { peer, session, heads } of conversations) {
      const name = hex(peer)
      side.theirs.set(name, { session, heads: headsMap(heads) })
      if (side.complete) side.due.add(name)
    }
    if (complete && !side.complete) {
      side.complete = true
      await this.#c.delivery.ready()
      for (const name of side.theirs.keys()) side.due.add(name)
      for (const channel of this.#c.delivery.loaded()) side.due.add(hex(channel.state.record.peer))
    }
    this.#work(line, side)
  }

  /** Something changed in a conversation here: who sits in it, or, in notes to oneself, what was said. */
  changed (state: ChannelState, isNote: boolean): void {
    const name = hex(state.record.peer)
    for (const [line, side] of this.#sides) {
      if (!side.complete) continue
      if (isNote) this.#tellStanding(line, side, state).catch(() => {}) // said again when it is back
      else {
        side.due.add(name)
        this.#work(line, side)
      }
    }
  }

  #work (line: DeviceLine, side: Side): void {
    for (const name of [...side.due]) {
      if (side.running >= PARALLEL) return
      if (side.busy.has(name) || side.entering.has(name)) continue
      side.due.delete(name)
      side.busy.add(name)
      side.running++
      this.#attend(line, side, name).catch((error: unknown) => {
        // the line ended, as a rule: all is looked at again when it is back
        this.#c.logger('a conversation is not in step with another device: %s', error instanceof NodeError ? error.code : 'unknown')
      }).finally(() => {
        side.running--
        side.busy.delete(name)
        side.left.delete(name)
        this.#tell()
        if (this.#sides.get(line) === side) this.#work(line, side)
      })
    }
  }

  async #channel (peer: Uint8Array): Promise<Channel> {
    return this.#c.delivery.open(directConversation(this.#c.own.identity, peer), peer)
  }

  async #attend (line: DeviceLine, side: Side, name: string): Promise<void> {
    const peer = fromString(name, 'hex')
    const channel = await this.#channel(peer)
    const theirs = side.theirs.get(name)
    if (!equals(peer, this.#c.own.identity)) await this.#share(line, side, channel, theirs)
    await this.#pull(line, side, channel, theirs)
    await this.#tellStanding(line, side, channel.state)
  }

  /** PAIR-10: takes the other device into the session where it does not sit. */
  async #share (line: DeviceLine, side: Side, { state }: Channel, theirs: Theirs | undefined): Promise<void> {
    const { own, delivery } = this.#c
    const { session, record } = state
    if (session === undefined || session.removed) return
    const sits = session.members().some(({ device }) => hex(device) === line.device)
    const group = groupOf(session.groupId)
    const name = hex(record.peer)
    if (sits && theirs !== undefined && equals(theirs.session, group)) return
    const isPrimary = own.identitySeed !== undefined
    // it sits there and lost its session, or has another: once per line
    if (sits && side.renewed.has(name)) return
    if (!isPrimary && (theirs?.session.byteLength ?? 0) > 0) return
    side.renewed.add(name)
    const offered = await line.ask({ offer: { peer: record.peer } })
    if (offered.package === undefined) return
    const channel = delivery.current(record.conversation)
    const welcome = await channel?.admit([offered.package.keyPackage])
    if (channel === undefined || welcome === undefined) return
    const announcements = [await this.#c.announcement(channel.state), ...Object.values(channel.state.record.places).map(place => place.announcement)]
    const { entered } = await line.ask({ enter: { peer: record.peer, welcome, announcements: announcements.slice(0, MAX_ENTER_ANNOUNCEMENTS) } })
    if (entered?.entered === true) side.theirs.set(name, { session: group, heads: theirs?.heads ?? new Map<string, number>() })
  }

  /** PAIR-11: page by page, from what is here. */
  async #pull (line: DeviceLine, side: Side, channel: Channel, theirs: Theirs | undefined): Promise<void> {
    const { record } = channel.state
    const lacking = (): number => [...theirs?.heads ?? []].reduce((sum, [author, sequence]) => sum + Math.max(0, sequence - (channel.state.log.head(fromString(author, 'hex'))?.sequence ?? 0)), 0)
    if (lacking() === 0) return
    // what was said while both were running is news; what lies before a device's time is history
    const isNews = channel.state.log.heads().length > 0
    channel.state.syncing = true
    try {
      for (;;) {
        side.left.set(hex(record.peer), lacking())
        this.#tell()
        const { page } = await line.ask({ pull: { peer: record.peer, heads: channel.state.log.heads().map(({ author, sequence }) => ({ author, sequence })) } })
        if (page === undefined) return
        const added = await channel.absorb(page.runs, isNews)
        if (page.more && added > 0) continue
        if (!isNews) await channel.settleRead(headsMap(page.reads), page.unread)
        break
      }
    } finally {
      channel.state.syncing = false
    }
    this.#c.caughtUp(record.peer)
  }

  /** How far we are, where it is not what was told last: it may have come on another way. */
  async #tellStanding (line: DeviceLine, side: Side, state: ChannelState): Promise<void> {
    const stands = this.#stands(state)
    const text = summary(stands)
    if (side.told.get(hex(stands.peer)) === text) return
    side.told.set(hex(stands.peer), text)
    await line.tell({ standing: { conversations: [stands], complete: false, addresses: [], certificate: EMPTY, stays: false } })
  }

  #tell (): void {
    let left = 0
    for (const side of this.#sides.values()) for (const count of side.left.values()) left += count
    this.#c.progress(left)
  }

  // --- what the other device asks ---

  async offer (peer: Uint8Array): Promise<Partial<DeviceFrame>> {
    const channel = await this.#channel(peer)
    const { session } = channel.state
    // both have one: the primary's stays
    if (this.#c.own.identitySeed !== undefined && session !== undefined && !session.removed) return {}
    return { package: { keyPackage: await channel.packageForSibling() } }
  }

  async enter (line: DeviceLine, { peer, welcome, announcements }: Enter): Promise<Partial<DeviceFrame>> {
    const side = this.#sides.get(line)
    const name = hex(peer)
    side?.entering.add(name)
    try {
      const session = await this.#enter(peer, welcome, announcements)
      if (session !== undefined) side?.theirs.set(name, { session: groupOf(session.groupId), heads: side.theirs.get(name)?.heads ?? new Map<string, number>() })
      return { entered: { entered: session !== undefined } }
    } finally {
      side?.entering.delete(name)
      if (side !== undefined && this.#sides.get(line) === side) this.#work(line, side)
    }
  }

  /** @returns the session that this device came into; undefined where the Welcome leads into none */
  async #enter (peer: Uint8Array, welcome: Uint8Array, announcements: readonly Uint8Array[]): Promise<ChannelState['session']> {
    const { own, delivery } = this.#c
    const channel = await this.#channel(peer)
    const before = channel.state.session
    await channel.receive({ kind: Kind.WELCOME, branch: EMPTY, bytes: welcome, part: 0, parts: 0, digest: EMPTY })
    const { session, record } = channel.state
    if (session === undefined || session === before) return undefined
    for (const announcement of announcements) {
      const checked = await checkedAnnouncement(announcement, peer) ?? await checkedAnnouncement(announcement, own.identity)
      if (checked !== undefined) await keepPlace(record, announcement, own.device)
    }
    await channel.save()
    await delivery.reroute(channel.state)
    return session
  }

  async page ({ peer, heads }: Pull): Promise<Partial<DeviceFrame>> {
    const { state } = await this.#channel(peer)
    const { runs, more } = await historyPage({ own: this.#c.own }, state, headsMap(heads), MAX_PAGE_BYTES)
    const reads = Object.entries(state.record.reads).map(([author, sequence]) => ({ author: fromString(author, 'hex'), sequence }))
    return { page: { runs, more, reads, unread: state.log.unread } }
  }

  /** How far the other device has come, by what it asked for. */
  pulled (line: DeviceLine, { peer, heads }: Pull): void {
    const side = this.#sides.get(line)
    if (side !== undefined) side.theirs.set(hex(peer), { session: side.theirs.get(hex(peer))?.session ?? EMPTY, heads: headsMap(heads) })
  }
}

function summary ({ session, heads }: Conversation): string {
  return [hex(session), ...heads.map(({ author, sequence }) => `${hex(author)}:${sequence}`).sort()].join()
}

function headsMap (heads: readonly EntryHead[]): Map<string, number> {
  return new Map(heads.map(({ author, sequence }) => [hex(author), sequence]))
}

function groupOf (groupId: Uint8Array): Uint8Array {
  return sha256(groupId).subarray(0, 16)
}
