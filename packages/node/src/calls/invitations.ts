/** Who is asked into a call, who comes, and who is heard of: by an invitation, or by the word of one who is in it. */
import { bytesToHex } from '@noble/hashes/utils.js'
import { Reason } from '@sotto/protocols/call'
import { NO_TRACKS, RING_MS } from './pair.ts'
import { findOver, findPair, findParty, freshParty, goesBefore, intoPast, isBusy, pairsOf, presentIn, roomIn, withEarly, withKnock, withParty } from './party.ts'
import type { Call, CallEvent, Knock, Party, SignalEvent } from './call.ts'
import type { Turn } from './turn.ts'
import type { Invite } from '@sotto/protocols/call'

const INVITES_PER_MINUTE = 4
/** Those beyond that which are answered: by two words one knows it, a flood of them costs nothing. */
const TOLD_PER_MINUTE = 2
const MAX_RINGING = 2
/** CALL-23: who was started anew numbers its signals beyond those that it said before and forgot: so many, at most, about one invitation. */
const SAID_BEFORE = 4

export function start (turn: Turn, { call, peer, others = [], tracks, sdp, hidden, chosen }: Extract<CallEvent, { event: 'start' }>): void {
  if (isBusy(turn.state) || findParty(turn.state, call) !== undefined) return
  const ours = freshParty({ id: call, direction: 'outgoing', joined: true, people: [peer, ...others], tracks, chosen })
  const fresh = turn.fresh(call, peer, 'outgoing', { tracks, hidden })
  const rings = turn.state.calls.find(other => other.peer === peer && other.direction === 'incoming')
  const theirs = findParty(turn.state, rings?.id ?? '')
  turn.state = withParty(turn.state, ours)
  // CALL-7: they invited us already, and it rings here
  if (rings !== undefined && theirs !== undefined) {
    const taken = theirs.people.length > 1 || goesBefore(theirs, ours) // ours is told to nobody yet
    if (taken) turn.merge(fresh, theirs.id)
    else turn.merge(rings, call)
    if (taken) return turn.join(theirs.id, { tracks, chosen }, call)
  }
  turn.change(call, { awaited: others })
  turn.ask(fresh, sdp)
  turn.show(fresh)
}

export function invite (turn: Turn, { call: id, peer, sdp, hidden, joining }: Extract<CallEvent, { event: 'invite' }>): void {
  turn.settle(id, peer)
  const party = findParty(turn.state, id)
  const pair = findPair(turn.state, id, peer)
  if (pair !== undefined && !joining) wantedNow(turn, pair)
  if (party?.joined !== true || pair !== undefined) return
  const named = party.people.includes(peer)
  if (!presentIn(turn.state, party).includes(peer) && roomIn(turn.state, party) === 0) return
  if (!named) {
    turn.change(id, { people: [...party.people, peer] })
    for (const pair of pairsOf(turn.state, id)) turn.sayMembers(pair)
  }
  turn.change(id, { apart: party.apart.filter(one => one !== peer) })
  const fresh = turn.fresh(id, peer, 'outgoing', { tracks: party.tracks, hidden, joining })
  turn.put(fresh)
  turn.ask(fresh, sdp)
  turn.show(fresh)
}

/** CALL-16: nobody rings since we joined. Now we want them there. */
function wantedNow (turn: Turn, pair: Call): void {
  if (pair.phase !== 'inviting' || !pair.joining || pair.rings || pair.invitation === undefined) return
  turn.ask({ ...pair, joining: false, since: turn.now }, pair.invitation.sdp)
  turn.show(pair)
}

export function unasked (turn: Turn, { event, call: id, peer }: Extract<CallEvent, { event: 'apart' | 'unasked' }>): void {
  turn.settle(id, peer)
  const party = findParty(turn.state, id)
  if (event === 'apart' && party?.apart.includes(peer) === false) {
    turn.change(id, { apart: [...party.apart, peer] })
    turn.effects.push({ effect: 'show people', call: id })
  }
  turn.close(id)
}

export function invited (turn: Turn, id: string, event: SignalEvent, invite: Invite): void {
  const { peer, device, accepted, self, me, hides, signal } = event
  const to = bytesToHex(signal.to)
  if (!accepted || (to !== '' && to !== self)) return
  const others = invite.others.map(bytesToHex)
  if (others.includes(me) || others.includes(peer)) return // CALL-14
  const [party, over] = [findParty(turn.state, id), findOver(turn.state, id)]
  if (signal.number <= (turn.fresh(id, peer, 'incoming', {}).seen[device] ?? 0)) return // CALL-3
  const lately = (times: readonly number[] = []): readonly number[] => times.filter(time => turn.now - time < 60_000)
  if (invite.again && (over !== undefined || party?.past.some(pair => pair.peer === peer) === true)) return // CALL-23
  if (invite.again && knocksOf(turn, id, party, invite.joining).some(knock => knock.event.peer === peer && knock.event.device === device)) return // it waits
  const recent = lately(turn.state.invited[peer])
  const tooMany = recent.length >= INVITES_PER_MINUTE // CALL-4
  const told = tooMany ? lately(turn.state.surplus[peer]) : []
  if (told.length >= TOLD_PER_MINUTE || (tooMany && party !== undefined)) return
  if (tooMany) turn.state = { ...turn.state, surplus: { ...turn.state.surplus, [peer]: [...told, turn.now] } }
  else turn.state = { ...turn.state, invited: { ...turn.state.invited, [peer]: [...recent, turn.now] } }
  const call = turn.fresh(id, peer, 'incoming', { device, hidden: hides, theirs: invite.tracks ?? NO_TRACKS, offer: invite.sdp, joining: invite.joining, seen: { [device]: signal.number }, ...invite.again ? { sent: signal.number * SAID_BEFORE } : {} })
  if (party !== undefined) {
    if (party.people.includes(peer)) more(turn, call, party, invite, me)
    else turn.state = withParty(turn.state, withKnock(party, { event, invite, time: turn.now })) // CALL-17
    return
  }
  const theirs = freshParty({ id, direction: 'incoming', joined: false, people: [peer, ...others], tracks: NO_TRACKS, before: beforeOf(over) })
  if (tooMany) return refuse(turn, call, over ?? theirs, Reason.BUSY)
  if (!invite.joining) return called(turn, call, theirs, me)
  // CALL-16, CALL-21: by itself it rings nowhere
  if (over?.left === true) refuse(turn, call, over, Reason.DECLINED)
  else if (isBusy(turn.state)) refuse(turn, call, theirs, Reason.BUSY)
  else if (over === undefined) turn.state = withEarly(turn.state, { event, invite, time: turn.now })
}

function knocksOf ({ state }: Turn, id: string, party: Party | undefined, joining: boolean): readonly Knock[] {
  if (party !== undefined) return party.knocks
  return joining ? state.early.filter(({ event }) => bytesToHex(event.signal.call) === id) : []
}

function beforeOf (over: Party | undefined): Call[] {
  return [...over?.past ?? [], ...over?.before ?? []].filter(({ peer }, at, all) => all.findIndex(pair => pair.peer === peer) === at)
}

/** It is remembered, since the numbers of what is said in it go on (CALL-3). */
function refuse (turn: Turn, call: Call, party: Party, reason: Reason): void {
  turn.state = intoPast(turn.state, party)
  turn.say(call, { end: { reason } })
  turn.put({ ...call, sent: call.sent + 1, phase: 'ended' })
}

/** A call that we knew nothing of. */
function called (turn: Turn, call: Call, theirs: Party, me: string): void {
  const crossed = turn.state.calls.find(other => other.peer === call.peer && other.direction === 'outgoing' && other.phase === 'inviting')
  const ours = findParty(turn.state, crossed?.id ?? '')
  if (crossed !== undefined && ours !== undefined) {
    if (goesBefore(ours, theirs)) return // CALL-7: they take ours
    if (pairsOf(turn.state, ours.id).every(({ phase }) => phase === 'inviting')) return giveWay(turn, crossed, ours, call, theirs, me)
  }
  if (isBusy(turn.state)) return refuse(turn, call, theirs, Reason.BUSY) // CALL-6
  if (turn.state.parties.length >= MAX_RINGING) return
  turn.state = withParty(turn.state, theirs)
  turn.ring(call)
  turn.show(call)
  takeEarly(turn, call.id, me)
}

/** CALL-7: we gave up ours, which nobody had answered, for theirs. */
function giveWay (turn: Turn, crossed: Call, ours: Party, call: Call, theirs: Party, me: string): void {
  turn.change(ours.id, { awaited: [] })
  for (const pair of pairsOf(turn.state, ours.id)) if (pair.peer !== call.peer) turn.hangUp(pair)
  turn.merge(crossed, call.id)
  turn.state = withParty(turn.state, theirs)
  turn.ring({ ...call, hidden: crossed.hidden })
  takeEarly(turn, call.id, me)
  turn.join(call.id, ours, crossed.id)
}

/** CALL-15, CALL-17: somebody who was named invites us as well: to what rings here, or to what we are in. */
function more (turn: Turn, call: Call, party: Party, { others }: Invite, me: string): void {
  if (party.joined) {
    turn.put(call)
    turn.take({ ...call, tracks: party.tracks, hidden: party.chosen ?? call.hidden }, call.offer ?? '')
  } else {
    turn.ring(call)
    turn.show(call)
  }
  learn(turn, call, others, me)
}

/** Somebody who was not known to be in it is named now. */
function open (turn: Turn, id: string, { event, invite, time }: Knock, me: string): void {
  const party = findParty(turn.state, id)
  if (party?.people.includes(event.peer) !== true || turn.now - time > RING_MS || findPair(turn.state, id, event.peer) !== undefined) return
  more(turn, turn.fresh(id, event.peer, 'incoming', { device: event.device, hidden: event.hides, theirs: invite.tracks ?? NO_TRACKS, offer: invite.sdp, joining: invite.joining, seen: { [event.device]: event.signal.number } }), party, invite, me)
}

function takeEarly (turn: Turn, id: string, me: string): void {
  const ofThis = ({ event }: Knock): boolean => bytesToHex(event.signal.call) === id
  const now = turn.state.early.filter(ofThis)
  turn.state = { ...turn.state, early: turn.state.early.filter(knock => !ofThis(knock)) }
  for (const knock of now) {
    const party = findParty(turn.state, id)
    if (party?.people.includes(knock.event.peer) === false) turn.state = withParty(turn.state, withKnock(party, knock))
    else open(turn, id, knock, me)
  }
}

/** CALL-19: who is in the call named others. */
export function learn (turn: Turn, from: Call, named: readonly Uint8Array[], me: string): void {
  const party = findParty(turn.state, from.id)
  if (party === undefined) return
  const fresh = named.map(bytesToHex).filter(peer => peer !== me && !party.people.includes(peer)).slice(0, roomIn(turn.state, party))
  if (fresh.length === 0) return
  const [now, later] = [party.knocks.filter(({ event }) => fresh.includes(event.peer)), party.knocks.filter(({ event }) => !fresh.includes(event.peer))]
  turn.change(party.id, { people: [...party.people, ...fresh], knocks: later })
  for (const knock of now) open(turn, party.id, knock, me)
  turn.effects.push({ effect: 'show people', call: party.id })
  if (!party.joined) return
  for (const pair of pairsOf(turn.state, party.id)) if (pair.peer !== from.peer) turn.sayMembers(pair)
  turn.gather(party.id, fresh)
}
