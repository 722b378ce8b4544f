/**
 * Envelopes that came before the commit or the Welcome that they need: kept in the store, tried again after each.
 * Bounded: the oldest makes room for the newest, and sync brings what it held.
 */
import { decodeBounded } from '@sotto/protocols/common'
import { Body, MAX_ENVELOPE_BYTES } from '@sotto/protocols/envelope'
import { key, keyRange, tables } from '../store/index.ts'
import type { Store, StoreOp } from '../store/index.ts'

/** Envelopes kept, per conversation: two full windows of the direct stream. */
export const MAX_EARLY = 128

export interface EarlyItem { number: number, body: Body }

export class EarlyMail {
  readonly #store: Store
  readonly #name: Uint8Array
  readonly #numbers = new Set<number>()
  #next = 1

  private constructor (store: Store, conversation: Uint8Array) {
    this.#store = store
    this.#name = store.blind(conversation)
  }

  static async load (store: Store, conversation: Uint8Array): Promise<EarlyMail> {
    const early = new EarlyMail(store, conversation)
    for await (const { key: name } of store.range(keyRange(tables.early, early.#name))) {
      const number = numberOf(name)
      early.#numbers.add(number)
      early.#next = number + 1
    }
    return early
  }

  get size (): number { return this.#numbers.size }

  keep (body: Body): StoreOp[] {
    const number = this.#next++
    const [oldest] = this.#numbers
    const ops: StoreOp[] = oldest !== undefined && this.#numbers.size >= MAX_EARLY ? this.drop(oldest) : []
    this.#numbers.add(number)
    return [...ops, { type: 'put', key: this.#key(number), value: Body.encode(body) }]
  }

  drop (number: number): StoreOp[] {
    return this.#numbers.delete(number) ? [{ type: 'del', key: this.#key(number) }] : []
  }

  /** What is kept, oldest first. */
  async list (): Promise<EarlyItem[]> {
    const items: EarlyItem[] = []
    for await (const { key: name, value } of this.#store.range(keyRange(tables.early, this.#name))) {
      const body = decodeBounded(Body, value, MAX_ENVELOPE_BYTES)
      if (body !== undefined) items.push({ number: numberOf(name), body })
    }
    return items
  }

  #key (number: number): Uint8Array { return key(tables.early, this.#name, number) }
}

function numberOf (name: Uint8Array): number {
  return Number(new DataView(name.buffer, name.byteOffset + name.byteLength - 8).getBigUint64(0))
}
