/**
 * What a mailbox decides about one queue: pure, without await, clock or randomness.
 *
 * Invariants (property-tested):
 * - head(position) is the chain over every link ever stored, whatever was acknowledged, expired or compacted;
 * - links base + 1 … position are there without a gap; those up to `stripped` have no bytes;
 * - `charge` is QUEUE_OVERHEAD_BYTES + ITEM_OVERHEAD_BYTES per link + the bytes of the items that are left;
 * - an item's bytes go only when every slot that is not silent has it, or when it is older than the TTL (MBX-10, MBX-11).
 */
import { chain, genesis } from '@sotto/protocols/mailbox'
import { equals } from 'uint8arrays/equals'
import { ITEM_OVERHEAD_BYTES, MAX_QUEUE_BYTES, MAX_QUEUE_ITEMS, MAX_QUEUE_SLOTS, QUEUE_DEATH_MS, QUEUE_OVERHEAD_BYTES, RETENTION_MS, SLOT_SILENCE_MS, VISIT_STEP_MS } from '../config.ts'
import type { KnownItem, LinkRecord, Queue, Slot } from './records.ts'
import type { RefusalCode } from '@sotto/protocols/mailbox'

export interface QueueLimits { bytes: number, items: number, ttl: number }

export const QUEUE_LIMITS: QueueLimits = { bytes: MAX_QUEUE_BYTES, items: MAX_QUEUE_ITEMS, ttl: RETENTION_MS }

export interface Refusal { code: RefusalCode, detail: string, limit: number, used: number }

/** What is still free where the queue's bytes count: its grant (or the guests' share), and the node as a whole. */
export interface Room { grantLimit: number, grantUsed: number, nodeLimit: number, nodeUsed: number, guest: boolean }

export interface Candidate { id: Uint8Array, hash: Uint8Array, bytes: Uint8Array, known: KnownItem | undefined }

export interface Appended {
  queue: Queue
  /** to write; empty where all of it was here already */
  links: LinkRecord[]
  charge: number
  receipt: { position: number, head: Uint8Array, time: number, expires: number }
}

export function refuse (code: RefusalCode, detail: string, limit = 0, used = 0): Refusal {
  return { code, detail, limit, used }
}

/** No room for `charge` more bytes, or undefined. */
export function overBudget (charge: number, room: Room): Refusal | undefined {
  if (room.grantUsed + charge > room.grantLimit) {
    return room.guest
      ? refuse('MAILBOX_FULL', 'what this mailbox volunteers is used up', room.grantLimit, room.grantUsed)
      : refuse('GRANT_EXHAUSTED', 'the grant of this queue is used up', room.grantLimit, room.grantUsed)
  }
  if (room.nodeUsed + charge > room.nodeLimit) return refuse('MAILBOX_FULL', 'this mailbox is full', room.nodeLimit, room.nodeUsed)
  return undefined
}

export function newQueue (id: Uint8Array, readKey: Uint8Array, writeKey: Uint8Array, grant: Uint8Array, now: number): Queue {
  const head = genesis(id)
  return { id, readKey, writeKey, grant, base: 0, baseHead: head, position: 0, head, stripped: 0, items: 0, charge: QUEUE_OVERHEAD_BYTES, time: now, visited: now, slots: [] }
}

/** MBX-5: what is here already with the same bytes is not stored again; the same id with other bytes is refused. */
export function append (queue: Queue, candidates: readonly Candidate[], room: Room, now: number, limits: QueueLimits): Appended | Refusal {
  const time = Math.max(now, queue.time) // the clock of a mailbox may be set back; a chain's may not (MBX-8)
  const links: LinkRecord[] = []
  let { position, head } = queue
  let receipt = { position: 0, head, time, expires: time + limits.ttl }
  let bytes = 0
  for (const { id, hash, bytes: content, known } of candidates) {
    if (known !== undefined) {
      if (!equals(known.hash, hash)) return refuse('CONFLICT', 'an item with this id and other bytes is here')
      const expires = Math.min(receipt.expires, known.time + limits.ttl)
      receipt = known.position > receipt.position ? { position: known.position, head: known.head, time, expires } : { ...receipt, expires }
      continue
    }
    position++
    head = chain(head, { position, hash, id, time })
    links.push({ position, id, hash, head, time, bytes: content })
    bytes += content.byteLength
    receipt = { ...receipt, position, head }
  }
  const charge = bytes + links.length * ITEM_OVERHEAD_BYTES
  if (links.length > 0) {
    if (queue.items + links.length > limits.items) return refuse('QUEUE_FULL', 'the queue holds too many items', limits.items, queue.items)
    if (queue.charge + charge > limits.bytes) return refuse('QUEUE_FULL', 'the queue holds too many bytes', limits.bytes, queue.charge)
    const over = overBudget(charge, room)
    if (over !== undefined) return over
  }
  return { queue: { ...queue, position, head, time, items: queue.items + links.length, charge: queue.charge + charge }, links, charge, receipt }
}

function living (slots: readonly Slot[], now: number): Slot[] {
  return slots.filter(slot => slot.time + QUEUE_DEATH_MS > now)
}

/** A reader's device asks (GET) or acknowledges (ACK). `changed` false: not worth a write. */
export function visit (queue: Queue, slot: Uint8Array, position: number, now: number): { queue: Queue, changed: boolean } | Refusal {
  const known = queue.slots.find(other => equals(other.slot, slot))
  const reached = Math.min(position, queue.position)
  if (known !== undefined) {
    const next = { slot, position: Math.max(known.position, reached), time: Math.max(known.time, now) }
    const changed = next.position !== known.position || now - known.time >= VISIT_STEP_MS
    if (!changed) return { queue, changed }
    return { queue: { ...queue, visited: Math.max(queue.visited, now), slots: queue.slots.map(other => other === known ? next : other) }, changed }
  }
  const others = living(queue.slots, now)
  if (others.length >= MAX_QUEUE_SLOTS) return refuse('REFUSED', 'too many devices read this queue', MAX_QUEUE_SLOTS, others.length)
  return { queue: { ...queue, visited: Math.max(queue.visited, now), slots: [...others, { slot, position: reached, time: now }] }, changed: true }
}

/**
 * How far bytes may go (`strip`) and links (`drop`): bytes when every slot heard of in the last 7 days has them, links
 * only when every slot has passed them, so that each can go on verifying from its own cursor (MBX-10).
 */
export function releasable (queue: Queue, now: number): { strip: number, drop: number } {
  const slots = living(queue.slots, now)
  const awake = slots.filter(slot => slot.time + SLOT_SILENCE_MS > now)
  const least = (of: Slot[]): number => of.reduce((min, slot) => Math.min(min, slot.position), of.length === 0 ? 0 : queue.position)
  const strip = least(awake)
  let drop = Math.min(strip, least(slots))
  // a slot that sleeps must not make the chain grow for ever
  if (queue.position - queue.base - queue.items > MAX_QUEUE_ITEMS) drop = strip
  return { strip: Math.max(queue.stripped, strip), drop: Math.max(queue.base, drop) }
}

export interface Released { queue: Queue, drop: LinkRecord[], strip: LinkRecord[], freed: number }

/** Takes bytes and links away. `links` are consecutive, from base + 1 or from stripped + 1 on; what lies beyond them waits for the next step. */
export function release (queue: Queue, links: readonly LinkRecord[], to: { strip: number, drop: number }): Released {
  const released: Released = { queue, drop: [], strip: [], freed: 0 }
  let { base, baseHead, stripped, items, charge } = queue
  for (const link of links) {
    const held = link.bytes.byteLength
    if (link.position > Math.max(to.strip, to.drop)) break
    if (held > 0) {
      items--
      released.freed += held
    }
    stripped = Math.max(stripped, link.position)
    if (link.position <= to.drop && link.position === base + 1) {
      base = link.position
      baseHead = link.head
      released.freed += ITEM_OVERHEAD_BYTES
      released.drop.push(link)
    } else if (held > 0) {
      released.strip.push({ ...link, bytes: new Uint8Array(0) })
    }
  }
  charge -= released.freed
  released.queue = { ...queue, base, baseHead, stripped, items, charge }
  return released
}

/** Position up to which items are older than the TTL (MBX-11); `links` are consecutive from stripped + 1 on. */
export function expired (links: readonly LinkRecord[], now: number, limits: QueueLimits): number {
  let position = 0
  for (const link of links) {
    if (link.time + limits.ttl > now) break
    position = link.position
  }
  return position
}

/** Nobody reads it any more (MBX-11). */
export function isDead (queue: Queue, now: number): boolean {
  return queue.visited + QUEUE_DEATH_MS <= now
}
