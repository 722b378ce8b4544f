/**
 * This device's inbox: its keys, its record, and what it saw. All in the table `ownInbox`.
 *
 * Invariants: the keys are durable before a record names them; a record's sequence only grows; an earlier key pair stays
 * readable when a new one is made.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { INBOX_RECORD_MS, INBOX_REFRESH_MS } from '../config.ts'
import { StoreError, UsageError } from '../errors.ts'
import { publicKeyOf, randomSeed } from '../identity/ed25519.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { encodePlace } from './place.ts'
import { issueInboxRecord, nextSequence, verifyInboxRecord } from './record.ts'
import { MAX_REQUEST_AGE_MS, CLOCK_SKEW_MS } from './request.ts'
import { inboxKeyHash, kemPair } from './seal.ts'
import type { Inbox } from './index.ts'
import type { KemPair } from './seal.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'

const KEYS = 1
const RECORD = 2
const NONCE = 3
const SPENT = 4
/** Key pairs that can still open requests: the present one and the one before. */
const MAX_KEY_PAIRS = 2
/** Nonces remembered: 64 slots filled anew each day for a month, and more. */
const MAX_NONCES = 4096

export interface InboxKeys extends KemPair {
  /** 32-byte Ed25519 seed of the inbox verify key */
  verifySeed: Uint8Array
  verifyKey: Uint8Array
  hash: Uint8Array
}

/** What a linked device is given by a primary one. */
export interface AdoptedInbox { record: Uint8Array, kemSeed: Uint8Array, verifySeed: Uint8Array }

async function inboxKeys (kemSeed: Uint8Array, verifySeed: Uint8Array): Promise<InboxKeys> {
  const pair = await kemPair(kemSeed)
  return { ...pair, verifySeed, verifyKey: publicKeyOf(verifySeed), hash: inboxKeyHash(pair.publicKey) }
}

function samePlaces (a: PeerPlace[], b: PeerPlace[]): boolean {
  const bytes = (places: PeerPlace[]): string => places.map(encodePlace).map(place => place?.addresses.map(bytesToHex).join(' ') ?? '').join('\n')
  return bytes(a) === bytes(b)
}

export class OwnInbox {
  readonly #components: Pick<Components, 'store' | 'clock' | 'own'>
  readonly #nonces = new Map<string, number>()
  readonly #adopted: AdoptedInbox | undefined
  #keys: InboxKeys[] = []
  #inbox: Inbox | undefined
  #loading: Promise<void> | undefined

  constructor (components: Pick<Components, 'store' | 'clock' | 'own'>, adopted: AdoptedInbox | undefined) {
    this.#components = components
    this.#adopted = adopted
  }

  async load (): Promise<void> {
    await (this.#loading ??= this.#load())
  }

  /** The newest first. */
  keys (): InboxKeys[] {
    return this.#keys
  }

  current (): InboxKeys {
    const [keys] = this.#keys
    if (keys === undefined) throw new UsageError('NO_IDENTITY', 'This device was given no inbox', { hint: 'Link it with a primary device.' })
    return keys
  }

  inbox (): Inbox | undefined {
    return this.#inbox
  }

  async #load (): Promise<void> {
    const { store, clock, own } = this.#components
    for await (const { value } of store.range({ ...keyRange(tables.ownInbox, KEYS), reverse: true, limit: MAX_KEY_PAIRS })) {
      if (value.byteLength !== 64) throw new StoreError('STORE_DAMAGED', 'The inbox keys are damaged')
      this.#keys.push(await inboxKeys(value.slice(0, 32), value.slice(32)))
    }
    const record = await store.get(key(tables.ownInbox, RECORD))
    this.#inbox = record === undefined ? undefined : await verifyInboxRecord(record, clock.now())
    for await (const { key: at, value } of store.range(keyRange(tables.ownInbox, NONCE))) this.#nonces.set(bytesToHex(at.slice(-16)), readTime(value))
    if (this.#adopted !== undefined) await this.#adopt(this.#adopted)
    else if (this.#keys.length === 0 && own.identitySeed !== undefined) await this.#addKeys(randomSeed(), randomSeed(), [])
  }

  async #addKeys (kemSeed: Uint8Array, verifySeed: Uint8Array, record: Array<{ type: 'put', key: Uint8Array, value: Uint8Array }>): Promise<void> {
    const { store, clock } = this.#components
    const keys = await inboxKeys(kemSeed, verifySeed)
    await store.batch([{ type: 'put', key: key(tables.ownInbox, KEYS, clock.now()), value: concat([kemSeed, verifySeed]) }, ...record])
    this.#keys = [keys, ...this.#keys].slice(0, MAX_KEY_PAIRS)
  }

  async #adopt ({ record, kemSeed, verifySeed }: AdoptedInbox): Promise<void> {
    const { clock, own, store } = this.#components
    const inbox = await verifyInboxRecord(record, clock.now())
    if (inbox === undefined || !equals(inbox.identity, own.identity)) throw new UsageError('BAD_ARGUMENT', 'The inbox is not of this identity')
    if (this.#inbox !== undefined && this.#inbox.sequence >= inbox.sequence) return
    const put = { type: 'put' as const, key: key(tables.ownInbox, RECORD), value: record }
    if (this.#keys[0] !== undefined && equals(this.#keys[0].seed, kemSeed)) await store.batch([put])
    else await this.#addKeys(kemSeed, verifySeed, [put])
    this.#inbox = inbox
  }

  /** Signs a new record where the places changed or the old one nears its end. @returns whether there is a new one */
  async refresh (places: PeerPlace[]): Promise<boolean> {
    const { own, clock, store } = this.#components
    const now = clock.now()
    const last = this.#inbox
    const [keys] = this.#keys
    if (keys === undefined) return false
    if (last !== undefined) {
      const fits = samePlaces(last.places, places) && equals(last.inboxKey, keys.publicKey)
      if (fits && last.notAfter * 1000 - now > INBOX_REFRESH_MS) return false
    }
    if (own.identitySeed === undefined) return false // kept as it was given
    const record = await issueInboxRecord({
      identitySeed: own.identitySeed,
      identity: own.identity,
      sequence: nextSequence(last?.sequence ?? 0, now),
      notAfter: Math.floor((now + INBOX_RECORD_MS) / 1000),
      inboxKey: keys.publicKey,
      inboxVerifyKey: keys.verifyKey,
      places,
      recoveryHash: own.recoveryHash
    })
    await store.batch([{ type: 'put', key: key(tables.ownInbox, RECORD), value: record }])
    this.#inbox = await verifyInboxRecord(record, now)
    return true
  }

  #nonceId (identity: Uint8Array, nonce: Uint8Array): Uint8Array {
    return this.#components.store.blind(identity, nonce)
  }

  /** INT-16: whether this request was handed on before. */
  seen (identity: Uint8Array, nonce: Uint8Array): boolean {
    return this.#nonces.has(bytesToHex(this.#nonceId(identity, nonce)))
  }

  /** Whether another request came with this invite token. */
  async spent (invite: string, nonce: Uint8Array): Promise<boolean> {
    const value = await this.#components.store.get(this.#spentKey(invite))
    return value !== undefined && !equals(value.subarray(8), nonce)
  }

  #spentKey (invite: string): Uint8Array {
    return key(tables.ownInbox, SPENT, this.#components.store.blind(new TextEncoder().encode(invite)))
  }

  /** Remembers a request that was handed on, and the invite that it came with; forgets what can no longer come back. */
  async remember (identity: Uint8Array, nonce: Uint8Array, invite: { id: string, notAfter: number } | undefined): Promise<void> {
    const { store, clock } = this.#components
    const id = this.#nonceId(identity, nonce)
    const now = clock.now()
    const gone = [...this.#nonces].filter(([, time]) => time < now - MAX_REQUEST_AGE_MS - CLOCK_SKEW_MS).map(([old]) => old)
    const over = [...this.#nonces].sort(([, a], [, b]) => a - b).slice(0, Math.max(0, this.#nonces.size - gone.length - MAX_NONCES + 1)).map(([old]) => old)
    const forget = new Set([...gone, ...over])
    await store.batch([
      { type: 'put', key: key(tables.ownInbox, NONCE, id), value: writeTime(now) },
      ...[...forget].map(old => ({ type: 'del' as const, key: key(tables.ownInbox, NONCE, hexToBytes(old)) })),
      ...(invite === undefined ? [] : [{ type: 'put' as const, key: this.#spentKey(invite.id), value: concat([writeTime(invite.notAfter), nonce]) }])
    ])
    this.#nonces.set(bytesToHex(id), now)
    for (const old of forget) this.#nonces.delete(old)
  }

  /** Deletes spent invites that have expired: they are refused by date. */
  async tidy (): Promise<void> {
    const { store, clock } = this.#components
    const expired: Uint8Array[] = []
    for await (const { key: at, value } of store.range(keyRange(tables.ownInbox, SPENT))) if (readTime(value) <= clock.now()) expired.push(at)
    if (expired.length > 0) await store.batch(expired.map(at => ({ type: 'del', key: at })))
  }
}

function writeTime (time: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time))
  return bytes
}

function readTime (bytes: Uint8Array): number {
  return bytes.byteLength < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
}
