/**
 * What libp2p keeps between messages, in memory. Records and provider records come from strangers, and kad-dht deletes
 * neither unless it is asked for them: here each kind has a limit, and the oldest go first.
 */
import { NotFoundError } from '@libp2p/interface'
import { MAX_DHT_PROVIDERS, MAX_DHT_RECORDS, MAX_PROVIDERS_PER_KEY } from '../config.ts'
import type { Libp2pOptions } from 'libp2p'

type Datastore = NonNullable<Libp2pOptions['datastore']>
type Key = Parameters<Datastore['get']>[0]
interface Pair { key: Key, value: Uint8Array }

const RECORDS = '/dht/record/'
const PROVIDERS = '/dht/provider/'

export class BoundedDatastore {
  /** by kind, in the order of writing */
  readonly #kinds = new Map<string, Map<string, Pair>>()
  readonly #limits: { records: number, providers: number, perKey: number }

  constructor (limits: Partial<{ records: number, providers: number, perKey: number }> = {}) {
    this.#limits = { records: MAX_DHT_RECORDS, providers: MAX_DHT_PROVIDERS, perKey: MAX_PROVIDERS_PER_KEY, ...limits }
  }

  put (key: Key, value: Uint8Array): Key {
    const name = key.toString()
    const kind = this.#kind(name)
    kind.delete(name) // written anew: now the youngest
    kind.set(name, { key, value })
    if (name.startsWith(RECORDS)) evict(kind, [...kind.keys()].slice(0, Math.max(0, kind.size - this.#limits.records)))
    if (name.startsWith(PROVIDERS)) {
      const service = name.slice(0, name.lastIndexOf('/') + 1)
      const same = [...kind.keys()].filter(other => other.startsWith(service))
      evict(kind, same.slice(0, Math.max(0, same.length - this.#limits.perKey)))
      evict(kind, [...kind.keys()].slice(0, Math.max(0, kind.size - this.#limits.providers)))
    }
    return key
  }

  get (key: Key): Uint8Array {
    const found = this.#kind(key.toString()).get(key.toString())
    if (found === undefined) throw new NotFoundError()
    return found.value
  }

  has (key: Key): boolean {
    return this.#kind(key.toString()).has(key.toString())
  }

  delete (key: Key): void {
    this.#kind(key.toString()).delete(key.toString())
  }

  * putMany (pairs: Iterable<Pair>): Generator<Key> {
    for (const { key, value } of pairs) yield this.put(key, value)
  }

  * getMany (keys: Iterable<Key>): Generator<Pair> {
    for (const key of keys) yield { key, value: this.get(key) }
  }

  * deleteMany (keys: Iterable<Key>): Generator<Key> {
    for (const key of keys) {
      this.delete(key)
      yield key
    }
  }

  batch (): ReturnType<Datastore['batch']> {
    const todo: Array<() => void> = []
    return {
      put: (key, value) => { todo.push(() => { this.put(key, value) }) },
      delete: key => { todo.push(() => { this.delete(key) }) },
      commit: () => { for (const run of todo.splice(0)) run() }
    }
  }

  * query (query: Parameters<Datastore['query']>[0]): Generator<Pair> {
    let found = [...this.#matching(query.prefix)].filter(pair => query.filters?.every(filter => filter(pair)) ?? true)
    for (const order of query.orders ?? []) found = found.sort(order)
    yield * found.slice(query.offset ?? 0, query.limit === undefined ? undefined : (query.offset ?? 0) + query.limit)
  }

  * queryKeys (query: Parameters<Datastore['queryKeys']>[0]): Generator<Key> {
    let found = [...this.#matching(query.prefix)].map(({ key }) => key).filter(key => query.filters?.every(filter => filter(key)) ?? true)
    for (const order of query.orders ?? []) found = found.sort(order)
    yield * found.slice(query.offset ?? 0, query.limit === undefined ? undefined : (query.offset ?? 0) + query.limit)
  }

  * #matching (prefix = ''): Generator<Pair> {
    for (const kind of this.#kinds.values()) {
      for (const [name, pair] of kind) if (name.startsWith(prefix)) yield pair
    }
  }

  #kind (name: string): Map<string, Pair> {
    const kind = [RECORDS, PROVIDERS].find(prefix => name.startsWith(prefix)) ?? ''
    const known = this.#kinds.get(kind) ?? new Map<string, Pair>()
    this.#kinds.set(kind, known)
    return known
  }
}

function evict (kind: Map<string, Pair>, names: readonly string[]): void {
  for (const name of names) kind.delete(name)
}
