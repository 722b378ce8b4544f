/** Who is in a call: all its pairs together, those who left, and those who were only named. Pure. */
import { MAX_PEOPLE } from '@sotto/protocols/call'
import { LimitError } from '../errors.ts'
import { RING_MS } from './pair.ts'
import type { Call, CallsState, Knock, Party } from './call.ts'

/** Calls that are over and still known by name. */
const MAX_OVER = 16
/** Everybody but us. */
const MAX_NAMED = MAX_PEOPLE - 1

export const NO_CALLS: CallsState = { attended: false, calls: [], parties: [], over: [], early: [], invited: {}, surplus: {} }

export type PartyInit = Pick<Party, 'id' | 'direction' | 'joined' | 'people' | 'tracks'> & Partial<Party>

export function freshParty (init: PartyInit): Party {
  return { apart: [], past: [], before: [], awaited: [], knocks: [], chosen: undefined, left: false, ...init }
}

export function findPair (state: CallsState, id: string, peer: string): Call | undefined {
  return state.calls.find(call => call.id === id && call.peer === peer)
}

export function pairsOf (state: CallsState, id: string): Call[] {
  return state.calls.filter(call => call.id === id)
}

export function findParty (state: CallsState, id: string): Party | undefined {
  return state.parties.find(party => party.id === id)
}

export function findOver (state: CallsState, id: string): Party | undefined {
  return state.over.find(party => party.id === id)
}

/** We are in a call: there is at most one. */
export function isBusy (state: CallsState): boolean {
  return state.parties.some(({ joined }) => joined)
}

/** Those who are named and have not left. */
export function presentIn (state: CallsState, party: Party): string[] {
  return party.people.filter(peer => findPair(state, party.id, peer) !== undefined || !party.past.some(pair => pair.peer === peer))
}

/** How many more may be named. */
export function roomIn (state: CallsState, party: Party): number {
  return Math.max(0, MAX_NAMED - presentIn(state, party).length)
}

/** Of two calls that cross, the one that has several people goes on, else the one with the lower name (CALL-7). */
export function goesBefore (one: Pick<Party, 'id' | 'people'>, other: Pick<Party, 'id' | 'people'>): boolean {
  const several = [one, other].map(({ people }) => people.length > 1)
  return several[0] === several[1] ? one.id < other.id : several[0] === true
}

/** Begins it, or begins it anew, or changes it. */
export function withParty (state: CallsState, party: Party): CallsState {
  const others = (parties: readonly Party[]): Party[] => parties.filter(({ id }) => id !== party.id)
  return { ...state, parties: [...others(state.parties), party], over: others(state.over) }
}

/** The same person may knock again: the last time counts. */
export function withKnock (party: Party, knock: Knock): Party {
  const others = party.knocks.filter(({ event }) => event.peer !== knock.event.peer)
  return others.length < MAX_NAMED ? { ...party, knocks: [...others, knock] } : party
}

/** The oldest give way. */
export function withEarly (state: CallsState, knock: Knock): CallsState {
  const others = state.early.filter(({ event, time }) => event.peer !== knock.event.peer && knock.time - time <= RING_MS)
  return { ...state, early: [...others, knock].slice(-MAX_NAMED) }
}

/** `ends`: that was its last pair. */
export function withoutPair (state: CallsState, ended: Call): { state: CallsState, ends: boolean } {
  const calls = state.calls.filter(call => call.id !== ended.id || call.peer !== ended.peer)
  const party = findParty(state, ended.id) ?? findOver(state, ended.id)
  if (party === undefined) return { state: { ...state, calls }, ends: false }
  const after: Party = { ...party, past: [...party.past.filter(({ peer }) => peer !== ended.peer), { ...ended, offer: undefined }] }
  const goesOn = party.awaited.length > 0 || calls.some(({ id }) => id === ended.id)
  return { state: goesOn ? withParty({ ...state, calls }, after) : intoPast({ ...state, calls }, after), ends: !goesOn }
}

export function intoPast (state: CallsState, party: Party): CallsState {
  const over = [...state.over.filter(({ id }) => id !== party.id), { ...party, knocks: [], awaited: [] }].slice(-MAX_OVER)
  return { ...state, parties: state.parties.filter(({ id }) => id !== party.id), over }
}

export function tooMany (): LimitError {
  return new LimitError('LIMIT_EXCEEDED', `a call has ${MAX_PEOPLE} people at most`, { hint: 'each sends to each of the others: leave somebody out' })
}
