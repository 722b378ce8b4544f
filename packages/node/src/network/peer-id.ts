/**
 * Ed25519 PeerIds as text, without libp2p: base58btc of the identity multihash of the protobuf-encoded public key
 * (libp2p spec, peer-ids/peer-ids.md).
 */
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'

/** identity multihash, 36 bytes; PublicKey { Type: Ed25519, Data: 32 bytes } */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
/** Longest PeerId in text that is looked at, characters: an Ed25519 one has 52. */
const MAX_TEXT = 64

/** `12D3KooW…` of a 32-byte Ed25519 public key. */
export function formatPeerId (publicKey: Uint8Array): string {
  return toString(concat([PREFIX, publicKey]), 'base58btc')
}

/** The 32-byte key inside an Ed25519 PeerId; undefined for anything else. */
export function parsePeerId (peerId: string): Uint8Array | undefined {
  if (peerId.length > MAX_TEXT) return undefined
  try {
    const bytes = fromString(peerId, 'base58btc')
    if (bytes.byteLength !== PREFIX.byteLength + 32 || PREFIX.some((byte, i) => bytes[i] !== byte)) return undefined
    return bytes.slice(PREFIX.byteLength)
  } catch {
    return undefined // not base58: not a PeerId
  }
}
