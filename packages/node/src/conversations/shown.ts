/** Which entries stand in a conversation. */
import { KIND_CALL, KIND_TEXT, decodeBody } from '@sotto/protocols/message'
import type { StoredEntry } from '../sync/index.ts'

/** A text that can be read: what somebody made malformed takes its place in the log and is shown by nobody (MSG-7). */
export function isText ({ entry }: StoredEntry): boolean {
  return entry.kind === KIND_TEXT && decodeBody(entry.kind, entry.body)?.kind === 'text'
}

/** What stands in the conversation as a line of its own. */
export function isShown (stored: StoredEntry): boolean {
  return isText(stored) || (stored.entry.kind === KIND_CALL && decodeBody(KIND_CALL, stored.entry.body)?.kind === 'call')
}
