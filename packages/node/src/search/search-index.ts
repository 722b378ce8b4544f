/**
 * The index of one profile's conversations, in the encrypted store. Messages are indexed in stretches, behind what is said:
 * a stretch becomes one row for each beginning of a word in it, and rows are never changed. What is not indexed yet is read
 * at the search itself, so that nothing is ever missing.
 *
 * Invariants: a row and the mark of how far the index goes are written in one batch; the index never covers what is not on
 * disk; of what it finds, the caller looks at the current text: it may have been changed or taken back.
 */
import { KIND_EDIT, KIND_TEXT, compareBytes, decodeBody } from '@sotto/protocols/message'
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { readForward } from '../sync/index.ts'
import { encodeRow, readRow } from './postings.ts'
import { Tails } from './tails.ts'
import { bucketOf, isShort, wordsOf } from './words.ts'
import type { Clock, Logger } from '../components.ts'
import type { Store, StoreOp } from '../store/index.ts'
import type { ConversationLog } from '../sync/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'
import type { Place } from './postings.ts'
import type { State, Words } from './tails.ts'

/** A change of what stands in rows builds the index anew. */
const VERSION = 1
/** Messages that may be without an index: a search reads them in some 10 ms, and a stretch costs some 200 rows. */
const MAX_TAIL = 256
/** Entries of one stretch at most: what is read and written at once while a long history is indexed. */
const MAX_STRETCH = 2048
/** Entries after which others have their turn: some milliseconds of work while somebody waits for a search, one otherwise. */
const SLICE = 64
const QUIET_SLICE = 16
/** Entries of one author that are read at once: a store answers many questions as soon as one, and so few are no long task. */
const READ_TOGETHER = 32
/** After news the index waits so long, ms: a command that ends soon does not begin, and a burst is indexed once. */
const REST_MS = 5000
/** Authors of one conversation that are indexed: more than a session ever has leaves. */
const MAX_AUTHORS = 4096

export interface FindOptions {
  before?: Candidate | undefined
  signal?: AbortSignal | undefined
  /** entries that are indexed, of how many, while a long history is read for the first time */
  onProgress?: (done: number, all: number) => void
}

export interface Candidate { author: Uint8Array, sequence: number, depth: number }

/** By number of the author and sequence: the depth of a place that fits, or 0. Some 8 bytes for each entry of the conversation, while a search runs. */
type Found = Float64Array[]

export class SearchIndex {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  /** conversation (hex) → its log, which has more than the index; as many as there are conversations */
  readonly #behind = new Map<string, ConversationLog>()
  readonly #tails: Tails
  readonly #stopped = new AbortController()
  #cancel: (() => void) | undefined
  /** one stretch at a time, whoever asks */
  #working: Promise<void> = Promise.resolve()

  constructor ({ store, clock, logger }: { store: Store, clock: Clock, logger: Logger }) {
    this.#store = store
    this.#clock = clock
    this.#tails = new Tails(clock)
    this.#logger = logger.scope('search')
  }

  /** There is more in this log: it is indexed when there is enough of it and time for it. */
  note (log: ConversationLog): void {
    if (this.#stopped.signal.aborted) return
    this.#behind.set(hex(log.conversation), log)
    this.#cancel ??= this.#clock.after(REST_MS, () => { this.#rest().catch((error: unknown) => this.#logger.error('the index of the history could not be written', error)) })
  }

  async #rest (): Promise<void> {
    try {
      for (const [id, log] of this.#behind) {
        this.#behind.delete(id)
        await this.catchUp(log, this.#stopped.signal, undefined, QUIET_SLICE)
      }
    } finally {
      this.#cancel = undefined
    }
  }

  async stop (): Promise<void> {
    this.#stopped.abort()
    this.#cancel?.()
    await this.#working
    this.#tails.stop()
  }

  /** Indexes all but the last few messages. Goes on where it was, after whatever ended it. */
  async catchUp (log: ConversationLog, signal?: AbortSignal, onProgress?: (done: number, all: number) => void, slice = SLICE): Promise<void> {
    if (behindOf(log, await this.#state(log)) <= MAX_TAIL) return // nothing to wait for, whoever works
    const all = log.heads().reduce((sum, { sequence }) => sum + sequence, 0)
    for (let more = true; more;) {
      const step = this.#working.then(async () => this.#stretch(log, signal, slice))
      this.#working = step.then(() => {}, () => {}) // whoever began it hears of it
      const done = await step
      more = done !== undefined
      if (done !== undefined && all > MAX_STRETCH) onProgress?.(done, all)
    }
  }

  /** @returns entries in the index after a stretch; undefined where there was none to do, or others need the time */
  async #stretch (log: ConversationLog, signal: AbortSignal | undefined, slice: number): Promise<number | undefined> {
    if (this.#stopped.signal.aborted) return undefined
    await this.#clearOther(log)
    const state = await this.#state(log)
    const behind = behindOf(log, state)
    if (behind <= MAX_TAIL) return undefined
    const began = state.depth
    const entries = behind > MAX_STRETCH ? this.#inOrder(log, state) : this.#byAuthor(log, state)
    const words = new Map<string, Map<string, Place[]>>()
    let count = 0
    for await (const entry of entries) {
      await this.#add(log, state, words, entry)
      if (++count % slice === 0) {
        await new Promise(resolve => setTimeout(resolve, 0))
        if (signal?.aborted === true || this.#stopped.signal.aborted) return undefined
      }
      if (count >= MAX_STRETCH) break
    }
    if (count === 0 && began === 0) return undefined // what is there is not on disk yet
    if (count < MAX_STRETCH) state.depth = 0 // the rest is read by author
    await this.#store.batch([...this.#rows(log, state.next, words), { type: 'put', key: this.#stateKey(log), value: encodeRecord({ ...state, next: state.next + 1 }) }])
    return state.upTo.reduce((sum, upTo) => sum + upTo, 0)
  }

  #rows (log: ConversationLog, stretch: number, words: Words): StoreOp[] {
    return [...words].map(([bucket, row]) => ({ type: 'put', key: this.#rowKey(log, bucket, stretch), value: encodeRow(row) }))
  }

  /** Marks an entry as indexed, and puts the words of its text under the place where it is shown. */
  async #add (log: ConversationLog, state: State, words: Words, entry: DecodedEntry): Promise<void> {
    const number = numberOf(state, entry.author)
    if (number === undefined) return
    const shown = await shownAt(log, entry)
    state.upTo[number] = Math.max(state.upTo[number] ?? 0, entry.sequence) // with its words: another search may look meanwhile
    const author = shown === undefined ? undefined : numberOf(state, shown.author)
    if (shown === undefined || author === undefined) return
    for (const word of wordsOf(shown.text)) {
      const bucket = bucketOf(word)
      const row = words.get(bucket) ?? new Map<string, Place[]>()
      const place = { author, sequence: shown.sequence, depth: shown.depth }
      const places = row.get(word)
      if (places === undefined) row.set(ownOf(word), [place])
      else places.push(place)
      words.set(bucket, row)
    }
  }

  /** A long history, as it lies in the log; what came late, and so stands before, is fetched when its author's next entry shows it. */
  async * #inOrder (log: ConversationLog, state: State): AsyncGenerator<DecodedEntry> {
    for await (const { entry } of readForward(this.#store, log.conversation, state.depth)) {
      const number = numberOf(state, entry.author)
      if (number === undefined) continue
      for (let sequence = (state.upTo[number] ?? 0) + 1; sequence < entry.sequence; sequence++) {
        const missed = await log.read(entry.author, sequence)
        if (missed === undefined) return
        yield missed.entry
      }
      state.depth = entry.depth
      if (entry.sequence > (state.upTo[number] ?? 0)) yield entry
    }
  }

  /** What is not indexed, one author after the other. */
  async * #byAuthor (log: ConversationLog, state: State): AsyncGenerator<DecodedEntry> {
    for (const { author, sequence: head } of log.heads()) {
      const number = numberOf(state, author)
      if (number === undefined) continue
      for (let next = (state.upTo[number] ?? 0) + 1; next <= head; next += READ_TOGETHER) {
        const count = Math.min(READ_TOGETHER, head + 1 - next)
        const read = await Promise.all(Array.from({ length: count }, async (_, at) => log.read(author, next + at)))
        const missing = read.indexOf(undefined) // on its way to the disk
        for (const stored of missing === -1 ? read : read.slice(0, missing)) if (stored !== undefined) yield stored.entry
        if (missing !== -1) break
      }
    }
  }

  /** Places whose text has, or had, all of these words, the newest first (MSG-13); only what stands before `before`. */
  async * find (log: ConversationLog, words: readonly string[], { before, signal, onProgress }: FindOptions = {}): AsyncGenerator<Candidate> {
    await this.catchUp(log, signal, onProgress)
    signal?.throwIfAborted()
    const tail = this.#tails.of(log, await this.#state(log))
    const { state, words: late } = tail
    const stretches = state.next
    for await (const entry of this.#byAuthor(log, state)) await this.#add(log, state, late, entry)
    this.#tails.keep(log, tail)
    let found: Found = []
    for (const [at, word] of words.entries()) {
      const here = await this.#places(log, state, stretches, late, word)
      found = at === 0 ? here : both(found, here)
    }
    yield * newestFirst(found, state.authors, before)
  }

  async #places (log: ConversationLog, state: State, stretches: number, tail: Words, word: string): Promise<Found> {
    const found: Found = state.authors.map(author => new Float64Array((log.head(author)?.sequence ?? 0) + 1))
    const mark = (author: number, sequence: number, depth: number): void => {
      const depths = found[author]
      if (depths !== undefined) depths[sequence] = depth
    }
    const bucket = bucketOf(word)
    const whole = isShort(word)
    const wanted = new TextEncoder().encode(word)
    if (stretches > 0) {
      // a stretch that is written meanwhile may know the authors by other numbers, and stands in the tail
      const rows = { ...keyRange(tables.search, this.#name(log), this.#bucket(log, bucket)), lt: this.#rowKey(log, bucket, stretches) }
      for await (const { value } of this.#store.range(rows)) readRow(value, wanted, whole, mark)
    }
    for (const [other, places] of tail.get(bucket) ?? []) {
      if (whole ? other !== word : !other.startsWith(word)) continue
      for (const { author, sequence, depth } of places) mark(author, sequence, depth)
    }
    return found
  }

  async #state (log: ConversationLog): Promise<State> {
    const fresh: State = { version: VERSION, authors: [], upTo: [], next: 0, depth: 0 }
    const bytes = await this.#store.get(this.#stateKey(log))
    const state = bytes === undefined ? fresh : decodeRecord<State>(bytes)
    return state.version === VERSION ? state : fresh
  }

  /** Takes away what another version wrote. Only where stretches are written: what it finds is nobody's then. */
  async #clearOther (log: ConversationLog): Promise<void> {
    const bytes = await this.#store.get(this.#stateKey(log))
    if (bytes === undefined || decodeRecord<State>(bytes).version === VERSION) return
    for (let done = false; !done;) {
      const ops: StoreOp[] = []
      for await (const { key: name } of this.#store.range({ ...keyRange(tables.search, this.#name(log)), limit: MAX_STRETCH })) ops.push({ type: 'del', key: name })
      await this.#store.batch(ops)
      done = ops.length < MAX_STRETCH
    }
  }

  #name (log: ConversationLog): Uint8Array { return this.#store.blind(log.conversation) }

  #stateKey (log: ConversationLog): Uint8Array { return key(tables.search, this.#name(log)) }

  /** In each conversation another name: rows of two show nothing in common. */
  #bucket (log: ConversationLog, bucket: string): Uint8Array { return this.#store.blind(new TextEncoder().encode(bucket), log.conversation) }

  #rowKey (log: ConversationLog, bucket: string, stretch: number): Uint8Array {
    return key(tables.search, this.#name(log), this.#bucket(log, bucket), stretch)
  }
}

/** The same word alone: cut out of a text, it would keep all of that in memory. */
function ownOf (word: string): string { return [...word].join('') }

function behindOf (log: ConversationLog, state: State): number {
  const upTo = new Map(state.authors.map((author, number) => [hex(author), state.upTo[number] ?? 0]))
  return log.heads().reduce((sum, { author, sequence }) => sum + Math.max(0, sequence - (upTo.get(hex(author)) ?? 0)), 0)
}

/** The number under which an author stands in rows: a new one where there is room. */
function numberOf (state: State, author: Uint8Array): number | undefined {
  const known = state.authors.findIndex(other => compareBytes(other, author) === 0)
  if (known !== -1 || state.authors.length >= MAX_AUTHORS) return known === -1 ? undefined : known
  state.upTo.push(0)
  return state.authors.push(author) - 1
}

/** A text, and the message under which it is shown: an edit gives another message new words. */
async function shownAt (log: ConversationLog, entry: DecodedEntry): Promise<Candidate & { text: string } | undefined> {
  if (entry.kind !== KIND_TEXT && entry.kind !== KIND_EDIT) return undefined
  const body = decodeBody(entry.kind, entry.body)
  if (body?.kind === 'text') return { author: entry.author, sequence: entry.sequence, depth: entry.depth, text: body.text }
  if (body?.kind !== 'edit') return undefined
  const target = await log.read(body.target.author, body.target.sequence)
  return target === undefined ? undefined : { author: target.entry.author, sequence: target.entry.sequence, depth: target.entry.depth, text: body.text }
}

function both (one: Found, other: Found): Found {
  return one.map((depths, author) => depths.map((depth, sequence) => other[author]?.[sequence] === depth ? depth : 0))
}

/** An author's entries lie deeper one after the other (MSG-10): what all of them said is merged from the ends. */
function * newestFirst (found: Found, authors: readonly Uint8Array[], before: Candidate | undefined): Generator<Candidate> {
  const lists = found.map((depths, number) => ({ depths, author: authors[number] ?? new Uint8Array(16), at: depths.length }))
  const next = (list: typeof lists[number]): Candidate | undefined => {
    while (list.at > 0 && (list.depths[list.at] ?? 0) === 0) list.at--
    return list.at === 0 ? undefined : { author: list.author, sequence: list.at, depth: list.depths[list.at] ?? 0 }
  }
  for (;;) {
    let newest: Candidate | undefined
    let from: typeof lists[number] | undefined
    for (const list of lists) {
      const candidate = next(list)
      if (candidate === undefined || (newest !== undefined && compare(candidate, newest) < 0)) continue
      newest = candidate
      from = list
    }
    if (newest === undefined || from === undefined) return
    from.at--
    if (before === undefined || compare(newest, before) < 0) yield newest
  }
}

function compare (a: Candidate, b: Candidate): number {
  return a.depth - b.depth || a.sequence - b.sequence || compareBytes(a.author, b.author)
}
