/**
 * What differs between Node and a page: files, paths, and the slow hash for passphrases. Reached as
 * `import { platform } from '#platform'`; the only place for `node:*` and `window`.
 */

/** Cost of Argon2id (RFC 9106 §3.1). */
export interface Argon2Params {
  /** memory, KiB */
  memory: number
  /** iterations */
  passes: number
  /** degree of parallelism */
  lanes: number
}

/** Bytes of a tiny file, and whether others than its owner may read it. */
export interface SmallFile { bytes: Uint8Array, isPrivate: boolean }

/** Failures of the file system come as StoreError STORE_FULL or STORE_FAILED, with the cause and a hint. */
export interface Platform {
  readonly name: 'node' | 'browser'

  /** 32 bytes by Argon2id, version 0x13. `secret` is what a person typed, as UTF-8. */
  argon2id (secret: Uint8Array, salt: Uint8Array, params: Argon2Params): Promise<Uint8Array>

  /** The directory that holds this person's profile where none is named: `$XDG_DATA_HOME/sotto` and its kin. */
  defaultProfile (): string
  /** The absolute path with symbolic links resolved, as far as it exists: two names of one profile become the same. */
  resolvePath (path: string): Promise<string>
  joinPath (...parts: string[]): string

  exists (path: string): Promise<boolean>
  /** Names in a directory, sorted; empty where there is no such directory. */
  list (directory: string): Promise<string[]>
  /** Creates it with its parents, mode 0700; one that is there keeps its mode. */
  makeDirectory (directory: string): Promise<void>
  /** Undefined where there is none. @throws StoreError STORE_FOREIGN over `maxBytes` or not a file */
  readSmallFile (path: string, maxBytes: number): Promise<SmallFile | undefined>
  /** Whole or not at all, and on the disk when it resolves: temporary file, sync, rename, sync of the directory. Mode 0600. */
  writeSmallFile (path: string, bytes: Uint8Array): Promise<void>
  /** Takes reading from others (mode 0600). */
  makePrivate (path: string): Promise<void>
  /** Nothing happens where there is none. */
  removeFile (path: string): Promise<void>
  /** Bytes on the disk of all files under a directory; 0 where there is none. */
  diskUsage (directory: string): Promise<number>
}
