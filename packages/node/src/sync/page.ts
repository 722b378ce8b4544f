/** Reads the log newest first, in causal order: depth, then sequence, then author (MSG-13). */
import { compareBytes } from '@sotto/protocols/message'
import { keyRange, tables } from '../store/index.ts'
import { decodeStored } from './stored-entry.ts'
import type { StoredEntry } from './stored-entry.ts'
import type { Store } from '../store/index.ts'

export interface PageQuery {
  /** stop after this many accepted entries */
  limit: number
  /** which entries count */
  accept: (stored: StoredEntry) => boolean | Promise<boolean>
}

/** Accepted entries, oldest first. */
export async function readPage (store: Store, conversation: Uint8Array, query: PageQuery): Promise<StoredEntry[]> {
  const page: StoredEntry[] = []
  let layer: StoredEntry[] = []
  const flush = async (): Promise<void> => {
    // entries of one depth are concurrent; the store orders them by a blinded author, so the tie is broken here
    layer.sort((a, b) => b.entry.sequence - a.entry.sequence || compareBytes(b.entry.author, a.entry.author))
    for (const stored of layer) {
      if (page.length < query.limit && await query.accept(stored)) page.push(stored)
    }
    layer = []
  }
  for await (const { value } of store.range({ ...keyRange(tables.log, store.blind(conversation)), reverse: true })) {
    const stored = decodeStored(value)
    if (stored === undefined) continue
    if (layer[0] !== undefined && layer[0].entry.depth !== stored.entry.depth) await flush()
    if (page.length >= query.limit) break
    layer.push(stored)
  }
  await flush()
  return page.reverse()
}
