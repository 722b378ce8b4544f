/**
 * The shell around the machine: media engines, signals, the clock, the log. What is decided is decided in call.machine.ts.
 *
 * Invariants: one step at a time; a call has at most one media engine, and it is closed when the call has ended; nothing of a call is
 * stored but the entry that tells what became of it.
 */
import { bytesToHex, hexToBytes, randomBytes } from '@noble/hashes/utils.js'
import { decodeSignal, Signal } from '@sotto/protocols/call'
import { KIND_CALL } from '@sotto/protocols/message'
import { UsageError } from '../errors.ts'
import { withTimeout } from '../lifecycle.ts'
import { decide, isBusy, NO_CALLS, wakeAt } from './call.machine.ts'
import { callEntryOf } from './entry.ts'
import type { Call, CallEffect, CallEvent, CallsState } from './call.ts'
import type { CallAnswer, CallId, CallStats, CallTracks, CallView, IdentityId } from '../api.ts'
import type { Components } from '../components.ts'
import type { Channel } from '../delivery/index.ts'
import type { IceServer, MediaInit, MediaLeg, MediaMaker } from '../platform/media.ts'

export interface CallsComponents extends Pick<Components, 'own' | 'clock' | 'logger'> {
  /** @throws UsageError UNKNOWN_CONTACT, BLOCKED_CONTACT; UnreachableError where there is no session yet */
  callee: (who: string) => Promise<Uint8Array>
  /** may this person make us ring? */
  accepts: (identity: Uint8Array) => boolean
  channel: (identity: Uint8Array) => Promise<Channel>
  formatId: (identity: Uint8Array) => IdentityId
  nameOf: (identity: Uint8Array) => string
  publish: (call: CallView) => void
  loopbackOnly: boolean
  /** servers for ICE in a call with this person: those that the user chose, and the nodes of the two (CALL-12) */
  iceServers: (identity: Uint8Array) => Promise<readonly IceServer[]>
  /** hide addresses from this person unless told otherwise */
  hides: (identity: Uint8Array) => boolean
  /** where engines are made elsewhere than here */
  createMedia?: MediaMaker | undefined
}

/** `steps`: what the engine is told, one after the other. */
interface Leg { media: MediaLeg, steps: Promise<void>, answer: CallAnswer, stats: CallStats | undefined }

/** How often the numbers of a call are told, ms. */
const STATS_MS = 1000
/** A node that stops waits so long at most until the other side heard that it hung up, ms. */
const GOODBYE_MS = 1000
/** Calls that ended and can still be asked for. */
const MAX_PAST = 32

export class Calls {
  readonly #c: CallsComponents
  readonly #legs = new Map<string, Leg>()
  /** ends of calls that were given a length */
  readonly #limits = new Map<string, () => void>()
  readonly #past: Call[] = []
  /** entries on their way to the log */
  readonly #writes = new Set<Promise<void>>()
  #state: CallsState = NO_CALLS
  #cancelTimer: (() => void) | undefined
  #cancelStats: (() => void) | undefined
  #stopped = false

  constructor (components: CallsComponents) {
    this.#c = components
  }

  /** Ends all calls, and waits until the others know: for a moment, since they may be gone. */
  async stop (): Promise<void> {
    for (const { id } of this.#state.calls) this.#do({ event: 'hang up', call: id })
    this.#stopped = true
    this.#cancelTimer?.()
    this.#cancelStats?.()
    const peers = new Set(this.#past.map(({ peer }) => peer))
    const told = Promise.allSettled([...peers].map(async peer => (await this.#c.channel(hexToBytes(peer))).signals.settled()))
    await withTimeout(told, GOODBYE_MS, this.#c.clock)
    await Promise.allSettled([...this.#writes, ...[...this.#legs.keys()].map(async id => this.#close(id))])
  }

  /** Rings at the other side. @throws UsageError BUSY, BAD_AUDIO, NO_AUDIO, UNKNOWN_CONTACT, BLOCKED_CONTACT */
  async start (who: string, answer: CallAnswer = {}): Promise<CallView> {
    const identity = await this.#c.callee(who)
    if (isBusy(this.#state)) throw new UsageError('BUSY', 'there is a call already', { hint: 'end it first: sotto call hangup' })
    const id = bytesToHex(randomBytes(16))
    const tracks = tracksOf(answer)
    const hidden = answer.hidden ?? this.#c.hides(identity)
    const media = await this.#open(id, identity, answer, tracks, hidden)
    try {
      const sdp = await media.offer()
      if (isBusy(this.#state)) throw new UsageError('BUSY', 'somebody else called first', { hint: 'end that call first: sotto call hangup' })
      this.#do({ event: 'start', call: id, peer: bytesToHex(identity), tracks, sdp, hidden })
    } catch (error) {
      await this.#close(id)
      throw error
    }
    return this.#view(this.#find(id))
  }

  /** Takes a call that rings. @throws UsageError UNKNOWN_CALL, BUSY, BAD_AUDIO, NO_AUDIO */
  async answer (id: string, answer: CallAnswer = {}): Promise<CallView> {
    const call = this.#ringing(id)
    if (isBusy(this.#state) || this.#legs.has(id)) throw new UsageError('BUSY', 'there is a call already', { hint: 'end it first: sotto call hangup' })
    const hidden = answer.hidden ?? this.#c.hides(hexToBytes(call.peer))
    // what the engine cannot do is said now, while it still rings
    await this.#open(id, hexToBytes(call.peer), answer, tracksOf(answer), hidden)
    try {
      this.#ringing(id)
    } catch (error) {
      await this.#close(id)
      throw error
    }
    this.#do({ event: 'answer', call: id, tracks: tracksOf(answer), hidden })
    return this.#view(this.#find(id))
  }

  #ringing (id: string): Call {
    const call = this.#find(id)
    if (call.phase !== 'ringing') throw new UsageError('UNKNOWN_CALL', 'this call does not ring any more', { hint: 'who called can be called back' })
    return call
  }

  /** Ends it, refuses it, or takes the invitation back. @throws UsageError UNKNOWN_CALL */
  async hangUp (id: string): Promise<CallView> {
    this.#find(id)
    this.#do({ event: 'hang up', call: id })
    return this.#view(this.#find(id))
  }

  /** Mutes, unmutes, shows. @throws UsageError UNKNOWN_CALL */
  async send (id: string, change: Partial<CallTracks>): Promise<CallView> {
    const call = this.#find(id)
    const tracks = { ...call.tracks, ...change }
    const anew = await this.#legs.get(id)?.media.send(tracks)
    this.#do({ event: 'tracks', call: id, tracks })
    if (anew === true) this.#offer(id)
    return this.#view(this.#find(id))
  }

  list (): CallView[] {
    return [...this.#past, ...this.#state.calls].map(call => this.#view(call))
  }

  /** In a page: what to show and hear of a call. */
  streams (id: string): ReturnType<MediaLeg['streams']> | undefined {
    return this.#legs.get(id)?.media.streams()
  }

  /** A signal came, opened and authenticated by the session. */
  heard (identity: Uint8Array, peer: Uint8Array, device: Uint8Array, bytes: Uint8Array): void {
    const signal = decodeSignal(bytes)
    if (signal === undefined) return
    const own = bytesToHex(identity) === bytesToHex(this.#c.own.identity)
    this.#do({ event: 'signal', peer: bytesToHex(peer), device: bytesToHex(device), own, accepted: this.#c.accepts(peer), self: bytesToHex(this.#c.own.device), signal })
  }

  #find (id: string): Call {
    const call = this.#state.calls.find(call => call.id === id) ?? this.#past.find(call => call.id === id)
    if (call === undefined) throw new UsageError('UNKNOWN_CALL', 'there is no such call', { hint: 'calls stand in: sotto call list' })
    return call
  }

  #do (event: CallEvent): void {
    if (this.#stopped) return
    const { state, effects } = decide(this.#state, event, this.#c.clock.now())
    this.#state = state
    for (const effect of effects) this.#effect(effect)
    this.#cancelTimer?.()
    const at = wakeAt(state)
    this.#cancelTimer = at === undefined ? undefined : this.#c.clock.after(Math.max(0, at - this.#c.clock.now()), () => { this.#do({ event: 'tick' }) })
    if (this.#cancelStats === undefined && state.calls.some(({ phase }) => phase === 'active')) this.#tell()
  }

  #effect (effect: CallEffect): void {
    switch (effect.effect) {
      case 'send': return this.#send(effect.peer, Signal.encode({ call: hexToBytes(effect.call), ...effect.signal }))
      case 'show':
        if (effect.call.phase === 'ended') this.#past.splice(0, Math.max(0, this.#past.push(effect.call) - MAX_PAST))
        return this.#show(effect.call)
      case 'make answer': return this.#answer(effect)
      case 'take answer': return this.#with(effect.call, async media => media.accept(effect.sdp))
      case 'take candidates': return this.#with(effect.call, async media => media.add(effect.candidates))
      case 'make offer': return this.#offer(effect.call, true)
      case 'close':
        this.#close(effect.call).catch((error: unknown) => { this.#c.logger.error('a recording could not be finished', error) })
        return
      case 'log': {
        const write = this.#write(effect.call)
          .catch((error: unknown) => { this.#c.logger.error('a call could not be written down', error) })
          .finally(() => { this.#writes.delete(write) })
        this.#writes.add(write)
      }
    }
  }

  #answer ({ call: id, sdp, adopt }: Extract<CallEffect, { effect: 'make answer' }>): void {
    const answer = (): void => { this.#with(id, async media => { this.#do({ event: 'answered', call: id, sdp: await media.answer(sdp) }) }) }
    if (this.#legs.has(id)) return answer() // at once: candidates that come with it are for after it
    const adopted = adopt === undefined ? undefined : this.#legs.get(adopt)?.answer
    const ready = (async () => {
      if (adopt !== undefined) await this.#close(adopt)
      const call = this.#find(id)
      await this.#open(id, hexToBytes(call.peer), adopted ?? {}, call.tracks, call.hidden)
    })()
    ready.then(answer, (error: unknown) => { this.#broken(id, error) })
  }

  /** A new offer: for other tracks, or over another connection. */
  #offer (id: string, anew = false): void {
    this.#with(id, async media => { this.#do({ event: 'offered', call: id, sdp: await media.offer(anew) }) })
  }

  /** Steps of the engine follow each other; one that fails ends the call. */
  #with (id: string, run: (media: MediaLeg) => Promise<void>): void {
    const leg = this.#legs.get(id)
    if (leg === undefined) return
    leg.steps = leg.steps.then(async () => run(leg.media)).catch((error: unknown) => { this.#broken(id, error) })
  }

  #broken (id: string, error: unknown): void {
    this.#c.logger.error('the media of a call failed', error)
    this.#do({ event: 'broken', call: id })
  }

  async #open (id: string, peer: Uint8Array, answer: CallAnswer, tracks: CallTracks, hidden: boolean): Promise<MediaLeg> {
    const createMedia = this.#c.createMedia ?? (await import('#media')).createMedia
    const servers = await this.#c.iceServers(peer)
    const init: MediaInit = {
      tracks,
      hidden,
      loopbackOnly: this.#c.loopbackOnly,
      // who hides asks nobody who would see an address of theirs without need (CALL-12)
      iceServers: servers.filter(({ url }) => !hidden || !url.startsWith('stun:')),
      onCandidate: candidate => { this.#do({ event: 'candidate', call: id, candidate }) },
      onFlow: flow => {
        this.#do({ event: flow, call: id })
        if (flow === 'flowing' && answer.seconds !== undefined) this.#limit(id, answer.seconds)
      },
      onScreenEnded: () => { this.send(id, { screen: false }).catch(() => {}) }, // the call ended meanwhile
      onPlayed: () => { if (answer.untilPlayed === true) this.#do({ event: 'hang up', call: id }) },
      ...(answer.audio === undefined ? {} : { audio: answer.audio }),
      ...(answer.record === undefined ? {} : { record: answer.record })
    }
    const media = await createMedia(init, id, answer.place)
    if (this.#stopped || this.#legs.has(id)) {
      await media.close()
      throw new UsageError('BUSY', 'this call is being taken already')
    }
    this.#legs.set(id, { media, steps: Promise.resolve(), answer, stats: undefined })
    return media
  }

  #limit (id: string, seconds: number): void {
    if (this.#limits.has(id)) return
    this.#limits.set(id, this.#c.clock.after(seconds * 1000, () => { this.#do({ event: 'hang up', call: id }) }))
  }

  async #close (id: string): Promise<void> {
    const leg = this.#legs.get(id)
    this.#legs.delete(id)
    this.#limits.get(id)?.()
    this.#limits.delete(id)
    await leg?.media.close()
  }

  #send (peer: string, bytes: Uint8Array): void {
    this.#c.channel(hexToBytes(peer)).then(channel => { channel.signal(bytes) }, (error: unknown) => { this.#c.logger.error('a signal could not be sent', error) })
  }

  async #write (call: Call): Promise<void> {
    const channel = await this.#c.channel(hexToBytes(call.peer))
    await channel.room()
    await channel.append(KIND_CALL, callEntryOf(call)).durable
  }

  #show (call: Call): void { this.#c.publish(this.#view(call)) }

  /** The numbers of calls that go on, at once and then each second. */
  #tell (): void {
    this.#cancelStats = undefined
    for (const call of this.#state.calls) {
      const leg = this.#legs.get(call.id)
      if (leg === undefined || call.phase !== 'active') continue
      leg.media.stats().then(stats => {
        leg.stats = stats
        const now = this.#state.calls.find(({ id }) => id === call.id)
        if (now?.phase === 'active') this.#show(now)
      }).catch(() => {}) // the call ended meanwhile
    }
    if (this.#state.calls.some(({ phase }) => phase === 'active')) this.#cancelStats = this.#c.clock.after(STATS_MS, () => { this.#tell() })
  }

  #view (call: Call): CallView {
    const stats = this.#legs.get(call.id)?.stats
    const peer = hexToBytes(call.peer)
    const until = call.phase === 'ended' ? call.since : this.#c.clock.now()
    return {
      id: call.id as CallId,
      with: this.#c.formatId(peer),
      name: this.#c.nameOf(peer),
      direction: call.direction,
      phase: call.phase,
      rings: call.rings,
      since: call.since,
      tracks: call.tracks,
      theirs: call.theirs,
      ...(call.connected === undefined ? {} : { seconds: Math.max(0, Math.round((until - call.connected) / 1000)) }),
      ...(call.end === undefined ? {} : { end: call.end }),
      ...(stats === undefined ? {} : { stats })
    }
  }
}

function tracksOf ({ video, screen }: CallAnswer): CallTracks {
  return { audio: true, video: video === true, screen: screen === true }
}
