/** Logs of any size for the machine that compares them: chains of hashes, no entries. What one has is a set of places. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import type { AuthorStretch, RangeSource } from '../../src/sync/index.ts'
import type { Chain } from '@sotto/protocols/sync'

/** Numbers that look drawn by lot, the same in every run. */
export function dice (seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(state / 2 ** 32 * sides)
  }
}

export interface LargeAuthor { author: Uint8Array, hashes: Uint8Array[] }

/** `count` entries of one author, each hash over the one before; from `forkAt` on another chain. */
export function chainOf (author: Uint8Array, count: number, forkAt = Infinity): LargeAuthor {
  const hashes: Uint8Array[] = []
  let last: Uint8Array = author
  for (let sequence = 1; sequence <= count; sequence++) {
    const step = new Uint8Array(40)
    step.set(last)
    step[39] = sequence >= forkAt ? 1 : 0
    last = sha256(step)
    hashes.push(last)
  }
  return { author, hashes }
}

/** One copy of the log: everything, but for the places that it lacks. */
export class LargeLog implements RangeSource {
  readonly conversation = new Uint8Array(32).fill(7)
  readonly #authors = new Map<string, LargeAuthor>()
  readonly #lacking = new Map<string, Set<number>>()
  /** looks at the log, as the limits count them */
  lookups = 0

  constructor (authors: readonly LargeAuthor[]) {
    for (const author of authors) this.#authors.set(hex(author.author), author)
  }

  lack (author: Uint8Array, sequence: number): void {
    const set = this.#lacking.get(hex(author)) ?? new Set()
    this.#lacking.set(hex(author), set.add(sequence))
  }

  gain ({ author, from, to }: AuthorStretch): number {
    const set = this.#lacking.get(hex(author)) ?? new Set()
    let gained = 0
    for (let sequence = from; sequence <= to; sequence++) if (set.delete(sequence)) gained++
    return gained
  }

  has (author: Uint8Array, sequence: number): boolean {
    return sequence <= (this.#authors.get(hex(author))?.hashes.length ?? 0) && this.#lacking.get(hex(author))?.has(sequence) !== true
  }

  async chains (): Promise<Chain[]> {
    return [...this.#authors.values()].sort((a, b) => hex(a.author) < hex(b.author) ? -1 : 1).map(({ author, hashes }) => {
      const ranges: Chain['ranges'] = []
      const holes = [...this.#lacking.get(hex(author)) ?? []].sort((a, b) => a - b)
      let from = 1
      for (const hole of [...holes, hashes.length + 1]) {
        const hash = hashes[hole - 2]
        if (hole > from && hash !== undefined) ranges.push({ from, to: hole - 1, hash })
        from = hole + 1
      }
      return { author, ranges }
    }).filter(({ ranges }) => ranges.length > 0)
  }

  async hashAt (author: Uint8Array, sequence: number): Promise<Uint8Array | undefined> {
    this.lookups++
    return this.has(author, sequence) ? this.#authors.get(hex(author))?.hashes[sequence - 1] : undefined
  }
}
