/**
 * What becomes of a call. Pure: no clock, no media, no network. Spec: protocols/call.
 *
 * A call goes inviting or ringing → connecting → active ⇄ interrupted → ended; nothing leads back, and `ended` is final.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { candidateType, Reason } from '@sotto/protocols/call'
import type { Call, CallEffect, CallEnd, CallEvent, CallPhase, CallsState } from './call.ts'
import type { Candidate, Signal, Tracks } from '@sotto/protocols/call'

export const NO_CALLS: CallsState = { calls: [], invited: {} }

export interface Decision { state: CallsState, effects: CallEffect[] }

/** How long a call rings, ms. */
export const RING_MS = 45_000
/** The callee rings a little longer, so that the caller's word comes first. */
const RING_GRACE_MS = 5000
/** From the answer to the first media, ms. */
const CONNECT_MS = 20_000
/** From the moment that silence was noticed (3 s) to the end of the call, ms: 8 s in all (CALL-9). */
const LOST_MS = 5000
const INVITES_PER_MINUTE = 4
const MAX_RINGING = 2
const MAX_CANDIDATES_PER_CALL = 256
const NO_TRACKS: Tracks = { audio: false, video: false, screen: false }

/** When something is due by itself. */
export function wakeAt (state: CallsState): number | undefined {
  const times = state.calls.flatMap(call => deadline(call) ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}

function deadline (call: Call): number | undefined {
  switch (call.phase) {
    case 'inviting': return call.since + RING_MS
    case 'ringing': return call.since + RING_MS + RING_GRACE_MS
    case 'connecting': return call.since + CONNECT_MS
    case 'interrupted': return call.since + LOST_MS
    default: return undefined
  }
}

export function isBusy (state: CallsState): boolean {
  return state.calls.some(call => call.phase !== 'ringing')
}

/** The line by which DTLS proves itself, as it stands in a description. */
export function fingerprintOf (sdp: string): string {
  return /^a=fingerprint:(.*)$/m.exec(sdp)?.[1]?.trim().toLowerCase() ?? ''
}

export function decide (state: CallsState, event: CallEvent, now: number): Decision {
  const turn = new Turn(state, now)
  turn.take(event)
  return { state: turn.state, effects: turn.effects }
}

/** One decision while it is made. */
class Turn {
  state: CallsState
  readonly effects: CallEffect[] = []
  readonly #now: number

  constructor (state: CallsState, now: number) {
    this.state = state
    this.#now = now
  }

  take (event: CallEvent): void {
    switch (event.event) {
      case 'start': return this.#start(event)
      case 'signal': return this.#signal(event)
      case 'tick': return this.#tick()
      default:
    }
    const call = this.#find(event.call)
    if (call === undefined) return
    switch (event.event) {
      case 'answer':
        if (call.phase === 'ringing' && call.offer !== undefined && !isBusy(this.state)) this.#take({ ...call, tracks: event.tracks, hidden: event.hidden }, call.offer)
        return
      case 'answered': return this.#answered(call, event.sdp)
      case 'offered':
        return this.#say({ ...call, round: call.round + 1 }, { description: { answer: false, sdp: event.sdp, round: call.round + 1 } })
      case 'candidate': return this.#candidate(call, event.candidate)
      case 'tracks':
        this.#say({ ...call, tracks: event.tracks }, { tracks: event.tracks })
        return this.#show(call.id)
      case 'hang up': return this.#hangUp(call)
      case 'flowing':
        if (call.phase === 'connecting' || call.phase === 'interrupted') this.#move({ ...call, connected: call.connected ?? this.#now }, 'active')
        return
      case 'silent':
        if (call.phase !== 'active') return
        this.#move(call, 'interrupted')
        if (call.direction === 'outgoing') this.effects.push({ effect: 'make offer', call: call.id })
        return
      case 'broken':
        if (call.phase === 'connecting') this.#end(call, 'failed', Reason.FAILED)
    }
  }

  #find (id: string): Call | undefined { return this.state.calls.find(call => call.id === id) }

  #put (call: Call): void {
    const others = this.state.calls.filter(({ id }) => id !== call.id)
    this.state = { ...this.state, calls: call.phase === 'ended' ? others : [...others, call] }
  }

  #show (id: string): void {
    const call = this.#find(id)
    if (call !== undefined) this.effects.push({ effect: 'show', call })
  }

  #move (call: Call, phase: CallPhase): void {
    this.#put({ ...call, phase, since: this.#now })
    this.#show(call.id)
  }

  /** To the device at the other end, or to all ('') while that is open. */
  #say (call: Call, step: Partial<Signal>, to = call.device ?? ''): void {
    const number = call.sent + 1
    this.#put({ ...call, sent: number })
    this.effects.push({ effect: 'send', call: call.id, peer: call.peer, signal: { number, to: hexToBytes(to), ...step } })
  }

  #start ({ call, peer, tracks, sdp, hidden }: Extract<CallEvent, { event: 'start' }>): void {
    if (isBusy(this.state) || this.#find(call) !== undefined) return
    const fresh = this.#fresh(call, peer, 'outgoing', { tracks, hidden })
    const theirs = this.state.calls.find(other => other.peer === peer && other.direction === 'incoming')
    // CALL-7: they invited us already, and it rings here
    if (theirs?.offer !== undefined) {
      const [goes, ends] = theirs.id < call ? [theirs, fresh] : [fresh, theirs]
      const merged: Call = { ...ends, phase: 'ended', since: this.#now, end: 'merged' }
      this.#put(merged)
      this.effects.push({ effect: 'show', call: merged })
      if (goes === theirs) return this.#take({ ...theirs, tracks, hidden }, theirs.offer, call)
    }
    this.#say(fresh, { invite: { tracks, sdp } })
    this.#show(call)
  }

  #fresh (id: string, peer: string, direction: Call['direction'], with_: Partial<Call>): Call {
    return {
      id,
      peer,
      direction,
      phase: direction === 'outgoing' ? 'inviting' : 'ringing',
      since: this.#now,
      connected: undefined,
      rings: false,
      tracks: NO_TRACKS,
      theirs: NO_TRACKS,
      device: undefined,
      offer: undefined,
      fingerprint: undefined,
      end: undefined,
      seen: {},
      sent: 0,
      answered: false,
      round: 0,
      candidates: { came: 0, waiting: [] },
      hidden: false,
      ...with_
    }
  }

  #take (call: Call, sdp: string, adopt?: string): void {
    this.#move({ ...call, offer: undefined, fingerprint: fingerprintOf(sdp) }, 'connecting')
    this.effects.push({ effect: 'make answer', call: call.id, sdp, ...(adopt === undefined ? {} : { adopt }) })
  }

  #answered (call: Call, sdp: string): void {
    if (!call.answered) this.#say({ ...call, answered: true }, { accept: { tracks: call.tracks, sdp } })
    else this.#say(call, { description: { answer: true, sdp, round: call.round } })
    this.#flush(call.id)
  }

  /** CALL-8: none before somebody answered, and of one who hides none that tells where they are. */
  #candidate (call: Call, candidate: Candidate): void {
    if (call.hidden && candidateType(candidate.candidate) !== 'relay') return
    if (call.candidates.waiting.length >= MAX_CANDIDATES_PER_CALL) return
    const told = call.hidden ? { ...candidate, candidate: withoutOrigin(candidate.candidate) } : candidate
    this.#put({ ...call, candidates: { ...call.candidates, waiting: [...call.candidates.waiting, told] } })
    this.#flush(call.id)
  }

  #flush (id: string): void {
    const call = this.#find(id)
    if (call === undefined || call.device === undefined || call.candidates.waiting.length === 0) return
    if (!call.answered) return
    this.#say({ ...call, candidates: { ...call.candidates, waiting: [] } }, { candidates: { candidates: [...call.candidates.waiting] } })
  }

  #hangUp (call: Call): void {
    if (call.phase === 'ringing') return this.#end(call, 'declined', Reason.DECLINED)
    if (call.phase === 'inviting') return this.#end(call, 'cancelled', Reason.CANCELLED)
    this.#end(call, 'hung up', Reason.HUNG_UP)
  }

  /** `tell`: the other side hears it from us. */
  #end (call: Call, end: CallEnd, tell?: Reason): void {
    if (tell !== undefined) this.#say(call, { end: { reason: tell } })
    const last: Call = { ...call, phase: 'ended', since: this.#now, end }
    this.#put(last)
    this.effects.push({ effect: 'close', call: call.id }, { effect: 'show', call: last })
    if (isLogged(last)) this.effects.push({ effect: 'log', call: last })
  }

  #tick (): void {
    for (const call of this.state.calls) {
      if ((deadline(call) ?? Infinity) > this.#now) continue
      if (call.phase === 'inviting') this.#end(call, 'unanswered', Reason.UNANSWERED)
      else if (call.phase === 'ringing') this.#end(call, 'unanswered')
      else if (call.phase === 'connecting') this.#end(call, 'failed', Reason.FAILED)
      else this.#end(call, 'lost', Reason.LOST)
    }
  }

  #signal (event: Extract<CallEvent, { event: 'signal' }>): void {
    const { signal, device, self } = event
    const id = bytesToHex(signal.call)
    const call = this.#find(id)
    if (call === undefined) {
      if (signal.invite !== undefined && !event.own) this.#invited(id, event, signal.invite)
      return
    }
    if (signal.number <= (call.seen[device] ?? 0)) return // CALL-3
    if (event.own) return this.#sibling(call, signal)
    if (event.peer !== call.peer || (signal.to.byteLength > 0 && bytesToHex(signal.to) !== self)) return
    const known: Call = { ...call, seen: { ...call.seen, [device]: signal.number } }
    this.#put(known)
    if (call.direction === 'outgoing' && call.phase === 'inviting') return this.#whileInviting(known, device, signal)
    if (device !== call.device) return // CALL-11
    if (signal.answered !== undefined && bytesToHex(signal.answered.device) !== self) return this.#end(known, 'elsewhere')
    if (signal.end !== undefined) return this.#end(known, endedBy(known, signal.end.reason))
    if (call.phase === 'ringing') return
    if (signal.tracks !== undefined) {
      this.#put({ ...known, theirs: signal.tracks })
      return this.#show(id)
    }
    if (signal.candidates !== undefined) return this.#candidates(known, signal.candidates.candidates)
    if (signal.description !== undefined) this.#description(known, signal.description)
  }

  /** Another device of ours said something about a call that we know: it took it, or refused it. */
  #sibling (call: Call, signal: Signal): void {
    if (call.phase !== 'ringing') return
    if (signal.accept !== undefined || signal.end !== undefined) this.#end(call, 'elsewhere')
  }

  #invited (id: string, { peer, device, accepted, self, signal }: Extract<CallEvent, { event: 'signal' }>, invite: { tracks?: Tracks | undefined, sdp: string }): void {
    const to = bytesToHex(signal.to)
    if (!accepted || (to !== '' && to !== self)) return
    const recent = (this.state.invited[peer] ?? []).filter(time => this.#now - time < 60_000)
    if (recent.length >= INVITES_PER_MINUTE) return // CALL-4
    this.state = { ...this.state, invited: { ...this.state.invited, [peer]: [...recent, this.#now] } }
    const call = this.#fresh(id, peer, 'incoming', { device, theirs: invite.tracks ?? NO_TRACKS, offer: invite.sdp, seen: { [device]: signal.number } })
    const crossed = this.state.calls.find(other => other.peer === peer && other.direction === 'outgoing' && other.phase === 'inviting')
    if (crossed !== undefined) {
      if (crossed.id < id) return // CALL-7: they take ours
      this.#put({ ...crossed, phase: 'ended' })
      this.effects.push({ effect: 'show', call: { ...crossed, phase: 'ended', end: 'merged' } })
      this.#say({ ...call, tracks: crossed.tracks, hidden: crossed.hidden }, { ringing: {} })
      const merged = this.#find(id)
      if (merged !== undefined) this.#take(merged, invite.sdp, crossed.id)
      return
    }
    if (isBusy(this.state)) { // CALL-6
      this.#say(call, { end: { reason: Reason.BUSY } })
      this.#put({ ...call, phase: 'ended' })
      return
    }
    if (this.state.calls.length >= MAX_RINGING) return
    this.#say(call, { ringing: {} })
    this.#show(id)
  }

  #whileInviting (call: Call, device: string, signal: Signal): void {
    if (signal.ringing !== undefined) {
      this.#put({ ...call, rings: true })
      return this.#show(call.id)
    }
    if (signal.accept !== undefined) {
      const taken: Call = { ...call, answered: true, device, theirs: signal.accept.tracks ?? NO_TRACKS, fingerprint: fingerprintOf(signal.accept.sdp) }
      this.#move(taken, 'connecting')
      this.effects.push({ effect: 'take answer', call: call.id, sdp: signal.accept.sdp })
      this.#say(this.#find(call.id) ?? taken, { answered: { device: hexToBytes(device) } }, '')
      return this.#flush(call.id)
    }
    if (signal.end === undefined) return
    // one device that is busy silences no other one that rings
    if (signal.end.reason === Reason.BUSY && call.rings) return
    this.#end(call, endedBy(call, signal.end.reason), signal.end.reason === Reason.DECLINED ? Reason.CANCELLED : undefined)
  }

  #candidates (call: Call, candidates: readonly Candidate[]): void {
    const room = MAX_CANDIDATES_PER_CALL - call.candidates.came
    const taken = candidates.slice(0, room)
    if (taken.length === 0) return
    this.#put({ ...call, candidates: { ...call.candidates, came: call.candidates.came + taken.length } })
    this.effects.push({ effect: 'take candidates', call: call.id, candidates: taken })
  }

  #description (call: Call, { answer, sdp, round }: { answer: boolean, sdp: string, round: number }): void {
    if (fingerprintOf(sdp) !== call.fingerprint) return // CALL-2
    if (answer) {
      if (round === call.round && call.round > 0) this.effects.push({ effect: 'take answer', call: call.id, sdp })
      return
    }
    // of two offers that cross the caller's stands
    if (round <= call.round && call.direction === 'outgoing') return
    this.#put({ ...call, round })
    this.effects.push({ effect: 'make answer', call: call.id, sdp })
  }
}

function endedBy (call: Call, reason: Reason): CallEnd {
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

/** CALL-10: the caller writes it; the callee where the caller is gone. */
function isLogged (call: Call): boolean {
  if (call.end === 'elsewhere' || call.end === 'merged') return false
  return call.direction === 'outgoing' || call.end === 'lost' || (call.end === 'unanswered' && call.direction === 'incoming')
}

/** What a relayed candidate says of where it was asked from (RFC 8839 §5.1: raddr, rport). */
function withoutOrigin (candidate: string): string {
  return candidate.replace(/ raddr \S+ rport \d+/, ' raddr 0.0.0.0 rport 9')
}
