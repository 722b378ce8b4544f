/** Devices that call each other, without media: what one says is encoded, carried, decoded and heard by the others. */
import { hexToBytes } from '@noble/hashes/utils.js'
import { decodeSignal, Signal } from '@sotto/protocols/call'
import { decide, NO_CALLS, wakeAt } from '../../src/calls/call.machine.ts'
import type { Call, CallEffect, CallEvent, CallsState, Party } from '../../src/calls/call.ts'
import type { Tracks } from '@sotto/protocols/call'

export const AUDIO: Tracks = { audio: true, video: false, screen: false }
export const id = (digit: string): string => digit.repeat(32)

export function sdpOf (digit: string): string {
  return `v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => digit.repeat(2)).join(':')}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`
}

export const candidate = (type: 'host' | 'relay', port = 1): { candidate: string, mid: string } => ({ candidate: `candidate:1 1 UDP 1 10.0.0.1 ${port} typ ${type}`, mid: '0' })

/** Where a call has one pair only, it need not be said which. */
type Loose<E> = E extends { call: string, peer: string } ? Omit<E, 'peer'> & { peer?: string } : E
type Deed = Loose<CallEvent> | { event: 'hang up' | 'flowing' | 'silent' | 'broken', call: string, peer?: string }

export class Device {
  state: CallsState = { ...NO_CALLS, attended: true }
  readonly effects: CallEffect[] = []
  readonly street: Street
  readonly person: string
  readonly name: string
  accepts = true
  /** whom this person does not know, hex */
  readonly strangers = new Set<string>()

  constructor (street: Street, person: string, name: string) {
    this.street = street
    this.person = person
    this.name = name
  }

  get sdp (): string { return sdpOf(this.name.slice(0, 1)) }
  get call (): Call | undefined { return this.state.calls[0] }
  /** how each call that ended here ended */
  get ends (): Array<string | undefined> { return this.effects.flatMap(effect => effect.effect === 'show' && effect.call.phase === 'ended' ? [effect.call.end] : []) }
  get logged (): Call[] { return this.effects.flatMap(effect => effect.effect === 'log' ? [effect.call] : []) }
  of<T extends CallEffect['effect']> (kind: T): Array<Extract<CallEffect, { effect: T }>> {
    return this.effects.filter((effect): effect is Extract<CallEffect, { effect: T }> => effect.effect === kind)
  }

  /** those whom this device is connected with, or tries to be */
  pairs (call: string): string[] { return this.state.calls.filter(({ id }) => id === call).map(({ peer, phase, direction }) => `${peer.slice(0, 2)} ${phase} ${direction}`).sort() }
  party (call: string): Party | undefined { return [...this.state.parties, ...this.state.over].find(({ id }) => id === call) }

  do (deed: Deed): void {
    const event = (('peer' in deed && deed.peer !== undefined) || !('call' in deed) ? deed : { ...deed, peer: this.state.calls.find(({ id }) => id === deed.call)?.peer ?? '' }) as CallEvent
    const { state, effects } = decide(this.state, event, this.street.now)
    this.state = state
    this.effects.push(...effects)
    for (const effect of effects) {
      if (effect.effect === 'send') this.street.post(this, effect.peer, Signal.encode({ call: hexToBytes(effect.call), ...effect.signal }))
      if (effect.effect === 'make answer') this.do({ event: 'answered', call: effect.call, peer: effect.peer, sdp: this.sdp, round: effect.round })
      if (effect.effect === 'make offer') this.do({ event: 'offered', call: effect.call, peer: effect.peer, sdp: this.sdp })
      if (effect.effect === 'invite') this.#ask(effect.call, effect.peer)
    }
  }

  #ask (call: string, peer: string): void {
    if (this.strangers.has(peer)) this.do({ event: 'apart', call, peer })
    else this.do({ event: 'invite', call, peer, sdp: this.sdp, hidden: false, joining: true })
  }

  invite (peer: string, call: string, ...others: string[]): void {
    this.do({ event: 'start', call, peer, others, tracks: AUDIO, sdp: this.sdp, hidden: false })
    for (const other of others) this.add(other, call)
  }

  add (peer: string, call: string): void { this.do({ event: 'invite', call, peer, sdp: this.sdp, hidden: false, joining: false }) }
  answer (call: string): void { this.do({ event: 'answer', call, tracks: AUDIO, hidden: false }) }
}

/** Carries at once, in order, unless told to hold; whatever anybody said can be looked at. */
export class Street {
  now = 1_000_000
  readonly devices: Device[] = []
  readonly said: Array<{ from: Device, signal: Signal, bytes: Uint8Array }> = []
  #held: Array<() => void> | undefined

  device (person: string, name: string): Device {
    const device = new Device(this, person, name)
    this.devices.push(device)
    return device
  }

  /** until `release`, nothing arrives */
  hold (): void { this.#held = [] }

  release (): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const deliver of held) deliver()
  }

  post (from: Device, peer: string, bytes: Uint8Array): void {
    const signal = decodeSignal(bytes)
    if (signal === undefined) throw new Error('a device said what it would not hear')
    this.said.push({ from, signal, bytes })
    const deliver = (): void => {
      for (const device of this.devices) {
        if (device !== from && (device.person === peer || device.person === from.person)) this.hand(device, from, bytes)
      }
    }
    if (this.#held === undefined) deliver()
    else this.#held.push(deliver)
  }

  hand (to: Device, from: Device, bytes: Uint8Array): void {
    const signal = decodeSignal(bytes)
    if (signal !== undefined) to.do({ event: 'signal', peer: from.person === to.person ? to.person : from.person, device: from.name, own: from.person === to.person, accepted: to.accepts && !to.strangers.has(from.person), self: to.name, me: to.person, hides: false, signal })
  }

  /** Moves the clock step by step through all that is due. */
  pass (ms: number): void {
    const until = this.now + ms
    for (;;) {
      const next = Math.min(...this.devices.map(device => wakeAt(device.state) ?? Infinity))
      if (next > until) break
      this.now = Math.max(this.now, next)
      for (const device of this.devices) device.do({ event: 'tick' })
    }
    this.now = until
  }
}

export const bytes = (hex: string): Uint8Array => hexToBytes(hex)
