/**
 * The outgoing half of a channel: turns what is due into one sealed record (ENV-5: what waits is coalesced).
 * {ratchet state, record, cursors} go in one batch, and only then may bytes leave (SES: a generation is never used twice).
 */
import { Run, runBytes } from '@sotto/protocols/message'
import { MAX_PAYLOAD_BYTES, Payload, Profile } from '@sotto/protocols/session'
import { equals } from 'uint8arrays/equals'
import { sign } from '../identity/ed25519.ts'
import { canSeal } from './plan.machine.ts'
import { collectRuns } from '../sync/index.ts'
import type { ChannelComponents, ChannelHost, ChannelState } from './channel-state.ts'
import type { StoreOp } from '../store/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

/** Bytes of entries in one payload: the rest of it carries receipts, an announcement and wants. */
const MAX_ENTRY_BYTES_PER_PAYLOAD = 44 * 1024
/** An announcement that the peer has not confirmed is sent again after this long, ms. */
const ANNOUNCE_AGAIN_MS = 10_000

const EMPTY = new Uint8Array(0)

interface Pending { entries: DecodedEntry[], run: Uint8Array | undefined, ops: StoreOp[] }

/** Seals one record if something is due and there is a way out. @returns operations to write beside session and record, or undefined for nothing to do */
export async function sealNext (components: ChannelComponents, host: ChannelHost, state: ChannelState): Promise<StoreOp[] | undefined> {
  const { session, record, due } = state
  if (session === undefined || host.isBlocked(record.peer)) return undefined
  const now = components.clock.now()
  const input = host.planInput(state)
  const wayOut = input.devices.some(device => device.up && device.room > 0) || input.mailboxes.some(mailbox => now >= mailbox.retryAt)
  if (!wayOut) return undefined
  const pending = canSeal(input, now) ? await takeEntries(components, state) : { entries: [], run: undefined, ops: [] }
  const announce = record.seenByPeer < record.ownRevision && now - state.lastAnnounced > ANNOUNCE_AGAIN_MS
  const control = due.receipts || due.wants.length > 0 || due.repairs.length > 0 || announce
  if (pending.run === undefined && !control) {
    if (due.typing !== undefined) return sealTyping(state, now)
    return due.update && record.confirmed ? sealUpdate(state, now) : undefined
  }
  const payload = await buildPayload(components, host, state, pending, announce)
  const first = pending.entries[0]?.sequence ?? 0
  const last = pending.entries.at(-1)?.sequence ?? 0
  const sealed = await session.seal(payload)
  const superseded = state.outbox.list().filter(other => other.kind === 'control').map(other => other.number)
  const ops: StoreOp[] = [...pending.ops, ...state.outbox.remove(superseded)]
  ops.push(...state.outbox.put({
    number: record.nextRecord++,
    kind: last > 0 ? 'message' : 'control',
    from: first,
    to: last,
    branch: sealed.branch,
    message: sealed.message,
    follow: EMPTY,
    created: now
  }).ops)
  if (last > 0) {
    record.sealedUpTo = last
    for (const entry of pending.entries) state.fresh.delete(entry.sequence)
  }
  due.receipts = false
  due.typing = undefined
  due.wants = []
  state.lastReceipts = now
  if (announce) state.lastAnnounced = now
  if (session.shouldUpdate(now)) due.update = true
  return ops
}

/** Typing is never stored: not here, and at no mailbox (ENV-10). */
async function sealTyping (state: ChannelState, now: number): Promise<StoreOp[] | undefined> {
  const { session, record, due } = state
  const active = due.typing ?? false
  due.typing = undefined
  if (session === undefined) return undefined
  const sealed = await session.seal(Payload.encode({ runs: [], heads: [], reads: [], typing: { active }, announcement: EMPTY, wants: [], keyPackages: [], profile: EMPTY, proofs: [], announcementSeen: record.theirRevision }))
  state.outbox.put({ number: record.nextRecord++, kind: 'typing', from: 0, to: 0, branch: sealed.branch, message: sealed.message, follow: EMPTY, created: now })
  return []
}

async function sealUpdate (state: ChannelState, now: number): Promise<StoreOp[] | undefined> {
  const { session, record, due } = state
  due.update = false
  if (session === undefined || !session.shouldUpdate(now)) return undefined
  const sealed = await session.update()
  const { ops } = state.outbox.put({
    number: record.nextRecord++,
    kind: 'commit',
    from: 0,
    to: 0,
    branch: sealed.branch,
    message: sealed.message,
    follow: session.branch,
    created: now
  })
  return ops
}

/** The next own entries, as many as one payload takes, signed as one run. */
async function takeEntries (components: ChannelComponents, state: ChannelState): Promise<Pending> {
  const { record, log, fresh } = state
  const head = log.head(components.own.device)?.sequence ?? 0
  const entries: DecodedEntry[] = []
  let size = 0
  for (let sequence = record.sealedUpTo + 1; sequence <= head && entries.length < 1024; sequence++) {
    const entry = fresh.get(sequence) ?? (await log.read(components.own.device, sequence))?.entry
    if (entry === undefined) break // still on its way to the disk
    size += entry.bytes.byteLength + 4
    if (entries.length > 0 && size > MAX_ENTRY_BYTES_PER_PAYLOAD) break
    entries.push(entry)
  }
  const last = entries.at(-1)
  if (last === undefined) return { entries, run: undefined, ops: [] }
  const signature = await sign(components.own.leafSeed, runBytes(record.conversation, last.hash))
  const run = Run.encode({ entries: entries.map(entry => entry.bytes), signature, credential: EMPTY })
  return { entries, run, ops: log.signed(last, signature) }
}

async function buildPayload (components: ChannelComponents, host: ChannelHost, state: ChannelState, pending: Pending, announce: boolean): Promise<Uint8Array> {
  const { record, log, due } = state
  const profile = host.profile()
  const runs = pending.run === undefined ? [] : [pending.run]
  let room = MAX_PAYLOAD_BYTES - 12 * 1024 - (pending.run?.byteLength ?? 0)
  while (due.repairs[0] !== undefined && room > 2048) {
    const repair = due.repairs[0]
    const collected = await collectRuns(log, repair, room)
    if (collected.runs.length === 0 && runs.length > 0) break
    runs.push(...collected.runs)
    room -= collected.runs.reduce((sum, run) => sum + run.byteLength, 0)
    due.repairs.shift() // what did not fit is asked for again
  }
  const own = components.own.device
  const sealedUpTo = pending.entries.at(-1)?.sequence ?? record.sealedUpTo
  return Payload.encode({
    runs,
    // what was never sealed cannot be asked for
    heads: log.heads().map(({ author, sequence }) => ({ author, sequence: equals(author, own) ? sealedUpTo : sequence, hash: EMPTY })),
    reads: profile.readReceipts && record.peerReadReceipts
      ? Object.entries(record.reads).map(([author, sequence]) => ({ author: fromHex(author), sequence, hash: EMPTY }))
      : [],
    ...(due.typing === undefined ? {} : { typing: { active: due.typing } }),
    announcement: announce ? await host.announcement(state) : EMPTY,
    wants: due.wants.slice(0, 64),
    keyPackages: [],
    profile: announce ? Profile.encode({ name: profile.name, revision: profile.revision, readReceipts: profile.readReceipts }) : EMPTY,
    proofs: [],
    announcementSeen: record.theirRevision
  })
}

function fromHex (text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16))
}
