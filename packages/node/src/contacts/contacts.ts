/** People: adding them by link, their requests, names, verification, silent block. The verbs `contacts` and `requests` of the API are made of this. */
import { cleanText } from '@sotto/protocols/introduction'
import { directConversation } from '@sotto/protocols/message/conversation'
import { equals } from 'uint8arrays/equals'
import { NodeError, UsageError } from '../errors.ts'
import { reason } from '../reasons.ts'
import { formatId, isId, parseId } from '../identity/identity-id.ts'
import { parseLink } from '../identity/link.ts'
import { Mutex, checkedAnnouncement, decodeAddresses, hex, meetingId } from '../delivery/index.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import { isKnown, verifyMove } from '../identity/move.ts'
import { choosing } from './book.ts'
import { Follower } from './follower.ts'
import { groupPlaces, mergePlaces, tryAt } from './places.ts'
import { RequestDesk } from './request-desk.ts'
import { Requester } from './requester.ts'
import type { DirectoryView, Reason } from '../api.ts'
import type { ContactBook, ContactRecord } from './book.ts'
import type { Locate } from './requester.ts'
import type { FollowerComponents } from './follower.ts'
import type { RequestRecord } from './request-desk.ts'
import type { Components } from '../components.ts'
import type { Channel, ChannelState, DeliveryPart } from '../delivery/index.ts'
import type { IncomingRequest, Introduction } from '../introduction/index.ts'
import type { OwnRecord } from '../identity/own.ts'
import type { Journal, JournalEntry } from '../journal/index.ts'
import type { StoreOp } from '../store/index.ts'

export interface ContactsComponents extends Pick<Components, 'clock' | 'logger' | 'store'> {
  own: OwnRecord
  book: ContactBook
  delivery: DeliveryPart
  introduction: Introduction
  journal: Journal
  announcement: (channel: Channel) => Promise<Uint8Array>
  /** Asks the directory where somebody's requests go. */
  locate: Locate
  directory: FollowerComponents['directory']
}

/** What an answer is made of. */
type Asked = Pick<IncomingRequest, 'identity' | 'reply' | 'keyPackages' | 'nonce'>
/** A request that waited here, with what its sender said of the past. */
type Kept = Omit<RequestRecord, 'declined' | 'hidden'> & Pick<IncomingRequest, 'known' | 'move'>
/** Longest note with a request, characters. */
const MAX_NOTE = 512
const MAX_NAME = 64
const NOTHING = new Uint8Array(0)

export class Contacts {
  readonly #c: ContactsComponents
  readonly #requester: Requester
  readonly #desk: RequestDesk
  readonly #follower: Follower
  /** requests and answers one by one: a session is made once for each */
  readonly #order = new Mutex()

  private constructor (components: ContactsComponents, desk: RequestDesk) {
    this.#c = components
    this.#desk = desk
    this.#requester = new Requester({ ...components, channelOf: async identity => this.channel(identity) })
    this.#follower = new Follower({
      ...components,
      order: this.#order,
      channelOf: async identity => this.channel(identity),
      ask: contact => { this.#requester.nudge(contact) },
      leave: async contact => {
        this.#requester.forget(contact.identity)
        await this.#c.delivery.reroute((await this.channel(contact.identity)).state)
      }
    })
  }

  static async load (components: ContactsComponents): Promise<Contacts> {
    return new Contacts(components, await RequestDesk.load(components.store))
  }

  start (): void {
    this.#follower.start()
    this.#requester.start()
  }

  async stop (): Promise<void> {
    this.#requester.stop()
    await this.#follower.stop()
  }

  wake (): void { this.#requester.nudgeAll() }
  /** Each of our requests was tried once. */
  async tried (): Promise<void> { await this.#requester.tried() }

  get requests (): RequestDesk { return this.#desk }
  /** What the directory says of a contact. */
  directoryView (contact: ContactRecord): DirectoryView | undefined { return this.#follower.view(contact) }

  /** Where envelopes go, and what they gave us, as they announced it. */
  async learned (identity: Uint8Array, announcement: Uint8Array): Promise<void> {
    const contact = this.#c.book.get(identity)
    if (contact !== undefined) await this.#follower.learned(contact, announcement)
  }

  async channel (identity: Uint8Array): Promise<Channel> {
    return this.#c.delivery.open(directConversation(this.#c.own.identity, identity), identity)
  }

  /** DIR-24: a device that the person no longer lists. */
  isUnlisted (identity: Uint8Array, device: Uint8Array): boolean {
    return this.#c.book.get(identity)?.unlisted?.includes(hex(device)) === true
  }

  /** Nothing is taken from them and nothing leaves: blocked, no contact any more, or an identity that was given up. */
  isBlocked (identity: Uint8Array): boolean {
    const contact = this.#c.book.get(identity)
    return contact !== undefined && (contact.blocked || contact.removed || contact.state === 'moved')
  }

  /** Why nothing goes out to this contact yet. */
  waiting (contact: ContactRecord): Reason | undefined {
    if (contact.state === 'accepted') return undefined
    if (contact.state === 'moved') return reason('moved', { name: contact.name, to: this.#nameAt(contact.movedTo) })
    if (contact.asking !== undefined) return reason('renewed', { name: contact.name })
    return this.#requester.trouble(contact.identity) ?? reason('request-unanswered', { name: contact.name })
  }

  #nameAt (identity: Uint8Array | undefined): string {
    return (identity === undefined ? undefined : this.#c.book.get(identity)?.name) ?? ''
  }

  /** @throws UsageError BAD_LINK, OWN_LINK */
  async add (text: string, options: { name?: string, note?: string, onProgress?: (line: string) => void } = {}): Promise<ContactRecord> {
    // by the id alone too: the directory says where the person can be reached
    const id = text.trim().toLowerCase()
    const link = isId(id) ? { identity: parseId(id), addresses: [], invite: undefined } : parseLink(text)
    const { own, book, clock } = this.#c
    if (equals(link.identity, own.identity)) {
      throw new UsageError('OWN_LINK', 'this is your own link', { hint: 'give it to somebody, or write to yourself: sotto send self TEXT' })
    }
    checkText('name', options.name, MAX_NAME)
    checkText('note', options.note, MAX_NOTE)
    const known = book.get(link.identity)
    const places = link.addresses.length === 0 ? [] : groupPlaces(link.addresses)
    if (known !== undefined && !known.removed) {
      if (known.state === 'requested') {
        known.places = mergePlaces(places, known.places)
        await book.save(known)
        this.#requester.nudge(known, options.onProgress)
      } else if (known.state === 'accepted') tryAt(this.#c.delivery, await this.channel(known.identity), places)
      return known
    }
    const waiting = this.#desk.get(link.identity)
    if (waiting !== undefined) return this.accept(waiting, options.name)
    const contact: ContactRecord = {
      identity: link.identity,
      name: book.freeName(options.name ?? '', link.identity),
      profileName: '',
      note: '',
      state: 'requested',
      added: clock.now(),
      blocked: false,
      removed: false,
      chosen: choosing(known, clock.now()),
      places,
      ...(link.invite === undefined ? {} : { invite: link.invite }),
      nonce: crypto.getRandomValues(new Uint8Array(16)),
      requestNote: options.note ?? ''
    }
    await book.save(contact)
    this.#requester.nudge(contact, options.onProgress)
    if (known !== undefined) await this.#c.delivery.renew((await this.channel(contact.identity)).state)
    return contact
  }

  /** A request that was opened and holds. Resolves when what it caused is durable. */
  async incoming (request: IncomingRequest): Promise<void> {
    return this.#order.run(async () => this.#incoming(request))
  }

  async #incoming (request: IncomingRequest | Kept): Promise<void> {
    const { own, book } = this.#c
    if (equals(request.identity, own.identity)) return
    const reply = await checkedAnnouncement(request.reply, request.identity)
    if (reply === undefined) return
    const move = request.move.byteLength === 0 ? undefined : await verifyMove(request.move)
    // DIR-22: they say themselves who they were before
    if (move !== undefined && equals(move.successor, request.identity)) await this.#follower.moved(move)
    const contact = book.get(request.identity)
    if (contact?.state === 'moved') return
    if (contact?.blocked === true) {
      await this.#desk.keep(request, true)
      return
    }
    if (contact === undefined || contact.removed) {
      if (this.#desk.wasDeclined(request.identity, request.nonce)) return
      // IDN-11: back from the phrase, this device knows nobody; who shows what only a contact was given goes on as one
      if (contact === undefined && own.restored && own.identitySeed !== undefined && isKnown(own.identitySeed, request.identity, request.known)) {
        await this.#accept(request)
        return
      }
      const isNew = await this.#desk.keep(request)
      if (isNew) await this.#journal({ event: 'request', identity: request.identity })
      return
    }
    // DIR-24: certified once, and listed no longer
    if (await this.#isOfUnlisted(request)) return
    if (contact.state === 'accepted') {
      // the same request again is a retry; a new one comes from a device that has no session with us (any more)
      if (contact.answered === undefined || !equals(contact.answered, request.nonce)) await this.#answer(contact, request)
      return
    }
    // crossed requests: both asked, so both agree; the lower identity creates the session (SES)
    contact.places = mergePlaces(reply.direct.flatMap(place => decodeAddresses(place.addresses) ?? []), contact.places)
    await book.save(contact)
    if (hex(own.identity) < hex(request.identity)) await this.#answer(contact, request)
    else this.#requester.nudge(contact)
  }

  async #isOfUnlisted (request: Asked & { certificate?: Uint8Array }): Promise<boolean> {
    const certificate = request.certificate === undefined ? undefined : await verifyCertificate(request.certificate)
    return certificate !== undefined && this.isUnlisted(request.identity, certificate.credential.device)
  }

  /** @throws PeerError when the request carries nothing that a session can be made of */
  async accept (request: RequestRecord, name?: string): Promise<ContactRecord> {
    checkText('name', name, MAX_NAME)
    return this.#order.run(async () => this.#accept(request, name))
  }

  async #accept (request: Asked & { name: string }, name?: string): Promise<ContactRecord> {
    const { book, clock } = this.#c
    const known = book.get(request.identity)
    if (known?.state === 'accepted' && !known.removed) return known // said twice
    const contact: ContactRecord = {
      ...(known ?? { note: '', nonce: crypto.getRandomValues(new Uint8Array(16)), requestNote: '' }),
      identity: request.identity,
      name: book.freeName(name ?? (known?.removed === false ? known.name : request.name), request.identity),
      profileName: request.name,
      state: 'accepted',
      added: clock.now(),
      blocked: false,
      removed: false,
      chosen: choosing(known, clock.now()),
      places: []
    }
    await this.#answer(contact, request)
    return contact
  }

  /** The session, the contact and the end of the request are written together: a crash leaves all of them or none. */
  async #answer (contact: ContactRecord, request: Asked): Promise<void> {
    const { book, delivery, journal, store } = this.#c
    const { identity } = contact
    const channel = await this.channel(identity)
    const before = book.get(identity)
    const remembered = before === undefined ? undefined : { ...before }
    let publish = (): void => {}
    const ops = (): StoreOp[] => {
      Object.assign(contact, { state: 'accepted', answered: request.nonce })
      delete contact.asking
      const recorded = journal.record([{ event: 'contact', identity }])
      publish = recorded.publish
      return [book.put(contact), ...recorded.ops, ...this.#desk.removeOps(identity)]
    }
    try {
      // they made our session from our request, and this one of theirs was on its way: a second session would part us (ENV-17)
      const { session } = channel.state
      const crossed = session !== undefined && equals(session.groupId, meetingId({ asked: contact.nonce, own: request.nonce }))
      if (crossed) await store.batch(ops())
      else await channel.establish({ asked: request.nonce, own: contact.nonce }, request.keyPackages, request.reply, ops)
    } catch (error) {
      book.restore(identity, remembered)
      throw error
    }
    publish()
    await this.#follower.learned(contact, request.reply)
    this.#desk.forget(identity)
    this.#requester.forget(identity)
    await delivery.renew((await this.channel(identity)).state)
  }

  /** What another device of ours knows of this person: taken as it stands there. Durable when it resolves. */
  async adopt (contact: ContactRecord): Promise<void> {
    const { book, delivery, journal, store } = this.#c
    const { identity } = contact
    const before = book.get(identity)
    const wasShut = this.isBlocked(identity)
    const { ops, publish } = journal.record([{ event: 'contact', identity }])
    try {
      await store.batch([book.put(contact), ...ops, ...(contact.state === 'accepted' ? this.#desk.removeOps(identity) : [])])
    } catch (error) {
      book.restore(identity, before)
      throw error
    }
    publish()
    if (contact.state === 'accepted') this.#desk.forget(identity)
    if (contact.state !== 'requested') this.#requester.forget(identity)
    if (wasShut !== this.isBlocked(identity)) await delivery.renew((await this.channel(identity)).state)
  }

  /** A request that came to another device of ours. */
  async received (request: Omit<RequestRecord, 'declined' | 'hidden'>): Promise<void> {
    const known = this.#c.book.get(request.identity)
    if (known?.state === 'accepted' && !known.removed) return
    if (await this.#desk.keep(request)) await this.#journal({ event: 'request', identity: request.identity })
  }

  async decline (request: RequestRecord): Promise<void> {
    await this.#desk.decline(request)
  }

  /**
   * Something came from this person under our session, so they have us as a contact: our request is answered.
   * @returns what to write with it, and what to do when that is durable; undefined where nothing changes
   */
  accepting (state: ChannelState): { op: StoreOp, entry: JournalEntry, done: () => void } | undefined {
    const contact = this.#c.book.get(state.record.peer)
    if (contact === undefined || contact.removed || contact.state !== 'requested' || !state.record.confirmed) return undefined
    // the session of a device that is lost answers nothing: only one that a new device sits in does
    const { asking } = contact
    const isNew = (device: Uint8Array, identity: Uint8Array): boolean => equals(identity, contact.identity) && asking?.includes(hex(device)) === false
    if (asking !== undefined && state.session?.members().some(({ device, identity }) => isNew(device, identity)) !== true) return undefined
    const { asking: _, ...accepted } = contact
    return {
      op: this.#c.book.op({ ...accepted, state: 'accepted' }),
      entry: { event: 'contact', identity: contact.identity },
      done: () => {
        contact.state = 'accepted'
        delete contact.asking
        this.#requester.forget(contact.identity)
      }
    }
  }

  /** They said what they call themselves. A contact that was added without a name takes it. */
  async profile (identity: Uint8Array, name: string): Promise<void> {
    const contact = this.#c.book.get(identity)
    if (contact === undefined || contact.profileName === name) return
    contact.profileName = name
    if (contact.name === formatId(identity).slice(0, 12) && name.trim() !== '') contact.name = this.#c.book.freeName(name, identity)
    await this.#c.book.save(contact)
  }

  async rename (contact: ContactRecord, name: string): Promise<void> {
    checkText('name', name, MAX_NAME)
    if (cleanText(name) === '') throw new UsageError('BAD_ARGUMENT', 'a contact needs a name', { hint: 'sotto contact rename WHO NAME' })
    contact.name = this.#c.book.freeName(name, contact.identity)
    await this.#chose(contact)
  }

  /** Their safety number was compared, with the devices that they have now (hex). */
  async verify (contact: ContactRecord, devices: string[]): Promise<void> {
    contact.verifiedDevices = devices
    await this.#chose(contact)
  }

  async #chose (contact: ContactRecord): Promise<void> {
    contact.chosen = choosing(contact, this.#c.clock.now())
    await this.#c.book.save(contact)
  }

  /** Silent: their queue lives on and is drained, nothing is shown, nothing leaves. */
  async block (contact: ContactRecord, blocked: boolean): Promise<void> {
    contact.blocked = blocked
    await this.#chose(contact)
    const { state } = await this.channel(contact.identity)
    if (blocked) return this.#c.delivery.reroute(state)
    await this.#c.delivery.renew(state)
    const waiting = this.#desk.hidden(contact.identity)
    if (waiting !== undefined) {
      await this.#desk.remove(contact.identity)
      await this.#order.run(async () => this.#incoming({ ...waiting, known: NOTHING, move: NOTHING })).catch((error: unknown) => {
        if (!(error instanceof NodeError)) throw error
        this.#c.logger('a request from before could not be answered: %s', error.code) // they ask again
      })
    }
    if (contact.state === 'requested') this.#requester.nudge(contact)
  }

  /** Nothing is taken from them any more; what was said stays. `chosen`: when, where another device of ours tells it. */
  async remove (contact: ContactRecord, chosen = choosing(contact, this.#c.clock.now())): Promise<void> {
    Object.assign(contact, { removed: true, chosen })
    await this.#c.book.save(contact)
    this.#requester.forget(contact.identity)
    await this.#c.delivery.reroute((await this.channel(contact.identity)).state)
  }

  async #journal (entry: Parameters<Journal['record']>[0][number]): Promise<void> {
    const { ops, publish } = this.#c.journal.record([entry])
    await this.#c.store.batch(ops)
    publish()
  }
}

function checkText (what: string, text: string | undefined, limit: number): void {
  if (text !== undefined && [...text].length > limit) {
    throw new UsageError('BAD_ARGUMENT', `the ${what} is too long`, { hint: `at most ${limit} characters` })
  }
}
