/**
 * First contact, loaded when it is wanted: its keys alone (X-Wing) are 20 kB to a page, which is reached by nobody before it is
 * connected.
 *
 * Invariants: what is asked of it waits for its start, if that waits; after `stop()` nothing begins.
 */
import { TypedEventEmitter } from 'main-event'
import { later } from '../late.ts'
import type { Inbox, IncomingRequest, Introduction, IntroductionEvents, OutgoingRequest } from './index.ts'
import type { IntroductionComponents, IntroductionInit } from './introduction.ts'
import type { PeerPlace } from '../network/index.ts'

/** Once connected, until that is shown, ms: what is loaded then competes with it. */
const QUIET_MS = 500

export interface LateIntroductionInit extends IntroductionInit {
  /** starts a moment after the first connection, not before */
  patient: boolean
}

type Places = Parameters<Introduction['setPlaces']>[0]

const code = later(async () => import('./introduction.ts'))

class LateIntroduction extends TypedEventEmitter<IntroductionEvents> implements Introduction {
  readonly #components: IntroductionComponents
  readonly #init: LateIntroductionInit
  #made: Promise<Introduction> | undefined
  /** given before it began */
  #places: Places | undefined
  #cancel: (() => void) | undefined
  #begin: ((made: Introduction) => Promise<void>) | undefined
  #starting: Promise<void> = Promise.resolve()

  constructor (components: IntroductionComponents, init: LateIntroductionInit) {
    super()
    this.#components = components
    this.#init = init
  }

  async start (handler: (request: IncomingRequest) => Promise<void>): Promise<void> {
    const { network } = this.#components
    this.#begin = async made => {
      await made.start(handler)
      if (this.#places !== undefined) await made.setPlaces(this.#places)
    }
    if (!this.#init.patient) await this.#started()
    else if (network.connections().length > 0) this.#onConnect()
    else network.addEventListener('peer:connect', this.#onConnect)
  }

  async stop (): Promise<void> {
    this.#components.network.removeEventListener('peer:connect', this.#onConnect)
    this.#cancel?.()
    this.#begin = undefined
    await this.#starting.catch(() => {}) // the caller of start heard of it
    await (await this.#made?.catch(() => undefined))?.stop()
  }

  async inbox (): Promise<Inbox> { return (await this.#started()).inbox() }

  async invite (): Promise<Uint8Array> { return (await this.#load()).invite() }

  /** While it waits for a connection, this only notes them: nobody can be told yet. */
  async setPlaces (places: Places): Promise<void> {
    if (this.#begin !== undefined) this.#places = places
    else await (await this.#started()).setPlaces(places)
  }

  async send (request: OutgoingRequest, places: PeerPlace[], options: Parameters<Introduction['send']>[2]): ReturnType<Introduction['send']> {
    return (await this.#load()).send(request, places, options)
  }

  readonly #onConnect = (): void => {
    this.#cancel ??= this.#components.clock.after(QUIET_MS, () => {
      this.#cancel = undefined // where it cannot be loaded, the next connection is another try
      this.#started().catch((error: unknown) => { this.#components.logger.error('the own inbox could not be opened', error) })
    })
  }

  async #started (): Promise<Introduction> {
    const made = await this.#load()
    const begin = this.#begin
    if (begin !== undefined) {
      this.#begin = undefined
      this.#components.network.removeEventListener('peer:connect', this.#onConnect)
      this.#cancel?.()
      this.#starting = begin(made)
    }
    await this.#starting
    return made
  }

  async #load (): Promise<Introduction> {
    this.#made ??= code().then(({ createIntroduction }) => {
      const made = createIntroduction(this.#components, this.#init)
      made.addEventListener('inbox:change', ({ detail }) => { this.safeDispatchEvent('inbox:change', { detail }) })
      return made
    }, (error: unknown) => {
      this.#made = undefined
      throw error
    })
    return this.#made
  }
}

/** As `createIntroduction`, whose code comes later. */
export function createLateIntroduction (components: IntroductionComponents, init: LateIntroductionInit): Introduction {
  return new LateIntroduction(components, init)
}
