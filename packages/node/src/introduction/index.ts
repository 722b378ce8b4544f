/**
 * First contact: requests sealed to a person's inbox key, kept in few slots, until the person looks.
 * Spec: protocols/introduction/README.md.
 */
import type { PeerPlace } from '../network/index.ts'
import type { TypedEventTarget } from 'main-event'

/** A verified inbox record of somebody. */
export interface Inbox {
  /** 32 bytes */
  identity: Uint8Array
  sequence: number
  /** Unix seconds */
  notAfter: number
  inboxKey: Uint8Array
  inboxVerifyKey: Uint8Array
  places: PeerPlace[]
  recoveryHash: Uint8Array
  /** encoded Signed<InboxRecordBody> */
  record: Uint8Array
  /** past its notAfter: still this person's, but perhaps no longer where they look */
  stale: boolean
}

/** What a person asks with. */
export interface OutgoingRequest {
  /** 32 bytes, identity asked */
  recipient: Uint8Array
  name: string
  note: string
  /** encoded Signed<CertificateBody> of this device */
  certificate: Uint8Array
  /** of the asker's other devices */
  certificates: Uint8Array[]
  keyPackages: Uint8Array[]
  /** encoded Announcement */
  reply: Uint8Array
  /** 16 bytes, kept the same over retries: the recipient sees one request */
  nonce: Uint8Array
  /** the token that the recipient gave us as a contact (IDN-11) */
  known?: Uint8Array
  /** encoded Move: who we were before (IDN-9) */
  move?: Uint8Array
}

/** A request that was opened and whose signature holds. */
export interface IncomingRequest {
  /** 32 bytes, the asker's identity */
  identity: Uint8Array
  name: string
  note: string
  /** Unix milliseconds, the asker's clock */
  time: number
  certificate: Uint8Array
  certificates: Uint8Array[]
  keyPackages: Uint8Array[]
  reply: Uint8Array
  nonce: Uint8Array
  /** a token of ours, or empty; not judged yet */
  known: Uint8Array
  /** an encoded Move, or empty; not judged yet */
  move: Uint8Array
  /** came with a valid one-time invite token of ours */
  invited: boolean
}

export interface IntroductionEvents {
  /** A new record was signed or adopted: publish it. */
  'inbox:change': CustomEvent<{ inbox: Inbox }>
}

export interface Introduction extends TypedEventTarget<IntroductionEvents> {
  /** My current inbox record (signed; refreshed when the places change). @throws UsageError NO_IDENTITY on a linked device that was given none */
  inbox (): Promise<Inbox>
  /** Where requests for me may be left besides this device: registers there, and again on reconnect. Resolves when each was tried once. */
  setPlaces (places: Array<{ place: PeerPlace, grant: Uint8Array | undefined, anonymous: boolean }>): Promise<void>
  /** A fresh one-time invite token (encoded InviteToken). */
  invite (): Promise<Uint8Array>
  /**
   * Finds the inbox record of `recipient` at one of `places`, seals the request to it and leaves it at the places it
   * names (the device first). Tries each place once. @returns where it is kept now; empty when nobody took it
   * @throws UnreachableError when nobody answered; PeerError/LimitError when all refused
   */
  send (request: OutgoingRequest, places: PeerPlace[], options: { invite?: Uint8Array, known?: Uint8Array, signal?: AbortSignal, onProgress?: (line: string) => void }): Promise<{ storedAt: string[], delivered: boolean, inbox: Inbox }>
  /** Requests that come in, from this device's own slots and from the mailboxes. The handler resolves once durable; only then the slot is freed. */
  start (handler: (request: IncomingRequest) => Promise<void>): Promise<void>
  stop (): Promise<void>
}

/** What an inbox server keeps for its own identity. */
export interface OwnKept { digest: Uint8Array, sealed: Uint8Array, invite: Uint8Array }

export interface InboxServerEvents {
  /** A request for our own identity was kept. */
  'request:kept': CustomEvent<undefined>
}

/** Keeps sealed requests: for this device's identity always, for others by grant or as volunteer. */
export interface InboxServer extends TypedEventTarget<InboxServerEvents> {
  /** Our own record, and the key that signs for us. */
  setOwn (own: { record: Uint8Array, verifySeed: Uint8Array }): Promise<void>
  /** Requests that were left here for our own identity. */
  own (): Promise<OwnKept[]>
  /** Frees slots of our own identity. */
  dropOwn (digests: Uint8Array[]): Promise<void>
  /** Serves identities without a grant too, from now on. */
  volunteer (): void
  /** Others whose inbox is kept here. */
  identities (): Uint8Array[]
  usage (): { inboxes: number, requests: number, bytes: number }
  start (): Promise<void>
  stop (): Promise<void>
}

export { createIntroduction } from './introduction.ts'
export type { IntroductionInit } from './introduction.ts'
export { createInboxServer } from './server.ts'
export type { InboxServerInit } from './server.ts'
