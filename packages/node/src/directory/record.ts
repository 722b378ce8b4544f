/** Directory records: signed by their identity, verified in one place. DIR-1 to DIR-6. */
import { decodeValue, DirectoryRecord, DIRECTORY_VERSION, encodeValue, identityOfKey, MAX_CERTIFICATE_HASHES, MAX_DIRECTORY_BYTES, MAX_REVOCATION_HASHES } from '@sotto/protocols/directory'
import { sha256 } from '@noble/hashes/sha2.js'
import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { DIRECTORY_RECORD_MS, DIRECTORY_SKEW_MS, DIRECTORY_STALE_MS } from '../config.ts'
import { LimitError } from '../errors.ts'
import { verifyMove } from '../identity/move.ts'
import { verifyInboxRecord } from '../introduction/record.ts'
import { openIpns, signIpns } from './ipns.ts'
import type { DirectoryEntry, Staleness } from './index.ts'

export interface DirectoryRecordInit {
  /** 32 bytes, Ed25519 seed of the identity */
  identitySeed: Uint8Array
  sequence: number
  /** Unix milliseconds */
  now: number
  /** encoded Signed<InboxRecordBody> */
  inbox: Uint8Array
  certificates: Uint8Array[]
  /** the latest last */
  revocations: Uint8Array[]
  lost: boolean
  /** Unix milliseconds when the identity last came back from its phrase. Default 0: never */
  restored?: number
  /** encoded Move of this identity */
  move?: Uint8Array
}

/** An IPNS record, good for DIRECTORY_RECORD_MS. Of revocations that do not fit, the earliest are left out: readers keep what they saw. */
export async function issueDirectoryRecord (init: DirectoryRecordInit): Promise<Uint8Array> {
  const record = DirectoryRecord.encode({
    version: DIRECTORY_VERSION,
    time: Math.floor(init.now / 1000),
    inbox: init.inbox,
    certificates: init.certificates.slice(0, MAX_CERTIFICATE_HASHES),
    revocations: init.revocations.slice(-MAX_REVOCATION_HASHES),
    lost: init.lost,
    move: init.move ?? new Uint8Array(0),
    restored: Math.floor((init.restored ?? 0) / 1000)
  })
  if (record.byteLength > MAX_DIRECTORY_BYTES) throw new LimitError('LIMIT_EXCEEDED', 'the directory record is too large')
  return signIpns(init.identitySeed, { value: encodeValue(record), sequence: init.sequence, expires: init.now + DIRECTORY_RECORD_MS })
}

/** The record of a DHT key, or why it is none. Its date and its sequence are judged elsewhere. */
export async function openDirectoryRecord (key: Uint8Array, bytes: Uint8Array, now: number): Promise<DirectoryEntry | string> {
  const identity = identityOfKey(key)
  if (identity === undefined) return 'not a key of an identity'
  const ipns = await openIpns(identity, bytes)
  if (ipns === undefined) return 'not an IPNS record signed by this identity'
  const record = decodeValue(ipns.value)
  if (record === undefined) return 'not a directory record'
  const inbox = await verifyInboxRecord(record.inbox, now)
  // DIR-3: signed well, but of somebody else
  if (inbox === undefined || !equals(inbox.identity, identity)) return 'its inbox is not of this identity'
  const { sequence, expires } = ipns
  if (expires > now + DIRECTORY_RECORD_MS + DIRECTORY_SKEW_MS) return 'good for too long'
  const move = record.move.byteLength === 0 ? undefined : await verifyMove(record.move)
  // DIR-17: of this identity, and by the recovery key that its records name
  const isOwn = move !== undefined && equals(move.identity, identity) && equals(move.recoveryHash, inbox.recoveryHash)
  if (record.move.byteLength > 0 && !isOwn) return 'its move is not of this identity'
  const { certificates, revocations, lost } = record
  return { identity, sequence, time: record.time * 1000, expires, inbox, certificates, revocations, lost, restored: record.restored * 1000, move, bytes }
}

type Compared = Pick<DirectoryEntry, 'sequence' | 'expires' | 'bytes' | 'move'>

/** Which of two records of an identity stands: the same for all who compare them (DIR-6, DIR-18). Positive where `a` does. */
export function compareEntries (a: Compared, b: Compared): number {
  return Number(a.move !== undefined) - Number(b.move !== undefined) || a.sequence - b.sequence || a.expires - b.expires || compare(sha256(a.bytes), sha256(b.bytes))
}

/** DIR-10: whether a record may be outdated, and why. */
export function stalenessOf (entry: Pick<DirectoryEntry, 'time' | 'expires'>, confirmations: number, now: number): Staleness | undefined {
  if (entry.expires <= now) return 'expired'
  if (confirmations === 0) return 'unconfirmed'
  return now - entry.time > DIRECTORY_STALE_MS ? 'old' : undefined
}

/** Every hash of both lists, once, in order. */
export function union (a: readonly Uint8Array[], b: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map([...a, ...b].map(hash => [toString(hash, 'hex'), hash])).values()]
}
