/**
 * One state of the group, as the session keeps it: what ts-mls calls ClientState, never changed again, and beside it the
 * ratchets of application messages, which are the only thing that moves (see ratchet.ts).
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { labelled } from '@sotto/protocols/common'
import { startRatchet } from './ratchet.ts'
import type { Ratchet } from './ratchet.ts'
import type { ClientConfig, ClientState } from 'ts-mls'
import type { AuthenticationService } from 'ts-mls/authenticationService.js'
import type { GenerationSecret } from 'ts-mls/secretTree.js'

/** Ratchets by leaf index. */
export type Ratchets = Map<number, Ratchet>

const EMPTY = new Uint8Array()
const SPENT: GenerationSecret = { secret: EMPTY, generation: 0, unusedGenerations: {} }

/**
 * Limits of the library (SES-8). Epochs: it would keep former epochs inside a state; the DAG keeps whole states instead
 * (`separate` drops them), and 0 would mean for ever.
 */
export function clientConfig (authService: AuthenticationService): ClientConfig {
  return {
    keyRetentionConfig: { retainKeysForGenerations: 1000, retainKeysForEpochs: 1, maximumForwardRatchetSteps: 1000 },
    // dates of KeyPackages are judged when they are added, on our clock (SES-4), not on receipt: members must agree
    lifetimeConfig: { maximumTotalLifetime: 0n, validateLifetimeOnReceive: false },
    keyPackageEqualityConfig: {
      compareKeyPackages: (a, b) => same(a.leafNode.signaturePublicKey, b.leafNode.signaturePublicKey),
      compareKeyPackageToLeafNode: (a, b) => same(a.leafNode.signaturePublicKey, b.signaturePublicKey)
    },
    paddingConfig: { kind: 'padUntilLength', padUntilLength: 0 }, // envelopes are padded
    authService
  }
}

function same (a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index])
}

/** Moves the application secrets of a fresh state out of it, and drops what nothing will ask for: inner nodes, old epochs. */
export function separate (fresh: ClientState): { state: ClientState, ratchets: Ratchets } {
  const ratchets: Ratchets = new Map()
  const secretTree = fresh.secretTree.map((node, position) => {
    if (position % 2 !== 0) return { handshake: SPENT, application: SPENT }
    if (fresh.ratchetTree[position] !== undefined) ratchets.set(position / 2, startRatchet(node.application.secret))
    return { handshake: { ...SPENT, secret: node.handshake.secret }, application: SPENT }
  })
  return { state: { ...fresh, secretTree, historicalReceiverData: new Map(), unappliedProposals: {} }, ratchets }
}

/** 16 bytes that name a state: first half of SHA-256 of its epoch authenticator (SES-10). */
export function branchOf (state: ClientState): Uint8Array {
  return sha256(labelled('session/branch', state.keySchedule.epochAuthenticator)).slice(0, 16)
}

export function epochOf (state: ClientState): number {
  return Number(state.groupContext.epoch)
}
