/** Runs for whoever lacks them: stretches of one author's entries, up to the next signature (SYN-3). */
import { Run } from '@sotto/protocols/message'
import type { ConversationLog } from './log.ts'

const EMPTY = new Uint8Array(0)
/** Bytes around the entries of a run: its signature, and the lengths before each part. */
const RUN_OVERHEAD_BYTES = 128

export interface RunRequest { author: Uint8Array, from: number, to: number }

/**
 * Encoded Runs that cover as much of `request` as fits `maxBytes`. A run can end only at a signed entry, so it may reach
 * beyond `to`. Own entries that were never sealed have no signature, and are not handed out. `credential` stands in the first
 * run, for a reader that never met the author. What waits here for its parents is handed out as well: another one may have them. @returns runs and the last sequence covered
 */
export async function collectRuns (log: ConversationLog, request: RunRequest, maxBytes: number, credential: Uint8Array): Promise<{ runs: Uint8Array[], upTo: number }> {
  const runs: Uint8Array[] = []
  let upTo = request.from - 1
  let room = maxBytes - credential.byteLength
  let pending: Uint8Array[] = []
  let size = 0
  for (let sequence = request.from; ; sequence++) {
    const stored = await log.readAny(request.author, sequence)
    if (stored === undefined) break
    pending.push(stored.entry.bytes)
    size += stored.entry.bytes.byteLength + 4
    if (size + RUN_OVERHEAD_BYTES > room) break
    if (stored.signature !== undefined) {
      runs.push(Run.encode({ entries: pending, signature: stored.signature, credential: runs.length === 0 ? credential : EMPTY }))
      room -= size + RUN_OVERHEAD_BYTES
      pending = []
      size = 0
      upTo = sequence
      if (sequence >= request.to) break
    }
  }
  return { runs, upTo }
}
