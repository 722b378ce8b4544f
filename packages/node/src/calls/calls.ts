/**
 * The shell around the machine: media engines, signals, the clock, the log. What is decided is decided in call.machine.ts.
 *
 * Invariants: one step at a time; a pair's media engine is closed when the pair has ended; nothing of a call is stored but the entries that
 * tell what became of it, one with each person.
 */
import { bytesToHex, hexToBytes, randomBytes } from '@noble/hashes/utils.js'
import { decodeSignal, MAX_PEOPLE, Signal } from '@sotto/protocols/call'
import { UsageError } from '../errors.ts'
import { withTimeout } from '../lifecycle.ts'
import { decide, isBusy, NO_CALLS, wakeAt } from './call.machine.ts'
import { Engines } from './engines.ts'
import { Entries } from './entry.ts'
import { changedCalls, hasTalked, interruptedNow, withCarried } from './handover.ts'
import { findPair, findParty, findOver, pairsOf, presentIn, roomIn, tooMany } from './party.ts'
import { offerOf, tracksOf } from './pair.ts'
import { viewOf } from './views.ts'
import { Wanted } from './wanted.ts'
import type { Call, CallEffect, CallEvent, CallsState, Party } from './call.ts'
import type { CallStreams, Engine } from './engines.ts'
import type { CallsComponents } from './components.ts'
import type { CarriedState } from './handover.ts'
import type { CallAnswer, CallId, CallTracks, CallView } from '../api.ts'

/** How often the numbers of a call are told, ms. */
const STATS_MS = 1000
/** Who stops, or shuts somebody out, waits so long at most until the other side heard that it hung up, ms. */
const GOODBYE_MS = 1000
/** Calls that ended and can still be asked for. */
const MAX_PAST = 32

export class Calls {
  readonly #c: CallsComponents
  readonly #engines: Engines
  /** how we take part in each call that we are in, or are about to be */
  readonly #answers = new Map<string, CallAnswer>()
  /** ends of calls that were given a length */
  readonly #limits = new Map<string, () => void>()
  /** calls whose recording is being finished: that they are over is told when it can be played */
  readonly #recordings = new Set<string>()
  readonly #past: CallView[] = []
  readonly #entries: Entries
  readonly #wanted = new Wanted()
  #state: CallsState = NO_CALLS
  #cancelTimer: (() => void) | undefined
  #cancelStats: (() => void) | undefined
  #stopped = false

  constructor (components: CallsComponents) {
    this.#c = components
    this.#entries = new Entries(components)
    this.#engines = new Engines({
      ...components,
      happened: event => { this.#do(event) },
      wanted: call => this.#wanted.asked(call),
      offerOf: (call, peer) => offerOf(findPair(this.#state, call, peer)),
      onScreenEnded: call => { this.send(call, { screen: false }).catch(() => {}) }, // the call ended meanwhile
      onPlayed: call => { if (this.#answers.get(call)?.untilPlayed === true) this.#do({ event: 'hang up', call }) }
    })
  }

  /** Goes on with a call that a node before this one led. Whom its engine is gone for is hung up on. */
  async resume (carried: CarriedState): Promise<void> {
    const { party: { id }, pairs, answer } = carried
    this.#answers.set(id, answer)
    this.#state = withCarried(this.#state, carried)
    for (const { peer, tracks, hidden } of pairs) {
      await this.#engines.resume({ call: id, peer, answer, tracks, hidden }).catch((error: unknown) => {
        this.#c.logger.error('a call could not be gone on with', error)
        this.#do({ event: 'shut out', peer })
      })
    }
    this.#do({ event: 'tick' })
    this.#show(id, new Set())
  }

  /** Ends all calls, and waits until the others know: for a moment, since they may be gone. */
  async stop (): Promise<void> {
    for (const { id } of this.#state.parties) this.#do({ event: 'hang up', call: id })
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelStats?.()
    const peers = new Set(this.#state.over.flatMap(({ past }) => past.map(({ peer }) => peer)))
    await this.#told(peers)
    await Promise.allSettled([this.#entries.settled(), this.#engines.stop(), this.#c.memory?.settled()])
  }

  /** CALL-22: hangs up on this person, and waits a moment until they know: afterwards nothing may go out to them. */
  async shutOut (identity: Uint8Array): Promise<void> {
    const peer = bytesToHex(identity)
    const open = this.#state.calls.some(call => call.peer === peer)
    this.#do({ event: 'shut out', peer })
    if (open) await this.#told([peer])
  }

  /** Something was said about contacts, or about this device: who is accepted no more is hung up on (CALL-22). */
  review (): void {
    const { calls, parties, early } = this.#state
    const knocks = [...early, ...parties.flatMap(party => party.knocks)]
    for (const peer of new Set([...calls.map(call => call.peer), ...knocks.map(({ event }) => event.peer)])) {
      if (!this.#c.accepts(hexToBytes(peer))) this.#do({ event: 'shut out', peer })
    }
  }

  attend (attended: boolean): void { this.#do({ event: 'attended', attended }) }

  async #told (peers: Iterable<string>): Promise<void> {
    const told = Promise.allSettled([...peers].map(async peer => (await this.#c.channel(hexToBytes(peer))).signals.settled()))
    await withTimeout(told, GOODBYE_MS, this.#c.clock)
  }

  /** Rings at the other side, or at all of several. @throws UsageError BUSY, BAD_AUDIO, NO_AUDIO, UNKNOWN_CONTACT, BLOCKED_CONTACT; LimitError LIMIT_EXCEEDED */
  async start (who: string | readonly string[], answer: CallAnswer = {}): Promise<CallView> {
    const people = new Set<string>()
    for (const one of typeof who === 'string' ? [who] : who) people.add(bytesToHex(await this.#c.callee(one)))
    const [peer, ...others] = people
    if (peer === undefined) throw new UsageError('BAD_ARGUMENT', 'it is not said whom to call')
    if (others.length > MAX_PEOPLE - 2) throw tooMany()
    if (isBusy(this.#state)) throw new UsageError('BUSY', 'there is a call already', { hint: 'end it first: sotto call hangup' })
    const id = bytesToHex(randomBytes(16))
    const tracks = tracksOf(answer)
    const hidden = this.#hides(answer, peer)
    this.#answers.set(id, answer)
    try {
      const sdp = await this.#engines.offer(await this.#use(id, peer, tracks, hidden))
      if (sdp === undefined || isBusy(this.#state)) throw new UsageError('BUSY', 'somebody else called first', { hint: 'end that call first: sotto call hangup' })
      this.#do({ event: 'start', call: id, peer, others, tracks, sdp, hidden, chosen: answer.hidden })
    } catch (error) {
      this.#forget(id)
      this.#engines.closeAll(id)
      throw error
    }
    await Promise.all(others.map(async other => this.#invite(id, other, false)))
    return this.#find(id)
  }

  /** Asks somebody into a call that one is in. @throws UsageError UNKNOWN_CALL, UNKNOWN_CONTACT, BLOCKED_CONTACT; LimitError LIMIT_EXCEEDED */
  async invite (id: string, who: string): Promise<CallView> {
    const peer = bytesToHex(await this.#c.callee(who))
    const party = findParty(this.#state, id)
    if (party?.joined !== true) throw new UsageError('UNKNOWN_CALL', 'you are in no such call', { hint: 'calls stand in: sotto call list' })
    if (!presentIn(this.#state, party).includes(peer) && roomIn(this.#state, party) === 0) throw tooMany()
    await this.#invite(id, peer, false)
    return this.#find(id)
  }

  /**
   * Takes a call that rings; in a page also the one in which it was when it was loaded anew, while the others wait for it.
   *
   * @throws UsageError UNKNOWN_CALL, BUSY, BAD_AUDIO, NO_AUDIO
   */
  async answer (id: string, answer: CallAnswer = {}): Promise<CallView> {
    if (await this.#rejoin(id, answer)) return this.#find(id)
    const { peer } = this.#ringing(id)
    if (isBusy(this.#state) || this.#answers.has(id)) throw new UsageError('BUSY', 'there is a call already', { hint: 'end it first: sotto call hangup' })
    this.#answers.set(id, answer)
    try {
      // what the engine cannot do is said now, while it still rings
      await this.#engines.open({ call: id, peer, answer, tracks: tracksOf(answer), hidden: this.#hides(answer, peer) })
      this.#ringing(id)
    } catch (error) {
      this.#forget(id)
      this.#engines.closeAll(id)
      throw error
    }
    this.#wanted.forget(id) // how it is answered counts, not what was asked while it rang
    this.#do({ event: 'answer', call: id, tracks: tracksOf(answer), hidden: answer.hidden })
    return this.#find(id)
  }

  async #rejoin (id: string, answer: CallAnswer): Promise<boolean> {
    const party = findParty(this.#state, id)
    const now = this.#c.clock.now()
    if (party === undefined) {
      const carried = await this.#c.memory?.load(id)
      if (carried === undefined || isBusy(this.#state) || findParty(this.#state, id) !== undefined) return false
      this.#state = withCarried(this.#state, interruptedNow(carried, now))
    } else if (!party.joined || pairsOf(this.#state, id).some(({ phase }) => phase !== 'interrupted')) return false
    this.#answers.set(id, answer)
    this.#do({ event: 'tick' }) // it has the time of an interrupted call, whatever comes of this
    for (const pair of pairsOf(this.#state, id)) {
      if (!hasTalked(pair)) {
        this.#do({ event: 'shut out', peer: pair.peer }) // what was being agreed is gone with the page
        continue
      }
      const engine = await this.#use(id, pair.peer, pair.tracks, pair.hidden)
      if (findPair(this.#state, id, pair.peer) === undefined) this.#engines.close(id, pair.peer) // it ended meanwhile
      else this.#engines.propose(id, pair.peer)
      await this.#engines.ask(engine, async () => engine.steps)
    }
    return findParty(this.#state, id) !== undefined
  }

  #ringing (id: string): Call {
    this.#find(id)
    const call = pairsOf(this.#state, id).find(({ phase }) => phase === 'ringing')
    if (call === undefined || findParty(this.#state, id)?.joined === true) throw new UsageError('UNKNOWN_CALL', 'this call does not ring any more', { hint: 'who called can be called back' })
    return call
  }

  /** Ends it, refuses it, or takes the invitation back. @throws UsageError UNKNOWN_CALL */
  async hangUp (id: string): Promise<CallView> {
    this.#find(id)
    this.#do({ event: 'hang up', call: id })
    return this.#find(id)
  }

  /** Mutes, unmutes, shows. @throws UsageError UNKNOWN_CALL */
  async send (id: string, change: Partial<CallTracks>): Promise<CallView> {
    const now = (): CallTracks => this.#find(id).tracks
    this.#wanted.ask(id, now(), change)
    const failed = (error: unknown): never => { this.#wanted.refuse(id, now(), change); throw error }
    const anew = new Set<string>()
    for (const { peer } of pairsOf(this.#state, id)) {
      const engine = this.#engines.get(id, peer)
      if (engine !== undefined && await this.#engines.ask(engine, async media => media.send(this.#wanted.of(id, now()))).catch(failed) === true) anew.add(peer)
    }
    this.#do({ event: 'tracks', call: id, tracks: this.#wanted.still(id, now(), change) })
    for (const peer of anew) this.#engines.propose(id, peer)
    return this.#find(id)
  }

  list (): CallView[] { return [...this.#past, ...this.#state.parties.map(party => this.#view(party))] }

  /** In a page: what to show and hear of a call. */
  streams (id: string): CallStreams | undefined { return this.#engines.streams(id, findParty(this.#state, id)?.people ?? []) }

  /** A signal came, opened and authenticated by the session. */
  heard (identity: Uint8Array, peer: Uint8Array, device: Uint8Array, bytes: Uint8Array): void {
    const signal = decodeSignal(bytes)
    if (signal === undefined) return
    const [me, self] = [bytesToHex(this.#c.own.identity), bytesToHex(this.#c.own.device)]
    this.#do({ event: 'signal', peer: bytesToHex(peer), device: bytesToHex(device), own: bytesToHex(identity) === me, accepted: this.#c.accepts(peer), self, me, hides: this.#c.hides(peer), signal })
  }

  #find (id: string): CallView {
    const party = findParty(this.#state, id)
    const view = party === undefined ? this.#past.findLast(past => past.id === id) : this.#view(party)
    if (view === undefined) throw new UsageError('UNKNOWN_CALL', 'there is no such call', { hint: 'calls stand in: sotto call list' })
    return view
  }

  #do (event: CallEvent): void {
    if (this.#stopped) return
    if (event.event === 'flowing') this.#limit(event.call)
    const before = this.#state
    const { state, effects } = decide(before, event, this.#c.clock.now())
    this.#state = state
    this.#keep(before)
    const ended = new Set<string>()
    for (const effect of effects) this.#effect(effect, ended)
    this.#cancelTimer?.()
    const at = wakeAt(state)
    this.#cancelTimer = at === undefined ? undefined : this.#c.clock.after(Math.max(0, at - this.#c.clock.now()), () => { this.#do({ event: 'tick' }) })
    if (this.#cancelStats === undefined && state.calls.some(({ phase }) => phase === 'active')) this.#tell()
  }

  /** Before anything of it is said. */
  #keep (before: CallsState): void {
    const { handover, memory } = this.#c
    if (handover === undefined && memory === undefined) return
    for (const party of changedCalls(before, this.#state)) {
      const answer = this.#answers.get(party.id) ?? {}
      const state: CarriedState = { party, pairs: pairsOf(this.#state, party.id), answer }
      if (answer.place !== undefined) handover?.keep(answer.place, { id: party.id as CallId, state })
      memory?.keep(state)
    }
  }

  /** `ended`: calls whose end was told in this step. */
  #effect (effect: CallEffect, ended: Set<string>): void {
    switch (effect.effect) {
      case 'send': return this.#send(effect.peer, Signal.encode({ call: hexToBytes(effect.call), ...effect.signal }))
      case 'show': return this.#show(effect.call.id, ended)
      case 'show people': return this.#show(effect.call, ended)
      case 'invite': {
        void this.#invite(effect.call, effect.peer, true) // what fails is told there
        return
      }
      case 'make answer': return this.#answer(effect)
      case 'take answer': return this.#engines.accept(effect)
      case 'take candidates': return this.#engines.tell(effect.call, effect.peer, async media => media.add(effect.candidates))
      case 'make offer': return this.#engines.insist(effect.call, effect.peer, effect.anew)
      case 'close': return this.#engines.close(effect.call, effect.peer)
      case 'over':
        if (this.#answers.get(effect.call)?.record !== undefined) this.#recordings.add(effect.call)
        this.#forget(effect.call)
        this.#c.memory?.forget(effect.call)
        return this.#engines.closeAll(effect.call)
      case 'log': this.#entries.write(effect.call)
    }
  }

  /** The engine of that pair, which makes an offer or an answer now. */
  async #use (id: string, peer: string, tracks: CallTracks, hidden: boolean): Promise<Engine> {
    const engine = await this.#engines.open({ call: id, peer, answer: this.#answers.get(id) ?? {}, tracks, hidden })
    engine.used = true
    return engine
  }

  async #invite (id: string, peer: string, joining: boolean): Promise<void> {
    try {
      await this.#ask(id, peer, joining)
    } catch (error) {
      this.#c.logger.error('somebody could not be asked into a call', error)
    }
    this.#do({ event: 'unasked', call: id, peer }) // where they were asked that is nothing
  }

  async #ask (id: string, peer: string, joining: boolean): Promise<void> {
    const party = findParty(this.#state, id)
    if (party === undefined) return
    const pair = findPair(this.#state, id, peer)
    if (pair !== undefined) return this.#do({ event: 'invite', call: id, peer, sdp: '', hidden: pair.hidden, joining }) // what was offered stands
    if (this.#engines.get(id, peer) !== undefined) return
    if (!this.#c.accepts(hexToBytes(peer))) return this.#do({ event: 'apart', call: id, peer })
    const hidden = this.#hides({ hidden: party.chosen }, peer)
    const engine = await this.#engines.open({ call: id, peer, answer: this.#answers.get(id) ?? {}, tracks: party.tracks, hidden })
    if (engine.used || findPair(this.#state, id, peer) !== undefined) return // they invited us meanwhile
    engine.used = true
    const sdp = await this.#engines.offer(engine)
    if (sdp === undefined || engine.replaced) return
    if (this.#c.accepts(hexToBytes(peer))) this.#do({ event: 'invite', call: id, peer, sdp, hidden, joining })
    if (findPair(this.#state, id, peer) === undefined) this.#engines.close(id, peer) // the call is over, or they were shut out
  }

  #answer (effect: Extract<CallEffect, { effect: 'make answer' }>): void {
    const { call: id, peer, first, adopt } = effect
    const answer = (): void => { this.#engines.answer(effect) }
    const before = this.#engines.get(id, peer)
    if (before !== undefined && (!first || !before.used)) return answer() // at once: candidates that come with it are for after it
    if (before !== undefined) before.replaced = true
    const ready = (async () => {
      if (adopt !== undefined) {
        this.#answers.set(id, this.#answers.get(adopt) ?? {})
        this.#forget(adopt)
        this.#engines.closeAll(adopt)
        await this.#engines.closed()
      }
      const call = findPair(this.#state, id, peer)
      if (call !== undefined) await this.#use(id, peer, call.tracks, call.hidden)
    })()
    const made = (): void => {
      if (findPair(this.#state, id, peer) === undefined) this.#engines.close(id, peer) // it ended meanwhile
      else answer()
    }
    ready.then(made, (error: unknown) => { this.#engines.broken(id, peer, error) })
  }

  #hides ({ hidden }: { hidden?: boolean | undefined }, peer: string): boolean { return hidden ?? this.#c.hides(hexToBytes(peer)) }

  #limit (id: string): void {
    const seconds = this.#answers.get(id)?.seconds
    if (seconds === undefined || this.#limits.has(id)) return
    this.#limits.set(id, this.#c.clock.after(seconds * 1000, () => { this.#do({ event: 'hang up', call: id }) }))
  }

  #forget (id: string): void {
    this.#answers.delete(id)
    this.#wanted.forget(id)
    this.#limits.get(id)?.()
    this.#limits.delete(id)
  }

  #send (peer: string, bytes: Uint8Array): void {
    this.#c.channel(hexToBytes(peer)).then(channel => { channel.signal(bytes) }, (error: unknown) => { this.#c.logger.error('a signal could not be sent', error) })
  }

  #show (id: string, ended: Set<string>): void {
    const party = findParty(this.#state, id) ?? findOver(this.#state, id)
    if (party === undefined || ended.has(id)) return
    const view = this.#view(party)
    if (view.phase === 'ended') {
      ended.add(id)
      this.#past.splice(0, Math.max(0, this.#past.push(view) - MAX_PAST))
    }
    if (view.phase === 'ended' && this.#recordings.delete(id)) void this.#engines.closed().then(() => { this.#c.publish(view) })
    else this.#c.publish(view)
  }

  /** The numbers of calls that go on, at once and then each second. */
  #tell (): void {
    this.#cancelStats = undefined
    const active = this.#state.calls.filter(({ phase }) => phase === 'active')
    for (const id of new Set(active.map(call => call.id))) {
      const engines = active.flatMap(call => call.id === id ? this.#engines.get(id, call.peer) ?? [] : [])
      Promise.all(engines.map(async engine => { engine.stats = await engine.media.stats() })).then(() => {
        if (pairsOf(this.#state, id).some(({ phase }) => phase === 'active')) this.#show(id, new Set())
      }).catch(() => {}) // the call ended meanwhile
    }
    if (active.length > 0) this.#cancelStats = this.#c.clock.after(STATS_MS, () => { this.#tell() })
  }

  #view (party: Party): CallView {
    const { formatId, nameOf, clock } = this.#c
    return viewOf(party, pairsOf(this.#state, party.id), { formatId, nameOf, stats: peer => this.#engines.get(party.id, peer)?.stats, now: clock.now() })
  }
}
