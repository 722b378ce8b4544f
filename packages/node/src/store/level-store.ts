/** The store on a level database. Spec: protocols/conventions.md, "At rest". */
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { StoreError } from '../errors.ts'
import { closed, damaged, explainStoreError } from './database.ts'
import { decodeSchema, encodeSchema, latestSchema, migrate, migrations, schemaKey } from './migrations.ts'
import { openLevel } from './open-level.ts'
import { createSealer, DATA_KEY_BYTES } from './seal.ts'
import type { Database } from './database.ts'
import type { Store, StoreOp, StoreRange } from './index.ts'
import type { Migration } from './migrations.ts'
import type { Sealer } from './seal.ts'

/** Bytes joined into one write: large enough that the sync is a small part of it, small enough not to delay a single message. */
const MAX_JOINED_BYTES = 1024 * 1024
/** Bytes that may wait to be written: a disk that stands still must not fill the memory. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

export type OpenStoreInit = {
  /** 32 bytes; everything is sealed under keys derived from it */
  dataKey: Uint8Array
  /** false: the store must be there already, an empty or missing one is STORE_DAMAGED. Default true. */
  create?: boolean
  /** for tests; default: all of `migrations.ts` */
  migrations?: readonly Migration[]
} & (
  /** directory of the database, or its name in a page */
  | { location: string }
  /** a level database with `keyEncoding` and `valueEncoding` 'view' (tests: memory-level); the store closes it */
  | { database: Database }
)

interface Waiting {
  ops: Parameters<Database['batch']>[0]
  bytes: number
  resolve: () => void
  reject: (error: StoreError) => void
}

interface Reading { cut: () => StoreError | undefined }

/**
 * Invariants: a batch that resolved is on disk; one that rejected is not; none is on disk in part. One write is under
 * way at a time; batches are written in the order of the calls. After `close()` or a failed recovery nothing is written.
 */
class LevelStore implements Store {
  readonly #database: Database
  readonly #sealer: Sealer
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #recovering: Promise<void> | undefined
  /** what began the last recovery: reads that were under way are cut by it */
  #cut: StoreError | undefined
  #closed = false
  readonly #failed = new AbortController()

  constructor (database: Database, sealer: Sealer) {
    this.#database = database
    this.#sealer = sealer
  }

  get failed (): AbortSignal {
    return this.#failed.signal
  }

  async get (key: Uint8Array): Promise<Uint8Array | undefined> {
    await this.#recovering
    if (this.#closed) throw closed()
    const { cut } = this.#reading()
    let sealed: Uint8Array | undefined
    try {
      sealed = await this.#database.get(key)
    } catch (error) {
      if (cut() !== undefined) return this.get(key)
      throw explainStoreError(error)
    }
    return sealed === undefined ? undefined : this.#open(key, sealed)
  }

  range (range: StoreRange): AsyncIterable<{ key: Uint8Array, value: Uint8Array }> {
    return {
      // level takes its snapshot when the iterator is made, which is now and not at the first step
      [Symbol.asyncIterator]: () => this.#iterate(range, this.#reading(), this.#recovering === undefined && !this.#closed ? this.#database.iterator({ ...range }) : undefined)
    }
  }

  batch (ops: readonly StoreOp[]): Promise<void> {
    if (this.#closed) return Promise.reject(closed())
    const sealed = settled(ops).map(op => op.type === 'put'
      ? { type: op.type, key: op.key.slice(), value: this.#sealer.seal(op.key, op.value) }
      : { type: op.type, key: op.key.slice() })
    const bytes = sealed.reduce((sum, op) => sum + op.key.byteLength + (op.type === 'put' ? op.value.byteLength : 0), 0)
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES && this.#waiting.length > 0) {
      return Promise.reject(new StoreError('STORE_FAILED', 'the disk is too slow: too much waits to be written', { hint: 'check the disk of the profile' }))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ops: sealed, bytes, resolve, reject })
      this.#waitingBytes += bytes
      this.#writing ??= this.#write()
    })
  }

  blind (...parts: Uint8Array[]): Uint8Array {
    return this.#sealer.blind(...parts)
  }

  async close (): Promise<void> {
    const first = !this.#closed
    this.#closed = true
    await this.#writing
    if (first) await this.#database.close()
  }

  /** Tells afterwards whether a recovery cut what was begun now, and why. */
  #reading (): Reading {
    const before = this.#cut
    return { cut: () => this.#cut === before ? undefined : this.#cut }
  }

  #open (key: Uint8Array, sealed: Uint8Array): Uint8Array {
    const value = this.#sealer.open(key, sealed)
    if (value === undefined) throw damaged('a value in the store of this profile does not open')
    return value
  }

  async * #iterate (range: StoreRange, { cut }: Reading, ready: ReturnType<Database['iterator']> | undefined): AsyncGenerator<{ key: Uint8Array, value: Uint8Array }> {
    await this.#recovering
    if (this.#closed) {
      await ready?.close()
      throw closed()
    }
    const iterator = ready ?? this.#database.iterator({ ...range })
    try {
      for await (const [key, sealed] of iterator) {
        const plain = new Uint8Array(key) // level hands out Buffers, which compare and print differently
        yield { key: plain, value: this.#open(plain, sealed) }
      }
    } catch (error) {
      throw this.#closed ? closed(error) : cut() ?? explainStoreError(error)
    } finally {
      await iterator.close()
    }
  }

  /** Group commit: everything that waits when a write begins goes with it, in order, up to MAX_JOINED_BYTES. */
  async #write (): Promise<void> {
    await Promise.resolve() // calls of the same tick join
    while (this.#waiting.length > 0) {
      const group: Waiting[] = []
      let bytes = 0
      for (let next = this.#waiting[0]; next !== undefined && (group.length === 0 || bytes + next.bytes <= MAX_JOINED_BYTES); next = this.#waiting[0]) {
        this.#waiting.shift()
        group.push(next)
        bytes += next.bytes
      }
      this.#waitingBytes -= bytes
      const ops = group.length === 1 ? group.flatMap(call => call.ops) : settled(group.flatMap(call => call.ops))
      try {
        await this.#database.batch(ops, { sync: true })
      } catch (error) {
        const failure = await this.#recover(ops, error)
        if (failure !== undefined) {
          for (const call of group) call.reject(failure)
          continue
        }
      }
      for (const call of group) call.resolve()
    }
    this.#writing = undefined // in the tick that found nothing waiting: a caller that goes on now starts a new round
  }

  /**
   * After a failed write the log of LevelDB may end in a torn record, or hold a whole one whose sync failed: writing on
   * would lose what follows, or tell a caller "not written" of what comes back after a restart (and a ratchet state that
   * comes back is a key used twice, REST-5). So the database is opened anew, and asked whether the write is there.
   * @returns undefined where it is, else what to tell the callers
   */
  async #recover (ops: Waiting['ops'], cause: unknown): Promise<StoreError | undefined> {
    if (this.#database.status !== 'open') {
      return this.#fail(closed(cause), closed(cause))
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#recovering = promise
    this.#cut = explainStoreError(cause)
    try {
      await this.#database.close()
      await this.#database.open()
      return await this.#isWritten(ops) ? undefined : explainStoreError(cause)
    } catch (error) {
      const { code } = explainStoreError(cause)
      return this.#fail(closed(error), new StoreError(code, 'the disk refused a write, and the store could not be opened again: it is closed now', { cause: error, hint: 'free some space on the disk of the profile and start the node again; what was confirmed is kept' }))
    } finally {
      this.#recovering = undefined
      resolve()
    }
  }

  /** A batch is on disk whole or not at all, and every sealed value is unique: what stands under its keys tells. */
  async #isWritten (ops: Waiting['ops']): Promise<boolean> {
    const put = ops.find(op => op.type === 'put')
    if (put?.type === 'put') {
      const found = await this.#database.get(put.key)
      return found !== undefined && equals(put.value, found)
    }
    for (const { key } of ops) {
      if (await this.#database.get(key) !== undefined) return false
    }
    return true
  }

  /** Closes for good. @returns what to tell the callers whose write began it */
  #fail (others: StoreError, first: StoreError): StoreError {
    this.#closed = true
    this.#rejectWaiting(others)
    this.#failed.abort(first)
    return first
  }

  #rejectWaiting (error: StoreError): void {
    for (const call of this.#waiting.splice(0)) call.reject(error)
    this.#waitingBytes = 0
  }
}

/**
 * Opens, and migrates where needed. `dataKey` of another profile, or a database that is not ours: STORE_FOREIGN.
 *
 * @throws StoreError PROFILE_IN_USE, STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER, STORE_FULL, STORE_FAILED; nothing is changed then
 */
export async function openStore (init: OpenStoreInit): Promise<Store> {
  if (init.dataKey.byteLength !== DATA_KEY_BYTES) throw new StoreError('STORE_FAILED', `a data key has ${DATA_KEY_BYTES} bytes`)
  const create = init.create ?? true
  const known = init.migrations ?? migrations
  const database = 'database' in init ? init.database : await openLevel(init.location, create)
  try {
    await database.open() // at once where it is open
    const sealer = createSealer(init.dataKey)
    const store = new LevelStore(database, sealer)
    const sealed = await database.get(schemaKey)
    if (sealed === undefined) {
      if (!await isEmpty(database)) throw foreign()
      if (!create) throw damaged('the store of this profile is empty: its files were lost')
      await store.batch([{ type: 'put', key: schemaKey, value: encodeSchema(latestSchema(known)) }])
      return store
    }
    const schema = decodeSchema(sealer.open(schemaKey, sealed) ?? new Uint8Array())
    if (schema === undefined) throw foreign()
    await migrate(store, schema, known)
    return store
  } catch (error) {
    await database.close().catch(() => {}) // the first error is the one that explains
    throw explainStoreError(error)
  }
}

/** In one batch the last word on a key counts: what it replaces needs neither sealing nor writing. */
function settled<T extends { key: Uint8Array }> (ops: readonly T[]): T[] {
  const last = new Map<string, T>()
  for (const op of ops) last.set(toString(op.key, 'latin1'), op)
  return last.size === ops.length ? [...ops] : [...last.values()]
}

function foreign (): StoreError {
  return new StoreError('STORE_FOREIGN', 'the store in this directory does not belong to this profile', { hint: 'nothing was changed; put the files of one profile back together, or choose another directory' })
}

async function isEmpty (database: Database): Promise<boolean> {
  for await (const entry of database.iterator({ limit: 1 })) {
    if (entry.length > 0) return false
  }
  return true
}
