/**
 * What the two sides of a pairing prove to each other, and the keys that follow. All of it hangs on the transcript, which
 * names both PeerIds: whoever stands between has another PeerId, and no secret (PAIR-3).
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { labelBytes, labelled } from '@sotto/protocols/common'
import type { Label } from '@sotto/protocols/common'

export const PAIRING_ID_BYTES = 16

export interface Parties { guest: string, host: string, guestNonce: Uint8Array, hostNonce: Uint8Array }

export interface PairingKeys {
  transcript: Uint8Array
  /** HMACs over the transcript */
  hostProof: Uint8Array
  guestProof: Uint8Array
  askKey: Uint8Array
  grantKey: Uint8Array
  /** of every later stream between the two: known to no one who recorded this one without the secret, whatever breaks later */
  linkKey: Uint8Array
}

/** Names a secret without giving it away. */
export function pairingId (secret: Uint8Array): Uint8Array {
  return hkdf(sha256, secret, undefined, labelBytes('pairing/id'), PAIRING_ID_BYTES)
}

export function pairingKeys (secret: Uint8Array, { guest, host, guestNonce, hostNonce }: Parties): PairingKeys {
  const transcript = labelled('pairing/transcript', pairingId(secret), fromString(guest), fromString(host), guestNonce, hostNonce)
  const salt = sha256(transcript)
  const derive = (label: Label): Uint8Array => hkdf(sha256, secret, salt, labelBytes(label), 32)
  return {
    transcript,
    hostProof: hmac(sha256, derive('pairing/host'), transcript),
    guestProof: hmac(sha256, derive('pairing/guest'), transcript),
    askKey: derive('pairing/ask'),
    grantKey: derive('pairing/grant'),
    linkKey: derive('pairing/link')
  }
}

/** In the same time whatever differs. */
export function sameSecret (a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false
  let difference = 0
  for (let i = 0; i < a.byteLength; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
