/**
 * Joins the network by a list of peers, again and again while none of them is connected.
 *
 * Invariants: one attempt at a time, besides one that began in a network which is gone; pauses double up to `MAX_JOIN_RETRY_MS`, with jitter, and begin anew after a success.
 */
import { DIAL_TIMEOUT_MS, JOIN_RETRY_MS, MAX_ADDRESS_LENGTH, MAX_JOIN_RETRY_MS } from '../config.ts'
import { UnreachableError } from '../errors.ts'
import { withTimeout } from '../lifecycle.ts'
import { peerOf } from './addresses.ts'
import { jittered } from './jitter.ts'
import type { Host } from './host.ts'
import type { Clock, Logger } from '../components.ts'

/** A page that opens waits so long for the first of its list before it loads what being connected does not need, ms. */
const PATIENCE_MS = 2_000
/** And once it is connected, until it shows that, ms: what is loaded then competes with it. */
const QUIET_MS = 500

export class Joiner {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #host: Host
  readonly #addresses: readonly string[]
  readonly #running: AbortSignal
  #pause = JOIN_RETRY_MS
  #cancel: (() => void) | undefined

  constructor (components: { clock: Clock, logger: Logger }, host: Host, addresses: readonly string[], running: AbortSignal) {
    this.#clock = components.clock
    this.#log = components.logger.scope('network')
    this.#host = host
    this.#addresses = addresses.filter(address => address.length <= MAX_ADDRESS_LENGTH)
    this.#running = running
  }

  /** Begins with those that need no WebRTC, where there are such. Resolves when one answered, none did, or it takes long. */
  async first (): Promise<void> {
    const plain = this.#addresses.filter(address => !address.includes('/webrtc'))
    if (plain.length === 0 || this.#running.aborted) return
    const answered = Promise.any(plain.map(async address => { if (!await this.#dial(address)) throw new UnreachableError('UNREACHABLE', 'nobody answered') }))
    await withTimeout(answered.catch(() => {}), PATIENCE_MS, this.#clock) // nobody: tried again by what starts next
    performance.mark('sotto:connected') // for those who measure a page
    await new Promise<void>(resolve => {
      const done = (): void => { cancelQuiet(); resolve() }
      const cancelQuiet = this.#clock.after(QUIET_MS, done)
      this.#running.addEventListener('abort', done, { once: true })
    })
  }

  start (): void {
    if (this.#addresses.length === 0 || this.#running.aborted) return
    this.#running.addEventListener('abort', () => { this.#cancel?.() }, { once: true })
    this.#attempt().catch(() => {}) // it answers for each dial itself
  }

  /** The network is another one: no waiting. */
  hurry (): void {
    this.#cancel?.()
    this.#pause = JOIN_RETRY_MS
    this.#attempt().catch(() => {})
  }

  async #attempt (): Promise<void> {
    const joined = this.#connected() || (await Promise.all(this.#addresses.map(async address => this.#dial(address)))).includes(true)
    if (this.#running.aborted) return
    this.#cancel?.()
    if (joined) this.#pause = JOIN_RETRY_MS
    else this.#log('nobody of the bootstrap list answered, trying again in %d s', this.#pause / 1000)
    this.#cancel = this.#clock.after(jittered(this.#pause), () => { this.#attempt().catch(() => {}) })
    if (!joined) this.#pause = Math.min(2 * this.#pause, MAX_JOIN_RETRY_MS)
  }

  #connected (): boolean {
    const peers = new Set(this.#addresses.map(peerOf))
    return this.#host.libp2p.getConnections().some(connection => peers.has(connection.remotePeer.toString()))
  }

  async #dial (address: string): Promise<boolean> {
    const { multiaddr } = await import('@multiformats/multiaddr')
    try {
      await this.#host.libp2p.dial(multiaddr(address), { signal: AbortSignal.any([this.#running, AbortSignal.timeout(DIAL_TIMEOUT_MS)]) })
      return true
    } catch {
      return false // counted by the caller: what matters is whether anybody answered
    }
  }
}
