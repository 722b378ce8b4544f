/**
 * Lookups: the best of what several peers answer, not what the first one says (DIR-8, DIR-9).
 *
 * Invariants: what a lookup returns was verified and is never older than what this device has seen; one identity is
 * looked up once at a time, MAX_PARALLEL_RESOLVES in all; a lookup ends by itself within RESOLVE_TIMEOUT_MS.
 */
import { routingKey } from '@sotto/protocols/directory'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { MAX_PARALLEL_RESOLVES, RESOLVE_FEW, RESOLVE_GRACE_MS, RESOLVE_QUORUM, RESOLVE_TIMEOUT_MS } from '../config.ts'
import { compareEntries, openDirectoryRecord, stalenessOf } from './record.ts'
import type { DirectoryEntry, Found } from './index.ts'
import type { RecordShelf } from './shelf.ts'
import type { Components } from '../components.ts'

export interface ResolverInit {
  /** Default RESOLVE_TIMEOUT_MS. */
  timeoutMs?: number
}

export type ResolverComponents = Pick<Components, 'network' | 'clock'> & { records: RecordShelf }

interface Collected { best: DirectoryEntry | undefined, confirmations: number }

export class Resolver {
  readonly #c: ResolverComponents
  readonly #timeoutMs: number
  readonly #running = new Map<string, Promise<Collected>>()
  readonly #waiting: Array<() => void> = []
  #active = 0

  constructor (components: ResolverComponents, init: ResolverInit = {}) {
    this.#c = components
    this.#timeoutMs = init.timeoutMs ?? RESOLVE_TIMEOUT_MS
  }

  async resolve (identity: Uint8Array, signal?: AbortSignal): Promise<Found | undefined> {
    const { best, confirmations } = await this.#once(identity, signal)
    const known = await this.#c.records.entry(identity)
    if (known !== undefined && (best === undefined || compareEntries(known, best) > 0)) return this.#found(known, 0)
    return best === undefined ? undefined : this.#found(best, confirmations)
  }

  async known (identity: Uint8Array): Promise<Found | undefined> {
    const entry = await this.#c.records.entry(identity)
    return entry === undefined ? undefined : this.#found(entry, 0)
  }

  #found (entry: DirectoryEntry, confirmations: number): Found {
    return { ...entry, confirmations, stale: stalenessOf(entry, confirmations, this.#c.clock.now()) }
  }

  async #once (identity: Uint8Array, signal: AbortSignal | undefined): Promise<Collected> {
    const id = toString(identity, 'hex')
    const running = this.#running.get(id) ?? this.#inTurn(async () => this.#collect(identity, signal))
    this.#running.set(id, running)
    try {
      return await running
    } finally {
      if (this.#running.get(id) === running) this.#running.delete(id)
    }
  }

  async #inTurn<T> (run: () => Promise<T>): Promise<T> {
    if (this.#active >= MAX_PARALLEL_RESOLVES) await new Promise<void>(resolve => { this.#waiting.push(resolve) })
    else this.#active++
    try {
      return await run()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#active--
      else next() // its place passes on
    }
  }

  /** Real time, not the clock's: it is peers that are waited for. */
  async #collect (identity: Uint8Array, signal: AbortSignal | undefined): Promise<Collected> {
    const enough = new AbortController()
    const signals = [enough.signal, AbortSignal.timeout(this.#timeoutMs), ...(signal === undefined ? [] : [signal])]
    const at = routingKey(identity)
    const answered = new Set<string>()
    let best: DirectoryEntry | undefined
    let confirmations = 0
    let grace: ReturnType<typeof setTimeout> | undefined
    try {
      for await (const { from, value } of this.#c.network.dht.values(at, { signal: AbortSignal.any(signals) })) {
        if (answered.has(from)) continue
        answered.add(from)
        if (best !== undefined && equals(best.bytes, value)) {
          confirmations++
        } else {
          const entry = await openDirectoryRecord(at, value, this.#c.clock.now())
          if (typeof entry === 'string') continue // cannot be: it passed the rules
          if (best === undefined || compareEntries(entry, best) > 0) {
            best = entry
            confirmations = 1
          }
        }
        if (answered.size >= RESOLVE_QUORUM) break
        if (answered.size >= RESOLVE_FEW) grace ??= setTimeout(() => { enough.abort() }, RESOLVE_GRACE_MS)
      }
    } finally {
      clearTimeout(grace)
      enough.abort()
    }
    return { best, confirmations }
  }
}
