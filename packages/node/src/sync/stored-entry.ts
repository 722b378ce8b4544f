/** How an entry lies in the store: a byte of flags, time of receipt, the run's signature where the run ends here, the entry. */
import { decodeEntry } from '@sotto/protocols/message'
import { concat } from 'uint8arrays/concat'
import type { DecodedEntry } from '@sotto/protocols/message'

export interface StoredEntry {
  entry: DecodedEntry
  /** over the run that ends here; undefined inside a run, and for own entries not yet sealed */
  signature: Uint8Array | undefined
  /** Unix milliseconds, our clock */
  received: number
  /** another entry claims this place, or this one stands on such another (MSG-8) */
  equivocation: boolean
  /** its author is a device of our own identity */
  mine: boolean
}

const SIGNED = 1
const EQUIVOCATION = 2
const MINE = 4

export function encodeStored (stored: StoredEntry): Uint8Array {
  const head = new Uint8Array(9)
  head[0] = (stored.signature === undefined ? 0 : SIGNED) | (stored.equivocation ? EQUIVOCATION : 0) | (stored.mine ? MINE : 0)
  new DataView(head.buffer).setFloat64(1, stored.received)
  return concat(stored.signature === undefined ? [head, stored.entry.bytes] : [head, stored.signature, stored.entry.bytes])
}

export function decodeStored (bytes: Uint8Array): StoredEntry | undefined {
  const flags = bytes[0]
  if (flags === undefined || bytes.byteLength < 9) return undefined
  const received = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(1)
  const signed = (flags & SIGNED) !== 0
  const entry = decodeEntry(Uint8Array.from(bytes.subarray(signed ? 73 : 9)))
  if (entry === undefined) return undefined
  return {
    entry,
    signature: signed ? Uint8Array.from(bytes.subarray(9, 73)) : undefined,
    received,
    equivocation: (flags & EQUIVOCATION) !== 0,
    mine: (flags & MINE) !== 0
  }
}

/** Where an entry stands, and what its successors must name. */
export interface Place { conversation: Uint8Array, author: Uint8Array, sequence: number, depth: number, hash: Uint8Array }

/** conversation (32) ‖ author (16) ‖ hash (32) ‖ sequence ‖ depth, both as a float of 8 bytes */
export function encodePlace ({ conversation, author, sequence, depth, hash }: Place): Uint8Array {
  const bytes = new Uint8Array(96)
  bytes.set(conversation)
  bytes.set(author, 32)
  bytes.set(hash, 48)
  const view = new DataView(bytes.buffer)
  view.setFloat64(80, sequence)
  view.setFloat64(88, depth)
  return bytes
}

export function decodePlace (bytes: Uint8Array): Place {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return { conversation: bytes.slice(0, 32), author: bytes.slice(32, 48), hash: bytes.slice(48, 80), sequence: view.getFloat64(80), depth: view.getFloat64(88) }
}
