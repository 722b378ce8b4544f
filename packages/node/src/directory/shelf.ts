/**
 * The best record that was ever seen of each identity: what a DHT server keeps and a reader believes is measured by it.
 * kad-dht takes an older record for a newer one without asking; this is what refuses (DIR-4).
 *
 * Invariants: a best is durable before it is taken; it only rises; records of those who are followed are kept whole and
 * never forgotten; of strangers at most `limit` sequences, those nearest to this node in the DHT.
 */
import { DIRECTORY_NAMESPACE, identityOfKey, MAX_IPNS_BYTES, MAX_SEQUENCE_JUMP, routingKey } from '@sotto/protocols/directory'
import { sha256 } from '@noble/hashes/sha2.js'
import { TypedEventEmitter } from 'main-event'
import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { MAX_FOLLOWED, MAX_SEQUENCES } from '../config.ts'
import { IntegrityError, LimitError } from '../errors.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { openDirectoryRecord } from './record.ts'
import type { DirectoryEntry, DirectoryEvents } from './index.ts'
import type { Components } from '../components.ts'
import type { RecordRules } from '../network/index.ts'
import type { StoreOp } from '../store/index.ts'

interface Best {
  identity: Uint8Array
  sequence: number
  expires: number
  /** SHA-256 of the record */
  digest: Uint8Array
  /** recovery hash of the first record that was seen: it never changes; undefined in rows of an earlier version */
  recovery?: Uint8Array
  /** whom the identity moved to, where it did */
  successor?: Uint8Array
  /** Unix milliseconds of the day it came */
  seen: number
  /** the record, of those who are followed */
  bytes?: Uint8Array
}

export interface ShelfInit {
  /** 32-byte public key of the own PeerId: strangers far from it are forgotten first */
  peerKey: Uint8Array
  /** strangers whose sequence is remembered. Default MAX_SEQUENCES */
  limit?: number
}

/** With its distance from this node in the DHT: the first six bytes of it are enough to compare by. */
interface Kept extends Best { distance: number }

type ShelfComponents = Pick<Components, 'store' | 'clock' | 'logger'>
type Rank = Pick<Best, 'sequence' | 'expires' | 'digest'> & { successor?: Uint8Array | undefined }

export class RecordShelf extends TypedEventEmitter<Pick<DirectoryEvents, 'record:change'>> implements RecordRules {
  readonly namespace = DIRECTORY_NAMESPACE
  readonly #c: ShelfComponents
  readonly #limit: number
  readonly #near: Uint8Array
  readonly #best = new Map<string, Kept>()
  readonly #followed = new Set<string>()
  /** one at a time for each identity */
  readonly #busy = new Map<string, Promise<unknown>>()
  #strangers = 0
  /** The recovery hash of somebody as it is known from elsewhere: a session, an earlier inbox. */
  recoveryOf: (identity: Uint8Array) => Uint8Array | undefined = () => undefined

  constructor (components: ShelfComponents, init: ShelfInit) {
    super()
    this.#c = components
    this.#limit = init.limit ?? MAX_SEQUENCES
    this.#near = sha256(routingKey(init.peerKey).slice('/ipns/'.length)) // where kad-dht sees this node
  }

  async load (): Promise<void> {
    for await (const { value } of this.#c.store.range(keyRange(tables.directory))) {
      const best = decodeRecord<Best>(value)
      this.#best.set(name(best.identity), { ...best, distance: this.#distance(best.identity) })
      if (best.bytes === undefined) this.#strangers++
      else this.#followed.add(name(best.identity))
    }
  }

  /** How many identities are remembered, and how many of them are strangers. */
  get size (): { all: number, strangers: number } {
    return { all: this.#best.size, strangers: this.#strangers }
  }

  /** From now on the record of this identity is kept. False where there are too many. */
  follow (identity: Uint8Array): boolean {
    const id = name(identity)
    if (this.#followed.has(id)) return true
    if (this.#followed.size >= MAX_FOLLOWED) return false
    this.#followed.add(id)
    return true
  }

  /** Forgets whom nobody follows any more. */
  async followOnly (identities: readonly Uint8Array[]): Promise<void> {
    const wanted = new Set(identities.map(name))
    const leaving = [...this.#followed].filter(id => !wanted.has(id))
    const known = leaving.flatMap(id => this.#best.get(id) ?? [])
    await this.#c.store.batch(known.map(best => ({ type: 'del', key: this.#row(best.identity) })))
    for (const id of leaving) this.#followed.delete(id)
    for (const best of known) {
      if (best.bytes === undefined) this.#strangers--
      this.#best.delete(name(best.identity))
    }
  }

  isFollowed (identity: Uint8Array): boolean {
    return this.#followed.has(name(identity))
  }

  /** Whether the record itself is here, not only its sequence. */
  isKept (identity: Uint8Array): boolean {
    return this.#best.get(name(identity))?.bytes !== undefined
  }

  /** The best record of somebody who is followed. */
  async entry (identity: Uint8Array): Promise<DirectoryEntry | undefined> {
    const bytes = this.#best.get(name(identity))?.bytes
    const entry = bytes === undefined ? undefined : await openDirectoryRecord(routingKey(identity), bytes, this.#c.clock.now())
    return typeof entry === 'object' ? entry : undefined
  }

  /** Unix milliseconds when the best record of an identity came; 0 where none did. */
  seen (identity: Uint8Array): number {
    return this.#best.get(name(identity))?.seen ?? 0
  }

  /** The highest sequence seen of an identity; undefined where none was. */
  sequence (identity: Uint8Array): number | undefined {
    return this.#best.get(name(identity))?.sequence
  }

  async validate (at: Uint8Array, value: Uint8Array): Promise<void> {
    const identity = identityOfKey(at)
    // DIR-2: length before anything that costs
    if (identity === undefined || value.byteLength > MAX_IPNS_BYTES) throw new IntegrityError('BAD_SIGNATURE', 'no directory record')
    const id = name(identity)
    const running = (this.#busy.get(id) ?? Promise.resolve()).then(async () => this.#take(at, identity, value))
    const settled = running.catch(() => {}) // the caller hears of it
    this.#busy.set(id, settled)
    try {
      await running
    } finally {
      if (this.#busy.get(id) === settled) this.#busy.delete(id)
    }
  }

  select (at: Uint8Array, values: Uint8Array[]): number {
    // all passed validate(): the best of them is the one that is known
    const best = this.#best.get(name(identityOfKey(at) ?? new Uint8Array()))
    const found = values.findIndex(value => best !== undefined && equals(sha256(value), best.digest))
    return Math.max(0, found)
  }

  async #take (at: Uint8Array, identity: Uint8Array, value: Uint8Array): Promise<void> {
    const now = this.#c.clock.now()
    const best = this.#best.get(name(identity))
    const digest = sha256(value)
    const isSame = best !== undefined && equals(best.digest, digest)
    if (isSame && best.expires > now && (best.bytes !== undefined || !this.isFollowed(identity))) return
    const entry = await openDirectoryRecord(at, value, now)
    if (typeof entry === 'string') throw new IntegrityError('BAD_SIGNATURE', entry)
    if (entry.expires <= now) throw new IntegrityError('REPLAYED', 'the record has expired')
    const successor = entry.move?.successor
    // DIR-19: a recovery hash never changes; who holds the identity's key alone cannot bring another
    const recovery = this.recoveryOf(identity) ?? best?.recovery
    if (recovery !== undefined && !equals(recovery, entry.inbox.recoveryHash)) throw new IntegrityError('BAD_SIGNATURE', 'another recovery hash is known')
    if (best?.successor !== undefined && successor !== undefined && !equals(best.successor, successor)) throw new IntegrityError('REPLAYED', 'another move was seen first')
    if (best !== undefined && !isSame && !supersedes({ ...entry, digest, successor }, best)) throw new IntegrityError('REPLAYED', 'a newer record is known')
    // DIR-5: a number far ahead would lock out every later record
    if (entry.sequence > Math.max(best?.sequence ?? 0, Math.floor(now / 1000)) + MAX_SEQUENCE_JUMP) throw new IntegrityError('REPLAYED', 'the sequence jumps')
    await this.#keep(entry, digest, best)
    if (!isSame) this.safeDispatchEvent('record:change', { detail: { entry } })
  }

  async #keep ({ identity, sequence, expires, bytes, inbox, move }: DirectoryEntry, digest: Uint8Array, before: Kept | undefined): Promise<void> {
    const isFollowed = this.isFollowed(identity)
    const ops: StoreOp[] = before === undefined && !isFollowed ? this.#makeRoom(identity) : []
    const best: Best = { identity, sequence, expires, digest, recovery: inbox.recoveryHash, ...(move === undefined ? {} : { successor: move.successor }), seen: this.#c.clock.now(), ...(isFollowed ? { bytes } : {}) }
    await this.#c.store.batch([...ops, { type: 'put', key: this.#row(identity), value: encodeRecord(best) }])
    if (before !== undefined && before.bytes === undefined) this.#strangers--
    if (!isFollowed) this.#strangers++
    this.#best.set(name(identity), { ...best, distance: before?.distance ?? this.#distance(identity) })
  }

  /** @throws LimitError where all strangers that are remembered are nearer to this node */
  #makeRoom (identity: Uint8Array): StoreOp[] {
    if (this.#strangers < this.#limit) return []
    const now = this.#c.clock.now()
    const strangers = [...this.#best.values()].filter(best => best.bytes === undefined)
    const expired = strangers.filter(best => best.expires <= now)
    const farthest = strangers.reduce((a, b) => a.distance >= b.distance ? a : b)
    if (expired.length === 0 && this.#distance(identity) >= farthest.distance) {
      throw new LimitError('LIMIT_EXCEEDED', 'too many records, all of them nearer')
    }
    const leaving = expired.length > 0 ? expired : [farthest]
    for (const best of leaving) this.#best.delete(name(best.identity))
    this.#strangers -= leaving.length
    return leaving.map(best => ({ type: 'del', key: this.#row(best.identity) }))
  }

  #distance (identity: Uint8Array): number {
    return sha256(routingKey(identity)).subarray(0, 6).reduce((sum, byte, i) => sum * 256 + (byte ^ (this.#near[i] ?? 0)), 0)
  }

  #row (identity: Uint8Array): Uint8Array {
    return key(tables.directory, this.#c.store.blind(identity))
  }
}

/** DIR-6, DIR-18, by digests: bytes of strangers are not kept. */
function supersedes (a: Rank, b: Rank): boolean {
  return (Number(a.successor !== undefined) - Number(b.successor !== undefined) || a.sequence - b.sequence || a.expires - b.expires || compare(a.digest, b.digest)) > 0
}

function name (identity: Uint8Array): string {
  return toString(identity, 'hex')
}

export async function loadRecordShelf (components: ShelfComponents, init: ShelfInit): Promise<RecordShelf> {
  const shelf = new RecordShelf(components, init)
  await shelf.load()
  return shelf
}
