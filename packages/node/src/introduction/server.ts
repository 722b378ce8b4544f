/**
 * The keeper of sealed requests: for the own identity always, for others by grant or as a volunteer.
 * Spec: protocols/introduction/README.md. What it decides about slots stands in slots.machine.ts.
 *
 * Invariants: nothing is answered `Stored` before it is durable; every signature of an owner covers this stream's
 * challenge and this server; a question costs a length check, a decode and one hash before anything dearer.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeQuestion, fetchParts, Frame, INTRODUCTION_PROTOCOL, ownerBytes, sealedDigest, storedBytes, workBits } from '@sotto/protocols/introduction'
import { TypedEventEmitter } from 'main-event'
import { INBOX_BYTES, INBOX_RECORD_MS, MAX_GUEST_INBOXES, MAX_INBOXES } from '../config.ts'
import { PeerError } from '../errors.ts'
import { sign, verify } from '../identity/ed25519.ts'
import { Inboxes } from './inboxes.ts'
import { verifyInvite } from './invite.ts'
import { Rate } from './rate.ts'
import { verifyInboxRecord } from './record.ts'
import { defaultLimits, requiredBits } from './slots.machine.ts'
import type { InboxServer, InboxServerEvents, OwnKept } from './index.ts'
import type { ServedInbox } from './inboxes.ts'
import type { SlotsLimits } from './slots.machine.ts'
import type { Components } from '../components.ts'
import type { FrameStream } from '../network/index.ts'
import type { Drop, Fetch, PutRequest, Register } from '@sotto/protocols/introduction'

/** Streams of one peer: a question, a subscription, and one of each that has not closed yet. */
const MAX_STREAMS_PER_PEER = 4
/** Streams of all peers: the owners that subscribe, and strangers that ask. */
const MAX_STREAMS = 512
/** A stream without a question for this long ends, unless it subscribed, ms. */
const IDLE_MS = 60_000
/** Questions of one stream at once, and per second after: a registration and all its fetches fit. */
const STREAM_BURST = 48
const STREAM_PER_SECOND = 4
/** Requests and registrations of all streams at once, and per second after: each may cost a synced write. */
const WRITE_BURST = 512
const WRITES_PER_SECOND = 64
/** Questions refused by rate after which a stream is ended. */
const MAX_RATE_REFUSALS = 64
/** Requests in one answer: the largest four fit its limit. */
const KEPT_PER_ANSWER = 4
/** How often what expired is deleted, ms. */
const PURGE_MS = 6 * 60 * 60 * 1000

export interface InboxServerInit {
  /** Whether a bearer grant is good for an inbox here. Default: none is. */
  checkGrant?: (token: Uint8Array) => Promise<boolean> | boolean
  /** Serves identities without a grant too. Default false. */
  volunteer?: boolean
  maxInboxes?: number
  maxGuests?: number
  maxBytes?: number
  limits?: Partial<SlotsLimits>
}

export type InboxServerComponents = Pick<Components, 'clock' | 'logger' | 'store' | 'network' | 'own'>

interface Visit { stream: FrameStream, nonce: Uint8Array, rate: Rate, refusals: number, listening: Map<ServedInbox, () => void> }

function refused (code: string, detail: string, bits = 0): Partial<Frame> {
  return { refused: { code, detail, workBits: bits } }
}

class DefaultInboxServer extends TypedEventEmitter<InboxServerEvents> implements InboxServer {
  readonly #components: InboxServerComponents
  readonly #init: InboxServerInit
  readonly #limits: SlotsLimits
  readonly #inboxes: Inboxes
  readonly #visits = new Set<Visit>()
  readonly #writes: Rate
  #verifySeed: Uint8Array | undefined
  #cancelPurge: (() => void) | undefined
  #loading: Promise<void> | undefined
  #started = false
  #volunteers: boolean

  constructor (components: InboxServerComponents, init: InboxServerInit) {
    super()
    this.#components = components
    this.#init = init
    this.#volunteers = init.volunteer === true
    this.#limits = { ...defaultLimits, ...init.limits }
    this.#inboxes = new Inboxes(components.store, components.clock, this.#limits, components.own.identity)
    this.#writes = new Rate(WRITE_BURST, WRITES_PER_SECOND, components.clock.now())
  }

  async start (): Promise<void> {
    if (this.#started) return
    this.#started = true
    await this.#load()
    await this.#components.network.handle(INTRODUCTION_PROTOCOL, async stream => this.#serve(stream), { maxStreamsPerPeer: MAX_STREAMS_PER_PEER, maxStreams: MAX_STREAMS })
    this.#schedulePurge()
  }

  async #load (): Promise<void> {
    await (this.#loading ??= this.#inboxes.load())
  }

  async stop (): Promise<void> {
    this.#started = false
    this.#cancelPurge?.()
    for (const { stream } of this.#visits) await stream.close().catch(() => {}) // it ends with its connection
  }

  async setOwn ({ record, verifySeed }: { record: Uint8Array, verifySeed: Uint8Array }): Promise<void> {
    await this.#load()
    const inbox = await verifyInboxRecord(record, this.#components.clock.now())
    if (inbox === undefined) return
    this.#verifySeed = verifySeed
    await this.#inboxes.serve(inbox, { guest: false, own: true, expires: inbox.notAfter * 1000 })
  }

  async own (): Promise<OwnKept[]> {
    const served = this.#inboxes.get(this.#components.own.identity)
    return served === undefined ? [] : this.#inboxes.kept(served, 0, this.#limits.openSlots + this.#limits.inviteSlots)
  }

  async dropOwn (digests: Uint8Array[]): Promise<void> {
    const served = this.#inboxes.get(this.#components.own.identity)
    if (served !== undefined) await this.#inboxes.decide(served, { type: 'drop', digests: digests.map(bytesToHex) })
  }

  volunteer (): void { this.#volunteers = true }

  identities (): Uint8Array[] {
    return this.#inboxes.others()
  }

  usage (): { inboxes: number, requests: number, bytes: number } {
    const { inboxes, requests } = this.#inboxes.count()
    return { inboxes, requests, bytes: this.#inboxes.bytes }
  }

  #schedulePurge (): void {
    this.#cancelPurge = this.#components.clock.after(PURGE_MS, () => {
      this.#inboxes.purge().catch(error => { this.#components.logger.error('cannot delete expired requests', error) })
      if (this.#started) this.#schedulePurge()
    })
  }

  async #serve (stream: FrameStream): Promise<void> {
    const { clock, logger } = this.#components
    const visit: Visit = { stream, nonce: crypto.getRandomValues(new Uint8Array(16)), rate: new Rate(STREAM_BURST, STREAM_PER_SECOND, clock.now()), refusals: 0, listening: new Map() }
    this.#visits.add(visit)
    let cancelIdle: (() => void) | undefined
    const idle = (): void => {
      cancelIdle?.()
      cancelIdle = visit.listening.size > 0 ? undefined : clock.after(IDLE_MS, () => { stream.close().catch(() => {}) /* it is gone already */ })
    }
    try {
      await stream.send(Frame.encode({ challenge: { nonce: visit.nonce } }))
      idle()
      for await (const bytes of stream.frames()) {
        await stream.send(Frame.encode(await this.#answer(visit, bytes)))
        idle()
      }
    } catch (error) {
      logger('introduction stream ended', error)
      stream.abort(error instanceof Error ? error : new PeerError('PROTOCOL_VIOLATION', 'The stream failed'))
    } finally {
      cancelIdle?.()
      for (const [served, listener] of visit.listening) served.listeners.delete(listener)
      this.#visits.delete(visit)
    }
  }

  async #answer (visit: Visit, bytes: Uint8Array): Promise<Partial<Frame>> {
    if (!visit.rate.take(this.#components.clock.now())) {
      // INT-19: one who does not listen is not talked to for ever
      if (++visit.refusals > MAX_RATE_REFUSALS) throw new PeerError('PROTOCOL_VIOLATION', 'Too many questions')
      return refused('RATE_LIMITED', 'too many questions')
    }
    const frame = decodeQuestion(bytes)
    if (frame === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'A question does not fit its limits')
    if (frame.getInbox !== undefined) return this.#getInbox(frame.getInbox.identity)
    if (frame.putRequest !== undefined) return this.#put(frame.putRequest)
    if (frame.register !== undefined) return this.#register(visit, frame.register)
    if (frame.fetch !== undefined) return this.#fetch(visit, frame.fetch)
    if (frame.drop !== undefined) return this.#drop(visit, frame.drop)
    return refused('REFUSED', 'unknown question')
  }

  #getInbox (identity: Uint8Array): Partial<Frame> {
    const served = this.#inboxes.get(identity)
    if (served === undefined) return refused('INBOX_UNKNOWN', 'not served here')
    return { inbox: { record: served.inbox.record, workBits: requiredBits(served.slots, this.#limits) } }
  }

  async #put (put: PutRequest): Promise<Partial<Frame>> {
    const { clock, network, logger } = this.#components
    const served = this.#inboxes.get(put.identity)
    if (served === undefined) return refused('INBOX_UNKNOWN', 'not served here')
    const digest = sealedDigest(put.sealed)
    const byInvite = put.invite.byteLength > 0
    const bits = byInvite ? 0 : workBits(put.identity, digest, put.workNonce)
    // INT-10: the cheapest look first; the machine decides again when it is this one's turn
    const needed = requiredBits(served.slots, this.#limits)
    const known = served.slots.slots.some(slot => slot.digest === bytesToHex(digest)) || served.slots.collected.some(one => one.id === bytesToHex(digest))
    if (!byInvite && !known && bits < needed) return refused('WORK_TOO_LOW', 'more work', needed)
    if (!this.#writes.take(clock.now())) return refused('RATE_LIMITED', 'too many requests')
    const invite = byInvite ? await verifyInvite(put.invite, put.identity, digest, [served.inbox.inboxVerifyKey], clock.now()) : undefined
    if (byInvite && invite === undefined) return refused('INVITE_INVALID', 'not an invite of this inbox', needed)
    if (!served.own && !known && this.#inboxes.bytes + put.sealed.byteLength > (this.#init.maxBytes ?? INBOX_BYTES)) return refused('MAILBOX_FULL', 'no room')
    try {
      const { answer, put: slot } = await this.#inboxes.decide(served, { type: 'put', digest: bytesToHex(digest), bytes: put.sealed.byteLength, bits, invite }, { sealed: put.sealed, invite: put.invite })
      if (answer.kind === 'refused') return refused(answer.code, 'no slot', answer.bits)
      if (answer.kind !== 'stored') return refused('REFUSED', 'no slot')
      if (slot !== undefined) this.#tell(served)
      const covered = storedBytes(network.peerId, put.identity, digest, answer.expires)
      const ownerSignature = served.own && this.#verifySeed !== undefined ? await sign(this.#verifySeed, covered) : new Uint8Array()
      return { stored: { digest, expires: answer.expires, signature: await network.sign(covered), ownerSignature } }
    } catch (error) {
      logger.error('cannot keep a request', error)
      return refused('REFUSED', 'cannot keep it now')
    }
  }

  #tell (served: ServedInbox): void {
    for (const listener of served.listeners) listener()
    if (served.own) this.safeDispatchEvent('request:kept')
  }

  async #register (visit: Visit, { record, grant, signature }: Register): Promise<Partial<Frame>> {
    const { clock, network } = this.#components
    const inbox = await verifyInboxRecord(record, clock.now())
    if (inbox === undefined || inbox.stale) return refused('REFUSED', 'not a valid record')
    if (!await verify(inbox.inboxVerifyKey, ownerBytes('register', visit.nonce, network.peerId, record, grant), signature)) return refused('REFUSED', 'not signed by the owner')
    const known = this.#inboxes.get(inbox.identity)
    if (known?.own === true) return { registered: { expires: known.inbox.notAfter * 1000 } }
    // INT-3: an older record, replayed or from a device that was restored, does not undo a newer one
    if (known !== undefined && known.inbox.sequence > inbox.sequence) return refused('OLD_RECORD', 'a newer record is known')
    const granted = grant.byteLength > 0 && await this.#init.checkGrant?.(grant) === true
    if (!granted && grant.byteLength > 0) return refused('GRANT_UNKNOWN', 'not a grant of this mailbox')
    if (!granted && !this.#volunteers) return refused('GRANT_UNKNOWN', 'takes no guests')
    const { inboxes, guests } = this.#inboxes.count()
    const full = inboxes >= (this.#init.maxInboxes ?? MAX_INBOXES) || (!granted && guests >= (this.#init.maxGuests ?? MAX_GUEST_INBOXES))
    if (known === undefined && full) return refused('MAILBOX_FULL', 'no room for another inbox')
    if (!this.#writes.take(clock.now())) return refused('RATE_LIMITED', 'too many registrations')
    const expires = Math.min(inbox.notAfter * 1000, clock.now() + INBOX_RECORD_MS)
    await this.#inboxes.serve(inbox, { guest: !granted, own: false, expires })
    return { registered: { expires } }
  }

  async #owned (visit: Visit, identity: Uint8Array, operation: 'fetch' | 'drop', parts: Uint8Array[], signature: Uint8Array): Promise<ServedInbox | undefined> {
    const served = this.#inboxes.get(identity)
    if (served === undefined) return undefined
    return await verify(served.inbox.inboxVerifyKey, ownerBytes(operation, visit.nonce, this.#components.network.peerId, ...parts), signature) ? served : undefined
  }

  async #fetch (visit: Visit, { identity, after, subscribe, signature }: Fetch): Promise<Partial<Frame>> {
    const served = await this.#owned(visit, identity, 'fetch', fetchParts(identity, after, subscribe), signature)
    if (served === undefined) return refused('REFUSED', 'not signed by the owner')
    if (subscribe && !visit.listening.has(served)) {
      const listener = (): void => { visit.stream.send(Frame.encode({ notice: { identity } })).catch(() => {}) /* the stream's end is seen elsewhere */ }
      visit.listening.set(served, listener)
      served.listeners.add(listener)
    }
    const kept = await this.#inboxes.kept(served, after, KEPT_PER_ANSWER + 1)
    return { requests: { kept: kept.slice(0, KEPT_PER_ANSWER).map(({ slot, sealed, invite }) => ({ slot, sealed, invite })), more: kept.length > KEPT_PER_ANSWER } }
  }

  async #drop (visit: Visit, { identity, digests, signature }: Drop): Promise<Partial<Frame>> {
    const served = await this.#owned(visit, identity, 'drop', [identity, ...digests], signature)
    if (served === undefined) return refused('REFUSED', 'not signed by the owner')
    const { answer } = await this.#inboxes.decide(served, { type: 'drop', digests: digests.map(bytesToHex) })
    return { dropped: { count: answer.kind === 'dropped' ? answer.count : 0 } }
  }
}

/** @example const server = createInboxServer({ clock, logger, store, network, own }, { checkGrant }); await server.start() */
export function createInboxServer (components: InboxServerComponents, init: InboxServerInit = {}): InboxServer {
  return new DefaultInboxServer(components, init)
}
