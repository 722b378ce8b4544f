/** Volunteers: those who offer a service to anybody say so under a fixed key of the DHT, and are found there (DIR-14). */
import { serviceKey } from '@sotto/protocols/directory'
import { MAX_VOLUNTEERS, PUBLISH_RETRY_MS, SEARCH_MS, VOLUNTEER_MS } from '../config.ts'
import type { DirectorySources } from './index.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'
import type { Service } from '@sotto/protocols/directory'

export class Volunteers {
  readonly #c: Pick<Components, 'network' | 'clock' | 'logger'>
  readonly #sources: Pick<DirectorySources, 'offers' | 'wantsMailboxes' | 'suggest'>
  readonly #stopped: AbortSignal
  readonly #timers = new Map<string, () => void>()
  /** what was offered last; undefined before the first peer was met */
  #said: readonly Service[] | undefined

  constructor (components: Pick<Components, 'network' | 'clock' | 'logger'>, sources: Pick<DirectorySources, 'offers' | 'wantsMailboxes' | 'suggest'>, stopped: AbortSignal) {
    this.#c = components
    this.#sources = sources
    this.#stopped = stopped
    stopped.addEventListener('abort', () => { for (const cancel of this.#timers.values()) cancel() }, { once: true })
  }

  /** Begins, or looks again at once: peers were met. */
  hurry (): void {
    this.#offer().catch((error: unknown) => { this.#c.logger.error('cannot say what this node offers', error) })
    this.#search().catch((error: unknown) => { this.#c.logger.error('cannot look for mailboxes', error) })
  }

  /** Says what this node offers, if that is more than it was. */
  more (): void {
    const said = this.#said
    if (said === undefined || this.#sources.offers().every(service => said.includes(service))) return
    this.#offer().catch((error: unknown) => { this.#c.logger.error('cannot say what this node offers', error) })
  }

  async find (service: Service, signal?: AbortSignal): Promise<PeerPlace[]> {
    const signals = signal === undefined ? this.#stopped : AbortSignal.any([this.#stopped, signal])
    const found = await this.#c.network.dht.providers(serviceKey(service), MAX_VOLUNTEERS, { signal: signals })
    return found.filter(({ peerId }) => peerId !== this.#c.network.peerId)
  }

  async #offer (): Promise<void> {
    const services = this.#said = this.#sources.offers()
    const told = await Promise.all(services.map(async service => this.#c.network.dht.provide(serviceKey(service), { signal: this.#stopped })))
    this.#later('offer', told.includes(0) ? PUBLISH_RETRY_MS : VOLUNTEER_MS, async () => this.#offer())
  }

  async #search (): Promise<void> {
    if (this.#sources.wantsMailboxes()) this.#sources.suggest(await this.find('mailbox'))
    this.#later('search', SEARCH_MS, async () => this.#search())
  }

  #later (name: string, ms: number, run: () => Promise<void>): void {
    this.#timers.get(name)?.()
    if (this.#stopped.aborted) return
    this.#timers.set(name, this.#c.clock.after(ms, () => {
      run().catch((error: unknown) => { this.#c.logger.error('the directory failed at its round', error) })
    }))
  }
}
