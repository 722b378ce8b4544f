/**
 * The directory: a person is found by nothing but their identity's key. Publishes the own record in the DHT, finds those
 * of others, keeps those of contacts alive, and finds volunteers. Spec: protocols/directory/README.md.
 *
 * @example
 * const records = await loadRecordShelf({ store, clock, logger }, { peerKey })
 * const network = createNetwork(components, { ...init, records })
 * const directory = createDirectory({ ...components, network, records, introduction }, sources)
 * await directory.start()
 * const found = await directory.resolve(identity)
 */
import type { VerifiedMove } from '../identity/move.ts'
import type { Inbox } from '../introduction/index.ts'
import type { PeerPlace } from '../network/index.ts'
import type { Service } from '@sotto/protocols/directory'
import type { TypedEventTarget } from 'main-event'

/** A record that was verified: of this identity, well signed, within its limits. */
export interface DirectoryEntry {
  /** 32 bytes */
  identity: Uint8Array
  sequence: number
  /** Unix milliseconds, when the owner signed it */
  time: number
  /** Unix milliseconds */
  expires: number
  inbox: Inbox
  /** SHA-256 of certificates in use, 32 bytes each */
  certificates: Uint8Array[]
  /** SHA-256 of revocations, 32 bytes each */
  revocations: Uint8Array[]
  /** the identity came back from its phrase */
  lost: boolean
  /** Unix milliseconds of the last time that it did; 0 where it never did */
  restored: number
  /** the identity is given up for another: outranks every sequence */
  move: VerifiedMove | undefined
  /** the IPNS record as it stands in the DHT */
  bytes: Uint8Array
}

/**
 * old: signed long ago (DIRECTORY_STALE_MS): the owner was away, or somebody withholds a newer one. unconfirmed: nobody
 * who was asked has it, it is what this device remembers. expired: past its date.
 */
export type Staleness = 'old' | 'unconfirmed' | 'expired'

export interface Found extends DirectoryEntry {
  stale: Staleness | undefined
  /** peers that answered with this very record in this lookup */
  confirmations: number
}

/** The last time that the own record was put. */
export interface Published {
  /** Unix milliseconds */
  time: number
  sequence: number
  /** peers that said they store it */
  replicas: number
  /** peers that returned it when asked afterwards */
  confirmations: number
}

export interface DirectoryEvents {
  /** A newer record of somebody was seen. */
  'record:change': CustomEvent<{ entry: DirectoryEntry }>
  published: CustomEvent<Published>
  /** Somebody who is followed was looked up: what came of it. */
  resolve: CustomEvent<{ identity: Uint8Array, found: Found | undefined }>
}

export interface Directory extends TypedEventTarget<DirectoryEvents> {
  readonly mode: 'off' | 'client' | 'server'
  /** The last put of the own record; undefined before the first that anybody took. */
  readonly published: Published | undefined
  /** Asks the DHT. The best ever seen, marked stale where it may be outdated; undefined where nobody knows. Never throws for silence. */
  resolve (identity: Uint8Array, options?: { signal?: AbortSignal }): Promise<Found | undefined>
  /** What this device remembers of somebody it follows, without asking. */
  known (identity: Uint8Array): Promise<Found | undefined>
  /** Signs (on a primary device) and puts the own record now. */
  publish (): Promise<Published>
  /** Since when no device of a contact answers, Unix milliseconds; undefined: one does. Set by whoever knows. */
  silentSince: (identity: Uint8Array) => number | undefined
  /** What this node offers to anybody may have changed: says so, if there is more. */
  offer (): void
  /** Peers that offer the service to anybody. */
  volunteers (service: Service, options?: { signal?: AbortSignal }): Promise<PeerPlace[]>
  start (): Promise<void>
  stop (): Promise<void>
}

/** What the directory asks the rest of the house; each is asked when it is needed. */
export interface DirectorySources {
  /** Accepted and asked contacts: looked up by schedule, put again when they are away. */
  contacts: () => Uint8Array[]
  /** Identities whose inbox is kept here: their records are put again each day. */
  kept: () => Uint8Array[]
  /** Encoded Signed<CertificateBody> of the own identity: of devices in use, and of those whose device was revoked. */
  certificates: () => Promise<{ inUse: Uint8Array[], withdrawn: Uint8Array[] }>
  /** Encoded Signed<RevocationBody> of the own identity. */
  revocations: () => Promise<Uint8Array[]>
  /** The recovery hash of somebody, where it is known from elsewhere than the directory. */
  recoveryOf: (identity: Uint8Array) => Uint8Array | undefined
  /** What this node offers to anybody at present. */
  offers: () => Service[]
  /** Whether more mailboxes are wanted, and where to put candidates. */
  wantsMailboxes: () => boolean
  suggest: (places: PeerPlace[]) => void
}

export { createDirectory } from './directory.ts'
export { stalenessOf } from './record.ts'
export type { GivenUp } from './publisher.ts'
export type { DirectoryComponents, DirectoryInit } from './directory.ts'
export { loadRecordShelf } from './shelf.ts'
export type { RecordShelf } from './shelf.ts'
