/**
 * One stream of a writer or reader, at the mailbox: length limit → decode → rate → validate → authenticate → act.
 *
 * Invariants: at most MAX_MAILBOX_REQUESTS are in work; an answer leaves after its change is on disk; the stream ends
 * with the session and the session with the stream.
 */
import { labelled } from '@sotto/protocols/common'
import { Signed } from '@sotto/protocols/device'
import { ackBytes, decodeRequest, delBytes, Frame, getBytes, hashOf, HeadBody, itemsDigest, MAX_ITEM_BYTES, MAX_ITEMS_BYTES, MAX_LINKS, newBytes, putBytes, ReceiptBody } from '@sotto/protocols/mailbox'
import { equals } from 'uint8arrays/equals'
import { MAILBOX_REQUEST_BURST, MAILBOX_REQUESTS_PER_SECOND, MAX_MAILBOX_REQUESTS } from '../config.ts'
import { PeerError, StoreError } from '../errors.ts'
import { verify } from '../identity/ed25519.ts'
import { refuse } from './mailbox.machine.ts'
import { Subscriptions } from './subscriptions.ts'
import type { GrantBook } from './grant-book.ts'
import type { QueueLimits, Refusal } from './mailbox.machine.ts'
import type { QueueShelf } from './queue-shelf.ts'
import type { LinkRecord, Queue } from './records.ts'
import type { Subscription } from './subscriptions.ts'
import type { Components } from '../components.ts'
import type { FrameStream } from '../network/index.ts'
import type { Ack, Del, Get, Items, Link, New, Put } from '@sotto/protocols/mailbox'

export interface SessionContext {
  components: Pick<Components, 'clock' | 'logger' | 'network'>
  book: GrantBook
  shelf: QueueShelf
  limits: QueueLimits
  /** resolves when the counts are known */
  ready: Promise<void>
  /** a queue has more, or is gone: every stream that subscribes it is told */
  changed: (queue: Uint8Array) => void
}

type Answer = Omit<Frame, 'id'>

function toLink ({ position, id, hash, bytes, time }: LinkRecord): Link {
  return { position, id, time, bytes, hash: bytes.byteLength === 0 ? hash : new Uint8Array(0) }
}

export class MailboxSession {
  readonly #stream: FrameStream
  readonly #context: SessionContext
  readonly #mailbox: string
  readonly #nonce = crypto.getRandomValues(new Uint8Array(16))
  readonly #subscriptions = new Subscriptions()
  readonly #working = new Set<Promise<void>>()
  #pushing: Promise<void> | undefined
  #tokens = MAILBOX_REQUEST_BURST
  #refilled: number
  /** Unix milliseconds of the last request */
  lastActive: number
  /** a signature of this stream was good */
  trusted = false

  constructor (stream: FrameStream, context: SessionContext) {
    this.#stream = stream
    this.#context = context
    this.#mailbox = context.components.network.peerId
    this.#refilled = this.lastActive = context.components.clock.now()
  }

  get subscribes (): boolean {
    return this.#subscriptions.size > 0
  }

  /** Serves until the stream ends. */
  async run (): Promise<void> {
    try {
      await this.#send({ id: 0, challenge: { nonce: this.#nonce } })
      for await (const bytes of this.#stream.frames()) {
        const request = decodeRequest(bytes)
        if (request === undefined) {
          this.abort(new PeerError('PROTOCOL_VIOLATION', 'a malformed request')) // MBX-1
          return
        }
        this.lastActive = this.#context.components.clock.now()
        this.#begin(request)
        if (this.#working.size >= MAX_MAILBOX_REQUESTS) await Promise.race(this.#working)
      }
    } catch (error) {
      if (!this.#stream.closed.aborted) this.abort(error instanceof Error ? error : new PeerError('PROTOCOL_VIOLATION', 'the stream failed'))
    } finally {
      await Promise.allSettled([...this.#working, this.#pushing])
      await this.#stream.close()
    }
  }

  abort (error: Error): void {
    this.#stream.abort(error)
  }

  /** A subscribed queue has more, or is gone. */
  changed (queue: Uint8Array): void {
    const subscription = this.#subscriptions.get(queue)
    if (subscription === undefined) return
    subscription.dirty = true
    this.#push()
  }

  /** A grant was withdrawn: readers of its queues are told, so that they look for another mailbox. */
  async withdrawn (grant: Uint8Array): Promise<void> {
    for (const { queue: id } of this.#subscriptions.all()) {
      const queue = await this.#context.shelf.peek(id)
      if (queue !== undefined && equals(queue.grant, grant)) await this.#send({ id: 0, items: await this.#items(queue, []) })
    }
  }

  #begin (request: Frame): void {
    const work = this.#answer(request).then(async answer => {
      await this.#send({ id: request.id, ...answer })
      const subscription = request.get?.subscribe === true ? this.#subscriptions.get(request.get.queue) : undefined
      if (subscription !== undefined) subscription.answered = true
      this.#push()
    }).catch((error: unknown) => {
      if (!this.#stream.closed.aborted) this.#context.components.logger.error('an answer did not leave', error instanceof Error ? error.name : '')
    })
    this.#working.add(work)
    void work.finally(() => { this.#working.delete(work) })
  }

  async #answer (request: Frame): Promise<Answer> {
    if (!this.#allowed()) return { refused: refuse('RATE_LIMITED', 'too many requests on one stream', MAILBOX_REQUESTS_PER_SECOND) }
    try {
      await this.#context.ready
      const answer = await this.#act(request)
      return 'code' in answer ? { refused: answer } : answer
    } catch (error) {
      // MBX-7: what is not on disk is not said to be stored; and a full disk does not end the mailbox
      this.#context.components.logger.error('a request failed', error instanceof StoreError ? error.code : error instanceof Error ? error.name : '')
      const full = error instanceof StoreError && error.code === 'STORE_FULL'
      return { refused: full ? refuse('MAILBOX_FULL', 'the disk of this mailbox is full') : refuse('REFUSED', 'this mailbox cannot store now') }
    }
  }

  async #act (request: Frame): Promise<Answer | Refusal> {
    const { shelf, book, limits } = this.#context
    const { new: made, put, get, ack, del } = request
    if (made !== undefined) return shelf.inTurn(made.queue, () => this.#new(made))
    if (put !== undefined) return shelf.inTurn(put.queue, () => this.#put(put))
    if (get !== undefined) return this.#get(get)
    if (ack !== undefined) return shelf.inTurn(ack.queue, () => this.#ack(ack))
    if (del !== undefined) return shelf.inTurn(del.queue, () => this.#del(del))
    const freeBytes = book.guestRoom()
    return { capacity: { volunteers: freeBytes > 0, freeBytes, queueBytes: limits.bytes, ttl: limits.ttl } }
  }

  async #new (request: New): Promise<Answer | Refusal> {
    const { shelf, book, limits } = this.#context
    if (!await this.#signed(request.readKey, newBytes(this.#mailbox, this.#nonce, request), request.signature)) return refuse('BAD_SIGNATURE', 'the read key did not sign this')
    const grant = request.grant.byteLength === 0 ? new Uint8Array(0) : (await book.find(request.grant))?.id
    if (grant === undefined || book.isClosed(grant)) return refuse('GRANT_UNKNOWN', request.grant.byteLength === 0 ? 'this mailbox keeps mail for those with a grant only' : 'this grant is not known here')
    const queue = await shelf.create(request, grant)
    if ('code' in queue) return queue
    const limitBytes = Math.min(limits.bytes, book.limitOf(grant))
    return { created: { limitBytes, limitItems: limits.items, ttl: limits.ttl, grantBytes: grant.byteLength === 0 ? limitBytes : book.limitOf(grant) } }
  }

  async #put (request: Put): Promise<Answer | Refusal> {
    const { shelf, book, changed } = this.#context
    const queue = await shelf.get(request.queue)
    if (queue === undefined) return unknownQueue()
    const digest = itemsDigest(request.items.map(({ id, bytes }) => ({ id, hash: hashOf(bytes) })))
    if (!await this.#signed(queue.writeKey, putBytes(this.#mailbox, queue.id, digest), request.signature)) return refuse('BAD_SIGNATURE', 'the write key did not sign this')
    if (book.isClosed(queue.grant)) return refuse('GRANT_UNKNOWN', 'the grant of this queue was withdrawn')
    const longest = Math.max(...request.items.map(item => item.bytes.byteLength))
    if (longest > MAX_ITEM_BYTES) return refuse('REFUSED', 'an item is too large', MAX_ITEM_BYTES, longest)
    const appended = await shelf.append(queue, request.items)
    if ('code' in appended) return appended
    const body = ReceiptBody.encode({ queue: queue.id, items: digest, ...appended.receipt })
    const receipt = Signed.encode({ body, signature: await this.#context.components.network.sign(labelled('mailbox/receipt', body)) })
    if (appended.links.length > 0) changed(queue.id)
    return { stored: { receipt } }
  }

  async #get (request: Get): Promise<Answer | Refusal> {
    const { shelf } = this.#context
    const queue = await shelf.inTurn(request.queue, async () => {
      const found = await shelf.get(request.queue)
      if (found === undefined) return unknownQueue()
      if (!await this.#signed(found.readKey, getBytes(this.#mailbox, this.#nonce, request), request.signature)) return badReader()
      const current = await shelf.expire(found)
      return current === undefined ? unknownQueue() : shelf.visit(current, request.slot, request.after, false)
    })
    if ('code' in queue) return queue
    const links = await this.#links(queue, request.after, request.subscribe ? Math.min(request.maxBytes, this.#subscriptions.credit) : request.maxBytes)
    if (request.subscribe) {
      if (!this.#subscriptions.add(queue.id, request.slot, request.after)) return refuse('REFUSED', 'too many subscriptions on one stream')
      const subscription = this.#subscriptions.get(queue.id)
      if (subscription !== undefined) this.#subscriptions.sent(subscription, links)
    }
    return { items: await this.#items(queue, links) }
  }

  async #ack (request: Ack): Promise<Answer | Refusal> {
    const { shelf } = this.#context
    const queue = await shelf.get(request.queue)
    if (queue === undefined) return unknownQueue()
    if (!await this.#signed(queue.readKey, ackBytes(this.#mailbox, this.#nonce, request), request.signature)) return badReader()
    const acknowledged = await shelf.visit(queue, request.slot, request.position, true)
    if ('code' in acknowledged) return acknowledged
    this.#subscriptions.acknowledged(queue.id, request.position)
    return { acked: { position: Math.min(request.position, acknowledged.position), used: acknowledged.charge } }
  }

  async #del (request: Del): Promise<Answer | Refusal> {
    const { shelf, changed } = this.#context
    const queue = await shelf.get(request.queue)
    if (queue === undefined) return unknownQueue()
    if (!await this.#signed(queue.readKey, delBytes(this.#mailbox, this.#nonce, request), request.signature)) return badReader()
    await shelf.remove(queue)
    changed(queue.id)
    return { deleted: { head: await this.#head(queue, queue.position, queue.head) } }
  }

  async #links (queue: Queue, after: number, maxBytes: number): Promise<LinkRecord[]> {
    if (maxBytes === 0 || after >= queue.position) return []
    return this.#context.shelf.links(queue.id, after, Math.min(maxBytes, MAX_ITEMS_BYTES), MAX_LINKS)
  }

  async #items (queue: Queue, links: readonly LinkRecord[]): Promise<Items> {
    const last = links.at(-1) ?? queue
    return {
      queue: queue.id,
      links: links.map(toLink),
      head: await this.#head(queue, last.position, last.head),
      more: last.position < queue.position,
      closed: this.#context.book.isClosed(queue.grant),
      used: queue.charge
    }
  }

  async #head (queue: Queue, position: number, head: Uint8Array): Promise<Uint8Array> {
    const { network, clock } = this.#context.components
    const body = HeadBody.encode({ queue: queue.id, position, head, time: Math.max(clock.now(), queue.time) })
    return Signed.encode({ body, signature: await network.sign(labelled('mailbox/head', body)) })
  }

  /** Pushes what subscribed queues have, one frame each in turn, while the reader's credit lasts (MBX-9). */
  #push (): void {
    if (this.#pushing !== undefined || this.#stream.closed.aborted) return
    this.#pushing = this.#pushAll().catch((error: unknown) => {
      if (!this.#stream.closed.aborted) this.abort(error instanceof Error ? error : new PeerError('PROTOCOL_VIOLATION', 'a push failed'))
    }).finally(() => { this.#pushing = undefined })
  }

  async #pushAll (): Promise<void> {
    while (this.#subscriptions.credit > 0 && !this.#stream.closed.aborted) {
      const subscription = this.#subscriptions.next()
      if (subscription === undefined) return
      await this.#pushOne(subscription)
    }
  }

  async #pushOne (subscription: Subscription): Promise<void> {
    subscription.dirty = false
    const queue = await this.#context.shelf.peek(subscription.queue)
    if (queue === undefined) {
      this.#subscriptions.remove(subscription.queue)
      return
    }
    const links = await this.#links(queue, subscription.sent, this.#subscriptions.credit)
    const last = links.at(-1)
    if (last === undefined) return
    if (last.position < queue.position) subscription.dirty = true
    const items = await this.#items(queue, links)
    if (this.#subscriptions.get(queue.id) !== subscription) return
    this.#subscriptions.sent(subscription, links)
    await this.#send({ id: 0, items })
  }

  async #signed (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const good = await verify(publicKey, bytes, signature)
    if (good) this.trusted = true
    return good
  }

  #allowed (): boolean {
    const now = this.#context.components.clock.now()
    const refill = Math.max(0, now - this.#refilled) / 1000 * MAILBOX_REQUESTS_PER_SECOND
    this.#tokens = Math.min(MAILBOX_REQUEST_BURST, this.#tokens + refill)
    this.#refilled = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  async #send (frame: Frame): Promise<void> {
    await this.#stream.send(Frame.encode(frame))
  }
}

function unknownQueue (): Refusal {
  return refuse('QUEUE_UNKNOWN', 'no such queue here')
}

function badReader (): Refusal {
  return refuse('BAD_SIGNATURE', 'the read key did not sign this')
}
