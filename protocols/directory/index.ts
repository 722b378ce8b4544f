/** The directory: what stands under an identity's key in the DHT. Limits, validators, keys. Spec: README.md */
import { sha256 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { decodeBounded, labelled } from '../common/index.ts'
import { MAX_MOVE_BYTES } from '../identity/index.ts'
import { DirectoryRecord } from './directory.pb.ts'

export * from './directory.pb.ts'

/** Version of the record. */
export const DIRECTORY_VERSION = 1
/** The namespace of IPNS records in a DHT. */
export const DIRECTORY_NAMESPACE = 'ipns'
/** Begins the value of an IPNS record that is ours. */
export const VALUE_PREFIX = '/sotto/'
/** Largest IPNS record, bytes: the limit of the IPNS specification, checked before anything else (DIR-2). */
export const MAX_IPNS_BYTES = 10 * 1024
/** Largest DirectoryRecord, bytes: in base64url, with its signature, it stays below MAX_IPNS_BYTES (DIR-2). */
export const MAX_DIRECTORY_BYTES = 7 * 1024
/** Hashes of certificates in one record: more devices than one person uses. */
export const MAX_CERTIFICATE_HASHES = 12
/** Hashes of revocations in one record, the latest; readers keep those they saw. */
export const MAX_REVOCATION_HASHES = 16
/** How far a sequence may lie above the last one known, or above Unix seconds where none is (DIR-5). */
export const MAX_SEQUENCE_JUMP = 2 ** 32

/** A service that volunteers offer to anybody. */
export type Service = 'mailbox' | 'relay'

/** `/ipns/` and the identity multihash of a protobuf-encoded Ed25519 key (libp2p spec, peer-ids). */
const KEY_PREFIX = concat([fromString('/ipns/'), Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)])

/** Where the record of a 32-byte identity stands in the DHT (DIR-1). */
export function routingKey (identity: Uint8Array): Uint8Array {
  return concat([KEY_PREFIX, identity])
}

/** The identity whose record stands there; undefined for any other key. */
export function identityOfKey (key: Uint8Array): Uint8Array | undefined {
  const length = KEY_PREFIX.byteLength
  return key.byteLength === length + 32 && equals(key.subarray(0, length), KEY_PREFIX) ? key.slice(length) : undefined
}

/** 32 bytes under which volunteers for a service are found (DIR-14). */
export function serviceKey (service: Service): Uint8Array {
  return sha256(labelled('directory/provider', fromString(service)))
}

/** The IPNS value of a record. */
export function encodeValue (record: Uint8Array): string {
  return VALUE_PREFIX + toString(record, 'base64url')
}

/** The record in an IPNS value, within its limits and in the one encoding that there is (CONV-3); else undefined. What it carries is the caller's to verify. */
export function decodeValue (value: string): DirectoryRecord | undefined {
  if (!value.startsWith(VALUE_PREFIX) || value.length > VALUE_PREFIX.length + Math.ceil(MAX_DIRECTORY_BYTES * 4 / 3)) return undefined
  const text = value.slice(VALUE_PREFIX.length)
  if (!/^[\w-]+$/.test(text)) return undefined
  const bytes = fromString(text, 'base64url')
  const record = decodeBounded(DirectoryRecord, bytes, MAX_DIRECTORY_BYTES, { certificates: MAX_CERTIFICATE_HASHES, revocations: MAX_REVOCATION_HASHES })
  if (record?.version !== DIRECTORY_VERSION || !Number.isSafeInteger(record.time) || record.inbox.byteLength === 0) return undefined
  if (!Number.isSafeInteger(record.restored) || record.move.byteLength > MAX_MOVE_BYTES) return undefined
  if (![...record.certificates, ...record.revocations].every(hash => hash.byteLength === 32)) return undefined
  return equals(DirectoryRecord.encode(record), bytes) ? record : undefined
}
