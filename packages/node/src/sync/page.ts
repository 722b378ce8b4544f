/** Reads the log page by page, in causal order: depth, then sequence, then author (MSG-13). */
import { compareBytes } from '@sotto/protocols/message'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeStored } from './stored-entry.ts'
import type { DecodedEntry } from '@sotto/protocols/message'
import type { StoredEntry } from './stored-entry.ts'
import type { Store } from '../store/index.ts'

export interface PageQuery {
  /** stop after this many accepted entries */
  limit: number
  /** which entries count */
  accept: (stored: StoredEntry) => boolean | Promise<boolean>
  /** only entries that stand before this one */
  before?: Place
  /** only entries that stand after this one, or from the first; then the page begins there */
  after?: Place | 'start'
}

export type Place = Pick<DecodedEntry, 'depth' | 'sequence' | 'author'>

/** Negative where `a` stands before `b` (MSG-13). */
function compare (a: Place, b: Place): number {
  return a.depth - b.depth || a.sequence - b.sequence || compareBytes(a.author, b.author)
}

/** Accepted entries, oldest first: the last so many, or with `after` the first. */
export async function readPage (store: Store, conversation: Uint8Array, query: PageQuery): Promise<StoredEntry[]> {
  const { before, after } = query
  const forward = after !== undefined
  const page: StoredEntry[] = []
  let layer: StoredEntry[] = []
  const flush = async (): Promise<void> => {
    // entries of one depth are concurrent; the store orders them by a blinded author, so the tie is broken here
    layer.sort((a, b) => forward ? compare(a.entry, b.entry) : compare(b.entry, a.entry))
    for (const stored of layer) {
      if (page.length < query.limit && await query.accept(stored)) page.push(stored)
    }
    layer = []
  }
  const name = store.blind(conversation)
  const range = {
    ...keyRange(tables.log, name),
    ...(before === undefined ? {} : { lt: key(tables.log, name, before.depth + 1) }),
    ...(after === undefined || after === 'start' ? {} : { gte: key(tables.log, name, after.depth) })
  }
  for await (const { value } of store.range({ ...range, reverse: !forward })) {
    const stored = decodeStored(value)
    if (stored === undefined || (before !== undefined && compare(stored.entry, before) >= 0)) continue
    if (after !== undefined && after !== 'start' && compare(stored.entry, after) <= 0) continue
    if (layer[0] !== undefined && layer[0].entry.depth !== stored.entry.depth) await flush()
    if (page.length >= query.limit) break
    layer.push(stored)
  }
  await flush()
  return forward ? page : page.reverse()
}

/** All entries in the order of the store, from this depth on; entries of one depth in no particular order. */
export async function * readForward (store: Store, conversation: Uint8Array, depth: number): AsyncGenerator<StoredEntry> {
  const name = store.blind(conversation)
  for await (const { value } of store.range({ ...keyRange(tables.log, name), gte: key(tables.log, name, depth) })) {
    const stored = decodeStored(value)
    if (stored !== undefined) yield stored
  }
}
