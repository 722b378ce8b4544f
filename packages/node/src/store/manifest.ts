/** `profile.json`: what kind of profile this is, and the data key, wrapped. Spec: protocols/conventions.md REST-3. */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { labelBytes, labelled } from '@sotto/protocols/common'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { StoreError, UsageError } from '../errors.ts'
import { damaged } from './database.ts'
import { openWith, sealWith } from './seal.ts'
import type { Argon2Params, Platform } from '../platform/platform.ts'

export const MANIFEST_FILE = 'profile.json'
const FORMAT = 'sotto-profile'
const VERSION = 1
/** Largest `profile.json`, bytes: ten times what is written, for fields of later versions. */
export const MAX_MANIFEST_BYTES = 4096
const SALT_BYTES = 16
const SALT = /^[A-Za-z0-9_-]{22}$/
const BASE64 = /^[A-Za-z0-9_-]+$/
/** A manifest must not make us take more than this: 1 GiB (in KiB), 64 rounds, 64 lanes. */
const MAX_ARGON2: Argon2Params = { memory: 1024 * 1024, passes: 64, lanes: 64 }
/** Longest passphrase, characters: nobody types more, and a wrong file given for one is noticed. */
const MAX_PASSPHRASE = 1024

export type KeySource =
  | { source: 'passphrase', argon2id: Argon2Params, salt: string }
  | { source: 'keyfile' }

export interface Manifest {
  key: KeySource
  /** base64url of nonce ‖ sealed data key */
  wrapped: string
}

/** What the wrapping key is made of. */
export type Secret = { passphrase: string } | { keyFile: Uint8Array }

function canonical ({ key, wrapped }: Manifest): Record<string, unknown> {
  return { format: FORMAT, version: VERSION, key: canonicalSource(key), wrapped }
}

function canonicalSource (key: KeySource): KeySource {
  if (key.source === 'keyfile') return { source: key.source }
  const { memory, passes, lanes } = key.argon2id
  return { source: key.source, argon2id: { memory, passes, lanes }, salt: key.salt }
}

function checksum (manifest: Manifest): string {
  return toString(sha256(labelled('store/manifest', fromString(JSON.stringify(canonical(manifest))))).subarray(0, 8), 'base16')
}

export function encodeManifest (manifest: Manifest): Uint8Array {
  return fromString(JSON.stringify({ ...canonical(manifest), checksum: checksum(manifest) }, undefined, 2) + '\n')
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount (value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max
}

function parseSource (key: unknown): KeySource | undefined {
  if (!isRecord(key)) return undefined
  if (key['source'] === 'keyfile') return { source: 'keyfile' }
  const { argon2id, salt } = key
  if (key['source'] !== 'passphrase' || !isRecord(argon2id) || typeof salt !== 'string' || !SALT.test(salt)) return undefined
  const { memory, passes, lanes } = argon2id
  if (!isCount(memory, MAX_ARGON2.memory) || !isCount(passes, MAX_ARGON2.passes) || !isCount(lanes, MAX_ARGON2.lanes)) return undefined
  return { source: 'passphrase', argon2id: { memory, passes, lanes }, salt }
}

/** @throws StoreError STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER */
export function decodeManifest (bytes: Uint8Array): Manifest {
  let json: unknown
  try {
    json = JSON.parse(toString(bytes))
  } catch (cause) {
    throw damaged(`${MANIFEST_FILE} of this profile is cut off or damaged`, cause)
  }
  if (!isRecord(json) || json['format'] !== FORMAT) {
    throw new StoreError('STORE_FOREIGN', `${MANIFEST_FILE} in this directory is not of a Sotto profile`, { hint: 'nothing was changed; choose another directory with --profile' })
  }
  const { version, wrapped } = json
  if (isCount(version, Number.MAX_SAFE_INTEGER) && version > VERSION) {
    throw new StoreError('STORE_NEWER', 'a newer version of Sotto wrote this profile', { hint: 'update Sotto, then open the profile again; nothing was changed' })
  }
  const key = parseSource(json['key'])
  const manifest = key === undefined || typeof wrapped !== 'string' || !BASE64.test(wrapped) ? undefined : { key, wrapped }
  if (manifest === undefined || version !== VERSION || json['checksum'] !== checksum(manifest)) {
    throw damaged(`${MANIFEST_FILE} of this profile is damaged`)
  }
  return manifest
}

async function wrappingKey (platform: Platform, key: KeySource, secret: Secret): Promise<Uint8Array> {
  if (key.source === 'passphrase' && 'passphrase' in secret) {
    // the same characters typed on another system: RFC 8265 asks for a normal form too
    return platform.argon2id(fromString(secret.passphrase.normalize('NFKC')), fromString(key.salt, 'base64url'), key.argon2id)
  }
  if (key.source === 'keyfile' && 'keyFile' in secret) return hkdf(sha256, secret.keyFile, undefined, labelBytes('store/keyfile'), 32)
  throw new UsageError('BAD_ARGUMENT', 'this profile is locked in another way')
}

/** The source is bound too: nobody can lower the cost of a passphrase and have it still fit. */
function context (key: KeySource): Uint8Array {
  return labelled('store/wrap', fromString(JSON.stringify(canonicalSource(key))))
}

/** A manifest that gives `dataKey` to whoever has the secret. */
export async function wrapDataKey (platform: Platform, dataKey: Uint8Array, secret: Secret, argon2id: Argon2Params): Promise<Manifest> {
  const salt = toString(crypto.getRandomValues(new Uint8Array(SALT_BYTES)), 'base64url')
  const key: KeySource = 'passphrase' in secret ? { source: 'passphrase', argon2id, salt } : { source: 'keyfile' }
  const wrapped = sealWith(await wrappingKey(platform, key, secret), context(key), dataKey)
  return { key, wrapped: toString(wrapped, 'base64url') }
}

/** The data key, or undefined where the secret is not the right one. */
export async function unwrapDataKey (platform: Platform, manifest: Manifest, secret: Secret): Promise<Uint8Array | undefined> {
  return openWith(await wrappingKey(platform, manifest.key, secret), context(manifest.key), fromString(manifest.wrapped, 'base64url'))
}

/** @throws UsageError BAD_ARGUMENT for a passphrase that cannot be one */
export function checkNewPassphrase (passphrase: string): void {
  if (passphrase.length === 0) throw new UsageError('BAD_ARGUMENT', 'the passphrase is empty', { hint: 'give one, or none at all to use a key file' })
  if (passphrase.length > MAX_PASSPHRASE) throw new UsageError('BAD_ARGUMENT', `the passphrase is longer than ${MAX_PASSPHRASE} characters`)
}
