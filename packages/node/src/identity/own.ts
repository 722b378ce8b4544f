/** This device's keys and certificates, as the store keeps them. Spec: protocols/device DEV-4, protocols/identity IDN-8. */
import { UsageError } from '../errors.ts'
import { damaged } from '../store/database.ts'
import { key, tables } from '../store/keys.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { deviceIdOf, issueCertificate, issueCredential, ROLE_PRIMARY, verifyCertificate } from './certificate.ts'
import { publicKeyOf, randomSeed } from './ed25519.ts'
import { deriveKeys, formatPhrase } from './phrase.ts'
import type { OwnDevice } from '../components.ts'
import type { Store, StoreOp } from '../store/index.ts'

/** A certificate with less than this to run is issued anew, ms (90 days): a laptop may sleep through a season. */
export const RENEW_BEFORE_MS = 90 * 24 * 60 * 60 * 1000
/** Longest name, characters: it stands in one line beside a message. */
const MAX_NAME_CHARACTERS = 64
const RECORD_VERSION = 1
const deviceKey = key(tables.own, 1)
const phraseKey = key(tables.own, 2)

export interface OwnRecord extends OwnDevice {
  version: number
  /** Unix milliseconds */
  created: number
  /** Unix milliseconds of the last change of what contacts are told: the name, whether they learn how far one reads; `created` before the first */
  nameRevision?: number
  /** contacts are not told how far one has read */
  hidesReads?: boolean
  /** the identity came from its phrase: contacts may know older devices of it */
  restored: boolean
  /** who this was before: the seed of that identity signs only that it moved */
  movedFrom?: { identitySeed: Uint8Array, move: Uint8Array }
}

/** @throws UsageError BAD_ARGUMENT */
export function checkName (name: string): string {
  const trimmed = name.normalize('NFC').trim()
  if ([...trimmed].length > MAX_NAME_CHARACTERS) throw new UsageError('BAD_ARGUMENT', `a name has at most ${MAX_NAME_CHARACTERS} characters`)
  // line breaks, escape sequences and direction marks would let a name pose as something else
  if (/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(trimmed)) throw new UsageError('BAD_ARGUMENT', 'a name holds no control characters')
  return trimmed
}

export interface CreateOwnInit {
  /** 32 bytes, of the phrase */
  entropy: Uint8Array
  name: string
  /** Unix milliseconds */
  now: number
  restored: boolean
  movedFrom?: OwnRecord['movedFrom']
}

/** A new primary device of the identity behind `entropy`, with keys of its own. */
export async function createOwn ({ entropy, name, now, restored, movedFrom }: CreateOwnInit): Promise<OwnRecord> {
  const { identitySeed, recoveryHash } = await deriveKeys(entropy)
  const leafSeed = randomSeed()
  const peerSeed = randomSeed()
  const leafKey = publicKeyOf(leafSeed)
  const credential = await issueCredential(identitySeed, leafKey, ROLE_PRIMARY)
  const certificate = await issueCertificate(identitySeed, credential, publicKeyOf(peerSeed), 1, now)
  return {
    version: RECORD_VERSION,
    identity: publicKeyOf(identitySeed),
    device: deviceIdOf(leafKey),
    leafSeed,
    peerSeed,
    credential,
    certificate,
    identitySeed,
    recoveryHash,
    name: checkName(name),
    created: now,
    restored,
    ...(movedFrom === undefined ? {} : { movedFrom })
  }
}

/** What stores (or changes) the own device; the caller puts it in a batch. */
export function ownOps (own: OwnRecord): StoreOp[] {
  return [{ type: 'put', key: deviceKey, value: encodeRecord(own) }]
}

/** What stores the phrase's entropy, so that it can be shown again. */
export function phraseOps (entropy: Uint8Array): StoreOp[] {
  return [{ type: 'put', key: phraseKey, value: entropy }]
}

/** @throws StoreError STORE_DAMAGED */
export async function loadOwn (store: Store): Promise<OwnRecord> {
  const bytes = await store.get(deviceKey)
  if (bytes === undefined) throw damaged('the keys of this device are missing from the store')
  const own = decodeRecord<OwnRecord>(bytes)
  const keys: unknown[] = [own.identity, own.leafSeed, own.peerSeed, own.recoveryHash, own.credential, own.certificate]
  if (own.version !== RECORD_VERSION || !keys.every(key => key instanceof Uint8Array && key.byteLength >= 32)) throw damaged('the keys of this device are damaged')
  return { ...own, identitySeed: own.identitySeed } // a linked device's record has no such field
}

/** The phrase, or undefined where this device never had it. */
export async function loadPhrase (store: Store): Promise<string | undefined> {
  const entropy = await store.get(phraseKey)
  return entropy === undefined ? undefined : formatPhrase(entropy)
}

/**
 * DEV-4: the own device with a later certificate where the present one runs out soon, or begins in the future (the clock was
 * wrong when it was made), and this device may issue; else undefined.
 */
export async function renewOwn (own: OwnRecord, now: number): Promise<OwnRecord | undefined> {
  const certificate = await verifyCertificate(own.certificate)
  if (certificate === undefined) throw damaged('the certificate of this device is damaged')
  const isGood = certificate.notBefore * 1000 <= now && certificate.notAfter * 1000 - now > RENEW_BEFORE_MS
  if (own.identitySeed === undefined || isGood) return undefined
  return { ...own, certificate: await issueCertificate(own.identitySeed, own.credential, publicKeyOf(own.peerSeed), certificate.revision + 1, now) }
}
