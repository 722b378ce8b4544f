/**
 * What a reader believes of a mailbox's answer: pure. Everything is either the continuation of the chain that was read
 * so far, or a lie that the mailbox signed (MBX-8).
 */
import { chain, hashOf } from '@sotto/protocols/mailbox'
import { equals } from 'uint8arrays/equals'
import { MAX_CLOCK_ERROR_MS } from '../config.ts'
import type { MailItem } from './index.ts'
import type { HeadBody, Items, Link } from '@sotto/protocols/mailbox'

/** How far a queue was read: the last position, the head there, when it was stored. */
export interface Cursor { position: number, head: Uint8Array, time: number }

/** Head at one position, and whether its item had gone before we read it. */
export interface KnownHead { head: Uint8Array, gone: boolean }

export type Followed =
  | { lie: string }
  | { lie?: never, items: MailItem[], cursor: Cursor, heads: KnownHead[] }

/**
 * `head` is the verified one of the frame, undefined where its signature does not hold. `shared`: other devices of ours read this
 * queue, and it may have been emptied for them while this one slept, or before its time (MBX-10): what is missing then proves nothing.
 */
export function follow (cursor: Cursor, frame: Items, head: HeadBody | undefined, ttl: number, now: number, shared = false): Followed {
  if (head === undefined || !equals(head.queue, frame.queue)) return { lie: 'it answered without its signature' }
  const items: MailItem[] = []
  const heads: KnownHead[] = []
  let at = cursor
  let skipped = false
  for (const link of frame.links) {
    if (link.position <= cursor.position) continue // asked for twice, and known
    if (link.position !== at.position + 1) {
      if (!shared || heads.length > 0) return { lie: 'it left out positions of the chain' }
      skipped = true
      at = { position: link.position - 1, head: at.head, time: at.time }
    }
    if (link.time < at.time) return { lie: 'its chain runs backwards in time' }
    const gone = link.bytes.byteLength === 0
    if (gone && !shared && !isExpired(link, head, ttl, now)) return { lie: 'it lost an item that it had promised to keep' }
    const hash = gone ? link.hash : hashOf(link.bytes)
    at = { position: link.position, head: chain(at.head, { ...link, hash }), time: link.time }
    heads.push({ head: at.head, gone })
    if (!gone) items.push({ id: link.id, bytes: link.bytes })
  }
  // where the beginning is not known the signed end is believed, and held against whatever comes after it
  if (skipped && head.position === at.position) return { items, cursor: { ...at, head: head.head }, heads: [{ head: head.head, gone: false }] }
  if (heads.length > 0 && (head.position !== at.position || !equals(head.head, at.head))) return { lie: 'its chain does not hold' }
  return { items, cursor: at, heads }
}

/** An answer without links names the end of the queue, as it was when we asked with `asked`. */
export function checkEnd (asked: Cursor, head: HeadBody | undefined, queue: Uint8Array): string | undefined {
  if (head === undefined || !equals(head.queue, queue)) return 'it answered without its signature'
  if (head.position < asked.position) return 'its chain is shorter than it was'
  if (head.position === asked.position && !equals(head.head, asked.head)) return 'it shows another chain than before'
  return undefined
}

/** By the mailbox's own clock, which must not be far from ours. */
function isExpired (link: Link, head: HeadBody, ttl: number, now: number): boolean {
  return head.time >= link.time + ttl && head.time <= now + MAX_CLOCK_ERROR_MS
}
