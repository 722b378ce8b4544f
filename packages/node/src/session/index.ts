/**
 * How a conversation is locked: an MLS group (RFC 9420) in which every device is a leaf. Nothing here does I/O; the
 * only importer of ts-mls. Spec: protocols/session/README.md.
 *
 * A `Session` is held in memory and changes with every call. Its owner persists `encode()` in the same batch as what the
 * call produced, and lets no byte leave before that batch is durable: a generation is then never used twice (SES-17).
 */
import { later } from '../late.ts'
import type * as Library from './create-session.ts'
import type { Clock } from '../components.ts'

/** MLS is much of what a page loads: it comes with the first conversation. */
const load: () => Promise<typeof Library> = later(async () => import('./create-session.ts'))

/** Who sits in a leaf, as verified: the signed credential in it (device.proto) and what it says. */
export interface Member {
  leaf: number
  /** 32 bytes, Ed25519 identity key */
  identity: Uint8Array
  /** 16 bytes */
  device: Uint8Array
  /** 32 bytes, the device's leaf key */
  leafKey: Uint8Array
  /** encoded Signed<CredentialBody> */
  credential: Uint8Array
}

export interface OwnLeaf {
  /** encoded Signed<CredentialBody> */
  credential: Uint8Array
  /** 32-byte Ed25519 seed of the leaf key */
  leafSeed: Uint8Array
}

/** A one-time KeyPackage: the public half goes to others, the private half stays in the store until used. */
export interface KeyPackagePair {
  /** encoded MLSMessage (mls_key_package) */
  publicPackage: Uint8Array
  /** opaque, for `join` */
  privatePackage: Uint8Array
}

export type Opened =
  /** An application message: who sealed it, and what it says. */
  | { kind: 'message', plaintext: Uint8Array, sender: Member }
  /** A commit was merged. What it changed at the tip: nothing where it lost against another branch. */
  | { kind: 'commit', sender: Member, added: Member[], removed: Member[], removedMe: boolean }
  /** It was opened before: harmless. */
  | { kind: 'duplicate' }
  /** Ahead of the branch we know: hold it, and try again after a commit. */
  | { kind: 'held' }
  /** Its keys are gone (pruned or beyond the window): ask for a repair by sync. */
  | { kind: 'lost' }
  /** Not for us, forged, or against the rules. */
  | { kind: 'rejected', reason: string }

export interface Sealed {
  /** encoded MLSMessage (PrivateMessage) */
  message: Uint8Array
  /** 16 bytes: the state that sealed it */
  branch: Uint8Array
  /** generation in the sender ratchet of that state */
  generation: number
}

/** A session for the store. Numbers and secrets of the newest message stand in the head, so it is written every time. */
export interface EncodedSession {
  head: Uint8Array
  /** branch (hex) → a state that the head names; the bytes under a branch never change */
  states: ReadonlyMap<string, Uint8Array>
}

export interface Session {
  /** 32 bytes, as its creator chose them */
  readonly groupId: Uint8Array
  /** 16 bytes that name the tip's state: first half of SHA-256 of the epoch authenticator. */
  readonly branch: Uint8Array
  readonly epoch: number
  /** This device was removed: `branch`, `epoch` are the last it had, sealing throws, mail on other branches still opens. */
  readonly removed: boolean
  /** Who sits in the tip. */
  members (): Member[]
  /**
   * Seals one application message under the tip.
   * @throws UsageError NOT_A_MEMBER once removed; so do update, add, remove and exporter
   */
  seal (plaintext: Uint8Array): Promise<Sealed>
  /** Opens a PrivateMessage that names `branch`. Never throws for what a peer did. */
  open (message: Uint8Array, branch: Uint8Array): Promise<Opened>
  /** A self-update commit (SES: epoch parity, first message). The session moves to it at once. */
  update (): Promise<Sealed>
  /** May this device commit an update now, and should it (a day, 200 own messages, first message)? */
  shouldUpdate (now: number): boolean
  /**
   * Adds devices (encoded KeyPackages); the Welcome is for them, the commit for the others. A device that sits here already
   * is replaced (it lost its state).
   * @throws PeerError, IntegrityError for a KeyPackage that does not hold; UsageError for one that may not be added
   */
  add (keyPackages: Uint8Array[]): Promise<{ commit: Sealed, welcome: Uint8Array }>
  /**
   * Removes leaves of our own identity, and any whose encoded Signed<RevocationBody> is given. Give the revocation for own
   * devices too: only that weighs more than whatever the removed device may commit from before (SES-14).
   * @throws UsageError BAD_ARGUMENT for a device that is not here or may not be removed
   */
  remove (devices: Uint8Array[], revocations?: Uint8Array[]): Promise<Sealed>
  /** RFC 9420 §8.5 exporter of the tip. */
  exporter (label: string, context: Uint8Array, length: number): Promise<Uint8Array>
  /** The whole state, for the store. */
  encode (): EncodedSession
}

export interface CreateSessionInit {
  own: OwnLeaf
  /** 32 bytes that no other session has */
  groupId: Uint8Array
  /** encoded KeyPackages of every other device */
  keyPackages: Uint8Array[]
  /** identities that may sit in this session (32 bytes each), besides our own; anything else is refused */
  identities: Uint8Array[]
  /** Unix milliseconds */
  now: number
  /** ages states and KeyPackages afterwards; the system's by default */
  clock?: Pick<Clock, 'now'>
}

export interface CreatedSession {
  session: Session
  /** for all that were added; undefined where there was nobody to add */
  welcome: Uint8Array | undefined
}

export interface JoinSessionInit {
  own: OwnLeaf
  welcome: Uint8Array
  /** all unused private packages of this device; the Welcome names the right one */
  keyPackages: KeyPackagePair[]
  identities: Uint8Array[]
  now: number
  clock?: Pick<Clock, 'now'>
}

export interface JoinedSession {
  session: Session
  /** the pair that the Welcome used up: its owner deletes it in the batch that stores the session */
  used: KeyPackagePair
}

export interface KeyPackageInit {
  own: OwnLeaf
  /** Unix milliseconds */
  now: number
}

export interface DecodeSessionInit {
  own: OwnLeaf
  /** instead of those stored */
  identities?: Uint8Array[]
  clock?: Pick<Clock, 'now'>
}

/**
 * A fresh one-time KeyPackage, good for 90 days.
 * @throws UsageError BAD_ARGUMENT where credential and seed are not of one device
 */
export async function createKeyPackage (init: KeyPackageInit): Promise<KeyPackagePair> {
  return (await load()).createKeyPackage(init)
}

/** @throws PeerError, IntegrityError for a KeyPackage that does not hold; UsageError for arguments of our own */
export async function createSession (init: CreateSessionInit): Promise<CreatedSession> {
  return (await load()).createSession(init)
}

/** @throws PeerError for a Welcome that is malformed or not for us, IntegrityError for one that does not hold */
export async function joinSession (init: JoinSessionInit): Promise<JoinedSession> {
  return (await load()).joinSession(init)
}

/** @throws StoreError STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER */
export async function decodeSession (encoded: EncodedSession, init: DecodeSessionInit): Promise<Session> {
  return (await load()).decodeSession(encoded, init)
}
