/** The people one knows: kept in memory, written one by one. */
import { toString } from 'uint8arrays/to-string'
import { LimitError, UsageError } from '../errors.ts'
import { formatId } from '../identity/identity-id.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { beginsId, properName } from './names.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'
import type { StoreOp } from '../store/index.ts'

/** Contacts of one profile: every one may cost a stream and mailbox queues. */
export const MAX_CONTACTS = 5000

export interface ContactRecord {
  identity: Uint8Array
  name: string
  profileName: string
  note: string
  /** moved: the person gave this identity up; `movedTo` is who they are now */
  state: 'requested' | 'accepted' | 'moved'
  movedTo?: Uint8Array
  /** who they were before, where they came here by a move, and when we saw it, Unix milliseconds */
  movedFrom?: { identity: Uint8Array, name: string, seen: number }
  /** recovery hash, from the first that said it: session, inbox or directory (DIR-19) */
  recovery?: Uint8Array
  /** the token that they gave us (IDN-11) */
  known?: Uint8Array
  /** they came back from their phrase, Unix milliseconds of the last time that we acted upon */
  restored?: number
  /** we asked again because of it: devices (hex) that they had before */
  asking?: string[]
  /** devices (hex) that are not in their record: nothing is taken from them */
  unlisted?: string[]
  /** another device of ours (hex) asked them, and goes on asking: this one only waits */
  asker?: string
  added: number
  /** devices (hex) that the person had when the safety number was confirmed; undefined: not verified */
  verifiedDevices?: string[]
  blocked: boolean
  removed: boolean
  /** when the person last said themselves what they are called, or blocked, removed, took back or verified them, Unix milliseconds, grows (PAIR-9) */
  chosen?: number
  /** where the request goes: the link's addresses, and what we learned since */
  places: PeerPlace[]
  invite?: Uint8Array
  /** newest inbox record seen, encoded */
  inbox?: Uint8Array
  /** names our request over all its retries */
  nonce: Uint8Array
  requestNote: string
  /** nonce of their request that we answered */
  answered?: Uint8Array
}

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

/** What the person says now about a contact counts more than all that was said before, on whichever device. */
export function choosing (before: ContactRecord | undefined, now: number): number {
  return Math.max((before?.chosen ?? 0) + 1, now)
}

/** What a device of ours knows, with what the person chose last, here or there. */
export function withLastChoice (said: ContactRecord, before: ContactRecord | undefined): ContactRecord {
  if (before?.chosen === undefined || before.chosen <= (said.chosen ?? 0)) return said
  const { name, note, blocked, removed, chosen, verifiedDevices } = before
  const { verifiedDevices: _, ...rest } = said
  return { ...rest, name, note, blocked, removed, chosen, ...(verifiedDevices === undefined ? {} : { verifiedDevices }) }
}

export class ContactBook {
  readonly #components: Pick<Components, 'store' | 'own'>
  readonly #contacts = new Map<string, ContactRecord>()
  /** called whenever a contact was written */
  onChange: () => void = () => {}

  private constructor (components: Pick<Components, 'store' | 'own'>) {
    this.#components = components
  }

  static async load (components: Pick<Components, 'store' | 'own'>): Promise<ContactBook> {
    const book = new ContactBook(components)
    for await (const { value } of components.store.range(keyRange(tables.contacts))) {
      const contact = decodeRecord<ContactRecord>(value)
      book.#contacts.set(hex(contact.identity), contact)
    }
    return book
  }

  list (): ContactRecord[] { return [...this.#contacts.values()].filter(contact => !contact.removed) }

  /** Removed ones too. */
  get (identity: Uint8Array): ContactRecord | undefined { return this.#contacts.get(hex(identity)) }

  /** What makes this record durable; memory stays as it is. */
  op (contact: ContactRecord): StoreOp {
    return { type: 'put', key: key(tables.contacts, this.#components.store.blind(contact.identity)), value: encodeRecord(contact) }
  }

  /** Memory and the operation that makes it durable. @throws LimitError LIMIT_EXCEEDED */
  put (contact: ContactRecord): StoreOp {
    if (!this.#contacts.has(hex(contact.identity)) && this.#contacts.size >= MAX_CONTACTS) {
      throw new LimitError('LIMIT_EXCEEDED', `there are ${MAX_CONTACTS} contacts already`, { hint: 'remove some with: sotto contact remove WHO' })
    }
    this.#contacts.set(hex(contact.identity), contact)
    this.onChange()
    return this.op(contact)
  }

  /** Memory as it was before a `put` that did not become durable. */
  restore (identity: Uint8Array, before: ContactRecord | undefined): void {
    if (before === undefined) this.#contacts.delete(hex(identity))
    else this.#contacts.set(hex(identity), before)
  }

  async save (contact: ContactRecord): Promise<void> {
    await this.#components.store.batch([this.put(contact)])
  }

  /**
   * A name that no other contact has: `wanted`, or with a number behind it. Nobody is called what means somebody else: an
   * id, a link, oneself.
   */
  freeName (wanted: string, identity: Uint8Array): string {
    const proper = properName(wanted)
    const base = proper === '' ? formatId(identity).slice(0, 12) : proper
    const taken = new Set(this.list().filter(contact => hex(contact.identity) !== hex(identity)).map(contact => contact.name.toLowerCase()))
    let name = base
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base} ${n}`
    return name
  }

  /** By id, name, or an unambiguous prefix of either. @throws UsageError UNKNOWN_CONTACT, AMBIGUOUS_CONTACT */
  find (who: string): ContactRecord {
    const wanted = who.trim().toLowerCase()
    const all = this.list()
    const exact = all.find(contact => formatId(contact.identity) === wanted) ?? all.find(contact => contact.name.toLowerCase() === wanted)
    if (exact !== undefined) return exact
    const found = wanted === '' ? [] : all.filter(contact => contact.name.toLowerCase().startsWith(wanted) || beginsId(contact.identity, wanted))
    if (found[0] !== undefined && found.length === 1) return found[0]
    if (found.length > 1) {
      throw new UsageError('AMBIGUOUS_CONTACT', `"${who}" fits ${found.length} contacts`, { hint: `write more of the name: ${found.slice(0, 5).map(contact => contact.name).join(', ')}` })
    }
    throw new UsageError('UNKNOWN_CONTACT', `no contact is called "${who}"`, { hint: all.length === 0 ? 'add somebody first: sotto contact add LINK' : 'see who is there: sotto contact list' })
  }
}
