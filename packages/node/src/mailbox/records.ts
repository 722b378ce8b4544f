/** How a mailbox writes its queues down. A queue's record holds no identity and no conversation: keys, counts, slots. */
import { concat } from 'uint8arrays/concat'
import { StoreError } from '../errors.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'

/** One device of the reader: how far it has read, and when it last asked (Unix milliseconds). */
export interface Slot { slot: Uint8Array, position: number, time: number }

export interface Queue {
  /** 16 bytes */
  id: Uint8Array
  readKey: Uint8Array
  writeKey: Uint8Array
  /** 16 bytes that name the grant, empty for a guest */
  grant: Uint8Array
  /** last position whose link was dropped, and the head there: the chain begins here */
  base: number
  baseHead: Uint8Array
  /** last position, and the head there */
  position: number
  head: Uint8Array
  /** no item up to here has its bytes any more */
  stripped: number
  /** items with their bytes */
  items: number
  /** bytes that count against the grant */
  charge: number
  /** when the last item was stored, Unix milliseconds */
  time: number
  /** when the reader last asked, Unix milliseconds */
  visited: number
  slots: Slot[]
}

/** One place of a queue. `bytes` is empty where the item is gone and only its link in the chain remains. */
export interface LinkRecord {
  position: number
  id: Uint8Array
  hash: Uint8Array
  /** of the chain, at this position */
  head: Uint8Array
  time: number
  bytes: Uint8Array
}

/** Where an item id stands in its queue. */
export interface KnownItem { position: number, hash: Uint8Array, head: Uint8Array, time: number }

export interface Grant {
  /** 16 bytes */
  id: Uint8Array
  /** 32 bytes, the bearer token */
  token: Uint8Array
  /** who it was given to; known here only */
  identity: Uint8Array
  bytes: number
}

const LINK_BYTES = 8 + 16 + 32 + 32 + 8
const KNOWN_BYTES = 8 + 32 + 32 + 8

function u64 (value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

function number (bytes: Uint8Array, offset: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset))
}

function atLeast (bytes: Uint8Array, length: number): void {
  if (bytes.byteLength < length) throw new StoreError('STORE_DAMAGED', 'an item of the mailbox cannot be read')
}

export function encodeQueue (queue: Queue): Uint8Array {
  return encodeRecord(queue)
}

export function decodeQueue (bytes: Uint8Array): Queue {
  return decodeRecord<Queue>(bytes)
}

export function encodeGrant (grant: Grant): Uint8Array {
  return encodeRecord(grant)
}

export function decodeGrant (bytes: Uint8Array): Grant {
  return decodeRecord<Grant>(bytes)
}

export function encodeLink (link: LinkRecord): Uint8Array {
  return concat([u64(link.position), link.id, link.hash, link.head, u64(link.time), link.bytes])
}

export function decodeLink (bytes: Uint8Array): LinkRecord {
  atLeast(bytes, LINK_BYTES)
  return {
    position: number(bytes, 0),
    id: bytes.slice(8, 24),
    hash: bytes.slice(24, 56),
    head: bytes.slice(56, 88),
    time: number(bytes, 88),
    bytes: bytes.slice(LINK_BYTES)
  }
}

export function encodeKnown (known: KnownItem): Uint8Array {
  return concat([u64(known.position), known.hash, known.head, u64(known.time)])
}

export function decodeKnown (bytes: Uint8Array): KnownItem {
  atLeast(bytes, KNOWN_BYTES)
  return { position: number(bytes, 0), hash: bytes.slice(8, 40), head: bytes.slice(40, 72), time: number(bytes, 72) }
}
