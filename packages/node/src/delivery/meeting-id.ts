/** How a session is named after what it was made for. */
import { sha256 } from '@noble/hashes/sha2.js'
import { labelled } from '@sotto/protocols/common'

/** What a session is made for. */
export interface Meeting {
  /** nonce of the request that it answers */
  asked: Uint8Array
  /** nonce of the maker's own request to the same person, whether it was sent or not */
  own: Uint8Array
}

/** The group id of a session names what it was made for, so that a request that it made needless is known when it comes late (ENV-17). */
export function meetingId ({ asked, own }: Meeting): Uint8Array {
  return sha256(labelled('session/group', asked, own))
}
