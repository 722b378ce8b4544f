/**
 * The media engines of a call: one for each person who is talked with. What they say comes out as events of the call.
 *
 * Invariants: a pair has at most one engine; those of one call are opened one after the other, so that microphone, file and recording are
 * opened once; what is said by an engine that was replaced is heard by nobody.
 */
import { hexToBytes } from '@noble/hashes/utils.js'
import { UsageError } from '../errors.ts'
import type { CallEffect, CallEvent } from './call.ts'
import type { CallAnswer, CallStats, CallTracks, IdentityId } from '../api.ts'
import type { Logger } from '../components.ts'
import type { IceServer, MediaLeg, MediaMaker } from '../platform/media.ts'

export interface EnginesInit {
  logger: Logger
  loopbackOnly: boolean
  iceServers: (identity: Uint8Array) => Promise<readonly IceServer[]>
  createMedia?: MediaMaker | undefined
  formatId: (identity: Uint8Array) => IdentityId
  happened: (event: CallEvent) => void
  /** the round of an offer of ours that waits for its answer; 0: our invitation */
  offerOf: (call: string, peer: string) => number | undefined
  /** what somebody asked to be sent in that call since it began */
  wanted: (call: string) => CallTracks | undefined
  /** the browser's own button ended the screen; the file was played */
  onScreenEnded: (call: string) => void
  onPlayed: (call: string) => void
}

/** What one of us sees and hears of a call. */
export interface CallStreams {
  local: unknown
  /** of the first person */
  remote: unknown
  people: Array<{ with: IdentityId, remote: unknown }>
}

export interface EngineInit { call: string, peer: string, answer: CallAnswer, tracks: CallTracks, hidden: boolean }

export interface Engine {
  readonly media: MediaLeg
  /** what it is told, one after the other */
  steps: Promise<void>
  stats: CallStats | undefined
  /** it made an offer or an answer: another pair needs another one */
  used: boolean
  /** the round of its offer that waits for an answer; 0: that of the invitation */
  offered: number | undefined
  /** what it sends changed since it made that one (CALL-25) */
  stale: boolean
  /** it is about to make one, which says all that it sends by then */
  planned: boolean
  /** offers and answers that it was given and has not taken yet */
  untaken: number
  /** another one takes its place, or its pair has ended */
  replaced: boolean
  /** resolves then */
  readonly ended: Promise<undefined>
  readonly end: () => void
}

export class Engines {
  readonly #init: EnginesInit
  /** by call and peer */
  readonly #engines = new Map<string, Engine>()
  /** the last opening of each call */
  readonly #openings = new Map<string, Promise<unknown>>()
  readonly #closings = new Set<Promise<void>>()
  #stopped = false

  constructor (init: EnginesInit) {
    this.#init = init
  }

  get (call: string, peer: string): Engine | undefined { return this.#engines.get(keyOf(call, peer)) }

  of (call: string): Engine[] {
    return [...this.#engines].flatMap(([key, engine]) => key.startsWith(`${call}:`) ? [engine] : [])
  }

  /** In a page: what to show and hear of a call with these people. */
  streams (call: string, peers: readonly string[]): CallStreams | undefined {
    const people = peers.flatMap(peer => {
      const streams = this.get(call, peer)?.media.streams()
      return streams === undefined ? [] : [{ with: this.#init.formatId(hexToBytes(peer)), streams }]
    })
    const [first] = people
    return first === undefined ? undefined : { ...first.streams, people: people.map(({ with: who, streams }) => ({ with: who, remote: streams.remote })) }
  }

  /** One that was not used yet, or a new one in the place of the one before. @throws UsageError BAD_AUDIO, NO_AUDIO, BUSY */
  async open (init: EngineInit): Promise<Engine> {
    const before = this.#openings.get(init.call)?.catch(() => {}) // whoever opened that one was told
    const opening = (before ?? Promise.resolve()).then(async () => this.#open(init))
    this.#openings.set(init.call, opening)
    try {
      return await opening
    } finally {
      if (this.#openings.get(init.call) === opening) this.#openings.delete(init.call)
    }
  }

  /** One that a node before this one made, and that goes on. @throws UnreachableError where it is gone */
  async resume (init: EngineInit): Promise<void> {
    const engine = await this.#open(init, true)
    engine.used = true
    engine.offered = this.#init.offerOf(init.call, init.peer)
  }

  async #open ({ call, peer, answer, tracks, hidden }: EngineInit, again = false): Promise<Engine> {
    const key = keyOf(call, peer)
    const before = this.#engines.get(key)
    if (before?.used === false) return before
    const { loopbackOnly, happened, onScreenEnded, onPlayed } = this.#init
    const createMedia = this.#init.createMedia ?? (await import('#media')).createMedia
    const servers = again ? [] : await this.#init.iceServers(hexToBytes(peer))
    const late: { engine?: Engine } = {}
    const say = (event: CallEvent): void => { if (late.engine?.replaced !== true) happened(event) }
    const [beside] = this.of(call)
    const media = await createMedia({
      tracks,
      hidden,
      loopbackOnly,
      // who hides asks nobody who would see an address of theirs without need (CALL-12)
      iceServers: servers.filter(({ url }) => !hidden || !url.startsWith('stun:')),
      onCandidate: candidate => { say({ event: 'candidate', call, peer, candidate }) },
      onFlow: flow => { say({ event: flow, call, peer }) },
      onScreenEnded: () => { onScreenEnded(call) },
      onPlayed: () => { onPlayed(call) },
      who: this.#init.formatId(hexToBytes(peer)),
      ...(again ? { again } : {}),
      ...(beside === undefined ? {} : { beside: beside.media }),
      ...(answer.audio === undefined ? {} : { audio: answer.audio }),
      ...(answer.record === undefined ? {} : { record: answer.record })
    }, call, answer.place)
    if (this.#stopped) {
      await media.close()
      throw new UsageError('BUSY', 'this node has stopped')
    }
    const { promise: ended, resolve } = Promise.withResolvers<undefined>()
    const engine = late.engine = { media, steps: Promise.resolve(), stats: undefined, used: false, offered: undefined, stale: false, planned: false, untaken: 0, replaced: false, ended, end: () => { resolve(undefined) } }
    this.#engines.set(key, engine)
    const wanted = this.#init.wanted(call)
    if (wanted !== undefined && wanted.audio !== tracks.audio) await media.send(wanted) // who muted themselves while it was made is muted
    if (before !== undefined) this.#end(before)
    return engine
  }

  /** What an engine answers; undefined where it ended meanwhile: one that is closed says nothing more (W3C WebRTC §4.4.1.6). */
  async ask<T> ({ media, ended }: Engine, what: (media: MediaLeg) => Promise<T>): Promise<T | undefined> {
    return Promise.race([what(media), ended])
  }

  /** The offer of an invitation. */
  async offer (engine: Engine): Promise<string | undefined> {
    engine.offered = 0
    return this.ask(engine, async media => media.offer())
  }

  /** What it sends changed: another offer, as soon as none waits for an answer (CALL-25). */
  propose (call: string, peer: string): void {
    const engine = this.get(call, peer)
    if (engine === undefined || engine.planned) return
    engine.planned = true
    this.#offer(call, peer, false, ({ offered }) => offered === undefined)
  }

  /** Another offer although one may wait: its answer does not come, or its connection carries nothing. @param anew over another connection */
  insist (call: string, peer: string, anew: boolean): void { this.#offer(call, peer, anew, () => true) }

  #offer (call: string, peer: string, anew: boolean, may: (engine: Engine) => boolean): void {
    this.tell(call, peer, async media => {
      const engine = this.get(call, peer)
      if (engine === undefined) return
      const again = (): void => { this.#offer(call, peer, anew, may) }
      if (engine.untaken > 0) return again() // first things first
      engine.planned = false
      engine.stale = !may(engine)
      if (engine.stale) return
      engine.offered = undefined
      const sdp = await media.offer(anew)
      if (engine.untaken > 0) return again() // one of theirs came meanwhile, and stands
      this.#init.happened({ event: 'offered', call, peer, sdp })
      engine.offered = this.#init.offerOf(call, peer)
    })
  }

  /** The answer to their offer. One of ours that waited gives way to it, and is made anew: what it had to say was not heard. */
  answer ({ call, peer, sdp, round }: Extract<CallEffect, { effect: 'make answer' }>): void {
    const engine = this.get(call, peer)
    if (engine === undefined) return
    const yields = engine.offered !== undefined
    engine.offered = undefined
    engine.untaken++
    this.tell(call, peer, async media => {
      const answer = await media.answer(sdp).finally(() => { engine.untaken-- })
      this.#init.happened({ event: 'answered', call, peer, sdp: answer, round })
    })
    if (yields) this.propose(call, peer)
  }

  /** The answer to its offer of that round, unless that one waits no more: what came after it has an answer of its own. */
  accept ({ call, peer, sdp, round }: Extract<CallEffect, { effect: 'take answer' }>): void {
    const engine = this.get(call, peer)
    if (engine === undefined || engine.offered !== round) return
    engine.offered = undefined
    engine.untaken++
    this.tell(call, peer, async media => media.accept(sdp).finally(() => { engine.untaken-- }))
    if (engine.stale) this.propose(call, peer)
  }

  /** Steps of an engine follow each other; one that fails ends the pair. */
  tell (call: string, peer: string, run: (media: MediaLeg) => Promise<void>): void {
    const engine = this.get(call, peer)
    if (engine === undefined) return
    engine.used = true
    engine.steps = engine.steps.then(async () => run(engine.media)).catch((error: unknown) => { if (!engine.replaced) this.broken(call, peer, error) })
  }

  broken (call: string, peer: string, error: unknown): void {
    this.#init.logger.error('the media of a call failed', error)
    this.#init.happened({ event: 'broken', call, peer })
  }

  close (call: string, peer: string): void {
    const key = keyOf(call, peer)
    const engine = this.#engines.get(key)
    this.#engines.delete(key)
    if (engine !== undefined) this.#end(engine)
  }

  closeAll (call: string): void {
    for (const key of [...this.#engines.keys()]) if (key.startsWith(`${call}:`)) this.close(call, key.slice(call.length + 1))
  }

  /** Until what was recorded is on disk. */
  async closed (): Promise<void> { await Promise.all(this.#closings) }

  async stop (): Promise<void> {
    this.#stopped = true
    for (const [key, engine] of this.#engines) {
      this.#engines.delete(key)
      this.#end(engine)
    }
    await this.closed()
  }

  #end (engine: Engine): void {
    engine.replaced = true
    engine.end()
    const closing = engine.media.close()
      .catch((error: unknown) => { this.#init.logger.error('a recording could not be finished', error) })
      .finally(() => { this.#closings.delete(closing) })
    this.#closings.add(closing)
  }
}

function keyOf (call: string, peer: string): string { return `${call}:${peer}` }
