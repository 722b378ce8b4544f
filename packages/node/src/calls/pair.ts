/** What can be said of one pair of a call without changing it: when something is due, how it ended, what of it is written down. */
import { Reason } from '@sotto/protocols/call'
import type { Call, CallEnd } from './call.ts'
import type { CallAnswer } from '../api.ts'
import type { Tracks } from '@sotto/protocols/call'

/** How long a call rings, ms. */
export const RING_MS = 45_000
/** Who did not hear the invitation, or hears it no more since it was started anew, is told again after this long, ms (CALL-23). */
const AGAIN_MS = 5000
/** The callee rings a little longer, so that the caller's word comes first. */
const RING_GRACE_MS = 5000
/** From the answer to the first media, ms. */
const CONNECT_MS = 20_000
/** From the moment that silence was noticed (3 s) to the end of the call, ms: 8 s in all (CALL-9). */
const LOST_MS = 5000
/** An offer, or its answer, that nobody heard is made good after so long, ms (CALL-25): longer than a busy device takes. */
const OFFER_MS = 10_000
export const NO_TRACKS: Tracks = { audio: false, video: false, screen: false }

export function tracksOf ({ video, screen }: CallAnswer): Tracks {
  return { audio: true, video: video === true, screen: screen === true }
}

export type PairInit = Pick<Call, 'id' | 'peer' | 'direction' | 'since'> & Partial<Call>

export function freshPair (init: PairInit): Call {
  return {
    phase: init.direction === 'outgoing' ? 'inviting' : 'ringing',
    connected: undefined,
    rings: false,
    tracks: NO_TRACKS,
    theirs: NO_TRACKS,
    device: undefined,
    offer: undefined,
    invitation: undefined,
    fingerprint: undefined,
    end: undefined,
    seen: {},
    sent: 0,
    answered: false,
    round: 0,
    candidates: { came: 0, waiting: [] },
    hidden: false,
    joining: false,
    ...init
  }
}

/** The round of our offer that waits for its answer; 0: our invitation. */
export function offerOf (call: Call | undefined): number | undefined {
  return call?.phase === 'inviting' ? 0 : call?.offered === undefined ? undefined : call.round
}

export function deadline (call: Call): number | undefined {
  switch (call.phase) {
    case 'inviting': return Math.min(call.since + RING_MS, (call.invitation?.told ?? Infinity) + AGAIN_MS)
    case 'ringing': return call.since + RING_MS + RING_GRACE_MS
    case 'connecting': return call.since + CONNECT_MS
    case 'interrupted': return call.since + LOST_MS
    case 'active': return call.offered === undefined ? undefined : call.offered + OFFER_MS
    default: return undefined
  }
}

/** The line by which DTLS proves itself, as it stands in a description. */
export function fingerprintOf (sdp: string): string {
  return /^a=fingerprint:(.*)$/m.exec(sdp)?.[1]?.trim().toLowerCase() ?? ''
}

export function endedBy (call: Call, reason: Reason): CallEnd {
  switch (reason) {
    case Reason.DECLINED: return 'declined'
    case Reason.BUSY: return 'busy'
    case Reason.CANCELLED: return 'cancelled'
    case Reason.UNANSWERED: return 'unanswered'
    case Reason.LOST: return 'lost'
    case Reason.FAILED: return 'failed'
    default: return call.connected === undefined && call.phase === 'ringing' ? 'cancelled' : 'hung up'
  }
}

/** CALL-10: the caller writes it; the callee where the caller is gone. Who rang nobody was missed by nobody. */
export function isLogged (call: Call): boolean {
  if (call.joining && call.connected === undefined) return false
  if (call.end === 'elsewhere' || call.end === 'merged') return false
  return call.direction === 'outgoing' || call.end === 'lost' || (call.end === 'unanswered' && call.direction === 'incoming')
}

/** What a relayed candidate says of where it was asked from (RFC 8839 §5.1: raddr, rport). */
export function withoutOrigin (candidate: string): string {
  return candidate.replace(/ raddr \S+ rport \d+/, ' raddr 0.0.0.0 rport 9')
}
