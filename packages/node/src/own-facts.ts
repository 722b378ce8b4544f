/** What the devices of a person know in common, where it lives: contacts, requests, the name, devices and revocations. Spec: protocols/pairing PAIR-9. */
import { cleanText } from '@sotto/protocols/introduction'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { equals } from 'uint8arrays/equals'
import { withLastChoice } from './contacts/book.ts'
import { verifyCertificate } from './identity/certificate.ts'
import { ownOps } from './identity/own.ts'
import { decodeRecord, encodeRecord } from './store/record.ts'
import type { Clock } from './components.ts'
import type { ContactBook, ContactRecord } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { RequestRecord } from './contacts/request-desk.ts'
import type { DeviceShelf, FactSource } from './devices/index.ts'
import type { OwnRecord } from './identity/own.ts'
import type { Revocations } from './identity/revocations.ts'
import type { MailboxKeeper, SharedMail, SharedQueue } from './mailbox/index.ts'
import type { Store } from './store/index.ts'

export interface OwnFactsComponents {
  clock: Clock
  store: Store
  own: OwnRecord
  book: ContactBook
  contacts: Contacts
  revocations: Revocations
  keeper: MailboxKeeper
  /** on a linked device: what reads the queues of the primary one */
  mail: SharedMail | undefined
  /** the name changed */
  renamed: () => void
}

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
const MAX_NAME = 64
const MAX_NOTE = 512

/** The same bytes for the same record, whichever device writes them. */
function canonical (record: object): Uint8Array {
  return encodeRecord(Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined).sort(([a], [b]) => a < b ? -1 : 1)))
}

/** Kept by each device for itself: where it asks, and what it found there. */
function sharedContact ({ inbox, places, invite, ...shared }: ContactRecord): Partial<ContactRecord> {
  return shared
}

function sharedRequest ({ identity, name, note, time, reply, keyPackages, nonce }: RequestRecord): object {
  return { identity, name, note, time, reply, keyPackages, nonce }
}

export function ownFacts ({ clock, store, own, book, contacts, revocations, keeper, mail, renamed }: OwnFactsComponents, shelf: DeviceShelf): FactSource {
  const self = hex(own.device)

  const applyContact = async (identity: Uint8Array, value: Uint8Array): Promise<boolean> => {
    const before = book.get(identity)
    if (value.byteLength === 0) {
      if (before !== undefined && !before.removed) await contacts.remove(before, before.chosen ?? 0)
      return true
    }
    const said = readContact(value, identity)
    if (said === undefined) return false
    // who asked goes on asking, and the others wait for it
    const { asker: by, ...rest } = said
    const asker = said.state === 'requested' && by !== self ? by : undefined
    await contacts.adopt(withLastChoice({ ...rest, places: before?.places ?? [], ...(before?.inbox === undefined ? {} : { inbox: before.inbox }), ...(before?.invite === undefined ? {} : { invite: before.invite }), ...(asker === undefined ? {} : { asker }) }, before))
    return true
  }

  const applyRequest = async (identity: Uint8Array, value: Uint8Array): Promise<boolean> => {
    const before = contacts.requests.get(identity)
    if (value.byteLength === 0) {
      if (before !== undefined) await contacts.decline(before) // answered on another device: its retries are not shown again
      return true
    }
    const said = readRequest(value, identity)
    if (said === undefined) return false
    await contacts.received(said)
    return true
  }

  const applyDevice = async (value: Uint8Array): Promise<boolean> => {
    // PAIR-9: only what the identity signed
    const certificate = await verifyCertificate(value)
    if (certificate === undefined || !equals(certificate.credential.identity, own.identity)) return false
    const id = hex(certificate.credential.device)
    if (id === self) return true
    const known = shelf.get(id)
    if (known !== undefined && known.verified.revision >= certificate.revision) return true
    await shelf.keep({ addresses: [], since: clock.now(), lastSeen: 0, ...known, certificate: value })
    return true
  }

  /** What contacts are told of us. */
  const changed = async (): Promise<true> => {
    own.nameRevision = Math.max((own.nameRevision ?? 0) + 1, clock.now())
    await store.batch(ownOps(own))
    renamed()
    return true
  }

  return {
    collect: async () => {
      const facts = new Map<string, Uint8Array>()
      facts.set('name:', new TextEncoder().encode(own.name))
      if (own.hidesReads !== undefined) facts.set('reads:', Uint8Array.of(own.hidesReads ? 0 : 1))
      facts.set(`device:${self}`, own.certificate)
      for (const device of shelf.list()) facts.set(`device:${device.id}`, device.certificate)
      for (const revocation of await revocations.list(own.identity)) facts.set(`revocation:${hex(revocation.device)}`, revocation.bytes)
      for (const contact of book.list()) {
        const asker = contact.state === 'requested' ? contact.asker ?? self : undefined
        facts.set(`contact:${hex(contact.identity)}`, canonical({ ...sharedContact(contact), asker }))
      }
      for (const queue of mail?.list() ?? keeper.shared()) facts.set(`queue:${hex(queue.queue)}`, canonical(queue))
      for (const request of contacts.requests.list()) facts.set(`request:${hex(request.identity)}`, canonical(sharedRequest(request)))
      return facts
    },
    apply: async (name, value) => {
      const [kind, id = ''] = name.split(':', 2)
      const key = /^[0-9a-f]*$/.test(id) ? fromString(id, 'hex') : new Uint8Array(0)
      switch (kind) {
        case 'name': {
          const text = cleanText(new TextDecoder().decode(value))
          if (text === own.name || [...text].length > MAX_NAME) return true
          own.name = text
          return await changed()
        }
        case 'reads':
          if (value.byteLength !== 1 || own.hidesReads === (value[0] === 0)) return value.byteLength === 1
          own.hidesReads = value[0] === 0
          return await changed()
        case 'contact': return key.byteLength === 32 && !equals(key, own.identity) && await applyContact(key, value)
        case 'request': return key.byteLength === 32 && await applyRequest(key, value)
        case 'queue': return mail !== undefined && key.byteLength === 16 && await applyQueue(mail, key, value)
        case 'device': return value.byteLength > 0 && await applyDevice(value)
        case 'revocation': return value.byteLength > 0 && (await revocations.add(value, own.identity)).verdict !== 'rejected'
        default: return false // of a later version: kept by those who know it
      }
    }
  }
}

function isText (value: unknown, max: number): value is string {
  return typeof value === 'string' && [...value].length <= max
}

/** What another device of ours says of a contact, if it is one at all. */
function readContact (value: Uint8Array, identity: Uint8Array): ContactRecord | undefined {
  const said = read<ContactRecord>(value)
  if (said === undefined || !(said.identity instanceof Uint8Array) || !equals(said.identity, identity)) return undefined
  if (!isText(said.name, MAX_NAME + 8) || !isText(said.profileName, MAX_NAME) || !isText(said.note, MAX_NOTE) || !isText(said.requestNote, MAX_NOTE)) return undefined
  if (!['requested', 'accepted', 'moved'].includes(said.state) || !(said.nonce instanceof Uint8Array) || said.nonce.byteLength !== 16) return undefined
  if (said.chosen !== undefined && !Number.isSafeInteger(said.chosen)) return undefined
  return typeof said.blocked === 'boolean' && typeof said.removed === 'boolean' && Number.isFinite(said.added) ? said : undefined
}

async function applyQueue (mail: SharedMail, id: Uint8Array, value: Uint8Array): Promise<boolean> {
  if (value.byteLength === 0) {
    await mail.forget(id)
    return true
  }
  const said = read<SharedQueue>(value)
  const sizes: Array<[unknown, number]> = [[said?.queue, 16], [said?.conversation, 32], [said?.readSeed, 32], [said?.wrapKey, 32]]
  if (said === undefined || !sizes.every(([bytes, size]) => bytes instanceof Uint8Array && bytes.byteLength === size) || !equals(said.queue, id)) return false
  if (!isText(said.mailbox, MAX_NAME) || !Array.isArray(said.addresses) || !['own', 'contact', 'volunteer'].includes(said.kind) || !Number.isFinite(said.ttl)) return false
  await mail.adopt(said)
  return true
}

function readRequest (value: Uint8Array, identity: Uint8Array): RequestRecord | undefined {
  const said = read<RequestRecord>(value)
  if (said === undefined || !(said.identity instanceof Uint8Array) || !equals(said.identity, identity)) return undefined
  if (!isText(said.name, MAX_NAME) || !isText(said.note, MAX_NOTE) || !Number.isFinite(said.time)) return undefined
  const bytes: unknown[] = [said.reply, said.nonce, ...Array.isArray(said.keyPackages) ? said.keyPackages : [undefined]]
  return bytes.every(one => one instanceof Uint8Array) ? said : undefined
}

function read<T> (value: Uint8Array): T | undefined {
  try {
    return decodeRecord<T>(value)
  } catch {
    return undefined // not a record: another version, or damaged
  }
}
