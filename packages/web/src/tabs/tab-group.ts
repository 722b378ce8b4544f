/**
 * The tabs of one browser, and which of them leads: the one that holds the lock of the profile's name. The browser gives
 * the lock to the next in line as soon as its tab is gone, however that went.
 */
import { createNode, NodeError, removeProfile } from '@sotto/node'
import { LocalBackend, RemoteBackend } from './backend.ts'
import { EngineHost, RemoteEngine } from './engines.ts'
import { TabServer } from './server.ts'
import { Switchboard } from './switchboard.ts'
import type { Announcement, Message } from './wire.ts'
import type { CallId, Messenger, SottoNode } from '@sotto/node'
import type { CarriedCall, MediaMaker, PageStreams } from '@sotto/node/media'
import type { Tabs, TabRole, TabsEvents, TabsInit } from './index.ts'

/** The database of a tab that crashed is free a moment later than its place at the head; ms between tries, and tries. */
const RETRY_MS = 100
const RETRIES = 50
/** So long the next leader waits for what a tab that is in a call knows of it, ms: it is there, and answers at once. */
const CARRY_MS = 2000
/** So long a call waits for the tab that had it, ms: it may be being loaded anew. */
const REJOIN_MS = 3000

/** Every tab of the profile ends its part; then, with the lead in hand, the profile goes. */
export async function erase (profile: string): Promise<void> {
  const channel = new BroadcastChannel(nameOf('talk', profile))
  channel.postMessage({ kind: 'erase', from: '' } satisfies Announcement)
  try {
    await navigator.locks.request(nameOf('lead', profile), async () => removeProfile({ profile }))
  } finally {
    channel.close()
  }
}

/** call: held by a tab that is in one, whose name follows that of the profile */
function nameOf (kind: 'lead' | 'talk' | 'tab' | 'call', id: string): string { return `sotto-${kind}:${id}` }

export class TabGroup implements Tabs {
  readonly #init: TabsInit
  readonly #self = crypto.randomUUID()
  readonly #events = new EventTarget()
  readonly #board = new Switchboard()
  readonly #channel: BroadcastChannel
  readonly #closing = new AbortController()
  readonly #opened = Promise.withResolvers<void>()
  readonly #engines: EngineHost
  /** engines of our node that are in other tabs */
  readonly #elsewhere = new Map<string, RemoteEngine>()
  /** the tab in which a call was last taken */
  readonly #places = new Map<string, string>()
  /** tabs that are asked for the call they are in */
  readonly #asked = new Map<string, (calls: CarriedCall[]) => void>()
  /** our lock is held: whoever leads can tell that we are here */
  #living = false
  #role: TabRole = 'waiting'
  #leading: { node: SottoNode, server: TabServer } | undefined
  #remote: RemoteBackend | undefined
  /** who is about to lead */
  #next: string | undefined
  #ended: Promise<unknown> = Promise.resolve()

  private constructor (init: TabsInit) {
    this.#init = init
    this.#engines = new EngineHost({ devices: init.devices, lock: nameOf('call', `${init.profile}:${this.#self}`) })
    this.#channel = new BroadcastChannel(nameOf('talk', init.profile))
  }

  static async open (init: TabsInit): Promise<Tabs> {
    const group = new TabGroup(init)
    try {
      await group.#join()
      return group
    } catch (error) {
      await group.close()
      throw error
    }
  }

  get messenger (): Messenger { return this.#board.messenger }
  get role (): TabRole { return this.#role }
  addresses (): string[] { return this.#leading?.node.addresses() ?? [] }
  streams (call: CallId): PageStreams | undefined { return (this.#leading?.node.callStreams(call) ?? this.#engines.streams(call)) as PageStreams | undefined }

  addEventListener<K extends keyof TabsEvents> (type: K, listener: (event: TabsEvents[K]) => void, options?: AddEventListenerOptions): void {
    this.#events.addEventListener(type, listener as (event: Event) => void, options)
  }

  removeEventListener<K extends keyof TabsEvents> (type: K, listener: (event: TabsEvents[K]) => void): void {
    this.#events.removeEventListener(type, listener as (event: Event) => void)
  }

  async close (): Promise<void> {
    this.#closing.abort()
    this.#board.close()
    this.#follow(undefined)
    this.#engines.end()
    await this.#ended
    this.#channel.close()
    this.#become('waiting')
  }

  /** Resolves when somebody leads. */
  async #join (): Promise<void> {
    const { signal } = this.#init
    signal?.throwIfAborted()
    const aborted = (): void => { this.#opened.reject(signal?.reason) }
    signal?.addEventListener('abort', aborted)
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => { this.#take(data) }
    // held for as long as the tab lives: by it the leader knows
    const closing = Promise.withResolvers<void>()
    this.#closing.signal.addEventListener('abort', () => { closing.resolve() })
    const living = navigator.locks.request(nameOf('tab', this.#self), async () => {
      this.#living = true
      this.#post({ kind: 'who', from: this.#self })
      await closing.promise
    })
    const leading = navigator.locks.request(nameOf('lead', this.#init.profile), { signal: this.#closing.signal }, async () => this.#lead(closing.promise))
    this.#ended = Promise.allSettled([living, leading])
    try {
      await this.#opened.promise
    } finally {
      signal?.removeEventListener('abort', aborted)
    }
  }

  #take (message: Message): void {
    if ('to' in message) {
      if (message.to !== this.#self) return
      if (message.kind === 'call' || message.kind === 'cancel' || message.kind === 'credit') this.#leading?.server.take(message)
      else if (message.kind === 'keep') {
        if (this.#isLed(message.from)) this.#engines.keep(message.call)
      } else if (message.kind === 'kept') this.#asked.get(message.from)?.(message.calls)
      else if (message.kind === 'engine') {
        if (this.#isLed(message.from)) this.#engines.take(message, reply => { this.#post(reply) })
      } else if (message.kind === 'engine result' || message.kind === 'engine error' || message.kind === 'engine says') this.#elsewhere.get(message.leg)?.take(message)
      else if (message.from === this.#remote?.leader) this.#remote.take(message)
    } else {
      this.#hear(message)
    }
  }

  /** The next leader has the engines before its node has started. */
  #isLed (from: string): boolean { return from === (this.#remote?.leader ?? this.#next) }

  #hear ({ kind, from }: Announcement): void {
    if (kind === 'who' && this.#leading !== undefined) this.#post({ kind: 'leading', from: this.#self })
    if (kind === 'taking') {
      this.#follow(undefined)
      this.#next = from
      this.#post({ kind: 'kept', to: from, from: this.#self, calls: this.#engines.kept })
    }
    if (kind === 'erase') {
      this.#events.dispatchEvent(new CustomEvent('erased'))
      this.close().catch((error: unknown) => { this.#fail(error) })
    }
    // whoever has no lock of its own yet would be taken for one that is gone: it asks when it has
    if (kind === 'leading' && this.#living && from !== this.#remote?.leader) {
      this.#follow(new RemoteBackend(this.#self, from, message => { this.#post(message) }))
      this.#engines.settle()
      this.#opened.resolve()
    }
  }

  #post (message: Message): void { this.#channel.postMessage(message) }

  /** What waits for the last leader goes to the next. */
  #follow (remote: RemoteBackend | undefined): void {
    const last = this.#remote
    this.#remote = remote
    this.#board.use(remote)
    if (remote === undefined) this.#engines.hold()
    this.#become(remote === undefined ? 'waiting' : 'follower')
    last?.end()
  }

  #become (role: TabRole): void {
    if (role === this.#role) return
    this.#role = role
    this.#events.dispatchEvent(new CustomEvent('role:change', { detail: { role } }))
  }

  /** Under the lock: it ends when this does. */
  async #lead (closing: Promise<void>): Promise<void> {
    this.#follow(undefined)
    let node: SottoNode
    try {
      node = await this.#start(await this.#carried())
    } catch (error) {
      this.#fail(error)
      this.#opened.reject(error)
      return
    }
    const backend = new LocalBackend(node)
    const server = new TabServer({
      self: this.#self,
      backend,
      post: message => { this.#post(message) },
      gone: async (tab, signal) => navigator.locks.request(nameOf('tab', tab), { signal, mode: 'shared' }, () => {})
    })
    this.#leading = { node, server }
    this.#engines.settle()
    node.failed.addEventListener('abort', () => { this.#fail(node.failed.reason) })
    this.#become('leader')
    this.#board.use(backend)
    this.#post({ kind: 'leading', from: this.#self })
    this.#opened.resolve()
    await closing
    this.#leading = undefined
    server.end()
    await node.stop()
  }

  /** Takes the lead, and asks those who are in a call how it stands. */
  async #carried (): Promise<CarriedCall[]> {
    const prefix = nameOf('call', `${this.#init.profile}:`)
    const { held = [] } = await navigator.locks.query()
    const talking = held.flatMap(({ name = '' }) => name.startsWith(prefix) ? name.slice(prefix.length) : []).filter(tab => tab !== this.#self)
    const told = talking.map(async tab => {
      const kept = new Promise<CarriedCall[]>(resolve => { this.#asked.set(tab, resolve) })
      const given = new AbortController()
      const gone = navigator.locks.request(prefix + tab, { signal: AbortSignal.any([given.signal, AbortSignal.timeout(CARRY_MS)]), mode: 'shared' }, () => [])
      return Promise.race([kept, gone.catch(() => [])]).finally(() => {
        given.abort()
        this.#asked.delete(tab)
      })
    })
    this.#post({ kind: 'taking', from: this.#self })
    return [this.#engines.kept, ...await Promise.all(told)].flat()
  }

  /** Where a call was begun or answered, there it is had. */
  readonly #media: MediaMaker = async (init, call, place) => {
    if (place === undefined || place === this.#self) {
      this.#places.set(call, this.#self)
      return init.again === true ? this.#engines.claim(call, init) : this.#engines.make(init, call)
    }
    this.#places.set(call, place)
    const engine = new RemoteEngine({ self: this.#self, place, call, post: request => { this.#post(request) } }, init)
    this.#elsewhere.set(engine.leg, engine)
    engine.ended.addEventListener('abort', () => { this.#elsewhere.delete(engine.leg) })
    // the tab that talks is gone, however that went: so is the call, unless it comes back at once
    navigator.locks.request(nameOf('tab', place), { signal: engine.ended, mode: 'shared' }, () => {
      engine.lose()
      setTimeout(() => { if (this.#places.get(call) === place) this.#end(call) }, REJOIN_MS)
    }).catch(() => undefined) // closed before
    try {
      await engine.open()
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  #end (call: string): void {
    this.#places.delete(call)
    this.#leading?.node.calls.hangUp(call).catch(() => undefined) // it had ended
  }

  #fail (error: unknown): void {
    const detail = { error: error instanceof NodeError ? error : new NodeError('INTERNAL', 'the node of this tab did not start', { cause: error }) }
    this.#events.dispatchEvent(new CustomEvent('failed', { detail }))
  }

  async #start (kept: CarriedCall[]): Promise<SottoNode> {
    const keep = (place: string, call: CarriedCall): void => { if (place !== this.#self) this.#post({ kind: 'keep', to: place, from: this.#self, call }) }
    let passphrase: string | undefined
    for (let tries = 0; ; tries++) {
      this.#closing.signal.throwIfAborted()
      try {
        return await createNode({ ...this.#init.node, profile: this.#init.profile, passphrase, media: this.#media, handover: { keep, kept } })
      } catch (error) {
        const code = error instanceof NodeError ? error.code : undefined
        const ask = this.#init.passphrase
        if ((code === 'PASSPHRASE_REQUIRED' || code === 'WRONG_PASSPHRASE') && ask !== undefined) passphrase = await ask(code === 'WRONG_PASSPHRASE')
        else if (code === 'PROFILE_IN_USE' && tries < RETRIES) await new Promise(resolve => setTimeout(resolve, RETRY_MS))
        else throw error
      }
    }
  }
}
