/**
 * The outgoing half of a channel: turns what is due into one sealed record (ENV-5: what waits is coalesced).
 * {ratchet state, record, cursors} go in one batch, and only then may bytes leave (SES: a generation is never used twice).
 */
import { hexToBytes } from '@noble/hashes/utils.js'
import { Run, runBytes } from '@sotto/protocols/message'
import { MAX_PAYLOAD_BYTES, MAX_SESSION_DEVICES, MAX_SIGNALS, Payload, Profile } from '@sotto/protocols/session'
import { equals } from 'uint8arrays/equals'
import { sign } from '../identity/ed25519.ts'
import { collectRuns } from '../sync/index.ts'
import { hex, putSealed } from './channel-state.ts'
import { SIGNAL_MS, TYPING_MS, canSeal } from './plan.machine.ts'
import type { ChannelComponents, ChannelHost, ChannelState } from './channel-state.ts'
import type { PlanInput } from './plan.machine.ts'
import type { StoreOp } from '../store/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'
import type { ChannelRecord } from './channel-record.ts'
import type { Head } from '@sotto/protocols/session'

/** Bytes of entries in one payload: the rest of it carries receipts and the like. */
const MAX_ENTRY_BYTES_PER_PAYLOAD = 44 * 1024
/** Bytes of entries in one repair: a run of the greatest length fits, with its credential and our receipts. */
const MAX_REPAIR_BYTES_PER_PAYLOAD = 48 * 1024
/** Bytes of signals in one payload; one always fits. */
const MAX_SIGNAL_BYTES_PER_PAYLOAD = 48 * 1024
/** Repairs on the way at a time: the next waits until one was taken. */
const MAX_OPEN_REPAIRS = 8
/** Bytes of repairs that a peer may have at once: a history of ten thousand messages. */
export const REPAIR_BURST_BYTES = 4 * 1024 * 1024
/** … and per second in the long run: questions cost nothing, answers do (SYN-6). */
const REPAIR_BYTES_PER_SECOND = 128 * 1024
/** An announcement that the peer has not confirmed is sent again after this long, ms. */
const ANNOUNCE_AGAIN_MS = 10_000

const EMPTY = new Uint8Array(0)

interface Pending { entries: DecodedEntry[], run: Uint8Array | undefined, ops: StoreOp[] }

/** Which ways are open now. */
function ways (input: PlanInput, now: number): { stream: boolean, mailbox: boolean } {
  return { stream: input.devices.some(device => device.up && device.room > 0), mailbox: input.mailboxes.some(mailbox => now >= mailbox.retryAt) }
}

/** Is it time to say where we are? Messages that can go now go first: making an announcement may wait for mailboxes. */
export function wantsAnnouncement (components: ChannelComponents, host: ChannelHost, state: ChannelState): boolean {
  const { session, record, log } = state
  if (session === undefined || session.removed || host.isBlocked(record.peer)) return false
  const now = components.clock.now()
  if (now - state.lastAnnounced <= ANNOUNCE_AGAIN_MS) return false
  const input = host.planInput(state)
  const lacking = input.devices.filter(({ device }) => (record.seen[device] ?? 0) < record.ownRevision)
  if (lacking.length === 0) return false
  // who is away while others are there is told when it comes: for its sake alone nothing is said again
  if (state.announcedRevision >= record.ownRevision && lacking.every(({ up }) => !up) && input.devices.some(({ up }) => up)) return false
  const { stream, mailbox } = ways(input, now)
  const more = (log.head(components.own.device)?.sequence ?? 0) > record.sealedUpTo
  return (stream || mailbox) && !(more && canSeal(input, now))
}

/**
 * Seals one record if something is due and there is a way out. @returns operations to write beside session and record, or
 * undefined for nothing to do
 */
export async function sealNext (components: ChannelComponents, host: ChannelHost, state: ChannelState, announcement: Uint8Array | undefined): Promise<StoreOp[] | undefined> {
  const { session, record, due, outbox } = state
  if (session === undefined || session.removed || host.isBlocked(record.peer)) return undefined
  const now = components.clock.now()
  const input = host.planInput(state)
  const { stream, mailbox } = ways(input, now)
  if (due.typing !== undefined && (!stream || now - due.typing.at > TYPING_MS)) due.typing = undefined
  if (due.signals.length > 0) {
    due.signals = due.signals.filter(({ at }) => now - at <= SIGNAL_MS)
    if (stream && due.signals.length > 0) return sealSignals(state, now)
  }
  if (!stream && !mailbox) return undefined
  const pending = canSeal(input, now) ? await takeEntries(components, state) : { entries: [], run: undefined, ops: [] }
  const runs = pending.run === undefined ? await takeRepairs(state, now) : [pending.run]
  // a comparison has a payload without entries: both are large
  const reconcile = runs.length === 0 && hasRoomForRepairs(state) ? due.reconciles[0] : undefined
  if (runs.length === 0 && !due.receipts && due.wants.length === 0 && reconcile === undefined && announcement === undefined) {
    if (due.typing !== undefined) return sealTyping(state, now)
    return due.update && record.confirmed && ownDevicesHear(components, state, input) && othersHear(input) ? sealUpdate(state, now) : undefined
  }
  if (reconcile !== undefined) due.reconciles.shift()
  const sealed = await session.seal(buildPayload(components, host, state, { pending, runs, announcement, reconcile: reconcile ?? EMPTY, sealedHash: await sealedHash(components, state, pending) }))
  const first = pending.entries[0]?.sequence ?? 0
  const last = pending.entries.at(-1)?.sequence ?? 0
  // receipts are cumulative; an announcement on its way is not said again
  const superseded = outbox.list().filter(other => other.kind === 'control' && (other.number !== state.announcing || announcement !== undefined))
  const ops: StoreOp[] = [...pending.ops, ...outbox.remove(superseded.map(other => other.number))]
  if (announcement !== undefined) {
    state.announcing = record.nextRecord
    state.lastAnnounced = now
    state.announcedRevision = record.ownRevision
  }
  const kind = last > 0 ? 'message' : runs.length > 0 || reconcile !== undefined ? 'repair' : 'control'
  ops.push(...putSealed(state, kind, sealed, now, { from: first, to: last }).ops)
  if (last > 0) {
    record.sealedUpTo = last
    for (const entry of pending.entries) state.fresh.delete(entry.sequence)
  }
  due.receipts = false
  due.wants = []
  due.proofs.clear()
  state.lastReceipts = now
  if (session.shouldUpdate(now)) due.update = true
  return ops
}

/** Steps of a call: before all else, since somebody listens for them; stored as little as typing (CALL-3). */
async function sealSignals (state: ChannelState, now: number): Promise<StoreOp[] | undefined> {
  const { due } = state
  const signals: Uint8Array[] = []
  for (let bytes = 0; signals.length < MAX_SIGNALS; signals.push(due.signals.shift()?.bytes ?? EMPTY)) {
    bytes += due.signals[0]?.bytes.byteLength ?? Infinity
    if (bytes > MAX_SIGNAL_BYTES_PER_PAYLOAD) break
  }
  return sealLive(state, 'signal', { signals }, now)
}

/** Alone in its payload, and nothing of it for the disk. */
async function sealLive (state: ChannelState, kind: 'signal' | 'typing', content: Partial<Payload>, now: number): Promise<StoreOp[] | undefined> {
  const sealed = await state.session?.seal(Payload.encode({ ...content, announcementsSeen: seenBy(state.record) }))
  if (sealed === undefined) return undefined
  putSealed(state, kind, sealed, now)
  return []
}

/**
 * ENV-21: no mailbox carries a commit to our own other devices, and without it they could not open what is sealed after it: keys are
 * renewed while they are there to hear of it. Who has not announced itself since it was last here is none that we wait for.
 */
export function ownDevicesHear ({ own }: Pick<ChannelComponents, 'own'>, { record }: Pick<ChannelState, 'record'>, input: PlanInput): boolean {
  return Object.entries(record.places).every(([device, place]) => !place.own || device === hex(own.device) || input.devices.some(one => one.device === device && one.up))
}

/**
 * ENV-21: our other devices go on from a commit at once, and the other side opens nothing of what any of them seals until it has it: a
 * device that reaches nobody but our own keeps its keys.
 */
export function othersHear ({ devices, mailboxes }: PlanInput): boolean {
  return mailboxes.length > 0 || devices.some(({ own, up }) => up && !own)
}

/** Typing is never stored: not here, and at no mailbox (ENV-10). */
async function sealTyping (state: ChannelState, now: number): Promise<StoreOp[] | undefined> {
  const active = state.due.typing?.active ?? false
  state.due.typing = undefined
  return sealLive(state, 'typing', { typing: { active } }, now)
}

async function sealUpdate (state: ChannelState, now: number): Promise<StoreOp[] | undefined> {
  const { session, due } = state
  due.update = false
  if (session === undefined || !session.shouldUpdate(now)) return undefined
  const sealed = await session.update()
  return putSealed(state, 'commit', sealed, now, { follow: session.branch }).ops
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

function hasRoomForRepairs ({ outbox }: ChannelState): boolean {
  return outbox.list().filter(other => other.kind === 'repair').length < MAX_OPEN_REPAIRS
}

/** What may be spent on repairs as of now. */
export function refillRepairs ({ repairBudget }: ChannelState, now: number): void {
  repairBudget.bytes = Math.min(REPAIR_BURST_BYTES, repairBudget.bytes + (now - repairBudget.at) / 1000 * REPAIR_BYTES_PER_SECOND)
  repairBudget.at = now
}

/** What others asked for, as much as one payload takes; the rest stays due (SYN-3). */
async function takeRepairs (state: ChannelState, now: number): Promise<Uint8Array[]> {
  const { due, log, record, repairBudget } = state
  if (due.repairs.size === 0 || !hasRoomForRepairs(state)) return []
  refillRepairs(state, now)
  const runs: Uint8Array[] = []
  let room = Math.min(MAX_REPAIR_BYTES_PER_PAYLOAD, repairBudget.bytes)
  for (const [name, wanted] of [...due.repairs]) {
    const collected = await collectRuns(log, wanted, room, record.authors[hex(wanted.author)]?.credential ?? EMPTY)
    if (collected.runs.length === 0 && (runs.length > 0 || room < MAX_REPAIR_BYTES_PER_PAYLOAD)) break // it goes with the next
    const size = collected.runs.reduce((sum, run) => sum + run.byteLength, 0)
    runs.push(...collected.runs)
    room -= size
    repairBudget.bytes -= size
    if (collected.runs.length === 0 || collected.upTo >= wanted.to) due.repairs.delete(name)
    else due.repairs.set(name, { ...wanted, from: collected.upTo + 1 })
  }
  return runs
}

interface Contents { pending: Pending, runs: Uint8Array[], announcement: Uint8Array | undefined, reconcile: Uint8Array, sealedHash: Uint8Array }

/** The hash of our last sealed entry: it stands for all before it (SYN-1). */
async function sealedHash ({ own }: ChannelComponents, { log, record }: ChannelState, { entries }: Pending): Promise<Uint8Array> {
  return entries.at(-1)?.hash ?? (record.sealedUpTo === 0 ? EMPTY : await log.hashAt(own.device, record.sealedUpTo) ?? EMPTY)
}

function buildPayload (components: ChannelComponents, host: ChannelHost, state: ChannelState, { pending, runs, announcement, reconcile, sealedHash }: Contents): Uint8Array {
  const { record, log, due } = state
  const profile = host.profile()
  const own = components.own.device
  const sealedUpTo = pending.entries.at(-1)?.sequence ?? record.sealedUpTo
  const payload = {
    runs,
    // what was never sealed cannot be asked for; our own head stands there always, so that even nothing is said
    heads: [{ author: own, sequence: sealedUpTo, hash: sealedHash }, ...log.heads().filter(({ author }) => !equals(author, own)).map(({ author, sequence, hash }) => ({ author, sequence, hash }))],
    reads: profile.readReceipts && record.peerReadReceipts
      ? Object.entries(record.reads).map(([author, sequence]) => ({ author: hexToBytes(author), sequence, hash: EMPTY }))
      : [],
    announcement: announcement ?? EMPTY,
    wants: due.wants,
    keyPackages: [],
    profile: announcement === undefined ? EMPTY : Profile.encode({ name: profile.name, revision: profile.revision, readReceipts: profile.readReceipts }),
    // what a mailbox signed to us, its reader can hold against it (MBX-8)
    proofs: [...due.proofs.values()],
    reconcile,
    announcementsSeen: seenBy(record)
  }
  const whole = Payload.encode(payload)
  // entries come first: what is cumulative is said again
  return whole.byteLength <= MAX_PAYLOAD_BYTES ? whole : Payload.encode({ ...payload, reads: [], wants: [], proofs: [], announcement: EMPTY, profile: EMPTY })
}

function seenBy ({ places }: ChannelRecord): Head[] {
  return Object.entries(places).slice(0, MAX_SESSION_DEVICES).map(([device, { revision }]) => ({ author: hexToBytes(device), sequence: revision, hash: EMPTY }))
}
