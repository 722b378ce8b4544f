/** Sealed mail that waits with peers: wire id, limits, what is signed, the hash chain, and the check of every frame. Spec: README.md */
import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { decodeBounded, labelled } from '../common/index.ts'
import { Frame, HeadBody, ReceiptBody } from './mailbox.pb.ts'
import type { Ack, Del, Get, Items, Link, New, Put, Refused } from './mailbox.pb.ts'

export const MAILBOX_PROTOCOL = '/sotto/mailbox/1.0.0'

/** Bytes of a queue id, an item id, a slot, a nonce. */
export const ID_BYTES = 16
export const HASH_BYTES = 32
export const GRANT_TOKEN_BYTES = 32
/** Largest item, bytes: one envelope (MBX-6). */
export const MAX_ITEM_BYTES = 64 * 1024
/** Items in one PUT: one signature and one synced write pay for all of them (MBX-6). */
export const MAX_PUT_ITEMS = 256
/** Bytes of all items in one PUT: a frame of 256 KiB holds them with what stands around them (MBX-6). */
export const MAX_PUT_BYTES = 192 * 1024
/** Links in one Items frame. */
export const MAX_LINKS = 512
/** Item bytes in one Items frame. */
export const MAX_ITEMS_BYTES = 192 * 1024
/** Largest frame either way, bytes. */
export const MAX_MAILBOX_FRAME_BYTES = 256 * 1024
/** Largest signed head or receipt, bytes. */
const MAX_SIGNED_BODY_BYTES = 1024
/** Longest detail of a refusal, characters. */
const MAX_DETAIL = 200

export type RefusalCode =
  | 'BAD_SIGNATURE' | 'QUEUE_UNKNOWN' | 'QUEUE_EXISTS' | 'QUEUE_FULL' | 'MAILBOX_FULL' | 'GRANT_UNKNOWN' | 'GRANT_EXHAUSTED'
  | 'RATE_LIMITED' | 'CONFLICT' | 'REFUSED'

function u64 (value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

export function hashOf (bytes: Uint8Array): Uint8Array {
  return sha256(bytes)
}

/** The head of an empty queue (MBX-8). */
export function genesis (queue: Uint8Array): Uint8Array {
  return sha256(labelled('mailbox/chain', queue))
}

/** The head after one more link: binds the place, the item's bytes and id, and when it was stored (MBX-8). */
export function chain (head: Uint8Array, link: { position: number, hash: Uint8Array, id: Uint8Array, time: number }): Uint8Array {
  return sha256(labelled('mailbox/chain', head, u64(link.position), link.hash, link.id, u64(link.time)))
}

/** What a reader's device is called at one queue: another name at each (MBX-10). */
export function slotOf (device: Uint8Array, queue: Uint8Array): Uint8Array {
  return sha256(labelled('mailbox/slot', device, queue)).subarray(0, ID_BYTES)
}

/** What a PUT signs and its receipt repeats: ids and hashes of all items, in order. */
export function itemsDigest (items: ReadonlyArray<{ id: Uint8Array, hash: Uint8Array }>): Uint8Array {
  return sha256(labelled('mailbox/items', ...items.flatMap(({ id, hash }) => [id, hash])))
}

type Unsigned<T> = Omit<T, 'signature'>

/** The bytes under each signature of the reader cover the stream's nonce and the mailbox (MBX-2). */
export function newBytes (mailbox: string, nonce: Uint8Array, m: Unsigned<New>): Uint8Array {
  return labelled('mailbox/new', fromString(mailbox), nonce, m.queue, m.readKey, m.writeKey, m.grant)
}

export function getBytes (mailbox: string, nonce: Uint8Array, m: Unsigned<Get>): Uint8Array {
  return labelled('mailbox/get', fromString(mailbox), nonce, m.queue, m.slot, u64(m.after), u64(m.maxBytes), Uint8Array.of(m.subscribe ? 1 : 0))
}

export function ackBytes (mailbox: string, nonce: Uint8Array, m: Unsigned<Ack>): Uint8Array {
  return labelled('mailbox/ack', fromString(mailbox), nonce, m.queue, m.slot, u64(m.position))
}

export function delBytes (mailbox: string, nonce: Uint8Array, m: Unsigned<Del>): Uint8Array {
  return labelled('mailbox/del', fromString(mailbox), nonce, m.queue)
}

/** Under the writer's signature: no nonce, so that a PUT may be repeated; ids make that harmless (MBX-5). */
export function putBytes (mailbox: string, queue: Uint8Array, digest: Uint8Array): Uint8Array {
  return labelled('mailbox/put', fromString(mailbox), queue, digest)
}

function fits (bytes: Uint8Array, length: number): boolean {
  return bytes.byteLength === length
}

function count (value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function validPut (put: Put): boolean {
  if (put.items.length === 0 || put.items.length > MAX_PUT_ITEMS) return false
  const ids = new Set<string>()
  let bytes = 0
  for (const item of put.items) {
    if (!fits(item.id, ID_BYTES) || item.bytes.byteLength === 0) return false
    ids.add(item.id.join())
    bytes += item.bytes.byteLength
  }
  return ids.size === put.items.length && bytes <= MAX_PUT_BYTES && fits(put.queue, ID_BYTES) && fits(put.signature, 64)
}

/** A question to a mailbox, as far as lengths and counts go; undefined for anything else (MBX-1). */
export function decodeRequest (bytes: Uint8Array): Frame | undefined {
  const frame = decodeBounded(Frame, bytes, MAX_MAILBOX_FRAME_BYTES, { put: { items: MAX_PUT_ITEMS } })
  if (frame === undefined || frame.id === 0) return undefined
  const { new: made, put, get, ack, del, info } = frame
  if (made !== undefined) {
    const grant = made.grant.byteLength
    const valid = fits(made.queue, ID_BYTES) && fits(made.readKey, 32) && fits(made.writeKey, 32) && fits(made.signature, 64) && (grant === 0 || grant === GRANT_TOKEN_BYTES)
    return valid ? frame : undefined
  }
  if (put !== undefined) return validPut(put) ? frame : undefined
  if (get !== undefined) return fits(get.queue, ID_BYTES) && fits(get.slot, ID_BYTES) && fits(get.signature, 64) && count(get.after) ? frame : undefined
  if (ack !== undefined) return fits(ack.queue, ID_BYTES) && fits(ack.slot, ID_BYTES) && fits(ack.signature, 64) && count(ack.position) ? frame : undefined
  if (del !== undefined) return fits(del.queue, ID_BYTES) && fits(del.signature, 64) ? frame : undefined
  return info === undefined ? undefined : frame
}

function validLink (link: Link): boolean {
  if (!count(link.position) || link.position === 0 || !count(link.time) || !fits(link.id, ID_BYTES)) return false
  return link.bytes.byteLength === 0 ? fits(link.hash, HASH_BYTES) : fits(link.hash, 0) && link.bytes.byteLength <= MAX_ITEM_BYTES
}

function validItems (items: Items): boolean {
  return fits(items.queue, ID_BYTES) && items.links.length <= MAX_LINKS && items.links.every(validLink) && count(items.used)
}

function clean (refused: Refused): Refused {
  // the words of a peer: short, and nothing that moves a terminal's cursor
  const detail = refused.detail.slice(0, MAX_DETAIL).replaceAll(/[^\p{L}\p{N}\p{P}\p{Zs}\p{S}]/gu, '')
  return { code: refused.code.slice(0, 32), detail, limit: refused.limit, used: refused.used }
}

/** An answer or push of a mailbox; undefined for anything malformed (MBX-1). */
export function decodeAnswer (bytes: Uint8Array): Frame | undefined {
  const frame = decodeBounded(Frame, bytes, MAX_MAILBOX_FRAME_BYTES, { items: { links: MAX_LINKS } })
  if (frame === undefined) return undefined
  const { challenge, refused, created, stored, items, acked, deleted, capacity } = frame
  if (challenge !== undefined) return fits(challenge.nonce, ID_BYTES) && frame.id === 0 ? frame : undefined
  if (items !== undefined) return validItems(items) ? frame : undefined
  if (frame.id === 0) return undefined
  if (refused !== undefined) return { id: frame.id, refused: clean(refused) }
  if (created !== undefined) return count(created.limitBytes) && count(created.ttl) && count(created.grantBytes) ? frame : undefined
  if (acked !== undefined) return count(acked.position) && count(acked.used) ? frame : undefined
  if (capacity !== undefined) return count(capacity.freeBytes) && count(capacity.queueBytes) && count(capacity.ttl) ? frame : undefined
  return stored !== undefined || deleted !== undefined ? frame : undefined
}

export function decodeReceiptBody (bytes: Uint8Array): ReceiptBody | undefined {
  const body = decodeBounded(ReceiptBody, bytes, MAX_SIGNED_BODY_BYTES)
  if (body === undefined || !fits(body.queue, ID_BYTES) || !fits(body.head, HASH_BYTES) || !fits(body.items, HASH_BYTES)) return undefined
  return count(body.position) && body.position > 0 && count(body.time) && count(body.expires) ? body : undefined
}

export function decodeHeadBody (bytes: Uint8Array): HeadBody | undefined {
  const body = decodeBounded(HeadBody, bytes, MAX_SIGNED_BODY_BYTES)
  if (body === undefined || !fits(body.queue, ID_BYTES) || !fits(body.head, HASH_BYTES)) return undefined
  return count(body.position) && count(body.time) ? body : undefined
}

export * from './mailbox.pb.ts'
