/** Log entries: kinds, limits, hashes, names. Spec: README.md */
import { sha256 } from '@noble/hashes/sha2.js'
import { base32nopad } from '@scure/base'
import { equals } from 'uint8arrays/equals'
import { decodeBounded, labelled } from '../common/index.ts'
import { Call, CallOutcome, Edit, Entry, Reaction, Retraction, Run, Text } from './message.pb.ts'
import type { Parent, Target } from './message.pb.ts'

export * from './conversation.ts'
export * from './message.pb.ts'

export const KIND_TEXT = 1
export const KIND_REACTION = 2
export const KIND_EDIT = 3
export const KIND_RETRACTION = 4
export const KIND_CALL = 9

/** Largest entry, bytes: the longest text (32 KiB), a reply target and sixteen parents fit. */
export const MAX_ENTRY_BYTES = 36 * 1024
/** Largest text, bytes of UTF-8. */
export const MAX_TEXT_BYTES = 32 * 1024
/** Parents of one entry: one per device that spoke since, up to this. */
export const MAX_PARENTS = 16
/** Longest reaction, bytes: the longest emoji sequences in use take 35. */
export const MAX_EMOJI_BYTES = 64
/** Entries in one run. */
export const MAX_RUN_ENTRIES = 1024
/** Largest depth and sequence: far beyond any conversation, far below 2^53. */
export const MAX_NUMBER = 2 ** 40
/** Largest time, Unix milliseconds: what every date library can still show. */
export const MAX_TIME = 2 ** 52
/** Largest body of a reaction or retraction, bytes: a target and an emoji, with room for fields to come. */
const MAX_SMALL_BODY_BYTES = 512

/** An entry that fits every limit, with its hash and its bytes; its signature is the run's. */
export interface DecodedEntry extends Entry { hash: Uint8Array, bytes: Uint8Array }

export type EntryBody =
  | { kind: 'text', text: string, replyTo: Target | undefined }
  | { kind: 'reaction', target: Target, emoji: string }
  | { kind: 'edit', target: Target, text: string }
  | { kind: 'retraction', target: Target }
  | { kind: 'call', call: Uint8Array, outcome: CallOutcome, video: boolean, seconds: number, caller: boolean, withdrawn: boolean }
  | { kind: 'unknown' }

function u64 (value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(value / 2 ** 32))
  view.setUint32(4, value % 2 ** 32)
  return bytes
}

/** SHA-256 over the label and the entry's exact bytes (MSG-1). */
export function entryHash (bytes: Uint8Array): Uint8Array {
  return sha256(labelled('message/entry', bytes))
}

/** What an author signs for a run that ends in this entry (MSG-2). */
export function runBytes (conversation: Uint8Array, lastHash: Uint8Array): Uint8Array {
  return labelled('message/run', conversation, lastHash)
}

/** 26 characters of lower-case base32 that name the place of an entry, whatever stands there (MSG-3). */
export function messageId (conversation: Uint8Array, author: Uint8Array, sequence: number): string {
  return base32nopad.encode(sha256(labelled('message/id', conversation, author, u64(sequence))).subarray(0, 16)).toLowerCase()
}

function validNumber (value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= MAX_NUMBER
}

function validTarget (target: Parent | Target | undefined): target is Target {
  return target !== undefined && target.author.byteLength === 16 && target.hash.byteLength === 32 && validNumber(target.sequence, 1)
}

/** Length limit, decode, validate: undefined for anything out of bounds (MSG-5). */
export function decodeEntry (bytes: Uint8Array): DecodedEntry | undefined {
  const entry = decodeBounded(Entry, bytes, MAX_ENTRY_BYTES, { parents: MAX_PARENTS })
  if (entry === undefined) return undefined
  if (entry.conversation.byteLength !== 32 || entry.author.byteLength !== 16) return undefined
  if (!validNumber(entry.sequence, 1) || !validNumber(entry.depth, 1)) return undefined
  if (!Number.isSafeInteger(entry.time) || entry.time < 0 || entry.time > MAX_TIME) return undefined
  if (!entry.parents.every(validTarget)) return undefined
  const previous = entry.parents[0]
  if (entry.sequence === 1) {
    if (entry.parents.some(parent => equals(parent.author, entry.author))) return undefined
  } else if (previous === undefined || !equals(previous.author, entry.author) || previous.sequence !== entry.sequence - 1) {
    return undefined // MSG-6: the author's previous entry comes first
  }
  return { ...entry, hash: entryHash(bytes), bytes }
}

/** At most MAX_TEXT_BYTES of text; what is not Unicode becomes U+FFFD, for everybody alike (MSG-7). */
function validText (text: string): string | undefined {
  return new TextEncoder().encode(text).byteLength > MAX_TEXT_BYTES ? undefined : text.toWellFormed()
}

/** The body by its kind; `unknown` for kinds of later versions, undefined for a malformed one (MSG-7). */
export function decodeBody (kind: number, body: Uint8Array): EntryBody | undefined {
  switch (kind) {
    case KIND_TEXT: {
      const decoded = decodeBounded(Text, body, MAX_ENTRY_BYTES)
      const text = decoded === undefined ? undefined : validText(decoded.text)
      if (decoded === undefined || text === undefined || (decoded.replyTo !== undefined && !validTarget(decoded.replyTo))) return undefined
      return { kind: 'text', text, replyTo: decoded.replyTo }
    }
    case KIND_REACTION: {
      const reaction = decodeBounded(Reaction, body, MAX_SMALL_BODY_BYTES)
      if (reaction === undefined || !validTarget(reaction.target) || new TextEncoder().encode(reaction.emoji).byteLength > MAX_EMOJI_BYTES) return undefined
      return { kind: 'reaction', target: reaction.target, emoji: reaction.emoji.toWellFormed() }
    }
    case KIND_EDIT: {
      const edit = decodeBounded(Edit, body, MAX_ENTRY_BYTES)
      const text = edit === undefined ? undefined : validText(edit.text)
      if (edit === undefined || text === undefined || !validTarget(edit.target)) return undefined
      return { kind: 'edit', target: edit.target, text }
    }
    case KIND_RETRACTION: {
      const retraction = decodeBounded(Retraction, body, MAX_SMALL_BODY_BYTES)
      if (retraction === undefined || !validTarget(retraction.target)) return undefined
      return { kind: 'retraction', target: retraction.target }
    }
    case KIND_CALL: {
      const call = decodeBounded(Call, body, MAX_SMALL_BODY_BYTES)
      if (call === undefined || call.call.byteLength !== 16 || call.outcome === CallOutcome.NOTHING) return undefined
      return { kind: 'call', ...call }
    }
    default:
      return { kind: 'unknown' }
  }
}

/**
 * The entries of a run: one author, one conversation, consecutive, each naming the hash of the one before (MSG-2).
 * The signature is still to be verified, over `runBytes` of the last hash.
 */
export function decodeRun (bytes: Uint8Array, maxBytes: number): { entries: DecodedEntry[], signature: Uint8Array, credential: Uint8Array } | undefined {
  const run = decodeBounded(Run, bytes, maxBytes, { entries: MAX_RUN_ENTRIES })
  if (run === undefined || run.entries.length === 0 || run.signature.byteLength !== 64) return undefined
  const entries: DecodedEntry[] = []
  for (const encoded of run.entries) {
    const entry = decodeEntry(encoded)
    const before = entries.at(-1)
    if (entry === undefined) return undefined
    if (before !== undefined) {
      const parent = entry.parents[0]
      if (!equals(entry.author, before.author) || !equals(entry.conversation, before.conversation)) return undefined
      if (entry.sequence !== before.sequence + 1 || parent === undefined || !equals(parent.hash, before.hash)) return undefined
    }
    entries.push(entry)
  }
  return { entries, signature: run.signature, credential: run.credential }
}
