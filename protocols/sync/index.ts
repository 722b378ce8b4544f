/** What heals the log: limits of heads, wants and runs in session's Payload; and the exchange that finds what differs. Spec: README.md */
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBounded, labelled } from '../common/index.ts'
import { compareBytes } from '../message/index.ts'
import { Chain, Reconcile } from './sync.pb.ts'
import type { Probe, Range, Span } from './sync.pb.ts'

export * from './limits.ts'
export * from './sync.pb.ts'

/** Entries that one question asks for. */
export const MAX_WANTED_ENTRIES = 4096
/** Largest message of a reconciliation, bytes: it shares a payload with receipts; and whoever asks gets no more back. */
export const MAX_RECONCILE_BYTES = 16 * 1024
/** Spans in one message: the sixteenths of four that differ. */
export const MAX_SPANS = 64
/** Parts that a span is divided into where it differs and its chains are too many to name. */
export const SPAN_PARTS = 16
/** Chains that are named rather than divided further. */
export const MAX_LISTED_CHAINS = 64
/** Ranges that are told of one chain: what lies beyond the last of so many is told another time. */
export const MAX_CHAIN_RANGES = 64
/** Forks that one message looks for. */
export const MAX_PROBES = 8
/** Places of which a probe tells the hash: three steps find one entry in 30,000, four in a million. */
export const MAX_POINTS = 32
/** Questions that one reconciliation asks at most; what is left is found by the next. */
export const MAX_ROUNDS = 6
/** Largest sequence (MSG-5). */
const MAX_SEQUENCE = 2 ** 40

/** SHA-256 over conversation and chains (SYN-10). */
export function fingerprintOf (conversation: Uint8Array, chains: readonly Chain[]): Uint8Array {
  return sha256(labelled('sync/fingerprint', conversation, ...chains.map(chain => Chain.encode(chain))))
}

/** SHA-256 over the hashes of all entries that claim a place, sorted as bytes (SYN-13). */
export function forkDigest (sortedHashes: readonly Uint8Array[]): Uint8Array {
  return sha256(labelled('sync/fork', ...sortedHashes))
}

/** Length limit, decode, validate (SYN-11): undefined for anything out of bounds. */
export function decodeReconcile (bytes: Uint8Array): Reconcile | undefined {
  const message = decodeBounded(Reconcile, bytes, MAX_RECONCILE_BYTES, { spans: MAX_SPANS, probes: MAX_PROBES, spans$: { chains: MAX_LISTED_CHAINS, chains$: { ranges: MAX_CHAIN_RANGES } }, probes$: { points: MAX_POINTS } })
  if (message === undefined || (message.to.byteLength !== 0 && message.to.byteLength !== 16)) return undefined
  return message.spans.every(validSpan) && areApart(message.spans) && message.probes.every(validProbe) ? message : undefined
}

/** Each author stands in one span at most: no fingerprint is asked for twice. */
function areApart (spans: readonly Span[]): boolean {
  return spans.every(({ from, to }, at) => {
    const next = spans[at + 1]
    const forward = from.byteLength === 0 || to.byteLength === 0 || compareBytes(from, to) < 0
    return forward && (next === undefined || (to.byteLength > 0 && next.from.byteLength > 0 && compareBytes(to, next.from) <= 0))
  })
}

function validSpan ({ from, to, fingerprint, chains }: Span): boolean {
  if ((from.byteLength !== 0 && from.byteLength !== 16) || (to.byteLength !== 0 && to.byteLength !== 16)) return false
  if (fingerprint.byteLength !== 0) return fingerprint.byteLength === 32 && chains.length === 0
  return chains.every((chain, at) => validChain(chain) && (at === 0 || compareBytes(chains[at - 1]?.author ?? chain.author, chain.author) < 0))
}

function validChain ({ author, ranges, fork }: Chain): boolean {
  if (author.byteLength !== 16 || !ascends(ranges)) return false
  return fork === undefined || (fork.digest.byteLength === 32 && validSequence(fork.sequence) && (ranges.at(-1)?.to ?? 0) < fork.sequence)
}

function ascends (ranges: readonly Range[]): boolean {
  let last = 0
  for (const { from, to, hash } of ranges) {
    if (!validSequence(from) || !validSequence(to) || from <= last || to < from || hash.byteLength !== 32) return false
    last = to
  }
  return true
}

function validProbe ({ author, low, high, points }: Probe): boolean {
  if (author.byteLength !== 16 || !Number.isSafeInteger(low) || low < 0 || !validSequence(high) || high <= low) return false
  let last = low
  for (const { sequence, hash } of points) {
    if (!validSequence(sequence) || sequence <= last || sequence >= high || hash.byteLength !== 32) return false
    last = sequence
  }
  return points.length > 0 || high === low + 1
}

function validSequence (value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= MAX_SEQUENCE
}
