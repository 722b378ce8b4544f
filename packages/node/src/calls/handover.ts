/**
 * A call that is had elsewhere than in the node (a page: in another tab) outlives that node: what the next one has to know to go on with it.
 *
 * Invariant: what is carried is plain data, and whole: either all of a call, or nothing.
 */
import { findParty, pairsOf } from './party.ts'
import type { Call, CallsState, Party } from './call.ts'
import type { CallAnswer, CallId } from '../api.ts'

/** All that is known of a call that we are in. */
export interface CarriedState { readonly party: Party, readonly pairs: readonly Call[], readonly answer: CallAnswer }

export interface CarriedCall { readonly id: CallId, readonly state: CarriedState }

/** Between one node of a profile and the next. */
export interface CallHandover {
  /** The call of that place (`CallAnswer.place`) stands so now. Where it is had no more, nobody asks for it again. */
  keep: (place: string, call: CarriedCall) => void
  /** what was kept of calls that are had still */
  readonly kept: readonly CarriedCall[]
}

/** The last words of the node before may have gone out unkept: numbers that it may have used are left out (CALL-3). */
const SKIPPED_NUMBERS = 64

/** What has changed of calls in which we are. */
export function changedCalls (before: CallsState, now: CallsState): Party[] {
  return now.parties.filter(party => {
    if (!party.joined) return false
    const [was, is] = [before, now].map(state => pairsOf(state, party.id))
    return findParty(before, party.id) !== party || was?.length !== is?.length || is?.some((pair, at) => pair !== was?.[at]) === true
  })
}

/** With the engines it had: they go on elsewhere. Invitations that were being made are not made any more: who waits for one is asked again by the user. */
export function withCarried (state: CallsState, { party, pairs }: CarriedState): CallsState {
  return { ...state, parties: [...state.parties, { ...party, awaited: [] }], calls: [...state.calls, ...pairs.map(pair => ({ ...pair, sent: pair.sent + SKIPPED_NUMBERS }))] }
}

/** Its engines are gone: it has the time of an interrupted call to be had again. A screen is shared again only by the user. */
export function interruptedNow ({ party, pairs, answer }: CarriedState, now: number): CarriedState {
  const tracks = { ...party.tracks, screen: false }
  return { party: { ...party, tracks }, pairs: pairs.map(pair => ({ ...pair, tracks, ...(hasTalked(pair) ? { phase: 'interrupted', since: now } : {}) })), answer }
}

/** Only those who talked can go on. */
export function hasTalked ({ phase }: Call): boolean { return phase === 'active' || phase === 'interrupted' }
