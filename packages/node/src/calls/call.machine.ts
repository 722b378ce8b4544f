/**
 * What becomes of a call. Pure: no clock, no media, no network. Spec: protocols/call.
 *
 * A call has a pair for each other person in it. A pair goes inviting or ringing → connecting → active ⇄ interrupted → ended; nothing leads
 * back, and `ended` is final: who comes back begins a pair anew. The call ends with its last pair.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { candidateType, isNamed, Reason } from '@sotto/protocols/call'
import { invite, invited, learn, start, unasked } from './invitations.ts'
import { deadline, endedBy, fingerprintOf, freshPair, NO_TRACKS, RING_MS, withoutOrigin } from './pair.ts'
import { findPair, findParty, isBusy, pairsOf } from './party.ts'
import { Turn } from './turn.ts'
import type { Call, CallEffect, CallEvent, CallsState, Knock, SignalEvent } from './call.ts'
import type { Candidate, Signal } from '@sotto/protocols/call'

export { fingerprintOf } from './pair.ts'
export { isBusy, NO_CALLS } from './party.ts'

export interface Decision { state: CallsState, effects: CallEffect[] }

const MAX_CANDIDATES_PER_CALL = 256

/** When something is due by itself. */
export function wakeAt (state: CallsState): number | undefined {
  const times = state.calls.flatMap(call => deadline(call) ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}

export function decide (state: CallsState, event: CallEvent, now: number): Decision {
  const turn = new Turn(state, now)
  happen(turn, event)
  return { state: turn.state, effects: turn.effects }
}

function happen (turn: Turn, event: CallEvent): void {
  switch (event.event) {
    case 'start': return start(turn, event)
    case 'signal': return heard(turn, event)
    case 'tick': return tick(turn)
    case 'attended': return attended(turn, event.attended)
    case 'invite': return invite(turn, event)
    case 'apart': case 'unasked': return unasked(turn, event)
    case 'answer':
      if (findParty(turn.state, event.call) !== undefined && !isBusy(turn.state)) turn.join(event.call, { tracks: event.tracks, chosen: event.hidden })
      return
    case 'hang up': return leave(turn, event.call)
    case 'shut out': return shutOut(turn, event.peer)
    case 'tracks': return changeTracks(turn, event)
    default:
  }
  const call = findPair(turn.state, event.call, event.peer)
  if (call === undefined) return
  switch (event.event) {
    case 'answered': return answered(turn, call, event)
    case 'offered':
      return turn.say({ ...call, round: call.round + 1, offered: turn.now }, { description: { answer: false, sdp: event.sdp, round: call.round + 1 } })
    case 'candidate': return foundCandidate(turn, call, event.candidate)
    case 'flowing':
      if (call.phase === 'connecting' || call.phase === 'interrupted') turn.move({ ...call, connected: call.connected ?? turn.now }, 'active')
      return
    case 'silent':
      if (call.phase !== 'active') return
      turn.move(call, 'interrupted')
      if (call.direction === 'outgoing') turn.effects.push({ effect: 'make offer', call: call.id, peer: call.peer, anew: true })
      return
    case 'broken':
      if (call.phase === 'connecting') turn.end(call, 'failed', Reason.FAILED)
  }
}

function answered (turn: Turn, call: Call, { sdp, round }: Extract<CallEvent, { event: 'answered' }>): void {
  if (!call.answered) turn.say({ ...call, answered: true }, { accept: { tracks: call.tracks, sdp } })
  else turn.say(call, { description: { answer: true, sdp, round } })
  flush(turn, call)
}

/** CALL-8: none before somebody answered, and of one who hides none that tells where they are. */
function foundCandidate (turn: Turn, call: Call, candidate: Candidate): void {
  if (call.hidden && candidateType(candidate.candidate) !== 'relay') return
  if (call.candidates.waiting.length >= MAX_CANDIDATES_PER_CALL) return
  const told = call.hidden ? { ...candidate, candidate: withoutOrigin(candidate.candidate) } : candidate
  turn.put({ ...call, candidates: { ...call.candidates, waiting: [...call.candidates.waiting, told] } })
  flush(turn, call)
}

function flush (turn: Turn, { id, peer }: Call): void {
  const call = findPair(turn.state, id, peer)
  if (call === undefined || call.device === undefined || call.candidates.waiting.length === 0) return
  if (!call.answered) return
  turn.say({ ...call, candidates: { ...call.candidates, waiting: [] } }, { candidates: { candidates: [...call.candidates.waiting] } })
}

function changeTracks (turn: Turn, { call: id, tracks }: Extract<CallEvent, { event: 'tracks' }>): void {
  turn.change(id, { tracks })
  for (const pair of pairsOf(turn.state, id)) {
    if (pair.phase === 'inviting') turn.put({ ...pair, tracks, untold: true }) // who only rings does not hear it
    else turn.say({ ...pair, tracks }, { tracks })
    turn.show(pair)
  }
}

function leave (turn: Turn, id: string): void {
  turn.change(id, { left: true, awaited: [] })
  for (const pair of pairsOf(turn.state, id)) turn.hangUp(pair)
  turn.close(id)
}

/** CALL-22 */
function shutOut (turn: Turn, peer: string): void {
  const without = (knocks: readonly Knock[]): Knock[] => knocks.filter(({ event }) => event.peer !== peer)
  turn.state = { ...turn.state, early: without(turn.state.early) }
  for (const { id, awaited, knocks } of turn.state.parties) {
    turn.change(id, { awaited: awaited.filter(one => one !== peer), knocks: without(knocks) })
    const pair = findPair(turn.state, id, peer)
    if (pair === undefined) turn.close(id)
    else turn.hangUp(pair)
  }
}

function tick (turn: Turn): void {
  for (const call of turn.state.calls) {
    if ((deadline(call) ?? Infinity) > turn.now) continue
    if (call.phase === 'inviting' && turn.now < call.since + RING_MS) turn.ask(call, call.invitation?.sdp ?? '', true)
    else if (call.phase === 'inviting') turn.end(call, 'unanswered', Reason.UNANSWERED)
    else if (call.phase === 'ringing') turn.end(call, 'unanswered')
    else if (call.phase === 'connecting') turn.end(call, 'failed', Reason.FAILED)
    else if (call.phase === 'interrupted') turn.end(call, 'lost', Reason.LOST)
    else askAgain(turn, call)
  }
}

/** CALL-25: what was lost on the way is made good. */
function askAgain (turn: Turn, call: Call): void {
  turn.put({ ...call, offered: undefined })
  turn.effects.push({ effect: 'make offer', call: call.id, peer: call.peer, anew: false })
}

function attended (turn: Turn, now: boolean): void {
  turn.state = { ...turn.state, attended: now }
  for (const call of now ? turn.state.calls : []) if (call.phase === 'ringing' && call.told !== true) turn.ring(call)
}

function heard (turn: Turn, event: SignalEvent): void {
  const { signal, device, self } = event
  const id = bytesToHex(signal.call)
  const call = findPair(turn.state, id, event.peer)
  if (call === undefined) {
    if (signal.invite !== undefined && !event.own) invited(turn, id, event, signal.invite)
    return
  }
  if (signal.number <= (call.seen[device] ?? 0)) return // CALL-3
  if (event.own) return sibling(turn, call, signal)
  if (signal.to.byteLength > 0 && bytesToHex(signal.to) !== self) return
  const known: Call = { ...call, seen: { ...call.seen, [device]: signal.number } }
  turn.put(known)
  if (call.direction === 'outgoing' && call.phase === 'inviting') return whileInviting(turn, known, event)
  if (device !== call.device) return // CALL-11
  if (signal.answered !== undefined && bytesToHex(signal.answered.device) !== self) return turn.elsewhere(known)
  if (signal.end !== undefined) return turn.end(known, endedBy(known, signal.end.reason))
  if (signal.members !== undefined) return learn(turn, known, signal.members.people, event.me)
  if (call.phase === 'ringing') return
  if (signal.tracks !== undefined) {
    turn.put({ ...known, theirs: signal.tracks })
    return turn.show(known)
  }
  if (signal.candidates !== undefined) return takeCandidates(turn, known, signal.candidates.candidates)
  if (signal.description !== undefined) takeDescription(turn, known, signal.description)
}

/** Another device of ours said something about a call that we know: it took it, or refused it. */
function sibling (turn: Turn, call: Call, signal: Signal): void {
  if (call.phase !== 'ringing') return
  if (signal.accept !== undefined) turn.elsewhere(call)
  else if (signal.end !== undefined) turn.end(call, 'elsewhere')
}

function whileInviting (turn: Turn, call: Call, { device, signal, me }: SignalEvent): void {
  if (signal.ringing !== undefined) {
    turn.put({ ...call, rings: true })
    return turn.show(call)
  }
  if (signal.accept !== undefined) {
    const taken: Call = { ...call, answered: true, device, theirs: signal.accept.tracks ?? NO_TRACKS, fingerprint: fingerprintOf(signal.accept.sdp) }
    turn.move(taken, 'connecting')
    turn.effects.push({ effect: 'take answer', call: call.id, peer: call.peer, sdp: signal.accept.sdp, round: call.round })
    turn.say(findPair(turn.state, call.id, call.peer) ?? taken, { answered: { device: hexToBytes(device) } }, '')
    const now = findPair(turn.state, call.id, call.peer)
    if (now?.untold === true) turn.say({ ...now, untold: false }, { tracks: now.tracks })
    return flush(turn, call)
  }
  if (signal.invite !== undefined) {
    if (me < call.peer) return // CALL-18: they take ours
    const theirs = freshPair({ id: call.id, peer: call.peer, direction: 'incoming', since: turn.now, device, theirs: signal.invite.tracks ?? NO_TRACKS, seen: call.seen, sent: call.sent, joining: call.joining || signal.invite.joining })
    turn.take({ ...theirs, tracks: call.tracks, hidden: call.hidden }, signal.invite.sdp)
    return learn(turn, theirs, signal.invite.others, me)
  }
  if (signal.end === undefined) return
  // one device that is busy silences no other one that rings
  if (signal.end.reason === Reason.BUSY && call.rings) return
  turn.end(call, endedBy(call, signal.end.reason), signal.end.reason === Reason.DECLINED ? Reason.CANCELLED : undefined)
}

function takeCandidates (turn: Turn, call: Call, candidates: readonly Candidate[]): void {
  const room = MAX_CANDIDATES_PER_CALL - call.candidates.came
  const taken = candidates.filter(({ candidate }) => !(call.hidden && isNamed(candidate))).slice(0, room) // CALL-8
  if (taken.length === 0) return
  turn.put({ ...call, candidates: { ...call.candidates, came: call.candidates.came + taken.length } })
  turn.effects.push({ effect: 'take candidates', call: call.id, peer: call.peer, candidates: taken })
}

function takeDescription (turn: Turn, call: Call, { answer, sdp, round }: { answer: boolean, sdp: string, round: number }): void {
  if (fingerprintOf(sdp) !== call.fingerprint) return // CALL-2
  if (answer) {
    if (round !== call.round || call.offered === undefined) return
    turn.put({ ...call, offered: undefined })
    turn.effects.push({ effect: 'take answer', call: call.id, peer: call.peer, sdp, round })
    return
  }
  // of two offers that cross the caller's stands
  if (round <= call.round && call.direction === 'outgoing') return
  turn.put({ ...call, round: Math.max(call.round, round), offered: undefined })
  turn.effects.push({ effect: 'make answer', call: call.id, peer: call.peer, sdp, round, first: false })
}
