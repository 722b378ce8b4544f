/** Identity ids, recovery phrases, links, safety numbers. Spec: ./README.md */
import { equals } from 'uint8arrays/equals'
import { decodeBounded } from '../common/index.ts'
import { Move, MoveBody } from './identity.pb.ts'

export * from './identity.pb.ts'

/** Begins every link. */
export const LINK_SCHEME = 'sotto:'
/** The version that a link's body names. */
export const LINK_VERSION = 1
/** Bytes of the checksum at a link's end: one wrong link in 2^32 passes (IDN-4). */
export const LINK_CHECKSUM_BYTES = 4
/** Longest link, characters: what a chat, a mail or a large QR code still carries (IDN-5). */
export const MAX_LINK_CHARACTERS = 2048
/** Addresses in a link: some ways to one's devices, not a directory (IDN-5). */
export const MAX_LINK_ADDRESSES = 8
/** Largest invite token in a link, bytes: twice what one takes (IDN-5). */
export const MAX_INVITE_BYTES = 256
/** Rounds of the safety number's hash (IDN-7). */
export const SAFETY_ROUNDS = 5200
/** Largest encoded Move, bytes: it has 310. */
export const MAX_MOVE_BYTES = 512
/** Bytes of the token that says that one was a contact (IDN-11). */
export const KNOWN_BYTES = 32

/** A Move of the right shape, in the one encoding that there is, and its body; who signed it is the caller's to verify. */
export function decodeMove (bytes: Uint8Array): { move: Move, body: MoveBody } | undefined {
  const move = decodeBounded(Move, bytes, MAX_MOVE_BYTES)
  const body = move === undefined ? undefined : decodeBounded(MoveBody, move.body, MAX_MOVE_BYTES)
  if (move?.signature.byteLength !== 64 || move.acceptance.byteLength !== 64 || body === undefined) return undefined
  if (![body.identity, body.recoveryKey, body.successor].every(key => key.byteLength === 32) || !Number.isSafeInteger(body.time)) return undefined
  // CONV-3: one encoding only, so that two of them can be compared
  return equals(Move.encode(move), bytes) && equals(MoveBody.encode(body), move.body) ? { move, body } : undefined
}
