/** A call as it stands, what can happen to it, and what follows: each two in it are a pair of their own. Spec: protocols/call */
import type { Candidate, Invite, Signal, Tracks } from '@sotto/protocols/call'

export type CallPhase = 'inviting' | 'ringing' | 'connecting' | 'active' | 'interrupted' | 'ended'
/** Why a call ended, from here; `elsewhere`: another device of ours took it, `merged`: both called, and the other call goes on. */
export type CallEnd = 'hung up' | 'declined' | 'busy' | 'cancelled' | 'unanswered' | 'failed' | 'lost' | 'elsewhere' | 'merged'

/** A call with one person: one pair of it, where it has several people. */
export interface Call {
  /** 32 hex digits; all pairs of one call have the same */
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
  /** of one that comes: they were told that it rings here (CALL-24) */
  readonly told?: boolean
  /** they changed while nobody had answered: it is told to who answers */
  readonly untold?: boolean
  readonly theirs: Tracks
  /** the device at the other end, hex, once that is known */
  readonly device: string | undefined
  /** their description that waits to be answered */
  readonly offer: string | undefined
  /** ours that waits to be answered, and when it was last told */
  readonly invitation: { readonly sdp: string, readonly told: number } | undefined
  /** of theirs, once known: it stays (CALL-2) */
  readonly fingerprint: string | undefined
  readonly end: CallEnd | undefined
  /** of one that is merged: the call that goes on */
  readonly into?: string
  /** highest number that came, by device (CALL-3) */
  readonly seen: Readonly<Record<string, number>>
  readonly sent: number
  /** the invitation was answered: candidates may go */
  readonly answered: boolean
  /** of the last offer, whoever made it */
  readonly round: number
  /** it is ours, waits for its answer, and was made then */
  readonly offered?: number | undefined
  readonly candidates: { readonly came: number, readonly waiting: readonly Candidate[] }
  /** no address of ours may be told (CALL-8) */
  readonly hidden: boolean
  /** since one of the two joined the call: nobody was rung by it (CALL-16) */
  readonly joining: boolean
}

/** What is known of a call beyond its pairs. */
export interface Party {
  readonly id: string
  /** who began it */
  readonly direction: 'outgoing' | 'incoming'
  /** we are in it: it rings no more */
  readonly joined: boolean
  /** all who were ever named, beside us, hex */
  readonly people: readonly string[]
  /** those of them who are no contacts of ours: we and they do not hear each other (CALL-16) */
  readonly apart: readonly string[]
  /** pairs that ended: the last one with each person */
  readonly past: readonly Call[]
  /** the same, of when we were asked into it before: what counts of them is their numbers (CALL-3) */
  readonly before: readonly Call[]
  /** those for whom an invitation is being made: the call waits for them */
  readonly awaited: readonly string[]
  /** invitations of contacts whom nobody named so far (CALL-17) */
  readonly knocks: readonly Knock[]
  readonly tracks: Tracks
  /** what the user chose about addresses, for all pairs */
  readonly chosen: boolean | undefined
  /** we refused it, or hung up */
  readonly left: boolean
}

export interface Knock { readonly event: SignalEvent, readonly invite: Invite, readonly time: number }

export interface CallsState {
  /** somebody is told of calls here, and could take one (CALL-24) */
  readonly attended: boolean
  /** pairs that have not ended */
  readonly calls: readonly Call[]
  /** one for each call of those */
  readonly parties: readonly Party[]
  /** those that ended last: a signal that comes late, or somebody who joins late, rings for nobody anew */
  readonly over: readonly Party[]
  /** invitations by people who joined a call that we know nothing of: one that rings may be on its way (CALL-16) */
  readonly early: readonly Knock[]
  /** when each contact (hex) last invited us (CALL-4) */
  readonly invited: Readonly<Record<string, readonly number[]>>
  /** when each was last told that they invite too often */
  readonly surplus: Readonly<Record<string, readonly number[]>>
}

/**
 * `accepted`: from a contact whom the user accepted and did not block. `own`: from a device of ours. `self`, `me`: this device, and whose
 * it is. `hides`: unless the user says otherwise this person learns no address of ours.
 */
export interface SignalEvent { event: 'signal', peer: string, device: string, own: boolean, accepted: boolean, self: string, me: string, hides: boolean, signal: Signal }

export type CallEvent =
  /** `others`: who is invited beside `peer`, each by an `invite` of their own */
  | { event: 'start', call: string, peer: string, others?: readonly string[], tracks: Tracks, sdp: string, hidden: boolean, chosen?: boolean | undefined }
  /** into a call that we are in. `joining`: since we joined it, not since somebody wants them there */
  | { event: 'invite', call: string, peer: string, sdp: string, hidden: boolean, joining: boolean }
  /** that person is no contact: nothing can be said to them. Or no invitation could be made */
  | { event: 'apart' | 'unasked', call: string, peer: string }
  /** takes all invitations of the call that are held. `hidden`: where the user chose */
  | { event: 'answer', call: string, tracks: Tracks, hidden: boolean | undefined }
  /** our media engine made the answer to their invitation (round 0), or to their offer of that round */
  | { event: 'answered', call: string, peer: string, sdp: string, round: number }
  /** our media engine made a new offer (more media, another network) */
  | { event: 'offered', call: string, peer: string, sdp: string }
  | { event: 'candidate', call: string, peer: string, candidate: Candidate }
  | { event: 'tracks', call: string, tracks: Tracks }
  | { event: 'hang up', call: string }
  /** blocked, or no contact any more: nothing goes on with them */
  | { event: 'shut out', peer: string }
  /** media flows; no media came for MEDIA_SILENCE_MS; nothing will ever flow */
  | { event: 'flowing' | 'silent' | 'broken', call: string, peer: string }
  | SignalEvent
  | { event: 'attended', attended: boolean }
  | { event: 'tick' }

export type CallEffect =
  | { effect: 'send', call: string, peer: string, signal: Omit<Signal, 'call'> }
  | { effect: 'show', call: Call }
  /** somebody was named, or is apart */
  | { effect: 'show people', call: string }
  /** make an offer for this person and invite them, if they are a contact */
  | { effect: 'invite', call: string, peer: string }
  /**
   * `first`: with an engine of its own, whatever there was; `adopt`: with the media of that call of ours, which this one replaces.
   * An offer of ours that waits gives way to it, and is made anew.
   */
  | { effect: 'make answer', call: string, peer: string, sdp: string, round: number, first: boolean, adopt?: string }
  /** to our invitation (round 0), or our offer of that round */
  | { effect: 'take answer', call: string, peer: string, sdp: string, round: number }
  | { effect: 'take candidates', call: string, peer: string, candidates: readonly Candidate[] }
  /** `anew`: over another connection; else of what is sent now, since the last one was not answered */
  | { effect: 'make offer', call: string, peer: string, anew: boolean }
  | { effect: 'close', call: string, peer: string }
  /** its last pair ended */
  | { effect: 'over', call: string }
  | { effect: 'log', call: Call }
