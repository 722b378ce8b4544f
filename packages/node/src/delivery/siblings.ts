/**
 * What a channel does for the other devices of its owner: takes them into the session, puts revoked ones out, hands the
 * history over and takes it in. Each step changes the channel's state and returns what is to be written; its owner runs them one at a time.
 */
import { Run, runBytes } from '@sotto/protocols/message'
import { equals } from 'uint8arrays/equals'
import { sign } from '../identity/ed25519.ts'
import { createKeyPackage } from '../session/index.ts'
import { hex, putSealed } from './channel-state.ts'
import { applyRun, remember } from './receive.ts'
import type { ChannelChange, ChannelComponents, ChannelState } from './channel-state.ts'
import type { StoreOp } from '../store/index.ts'

/** Own KeyPackages that lie with our other devices, per conversation: one is enough, and a retry or two. */
const MAX_SIBLING_PACKAGES = 4
/** Entries and bytes of one run that is signed anew for another own device. */
const MAX_RUN_ENTRIES = 512
const MAX_RUN_BYTES = 40 * 1024
/** Bytes of one run as it came: a payload's worth. */
const MAX_STORED_RUN_BYTES = 60 * 1024
/** Bytes around the entries of a run. */
const RUN_OVERHEAD_BYTES = 128

const EMPTY = new Uint8Array(0)

/** A KeyPackage with which another device of ours may add this one. Its private half is durable with the record. */
export async function packageForSibling ({ own, clock }: ChannelComponents, { record }: ChannelState): Promise<Uint8Array> {
  const pair = await createKeyPackage({ own, now: clock.now() })
  record.siblingPackages = [...record.siblingPackages, pair].slice(-MAX_SIBLING_PACKAGES)
  return pair.publicPackage
}

/** Adds devices; the commit is in the outbox. @throws as `Session.add` */
export async function admitDevices ({ clock }: ChannelComponents, state: ChannelState, keyPackages: Uint8Array[]): Promise<{ ops: StoreOp[], welcome: Uint8Array } | undefined> {
  const { session } = state
  if (session === undefined || session.removed) return undefined
  const { commit, welcome } = await session.add(keyPackages)
  remember(state, session.members())
  return { ops: putSealed(state, 'commit', commit, clock.now(), { follow: session.branch }).ops, welcome }
}

/** Removes those of these devices that sit here; the commit, with what revokes them, is in the outbox. */
export async function expelDevices ({ clock }: ChannelComponents, state: ChannelState, revocations: ReadonlyMap<string, Uint8Array>): Promise<StoreOp[]> {
  const { session, record } = state
  if (session === undefined || session.removed) return []
  const gone = session.members().map(({ device }) => device).filter(device => revocations.has(hex(device)))
  if (gone.length === 0) return []
  const sealed = await session.remove(gone, gone.flatMap(device => revocations.get(hex(device)) ?? []))
  record.places = Object.fromEntries(Object.entries(record.places).filter(([device]) => !revocations.has(device)))
  return putSealed(state, 'commit', sealed, clock.now(), { follow: session.branch }).ops
}

/** Runs of another own device: verified and placed as if they had come in the session. */
export async function absorbRuns (components: ChannelComponents, state: ChannelState, runs: readonly Uint8Array[]): Promise<{ ops: StoreOp[], changes: ChannelChange[] }> {
  const ops: StoreOp[] = []
  const changes: ChannelChange[] = []
  for (const run of runs) await applyRun(components, state, run, ops, changes)
  return { ops, changes }
}

/** What was read on another device of ours, and how much it counts as unread. */
export function takeReads ({ log, record }: ChannelState, reads: ReadonlyMap<string, number>, unread: number): void {
  for (const [author, sequence] of reads) {
    if (record.authors[author] !== undefined && sequence > (record.reads[author] ?? 0)) record.reads = { ...record.reads, [author]: sequence }
  }
  log.countUnread(unread)
}

export interface HistoryPage { runs: Uint8Array[], more: boolean }

/**
 * What somebody lacks who has `heads` (author, hex → sequence), the oldest first, so that each run stands upon what came before it. Own
 * entries that were never sealed are signed for it: notes to oneself, and what still waits for its recipient.
 */
export async function historyPage ({ own }: Pick<ChannelComponents, 'own'>, state: ChannelState, heads: ReadonlyMap<string, number>, maxBytes: number): Promise<HistoryPage> {
  const { log } = state
  const next = new Map(log.heads().map(head => [hex(head.author), { author: head.author, sequence: (heads.get(hex(head.author)) ?? 0) + 1, to: head.sequence }]))
  const credited = new Set<string>()
  const runs: Uint8Array[] = []
  let room = maxBytes
  for (;;) {
    let first: { name: string, depth: number } | undefined
    for (const [name, { author, sequence, to }] of next) {
      const depth = sequence > to ? undefined : (await log.read(author, sequence))?.entry.depth
      if (depth === undefined) next.delete(name)
      else if (first === undefined || depth < first.depth) first = { name, depth }
    }
    const at = first === undefined ? undefined : next.get(first.name)
    if (first === undefined || at === undefined) return { runs, more: false }
    const mine = equals(at.author, own.device)
    const gathered = await gather(state, at.author, at.sequence, at.to, mine)
    if (gathered === undefined) {
      next.delete(first.name) // its end is not here yet
      continue
    }
    const credential = credited.has(first.name) ? EMPTY : mine ? own.credential : state.record.authors[first.name]?.credential ?? EMPTY
    const signature = gathered.signature ?? await sign(own.leafSeed, runBytes(state.record.conversation, gathered.hash))
    const run = Run.encode({ entries: gathered.entries, signature, credential })
    if (run.byteLength + RUN_OVERHEAD_BYTES > room && runs.length > 0) return { runs, more: true }
    credited.add(first.name)
    runs.push(run)
    room -= run.byteLength + RUN_OVERHEAD_BYTES
    at.sequence += gathered.entries.length
  }
}

interface Gathered { entries: Uint8Array[], hash: Uint8Array, signature: Uint8Array | undefined }

/** Entries up to the next signature; of our own, up to where a run that we sign now may end. */
async function gather ({ log }: ChannelState, author: Uint8Array, from: number, to: number, mine: boolean): Promise<Gathered | undefined> {
  const entries: Uint8Array[] = []
  let hash: Uint8Array = EMPTY
  let size = 0
  for (let sequence = from; sequence <= to; sequence++) {
    const stored = await log.read(author, sequence)
    if (stored === undefined) break
    size += stored.entry.bytes.byteLength + 4
    if (size > MAX_STORED_RUN_BYTES && entries.length > 0) break
    entries.push(stored.entry.bytes)
    hash = stored.entry.hash
    if (stored.signature !== undefined) return { entries, hash, signature: stored.signature }
    if (mine && (entries.length >= MAX_RUN_ENTRIES || size >= MAX_RUN_BYTES)) break
  }
  return mine && entries.length > 0 ? { entries, hash, signature: undefined } : undefined
}
