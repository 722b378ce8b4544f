/**
 * The message log of one conversation: signed entries in causal order, with visible gaps.
 *
 * Invariants: per author the applied entries are 1…head without a hole; an entry is applied only after all its parents;
 * what was applied never changes. State moves at once: the owner writes the operations that the calls return in the order
 * of the calls, then `stateOps()`, never while a call is under way, and loads the log anew if a write fails.
 */
import { CallOutcome, KIND_TEXT, MAX_PARENTS, Entry, decodeBody, entryHash, messageId } from '@sotto/protocols/message'
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { equals } from 'uint8arrays/equals'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import { annotationOp } from './annotations.ts'
import { HeldEntries } from './held.ts'
import { subtract } from './ranges.ts'
import { decodePlace, decodeStored, encodePlace, encodeStored } from './stored-entry.ts'
import type { Gap } from './held.ts'
import type { Stretch } from './ranges.ts'
import type { Place, StoredEntry } from './stored-entry.ts'
import type { Clock } from '../components.ts'
import type { Store, StoreOp } from '../store/index.ts'
import type { DecodedEntry, EntryBody, Parent } from '@sotto/protocols/message'

/** Hashes and depths of recent entries kept in memory: covers what is in flight between two writes. */
const MAX_CACHED_META = 8192
/** Entries kept beside those whose place they claim, per conversation: evidence, not an archive. */
export const MAX_CONFLICTS = 64

/** Missed calls of which it is known that they were counted, per conversation: both sides may write one down, days apart, and each device of ours. */
const MAX_MISSED = 64

export interface LogHead { author: Uint8Array, sequence: number, hash: Uint8Array, depth: number }
interface Meta { hash: Uint8Array, depth: number }
/** `missed`: calls (hex) that were counted as unread; not in what older versions wrote */
interface LogState { heads: LogHead[], covered: Record<string, number>, unread: number, missed?: string[] }

export interface Received {
  ops: StoreOp[]
  /** applied now, in causal order */
  added: DecodedEntry[]
  /** kept until their parents come */
  held: number
  /** two entries claim one place, and this is new: a copied profile or a cheat (MSG-8) */
  equivocations: Parent[]
  /** dropped: against the rules, or no room to hold it */
  rejected: number
}

const LOG_STATE = Uint8Array.of(1)

export class ConversationLog {
  readonly conversation: Uint8Array
  readonly #store: Store
  readonly #clock: Clock
  readonly #own: Uint8Array
  readonly #name: Uint8Array
  readonly #heads = new Map<string, LogHead>()
  /** per author, the sequence that our own last entry already stands upon */
  #covered: Record<string, number> = {}
  #unread = 0
  #missed: string[] = []
  #moved = false
  readonly #held = new HeldEntries()
  /** hash (hex) → where it stands, of entries that claim a place that was taken */
  readonly #conflicts = new Map<string, Parent>()
  readonly #meta = new Map<string, Meta>()
  /** author (hex) → its name in keys */
  readonly #authors = new Map<string, Uint8Array>()

  private constructor (store: Store, clock: Clock, conversation: Uint8Array, own: Uint8Array) {
    this.#store = store
    this.#clock = clock
    this.conversation = conversation
    this.#own = own
    this.#name = store.blind(conversation)
  }

  static async load (components: { store: Store, clock: Clock }, conversation: Uint8Array, own: Uint8Array): Promise<ConversationLog> {
    const log = new ConversationLog(components.store, components.clock, conversation, own)
    const bytes = await components.store.get(key(tables.conversations, log.#name, LOG_STATE))
    if (bytes !== undefined) {
      const state = decodeRecord<LogState>(bytes)
      for (const head of state.heads) log.#heads.set(hex(head.author), head)
      log.#covered = state.covered
      log.#unread = state.unread
      log.#missed = state.missed ?? []
    }
    for await (const { value } of components.store.range(keyRange(tables.held, log.#name))) {
      const stored = decodeStored(value)
      if (stored !== undefined) log.#held.add(stored)
    }
    for await (const { value } of components.store.range(keyRange(tables.conflicts, log.#name))) {
      const stored = decodeStored(value)
      if (stored !== undefined) log.#conflicts.set(hex(stored.entry.hash), { author: stored.entry.author, sequence: stored.entry.sequence, hash: stored.entry.hash })
    }
    return log
  }

  get unread (): number { return this.#unread }
  get heldCount (): number { return this.#held.count }
  heads (): LogHead[] { return [...this.#heads.values()] }
  head (author: Uint8Array): LogHead | undefined { return this.#heads.get(hex(author)) }

  /** Missing stretches before entries that wait here (MSG-9: a gap is visible as a gap). */
  gaps (): Gap[] { return this.#held.gaps(author => this.head(author)?.sequence ?? 0) }

  /** A new entry of this device, unsigned until it is sealed. */
  append (kind: number, body: Uint8Array): { entry: DecodedEntry, id: string, ops: StoreOp[] } {
    const previous = this.head(this.#own)
    const others = this.heads()
      .filter(head => !equals(head.author, this.#own) && head.sequence > (this.#covered[hex(head.author)] ?? 0))
      .sort((a, b) => b.depth - a.depth)
      .slice(0, MAX_PARENTS - 1)
    const parents = [...(previous === undefined ? [] : [previous]), ...others]
    const plain = {
      conversation: this.conversation,
      author: this.#own,
      sequence: (previous?.sequence ?? 0) + 1,
      depth: 1 + Math.max(0, ...parents.map(parent => parent.depth)),
      parents: parents.map(({ author, sequence, hash }) => ({ author, sequence, hash })),
      time: this.#clock.now(),
      kind,
      body
    }
    const bytes = Entry.encode(plain)
    const entry: DecodedEntry = { ...plain, hash: entryHash(bytes), bytes }
    const id = messageId(this.conversation, entry.author, entry.sequence)
    const ops = this.#apply({ entry, signature: undefined, received: entry.time, equivocation: false, mine: true }, id)
    for (const head of others) this.#covered[hex(head.author)] = head.sequence
    return { entry, id, ops }
  }

  /** Records the signature over a run of own entries that ends in `entry`. */
  signed (entry: DecodedEntry, signature: Uint8Array): StoreOp[] {
    return [{ type: 'put', key: this.#logKey(entry), value: encodeStored({ entry, signature, received: entry.time, equivocation: false, mine: true }) }]
  }

  /** Applies a verified run of entries of one author, or holds what has no parents yet. `mine`: the author is a device of ours. */
  async receive (entries: readonly DecodedEntry[], signature: Uint8Array, mine: boolean): Promise<Received> {
    const result: Received = { ops: [], added: [], held: 0, equivocations: [], rejected: 0 }
    const received = this.#clock.now()
    for (const [i, entry] of entries.entries()) {
      const stored: StoredEntry = { entry, signature: i === entries.length - 1 ? signature : undefined, received, equivocation: false, mine }
      await this.#place(stored, result)
    }
    if (result.added.length > 0) await this.#retryHeld(result)
    return result
  }

  /** @returns whether anything was unread */
  markRead (): boolean {
    const any = this.#unread > 0
    this.#unread = 0
    this.#moved ||= any
    return any
  }

  /** How many are unread, as another device of ours counts: after its history came. */
  countUnread (unread: number): void {
    this.#moved ||= unread !== this.#unread
    this.#unread = unread
  }

  /** What to write after the operations of the calls before: the heads as they stand now, where they moved. */
  stateOps (): StoreOp[] {
    if (!this.#moved) return []
    this.#moved = false
    const state: LogState = { heads: this.heads(), covered: this.#covered, unread: this.#unread, missed: this.#missed }
    return [{ type: 'put', key: key(tables.conversations, this.#name, LOG_STATE), value: encodeRecord(state) }]
  }

  async #place (stored: StoredEntry, result: Received): Promise<void> {
    const { entry } = stored
    const head = this.head(entry.author)
    const next = (head?.sequence ?? 0) + 1
    if (entry.sequence < next) {
      const known = await this.#metaOf(entry.author, entry.sequence)
      if (known !== undefined && !equals(known.hash, entry.hash)) await this.#equivocation(stored, result)
      return
    }
    if (entry.sequence === next && head !== undefined) {
      const previous = entry.parents[0]
      if (previous === undefined || !equals(previous.hash, head.hash)) {
        await this.#equivocation(stored, result)
        return
      }
    }
    if (entry.sequence > next || !this.#parentsHere(entry)) {
      this.#hold(stored, result)
      return
    }
    const near = entry.parents.map(parent => this.#cached(parent.author, parent.sequence))
    const metas = near.includes(undefined) ? await Promise.all(entry.parents.map(async parent => this.#metaOf(parent.author, parent.sequence))) : near
    if (entry.depth !== 1 + Math.max(0, ...metas.map(meta => meta?.depth ?? 0))) {
      result.rejected++ // MSG-10: a depth that its parents do not give
      return
    }
    // it answers to something else than what stands here: shown, but marked (MSG-8)
    const astray = entry.parents.some(({ hash }, i) => !equals(metas[i]?.hash ?? hash, hash))
    const id = messageId(this.conversation, entry.author, entry.sequence)
    result.ops.push(...this.#apply(astray ? { ...stored, equivocation: true } : stored, id))
    result.added.push(entry)
  }

  #parentsHere (entry: DecodedEntry): boolean {
    return entry.parents.every(parent => (this.head(parent.author)?.sequence ?? 0) >= parent.sequence)
  }

  #apply (stored: StoredEntry, id: string): StoreOp[] {
    const { entry } = stored
    this.#heads.set(hex(entry.author), { author: entry.author, sequence: entry.sequence, hash: entry.hash, depth: entry.depth })
    this.#remember(entry)
    this.#moved = true
    const ops: StoreOp[] = [
      { type: 'put', key: this.#logKey(entry), value: encodeStored(stored) },
      { type: 'put', key: placeKey(this.#store, id), value: encodePlace(entry) }
    ]
    const body = entry.kind === KIND_TEXT && stored.mine ? undefined : decodeBody(entry.kind, entry.body) // a text annotates nothing
    if (body !== undefined) {
      const annotation = annotationOp(this.#store, this.conversation, entry, body)
      if (annotation !== undefined) ops.push(annotation)
    }
    if (body?.kind === 'call' ? this.#isNewlyMissed(body, stored.mine) : body?.kind === 'text' && !stored.mine) this.#unread++
    return ops
  }

  /** Whoever wrote it down (CALL-10): a call that came to us and was not taken is new once, and one that we made never. */
  #isNewlyMissed ({ call, outcome, caller }: Extract<EntryBody, { kind: 'call' }>, mine: boolean): boolean {
    const id = hex(call)
    if (mine === caller || (outcome !== CallOutcome.MISSED && outcome !== CallOutcome.OCCUPIED) || this.#missed.includes(id)) return false
    this.#missed = [...this.#missed.slice(1 - MAX_MISSED), id]
    return true
  }

  #hold (stored: StoredEntry, result: Received): void {
    if (this.#held.isFull) {
      result.rejected++ // not lost: our heads do not cover it, so sync asks for it again
      return
    }
    if (!this.#held.add(stored)) return
    result.ops.push({ type: 'put', key: this.#heldKey(stored.entry), value: encodeStored(stored) })
    result.held++
  }

  /** Places what waited, until nothing moves. */
  async #retryHeld (result: Received): Promise<void> {
    for (let moved = true; moved;) {
      moved = false
      for (const author of this.#held.authors()) {
        for (;;) {
          const next = (this.#heads.get(author)?.sequence ?? 0) + 1
          this.#release(author, next, result) // came on another path meanwhile
          const stored = this.#held.get(author, next)
          if (stored === undefined || !this.#parentsHere(stored.entry)) break
          this.#release(author, next + 1, result)
          const before = result.added.length
          await this.#place(stored, result)
          if (result.added.length === before) break
          moved = true
        }
      }
    }
  }

  #release (author: string, end: number, result: Received): void {
    for (const { entry } of this.#held.takeBelow(author, end)) result.ops.push({ type: 'del', key: this.#heldKey(entry) })
  }

  /** Marks the entry that was first here, and keeps the other one beside it (MSG-8). */
  async #equivocation (stored: StoredEntry, result: Received): Promise<void> {
    const { entry } = stored
    if (this.#conflicts.has(hex(entry.hash)) || this.#conflicts.size >= MAX_CONFLICTS) return
    this.#conflicts.set(hex(entry.hash), { author: entry.author, sequence: entry.sequence, hash: entry.hash })
    result.ops.push({ type: 'put', key: this.#conflictKey(entry), value: encodeStored({ ...stored, equivocation: true }) })
    const sequence = Math.min(entry.sequence, this.head(entry.author)?.sequence ?? entry.sequence)
    result.equivocations.push({ author: entry.author, sequence, hash: entry.hash })
    const kept = await this.read(entry.author, sequence)
    if (kept !== undefined && !kept.equivocation) {
      result.ops.push({ type: 'put', key: this.#logKey(kept.entry), value: encodeStored({ ...kept, equivocation: true }) })
    }
  }

  /** Entries that claim the place of one that was here first. */
  async conflicts (author: Uint8Array, sequence: number): Promise<StoredEntry[]> {
    const found: StoredEntry[] = []
    for await (const { value } of this.#store.range(keyRange(tables.conflicts, this.#name, this.#store.blind(author), sequence))) {
      const stored = decodeStored(value)
      if (stored !== undefined) found.push(stored)
    }
    return found
  }

  /** Places of this author that more than one entry claims, with the hashes of those beside the log. */
  claims (author: Uint8Array): Parent[] { return [...this.#conflicts.values()].filter(claim => equals(claim.author, author)) }

  /** What of a stretch is neither applied nor waiting. */
  lacking (author: Uint8Array, from: number, to: number): Stretch[] {
    return subtract([{ from: Math.max(from, (this.head(author)?.sequence ?? 0) + 1), to }], this.#held.stretches(hex(author)))
  }

  /** The last sequence of an author that is here, applied or waiting; 0 for nothing. */
  reach (author: Uint8Array): number { return Math.max(this.head(author)?.sequence ?? 0, this.#held.last(hex(author))) }

  /** What waits here for its parents, ascending by sequence within each author. */
  waiting (): StoredEntry[] { return this.#held.list() }

  /** The hash of what stands or waits at a place. */
  async hashAt (author: Uint8Array, sequence: number): Promise<Uint8Array | undefined> {
    const head = this.head(author)
    if (head?.sequence === sequence) return head.hash
    if (sequence > (head?.sequence ?? 0)) return this.#held.get(hex(author), sequence)?.entry.hash
    return (await this.#metaOf(author, sequence))?.hash
  }

  /** One entry, applied or waiting. */
  async readAny (author: Uint8Array, sequence: number): Promise<StoredEntry | undefined> {
    return sequence > (this.head(author)?.sequence ?? 0) ? this.#held.get(hex(author), sequence) : this.read(author, sequence)
  }

  /** One applied entry, as it is stored. `depth`: where it stands, for who knows that; it saves a read. */
  async read (author: Uint8Array, sequence: number, depth?: number): Promise<StoredEntry | undefined> {
    const there = depth === undefined ? undefined : await this.#readAt(author, sequence, depth)
    if (there !== undefined) return there
    const meta = await this.#metaOf(author, sequence)
    return meta === undefined ? undefined : this.#readAt(author, sequence, meta.depth)
  }

  async #readAt (author: Uint8Array, sequence: number, depth: number): Promise<StoredEntry | undefined> {
    const bytes = await this.#store.get(key(tables.log, this.#name, depth, this.#blind(author), sequence))
    return bytes === undefined ? undefined : decodeStored(bytes)
  }

  async #metaOf (author: Uint8Array, sequence: number): Promise<Meta | undefined> {
    const cached = this.#cached(author, sequence)
    if (cached !== undefined) return cached
    const bytes = await this.#store.get(this.#placeKey(author, sequence))
    return bytes === undefined ? undefined : decodePlace(bytes)
  }

  #cached (author: Uint8Array, sequence: number): Meta | undefined {
    return this.#meta.get(`${hex(author)}:${sequence}`)
  }

  #remember (entry: DecodedEntry): void {
    const oldest = this.#meta.size >= MAX_CACHED_META ? this.#meta.keys().next() : undefined
    if (oldest?.done === false) this.#meta.delete(oldest.value)
    this.#meta.set(`${hex(entry.author)}:${entry.sequence}`, { hash: entry.hash, depth: entry.depth })
  }

  #logKey (entry: DecodedEntry): Uint8Array {
    return key(tables.log, this.#name, entry.depth, this.#blind(entry.author), entry.sequence)
  }

  #placeKey (author: Uint8Array, sequence: number): Uint8Array {
    return placeKey(this.#store, messageId(this.conversation, author, sequence))
  }

  /** An author as it stands in keys; remembered, since every entry asks for it. */
  #blind (author: Uint8Array): Uint8Array {
    const id = hex(author)
    let name = this.#authors.get(id)
    if (name === undefined) {
      name = this.#store.blind(author)
      if (this.#heads.has(id)) this.#authors.set(id, name) // who has a head is one of few
    }
    return name
  }

  #conflictKey (entry: DecodedEntry): Uint8Array {
    return key(tables.conflicts, this.#name, this.#blind(entry.author), entry.sequence, entry.hash.subarray(0, 16))
  }

  #heldKey (entry: DecodedEntry): Uint8Array {
    return key(tables.held, this.#name, this.#blind(entry.author), entry.sequence)
  }
}

function placeKey (store: Store, id: string): Uint8Array {
  return key(tables.messageIds, store.blind(new TextEncoder().encode(id)))
}

/** Where the message with this id stands. */
export async function findMessage (store: Store, id: string): Promise<Place | undefined> {
  const bytes = await store.get(placeKey(store, id))
  return bytes === undefined ? undefined : decodePlace(bytes)
}
