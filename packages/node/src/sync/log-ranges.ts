/** What a log has, as chains that can be compared (SYN-9): applied entries, and what waits for its parents. */
import { compareBytes } from '@sotto/protocols/message'
import { forkDigest } from '@sotto/protocols/sync'
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import { joined } from './ranges.ts'
import type { ConversationLog } from './log.ts'
import type { RangeSource } from './reconcile.ts'
import type { StoredEntry } from './stored-entry.ts'
import type { Chain, Fork, Range } from '@sotto/protocols/sync'

/**
 * `own`: this device; its entries count up to `sealedUpTo`, since what was never signed cannot be handed on. All in memory
 * but for one place of the log per known fork, and our own last sealed one.
 */
export function rangesOf (log: ConversationLog, own: { device: Uint8Array, sealedUpTo: number }): RangeSource {
  return {
    conversation: log.conversation,
    hashAt: async (author, sequence) => log.hashAt(author, sequence),
    chains: async () => chainsOf(log, own)
  }
}

async function chainsOf (log: ConversationLog, own: { device: Uint8Array, sealedUpTo: number }): Promise<Chain[]> {
  const authors = new Map<string, { author: Uint8Array, ranges: Range[] }>()
  for (const { author, sequence, hash } of log.heads()) {
    const upTo = equals(author, own.device) ? Math.min(sequence, own.sealedUpTo) : sequence
    const last = upTo === sequence ? hash : await log.hashAt(author, upTo)
    authors.set(hex(author), { author, ranges: last === undefined ? [] : [{ from: 1, to: upTo, hash: last }] })
  }
  const previous = new Map<Range, Uint8Array | undefined>()
  for (const { entry } of log.waiting()) {
    const known = authors.get(hex(entry.author)) ?? { author: entry.author, ranges: [] }
    const range = { from: entry.sequence, to: entry.sequence, hash: entry.hash }
    previous.set(range, previousOf(entry))
    known.ranges.push(range)
    authors.set(hex(entry.author), known)
  }
  const chains: Chain[] = []
  for (const { author, ranges } of authors.values()) {
    // an entry that does not name the one before it goes on from something else: its hash says nothing of what is here
    const whole = joined(ranges, (before, after) => equals(before.hash, previous.get(after) ?? before.hash))
    const fork = await forkOf(log, author)
    chains.push(fork === undefined ? { author, ranges: whole } : await cut(log, author, whole, fork))
  }
  return chains.sort((a, b) => compareBytes(a.author, b.author))
}

function previousOf (entry: StoredEntry['entry']): Uint8Array | undefined {
  return entry.sequence === 1 ? undefined : entry.parents[0]?.hash
}

/** The first place of an author that more than one entry claims, of those that are here (SYN-13). */
async function forkOf (log: ConversationLog, author: Uint8Array): Promise<Fork | undefined> {
  const head = log.head(author)?.sequence ?? 0
  const claims = log.claims(author).filter(({ sequence }) => sequence <= head)
  if (claims.length === 0) return undefined
  const sequence = Math.min(...claims.map(claim => claim.sequence))
  const first = await log.hashAt(author, sequence)
  const hashes = claims.filter(claim => claim.sequence === sequence).map(({ hash }) => hash)
  return { sequence, digest: forkDigest([...hashes, ...(first === undefined ? [] : [first])].sort(compareBytes)) }
}

/** What stands before the fork: beyond it everybody goes on from what came first there. */
async function cut (log: ConversationLog, author: Uint8Array, ranges: Range[], fork: Fork): Promise<Chain> {
  const before: Range[] = []
  for (const range of ranges) {
    if (range.to < fork.sequence) before.push(range)
    else if (range.from < fork.sequence) {
      const hash = await log.hashAt(author, fork.sequence - 1)
      if (hash !== undefined) before.push({ from: range.from, to: fork.sequence - 1, hash })
    }
  }
  return { author, ranges: before, fork }
}
