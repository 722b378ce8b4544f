/**
 * Sealed mail that waits with peers. Server, client, and the keeper of one's own mailboxes are siblings here.
 * Spec: protocols/mailbox/README.md.
 */
import type { Reason } from '../api.ts'
import type { PeerPlace } from '../network/index.ts'
import type { TypedEventTarget } from 'main-event'

/** A queue that we may write to (announced by its reader, announcement.proto QueuePlace). */
export interface WriteQueue {
  mailbox: PeerPlace
  /** 16 bytes */
  queue: Uint8Array
  /** 32-byte Ed25519 seed */
  writeSeed: Uint8Array
}

/** A mailbox's signed word that it keeps items (mailbox.proto ReceiptBody). */
export interface StoredReceipt {
  mailbox: string
  queue: Uint8Array
  position: number
  head: Uint8Array
  /** Unix milliseconds */
  time: number
  expires: number
  /** encoded Signed<ReceiptBody>, the proof */
  proof: Uint8Array
}

export interface MailItem {
  /** 16 bytes, the envelope's id */
  id: Uint8Array
  bytes: Uint8Array
}

export interface MailboxClient {
  /**
   * Leaves items in a queue and checks the receipt against what was put.
   * @throws UnreachableError; LimitError QUEUE_FULL, MAILBOX_FULL, GRANT_UNKNOWN…, PeerError REFUSED, IntegrityError BAD_SIGNATURE
   */
  put (queue: WriteQueue, items: readonly MailItem[], options?: { signal?: AbortSignal }): Promise<StoredReceipt>
  start (): Promise<void>
  stop (): Promise<void>
}

/** One of my queues at one mailbox, as it is announced to those who write to me. */
export interface OwnQueue {
  mailbox: PeerPlace
  queue: Uint8Array
  writeSeed: Uint8Array
  wrapKey: Uint8Array
}

/** One of my queues, as my other devices need it to read there too. */
export interface SharedQueue {
  /** 16 bytes */
  queue: Uint8Array
  /** PeerId */
  mailbox: string
  addresses: string[]
  kind: KeeperKind
  /** 32 bytes */
  conversation: Uint8Array
  readSeed: Uint8Array
  wrapKey: Uint8Array
  /** how long the mailbox keeps an item, ms */
  ttl: number
}

export type KeeperKind = 'own' | 'contact' | 'volunteer'

/** A mailbox that keeps mail for me. */
export interface KeeperView {
  peer: string
  kind: KeeperKind
  addresses: string[]
  /** bytes of mine there, as far as known */
  used: number
  limit: number
  /** Unix milliseconds of the last answer, 0 for never */
  lastSeen: number
  /** share of the measured time that it was up, 0 to 1 */
  up: number
  /** over how much time that was measured, ms, with the half-life KEEPER_MEMORY_MS */
  measured: number
  /** the contact who offered it */
  identity?: Uint8Array
  /** what is the matter, in words, or undefined */
  trouble?: string
  troubled?: Reason
}

/** Mail that arrived in one of my queues. The handler resolves once it is durable; only then it is acknowledged. */
export type MailHandler = (mail: { conversation: Uint8Array, queue: Uint8Array, wrapKey: Uint8Array, items: MailItem[] }) => Promise<void>

export interface KeeperEvents {
  /** My queues for these conversations changed: announce them. */
  'queues:change': CustomEvent<{ conversations: Uint8Array[] }>
  'keepers:change': CustomEvent<{ keepers: KeeperView[] }>
  /** A mailbox broke its chain or lied: it was replaced. */
  'keeper:liar': CustomEvent<{ peer: string, reason: string }>
}

/** Chooses k mailboxes (own personal node, grants of contacts, volunteers), creates a queue per conversation at each, and reads them. */
export interface MailboxKeeper extends TypedEventTarget<KeeperEvents> {
  list (): KeeperView[]
  /** The mailboxes that keep for us now, with the grant to use there: where the inbox is registered too. */
  inboxPlaces (): Array<{ place: PeerPlace, grant: Uint8Array | undefined, anonymous: boolean }>
  /** The queues of a conversation (32-byte id), created at every reachable mailbox. Returns what exists so far, without a mailbox of `peer` (an identity), to whom a copy at home is none; more comes by event. */
  queuesFor (conversation: Uint8Array, peer?: Uint8Array): Promise<OwnQueue[]>
  /** Resolves once every mailbox was read to its end since the start, or found out of reach. */
  fetched (): Promise<void>
  /** Peers that may volunteer, by hearsay: looked at when mailboxes are chosen. */
  suggest (places: readonly PeerPlace[]): void
  /** A contact offered (or withdrew, token undefined) a grant at their mailbox. */
  offered (identity: Uint8Array, place: PeerPlace, token: Uint8Array | undefined): Promise<void>
  /** What a writer's receipt claims about one of my queues: checked against what was read, liars are named. */
  checkProof (mailbox: string, receipt: Uint8Array): Promise<void>
  /** What my other devices need to read where this one does. */
  shared (): SharedQueue[]
  /** Another set of queues for every conversation: a device that knew the keys was revoked. The old ones are read for another 60 days. */
  rotate (): Promise<void>
  /** Deletes the queues of a conversation everywhere. */
  drop (conversation: Uint8Array): Promise<void>
  start (handler: MailHandler): Promise<void>
  stop (): Promise<void>
}

export interface GrantView {
  /** 16 bytes, names the grant without its secret */
  id: Uint8Array
  /** identity it was given to, where it was */
  identity: Uint8Array | undefined
  used: number
  limit: number
}

/** The mailbox that this node keeps for others. */
export interface MailboxServer {
  readonly mode: 'off' | 'contacts' | 'volunteer'
  /** From `contacts` to `volunteer`: strangers too are served from now on. Of any other mode, nothing. */
  volunteer (): void
  usage (): { used: number, limit: number, queues: number, items: number }
  grants (): Promise<GrantView[]>
  /** A bearer grant (32 bytes) for this identity; the same one while it is valid. */
  grant (identity: Uint8Array, bytes: number): Promise<Uint8Array>
  revoke (identity: Uint8Array): Promise<void>
  /** Whether this token is a grant of ours (introduction asks before it keeps somebody's inbox). */
  isGranted (token: Uint8Array): Promise<boolean>
  start (): Promise<void>
  stop (): Promise<void>
}

export { createMailboxServer } from './server.ts'
export type { MailboxServerInit } from './server.ts'
export { createMailboxClient } from './client.ts'
export type { MailboxClientInit } from './client.ts'
export { createMailboxKeeper } from './keeper.ts'
export type { MailboxKeeperInit } from './keeper.ts'
export { SharedMail } from './shared-mail.ts'
