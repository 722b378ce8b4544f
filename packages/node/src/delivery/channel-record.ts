/**
 * What is remembered of a conversation besides its log, session and outbox, written with what changed it. Cursors move
 * with every message; the rest, ten times as long, is written only when a field of it holds another value than before.
 */
import { equals } from 'uint8arrays/equals'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { KeyPackagePair } from '../session/index.ts'
import type { Store, StoreOp } from '../store/index.ts'

const RECORD = Uint8Array.of(0)
const CURSORS = Uint8Array.of(2)

type Cursor = 'delivered' | 'read' | 'reads' | 'sealedUpTo' | 'nextRecord' | 'seen' | 'siblings'

/** Devices of one identity whose entries are taken in one conversation: as many as a session has leaves. */
export const MAX_AUTHORS_PER_IDENTITY = 64

export interface Author {
  identity: Uint8Array
  leafKey: Uint8Array
  /** encoded Signed<CredentialBody>, for those who never met this device */
  credential: Uint8Array
}

/** What a device of the conversation said of where envelopes for it go: an encoded Announcement, checked when it came. */
export interface Place { announcement: Uint8Array, revision: number, /** by another device of ours */ own: boolean }

/** Invariant: a value of a field that is no cursor is replaced, never changed in place. */
export interface ChannelRecord {
  conversation: Uint8Array
  /** the other person; ourselves in Note to self */
  peer: Uint8Array
  /** where others leave envelopes for this conversation on a direct stream */
  direct: { queue: Uint8Array, wrapKey: Uint8Array }
  /** device (hex) → its newest announcement: of the peer's devices, and of our other ones */
  places: Record<string, Place>
  /** newest revision of our announcement */
  ownRevision: number
  /** device (hex) → the newest revision of it that it has seen */
  seen: Record<string, number>
  /** device (hex) → how far it has our own entries, by its signed receipt */
  delivered: Record<string, number>
  /** device (hex) → how far its user has read our own entries */
  read: Record<string, number>
  /** our other devices (hex) → how far a device of the peer has theirs, and how far it was read there */
  siblings: Record<string, { delivered: number, read: number }>
  /** author device (hex) → how far we have read */
  reads: Record<string, number>
  /** device (hex) → who it is, for every author ever seen here */
  authors: Record<string, Author>
  /** own entries up to here have been sealed at least once */
  sealedUpTo: number
  nextRecord: number
  /** one-time KeyPackages that we handed out and nobody used yet, all with the request of this nonce (hex) */
  keyPackages: KeyPackagePair[]
  asked: string
  /** those that lie with our other devices, so that they add this one */
  siblingPackages: KeyPackagePair[]
  /** when they were made, Unix milliseconds */
  askedAt: number
  /** who made the session: hex of the identity, empty before there is one */
  creator: string
  /** branches (hex) that were the tip here, oldest first, the last 32 */
  tips: string[]
  /** the peer has sealed something in this session: it joined */
  confirmed: boolean
  peerName: string
  peerProfileRevision: number
  peerReadReceipts: boolean
}

export function newChannelRecord (conversation: Uint8Array, peer: Uint8Array): ChannelRecord {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  return {
    conversation,
    peer,
    direct: { queue: random(16), wrapKey: random(32) },
    places: {},
    ownRevision: 1,
    seen: {},
    delivered: {},
    read: {},
    siblings: {},
    reads: {},
    authors: {},
    sealedUpTo: 0,
    nextRecord: 1,
    keyPackages: [],
    asked: '',
    siblingPackages: [],
    askedAt: 0,
    creator: '',
    tips: [],
    confirmed: false,
    peerName: '',
    peerProfileRevision: 0,
    peerReadReceipts: true
  }
}

/** Takes a device into the authors of the conversation, while its identity has room. @returns whether it is there */
export function addAuthor (record: ChannelRecord, device: string, author: Author): boolean {
  const known = record.authors[device]
  if (known === undefined && Object.values(record.authors).filter(({ identity }) => equals(identity, author.identity)).length >= MAX_AUTHORS_PER_IDENTITY) return false
  if (known === undefined || !isSame(known, author)) record.authors = { ...record.authors, [device]: author }
  return true
}

function isSame (a: Author, b: Author): boolean {
  return equals(a.leafKey, b.leafKey) && equals(a.identity, b.identity) && equals(a.credential, b.credential)
}

/** What was written last of each record; one that is loaded anew is written whole. */
const written = new WeakMap<ChannelRecord, Omit<ChannelRecord, Cursor>>()

function split ({ delivered, read, reads, sealedUpTo, nextRecord, seen, siblings, ...rest }: ChannelRecord): { cursors: Pick<ChannelRecord, Cursor>, rest: Omit<ChannelRecord, Cursor> } {
  return { cursors: { delivered, read, reads, sealedUpTo, nextRecord, seen, siblings }, rest }
}

/** In the order of the calls; the owner drops the record when a write fails. */
export function channelRecordOps (store: Store, record: ChannelRecord): StoreOp[] {
  const name = store.blind(record.conversation)
  const { cursors, rest } = split(record)
  const ops: StoreOp[] = [{ type: 'put', key: key(tables.conversations, name, CURSORS), value: encodeRecord(cursors) }]
  const before = written.get(record)
  if (before !== undefined && Object.entries(rest).every(([field, value]) => before[field as keyof typeof rest] === value)) return ops
  written.set(record, rest)
  return [...ops, { type: 'put', key: key(tables.conversations, name, RECORD), value: encodeRecord(rest) }]
}

/** Conversations in the store, and where each takes envelopes from direct streams. */
export async function * listChannels (store: Store): AsyncGenerator<Pick<ChannelRecord, 'conversation' | 'direct'>> {
  for await (const { key: name, value } of store.range(keyRange(tables.conversations))) {
    if (name.at(-1) === RECORD[0]) yield decodeRecord<Omit<ChannelRecord, Cursor>>(value)
  }
}

export async function loadChannelRecord (store: Store, conversation: Uint8Array): Promise<ChannelRecord | undefined> {
  const name = store.blind(conversation)
  const [rest, cursors] = await Promise.all([store.get(key(tables.conversations, name, RECORD)), store.get(key(tables.conversations, name, CURSORS))])
  if (rest === undefined || cursors === undefined) return undefined
  // fields that came later have their beginnings
  return { ...newChannelRecord(conversation, conversation), ...decodeRecord<Omit<ChannelRecord, Cursor>>(rest), ...decodeRecord<Pick<ChannelRecord, Cursor>>(cursors) }
}
