/** One-time invite tokens: a link carries the secret, a server sees only a proof for one request. INT-12. */
import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeInviteProof, decodeInviteToken, inviteBytes, inviteProofBytes, inviteSeed, InviteProof, InviteToken } from '@sotto/protocols/introduction'
import { publicKeyOf, sign, verify } from '../identity/ed25519.ts'

export interface VerifiedInvite {
  /** the token's public key in hex */
  id: string
  /** Unix milliseconds */
  notAfter: number
}

/** An encoded InviteToken. */
export async function issueInvite (identity: Uint8Array, verifySeed: Uint8Array, notAfterSeconds: number): Promise<Uint8Array> {
  const secret = crypto.getRandomValues(new Uint8Array(16))
  const key = publicKeyOf(inviteSeed(secret))
  return InviteToken.encode({ secret, notAfter: notAfterSeconds, signature: await sign(verifySeed, inviteBytes(identity, key, notAfterSeconds)) })
}

/** An encoded InviteProof for this request, or undefined where the token is malformed. */
export async function proveInvite (token: Uint8Array, identity: Uint8Array, digest: Uint8Array): Promise<Uint8Array | undefined> {
  const decoded = decodeInviteToken(token)
  if (decoded === undefined) return undefined
  const seed = inviteSeed(decoded.secret)
  const proof = await sign(seed, inviteProofBytes(identity, digest))
  return InviteProof.encode({ key: publicKeyOf(seed), notAfter: decoded.notAfter, signature: decoded.signature, proof })
}

/** The token behind a proof, if the owner's key signed it, it is in its time, and the proof is for this request. */
export async function verifyInvite (bytes: Uint8Array, identity: Uint8Array, digest: Uint8Array, verifyKeys: Uint8Array[], now: number): Promise<VerifiedInvite | undefined> {
  const proof = decodeInviteProof(bytes)
  if (proof === undefined || proof.notAfter * 1000 <= now) return undefined
  if (!await verify(proof.key, inviteProofBytes(identity, digest), proof.proof)) return undefined
  for (const key of verifyKeys) {
    if (await verify(key, inviteBytes(identity, proof.key, proof.notAfter), proof.signature)) return { id: bytesToHex(proof.key), notAfter: proof.notAfter * 1000 }
  }
  return undefined
}
