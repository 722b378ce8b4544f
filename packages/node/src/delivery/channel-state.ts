/** What the two halves of a channel (seal.ts, receive.ts) share, and what they ask of the outside. */
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import type { Audit } from './audit.ts'
import type { ChannelRecord } from './channel-record.ts'
import type { Outbox } from './outbox.ts'
import type { PlanInput, RecordKind } from './plan.machine.ts'
import type { SessionShelf } from './session-shelf.ts'
import type { Components } from '../components.ts'
import type { Session } from '../session/index.ts'
import type { StoreOp } from '../store/index.ts'
import type { ConversationLog, RunRequest } from '../sync/index.ts'
import type { DecodedEntry, Parent } from '@sotto/protocols/message'
import type { Announcement, Head, Proof, Want } from '@sotto/protocols/session'

export type ChannelComponents = Pick<Components, 'clock' | 'logger' | 'store' | 'own' | 'network'>

/** What changed in a channel, after it is durable. */
export type ChannelChange =
  | { change: 'added', entries: DecodedEntry[] }
  /** `author`: another device of ours, where it is not this one */
  | { change: 'delivered' | 'read', from: number, to: number, author?: Uint8Array }
  | { change: 'copied', from: number, to: number }
  /** `own`: by another device of ours */
  | { change: 'announcement', announcement: Announcement, own: boolean }
  | { change: 'profile', name: string }
  | { change: 'typing', active: boolean }
  | { change: 'signal', device: Uint8Array, identity: Uint8Array, signal: Uint8Array }
  | { change: 'session', devicesChanged: boolean }
  | { change: 'equivocation', parents: Parent[] }
  | { change: 'disowned' }
  | { change: 'proof', mailbox: Uint8Array, receipt: Uint8Array }

export interface ChannelHost {
  /** our announcement for this conversation, encoded */
  announcement (channel: ChannelState): Promise<Uint8Array>
  profile (): { name: string, revision: number, readReceipts: boolean }
  isBlocked (peer: Uint8Array): boolean
  isRefused (identity: Uint8Array, device: Uint8Array): boolean
  planInput (channel: ChannelState): PlanInput
  /** operations that must be written together with a change: the event journal */
  journal (channel: ChannelState, changes: readonly ChannelChange[]): StoreOp[]
  changed (channel: ChannelState, changes: readonly ChannelChange[]): void
  /** a device signed for more of ours: known from now on, `changed` when that is durable too */
  receipted (channel: ChannelState): void
  /** something waits to be sealed or sent */
  nudge (channel: ChannelState): void
  /** a write failed: this channel's memory is ahead of the disk and must be loaded anew */
  failed (channel: ChannelState, error: unknown): void
}

export interface ChannelState {
  readonly record: ChannelRecord
  readonly log: ConversationLog
  readonly outbox: Outbox
  session: Session | undefined
  readonly shelf: SessionShelf
  /** own entries not yet sealed, by sequence */
  readonly fresh: Map<number, DecodedEntry>
  /** what the next control payload must carry */
  readonly due: {
    receipts: boolean
    /** said at this time, Unix milliseconds: soon nobody cares */
    typing: { active: boolean, at: number } | undefined
    /** steps of calls, in order, and when they were said */
    signals: Array<{ bytes: Uint8Array, at: number }>
    wants: Want[]
    /** mailbox (PeerId) → the newest receipt that it gave us, as many as the peer has mailboxes */
    proofs: Map<string, Proof>
    /** author and first sequence → what the peer asked for; a newer question replaces all older ones for its author */
    repairs: Map<string, RunRequest>
    /** questions and answers of comparisons, encoded */
    reconciles: Uint8Array[]
    update: boolean
  }
  /** device (hex) → its newest heads */
  readonly peerHeads: Map<string, readonly Head[]>
  lastAnnounced: number
  /** the newest revision of ours that was sealed since the start */
  announcedRevision: number
  /** the outbox record that carries our newest announcement, 0 for none */
  announcing: number
  /** what may still be spent on repairs, and as of when */
  readonly repairBudget: { bytes: number, at: number }
  lastReceipts: number
  /** the history comes from another device of ours: nobody else is asked for it meanwhile */
  syncing: boolean
  /** the comparison of logs that we began */
  audit: Audit | undefined
  /** device (hex) → when one was last begun with it; as many as speak here */
  readonly audited: Map<string, number>
  /** when the peer was last told that it lacks something */
  lastReminded: number
}

export { hex }

/** Tips remembered: more than a session keeps states of. */
const MAX_TIPS = 32

export function sessionOps (state: ChannelState): StoreOp[] {
  if (state.session === undefined) return []
  const tip = hex(state.session.branch)
  if (state.record.tips.at(-1) !== tip) state.record.tips = [...state.record.tips.filter(other => other !== tip), tip].slice(-MAX_TIPS)
  return state.shelf.ops(state.session)
}

/** The devices of the peer, as far as the session knows them. */
export function isPeerDevice (state: ChannelState, own: Uint8Array, device: string): boolean {
  const author = state.record.authors[device]
  return author !== undefined && !equals(author.identity, own)
}

function furthest (state: ChannelState, own: Uint8Array, cursors: Record<string, number>): number {
  let furthest = 0
  for (const device in cursors) furthest = Math.max(furthest, isPeerDevice(state, own, device) ? cursors[device] ?? 0 : 0)
  return furthest
}

/** How far the peer has our own entries: the furthest of its devices (`delivered` means a device of the recipient). */
export function deliveredUpTo (state: ChannelState, own: Uint8Array): number {
  return furthest(state, own, state.record.delivered)
}

export function readUpTo (state: ChannelState, own: Uint8Array): number {
  return furthest(state, own, state.record.read)
}

const EMPTY = new Uint8Array(0)

/** What was sealed, as the next record of the outbox: `from` and `to` own entries in it (none), `follow` what a commit leads to. */
export function putSealed (state: ChannelState, kind: RecordKind, { branch, message }: { branch: Uint8Array, message: Uint8Array }, now: number, more: { from?: number, to?: number, follow?: Uint8Array } = {}): ReturnType<Outbox['put']> {
  return state.outbox.put({ number: state.record.nextRecord++, kind, from: 0, to: 0, branch, message, follow: EMPTY, created: now, ...more })
}
