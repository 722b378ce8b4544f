/**
 * The inboxes that a server keeps, in memory without the sealed bytes, in the store with them.
 *
 * Invariants: memory changes only after its batch is durable; decisions about one inbox run one after another.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { decodeInviteProof, KeptInbox, KeptSlot } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { key, keyRange, tables } from '../store/index.ts'
import { verifyInboxRecord } from './record.ts'
import { decide, emptySlots } from './slots.machine.ts'
import type { Inbox } from './index.ts'
import type { Decision, Slots, SlotsEvent, SlotsLimits } from './slots.machine.ts'
import type { Clock } from '../components.ts'
import type { Store, StoreOp } from '../store/index.ts'

export interface ServedInbox {
  identity: Uint8Array
  inbox: Inbox
  guest: boolean
  own: boolean
  /** Unix milliseconds */
  expires: number
  slots: Slots
  /** owners that want a notice */
  listeners: Set<() => void>
  busy: Promise<unknown>
}

export interface Sealed { sealed: Uint8Array, invite: Uint8Array }

export class Inboxes {
  readonly #store: Store
  readonly #clock: Clock
  readonly #limits: SlotsLimits
  readonly #served = new Map<string, ServedInbox>()
  readonly #own: Uint8Array
  bytes = 0

  constructor (store: Store, clock: Clock, limits: SlotsLimits, own: Uint8Array) {
    this.#own = own
    this.#store = store
    this.#clock = clock
    this.#limits = limits
  }

  async load (): Promise<void> {
    const slots = new Map<string, Slots['slots']>()
    for await (const { value } of this.#store.range(keyRange(tables.inboxSlots))) {
      const kept = KeptSlot.decode(value)
      const id = bytesToHex(kept.identity)
      const list = slots.get(id) ?? []
      list.push({ number: kept.number, digest: bytesToHex(kept.digest), bits: kept.bits, bytes: kept.sealed.byteLength, invite: inviteId(kept.invite), expires: kept.expires })
      slots.set(id, list)
    }
    for await (const { value } of this.#store.range(keyRange(tables.inboxes))) {
      const kept = KeptInbox.decode(value)
      const inbox = await verifyInboxRecord(kept.record, this.#clock.now())
      if (inbox === undefined) continue
      const remembered = (list: KeptInbox['spent']): Slots['spent'] => list.map(({ id, expires }) => ({ id: bytesToHex(id), expires }))
      const state = { ...emptySlots(), slots: slots.get(bytesToHex(kept.identity)) ?? [], next: kept.next, spent: remembered(kept.spent), collected: remembered(kept.collected) }
      this.#add({ identity: kept.identity, inbox, guest: kept.guest, own: equals(kept.identity, this.#own), expires: kept.expires, slots: state, listeners: new Set(), busy: Promise.resolve() })
    }
    await this.purge()
  }

  #add (served: ServedInbox): void {
    this.#served.set(bytesToHex(served.identity), served)
    this.bytes += sizeOf(served.slots)
  }

  /** An inbox that is served now. */
  get (identity: Uint8Array): ServedInbox | undefined {
    const served = this.#served.get(bytesToHex(identity))
    return served !== undefined && (served.own || served.expires > this.#clock.now()) ? served : undefined
  }

  count (): { inboxes: number, guests: number, requests: number } {
    const others = [...this.#served.values()].filter(one => !one.own)
    const requests = [...this.#served.values()].reduce((sum, one) => sum + one.slots.slots.length, 0)
    return { inboxes: others.length, guests: others.filter(one => one.guest).length, requests }
  }

  /** A new inbox, or the newer record of a known one. Durable when it resolves. */
  async serve (inbox: Inbox, options: { guest: boolean, own: boolean, expires: number }): Promise<ServedInbox> {
    const known = this.#served.get(bytesToHex(inbox.identity))
    if (known === undefined) {
      const served: ServedInbox = { identity: inbox.identity, inbox, ...options, slots: emptySlots(), listeners: new Set(), busy: Promise.resolve() }
      this.#add(served) // at once: two registrations at the same moment are one inbox
      return this.#alone(served, async () => {
        await this.#store.batch([this.#record(served, served.slots)])
        return served
      })
    }
    return this.#alone(known, async () => {
      const next = { ...known, ...options, inbox }
      await this.#store.batch([this.#record(next, known.slots)])
      return Object.assign(known, { inbox, ...options })
    })
  }

  /** Decides about one inbox and makes the outcome durable before anybody hears of it. */
  async decide (served: ServedInbox, event: SlotsEvent, sealed?: Sealed): Promise<Decision> {
    return this.#alone(served, async () => {
      const decision = decide(served.slots, event, this.#clock.now(), this.#limits)
      const ops: StoreOp[] = decision.free.map(number => ({ type: 'del', key: this.#slotKey(served, number) }))
      if (decision.put !== undefined && sealed !== undefined) {
        const { number, digest, bits, expires } = decision.put
        ops.push({ type: 'put', key: this.#slotKey(served, number), value: KeptSlot.encode({ identity: served.identity, number, digest: hexToBytes(digest), bits, expires, ...sealed }) })
      }
      if (ops.length > 0) await this.#store.batch([...ops, this.#record(served, decision.state)])
      this.bytes += sizeOf(decision.state) - sizeOf(served.slots)
      served.slots = decision.state
      return decision
    })
  }

  /** Identities that are kept for others. */
  others (): Uint8Array[] {
    return [...this.#served.values()].filter(({ own }) => !own).map(({ identity }) => identity)
  }

  /** Requests from slot numbers after `after`, at most `limit`. */
  async kept (served: ServedInbox, after: number, limit: number): Promise<Array<{ slot: number, digest: Uint8Array, sealed: Uint8Array, invite: Uint8Array }>> {
    const kept = []
    const now = this.#clock.now()
    for (const slot of served.slots.slots.filter(slot => slot.number > after && slot.expires > now).sort((a, b) => a.number - b.number).slice(0, limit)) {
      const value = await this.#store.get(this.#slotKey(served, slot.number))
      if (value === undefined) continue // dropped meanwhile
      const { digest, sealed, invite } = KeptSlot.decode(value)
      kept.push({ slot: slot.number, digest, sealed, invite })
    }
    return kept
  }

  /** Deletes inboxes whose registration ran out, with what they hold, and requests that expired. */
  async purge (): Promise<void> {
    const now = this.#clock.now()
    for (const [id, served] of this.#served) {
      if (served.own || served.expires > now) {
        await this.decide(served, { type: 'tick' })
        continue
      }
      await this.#alone(served, async () => {
        if (served.expires > now) return // registered again meanwhile
        await this.#store.batch([{ type: 'del', key: this.#inboxKey(served) }, ...served.slots.slots.map(slot => ({ type: 'del' as const, key: this.#slotKey(served, slot.number) }))])
        this.#served.delete(id)
        this.bytes -= sizeOf(served.slots)
      })
    }
  }

  async #alone<T> (served: ServedInbox, run: () => Promise<T>): Promise<T> {
    const result = served.busy.then(run)
    served.busy = result.catch(() => {}) // the caller hears of it; the next one starts afresh
    return result
  }

  #inboxKey (served: ServedInbox): Uint8Array {
    return key(tables.inboxes, this.#store.blind(served.identity))
  }

  #slotKey (served: ServedInbox, number: number): Uint8Array {
    return key(tables.inboxSlots, this.#store.blind(served.identity), number)
  }

  #record (served: ServedInbox, slots: Slots): StoreOp {
    const remembered = (list: Slots['spent']): KeptInbox['spent'] => list.map(({ id, expires }) => ({ id: hexToBytes(id), expires }))
    const { identity, guest, expires } = served
    const value = KeptInbox.encode({ identity, guest, expires, record: served.inbox.record, next: slots.next, spent: remembered(slots.spent), collected: remembered(slots.collected) })
    return { type: 'put', key: this.#inboxKey(served), value }
  }
}

function inviteId (proof: Uint8Array): string | undefined {
  const key = decodeInviteProof(proof)?.key
  return key === undefined ? undefined : bytesToHex(key)
}

function sizeOf (slots: Slots): number {
  return slots.slots.reduce((sum, slot) => sum + slot.bytes, 0)
}
