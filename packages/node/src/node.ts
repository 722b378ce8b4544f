/** Composition root: builds the parts, starts and stops them, decides nothing. */
import type { DeviceId, IdentityId, Messenger } from './api.ts'

export interface ProfileInit {
  /** directory of the profile (Node) or name of the database (page) */
  profile: string
  /** undefined: a key file beside the store, mode 0600 */
  passphrase?: string
  name?: string
}

export interface RestoreInit extends ProfileInit { phrase: string }

export interface NodeInit {
  profile: string
  passphrase?: string
  /** public: joins the public IPFS DHT. local: only what is given, and the LAN */
  network?: 'public' | 'local'
  bootstrap?: string[]
  listen?: string[]
  mailbox?: 'off' | 'contacts' | 'volunteer'
  mailboxBytes?: number
  /** a resident personal node: serves as relay and mailbox */
  resident?: boolean
  signal?: AbortSignal
  onProgress?: (line: string) => void
}

export interface SottoNode extends Messenger {
  readonly id: IdentityId
  readonly device: DeviceId
  readonly peerId: string
  addresses (): string[]
  stop (): Promise<void>
}

/** New identity and device in an empty profile. @throws UsageError IDENTITY_EXISTS; StoreError */
export declare function initProfile (init: ProfileInit): Promise<{ id: IdentityId, device: DeviceId, phrase: string, profile: string, atRest: 'passphrase' | 'keyfile' }>
/** Identity from the phrase, as a new device. @throws UsageError BAD_PHRASE, IDENTITY_EXISTS */
export declare function restoreProfile (init: RestoreInit): Promise<{ id: IdentityId, device: DeviceId, profile: string }>
/** Whether `profile` holds an identity. Opens nothing. */
export declare function profileExists (profile: string): Promise<boolean>
/** Opens the profile and starts. @throws StoreError PROFILE_IN_USE, WRONG_PASSPHRASE, …; UsageError NO_IDENTITY */
export declare function createNode (init: NodeInit): Promise<SottoNode>
