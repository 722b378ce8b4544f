/**
 * What was done to a message: edits, retractions, reactions. Each is a log entry; here they are found by their target.
 * Edits and retractions count only from the identity of the target's author (MSG-11); the causally last one wins (MSG-12).
 */
import { compareBytes, decodeBody, messageId } from '@sotto/protocols/message'
import { equals } from 'uint8arrays/equals'
import { key, keyRange, tables } from '../store/index.ts'
import { decodeRecord, encodeRecord } from '../store/record.ts'
import type { Store, StoreOp } from '../store/index.ts'
import type { DecodedEntry, EntryBody } from '@sotto/protocols/message'

/** Annotations of one message that are read: one of each kind by every device that may speak in a conversation. */
const MAX_ANNOTATIONS = 3 * 256

interface Annotation { kind: number, body: Uint8Array, depth: number, author: Uint8Array, sequence: number, hash: Uint8Array }

export interface Annotated {
  text: string | undefined
  retracted: boolean
  reactions: Array<{ identity: Uint8Array, emoji: string }>
}

/**
 * Only the last of each kind by each device is kept here: a device's entries come in order, so that nothing older replaces
 * a newer one, and nobody makes the list longer than devices allow. All of them stay in the log.
 */
export function annotationOp (store: Store, conversation: Uint8Array, entry: DecodedEntry, body: EntryBody): StoreOp | undefined {
  if (body.kind === 'text' || body.kind === 'call' || body.kind === 'unknown') return undefined
  const { target } = body
  const id = messageId(conversation, target.author, target.sequence)
  const value: Annotation = { kind: entry.kind, body: entry.body, depth: entry.depth, author: entry.author, sequence: entry.sequence, hash: target.hash }
  return {
    type: 'put',
    key: key(tables.annotations, store.blind(new TextEncoder().encode(id)), store.blind(entry.author), entry.kind),
    value: encodeRecord(value)
  }
}

/** Folds everything that was done to a message. `identityOf` knows the devices of the conversation. */
export async function annotationsOf (store: Store, id: string, target: DecodedEntry, identityOf: (device: Uint8Array) => Uint8Array | undefined): Promise<Annotated> {
  const found: Annotation[] = []
  for await (const { value } of store.range({ ...keyRange(tables.annotations, store.blind(new TextEncoder().encode(id))), limit: MAX_ANNOTATIONS })) {
    const annotation = decodeRecord<Annotation>(value)
    if (equals(annotation.hash, target.hash)) found.push(annotation)
  }
  found.sort((a, b) => a.depth - b.depth || a.sequence - b.sequence || compareBytes(a.author, b.author))
  const author = identityOf(target.author)
  const result: Annotated = { text: undefined, retracted: false, reactions: [] }
  for (const annotation of found) {
    const identity = identityOf(annotation.author)
    const body = decodeBody(annotation.kind, annotation.body)
    if (identity === undefined || body === undefined) continue
    const own = author !== undefined && equals(author, identity)
    if (body.kind === 'edit' && own) result.text = body.text
    if (body.kind === 'retraction' && own) result.retracted = true
    if (body.kind === 'reaction') {
      result.reactions = result.reactions.filter(reaction => !equals(reaction.identity, identity))
      if (body.emoji !== '') result.reactions.push({ identity, emoji: body.emoji })
    }
  }
  return result
}
