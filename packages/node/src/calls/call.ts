/** A call as it stands, what can happen to it, and what follows. Spec: protocols/call */
import type { Candidate, Signal, Tracks } from '@sotto/protocols/call'

export type CallPhase = 'inviting' | 'ringing' | 'connecting' | 'active' | 'interrupted' | 'ended'
/** Why a call ended, from here; `elsewhere`: another device of ours took it, `merged`: both called, and the other call goes on. */
export type CallEnd = 'hung up' | 'declined' | 'busy' | 'cancelled' | 'unanswered' | 'failed' | 'lost' | 'elsewhere' | 'merged'

export interface Call {
  /** 32 hex digits */
  readonly id: string
  /** identity, hex */
  readonly peer: string
  readonly direction: 'outgoing' | 'incoming'
  readonly phase: CallPhase
  /** when the phase began, Unix milliseconds, as all times here */
  readonly since: number
  /** when media first flowed */
  readonly connected: number | undefined
  /** some device of theirs rings */
  readonly rings: boolean
  readonly tracks: Tracks
  readonly theirs: Tracks
  /** the device at the other end, hex, once that is known */
  readonly device: string | undefined
  /** their description that waits to be answered */
  readonly offer: string | undefined
  /** of theirs, once known: it stays (CALL-2) */
  readonly fingerprint: string | undefined
  readonly end: CallEnd | undefined
  /** highest number that came, by device (CALL-3) */
  readonly seen: Readonly<Record<string, number>>
  readonly sent: number
  /** the invitation was answered: candidates may go */
  readonly answered: boolean
  readonly round: number
  readonly candidates: { readonly came: number, readonly waiting: readonly Candidate[] }
  /** no address of ours may be told (CALL-8) */
  readonly hidden: boolean
}

export interface CallsState {
  readonly calls: readonly Call[]
  /** when each contact (hex) last invited us (CALL-4) */
  readonly invited: Readonly<Record<string, readonly number[]>>
}

export type CallEvent =
  | { event: 'start', call: string, peer: string, tracks: Tracks, sdp: string, hidden: boolean }
  | { event: 'answer', call: string, tracks: Tracks, hidden: boolean }
  /** our media engine made the answer to their invitation or offer */
  | { event: 'answered', call: string, sdp: string }
  /** our media engine made a new offer (more media, another network) */
  | { event: 'offered', call: string, sdp: string }
  | { event: 'candidate', call: string, candidate: Candidate }
  | { event: 'tracks', call: string, tracks: Tracks }
  | { event: 'hang up', call: string }
  /** media flows; no media came for MEDIA_SILENCE_MS; nothing will ever flow */
  | { event: 'flowing' | 'silent' | 'broken', call: string }
  /** `accepted`: from a contact whom the user accepted and did not block. `own`: from a device of ours */
  | { event: 'signal', peer: string, device: string, own: boolean, accepted: boolean, self: string, signal: Signal }
  | { event: 'tick' }

export type CallEffect =
  | { effect: 'send', call: string, peer: string, signal: Omit<Signal, 'call'> }
  | { effect: 'show', call: Call }
  /** make the answer to an offer; `adopt`: with the media of that call of ours, which this one replaces */
  | { effect: 'make answer', call: string, sdp: string, adopt?: string }
  | { effect: 'take answer', call: string, sdp: string }
  | { effect: 'take candidates', call: string, candidates: readonly Candidate[] }
  | { effect: 'make offer', call: string }
  | { effect: 'close', call: string }
  | { effect: 'log', call: Call }
