/** Leaves a request with somebody: finds their record, seals, works, and puts it where the record says. */
import { bytesToHex } from '@noble/hashes/utils.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { MAX_PLACES, RequestBody, sealedDigest, storedBytes } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { MAX_WORK_BITS, RETENTION_MS, WORK_BITS } from '../config.ts'
import { IntegrityError, LimitError, NodeError, PeerError, UnreachableError, UsageError } from '../errors.ts'
import { verify } from '../identity/ed25519.ts'
import { Exchange, refusalError } from './exchange.ts'
import { proveInvite } from './invite.ts'
import { mergePlaces } from './place.ts'
import { SequenceMemory, verifyInboxRecord } from './record.ts'
import { checkOutgoing, CLOCK_SKEW_MS, signRequest } from './request.ts'
import { inboxKeyHash, sealRequest } from './seal.ts'
import { Work } from './work.ts'
import type { Inbox, OutgoingRequest } from './index.ts'
import type { Components } from '../components.ts'
import type { PeerPlace } from '../network/index.ts'
import type { Frame } from '@sotto/protocols/introduction'

/** Places asked at a time. */
const CONCURRENCY = 4
/** Places that one send looks at: those of a link and those of a record. */
const MAX_TARGETS = 2 * MAX_PLACES
/** After the first valid record, how long to wait for a newer one, ms. */
const NEWER_MS = 300
/** Identities whose best record is remembered. */
const MAX_SEEN = 512
/** Requests kept sealed, so that a retry is the same request with the same work. */
const MAX_SEALED = 64
/** Times that one place is answered when it asks for more. */
const MAX_ROUNDS = 5

export interface SendOptions { invite?: Uint8Array, known?: Uint8Array, signal?: AbortSignal, onProgress?: (line: string) => void }
export interface SendResult { storedAt: string[], delivered: boolean, inbox: Inbox }
export type SenderComponents = Pick<Components, 'network' | 'clock' | 'clocks' | 'logger' | 'own'>

interface Prepared {
  sealed: Uint8Array
  digest: Uint8Array
  work: Work
  /** places (PeerId) that may keep it already: their answer, or our question, got lost */
  asked: Set<string>
}
interface Visited { exchange: Exchange, inbox: Inbox, workBits: number }

export class Sender {
  readonly #components: SenderComponents
  readonly #maxWorkBits: number
  readonly #seen = new SequenceMemory(MAX_SEEN)
  readonly #prepared = new Map<string, Prepared>()

  constructor (components: SenderComponents, maxWorkBits: number = MAX_WORK_BITS) {
    this.#components = components
    this.#maxWorkBits = maxWorkBits
  }

  async send (request: OutgoingRequest, places: PeerPlace[], options: SendOptions): Promise<SendResult> {
    checkOutgoing(request)
    if (equals(request.recipient, this.#components.own.identity)) throw new UsageError('OWN_LINK', 'This is your own link')
    const progress = options.onProgress ?? (() => {})
    const open: Exchange[] = []
    const done = new AbortController()
    const signal = options.signal === undefined ? done.signal : AbortSignal.any([done.signal, options.signal])
    try {
      if (options.known !== undefined) await this.#learn(options.known, request.recipient)
      const visited = await this.#find(request.recipient, mergePlaces(places).slice(0, MAX_TARGETS), open, { ...options, signal })
      const inbox = this.#seen.best(request.recipient)
      if (inbox === undefined) throw new UnreachableError('UNREACHABLE', 'Nobody who answered knows this person', { hint: 'It is tried again; both may also be online at the same time.' })
      if (inbox.stale) progress('their inbox record has expired: it may not be read')
      const prepared = await this.#prepare(request, inbox)
      return await this.#leave(prepared, inbox, visited, open, { ...options, signal, onProgress: progress })
    } finally {
      done.abort() // what was still being asked is of no use now
      await Promise.all(open.map(async exchange => exchange.close()))
    }
  }

  async #learn (record: Uint8Array, recipient: Uint8Array): Promise<Inbox | undefined> {
    const inbox = await verifyInboxRecord(record, this.#components.clock.now())
    // INT-2: signed well, but by somebody else
    if (inbox === undefined || !equals(inbox.identity, recipient)) return undefined
    return this.#seen.accept(inbox) ? inbox : undefined
  }

  async #open (place: PeerPlace, recipient: Uint8Array, open: Exchange[], signal: AbortSignal | undefined): Promise<Exchange> {
    const { clock } = this.#components
    // INT-4: a PeerId for this recipient and day, that is no other's
    const scope = `introduction/ask/${bytesToHex(recipient)}/${Math.floor(clock.now() / 86_400_000)}`
    const exchange = await Exchange.open(this.#components, { place, scope, signal })
    open.push(exchange)
    if (signal?.aborted === true) await exchange.close()
    return exchange
  }

  /** Asks all places for the record; a little after the first valid answer, goes on with what came. */
  async #find (recipient: Uint8Array, places: PeerPlace[], open: Exchange[], options: SendOptions): Promise<Map<string, Visited>> {
    const visited = new Map<string, Visited>()
    const enough = Promise.withResolvers<void>()
    let cancel: (() => void) | undefined
    const asked = inParallel(places, async place => {
      try {
        options.onProgress?.('asking where requests go')
        const exchange = await this.#open(place, recipient, open, options.signal)
        const { inbox: answer } = await exchange.ask({ getInbox: { identity: recipient } }, options.signal)
        const inbox = answer === undefined ? undefined : await this.#learn(answer.record, recipient)
        if (answer === undefined || inbox === undefined) return
        visited.set(place.peerId, { exchange, inbox, workBits: answer.workBits })
        cancel ??= this.#components.clock.after(NEWER_MS, enough.resolve)
      } catch (error) {
        this.#components.logger('a place did not say where requests go', error)
      }
    })
    await Promise.race([asked, enough.promise])
    cancel?.()
    if (options.signal?.aborted === true) throw new NodeError('ABORTED', 'The request was given up', { cause: options.signal.reason })
    return visited
  }

  async #prepare (request: OutgoingRequest, inbox: Inbox): Promise<Prepared> {
    const { own, clock } = this.#components
    const { recipient, nonce, certificate, certificates, keyPackages, reply, name, note } = request
    const keyHash = inboxKeyHash(inbox.inboxKey)
    const id = bytesToHex(sha256(RequestBody.encode({ recipient, inboxKeyHash: keyHash, nonce, certificate, certificates, keyPackages, reply, name, note })))
    const known = this.#prepared.get(id)
    if (known !== undefined) return known
    const signed = await signRequest(request, keyHash, own.leafSeed, clock.now())
    const sealed = await sealRequest(signed, recipient, inbox.inboxKey)
    const digest = sealedDigest(sealed)
    const prepared: Prepared = { sealed, digest, work: new Work(recipient, digest), asked: new Set() }
    this.#prepared.set(id, prepared)
    const oldest = this.#prepared.size > MAX_SEALED ? this.#prepared.keys().next() : undefined
    if (oldest?.done === false) this.#prepared.delete(oldest.value)
    return prepared
  }

  async #leave (prepared: Prepared, inbox: Inbox, visited: Map<string, Visited>, open: Exchange[], options: SendOptions): Promise<SendResult> {
    const named = new Set(inbox.places.map(place => place.peerId))
    const first = [...visited.keys()].filter(peerId => !named.has(peerId)).map(peerId => ({ peerId, addresses: [] }))
    const result: SendResult = { storedAt: [], delivered: false, inbox }
    const failures: unknown[] = []
    const put = async (place: PeerPlace): Promise<void> => {
      try {
        const exchange = visited.get(place.peerId)?.exchange ?? await this.#open(place, inbox.identity, open, options.signal)
        const device = await this.#put(exchange, prepared, inbox, visited.get(place.peerId)?.workBits ?? WORK_BITS, options)
        result.storedAt.push(place.peerId)
        result.delivered ||= device
        options.onProgress?.(device ? 'their device has the request' : 'a mailbox keeps the request')
      } catch (error) {
        failures.push(error)
        this.#components.logger('a place did not take the request', error)
      }
    }
    // the device first: what answered for this person and is no mailbox of theirs
    await inParallel(first, put)
    await inParallel(inbox.places.slice(0, MAX_TARGETS), put)
    if (options.signal?.aborted === true && result.storedAt.length === 0) throw new NodeError('ABORTED', 'The request was given up', { cause: options.signal.reason })
    if (result.storedAt.length === 0) throw worst(failures)
    return result
  }

  /** @returns whether it was a device of the recipient, by the inbox's own signature */
  async #put (exchange: Exchange, prepared: Prepared, inbox: Inbox, bits: number, options: SendOptions): Promise<boolean> {
    const { sealed, digest, work } = prepared
    let invite = options.invite === undefined ? undefined : await proveInvite(options.invite, inbox.identity, digest)
    let needed = bits
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (invite === undefined) {
        if (needed > work.bits) options.onProgress?.('working for a place in their inbox')
        await work.reach(needed, this.#maxWorkBits, options.signal)
      }
      const isFirst = !prepared.asked.has(exchange.peerId)
      prepared.asked.add(exchange.peerId)
      const answer = await exchange.ask({ putRequest: { identity: inbox.identity, sealed, invite: invite ?? new Uint8Array(), workNonce: work.nonce } }, options.signal)
      if (answer.stored !== undefined) return this.#check(answer.stored, exchange.peerId, digest, inbox, isFirst)
      if (answer.refused === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'The place broke the protocol')
      if (isFirst) prepared.asked.delete(exchange.peerId)
      const { code, workBits } = answer.refused
      if (invite !== undefined && ['INVITE_SPENT', 'INVITE_INVALID', 'QUEUE_FULL'].includes(code)) {
        options.onProgress?.('the invite was used already: asking as a stranger')
        invite = undefined
        needed = Math.max(workBits, WORK_BITS)
      } else if (code === 'WORK_TOO_LOW' && workBits > needed) {
        needed = workBits
      } else {
        throw refusalError(code)
      }
    }
    throw new LimitError('WORK_TOO_LOW', 'The inbox asks for ever more work')
  }

  /** INT-13: what a place says counts only as far as it is signed. */
  async #check ({ digest, expires, signature, ownerSignature }: NonNullable<Frame['stored']>, peerId: string, expected: Uint8Array, inbox: Inbox, isFirst: boolean): Promise<boolean> {
    const { network, clock, clocks } = this.#components
    const covered = storedBytes(peerId, inbox.identity, expected, expires)
    if (!equals(digest, expected) || !await network.verify(peerId, covered, signature)) throw new IntegrityError('BAD_SIGNATURE', 'A place said that it keeps the request, and did not sign for it')
    // INT-26: a request dated by a wrong clock is refused by the recipient, who must not say so
    const left = expires - clock.now()
    if (isFirst) clocks?.saw(peerId, expires - RETENTION_MS)
    if (left <= (isFirst ? RETENTION_MS - CLOCK_SKEW_MS : 0) || left > RETENTION_MS + CLOCK_SKEW_MS) throw clocksApart(Math.abs(left - RETENTION_MS))
    return ownerSignature.byteLength > 0 && await verify(inbox.inboxVerifyKey, covered, ownerSignature)
  }
}

function clocksApart (ms: number): PeerError {
  return new PeerError('CLOCK_WRONG', `The clock of this device and the one of the place that keeps requests are ${Math.round(ms / 86_400_000)} days apart`, { hint: 'Set the date of this device; the request is sent again by itself.' })
}

/** The error that says most: a lie, then a refusal, then silence. */
function worst (failures: unknown[]): NodeError {
  for (const kind of [IntegrityError, LimitError, PeerError]) {
    const found = failures.find(error => error instanceof kind)
    if (found instanceof NodeError) return found
  }
  return new UnreachableError('UNREACHABLE', 'No place that takes their requests could be reached', { cause: failures[0], hint: 'It is tried again.' })
}

/** Runs over all items, `CONCURRENCY` at a time. */
async function inParallel<T> (items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items]
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, rest.length) }, worker))
}
