/**
 * The streams between this device and the other ones of its identity: dialled for as long as the node runs, one of each.
 *
 * Invariants: one line per device; a stranger takes no device's place; where both dialled at once, both keep the one that the lower device id dialled; a device that was
 * revoked gets its revocation, and nothing else.
 */
import { DEVICES_PROTOCOL } from '@sotto/protocols/pairing'
import { toString } from 'uint8arrays/to-string'
import { DEVICE_RETRY_MS, MAX_DEVICE_RETRY_MS, MAX_OWN_DEVICES } from '../config.ts'
import { NodeError, UnreachableError } from '../errors.ts'
import { DeviceLine } from './line.ts'
import { RevokedError, SealedStream } from './sealed-stream.ts'
import { WaitingRoom } from './waiting-room.ts'
import type { LineHandler } from './line.ts'
import type { Acquaintance } from './sealed-stream.ts'
import type { DeviceShelf } from './shelf.ts'
import type { Clock, Logger } from '../components.ts'
import type { FrameStream, Network } from '../network/index.ts'

export interface LinesComponents {
  clock: Clock
  logger: Logger
  network: Network
  /** 16 bytes */
  own: Uint8Array
  shelf: DeviceShelf
}

export interface LinesHost extends LineHandler {
  /** the revocation of one of our devices */
  revocation: (device: string) => Uint8Array | undefined
  up: (line: DeviceLine) => void
  down: (line: DeviceLine) => void
  /** another device says that this one was revoked */
  revoked: (revocation: Uint8Array) => void
}

/** Streams at a time of whoever is none of our devices: one that was revoked still comes to hear it. */
const MAX_STRANGER_STREAMS = 16

interface Target { failures: number, dialling: boolean, cancel: () => void }

export class DeviceLines {
  readonly #c: LinesComponents
  readonly #host: LinesHost
  readonly #id: string
  readonly #lines = new Map<string, DeviceLine>()
  readonly #targets = new Map<string, Target>()
  readonly #stopped = new AbortController()
  readonly #strangers: WaitingRoom

  constructor (components: LinesComponents, host: LinesHost) {
    this.#c = components
    this.#strangers = new WaitingRoom(components.clock, MAX_STRANGER_STREAMS)
    this.#host = host
    this.#id = toString(components.own, 'hex')
  }

  async start (): Promise<void> {
    await this.#c.network.handle(DEVICES_PROTOCOL, async stream => this.#come(stream), { maxStreams: 2 * MAX_OWN_DEVICES + 2 * MAX_STRANGER_STREAMS, maxStreamsPerPeer: 2 })
    for (const { id } of this.#c.shelf.list()) this.dial(id)
  }

  stop (): void {
    this.#stopped.abort()
    for (const target of this.#targets.values()) target.cancel()
    for (const line of this.#lines.values()) line.abort(new NodeError('NETWORK_STOPPED', 'the node stops'))
  }

  list (): DeviceLine[] { return [...this.#lines.values()] }
  get (device: string): DeviceLine | undefined { return this.#lines.get(device) }

  /** Dials now, and again after every loss, until it is forgotten. */
  dial (device: string): void {
    const known = this.#c.shelf.get(device)
    if (known?.linkKey === undefined || known.addresses.length === 0) return
    const target = this.#targets.get(device) ?? { failures: 0, dialling: false, cancel: () => {} }
    this.#targets.set(device, target)
    target.cancel()
    this.#try(device, target)
  }

  /** The network changed, or the device came: no waiting before the next try. `peerId`: of that device alone. */
  hurry (peerId?: string): void {
    for (const [device, target] of this.#targets) {
      if (peerId !== undefined && this.#c.shelf.get(device)?.peerId !== peerId) continue
      if (this.#lines.has(device) || target.dialling) continue
      target.cancel()
      this.#try(device, target)
    }
  }

  forget (device: string): void {
    this.#targets.get(device)?.cancel()
    this.#targets.delete(device)
    this.#lines.get(device)?.abort(new UnreachableError('UNREACHABLE', 'the device was revoked'))
  }

  #try (device: string, target: Target): void {
    const known = this.#c.shelf.get(device)
    if (target.dialling || known === undefined || this.#lines.has(device) || this.#stopped.signal.aborted) return
    target.dialling = true
    this.#c.network.open({ peerId: known.peerId, addresses: known.addresses }, DEVICES_PROTOCOL, { signal: this.#stopped.signal }).then(
      async stream => {
        target.dialling = false
        await this.#serve(stream, true)
      },
      () => { target.dialling = false }
    ).catch((error: unknown) => this.#c.logger('a stream to an own device ended: %s', error instanceof NodeError ? error.code : 'unknown'))
      .finally(() => { this.#again(device, target) })
  }

  #again (device: string, target: Target): void {
    if (this.#stopped.signal.aborted || this.#targets.get(device) !== target || this.#lines.has(device)) return
    const wait = Math.min(DEVICE_RETRY_MS * 2 ** Math.min(target.failures++, 20), MAX_DEVICE_RETRY_MS)
    const jitter = (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 256
    target.cancel()
    target.cancel = this.#c.clock.after(wait * (0.5 + jitter / 2), () => this.#try(device, target))
  }

  /** PAIR-15: Noise proved the PeerId, so our devices need not wait among strangers. */
  async #come (stream: FrameStream): Promise<void> {
    if (this.#c.shelf.byPeer(stream.peerId) === undefined) this.#strangers.enter(stream)
    await this.#serve(stream, false)
  }

  async #serve (stream: FrameStream, dialled: boolean): Promise<void> {
    const { clock, own } = this.#c
    let sealed: SealedStream
    try {
      sealed = await SealedStream.open(stream, { clock, own, dialled, know: device => this.#know(device, stream.peerId) })
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)))
      if (error instanceof RevokedError) this.#host.revoked(error.revocation)
      return
    }
    const line = new DeviceLine(sealed, dialled, clock, this.#host)
    const other = this.#lines.get(line.device)
    if (other !== undefined) {
      if (!this.#isPreferred(line) && this.#isPreferred(other) && !other.closed.aborted) {
        await line.close()
        return
      }
      other.abort(new UnreachableError('UNREACHABLE', 'the device opened another stream'))
    }
    this.#lines.set(line.device, line)
    const target = this.#targets.get(line.device)
    if (target !== undefined) target.failures = 0
    this.#host.up(line)
    await line.run()
    if (this.#lines.get(line.device) === line) this.#lines.delete(line.device)
    this.#host.down(line)
    if (target !== undefined && !dialled) this.#again(line.device, target)
  }

  #isPreferred (line: DeviceLine): boolean {
    return line.dialled === (this.#id < line.device)
  }

  /** PAIR-8: the PeerId that Noise proved is the one that the certificate names. */
  #know (device: string, peerId: string): Acquaintance | undefined {
    const revocation = this.#host.revocation(device)
    if (revocation !== undefined) return { revocation }
    const known = this.#c.shelf.get(device)
    return known?.linkKey === undefined || known.peerId !== peerId ? undefined : { id: device, linkKey: known.linkKey }
  }
}
