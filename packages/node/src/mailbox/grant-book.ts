/**
 * Who may keep how much here. All grants are in memory (at most MAX_GRANTS), the bytes used under each are counted from
 * the queue records at start: no second truth on disk that a crash could part from the first.
 */
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { GRANT_BYTES, MAX_GRANTS, MAX_GUEST_QUEUES, MAX_QUEUES_PER_GRANT } from '../config.ts'
import { LimitError } from '../errors.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { overBudget, refuse } from './mailbox.machine.ts'
import { decodeGrant, encodeGrant } from './records.ts'
import type { Refusal, Room } from './mailbox.machine.ts'
import type { Grant } from './records.ts'
import type { GrantView } from './index.ts'
import type { Components } from '../components.ts'

/** What is counted under one grant, under all guests, or under a grant that was withdrawn. */
interface Account { used: number, queues: number }

export interface BookLimits { nodeBytes: number, guestBytes: number, volunteers: boolean, queuesPerGrant?: number, guestQueues?: number }

function name (bytes: Uint8Array): string {
  return toString(bytes, 'base64url')
}

export class GrantBook {
  readonly #store: Components['store']
  #limits: BookLimits
  readonly #byId = new Map<string, Grant>()
  /** under grant ids (empty: guests); bounded by grants ever given whose queues still live */
  readonly #accounts = new Map<string, Account>()
  #used = 0

  constructor (store: Components['store'], limits: BookLimits) {
    this.#store = store
    this.#limits = limits
  }

  get used (): number {
    return this.#used
  }

  /** Takes guests too from now on. */
  volunteer (nodeBytes: number, guestBytes: number): void {
    this.#limits = { ...this.#limits, nodeBytes, guestBytes, volunteers: true }
  }

  async load (): Promise<void> {
    for await (const { value } of this.#store.range(keyRange(tables.grants))) {
      const grant = decodeGrant(value)
      this.#byId.set(name(grant.id), grant)
    }
  }

  /** The grant that a bearer token names, or undefined. Tokens are looked up by a keyed hash, so timing tells nothing. */
  async find (token: Uint8Array): Promise<Grant | undefined> {
    const value = await this.#store.get(this.#key(token))
    if (value === undefined) return undefined
    const grant = decodeGrant(value)
    return equals(grant.token, token) ? grant : undefined
  }

  async give (identity: Uint8Array, bytes: number): Promise<Uint8Array> {
    const known = this.#of(identity)
    if (known?.bytes === bytes) return known.token
    if (known === undefined && this.#byId.size >= MAX_GRANTS) throw new LimitError('LIMIT_EXCEEDED', `this mailbox has given its ${MAX_GRANTS} grants`, { hint: 'revoke one first' })
    const grant = known === undefined
      ? { id: crypto.getRandomValues(new Uint8Array(16)), token: crypto.getRandomValues(new Uint8Array(32)), identity, bytes }
      : { ...known, bytes }
    this.#byId.set(name(grant.id), grant)
    try {
      await this.#store.batch([{ type: 'put', key: this.#key(grant.token), value: encodeGrant(grant) }])
    } catch (error) {
      if (known === undefined) this.#byId.delete(name(grant.id))
      else this.#byId.set(name(known.id), known)
      throw error
    }
    return grant.token
  }

  /** @returns the id of the grant that was withdrawn */
  async revoke (identity: Uint8Array): Promise<Uint8Array | undefined> {
    const known = this.#of(identity)
    if (known === undefined) return undefined
    await this.#store.batch([{ type: 'del', key: this.#key(known.token) }])
    this.#byId.delete(name(known.id))
    return known.id
  }

  views (): GrantView[] {
    return [...this.#byId.values()].map(({ id, identity, bytes }) => ({ id, identity, used: this.#account(id).used, limit: bytes }))
  }

  /** The grant of a queue was withdrawn, or this mailbox no longer volunteers: it takes nothing more. */
  isClosed (grant: Uint8Array): boolean {
    return grant.byteLength === 0 ? !this.#limits.volunteers : !this.#byId.has(name(grant))
  }

  limitOf (grant: Uint8Array): number {
    return grant.byteLength === 0 ? this.#limits.guestBytes : this.#byId.get(name(grant))?.bytes ?? GRANT_BYTES
  }

  room (grant: Uint8Array): Room {
    return {
      grantLimit: this.limitOf(grant),
      grantUsed: this.#account(grant).used,
      nodeLimit: this.#limits.nodeBytes,
      nodeUsed: this.#used,
      guest: grant.byteLength === 0
    }
  }

  /** Whether another queue fits under the grant. */
  refusesQueue (grant: Uint8Array, charge: number): Refusal | undefined {
    const guest = grant.byteLength === 0
    const most = guest ? this.#limits.guestQueues ?? MAX_GUEST_QUEUES : this.#limits.queuesPerGrant ?? MAX_QUEUES_PER_GRANT
    const { queues } = this.#account(grant)
    if (queues >= most) return refuse(guest ? 'MAILBOX_FULL' : 'GRANT_EXHAUSTED', 'too many queues', most, queues)
    return overBudget(charge, this.room(grant))
  }

  /** Counts bytes and queues (either may be negative); called before a write, and undone where it failed. */
  count (grant: Uint8Array, bytes: number, queues = 0): void {
    const account = this.#account(grant)
    account.used += bytes
    account.queues += queues
    this.#used += bytes
    if (account.queues > 0) this.#accounts.set(name(grant), account)
    else this.#accounts.delete(name(grant))
  }

  /** What guests may still bring. */
  guestRoom (): number {
    const { grantLimit, grantUsed, nodeLimit, nodeUsed } = this.room(new Uint8Array(0))
    return this.#limits.volunteers ? Math.max(0, Math.min(grantLimit - grantUsed, nodeLimit - nodeUsed)) : 0
  }

  #of (identity: Uint8Array): Grant | undefined {
    return [...this.#byId.values()].find(grant => equals(grant.identity, identity))
  }

  #account (grant: Uint8Array): Account {
    return this.#accounts.get(name(grant)) ?? { used: 0, queues: 0 }
  }

  #key (token: Uint8Array): Uint8Array {
    return key(tables.grants, this.#store.blind(token))
  }
}
