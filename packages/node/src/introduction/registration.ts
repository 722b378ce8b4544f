/**
 * One mailbox that takes requests for us: registers there, fetches what came, and stays to be told of more. Comes back
 * by itself until stopped.
 *
 * A mailbox pushes a notice; there is no polling, only a rare fetch that finds a stream that died in silence.
 */
import { fetchParts, ownerBytes, sealedDigest } from '@sotto/protocols/introduction'
import { sign } from '../identity/ed25519.ts'
import { Exchange, refusalError } from './exchange.ts'
import { Rate } from './rate.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'

/** First and longest wait before coming back, ms. */
const BACKOFF_MS = 1_000
const MAX_BACKOFF_MS = 10 * 60_000
/** A visit of this length was a good one: the next wait is short again, ms. */
const STEADY_MS = 60_000
/** How often a standing stream is asked although it told nothing, ms: only finds dead ones, so rare enough for a phone. */
const FETCH_MS = 15 * 60_000
/** After a request whose handler failed, ms. */
const RETRY_MS = 60_000
/** Answers to one fetch: 80 slots in fours, and a few that arrive meanwhile. */
const MAX_ANSWERS = 32
/** Notices heeded at once, and per second after: a mailbox cannot keep us busy. */
const NOTICE_BURST = 20
const NOTICES_PER_SECOND = 1

export interface RegistrationInit {
  place: PeerPlace
  grant: Uint8Array | undefined
  anonymous: boolean
}

export interface RegistrationHost {
  record (): { identity: Uint8Array, record: Uint8Array, verifySeed: Uint8Array }
  /** Whether the slot may be freed. */
  take (sealed: Uint8Array, invite: Uint8Array): Promise<boolean>
  /** Whether the mailbox has us has changed. */
  changed (): void
}

export type RegistrationComponents = Pick<Components, 'network' | 'clock' | 'logger'>

export class Registration {
  readonly init: RegistrationInit
  readonly #components: RegistrationComponents
  readonly #host: RegistrationHost
  readonly #stopped = new AbortController()
  readonly #notices: Rate
  readonly #tried = Promise.withResolvers<void>()
  #running: Promise<void> | undefined
  #wake: (() => void) | undefined
  #pending = false
  #stale = false
  #renewed: PromiseWithResolvers<void> | undefined
  /** the mailbox has us; undefined: not known yet */
  accepted: boolean | undefined

  constructor (components: RegistrationComponents, init: RegistrationInit, host: RegistrationHost) {
    this.#components = components
    this.init = init
    this.#host = host
    this.#notices = new Rate(NOTICE_BURST, NOTICES_PER_SECOND, components.clock.now())
  }

  /** Resolves when the mailbox was tried once. */
  async start (): Promise<void> {
    this.#running ??= this.#run()
    await this.#tried.promise
  }

  /** Our record changed: registers it. */
  renew (): void {
    this.#stale = true
    this.#renewed ??= Promise.withResolvers()
    this.#signal()
  }

  /** Resolves when the mailbox has our newest record, or failed to take it. */
  async renewed (): Promise<void> {
    await this.#renewed?.promise
  }

  #renewDone (): void {
    this.#renewed?.resolve()
    this.#renewed = undefined
  }

  /** The peer is back: no need to wait longer. */
  hurry (): void {
    this.#signal()
  }

  async stop (): Promise<void> {
    this.#stopped.abort()
    this.#signal()
    await this.#running
  }

  #signal (): void {
    this.#pending = true
    this.#wake?.()
  }

  /** Until signalled or `ms` have passed. */
  async #wait (ms: number): Promise<void> {
    if (!this.#pending && !this.#stopped.signal.aborted) {
      await new Promise<void>(resolve => {
        const cancel = this.#components.clock.after(ms, resolve)
        this.#wake = () => { cancel(); resolve() }
      })
    }
    this.#wake = undefined
    this.#pending = false
  }

  async #run (): Promise<void> {
    let failures = 0
    while (!this.#stopped.signal.aborted) {
      const began = this.#components.clock.now()
      try {
        await this.#visit()
      } catch (error) {
        this.#components.logger('a mailbox for requests is away', error)
      }
      this.#tried.resolve()
      this.#renewDone()
      if (this.#stopped.signal.aborted) break
      this.#pending = false // the end of the stream itself is no reason to hurry
      if (this.#components.clock.now() - began > STEADY_MS) failures = 0
      const longest = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(failures++, 20))
      await this.#wait(longest * (0.5 + Math.random() / 2))
    }
    this.#tried.resolve()
  }

  async #visit (): Promise<void> {
    const { network, clock } = this.#components
    const { place, anonymous } = this.init
    const scope = anonymous ? `introduction/own/${place.peerId}/${Math.floor(clock.now() / 86_400_000)}` : undefined
    const onNotice = (): void => { if (this.#notices.take(clock.now())) this.#signal() }
    const exchange = await Exchange.open({ network, clock }, { place, scope, signal: this.#stopped.signal, onNotice })
    const ended = (): void => { this.#signal() }
    exchange.closed.addEventListener('abort', ended)
    try {
      this.#pending = false
      await this.#register(exchange)
      while (!this.#stopped.signal.aborted && !exchange.closed.aborted) {
        if (this.#stale) await this.#register(exchange)
        const retry = await this.#fetch(exchange)
        this.#tried.resolve()
        await this.#wait(retry ? RETRY_MS : FETCH_MS * (0.9 + Math.random() / 5))
      }
    } finally {
      exchange.closed.removeEventListener('abort', ended)
      await exchange.close()
    }
  }

  async #register (exchange: Exchange): Promise<void> {
    this.#stale = false
    const { record, verifySeed } = this.#host.record()
    const grant = this.init.grant ?? new Uint8Array()
    const signature = await sign(verifySeed, ownerBytes('register', exchange.nonce, exchange.peerId, record, grant))
    const answer = await exchange.ask({ register: { record, grant, signature } }, this.#stopped.signal)
    const accepted = answer.registered !== undefined
    // a mailbox in a hurry has not thrown us out
    if (this.accepted !== accepted && answer.refused?.code !== 'RATE_LIMITED') {
      this.accepted = accepted
      this.#host.changed()
    }
    if (!accepted) throw refusalError(answer.refused?.code ?? '')
    if (!this.#stale) this.#renewDone()
  }

  /** @returns whether something stayed because its handler failed */
  async #fetch (exchange: Exchange): Promise<boolean> {
    const { identity, verifySeed } = this.#host.record()
    let after = 0
    let retry = false
    for (let i = 0; i < MAX_ANSWERS; i++) {
      const signature = await sign(verifySeed, ownerBytes('fetch', exchange.nonce, exchange.peerId, ...fetchParts(identity, after, true)))
      const { requests, refused } = await exchange.ask({ fetch: { identity, after, subscribe: true, signature } }, this.#stopped.signal)
      if (requests === undefined) throw refusalError(refused?.code ?? '')
      const done: Uint8Array[] = []
      for (const { sealed, invite, slot } of requests.kept) {
        if (await this.#host.take(sealed, invite)) done.push(sealedDigest(sealed))
        else retry = true
        after = Math.max(after, slot)
      }
      await this.#drop(exchange, done)
      if (!requests.more || requests.kept.length === 0) break
    }
    return retry
  }

  async #drop (exchange: Exchange, digests: Uint8Array[]): Promise<void> {
    if (digests.length === 0) return
    const { identity, verifySeed } = this.#host.record()
    const signature = await sign(verifySeed, ownerBytes('drop', exchange.nonce, exchange.peerId, identity, ...digests))
    await exchange.ask({ drop: { identity, digests, signature } }, this.#stopped.signal)
  }
}
