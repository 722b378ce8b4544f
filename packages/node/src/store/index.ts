/**
 * The encrypted store of one profile: ordered keys, sealed values, atomic synced batches.
 *
 * Values are sealed with XChaCha20-Poly1305 under the profile's data key, bound to their key. Keys are structured
 * (a table number, blinded ids, big-endian numbers) and carry no id, name or text: see `keys.ts`.
 * Spec: protocols/conventions.md "At rest".
 */

export type StoreOp =
  | { type: 'put', key: Uint8Array, value: Uint8Array }
  | { type: 'del', key: Uint8Array }

export interface StoreRange {
  gte?: Uint8Array
  gt?: Uint8Array
  lt?: Uint8Array
  lte?: Uint8Array
  reverse?: boolean
  limit?: number
}

export interface Store {
  /** The value, or undefined. @throws StoreError STORE_DAMAGED where the seal does not open */
  get (key: Uint8Array): Promise<Uint8Array | undefined>
  /** Entries in key order; a snapshot as of the call. */
  range (range: StoreRange): AsyncIterable<{ key: Uint8Array, value: Uint8Array }>
  /**
   * Applies all operations or none, synced to disk when it resolves. Concurrent calls are joined into one write, in the
   * order of the calls (group commit). @throws StoreError STORE_FULL, STORE_FAILED: nothing is applied
   * then, unless the store closed for good, which the next call shows (STORE_CLOSED); then the next start shows it (REST-5)
   */
  batch (ops: readonly StoreOp[]): Promise<void>
  /** 16 bytes that stand for `parts` in a key: a keyed hash, so that the disk does not show the id. */
  blind (...parts: Uint8Array[]): Uint8Array
  close (): Promise<void>
  /** Aborts, with a StoreError as its reason, when the disk made the store close for good: nothing works until the next start. */
  readonly failed: AbortSignal
}

export { openStore } from './level-store.ts'
export type { OpenStoreInit } from './level-store.ts'
export { key, keyRange, tables } from './keys.ts'
export { checkPassphrase, createProfile, openProfile, profileExists, removeProfile, rewrapProfile } from './profile.ts'
export type { CreateProfileInit, OpenedProfile, OpenProfileInit, RewrapProfileInit } from './profile.ts'
