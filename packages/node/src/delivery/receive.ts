/**
 * The incoming half of a channel. Every step is in the order that hostile bytes need: length limit, decode, validate,
 * authenticate, act. {session state, entries, cursors} go in one batch; receipts and acknowledgements follow it.
 */
import { decodeBounded } from '@sotto/protocols/common'
import { cleanText } from '@sotto/protocols/introduction'
import { decodeRun, runBytes } from '@sotto/protocols/message'
import { MAX_PAYLOAD_BYTES, Profile, decodePayload } from '@sotto/protocols/session'
import { equals } from 'uint8arrays/equals'
import { verifyCredential } from '../identity/certificate.ts'
import { verify } from '../identity/ed25519.ts'
import { checkHeads, takeReconcile } from './audit.ts'
import { addAuthor } from './channel-record.ts'
import { deliveredUpTo, hex, putSealed, readUpTo } from './channel-state.ts'
import { checkedAnnouncement } from './places.ts'
import { askedFor } from './repair.ts'
import { siblingReceipts, siblingsConfirmed } from './sibling-receipts.ts'
import type { ChannelChange, ChannelComponents, ChannelHost, ChannelState } from './channel-state.ts'
import type { Member, Opened } from '../session/index.ts'
import type { StoreOp } from '../store/index.ts'
import type { Head, Payload } from '@sotto/protocols/session'

/** A receipt for what had arrived before is repeated at most this often, ms. */
const RECEIPT_AGAIN_MS = 1000
/** Longest name of a person, characters. */
const MAX_NAME = 64
/** An own entry that a device still lacks after this long, ms, though it talks to us: it is told what there is. */
const LACKING_MS = 30_000
/** … at most this often, ms. */
const REMIND_MS = 60_000

export interface Outcome {
  ops: StoreOp[]
  /** session and record moved: they are written with the operations */
  moved: boolean
  changes: ChannelChange[]
  /** the envelope is ahead of what we know: keep it, and try again after the next commit */
  early: boolean
  reason: string
}

function outcome (reason: string, moved = false, ops: StoreOp[] = [], changes: ChannelChange[] = []): Outcome {
  return { ops, moved, changes, early: false, reason }
}

/** Whether a message said how far we were heard, and nothing else. */
export function isReceipt ({ reason, ops, changes }: Outcome): boolean {
  return reason === 'accepted' && ops.length === 0 && changes.every(({ change }) => change === 'delivered' || change === 'read')
}

/** Opens one MLS message and applies what it says. */
export async function receiveMessage (components: ChannelComponents, host: ChannelHost, state: ChannelState, message: Uint8Array, branch: Uint8Array): Promise<Outcome> {
  const { session } = state
  if (session === undefined) return { ...outcome('no session yet'), early: true }
  const tip = session.branch
  const opened = await session.open(message, branch)
  if (opened.kind === 'held') return { ...outcome('held'), early: true }
  if (opened.kind === 'duplicate') {
    // the sender may lack our receipt
    if (components.clock.now() - state.lastReceipts > RECEIPT_AGAIN_MS) state.due.receipts = true
    return outcome('duplicate')
  }
  if (opened.kind === 'lost') return outcome('lost')
  if (opened.kind === 'rejected') return outcome(opened.reason)
  if (opened.kind === 'commit') {
    const { own } = components
    const bindsUs = equals(opened.sender.identity, own.identity) && !equals(opened.sender.device, own.device) && !session.removed && !equals(tip, session.branch)
    return receiveCommit(state, opened, bindsUs ? handOnCommit(components, state, opened.sender, { message, branch }, session.branch) : [])
  }
  const payload = decodePayload(opened.plaintext)
  if (payload === undefined) return outcome('malformed payload', true)
  const first = !state.record.confirmed
  settle(components, state, opened.sender, branch)
  const joined: ChannelChange[] = first && state.record.confirmed ? [{ change: 'session', devicesChanged: false }] : []
  if (host.isBlocked(state.record.peer)) return outcome('blocked', true, [], joined)
  if (host.isRefused(opened.sender.identity, opened.sender.device)) return outcome('of a device that is not listed any more', true, [], joined)
  const applied = await applyPayload(components, state, payload, opened.sender)
  return outcome('accepted', true, applied.ops, [...joined, ...applied.changes])
}

function receiveCommit (state: ChannelState, opened: Opened & { kind: 'commit' }, ops: StoreOp[]): Outcome {
  remember(state, [opened.sender, ...opened.added])
  const gone = new Set(opened.removed.map(({ device }) => hex(device)))
  if (gone.size > 0) state.record.places = Object.fromEntries(Object.entries(state.record.places).filter(([device]) => !gone.has(device)))
  state.due.receipts = true // sealed on the new branch, it tells the committer that we have it
  const devicesChanged = opened.added.length > 0 || opened.removed.length > 0
  return outcome('commit', true, ops, [{ change: 'session', devicesChanged }])
}

/**
 * What another device of ours committed binds us as our own commits do: what we seal from now on opens with it only. It goes to the contact
 * from here too, or it would be lost with the device that made it (ENV-22).
 */
function handOnCommit ({ clock }: ChannelComponents, state: ChannelState, committer: Member, commit: { message: Uint8Array, branch: Uint8Array }, follow: Uint8Array): StoreOp[] {
  const { record, ops } = putSealed(state, 'commit', commit, clock.now(), { follow })
  record.settled.add(hex(committer.device))
  return ops
}

export function remember (state: ChannelState, members: readonly Member[]): void {
  for (const { device, identity, leafKey, credential } of members) addAuthor(state.record, hex(device), { identity, leafKey, credential })
}

/** Who sealed on this branch has every commit that led there; a device of the contact also the Welcome, of which our own other ones say nothing. */
function settle (components: ChannelComponents, state: ChannelState, sender: Member, branch: Uint8Array): void {
  const { record } = state
  const device = hex(sender.device)
  const own = equals(sender.identity, components.own.identity)
  const reached = record.tips.indexOf(hex(branch))
  for (const sealed of state.outbox.list()) {
    if (sealed.kind === 'welcome' && !own) sealed.settled.add(device)
    if (sealed.kind === 'commit') {
      const made = record.tips.indexOf(hex(sealed.follow))
      if (made === -1 || made <= reached) sealed.settled.add(device)
    }
  }
  remember(state, [sender])
  if (!own) record.confirmed = true
}

async function applyPayload (components: ChannelComponents, state: ChannelState, payload: Payload, sender: Member): Promise<{ ops: StoreOp[], changes: ChannelChange[] }> {
  const ops: StoreOp[] = []
  const changes: ChannelChange[] = []
  for (const run of payload.runs) await applyRun(components, state, run, ops, changes)
  await applyReceipts(components, state, payload, sender, changes)
  for (const signal of payload.signals) changes.push({ change: 'signal', device: sender.device, identity: sender.identity, signal })
  if (payload.typing !== undefined) changes.push({ change: 'typing', active: payload.typing.active })
  await applyAnnouncement(components, state, payload, sender, changes)
  applyProfile(components, state, payload, sender, changes)
  askedFor(state, payload.wants)
  if (payload.reconcile.byteLength > 0) await takeReconcile(components, state, sender.device, payload.reconcile)
  for (const proof of payload.proofs) changes.push({ change: 'proof', mailbox: proof.mailbox, receipt: proof.receipt })
  return { ops, changes }
}

export async function applyRun (components: ChannelComponents, state: ChannelState, bytes: Uint8Array, ops: StoreOp[], changes: ChannelChange[]): Promise<void> {
  const run = decodeRun(bytes, MAX_PAYLOAD_BYTES)
  const first = run?.entries[0]
  const last = run?.entries.at(-1)
  if (run === undefined || first === undefined || last === undefined) return
  const { record } = state
  if (!equals(first.conversation, record.conversation)) return
  let author = record.authors[hex(first.author)]
  if (author === undefined) {
    const credential = await verifyCredential(run.credential)
    if (credential === undefined || !equals(credential.device, first.author)) return
    if (!equals(credential.identity, record.peer) && !equals(credential.identity, components.own.identity)) return
    author = { identity: credential.identity, leafKey: credential.leafKey, credential: run.credential }
    if (!addAuthor(record, hex(first.author), author)) return
  }
  if (!await verify(author.leafKey, runBytes(record.conversation, last.hash), run.signature)) return
  const own = equals(first.author, components.own.device)
  if (own && last.sequence > (state.log.head(first.author)?.sequence ?? 0)) {
    // entries that this device signed and does not know: its profile was copied, or rolled back (MSG-8)
    changes.push({ change: 'equivocation', parents: [{ author: last.author, sequence: last.sequence, hash: last.hash }] })
    return
  }
  const received = await state.log.receive(run.entries, run.signature, equals(author.identity, components.own.identity))
  ops.push(...received.ops)
  state.due.receipts = true
  if (received.added.length > 0) changes.push({ change: 'added', entries: received.added }, ...await siblingsConfirmed(components, state, received.added))
  if (received.equivocations.length > 0) changes.push({ change: 'equivocation', parents: received.equivocations })
}

/** Raises `cursors[sender]` to what the heads say of our own entries, never beyond what was sealed. */
function raise (own: Uint8Array, sealed: number, cursors: Record<string, number>, sender: string, heads: readonly Head[]): void {
  for (const head of heads) {
    if (equals(head.author, own)) cursors[sender] = Math.max(cursors[sender] ?? 0, Math.min(head.sequence, sealed))
  }
}

async function applyReceipts (components: ChannelComponents, state: ChannelState, payload: Payload, sender: Member, changes: ChannelChange[]): Promise<void> {
  const { own } = components
  const device = hex(sender.device)
  const delivered = deliveredUpTo(state, own.identity)
  const read = readUpTo(state, own.identity)
  const { disowned } = await checkHeads(components, state, sender.device, payload.heads)
  if (disowned) {
    changes.push({ change: 'disowned' }) // it confirms what another one said in our name
  } else {
    raise(own.device, state.record.sealedUpTo, state.record.delivered, device, payload.heads)
    raise(own.device, state.record.sealedUpTo, state.record.read, device, payload.reads)
  }
  const deliveredNow = deliveredUpTo(state, own.identity)
  const readNow = readUpTo(state, own.identity)
  if (deliveredNow > delivered) changes.push({ change: 'delivered', from: delivered + 1, to: deliveredNow })
  if (readNow > read) changes.push({ change: 'read', from: read + 1, to: readNow })
  changes.push(...await siblingReceipts(components, state, device, payload.heads, payload.reads))
  if (payload.heads.length === 0) return
  state.peerHeads.set(device, payload.heads)
  remind(components, state, payload.heads)
}

/** What was sealed long ago and is lacking there was dropped on the way, or opened too late: our heads make them ask (SYN-2). */
function remind (components: ChannelComponents, state: ChannelState, heads: readonly Head[]): void {
  const now = components.clock.now()
  const theirs = heads.find(head => equals(head.author, components.own.device))?.sequence ?? 0
  const lacking = state.outbox.list().find(record => record.kind === 'message' && record.to > theirs)
  if (lacking === undefined || now - lacking.created < LACKING_MS || now - state.lastReminded < REMIND_MS) return
  state.lastReminded = now
  state.due.receipts = true
}

/** PAY-4: each device speaks for itself, and its newest revision wins. */
async function applyAnnouncement ({ own }: ChannelComponents, state: ChannelState, payload: Payload, sender: Member, changes: ChannelChange[]): Promise<void> {
  const { record } = state
  const device = hex(sender.device)
  const seen = payload.announcementsSeen.find(({ author }) => equals(author, own.device))?.sequence ?? 0
  if (seen > (record.seen[device] ?? 0)) record.seen[device] = Math.min(seen, record.ownRevision)
  if (payload.announcement.byteLength === 0) return
  const announcement = await checkedAnnouncement(payload.announcement, sender.identity)
  const known = record.places[device]?.revision ?? -1
  if (announcement === undefined || announcement.revision < known) return
  state.due.receipts = true
  if (announcement.revision === known) return
  const mine = equals(sender.identity, own.identity)
  record.places = { ...record.places, [device]: { announcement: payload.announcement, revision: announcement.revision, own: mine } }
  changes.push({ change: 'announcement', announcement, own: mine })
}

function applyProfile (components: ChannelComponents, state: ChannelState, payload: Payload, sender: Member, changes: ChannelChange[]): void {
  const { record } = state
  if (payload.profile.byteLength === 0 || equals(sender.identity, components.own.identity)) return
  const profile = decodeBounded(Profile, payload.profile, 1024)
  if (profile === undefined || profile.revision <= record.peerProfileRevision || [...profile.name].length > MAX_NAME) return
  const name = cleanText(profile.name) // it stands beside messages: nothing in it may pose as something else (PAY-6)
  record.peerProfileRevision = profile.revision
  record.peerReadReceipts = profile.readReceipts
  record.peerName = name
  changes.push({ change: 'profile', name })
}
