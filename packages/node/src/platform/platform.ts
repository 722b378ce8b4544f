/**
 * What differs between Node and a page: files, paths, ciphers and the slow hash for passphrases. Reached as
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

/** An authenticated cipher under one key: the ciphertext is followed by a tag of 16 bytes. A wrong length of the nonce throws. */
export interface Aead {
  /** `room`: bytes left free before the ciphertext, for a header of the caller */
  seal (nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, room?: number): Uint8Array
  /** Undefined where the tag does not fit. */
  open (nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
}

/** What a message costs is mostly this: Node's own OpenSSL, without a hop to another thread; in a page noble and WebCrypto. */
export interface PlatformCrypto {
  /** draft-irtf-cfrg-xchacha-03: key 32 bytes, nonce 24. A wrong length of the key throws, here or at the first use. */
  xchacha20poly1305 (key: Uint8Array): Aead
  /** RFC 2104, for one key that may be used often */
  hmac (hash: 'sha256' | 'sha512', key: Uint8Array): (...data: Uint8Array[]) => Uint8Array
  /** RFC 8032. `seed` 32 bytes. */
  signEd25519 (seed: Uint8Array, bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** False for anything that is not a valid signature; never throws for bad bytes. */
  verifyEd25519 (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>
}

/** One address of one interface; `bits` of it are the network's. */
export interface InterfaceAddress { name: string, family: 4 | 6, address: string, bits: number }

/** The part of a WebSocket that we touch; all else is for libp2p. */
export interface OpenWebSocket { binaryType: string, close (code?: number, reason?: string): void }

/** A socket of UDP. */
export interface DatagramSocket {
  readonly port: number
  /** Handed to the network or lost: nobody is told. */
  send (bytes: Uint8Array, address: string, port: number): void
  close (): Promise<void>
}

/** Failures of the file system come as StoreError STORE_FULL or STORE_FAILED, with the cause and a hint. */
export interface Platform {
  readonly name: 'node' | 'browser'
  readonly crypto: PlatformCrypto

  /** What opens a profile without a passphrase: a file that only its owner reads, or a key that the browser keeps and gives to no script. */
  readonly ownKey: 'keyfile' | 'browser'
  /** The profile's own key as its key file holds it: as text, or sealed under the browser's key. */
  encodeOwnKey (profile: string, key: Uint8Array): Promise<Uint8Array>
  /** The key; undefined where the bytes are not such a key of this profile. */
  decodeOwnKey (profile: string, bytes: Uint8Array): Promise<Uint8Array | undefined>

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
  /** Own addresses on interfaces that are up, without loopback. Empty in a page, which is not told. */
  interfaces (): InterfaceAddress[]
  /** Tells when there may be a network again, or somebody looks at the page again; in Node never. @returns ends it */
  onReturn (listener: () => void): () => void
  /** Listens for datagrams at that port, or at another where it is taken; undefined in a page. `host`: an address of IPv4 or IPv6. */
  datagrams (host: string, port: number, onMessage: (bytes: Uint8Array, address: string, port: number) => void): Promise<DatagramSocket | undefined>
  /**
   * An open WebSocket (RFC 6455) that takes no message over `maxBytes`, and none that is compressed; undefined in a page, which has one of its own. `signal` gives it up.
   * @throws what the network says
   */
  webSocket (url: string, maxBytes: number, signal?: AbortSignal): Promise<OpenWebSocket | undefined>
  /** Bytes on the disk of all files under a directory; 0 where there is none. In a page: of all that this origin keeps. */
  diskUsage (directory: string): Promise<number>
  /** Bytes that may still be written on the disk of a path, which need not be there yet; undefined where that cannot be known. */
  diskFree (path: string): Promise<number | undefined>

  /** The name under which `level` opens the database at `location`; `prefix` goes before it in a page. */
  databaseName (location: string): { name: string, prefix: string }
  /**
   * Keeps other pages out of a database, as LevelDB keeps out other processes by itself. Ends with the page, however that ends.
   * @returns lets them in again. @throws StoreError PROFILE_IN_USE
   */
  lock (location: string): Promise<() => Promise<void>>
  /** Removes a directory that only Sotto writes to, with all that is in it. */
  removeDirectory (directory: string): Promise<void>
  /** Asks that what this node keeps is not thrown away when the disk is short of room. @returns whether that is so */
  keepStorage (): Promise<boolean>
}
