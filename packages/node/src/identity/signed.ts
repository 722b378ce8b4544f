/** `Signed` of protocols/device: a body and an Ed25519 signature over a label and the exact body bytes. */
import { decodeBounded, labelled } from '@sotto/protocols/common'
import { Signed } from '@sotto/protocols/device'
import { equals } from 'uint8arrays/equals'
import { sign, verify } from './ed25519.ts'
import type { Label } from '@sotto/protocols/common'

/** Largest signed body, bytes: an inbox record with its places fits. */
export const MAX_SIGNED_BYTES = 32 * 1024

export async function encodeSigned (label: Label, body: Uint8Array, seed: Uint8Array): Promise<Uint8Array> {
  return Signed.encode({ body, signature: await sign(seed, labelled(label, body)) })
}

/** Body and signature, not yet verified. */
export function decodeSigned (bytes: Uint8Array): Signed | undefined {
  const signed = decodeBounded(Signed, bytes, MAX_SIGNED_BYTES)
  if (signed?.signature.byteLength !== 64) return undefined
  // CONV-3: one encoding only, so that bytes can be compared and hashed
  return equals(Signed.encode(signed), bytes) ? signed : undefined
}

export async function verifySigned (label: Label, signed: Signed, publicKey: Uint8Array): Promise<boolean> {
  return verify(publicKey, labelled(label, signed.body), signed.signature)
}
