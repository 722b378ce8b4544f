/** Inbox records: where a stranger's request goes, signed by the identity. INT-1 to INT-3. */
import { decodeInboxRecordBody, InboxRecordBody, MAX_PLACES, MAX_RECORD_BYTES } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { decodeSigned, encodeSigned, verifySigned } from '../identity/signed.ts'
import { decodePlace, encodePlace } from './place.ts'
import type { Inbox } from './index.ts'
import type { PeerPlace } from '../network/index.ts'

export interface InboxRecordInit {
  /** 32 bytes, Ed25519 seed */
  identitySeed: Uint8Array
  identity: Uint8Array
  sequence: number
  /** Unix seconds */
  notAfter: number
  inboxKey: Uint8Array
  inboxVerifyKey: Uint8Array
  places: PeerPlace[]
  recoveryHash: Uint8Array
}

/** An encoded Signed<InboxRecordBody>; places beyond MAX_PLACES, and addresses of the last ones that do not fit, are left out. */
export async function issueInboxRecord (init: InboxRecordInit): Promise<Uint8Array> {
  const { identitySeed, ...body } = init
  const places = init.places.map(encodePlace).filter(place => place !== undefined).slice(0, MAX_PLACES)
  for (;;) {
    const bytes = await encodeSigned('introduction/inbox', InboxRecordBody.encode({ ...body, places }), identitySeed)
    if (bytes.byteLength <= MAX_RECORD_BYTES) return bytes
    const longest = places.reduce((a, b) => b.addresses.length > a.addresses.length ? b : a)
    longest.addresses.pop()
  }
}

/** The record, if it is within its limits and the identity in it signed it (INT-1). Sequence and date are the caller's to judge. */
export async function verifyInboxRecord (bytes: Uint8Array, now: number): Promise<Inbox | undefined> {
  if (bytes.byteLength > MAX_RECORD_BYTES) return undefined
  const signed = decodeSigned(bytes)
  const body = signed === undefined ? undefined : decodeInboxRecordBody(signed.body)
  if (signed === undefined || body === undefined) return undefined
  if (!await verifySigned('introduction/inbox', signed, body.identity)) return undefined
  const places = body.places.map(decodePlace).filter(place => place !== undefined)
  return { ...body, places, record: bytes, stale: body.notAfter * 1000 <= now }
}

/** INT-3: the next sequence of an own record. */
export function nextSequence (last: number, now: number): number {
  return Math.max(last + 1, Math.floor(now / 1000))
}

/** Best sequences seen, so that an older record is refused (INT-3). Bounded: the identity asked longest ago is forgotten. */
export class SequenceMemory {
  readonly #best = new Map<string, Inbox>()
  readonly #limit: number

  constructor (limit: number) {
    this.#limit = limit
  }

  best (identity: Uint8Array): Inbox | undefined {
    return this.#best.get(String(identity))
  }

  /** False where a newer record was seen, or another one with the same sequence. */
  accept (inbox: Inbox): boolean {
    const id = String(inbox.identity)
    const known = this.#best.get(id)
    if (known !== undefined && known.sequence > inbox.sequence) return false
    // two records under one number: the first seen stays, and nobody can flip us back and forth
    if (known !== undefined && known.sequence === inbox.sequence && !equals(known.record, inbox.record)) return false
    // INT-3: a number far ahead would lock out every later record
    if (known !== undefined && inbox.sequence > known.sequence + 2 ** 32) return false
    this.#best.delete(id)
    this.#best.set(id, inbox)
    const oldest = this.#best.size > this.#limit ? this.#best.keys().next() : undefined
    if (oldest?.done === false) this.#best.delete(oldest.value)
    return true
  }
}
