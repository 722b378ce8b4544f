/** Sends our requests until they are answered: like any message, a request is retried, never lost. */
import { decodeInboxRecordBody } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { CLOCK_SLACK_SECONDS } from '../config.ts'
import { NodeError, UnreachableError } from '../errors.ts'
import { reason } from '../reasons.ts'
import type { Reason } from '../api.ts'
import { decodeSigned } from '../identity/signed.ts'
import type { ContactBook, ContactRecord } from './book.ts'
import type { OwnRecord } from '../identity/own.ts'
import type { Clock, Logger } from '../components.ts'
import type { Channel } from '../delivery/index.ts'
import type { Inbox, Introduction } from '../introduction/index.ts'

/** First wait after nobody took the request, ms; doubles. */
const FIRST_RETRY_MS = 2000
/** Longest wait while nobody took it, ms. */
const MAX_RETRY_MS = 5 * 60 * 1000
/** Once it is kept somewhere it is left again this often, ms: a slot can be lost to more work. */
const RENEW_MS = 6 * 60 * 60 * 1000
/** KeyPackages live 90 days: one that waited this long for an answer is replaced, with the request, ms (60 days). */
const RENEW_PACKAGES_MS = 60 * 24 * 60 * 60 * 1000

/** While nobody answers, the directory is asked at every so many-th try: each lookup shows its key to strangers. */
const LOCATE_EVERY = 8

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

interface Attempt { failures: number, running: boolean, again: boolean, cancel: () => void, trouble: Reason, tried: PromiseWithResolvers<void> }

/** The inbox record of somebody as the directory has it; undefined where nobody knows. */
export type Locate = (identity: Uint8Array, signal: AbortSignal) => Promise<{ inbox: Inbox } | undefined>

export interface RequesterComponents {
  own: OwnRecord
  clock: Clock
  logger: Logger
  book: ContactBook
  introduction: Introduction
  channelOf: (identity: Uint8Array) => Promise<Channel>
  announcement: (channel: Channel) => Promise<Uint8Array>
  locate: Locate
}

export class Requester {
  readonly #c: RequesterComponents
  readonly #attempts = new Map<string, Attempt>()
  readonly #stopped = new AbortController()

  constructor (components: RequesterComponents) {
    this.#c = components
  }

  start (): void {
    for (const contact of this.#c.book.list()) if (contact.state === 'requested' && !contact.blocked) this.nudge(contact)
  }

  stop (): void {
    this.#stopped.abort()
    for (const attempt of this.#attempts.values()) {
      attempt.cancel()
      attempt.tried.resolve()
    }
  }

  /** What the request waits for. */
  trouble (identity: Uint8Array): Reason | undefined {
    return this.#attempts.get(hex(identity))?.trouble
  }

  /** Sends now; a running try is followed by another (places were learned). */
  nudge (contact: ContactRecord, onProgress?: (line: string) => void): void {
    const id = hex(contact.identity)
    const attempt = this.#attempts.get(id) ?? { failures: 0, running: false, again: false, cancel: () => {}, trouble: reason('request-sending'), tried: Promise.withResolvers() }
    this.#attempts.set(id, attempt)
    attempt.cancel()
    if (attempt.running) {
      attempt.again = true
      return
    }
    this.#try(contact.identity, attempt, onProgress).catch((error: unknown) => this.#c.logger.error('a request could not be sent', error))
  }

  nudgeAll (): void { this.start() }

  forget (identity: Uint8Array): void {
    const attempt = this.#attempts.get(hex(identity))
    attempt?.cancel()
    attempt?.tried.resolve()
    this.#attempts.delete(hex(identity))
  }

  /** Resolves when each request was tried once in this run: then `trouble` says what became of it. */
  async tried (): Promise<void> {
    await Promise.all([...this.#attempts.values()].map(async ({ tried }) => tried.promise))
  }

  async #try (identity: Uint8Array, attempt: Attempt, onProgress?: (line: string) => void): Promise<void> {
    const contact = this.#c.book.get(identity)
    if (contact === undefined || contact.state !== 'requested' || contact.asker !== undefined || contact.blocked || contact.removed || this.#stopped.signal.aborted) {
      this.forget(identity)
      return
    }
    attempt.running = true
    let wait = RENEW_MS
    try {
      await this.#find(contact, attempt, onProgress)
      // what was found may say that they moved: then another is asked
      if (this.#c.book.get(identity)?.state === 'moved') return this.forget(identity)
      const sent = await this.#send(contact, onProgress)
      attempt.failures = 0
      attempt.trouble = sent.delivered
        ? reason('request-delivered', { name: contact.name })
        : reason('request-kept', { name: contact.name, copies: sent.storedAt.length })
    } catch (error) {
      attempt.failures++
      wait = Math.min(FIRST_RETRY_MS * 2 ** (attempt.failures - 1), MAX_RETRY_MS)
      attempt.trouble = error instanceof NodeError && error.code !== 'UNREACHABLE'
        ? reason('request-refused', { message: error.message })
        : reason(isFindable(contact) ? 'request-unreached' : 'not-found', { name: contact.name })
    } finally {
      attempt.running = false
      attempt.tried.resolve()
    }
    if (this.#stopped.signal.aborted || this.#attempts.get(hex(identity)) !== attempt) return
    if (attempt.again) {
      attempt.again = false
      wait = 0
    }
    attempt.cancel = this.#c.clock.after(wait, () => {
      this.#try(identity, attempt).catch((error: unknown) => this.#c.logger.error('a request could not be sent', error))
    })
  }

  /** DIR-13: asks the directory when nothing else is known of them, and now and then while nobody answers where it said. */
  async #find (contact: ContactRecord, attempt: Attempt, onProgress?: (line: string) => void): Promise<void> {
    const isKnown = isFindable(contact)
    if (isKnown && attempt.failures % LOCATE_EVERY !== 1) return
    onProgress?.('asking the directory where their requests go')
    const found = await this.#c.locate(contact.identity, this.#stopped.signal)
    if (found === undefined && !isKnown) throw new UnreachableError('UNREACHABLE', 'nobody who was asked knows this person')
    const isNews = found !== undefined && (contact.inbox === undefined || sequenceOf(contact.inbox) < found.inbox.sequence)
    if (!isNews || this.#c.book.get(contact.identity) !== contact) return
    contact.inbox = found.inbox.record
    await this.#c.book.save(contact)
  }

  async #send (contact: ContactRecord, onProgress?: (line: string) => void): Promise<{ storedAt: string[], delivered: boolean }> {
    const { own } = this.#c
    const channel = await this.#c.channelOf(contact.identity)
    const { asked, askedAt } = channel.state.record
    const age = this.#c.clock.now() - askedAt
    // made in the future: by a clock that was wrong, and good for nobody until then
    if (asked === hex(contact.nonce) && (age > RENEW_PACKAGES_MS || age < -CLOCK_SLACK_SECONDS * 1000)) {
      contact.nonce = crypto.getRandomValues(new Uint8Array(16)) // another request: the recipient takes each nonce once
      await this.#c.book.save(contact)
    }
    const keyPackages = await channel.offer(contact.nonce)
    const sent = await this.#c.introduction.send({
      recipient: contact.identity,
      name: own.name,
      note: contact.requestNote,
      certificate: own.certificate,
      certificates: [],
      keyPackages,
      reply: await this.#c.announcement(channel),
      nonce: contact.nonce,
      ...(contact.known === undefined ? {} : { known: contact.known }),
      ...(own.movedFrom === undefined ? {} : { move: own.movedFrom.move })
    }, contact.places, {
      signal: this.#stopped.signal,
      ...(contact.invite === undefined ? {} : { invite: contact.invite }),
      ...(contact.inbox === undefined ? {} : { known: contact.inbox }),
      ...(onProgress === undefined ? {} : { onProgress })
    })
    const known = this.#c.book.get(contact.identity) === contact // answered or removed meanwhile: this record is history
    if (known && (contact.inbox === undefined || !equals(contact.inbox, sent.inbox.record))) {
      contact.inbox = sent.inbox.record // an older one is refused from now on, also after a restart
      await this.#c.book.save(contact)
    }
    return sent
  }
}

/** Whether anything at all is known of where their requests go. */
function isFindable (contact: ContactRecord): boolean {
  return contact.places.length > 0 || contact.inbox !== undefined
}

/** Of a record that was verified when it was kept; 0 where it cannot be read. */
function sequenceOf (record: Uint8Array): number {
  const signed = decodeSigned(record)
  return (signed === undefined ? undefined : decodeInboxRecordBody(signed.body))?.sequence ?? 0
}
