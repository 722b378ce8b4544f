/**
 * The engine of a call in another tab than the node: a call is had where it was begun or answered, whichever tab leads.
 *
 * Invariants: a call ends with the tab that has its engines, and not with the tab that leads: they wait a while for the next one to take
 * them over. What they say meanwhile is kept for it.
 */
import { UnreachableError } from '@sotto/node/errors'
import { fromWire, toWire } from './wire.ts'
import type { EngineReply, EngineRequest, EngineStep } from './wire.ts'
import type { CallStats, CallTracks, IdentityId } from '@sotto/node'
import type { CarriedCall, MediaCandidate, MediaInit, MediaLeg, PageStreams } from '@sotto/node/media'

/** So long the engines of a call wait for a tab that leads, ms: it may have to ask for a passphrase. */
const UNLED_MS = 60_000
/** What an engine says while nobody leads: candidates, of which a connection finds few. */
const MAX_UNSAID = 64

/** `besides`: the name of an engine of the same call */
type Told = Pick<MediaInit, 'audio' | 'tracks' | 'hidden' | 'loopbackOnly' | 'iceServers' | 'who'> & { besides?: string }

type Said = { says: 'candidate', value: MediaCandidate } | { says: 'flow', value: Flow } | { says: 'played' | 'screen' }
type Flow = Parameters<MediaInit['onFlow']>[0]
type Listener = Pick<MediaInit, 'onCandidate' | 'onFlow' | 'onPlayed' | 'onScreenEnded'>

interface Leg {
  readonly call: string
  readonly who: string | undefined
  readonly media: MediaLeg
  readonly mouth: Mouth
}

/** What an engine says, to whoever leads: to nobody for a while, or to another one than before. */
class Mouth {
  #say: ((said: Said) => void) | undefined
  #unsaid: Said[] = []
  #flow: Flow | undefined

  constructor (say: (said: Said) => void) { this.#say = say }

  readonly listener: Required<Listener> = {
    onCandidate: value => { this.#tell({ says: 'candidate', value }) },
    onFlow: value => { this.#flow = value; this.#tell({ says: 'flow', value }) },
    onPlayed: () => { this.#tell({ says: 'played' }) },
    onScreenEnded: () => { this.#tell({ says: 'screen' }) }
  }

  hold (): void { this.#say = undefined }

  turn (say: (said: Said) => void): void {
    this.#say = say
    for (const said of this.#unsaid.splice(0)) say(said)
    if (this.#flow !== undefined) say({ says: 'flow', value: this.#flow })
  }

  #tell (said: Said): void {
    if (this.#say !== undefined) this.#say(said)
    else if (said.says !== 'flow' && this.#unsaid.length < MAX_UNSAID) this.#unsaid.push(said) // how it flows is told then as it is
  }
}

function hear ({ onCandidate, onFlow, onPlayed, onScreenEnded }: Listener, said: Said): void {
  if (said.says === 'candidate') onCandidate(said.value)
  else if (said.says === 'flow') onFlow(said.value)
  else if (said.says === 'played') onPlayed()
  else onScreenEnded?.()
}

export interface EngineHostInit {
  devices: MediaInit['devices']
  /** the lock that this tab holds for as long as it has an engine: by it the next leader knows */
  lock: string
}

/** In the tab in which somebody talks. */
export class EngineHost {
  readonly #init: EngineHostInit
  readonly #legs = new Map<string, Leg>()
  /** how the calls of these engines stand */
  readonly #kept = new Map<string, CarriedCall>()
  /** those that nobody leads */
  readonly #unled = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #release: (() => void) | undefined
  /** those that were closed while they were being made */
  #round = 0

  constructor (init: EngineHostInit) { this.#init = init }

  /** An engine for the node of this tab, or of another. @throws UsageError NO_AUDIO */
  async make (init: MediaInit, call: string): Promise<MediaLeg> {
    const { createMedia } = await import('@sotto/node/media')
    const { devices } = this.#init
    return createMedia(devices === undefined ? init : { ...init, devices }, call)
  }

  streams (call: string): PageStreams | undefined {
    const legs = [...this.#legs.values()].filter(leg => leg.call === call)
    const all = legs.map(({ who = '', media }) => ({ with: who as IdentityId, streams: media.streams() as PageStreams }))
    const [first] = all
    return first === undefined ? undefined : { ...first.streams, people: all.map(one => ({ with: one.with, remote: one.streams.remote })) }
  }

  take (request: EngineRequest, post: (reply: EngineReply) => void): void {
    const { to, from, leg, id, step, args } = request
    const back = { to: from, from: to, leg }
    const says = (said: Said): void => { post({ ...back, kind: 'engine says', ...said }) }
    this.#step(leg, step, args, says).then(
      value => { post({ ...back, kind: 'engine result', id, value }) },
      (error: unknown) => { post({ ...back, kind: 'engine error', id, error: toWire(error) }) }
    )
  }

  keep (call: CarriedCall): void {
    if ([...this.#legs.values()].some(leg => leg.call === call.id)) this.#kept.set(call.id, call)
  }

  /** What the next leader has to know. */
  get kept (): CarriedCall[] { return [...this.#kept.values()] }

  /** The tab that led is gone. */
  hold (): void {
    this.#round++
    for (const [name, { mouth }] of this.#legs) {
      mouth.hold()
      this.#unled.add(name)
    }
    clearTimeout(this.#timer)
    if (this.#unled.size > 0) this.#timer = setTimeout(() => { this.settle() }, UNLED_MS)
  }

  /** Another leads: what it did not take over ends. */
  settle (): void {
    clearTimeout(this.#timer)
    for (const name of this.#unled) this.#close(name)
    this.#unled.clear()
  }

  /** This tab leads now: from here on the engine is its node's. @throws UnreachableError NOT_RUNNING */
  claim (call: string, init: MediaInit): MediaLeg {
    const name = this.#find(call, init.who)
    const leg = this.#legs.get(name)
    if (leg === undefined) throw gone()
    this.#remove(name)
    leg.mouth.turn(said => { hear(init, said) })
    return leg.media
  }

  /** This tab ends, or its part of a call does. */
  end (): void {
    this.#round++
    clearTimeout(this.#timer)
    this.#unled.clear()
    for (const name of [...this.#legs.keys()]) this.#close(name)
  }

  async #step (name: string, step: EngineStep, args: unknown[], says: (said: Said) => void): Promise<unknown> {
    if (step === 'open') {
      const [call, { besides, ...told }] = args as [string, Told]
      const beside = this.#legs.get(besides ?? '')?.media
      const round = this.#round
      const mouth = new Mouth(says)
      const media = await this.make({ ...told, ...(beside === undefined ? {} : { beside }), ...mouth.listener }, call)
      if (round !== this.#round) return media.close()
      this.#add(name, { call, who: told.who, media, mouth })
      return undefined
    }
    if (step === 'take over') {
      const [call, who] = args as [string, string | undefined]
      const before = this.#find(call, who)
      const leg = this.#legs.get(before)
      if (leg === undefined) throw gone()
      this.#unled.delete(before)
      this.#legs.delete(before)
      this.#legs.set(name, leg)
      leg.mouth.turn(says)
      return undefined
    }
    const media = this.#legs.get(name)?.media
    if (media === undefined) throw gone()
    if (step === 'close') this.#remove(name)
    return (media[step] as (...args: unknown[]) => Promise<unknown>).apply(media, args)
  }

  #find (call: string, who: string | undefined): string {
    return [...this.#legs].find(([name, leg]) => this.#unled.has(name) && leg.call === call && leg.who === who)?.[0] ?? ''
  }

  #add (name: string, leg: Leg): void {
    this.#legs.set(name, leg)
    if (this.#release !== undefined) return
    const held = Promise.withResolvers<void>()
    this.#release = held.resolve
    navigator.locks.request(this.#init.lock, async () => held.promise).catch(() => undefined) // the page ends
  }

  #remove (name: string): void {
    const call = this.#legs.get(name)?.call
    this.#legs.delete(name)
    this.#unled.delete(name)
    if (call !== undefined && ![...this.#legs.values()].some(leg => leg.call === call)) this.#kept.delete(call)
    if (this.#legs.size > 0) return
    this.#release?.()
    this.#release = undefined
  }

  #close (name: string): void {
    const media = this.#legs.get(name)?.media
    this.#remove(name)
    media?.close().catch(() => undefined) // nobody waits for it
  }
}

function gone (): UnreachableError { return new UnreachableError('NOT_RUNNING', 'the tab in which the call was had is gone', { hint: 'call again' }) }

export interface EngineRemoteInit {
  self: string
  /** the tab */
  place: string
  call: string
  post: (request: EngineRequest) => void
}

/** In the tab that leads: an engine that is elsewhere. */
export class RemoteEngine implements MediaLeg {
  readonly leg = crypto.randomUUID()
  readonly #init: EngineRemoteInit
  readonly #media: MediaInit
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #ended = new AbortController()
  #next = 0

  constructor (init: EngineRemoteInit, media: MediaInit) {
    this.#init = init
    this.#media = media
  }

  /** Aborts when it is closed, or its tab is gone. */
  get ended (): AbortSignal { return this.#ended.signal }

  /** @throws UsageError NO_AUDIO; UnreachableError NOT_RUNNING where it was to go on, and is gone */
  async open (): Promise<void> {
    const { audio, tracks, hidden, loopbackOnly, iceServers, who, beside, again } = this.#media
    if (again === true) await this.#ask('take over', this.#init.call, who)
    else {
      await this.#ask('open', this.#init.call, {
        tracks,
        hidden,
        loopbackOnly,
        iceServers: [...iceServers],
        ...(audio === undefined ? {} : { audio }),
        ...(who === undefined ? {} : { who }),
        ...(beside instanceof RemoteEngine ? { besides: beside.leg } : {})
      } satisfies Told)
    }
  }

  take (reply: EngineReply): void {
    if (reply.kind === 'engine says') {
      if (!this.#ended.signal.aborted) hear(this.#media, reply as Said)
    } else if (reply.kind === 'engine result') this.#pending.get(reply.id)?.resolve(reply.value)
    else this.#pending.get(reply.id)?.reject(fromWire(reply.error))
  }

  lose (): void {
    this.#media.onFlow('silent') // where nobody hangs up, that ends it
    this.#ended.abort()
    for (const { reject } of this.#pending.values()) reject(gone())
    this.#pending.clear()
  }

  async offer (anew?: boolean): Promise<string> { return await this.#ask('offer', anew) as string }
  async answer (sdp: string): Promise<string> { return await this.#ask('answer', sdp) as string }
  async accept (sdp: string): Promise<void> { await this.#ask('accept', sdp) }
  async add (candidates: readonly MediaCandidate[]): Promise<void> { await this.#ask('add', [...candidates]) }
  async send (tracks: CallTracks): Promise<boolean> { return await this.#ask('send', tracks) as boolean }
  async stats (): Promise<CallStats> { return await this.#ask('stats') as CallStats }
  streams (): undefined { return undefined }

  async close (): Promise<void> {
    if (this.#ended.signal.aborted) return
    const closed = this.#ask('close')
    this.#ended.abort()
    await closed.catch(() => undefined) // it went meanwhile
  }

  async #ask (step: EngineStep, ...args: unknown[]): Promise<unknown> {
    if (this.#ended.signal.aborted) throw gone()
    const id = this.#next++
    const answer = Promise.withResolvers<unknown>()
    this.#pending.set(id, answer)
    const { self, place, post } = this.#init
    post({ to: place, from: self, leg: this.leg, kind: 'engine', id, step, args })
    try {
      return await answer.promise
    } finally {
      this.#pending.delete(id)
    }
  }
}
