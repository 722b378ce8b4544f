/**
 * Direct streams to the devices of contacts: dialled when there is mail or after a loss, kept open, one per device.
 * Spec: protocols/envelope "Direct stream".
 */
import { ENVELOPE_PROTOCOL } from '@sotto/protocols/envelope'
import { TypedEventEmitter } from 'main-event'
import { NodeError } from '../errors.ts'
import { DirectLink } from './direct-link.ts'
import type { DeliverHandler } from './direct-link.ts'
import type { Components } from '../components.ts'
import type { FrameStream, PeerPlace } from '../network/index.ts'

/** Direct streams in all, and per peer: both sides may have opened one at the same moment, and one may be dying. */
const MAX_LINKS = 256
const MAX_LINKS_PER_PEER = 4
/** Of these, streams of peers that we do not look for ourselves: somebody new, or nobody; contacts keep their places. */
const MAX_STRANGER_LINKS = 64
/** Places that are dialled again after a loss: more than a person has devices of contacts. */
const MAX_PLACES = 1024
/** First wait before a device that could not be reached is dialled again, ms; doubles, with jitter. */
const REDIAL_MS = 1000
/** Longest wait between two dials of one device, ms: it will dial us too, when it comes back. */
const MAX_REDIAL_MS = 5 * 60 * 1000

/** `dialling`: ends the dial under way; `since`: when the first dial failed, Unix milliseconds */
interface Target { place: PeerPlace, dialling: AbortController | undefined, failures: number, since: number, cancel: () => void }

export interface DirectEvents {
  /** A stream is open and takes envelopes. */
  up: CustomEvent<{ peerId: string }>
  /** A stream ended, or a dial failed; `lost`: tags of what was on its way there. */
  down: CustomEvent<{ peerId: string, lost: string[] }>
  /** There is room again; the envelopes with these tags were handled by the other side. */
  credit: CustomEvent<{ peerId: string, handled: string[] }>
}

export class DirectLinks extends TypedEventEmitter<DirectEvents> {
  readonly #components: Pick<Components, 'network' | 'clock' | 'logger'>
  readonly #handler: DeliverHandler
  readonly #links = new Map<string, DirectLink[]>()
  readonly #targets = new Map<string, Target>()
  readonly #stopped = new AbortController()
  #count = 0

  constructor (components: Pick<Components, 'network' | 'clock' | 'logger'>, handler: DeliverHandler) {
    super()
    this.#components = components
    this.#handler = handler
  }

  async start (): Promise<void> {
    await this.#components.network.handle(ENVELOPE_PROTOCOL, async stream => this.#serve(stream), { maxStreams: MAX_LINKS, maxStreamsPerPeer: MAX_LINKS_PER_PEER })
  }

  stop (): void {
    this.#stopped.abort()
    for (const target of this.#targets.values()) target.cancel()
    for (const links of this.#links.values()) for (const link of links) link.close()
  }

  /** The newest stream to a device that takes envelopes now. */
  link (peerId: string): DirectLink | undefined {
    return this.#links.get(peerId)?.findLast(link => link.room > 0)
  }

  isUp (peerId: string): boolean {
    return (this.#links.get(peerId)?.length ?? 0) > 0
  }

  /** True when the last dial of this device failed and it has not come to us since. */
  isAway (peerId: string): boolean {
    return !this.isUp(peerId) && (this.#targets.get(peerId)?.failures ?? 0) > 0
  }

  /** Unix milliseconds; undefined where `isAway` is false. */
  awaySince (peerId: string): number | undefined {
    return this.isAway(peerId) ? this.#targets.get(peerId)?.since : undefined
  }

  /** A device with which there is no stream may be here: dialled there too, at once, and not when a dial elsewhere has failed. */
  tryAt ({ peerId, addresses }: PeerPlace): void {
    const target = this.#targets.get(peerId)
    if (target === undefined || this.isUp(peerId)) return
    const known = target.place.addresses
    const fresh = addresses.filter(address => !known.includes(address))
    if (fresh.length === 0) return
    target.place = { peerId, addresses: [...fresh, ...known] }
    target.dialling?.abort(new NodeError('ABORTED', 'it may be elsewhere'))
    target.dialling = undefined
    this.hurry(peerId)
  }

  /** Dials now, unless there is a stream, a dial under way, or a wait after a failure. Keeps trying until `forget`. */
  ensure (place: PeerPlace): void {
    if (place.peerId === this.#components.network.peerId) return
    const known = this.#targets.get(place.peerId)
    if (known !== undefined) {
      known.place = place
      return
    }
    if (this.#targets.size >= MAX_PLACES) return
    const target: Target = { place, dialling: undefined, failures: 0, since: 0, cancel: () => {} }
    this.#targets.set(place.peerId, target)
    this.#dial(target)
  }

  /** The device said it is back, or the network changed: dial without waiting. */
  hurry (peerId: string): void {
    const target = this.#targets.get(peerId)
    if (target === undefined || target.dialling !== undefined || this.isUp(peerId)) return
    target.cancel()
    this.#dial(target)
  }

  hurryAll (): void {
    for (const peerId of this.#targets.keys()) this.hurry(peerId)
  }

  /** No more dials. */
  forget (peerId: string): void {
    this.#targets.get(peerId)?.cancel()
    this.#targets.delete(peerId)
  }

  /** Ends the streams with a device; it may come back, and is dialled again where it is looked for. */
  hangUp (peerId: string): void {
    for (const link of this.#links.get(peerId) ?? []) link.close()
  }

  #dial (target: Target): void {
    if (target.dialling !== undefined || this.#stopped.signal.aborted || this.isUp(target.place.peerId)) return
    const dial = target.dialling = new AbortController()
    this.#components.network.open(target.place, ENVELOPE_PROTOCOL, { signal: AbortSignal.any([this.#stopped.signal, dial.signal]) }).then(
      async stream => {
        if (target.dialling === dial) target.dialling = undefined
        target.failures = 0
        await this.#serve(stream)
      },
      () => {
        if (target.dialling !== dial) return // another dial took its place
        target.dialling = undefined
        if (target.failures++ === 0) target.since = this.#components.clock.now()
        this.#redial(target)
        this.safeDispatchEvent('down', { detail: { peerId: target.place.peerId, lost: [] } })
      }
    ).catch((error: unknown) => this.#components.logger.error('direct stream ended badly', error))
  }

  #redial (target: Target): void {
    if (this.#stopped.signal.aborted || !this.#targets.has(target.place.peerId)) return
    const wait = Math.min(REDIAL_MS * 2 ** Math.max(0, target.failures - 1), MAX_REDIAL_MS)
    const jitter = (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 256
    target.cancel = this.#components.clock.after(wait * (0.5 + jitter / 2), () => this.#dial(target))
  }

  #hasRoom (peerId: string): boolean {
    if (this.#targets.has(peerId)) return this.#count < MAX_LINKS
    let strangers = 0
    for (const [other, links] of this.#links) if (!this.#targets.has(other)) strangers += links.length
    return strangers < MAX_STRANGER_LINKS && this.#count < MAX_LINKS
  }

  async #serve (stream: FrameStream): Promise<void> {
    const { peerId } = stream
    const links = this.#links.get(peerId) ?? []
    if (this.#stopped.signal.aborted || links.length >= MAX_LINKS_PER_PEER || !this.#hasRoom(peerId)) {
      await stream.close()
      return
    }
    const link = new DirectLink(stream, this.#handler)
    let announced = false
    link.onCredit = handled => {
      if (!announced) {
        announced = true
        const target = this.#targets.get(peerId)
        if (target !== undefined) target.failures = 0
        this.safeDispatchEvent('up', { detail: { peerId } })
      }
      this.safeDispatchEvent('credit', { detail: { peerId, handled } })
    }
    this.#links.set(peerId, [...links, link])
    this.#count++
    try {
      await link.run()
    } finally {
      this.#count--
      const rest = (this.#links.get(peerId) ?? []).filter(other => other !== link)
      if (rest.length > 0) this.#links.set(peerId, rest)
      else this.#links.delete(peerId)
      this.safeDispatchEvent('down', { detail: { peerId, lost: link.unhandled() } })
      const target = this.#targets.get(peerId)
      if (target !== undefined && rest.length === 0) this.#redial(target)
    }
  }
}
