/**
 * What the devices of a person know in common, as named values of which the newest counts. A device finds out what it changed itself by
 * comparing what there is with what was agreed last, so that nothing else need know of other devices.
 *
 * Invariants: a fact's revision only grows; what was told is durable; `serial` numbers the changes as this device saw them.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { MAX_FACTS, MAX_FACTS_BYTES, MAX_FACT_BYTES, MAX_FACT_NAME } from '@sotto/protocols/pairing'
import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import { MAX_OWN_FACTS } from '../config.ts'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { Clock } from '../components.ts'
import type { Store, StoreOp } from '../store/index.ts'
import type { Fact } from '@sotto/protocols/pairing'

/** Where the facts live: contacts, requests, the own record. */
export interface FactSource {
  /** everything there is now, by name */
  collect (): Promise<Map<string, Uint8Array>>
  /** Takes what another device says; an empty value: it is no more. @returns whether it is a fact that we understand and believe */
  apply (name: string, value: Uint8Array): Promise<boolean>
}

interface Row { name: string, revision: number, serial: number, hash: Uint8Array }
interface StoredRow extends Row { value: Uint8Array }

const EMPTY = new Uint8Array(0)

export class FactBook {
  readonly #store: Store
  readonly #clock: Clock
  readonly #source: FactSource
  readonly #rows = new Map<string, Row>()
  #serial = 0

  private constructor (store: Store, clock: Clock, source: FactSource) {
    this.#store = store
    this.#clock = clock
    this.#source = source
  }

  static async load (store: Store, clock: Clock, source: FactSource): Promise<FactBook> {
    const book = new FactBook(store, clock, source)
    for await (const { value: bytes } of store.range(keyRange(tables.facts))) {
      const { value, ...row } = decodeRecord<StoredRow>(bytes)
      book.#rows.set(row.name, row)
      book.#serial = Math.max(book.#serial, row.serial)
    }
    return book
  }

  /** The number of the last change. */
  get serial (): number { return this.#serial }

  /** Takes note of what changed here. @returns whether anything did */
  async refresh (): Promise<boolean> {
    const present = await this.#source.collect()
    const ops: StoreOp[] = []
    for (const [name, value] of present) {
      if (this.#rows.size >= MAX_OWN_FACTS && !this.#rows.has(name)) continue
      const row = this.#rows.get(name)
      if (row === undefined || !equals(row.hash, sha256(value))) ops.push(this.#note(name, value, (row?.revision ?? 0) + 1))
    }
    for (const [name, row] of this.#rows) {
      if (!present.has(name) && !equals(row.hash, sha256(EMPTY))) ops.push(this.#note(name, EMPTY, row.revision + 1))
    }
    if (ops.length > 0) await this.#store.batch(ops)
    return ops.length > 0
  }

  /** What changed after `serial`, in portions. */
  async * since (serial: number): AsyncGenerator<{ facts: Fact[], upTo: number }> {
    const rows = [...this.#rows.values()].filter(row => row.serial > serial).sort((a, b) => a.serial - b.serial)
    let facts: Fact[] = []
    let size = 0
    let upTo = serial
    for (const { name, serial: number } of rows) {
      const bytes = await this.#store.get(this.#key(name))
      if (bytes === undefined) continue
      const { revision, value } = decodeRecord<StoredRow>(bytes)
      if (facts.length > 0 && (facts.length >= MAX_FACTS || size + value.byteLength > MAX_FACTS_BYTES)) {
        yield { facts, upTo }
        facts = []
        size = 0
      }
      facts.push({ name, revision, value })
      size += value.byteLength + name.length
      upTo = number
    }
    if (facts.length > 0) yield { facts, upTo }
  }

  /** Facts of another device: each is taken where it is newer than ours. What we do not understand is not kept. */
  async take (facts: readonly Fact[]): Promise<void> {
    await this.refresh() // what changed here meanwhile has its own time
    for (const fact of facts) await this.#take(fact)
  }

  async #take ({ name, revision, value }: Fact): Promise<void> {
    if (name.length > MAX_FACT_NAME || value.byteLength > MAX_FACT_BYTES) return
    const row = this.#rows.get(name)
    if (row === undefined && this.#rows.size >= MAX_OWN_FACTS) return
    const hash = sha256(value)
    if (row !== undefined && (revision < row.revision || (revision === row.revision && compare(hash, row.hash) <= 0))) return
    // applied first: a crash in between applies it again
    if (!await this.#source.apply(name, value)) return
    await this.#store.batch([this.#put({ name, revision, serial: ++this.#serial, hash, value })])
  }

  #note (name: string, value: Uint8Array, least: number): StoreOp {
    return this.#put({ name, revision: Math.max(least, this.#clock.now()), serial: ++this.#serial, hash: sha256(value), value })
  }

  #put ({ value, ...row }: StoredRow): StoreOp {
    this.#rows.set(row.name, row)
    return { type: 'put', key: this.#key(row.name), value: encodeRecord({ ...row, value }) }
  }

  #key (name: string): Uint8Array { return key(tables.facts, this.#store.blind(new TextEncoder().encode(name))) }
}
