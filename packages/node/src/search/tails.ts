/**
 * What no row has yet of each conversation, kept from one search to the next: to read it anew at each key that is pressed would be
 * most of a search. It stays in memory while somebody searches, and on the disk is nothing of it.
 */
import { bytesToHex as hex } from '@noble/hashes/utils.js'
import type { Clock } from '../components.ts'
import type { ConversationLog } from '../sync/index.ts'
import type { Place } from './postings.ts'

/** Words that are kept, of all conversations: 100 to 150 bytes each, so some 15 MB. What has no room is read at each search. */
export const MAX_KEPT = 128 * 1024
/** After the last search they are kept so long, ms: who goes on typing has them still, and what people wrote lies nowhere for longer than that. */
export const KEEP_MS = 60_000

/** How far the rows of one conversation go. */
export interface State {
  version: number
  authors: Uint8Array[]
  /** by author: entries up to here are in the index */
  upTo: number[]
  /** number of the next stretch */
  next: number
  /** while a long history is indexed in the order of the log: everything before this depth was read */
  depth: number
}

/** By how they begin: words, and where each stands. */
export type Words = Map<string, Map<string, Place[]>>

/** `state`: as it is stored, but for what was taken into `words` since. */
export interface Tail { readonly state: State, readonly words: Words }

interface Kept extends Tail { readonly size: number }

/**
 * Invariants: a tail stands upon the rows of `state.next` stretches, and is let go when there are more; all of them have MAX_KEPT
 * words together, and nothing after `stop()`. Entries never change, so neither does what was read of them.
 */
export class Tails {
  readonly #clock: Pick<Clock, 'after'>
  /** conversation (hex) → its tail */
  readonly #kept = new Map<string, Kept>()
  #size = 0
  #cancel: (() => void) | undefined
  #stopped = false

  constructor (clock: Pick<Clock, 'after'>) { this.#clock = clock }

  /** What is kept upon this state; else a new one, which begins there. */
  of (log: Pick<ConversationLog, 'conversation'>, state: State): Tail {
    const id = hex(log.conversation)
    const kept = this.#kept.get(id)
    if (kept?.state.next === state.next) return kept
    this.#forget(id)
    return { state, words: new Map() }
  }

  /** Whoever was first stays: all conversations are looked through in turn, and one that makes room for the next is gone before it is wanted. */
  keep (log: Pick<ConversationLog, 'conversation'>, { state, words }: Tail): void {
    if (this.#stopped) return // of a search that nobody waits for any more
    this.#cancel?.()
    this.#cancel = this.#clock.after(KEEP_MS, () => { this.#clear() })
    const id = hex(log.conversation)
    const kept = this.#kept.get(id)
    if (kept !== undefined && kept.state.next > state.next) return // of a search that began before
    this.#forget(id)
    const size = [...words.values()].reduce((sum, row) => [...row.values()].reduce((sum, places) => sum + places.length, sum), 0)
    if (this.#size + size > MAX_KEPT) return
    this.#kept.set(id, { state, words, size })
    this.#size += size
  }

  stop (): void {
    this.#stopped = true
    this.#cancel?.()
    this.#clear()
  }

  #clear (): void {
    this.#kept.clear()
    this.#size = 0
  }

  #forget (id: string): void {
    this.#size -= this.#kept.get(id)?.size ?? 0
    this.#kept.delete(id)
  }
}
