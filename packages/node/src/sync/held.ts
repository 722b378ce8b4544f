/** Entries that wait for their parents, and the gaps that they show. Bounded: what has no room is asked for again by sync. */
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import type { StoredEntry } from './stored-entry.ts'

/** Entries that wait, per conversation: one full run of each of four devices. */
export const MAX_HELD_ENTRIES = 4096
/** Bytes of them: a few hundred messages of the greatest length. */
const MAX_HELD_BYTES = 8 * 1024 * 1024
/** Missing stretches that are named: more would only be asked for later. */
const MAX_GAPS = 64

export interface Gap { author: Uint8Array, from: number, to: number }

interface Target { author: Uint8Array, to: number }

export class HeldEntries {
  readonly #authors = new Map<string, Map<number, StoredEntry>>()
  #count = 0
  #bytes = 0

  get count (): number { return this.#count }

  get isFull (): boolean { return this.#count >= MAX_HELD_ENTRIES || this.#bytes >= MAX_HELD_BYTES }

  /** Authors (hex) of whom something waits. */
  authors (): string[] { return [...this.#authors.keys()] }

  /** All of it, ascending by sequence within each author. */
  list (): StoredEntry[] {
    return [...this.#authors.values()].flatMap(held => [...held.values()].sort((a, b) => a.entry.sequence - b.entry.sequence))
  }

  /** What waits of this author (hex), ascending. */
  stretches (author: string): Array<{ from: number, to: number }> {
    return [...this.#authors.get(author)?.keys() ?? []].sort((a, b) => a - b).map(sequence => ({ from: sequence, to: sequence }))
  }

  /** The last sequence of this author (hex) that waits; 0 for none. */
  last (author: string): number { return Math.max(0, ...this.#authors.get(author)?.keys() ?? []) }

  get (author: string, sequence: number): StoredEntry | undefined { return this.#authors.get(author)?.get(sequence) }

  /** @returns false where an entry waits at this place already */
  add (stored: StoredEntry): boolean {
    const author = hex(stored.entry.author)
    const held = this.#authors.get(author) ?? new Map<number, StoredEntry>()
    if (held.has(stored.entry.sequence)) return false
    held.set(stored.entry.sequence, stored)
    this.#authors.set(author, held)
    this.#count++
    this.#bytes += stored.entry.bytes.byteLength
    return true
  }

  /** Takes away what waits of this author below `end`. */
  takeBelow (author: string, end: number): StoredEntry[] {
    const held = this.#authors.get(author)
    const taken = [...held?.values() ?? []].filter(({ entry }) => entry.sequence < end)
    for (const { entry } of taken) {
      held?.delete(entry.sequence)
      this.#count--
      this.#bytes -= entry.bytes.byteLength
    }
    if (held?.size === 0) this.#authors.delete(author)
    return taken
  }

  /** What lies between what is here and what is known to exist (MSG-9: a gap is visible as a gap). */
  gaps (headOf: (author: Uint8Array) => number): Gap[] {
    const gaps: Gap[] = []
    for (const [id, { author, to }] of this.#targets()) {
      const held = [...this.#authors.get(id)?.keys() ?? []].sort((a, b) => a - b)
      let from = headOf(author) + 1
      for (const sequence of [...held, to + 1]) {
        if (sequence > from && gaps.length < MAX_GAPS) gaps.push({ author, from, to: sequence - 1 })
        from = Math.max(from, sequence + 1)
      }
    }
    return gaps
  }

  /** How far each author is known to have written, by what waits and by what that stands upon. */
  #targets (): Map<string, Target> {
    const targets = new Map<string, Target>()
    const reach = (author: Uint8Array, to: number): void => {
      const known = targets.get(hex(author))
      if (known === undefined) targets.set(hex(author), { author, to })
      else known.to = Math.max(known.to, to)
    }
    for (const held of this.#authors.values()) {
      for (const { entry } of held.values()) {
        reach(entry.author, entry.sequence)
        for (const parent of entry.parents) if (!equals(parent.author, entry.author)) reach(parent.author, parent.sequence)
      }
    }
    return targets
  }
}
