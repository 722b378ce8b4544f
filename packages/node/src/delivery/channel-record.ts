/** What is remembered of a conversation besides its log, session and outbox; one record, written with what changed it. */
import { key, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { KeyPackagePair } from '../session/index.ts'
import type { Store, StoreOp } from '../store/index.ts'

const RECORD = Uint8Array.of(0)

export interface Author { identity: Uint8Array, leafKey: Uint8Array }

export interface ChannelRecord {
  conversation: Uint8Array
  /** the other person; ourselves in Note to self */
  peer: Uint8Array
  /** where others leave envelopes for this conversation on a direct stream */
  direct: { queue: Uint8Array, wrapKey: Uint8Array }
  /** the peer's newest announcement, encoded; empty before the first */
  theirs: Uint8Array
  theirRevision: number
  /** newest revision of our announcement, and the newest that the peer has seen */
  ownRevision: number
  seenByPeer: number
  /** device (hex) → how far it has our own entries, by its signed receipt */
  delivered: Record<string, number>
  /** device (hex) → how far its user has read our own entries */
  read: Record<string, number>
  /** author device (hex) → how far we have read */
  reads: Record<string, number>
  /** device (hex) → who it is, for every author ever seen here */
  authors: Record<string, Author>
  /** own entries up to here have been sealed at least once */
  sealedUpTo: number
  nextRecord: number
  /** one-time KeyPackages that we handed out and nobody used yet */
  keyPackages: KeyPackagePair[]
  /** who made the session: hex of the identity, empty before there is one */
  creator: string
  /** branches (hex) that were the tip here, oldest first, the last 32 */
  tips: string[]
  /** the peer has sealed something in this session: it joined */
  confirmed: boolean
  peerName: string
  peerProfileRevision: number
  peerReadReceipts: boolean
  ownProfileSeen: number
}

export function newChannelRecord (conversation: Uint8Array, peer: Uint8Array): ChannelRecord {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  return {
    conversation,
    peer,
    direct: { queue: random(16), wrapKey: random(32) },
    theirs: new Uint8Array(0),
    theirRevision: 0,
    ownRevision: 1,
    seenByPeer: 0,
    delivered: {},
    read: {},
    reads: {},
    authors: {},
    sealedUpTo: 0,
    nextRecord: 1,
    keyPackages: [],
    creator: '',
    tips: [],
    confirmed: false,
    peerName: '',
    peerProfileRevision: 0,
    peerReadReceipts: true,
    ownProfileSeen: 0
  }
}

export function channelRecordOp (store: Store, record: ChannelRecord): StoreOp {
  return { type: 'put', key: key(tables.conversations, store.blind(record.conversation), RECORD), value: encodeRecord(record) }
}

export async function loadChannelRecord (store: Store, conversation: Uint8Array): Promise<ChannelRecord | undefined> {
  const bytes = await store.get(key(tables.conversations, store.blind(conversation), RECORD))
  return bytes === undefined ? undefined : decodeRecord<ChannelRecord>(bytes)
}
