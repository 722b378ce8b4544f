/** What an MLS application message carries, and its limits. Spec: README.md */
import { decodeBounded } from '../common/index.ts'
import { MAX_HEADS, MAX_RUNS, MAX_WANTS } from '../sync/limits.ts'
import { Payload } from './session.pb.ts'

export * from './announced.ts'
export * from './session.pb.ts'

/** Largest payload, bytes: leaves room in a 64 KiB envelope for MLS and wrapping. */
export const MAX_PAYLOAD_BYTES = 60 * 1024
/** Devices of all who take part in a session: its leaves. */
export const MAX_SESSION_DEVICES = 64
/** Signals of calls in one payload. */
export const MAX_SIGNALS = 16

/** Length limit, decode, validate (PAY-1): undefined for anything out of bounds. */
export function decodePayload (bytes: Uint8Array): Payload | undefined {
  const payload = decodeBounded(Payload, bytes, MAX_PAYLOAD_BYTES, { runs: MAX_RUNS, heads: MAX_HEADS, reads: MAX_HEADS, wants: MAX_WANTS, keyPackages: 32, proofs: 16, signals: MAX_SIGNALS, announcementsSeen: MAX_SESSION_DEVICES })
  if (payload === undefined) return undefined
  const heads = [...payload.heads, ...payload.reads, ...payload.announcementsSeen]
  if (!heads.every(head => head.author.byteLength === 16 && Number.isSafeInteger(head.sequence) && head.sequence >= 0)) return undefined
  if (!payload.wants.every(want => want.author.byteLength === 16 && Number.isSafeInteger(want.from) && Number.isSafeInteger(want.to) && want.from >= 1 && want.to >= want.from)) return undefined
  if (!payload.proofs.every(proof => proof.mailbox.byteLength === 32 && proof.queue.byteLength === 16)) return undefined
  return payload
}
