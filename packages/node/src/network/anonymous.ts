/**
 * Streams under throw-away PeerIds: one small host per scope, without listeners, identify or DHT.
 *
 * Invariants: a scope has one key for as long as it is remembered, no key serves two scopes; at most
 * `MAX_ANONYMOUS_HOSTS` hosts live; a host without streams is closed after `ANONYMOUS_IDLE_MS`.
 */
import { ANONYMOUS_IDLE_MS, MAX_ANONYMOUS_HOSTS, MAX_ANONYMOUS_SCOPES } from '../config.ts'
import { LimitError } from '../errors.ts'
import { randomSeed } from '../identity/ed25519.ts'
import { Dialer } from './dialer.ts'
import { createHost } from './host.ts'
import type { FrameStream, PeerPlace } from './index.ts'
import type { Host } from './host.ts'
import type { Clock } from '../components.ts'

interface Pooled {
  ready: Promise<{ host: Host, dialer: Dialer }>
  /** Streams open or being opened. */
  users: number
  cancelIdle: (() => void) | undefined
}

export interface AnonymousInit {
  loopbackOnly: boolean
  transports: 'all' | 'memory'
}

export class AnonymousHosts {
  readonly #clock: Clock
  readonly #init: AnonymousInit
  /** in order of use, the longest unused first */
  readonly #hosts = new Map<string, Pooled>()
  readonly #seeds = new Map<string, Uint8Array>()
  readonly #closing = new Set<Promise<void>>()

  constructor (components: { clock: Clock }, init: AnonymousInit) {
    this.#clock = components.clock
    this.#init = init
  }

  async open (place: PeerPlace, protocol: string, scope: string, signal: AbortSignal): Promise<FrameStream> {
    const pooled = this.#acquire(scope)
    try {
      const { dialer } = await pooled.ready
      const stream = await dialer.open(place, protocol, signal)
      if (stream.closed.aborted) this.#release(scope, pooled)
      else stream.closed.addEventListener('abort', () => { this.#release(scope, pooled) }, { once: true })
      return stream
    } catch (error) {
      this.#release(scope, pooled)
      throw error
    }
  }

  async stop (): Promise<void> {
    for (const scope of [...this.#hosts.keys()]) this.#drop(scope)
    this.#seeds.clear()
    await Promise.all(this.#closing)
  }

  #acquire (scope: string): Pooled {
    let pooled = this.#hosts.get(scope)
    if (pooled === undefined) {
      this.#makeRoom()
      pooled = { ready: this.#create(scope), users: 0, cancelIdle: undefined }
      pooled.ready.catch(() => { this.#hosts.delete(scope) })
    }
    this.#hosts.delete(scope)
    this.#hosts.set(scope, pooled)
    pooled.cancelIdle?.()
    pooled.cancelIdle = undefined
    pooled.users++
    return pooled
  }

  #release (scope: string, pooled: Pooled): void {
    pooled.users--
    if (pooled.users > 0 || this.#hosts.get(scope) !== pooled) return
    pooled.cancelIdle = this.#clock.after(ANONYMOUS_IDLE_MS, () => { this.#drop(scope) })
  }

  /** Closes the host that was unused longest; one that carries streams is never closed for another's sake. */
  #makeRoom (): void {
    if (this.#hosts.size < MAX_ANONYMOUS_HOSTS) return
    const idle = [...this.#hosts].find(([, pooled]) => pooled.users === 0)
    if (idle === undefined) throw new LimitError('LIMIT_EXCEEDED', 'too many anonymous streams at a time: try later')
    this.#drop(idle[0])
  }

  #drop (scope: string): void {
    const pooled = this.#hosts.get(scope)
    if (pooled === undefined) return
    this.#hosts.delete(scope)
    pooled.cancelIdle?.()
    const closing: Promise<void> = pooled.ready.then(async ({ host }) => host.libp2p.stop(), () => {}).finally(() => { this.#closing.delete(closing) })
    this.#closing.add(closing)
  }

  async #create (scope: string): Promise<{ host: Host, dialer: Dialer }> {
    const host = await createHost({ ...this.#init, peerSeed: this.#seed(scope), listen: [], mode: 'local', resident: false, anonymous: true })
    await host.libp2p.start()
    return { host, dialer: new Dialer(host, this.#clock) }
  }

  #seed (scope: string): Uint8Array {
    const seed = this.#seeds.get(scope) ?? randomSeed()
    this.#seeds.delete(scope)
    this.#seeds.set(scope, seed)
    const oldest = this.#seeds.size > MAX_ANONYMOUS_SCOPES ? this.#seeds.keys().next() : undefined
    if (oldest?.done === false) this.#seeds.delete(oldest.value)
    return seed
  }
}
