/**
 * Puts the own record: reads what stands there, merges, signs, checks, puts, counts, reads back (DIR-7, DIR-11).
 *
 * Invariants: one put at a time; nothing is put that the own rules refuse; a sequence only grows.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { routingKey } from '@sotto/protocols/directory'
import { INBOX_KEY_BYTES } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { DIRECTORY_RECORD_MS, DIRECTORY_RESIGN_MS } from '../config.ts'
import { UnreachableError, UsageError } from '../errors.ts'
import { publicKeyOf } from '../identity/ed25519.ts'
import { verifyMove } from '../identity/move.ts'
import { issueInboxRecord, nextSequence } from '../introduction/record.ts'
import { compareEntries, issueDirectoryRecord, openDirectoryRecord, union } from './record.ts'
import type { DirectoryEntry, DirectorySources, Found, Published } from './index.ts'
import type { Resolver } from './resolver.ts'
import type { RecordShelf } from './shelf.ts'
import type { Components } from '../components.ts'
import type { Inbox } from '../introduction/index.ts'

export interface PublisherComponents extends Pick<Components, 'network' | 'clock' | 'own'> {
  records: RecordShelf
  resolver: Resolver
  inbox: () => Promise<Inbox>
  certificates: DirectorySources['certificates']
  /** encoded Signed<RevocationBody> of the own identity */
  revocations: () => Promise<Uint8Array[]>
}

/** Rounds of read, merge, sign and put, where another primary device writes at the same time. */
const MAX_ROUNDS = 3

export interface PublisherInit {
  /** the identity came back from its phrase */
  lost: boolean
  /** Unix milliseconds when it did; 0: never on this device */
  restored: number
}

/** An identity that was given up: its key still signs the record that says so. */
export interface GivenUp { identitySeed: Uint8Array, move: Uint8Array }

/** The length of an X-Wing key: nobody can be asked under an identity that was given up. */
const NO_INBOX_KEY = new Uint8Array(INBOX_KEY_BYTES)

export class Publisher {
  readonly #c: PublisherComponents
  readonly #init: PublisherInit
  #busy: Promise<unknown> = Promise.resolve()

  constructor (components: PublisherComponents, init: PublisherInit) {
    this.#c = components
    this.#init = init
    components.records.follow(components.own.identity)
  }

  /** @throws UnreachableError where nobody stores it */
  async publish (signal?: AbortSignal): Promise<Published> {
    const running = this.#busy.then(async () => this.#publish(signal))
    this.#busy = running.catch(() => {}) // the caller hears of it
    return running
  }

  /** Puts the record of somebody else as it stands: its owner's signature and date remain (DIR-12). @returns how many store it */
  async putAgain (entry: DirectoryEntry, signal?: AbortSignal): Promise<number> {
    const { network, records } = this.#c
    const at = routingKey(entry.identity)
    await records.validate(at, entry.bytes)
    return (await network.dht.put(at, entry.bytes, signal === undefined ? {} : { signal })).length
  }

  /** DIR-21: signs and puts the record of an identity that was given up. @returns how many store it */
  async publishMove ({ identitySeed, move }: GivenUp, signal?: AbortSignal): Promise<number> {
    const { clock, records, resolver } = this.#c
    const identity = publicKeyOf(identitySeed)
    const now = clock.now()
    const before = await resolver.resolve(identity, signal)
    const verified = await verifyMove(move)
    if (verified === undefined) throw new UsageError('BAD_ARGUMENT', 'the move does not hold')
    if (before?.move !== undefined && before.expires - now > DIRECTORY_RECORD_MS - DIRECTORY_RESIGN_MS) return this.putAgain(before, signal)
    const sequence = Math.max((before?.sequence ?? 0) + 1, (records.sequence(identity) ?? 0) + 1, Math.floor(now / 1000))
    const inbox = await issueInboxRecord({
      identitySeed,
      identity,
      sequence: nextSequence(before?.inbox.sequence ?? 0, now),
      notAfter: Math.floor((now + DIRECTORY_RECORD_MS) / 1000),
      inboxKey: NO_INBOX_KEY,
      inboxVerifyKey: new Uint8Array(32),
      places: [],
      recoveryHash: verified.recoveryHash
    })
    const bytes = await issueDirectoryRecord({ identitySeed, sequence, now, inbox, certificates: [], revocations: before?.revocations ?? [], lost: true, move })
    const entry = await openDirectoryRecord(routingKey(identity), bytes, now)
    if (typeof entry === 'string') throw new UsageError('BAD_ARGUMENT', `the record of the move is not valid: ${entry}`)
    return this.putAgain(entry, signal)
  }

  async #publish (signal: AbortSignal | undefined): Promise<Published> {
    const { clock, own, resolver } = this.#c
    let before = await resolver.resolve(own.identity, signal)
    for (let round = 1; ; round++) {
      const entry = await this.#next(before)
      const replicas = await this.putAgain(entry, signal)
      const after = await resolver.resolve(own.identity, signal)
      const isOurs = after !== undefined && equals(after.bytes, entry.bytes)
      // another primary device was faster: what it says must not be lost
      if (!isOurs && after !== undefined && compareEntries(after, entry) > 0 && round < MAX_ROUNDS) {
        before = after
        continue
      }
      if (replicas === 0) throw new UnreachableError('UNREACHABLE', 'nobody keeps the directory record', { hint: 'It is tried again.' })
      return { time: clock.now(), sequence: entry.sequence, replicas, confirmations: isOurs ? after.confirmations : 0 }
    }
  }

  /** What to put: the record that stands where it says all there is to say, else a new one. */
  async #next (before: Found | undefined): Promise<DirectoryEntry> {
    const { clock, own, records } = this.#c
    const now = clock.now()
    if (own.identitySeed === undefined) {
      if (before === undefined || before.expires <= now) throw new UsageError('NO_IDENTITY', 'this device cannot sign for the identity, and no record of it is known')
      return before // a linked device keeps alive what a primary one said
    }
    // DIR-20: with the recovery key it was given up elsewhere; this device says nothing more in its name
    if (before?.move !== undefined) return before
    const inbox = await this.#c.inbox()
    const { inUse, withdrawn } = await this.#c.certificates()
    const wanted = {
      // another primary device may have the newer inbox
      inbox: before !== undefined && before.inbox.sequence > inbox.sequence ? before.inbox.record : inbox.record,
      certificates: without(union(inUse.map(bytes => sha256(bytes)), before?.certificates ?? []), withdrawn.map(bytes => sha256(bytes))),
      revocations: union(before?.revocations ?? [], (await this.#c.revocations()).map(bytes => sha256(bytes))),
      lost: this.#init.lost || before?.lost === true,
      restored: Math.max(Math.floor(this.#init.restored / 1000) * 1000, before?.restored ?? 0)
    }
    if (before !== undefined && now - before.time < DIRECTORY_RESIGN_MS && before.time <= now && says(before, wanted)) return before
    const last = Math.max(before?.sequence ?? 0, records.sequence(own.identity) ?? 0)
    const bytes = await issueDirectoryRecord({ ...wanted, identitySeed: own.identitySeed, now, sequence: Math.max(last + 1, Math.floor(now / 1000)) })
    const entry = await openDirectoryRecord(routingKey(own.identity), bytes, now)
    if (typeof entry === 'string') throw new UsageError('BAD_ARGUMENT', `the own record is not valid: ${entry}`)
    return entry
  }
}

function without (hashes: readonly Uint8Array[], gone: readonly Uint8Array[]): Uint8Array[] {
  return hashes.filter(hash => !gone.some(one => equals(one, hash)))
}

function says (entry: DirectoryEntry, wanted: Pick<DirectoryEntry, 'certificates' | 'revocations' | 'lost' | 'restored'> & { inbox: Uint8Array }): boolean {
  const same = (a: Uint8Array[], b: Uint8Array[]): boolean => a.length === b.length && a.every((hash, i) => equals(hash, b[i] ?? hash.subarray(1)))
  return equals(entry.inbox.record, wanted.inbox) && entry.lost === wanted.lost && entry.restored === wanted.restored && same(union(entry.certificates, wanted.certificates), entry.certificates) && entry.certificates.length <= wanted.certificates.length && same(union(entry.revocations, wanted.revocations), entry.revocations)
}
