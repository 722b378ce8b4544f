/**
 * First contact, the person's side: keeps the own inbox record true, takes what comes in, and asks others.
 * Spec: protocols/introduction/README.md.
 *
 * Invariants: a slot is freed only after the handler's work is durable; one request (identity and nonce) reaches the
 * handler once while it is remembered; nothing leaves this device because a request came in.
 */
import { sealedDigest } from '@sotto/protocols/introduction'
import { TypedEventEmitter } from 'main-event'
import { INVITE_MS } from '../config.ts'
import { UsageError } from '../errors.ts'
import { issueInvite, verifyInvite } from './invite.ts'
import { OwnInbox } from './own-inbox.ts'
import { Registration } from './registration.ts'
import { verifyRequest } from './request.ts'
import { openRequest } from './seal.ts'
import { Sender } from './sender.ts'
import type { IncomingRequest, Inbox, InboxServer, Introduction, IntroductionEvents, OutgoingRequest } from './index.ts'
import type { AdoptedInbox, InboxKeys } from './own-inbox.ts'
import type { RegistrationInit } from './registration.ts'
import type { SendOptions, SendResult } from './sender.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'

/** Addresses come one by one when a node starts: the record waits for the last of them, ms. */
const SETTLE_MS = 2_000
/** How often the record's date is looked at, ms. */
const CHECK_MS = 12 * 60 * 60_000
/** After a handler that failed on a request of our own slots, ms. */
const RETRY_MS = 60_000

export interface IntroductionInit {
  /** Inbox given by a primary device, for a device without the identity's key. */
  adopted?: AdoptedInbox
  /** Most work done for one request, bits. Default MAX_WORK_BITS. */
  maxWorkBits?: number
}

export type IntroductionComponents = Pick<Components, 'network' | 'clock' | 'clocks' | 'logger' | 'store' | 'own'> & { inboxServer: InboxServer }

type Handler = (request: IncomingRequest) => Promise<void>

class DefaultIntroduction extends TypedEventEmitter<IntroductionEvents> implements Introduction {
  readonly #components: IntroductionComponents
  readonly #own: OwnInbox
  readonly #sender: Sender
  readonly #registrations = new Map<string, Registration>()
  /** what may not overlap: signing records, handing requests on, reading own slots */
  #signing: Promise<unknown> = Promise.resolve()
  #taking: Promise<unknown> = Promise.resolve()
  #draining: Promise<void> = Promise.resolve()
  #drainAgain = false
  #placesSet = false
  #trying = 0
  #handler: Handler | undefined
  readonly #timers = new Map<string, () => void>()

  constructor (components: IntroductionComponents, init: IntroductionInit) {
    super()
    this.#components = components
    this.#own = new OwnInbox(components, init.adopted)
    this.#sender = new Sender(components, init.maxWorkBits)
  }

  async inbox (): Promise<Inbox> {
    await this.#refresh()
    const inbox = this.#own.inbox()
    if (inbox === undefined) throw new UsageError('NO_IDENTITY', 'This device was given no inbox', { hint: 'Link it with a primary device.' })
    return { ...inbox, stale: inbox.notAfter * 1000 <= this.#components.clock.now() }
  }

  async invite (): Promise<Uint8Array> {
    await this.#own.load()
    const notAfter = Math.floor((this.#components.clock.now() + INVITE_MS) / 1000)
    return issueInvite(this.#components.own.identity, this.#own.current().verifySeed, notAfter)
  }

  async send (request: OutgoingRequest, places: PeerPlace[], options: SendOptions): Promise<SendResult> {
    return this.#sender.send(request, places, options)
  }

  async start (handler: Handler): Promise<void> {
    const { network, inboxServer } = this.#components
    this.#handler = handler
    network.addEventListener('addresses:change', this.#onAddresses)
    network.addEventListener('peer:connect', this.#onConnect)
    inboxServer.addEventListener('request:kept', this.#onKept)
    await this.#refresh()
    const inbox = this.#own.inbox()
    if (inbox !== undefined) await inboxServer.setOwn({ record: inbox.record, verifySeed: this.#own.current().verifySeed })
    await this.#own.tidy()
    this.#check()
    this.#onKept()
    for (const registration of this.#registrations.values()) registration.hurry()
  }

  async stop (): Promise<void> {
    const { network, inboxServer } = this.#components
    this.#handler = undefined
    network.removeEventListener('addresses:change', this.#onAddresses)
    network.removeEventListener('peer:connect', this.#onConnect)
    inboxServer.removeEventListener('request:kept', this.#onKept)
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    await Promise.all([...this.#registrations.values()].map(async registration => registration.stop()))
    this.#registrations.clear()
    this.#placesSet = false
    await Promise.all([this.#draining, this.#taking, this.#signing])
  }

  async setPlaces (places: Array<{ place: PeerPlace, grant: Uint8Array | undefined, anonymous: boolean }>): Promise<void> {
    await this.#refresh()
    if (this.#own.inbox() === undefined) return // nothing to register
    this.#placesSet = true
    const wanted = new Map(places.map(place => [place.place.peerId, place]))
    for (const [peerId, registration] of this.#registrations) {
      if (sameInit(registration.init, wanted.get(peerId))) {
        wanted.delete(peerId)
        continue
      }
      this.#registrations.delete(peerId)
      await registration.stop()
    }
    this.#trying++
    try {
      await Promise.all([...wanted].map(async ([peerId, init]) => {
        const registration = new Registration(this.#components, init, this.#host)
        this.#registrations.set(peerId, registration)
        await registration.start()
      }))
    } finally {
      this.#trying--
    }
    await this.#refresh()
    await Promise.all([...this.#registrations.values()].map(async registration => registration.renewed()))
  }

  readonly #host = {
    record: () => {
      const inbox = this.#own.inbox()
      const { identity } = this.#components.own
      return { identity, record: inbox?.record ?? new Uint8Array(), verifySeed: this.#own.current().verifySeed }
    },
    take: async (sealed: Uint8Array, invite: Uint8Array) => this.#take(sealed, invite),
    // while places are tried, one record is signed when all were
    changed: () => { if (this.#trying === 0) this.#refreshSoon() }
  }

  readonly #onAddresses = (): void => { this.#later('addresses', SETTLE_MS, () => { this.#refreshSoon() }) }
  readonly #onConnect = ({ detail }: CustomEvent<{ peerId: string }>): void => { this.#registrations.get(detail.peerId)?.hurry() }
  readonly #onKept = (): void => {
    this.#drainAgain = true
    this.#draining = this.#draining.then(async () => this.#drain())
  }

  #later (name: string, ms: number, run: () => void): void {
    this.#timers.get(name)?.()
    this.#timers.set(name, this.#components.clock.after(ms, () => {
      this.#timers.delete(name)
      run()
    }))
  }

  #check (): void {
    this.#later('check', CHECK_MS, () => {
      this.#refreshSoon()
      this.#check()
    })
  }

  #refreshSoon (): void {
    this.#refresh().catch(error => { this.#components.logger.error('cannot sign an inbox record', error) })
  }

  /** Mailboxes that have us; where there are none, this device. */
  #places (): PeerPlace[] {
    const { network } = this.#components
    const last = this.#own.inbox()?.places ?? []
    const self = { peerId: network.peerId, addresses: network.addresses() }
    const mailboxes = last.filter(place => place.peerId !== network.peerId)
    // after a restart the old places hold until new ones are given
    if (!this.#placesSet) return mailboxes.length > 0 ? mailboxes : [self]
    const listed = [...this.#registrations.values()].filter(({ accepted, init }) => accepted ?? mailboxes.some(({ peerId }) => peerId === init.place.peerId))
    return listed.length > 0 ? listed.map(({ init }) => init.place) : [self]
  }

  async #refresh (): Promise<void> {
    const refreshed = this.#signing.then(async () => {
      await this.#own.load()
      const inbox = await this.#own.refresh(this.#places()) ? this.#own.inbox() : undefined
      if (inbox === undefined) return
      await this.#components.inboxServer.setOwn({ record: inbox.record, verifySeed: this.#own.current().verifySeed })
      for (const registration of this.#registrations.values()) registration.renew()
      this.safeDispatchEvent('inbox:change', { detail: { inbox } })
    })
    this.#signing = refreshed.catch(() => {}) // the caller hears of it
    await refreshed
  }

  /** Hands on what was left in this device's own slots. */
  async #drain (): Promise<void> {
    if (!this.#drainAgain || this.#handler === undefined) return
    this.#drainAgain = false
    try {
      for (const { digest, sealed, invite } of await this.#components.inboxServer.own()) {
        if (await this.#take(sealed, invite)) await this.#components.inboxServer.dropOwn([digest])
        else this.#later('drain', RETRY_MS, this.#onKept)
      }
    } catch (error) {
      this.#components.logger.error('cannot read the own inbox', error)
      if (this.#handler !== undefined) this.#later('drain', RETRY_MS, this.#onKept)
    }
  }

  /** @returns whether its slot may be freed: it was handed on, or is nothing for us */
  async #take (sealed: Uint8Array, invite: Uint8Array): Promise<boolean> {
    const taken = this.#taking.then(async () => this.#handOn(sealed, invite))
    this.#taking = taken.catch(() => {}) // the caller hears of it
    return taken
  }

  async #handOn (sealed: Uint8Array, invite: Uint8Array): Promise<boolean> {
    const { own, clock, logger } = this.#components
    const handler = this.#handler
    if (handler === undefined) return false
    const opened = await this.#open(sealed)
    if (opened === undefined) return true // INT-15: not sealed to us; it would only take a slot
    const request = await verifyRequest(opened.bytes, own.identity, opened.keys.hash, clock.now())
    if (typeof request === 'string') {
      logger('a request was refused:', request)
      return true
    }
    if (this.#own.seen(request.identity, request.nonce)) return true
    try {
      const verified = invite.byteLength === 0 ? undefined : await verifyInvite(invite, own.identity, sealedDigest(sealed), this.#own.keys().map(keys => keys.verifyKey), clock.now())
      const invited = verified !== undefined && !await this.#own.spent(verified.id, request.nonce)
      await handler({ ...request, invited })
      await this.#own.remember(request.identity, request.nonce, invited ? verified : undefined)
      return true
    } catch (error) {
      logger.error('a request could not be kept', error)
      return false
    }
  }

  async #open (sealed: Uint8Array): Promise<{ bytes: Uint8Array, keys: InboxKeys } | undefined> {
    for (const keys of this.#own.keys()) {
      const bytes = await openRequest(sealed, this.#components.own.identity, keys)
      if (bytes !== undefined) return { bytes, keys }
    }
    return undefined
  }
}

function sameInit (a: RegistrationInit, b: RegistrationInit | undefined): boolean {
  return b !== undefined && a.anonymous === b.anonymous && String(a.grant) === String(b.grant) && String(a.place.addresses) === String(b.place.addresses)
}

/** @example const introduction = createIntroduction({ network, clock, logger, store, own, inboxServer }); await introduction.start(async request => {}) */
export function createIntroduction (components: IntroductionComponents, init: IntroductionInit = {}): Introduction {
  return new DefaultIntroduction(components, init)
}
