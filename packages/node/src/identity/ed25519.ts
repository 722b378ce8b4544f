/** Ed25519 (RFC 8032) at native speed, in Node and in tabs. Seeds are 32 bytes, public keys 32, signatures 64. */
import { platform } from '#platform'
import { ed25519 } from '@noble/curves/ed25519.js'

export function randomSeed (): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32))
}

export function publicKeyOf (seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

export async function sign (seed: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
  return platform.crypto.signEd25519(seed, bytes)
}

/** False for anything that is not a valid signature; never throws for bad bytes. */
export async function verify (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return platform.crypto.verifyEd25519(publicKey, bytes, signature)
}
