/** The name of a conversation. A file of its own: contacts are named by it before there is an entry to read. */
import { sha256 } from '@noble/hashes/sha2.js'
import { labelled } from '../common/index.ts'

/** The conversation of two people, or of one with themselves: both sides compute the same 32 bytes (MSG-4). */
export function directConversation (a: Uint8Array, b: Uint8Array): Uint8Array {
  const [low, high] = compareBytes(a, b) <= 0 ? [a, b] : [b, a]
  return sha256(labelled('message/conversation', low, high))
}

export function compareBytes (a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.byteLength, b.byteLength)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.byteLength - b.byteLength
}
