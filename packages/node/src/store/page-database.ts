/**
 * LevelDB's place in a page: `browser-level` on IndexedDB, with what the store needs and it does not give. Writes are on
 * the disk when they resolve (REST-4), an iterator shows what was there when it was asked for, and one page at a time has
 * the database open (REST-10).
 */
import { toString } from 'uint8arrays/to-string'
import { compare } from 'uint8arrays/compare'
import { platform } from '#platform'
import { closed, damaged } from './database.ts'
import { PageReads } from './page-reads.ts'
import type { Database, DatabaseOp, DatabaseRange } from './database.ts'
import type { Entry } from './page-reads.ts'

/** Entries of the first read of an iterator: most ranges are short, or left early. */
const FIRST_CHUNK = 64
/** Entries of the largest read: a long walk asks seldom, and does not hold a whole log in memory. */
const MAX_CHUNK = 512

interface Iterated { all (): Promise<Entry[]> }

/** What is used of a `BrowserLevel` with `keyEncoding` and `valueEncoding` 'view'. */
export interface PageLevel {
  readonly status: string
  /** only while it is open */
  readonly db?: IDBDatabase | null
  open (): Promise<void>
  close (): Promise<void>
  getMany (keys: Uint8Array[]): Promise<Array<Uint8Array | undefined>>
  iterator (range: DatabaseRange): Iterated
}

/** What an iterator must not see: by key, the value as it was when the iterator was made. */
type Overlay = Map<string, { key: Uint8Array, value: Uint8Array | undefined }>

/**
 * Invariants: while an iterator is open, every key that a write touches is first copied into its overlay; the lock is held
 * from `open()` to `close()`.
 */
export class PageDatabase implements Database {
  readonly #make: () => PageLevel
  readonly #location: string
  /** of the object store */
  readonly #name: string
  #create: boolean
  #level: PageLevel | undefined
  readonly #reads = new PageReads(() => {
    const { db, status } = this.#opened()
    if (db === undefined || db === null || status !== 'open') throw closed()
    return db.transaction(this.#name, 'readonly').objectStore(this.#name)
  })

  readonly #overlays = new Set<Overlay>()
  #writing: Promise<unknown> = Promise.resolve()
  #unlock: (() => Promise<void>) | undefined

  /** `make`: a new one for each time that this is opened; they open by themselves, lock or no lock */
  constructor (make: () => PageLevel, location: string, create: boolean) {
    this.#make = make
    this.#location = location
    this.#name = platform.databaseName(location).name
    this.#create = create
  }

  get status (): string {
    return this.#level?.status ?? 'closed'
  }

  async open (): Promise<void> {
    if (this.#unlock !== undefined) return
    const unlock = await platform.lock(this.#location)
    try {
      // it would make a database without the places for keys and manifest
      if (this.#create) await platform.makeDirectory(this.#location)
      else if (!await platform.exists(this.#location)) throw damaged('the database of this profile was deleted')
      this.#create = false // what was there once and is gone was wiped, and is not begun anew
      this.#level = this.#make()
      await this.#level.open()
      if (this.#level.db !== undefined && this.#level.db !== null) harden(this.#level.db)
    } catch (error) {
      await unlock()
      throw error
    }
    this.#unlock = unlock
  }

  async close (): Promise<void> {
    const unlock = this.#unlock
    this.#unlock = undefined
    await this.#level?.close()
    await unlock?.()
  }

  #opened (): PageLevel {
    if (this.#level === undefined) throw closed()
    return this.#level
  }

  async get (key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#reads.get(key)
  }

  async batch (ops: DatabaseOp[]): Promise<void> {
    if (ops.length === 0) return
    const written = this.#write(ops)
    this.#writing = written.catch(() => {}) // the caller hears of it
    return written
  }

  iterator (range: DatabaseRange): AsyncIterable<Entry> & { close (): Promise<void> } {
    const overlay: Overlay = new Map()
    this.#overlays.add(overlay)
    const before = this.#writing // what it was made during is part of what it shows
    const close = async (): Promise<void> => { this.#overlays.delete(overlay) }
    return { close, [Symbol.asyncIterator]: () => this.#walk(range, overlay, before) }
  }

  async #write (ops: DatabaseOp[]): Promise<void> {
    const overlays = [...this.#overlays]
    if (overlays.length > 0) {
      const values = await this.#opened().getMany(ops.map(({ key }) => key))
      ops.forEach(({ key }, i) => {
        const name = toString(key, 'latin1')
        for (const overlay of overlays) if (!overlay.has(name)) overlay.set(name, { key, value: values[i] })
      })
    }
    await commit(this.#opened(), this.#name, ops)
  }

  async * #walk ({ limit = Infinity, ...range }: DatabaseRange, overlay: Overlay, before: Promise<unknown>): AsyncGenerator<Entry> {
    await before
    let left = limit < 0 ? Infinity : limit
    let rest: DatabaseRange = range
    for (let size = Math.min(left, FIRST_CHUNK); left > 0; size = Math.min(left, 4 * size, MAX_CHUNK)) {
      // backwards the browser walks one by one, which nothing makes quicker
      const found = rest.reverse === true ? await this.#opened().iterator({ ...rest, limit: size }).all() : await this.#reads.range(rest, size)
      const last = found.length < size ? undefined : found.at(-1)?.[0]
      for (const entry of asItWas(found, overlay, rest, last)) {
        if (left-- <= 0) return
        yield entry
      }
      if (last === undefined) return
      rest = after(rest, last)
    }
  }
}

/** What stands behind `last`. */
function after ({ reverse, gt, gte, lt, lte }: DatabaseRange, last: Uint8Array): DatabaseRange {
  return reverse === true
    ? { reverse, lt: last, ...(gt === undefined ? {} : { gt }), ...(gte === undefined ? {} : { gte }) }
    : { gt: last, ...(lt === undefined ? {} : { lt }), ...(lte === undefined ? {} : { lte }) }
}

/** The part of `range` up to `last`, with the changes that came later taken back. */
function asItWas (found: Entry[], overlay: Overlay, range: DatabaseRange, last: Uint8Array | undefined): Entry[] {
  if (overlay.size === 0) return found
  const sign = range.reverse === true ? -1 : 1
  const entries = found.filter(([key]) => !overlay.has(toString(key, 'latin1')))
  for (const { key, value } of overlay.values()) {
    if (value === undefined || !isWithin(key, range)) continue
    if (last === undefined || sign * compare(key, last) <= 0) entries.push([key, value])
  }
  return entries.sort(([a], [b]) => sign * compare(a, b))
}

function isWithin (key: Uint8Array, { gt, gte, lt, lte }: DatabaseRange): boolean {
  return (gt === undefined || compare(key, gt) > 0) && (gte === undefined || compare(key, gte) >= 0) &&
    (lt === undefined || compare(key, lt) < 0) && (lte === undefined || compare(key, lte) <= 0)
}

/** One transaction. By hand, for browser-level asks for one change after the other and waits for each. */
async function commit ({ db }: PageLevel, name: string, ops: DatabaseOp[]): Promise<void> {
  if (db === undefined || db === null) throw closed()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const transaction = db.transaction(name, 'readwrite')
  transaction.oncomplete = () => { resolve() }
  transaction.onabort = () => { reject(transaction.error ?? new Error('the browser gave a write up')) }
  const store = transaction.objectStore(name)
  for (const op of ops) {
    const key = op.key as Uint8Array<ArrayBuffer>
    if (op.type === 'put') store.put(op.value, key)
    else store.delete(key)
  }
  transaction.commit()
  return promise
}

/** REST-4: a page's transactions are on the disk only where they ask for it; browser-level does not. */
function harden (database: IDBDatabase): void {
  const begin = database.transaction.bind(database)
  database.transaction = (stores, mode) => begin(stores, mode, { durability: mode === 'readwrite' ? 'strict' : 'default' })
  // somebody erases the profile, or a later version opens it: standing in the way helps nobody
  database.addEventListener('versionchange', () => { database.close() })
}
