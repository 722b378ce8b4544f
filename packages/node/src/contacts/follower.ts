/**
 * What the directory says of contacts, and what follows from it: who moved is followed, who came back from the phrase is
 * asked anew, a device that a record does not list is not heard any more. All of it is said to the user.
 *
 * Invariants: a record is acted upon once, in one batch with what is said of it; records come one by one; nothing is asked of
 * the directory here.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeAnnouncement } from '@sotto/protocols/session/announced'
import { equals } from 'uint8arrays/equals'
import { announcementsOf, hex } from '../delivery/index.ts'
import { formatId } from '../identity/identity-id.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import { recordView } from './record-view.ts'
import type { ContactBook, ContactRecord } from './book.ts'
import type { Noted } from './record-view.ts'
import { reason, warningOf } from '../reasons.ts'
import type { DirectoryView } from '../api.ts'
import type { Components } from '../components.ts'
import type { Channel, Mutex } from '../delivery/index.ts'
import type { Directory, DirectoryEntry, Found } from '../directory/index.ts'
import type { VerifiedMove } from '../identity/move.ts'
import type { Journal, JournalEntry } from '../journal/index.ts'

export interface FollowerComponents extends Pick<Components, 'clock' | 'logger' | 'store' | 'own'> {
  book: ContactBook
  journal: Pick<Journal, 'record'>
  directory: Pick<Directory, 'known' | 'addEventListener' | 'removeEventListener'>
  /** the conversation with somebody */
  channelOf: (identity: Uint8Array) => Promise<Channel>
  /** one change of a contact at a time */
  order: Mutex
  /** their request is due: send it */
  ask: (contact: ContactRecord) => void
  /** nothing is asked of them any more, and nothing goes there */
  leave: (contact: ContactRecord) => Promise<void>
}

/** Certificates begin an hour before they are issued. */
const CERTIFICATE_LEAD_MS = 60 * 60 * 1000
/** A device may be a day old before the record that was signed by another one lists it, ms. */
const LISTED_WITHIN_MS = 24 * 60 * 60 * 1000

/** How long a linked device leaves it to a primary one to ask a contact who came back, ms. */
const PRIMARY_FIRST_MS = 24 * 60 * 60 * 1000

export class Follower {
  readonly #c: FollowerComponents
  /** by contact (hex), of whom there are at most MAX_CONTACTS */
  readonly #noted = new Map<string, Noted>()
  #work: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor (components: FollowerComponents) {
    this.#c = components
  }

  start (): void {
    const { book, directory } = this.#c
    directory.addEventListener('record:change', this.#onRecord)
    directory.addEventListener('resolve', this.#onResolve)
    // what came while a batch of ours did not reach the disk, or before this version
    for (const { identity } of book.list()) {
      this.#inTurn(async () => {
        const found = await directory.known(identity)
        if (found === undefined) return
        this.#note(found, 0)
        await this.#look(found)
      })
    }
  }

  async stop (): Promise<void> {
    const { directory } = this.#c
    this.#stopped = true
    directory.removeEventListener('record:change', this.#onRecord)
    directory.removeEventListener('resolve', this.#onResolve)
    await this.#work
  }

  view (contact: ContactRecord): DirectoryView | undefined {
    const noted = this.#noted.get(hex(contact.identity))
    return noted === undefined ? undefined : recordView(noted, contact.name, this.#c.clock.now())
  }

  /** What a contact said in the session or a request: the token by which they will know us again, and their recovery hash. */
  async learned (contact: ContactRecord, announcement: Uint8Array): Promise<void> {
    const decoded = decodeAnnouncement(announcement)
    if (decoded === undefined) return
    const { known = contact.known, recoveryHash } = decoded
    const isNews = (known !== undefined && (contact.known === undefined || !equals(known, contact.known))) || (contact.recovery === undefined && recoveryHash !== undefined)
    if (!isNews || this.#c.book.get(contact.identity) !== contact) return
    if (known !== undefined) contact.known = known
    if (contact.recovery === undefined && recoveryHash !== undefined) contact.recovery = recoveryHash // DIR-19: the first stays
    await this.#c.book.save(contact)
  }

  /** DIR-22: a statement that the person themselves brought. @returns who they are now, or undefined where it is not to be believed */
  async moved (move: VerifiedMove): Promise<ContactRecord | undefined> {
    const contact = this.#c.book.get(move.identity)
    if (contact === undefined || contact.removed) return undefined
    const pinned = contact.recovery ?? (await this.#c.directory.known(move.identity))?.inbox.recoveryHash
    if (pinned === undefined || !equals(pinned, move.recoveryHash)) return undefined
    await this.#follow(contact, move)
    return this.#c.book.get(move.successor)
  }

  readonly #onRecord = ({ detail: { entry } }: CustomEvent<{ entry: DirectoryEntry }>): void => {
    const { book, own } = this.#c
    if (equals(entry.identity, own.identity)) {
      if (entry.move !== undefined) this.#inTurn(async () => { await this.#write([], [warningOf(reason('identity-given-up'))]) })
      return
    }
    if (book.get(entry.identity) === undefined) return
    this.#note({ ...entry, stale: undefined, confirmations: 1 }, this.#noted.get(hex(entry.identity))?.asked ?? 0)
    this.#inTurn(async () => this.#look(entry))
  }

  readonly #onResolve = ({ detail: { identity, found } }: CustomEvent<{ identity: Uint8Array, found: Found | undefined }>): void => {
    if (found !== undefined && this.#c.book.get(identity) !== undefined) this.#note(found, this.#c.clock.now())
  }

  #note ({ identity, time, expires, confirmations, restored }: Found, asked: number): void {
    this.#noted.set(hex(identity), { signed: time, expires, restored, asked, confirmed: confirmations > 0 })
  }

  #inTurn (run: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (!this.#stopped) await this.#c.order.run(run)
    }).catch((error: unknown) => { this.#c.logger.error('a contact could not be followed', error) })
  }

  async #look (entry: DirectoryEntry): Promise<void> {
    const contact = this.#c.book.get(entry.identity)
    if (contact === undefined || contact.removed || contact.state === 'moved') return
    if (contact.recovery === undefined) {
      contact.recovery = entry.inbox.recoveryHash
      await this.#c.book.save(contact)
    }
    if (!equals(contact.recovery, entry.inbox.recoveryHash)) return
    if (entry.move !== undefined) return this.#follow(contact, entry.move)
    if (contact.state !== 'accepted') return
    if (entry.restored > (contact.restored ?? 0)) await this.#cameBack(contact, entry)
    await this.#checkDevices(contact, entry)
  }

  /** DIR-22: the old identity gets nothing more, the new one is asked, unverified, under the same name. */
  async #follow (old: ContactRecord, move: VerifiedMove): Promise<void> {
    const { book, clock, own } = this.#c
    if (old.state === 'moved' || equals(move.successor, own.identity)) return
    const known = book.get(move.successor)
    // who was called by the beginning of the old id is not
    const name = formatId(old.identity).startsWith(old.name) ? book.freeName('', move.successor) : old.name
    const movedFrom = { identity: old.identity, name: book.freeName(`${old.name} (before)`, old.identity), seen: clock.now() }
    const { asking, answered, inbox, invite, recovery, known: token, restored, unlisted, verifiedDevices, ...rest } = old
    const next: ContactRecord = known !== undefined && !known.removed
      ? { ...known, movedFrom }
      : { ...rest, identity: move.successor, name, state: 'requested', added: clock.now(), places: [], movedFrom, nonce: crypto.getRandomValues(new Uint8Array(16)), ...(token === undefined ? {} : { known: token }) }
    const before: ContactRecord = { ...old, name: movedFrom.name, state: 'moved', movedTo: move.successor }
    const warning = warningOf(reason('contact-moved', { name: old.name, from: formatId(old.identity), to: formatId(move.successor) }))
    await this.#write([before, next], [warning, { event: 'contact', identity: old.identity }, { event: 'contact', identity: next.identity }])
    await this.#c.leave(before)
    // a linked device leaves it to the primary one, by which it hears of it; if it does not, it asks after its next start
    if (next.state === 'requested' && !next.blocked && own.identitySeed !== undefined) this.#c.ask(next)
  }

  /** DIR-23: sessions of their earlier devices are gone; the new one is asked, once for each time that they came back. */
  async #cameBack (contact: ContactRecord, entry: DirectoryEntry): Promise<void> {
    const { clock, own } = this.#c
    // two devices of ours that ask at once would be given two sessions: a linked one lets the primary go first
    if (own.identitySeed === undefined && clock.now() - entry.restored < PRIMARY_FIRST_MS) return
    const { state } = await this.#c.channelOf(contact.identity)
    const certificates = await certificatesOf(announcementsOf(state.record))
    const isMet = certificates.some(({ notBefore }) => notBefore * 1000 + CERTIFICATE_LEAD_MS >= entry.restored)
    const next: ContactRecord = { ...contact, restored: entry.restored }
    if (isMet || contact.blocked) return this.#write([next], [])
    const asking = Object.entries(state.record.authors).filter(([, author]) => equals(author.identity, contact.identity)).map(([device]) => device)
    const asked: ContactRecord = { ...next, state: 'requested', asking, inbox: entry.inbox.record, places: [], nonce: crypto.getRandomValues(new Uint8Array(16)) }
    await this.#write([asked], [warningOf(reason('contact-restored', { name: contact.name })), { event: 'contact', identity: contact.identity }])
    this.#c.ask(asked)
  }

  /** DIR-24: the devices that speak are those that the identity certified and still lists. */
  async #checkDevices (contact: ContactRecord, entry: DirectoryEntry): Promise<void> {
    const { state } = await this.#c.channelOf(contact.identity)
    const listed = new Set(entry.certificates.map(hex))
    const isDue = (notBefore: number): boolean => entry.time > notBefore * 1000 + CERTIFICATE_LEAD_MS + LISTED_WITHIN_MS
    const unlisted = (await certificatesOf(announcementsOf(state.record)))
      .filter(({ bytes, notBefore }) => isDue(notBefore) && !listed.has(hex(sha256(bytes))))
      .map(({ credential }) => hex(credential.device))
    const current = this.#c.book.get(contact.identity) ?? contact
    const before = new Set(current.unlisted)
    if (unlisted.length === before.size && unlisted.every(device => before.has(device))) return
    const news = unlisted.filter(device => !before.has(device))
    const warning = warningOf(reason('devices-unlisted', { name: current.name, count: news.length, devices: news.join(', ') }))
    await this.#write([{ ...current, unlisted }], news.length === 0 ? [] : [warning, { event: 'contact', identity: contact.identity }])
  }

  async #write (contacts: ContactRecord[], entries: JournalEntry[]): Promise<void> {
    const { book, journal, store } = this.#c
    const before = contacts.map(({ identity }) => ({ identity, known: book.get(identity) }))
    try {
      const { ops, publish } = journal.record(entries)
      await store.batch([...contacts.map(contact => book.put(contact)), ...ops])
      publish()
    } catch (error) {
      for (const { identity, known } of before) book.restore(identity, known)
      throw error
    }
  }
}

/** Of the devices that an announcement names; empty before the first. */
async function certificatesOf (announcements: readonly Uint8Array[]): Promise<Array<NonNullable<Awaited<ReturnType<typeof verifyCertificate>>>>> {
  const direct = announcements.flatMap(announcement => decodeAnnouncement(announcement)?.direct ?? [])
  return (await Promise.all(direct.map(async ({ certificate }) => verifyCertificate(certificate)))).filter(one => one !== undefined)
}
