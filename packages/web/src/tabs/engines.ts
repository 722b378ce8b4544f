/**
 * The engine of a call in another tab than the node: a call is had where it was begun or answered, whichever tab leads.
 *
 * Invariants: an engine ends with the tab that leads, and the call with the tab that has its engine.
 */
import { UnreachableError } from '@sotto/node/errors'
import { fromWire, toWire } from './wire.ts'
import type { EngineReply, EngineRequest, EngineStep } from './wire.ts'
import type { CallStats, CallTracks, IdentityId } from '@sotto/node'
import type { MediaCandidate, MediaInit, MediaLeg, PageStreams } from '@sotto/node/media'

/** `besides`: the name of an engine of the same call */
type Told = Pick<MediaInit, 'audio' | 'tracks' | 'hidden' | 'loopbackOnly' | 'iceServers' | 'who'> & { besides?: string }

/** In the tab in which somebody talks. */
export class EngineHost {
  readonly #devices: MediaInit['devices']
  readonly #legs = new Map<string, { call: string, who: string | undefined, media: MediaLeg }>()
  /** those that were closed while they were being made */
  #round = 0

  constructor (devices: MediaInit['devices']) { this.#devices = devices }

  /** An engine for the node of this tab, or of another. @throws UsageError NO_AUDIO */
  async make (init: MediaInit): Promise<MediaLeg> {
    const { createMedia } = await import('@sotto/node/media')
    return createMedia(this.#devices === undefined ? init : { ...init, devices: this.#devices })
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
    const says = (what: (EngineReply & { kind: 'engine says' })['says'], value?: unknown): void => { post({ ...back, kind: 'engine says', says: what, value }) }
    this.#step(leg, step, args, says).then(
      value => { post({ ...back, kind: 'engine result', id, value }) },
      (error: unknown) => { post({ ...back, kind: 'engine error', id, error: toWire(error) }) }
    )
  }

  /** The tab that led is gone, or this one ends. */
  end (): void {
    this.#round++
    for (const { media } of this.#legs.values()) media.close().catch(() => undefined) // nobody waits for it
    this.#legs.clear()
  }

  async #step (name: string, step: EngineStep, args: unknown[], says: (what: (EngineReply & { kind: 'engine says' })['says'], value?: unknown) => void): Promise<unknown> {
    if (step === 'open') {
      const [call, { besides, ...told }] = args as [string, Told]
      const beside = this.#legs.get(besides ?? '')?.media
      const round = this.#round
      const media = await this.make({
        ...told,
        ...(beside === undefined ? {} : { beside }),
        onCandidate: candidate => { says('candidate', candidate) },
        onFlow: flow => { says('flow', flow) },
        onPlayed: () => { says('played') },
        onScreenEnded: () => { says('screen') }
      })
      if (round !== this.#round) return media.close()
      this.#legs.set(name, { call, who: told.who, media })
      return undefined
    }
    const media = this.#legs.get(name)?.media
    if (media === undefined) throw gone()
    if (step === 'close') this.#legs.delete(name)
    return (media[step] as (...args: unknown[]) => Promise<unknown>).apply(media, args)
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

  /** @throws UsageError NO_AUDIO */
  async open (): Promise<void> {
    const { audio, tracks, hidden, loopbackOnly, iceServers, who, beside } = this.#media
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

  take (reply: EngineReply): void {
    if (reply.kind === 'engine says') this.#said(reply.says, reply.value)
    else if (reply.kind === 'engine result') this.#pending.get(reply.id)?.resolve(reply.value)
    else this.#pending.get(reply.id)?.reject(fromWire(reply.error))
  }

  lose (): void {
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

  #said (says: (EngineReply & { kind: 'engine says' })['says'], value: unknown): void {
    if (this.#ended.signal.aborted) return
    const { onCandidate, onFlow, onPlayed, onScreenEnded } = this.#media
    if (says === 'candidate') onCandidate(value as MediaCandidate)
    else if (says === 'flow') onFlow(value as Parameters<typeof onFlow>[0])
    else if (says === 'played') onPlayed()
    else onScreenEnded?.()
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
