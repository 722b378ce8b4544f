/** One decision while it is made: the state as it becomes, and what follows. What several rules need to do stands here. */
import { hexToBytes } from '@noble/hashes/utils.js'
import { Reason } from '@sotto/protocols/call'
import { fingerprintOf, freshPair, isLogged } from './pair.ts'
import { findOver, findPair, findParty, intoPast, pairsOf, presentIn, withoutPair, withParty } from './party.ts'
import type { Call, CallEffect, CallEnd, CallPhase, CallsState, Party } from './call.ts'
import type { Signal } from '@sotto/protocols/call'

export class Turn {
  state: CallsState
  readonly effects: CallEffect[] = []
  readonly now: number

  constructor (state: CallsState, now: number) {
    this.state = state
    this.now = now
  }

  put (call: Call): void {
    if (call.phase !== 'ended') {
      this.state = { ...this.state, calls: [...this.state.calls.filter(other => other.id !== call.id || other.peer !== call.peer), call] }
      return
    }
    const { state, ends } = withoutPair(this.state, call)
    this.state = state
    if (ends && call.end !== 'merged') this.effects.push({ effect: 'over', call: call.id }) // what is merged is adopted
  }

  change (id: string, change: Partial<Party>): void {
    const party = findParty(this.state, id)
    if (party !== undefined) this.state = withParty(this.state, { ...party, ...change })
  }

  show ({ id, peer }: Call): void {
    const call = findPair(this.state, id, peer)
    if (call !== undefined) this.effects.push({ effect: 'show', call })
  }

  /** It is as if it had never been. */
  merge (call: Call, into: string): void {
    const merged: Call = { ...call, phase: 'ended', since: this.now, end: 'merged', into }
    this.put(merged)
    this.effects.push({ effect: 'show', call: merged })
  }

  move (call: Call, phase: CallPhase): void {
    this.put({ ...call, phase, since: this.now })
    this.show(call)
  }

  /** To the device at the other end, or to all ('') while that is open. */
  say (call: Call, step: Partial<Signal>, to = call.device ?? ''): void {
    const number = call.sent + 1
    this.put({ ...call, sent: number })
    this.effects.push({ effect: 'send', call: call.id, peer: call.peer, signal: { number, to: hexToBytes(to), ...step } })
  }

  /** CALL-24: that it rings is said where somebody can hear it. */
  ring (call: Call): void {
    if (this.state.attended) this.say({ ...call, told: true }, { ringing: {} })
    else this.put(call)
  }

  /** @param again it was said before (CALL-23) */
  ask (call: Call, sdp: string, again = false): void {
    const { tracks, joining } = call
    this.say({ ...call, invitation: { sdp, told: this.now } }, { invite: { tracks, sdp, others: this.othersFor(call), joining, again } })
  }

  /** Signals of a person in one call are numbered through, also where a pair begins anew (CALL-3). */
  fresh (id: string, peer: string, direction: Call['direction'], with_: Partial<Call>): Call {
    const party = findParty(this.state, id) ?? findOver(this.state, id)
    const before = [...party?.past ?? [], ...party?.before ?? []].find(pair => pair.peer === peer)
    return freshPair({ id, peer, direction, since: this.now, sent: before?.sent ?? 0, ...with_, seen: { ...before?.seen, ...with_.seen } })
  }

  othersFor ({ id, peer }: Call): Uint8Array[] {
    const party = findParty(this.state, id)
    return party === undefined ? [] : presentIn(this.state, party).filter(one => one !== peer).map(hexToBytes)
  }

  sayMembers (call: Call): void {
    this.say(call, { members: { people: this.othersFor(call) } })
  }

  /** Whoever is named, was not in this call with us before, and said nothing so far. */
  gather (id: string, people = findParty(this.state, id)?.people ?? []): void {
    const party = findParty(this.state, id)
    const asked = people.filter(peer => findPair(this.state, id, peer) === undefined && party?.past.some(pair => pair.peer === peer) === false)
    this.change(id, { awaited: [...party?.awaited ?? [], ...asked] })
    for (const peer of asked) this.effects.push({ effect: 'invite', call: id, peer })
  }

  /** An invitation was made for them, or cannot be. */
  settle (id: string, peer: string): void {
    const party = findParty(this.state, id)
    if (party?.awaited.includes(peer) === true) this.change(id, { awaited: party.awaited.filter(one => one !== peer) })
  }

  /** Nobody is left, and nobody is awaited. */
  close (id: string): void {
    const party = findParty(this.state, id)
    if (party === undefined || party.awaited.length > 0 || pairsOf(this.state, id).length > 0) return
    this.state = intoPast(this.state, party)
    this.effects.push({ effect: 'over', call: id }, { effect: 'show people', call: id })
  }

  /** CALL-16: every invitation that is held is answered, and every other one who is named is invited. */
  join (id: string, { tracks, chosen }: Pick<Party, 'tracks' | 'chosen'>, adopt?: string): void {
    this.change(id, { joined: true, tracks, chosen })
    for (const pair of pairsOf(this.state, id)) {
      if (pair.offer === undefined) continue
      this.take({ ...pair, tracks, hidden: chosen ?? pair.hidden }, pair.offer, adopt)
      adopt = undefined
    }
    this.gather(id)
  }

  take (call: Call, sdp: string, adopt?: string): void {
    this.move({ ...call, offer: undefined, fingerprint: fingerprintOf(sdp) }, 'connecting')
    this.effects.push({ effect: 'make answer', call: call.id, peer: call.peer, sdp, round: call.round, first: true, ...(adopt === undefined ? {} : { adopt }) })
  }

  hangUp (call: Call): void {
    if (call.phase === 'ringing') return this.end(call, 'declined', Reason.DECLINED)
    if (call.phase === 'inviting') return this.end(call, 'cancelled', Reason.CANCELLED)
    this.end(call, 'hung up', Reason.HUNG_UP)
  }

  /** `tell`: the other side hears it from us. */
  end (call: Call, end: CallEnd, tell?: Reason): void {
    if (tell !== undefined) this.say(call, { end: { reason: tell } })
    const last: Call = { ...(findPair(this.state, call.id, call.peer) ?? call), phase: 'ended', since: this.now, end }
    this.put(last)
    this.effects.push({ effect: 'close', call: call.id, peer: call.peer }, { effect: 'show', call: last })
    if (isLogged(last)) this.effects.push({ effect: 'log', call: last })
  }

  /** Where one device is in the call, no other one of the same person rings for anybody in it. */
  elsewhere (call: Call): void {
    const rings = findParty(this.state, call.id)?.joined === false
    for (const pair of rings ? pairsOf(this.state, call.id) : [call]) this.end(pair, 'elsewhere')
  }
}
