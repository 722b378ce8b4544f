/** Arithmetic of ranges of sequences; lists of them ascend and do not touch or overlap where it says `Range` with a hash. */
import { MAX_CHAIN_RANGES } from '@sotto/protocols/sync'
import type { Chain, Range } from '@sotto/protocols/sync'

export interface Stretch { from: number, to: number }

/** What of `all` is not in `taken`. */
export function subtract (all: readonly Stretch[], taken: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = []
  let at = 0
  for (const { from, to } of all) {
    let start = from
    while (at < taken.length && (taken[at]?.to ?? 0) < start) at++
    for (let i = at; i < taken.length && start <= to; i++) {
      const other = taken[i]
      if (other === undefined || other.from > to) break
      if (other.from > start) left.push({ from: start, to: other.from - 1 })
      start = Math.max(start, other.to + 1)
    }
    if (start <= to) left.push({ from: start, to })
  }
  return left
}

function clip (ranges: readonly Stretch[], end: number): Stretch[] {
  return ranges.filter(({ from }) => from <= end).map(({ from, to }) => ({ from, to: Math.min(to, end) }))
}

/** A place that both have, where the other one's hash is known: ours tells whether everything from `from` to there agrees. */
export interface Check { from: number, sequence: number, hash: Uint8Array }

export interface Comparison {
  /** what they have and we lack, and the other way round */
  needs: Stretch[]
  haves: Stretch[]
  checks: Check[]
  /** some of what both have can be checked by them only */
  unchecked: boolean
}

const UNKNOWN: Pick<Chain, 'ranges' | 'fork'> = { ranges: [] }

/** Compares one author's entries. From the first known fork on there is nothing to compare (SYN-13). */
export function compareChains (mine: Pick<Chain, 'ranges' | 'fork'> = UNKNOWN, theirs: Pick<Chain, 'ranges' | 'fork'> = UNKNOWN): Comparison {
  const end = Math.min(mine.fork?.sequence ?? Infinity, theirs.fork?.sequence ?? Infinity) - 1
  // of a chain that was cut short nothing is known beyond its last range (SYN-11)
  const told = theirs.ranges.length < MAX_CHAIN_RANGES ? end : Math.min(end, theirs.ranges.at(-1)?.to ?? 0)
  const result: Comparison = {
    needs: subtract(clip(theirs.ranges, end), mine.ranges),
    haves: subtract(clip(mine.ranges, told), theirs.ranges),
    checks: [],
    unchecked: false
  }
  let at = 0
  for (const ours of mine.ranges) {
    while (at < theirs.ranges.length && (theirs.ranges[at]?.to ?? 0) < ours.from) at++
    for (let i = at; i < theirs.ranges.length; i++) {
      const other = theirs.ranges[i]
      if (other === undefined || other.from > ours.to) break
      if (other.to <= ours.to) result.checks.push({ from: Math.max(ours.from, other.from), sequence: other.to, hash: other.hash })
      else result.unchecked = true
    }
  }
  return result
}

/** Up to `count` places strictly between, evenly apart. */
export function placesBetween (low: number, high: number, count: number): number[] {
  const places = new Set<number>()
  const between = Math.min(count, high - low - 1)
  for (let i = 1; i <= between; i++) places.add(low + Math.floor((high - low) * i / (between + 1)))
  places.delete(low)
  return [...places]
}

/** As it may be told: cut where a message has no room for more. */
export function shortened (chain: Chain): Chain {
  return chain.ranges.length <= MAX_CHAIN_RANGES ? chain : { ...chain, ranges: chain.ranges.slice(0, MAX_CHAIN_RANGES) }
}

/** Ranges joined where one ends right before the next; the hash is the last one's. */
export function joined (ranges: readonly Range[], linked: (before: Range, after: Range) => boolean): Range[] {
  const result: Range[] = []
  for (const range of ranges) {
    const last = result.at(-1)
    if (last?.to === range.from - 1 && linked(last, range)) result[result.length - 1] = { from: last.from, to: range.to, hash: range.hash }
    else result.push(range)
  }
  return result
}
