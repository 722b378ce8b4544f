/** A member who breaks the rules: the bare library on the state of a session. */
import { createCommit, createProposal, encodeMlsMessage, generateKeyPackageWithKey } from 'ts-mls'
import { defaultClientConfig } from 'ts-mls/clientConfig.js'
import { makeCommit } from '../../src/session/commit.ts'
import { decodeStored } from '../../src/session/codec.ts'
import { branchOf } from '../../src/session/state.ts'
import { CLASSICAL_SUITE, loadSuite } from '../../src/session/provider.ts'
import { publicKeyOf } from '../../src/identity/ed25519.ts'
import { START } from './people.ts'
import type { Device } from './people.ts'
import type { AllowedProposal } from '../../src/session/guards.ts'
import type { Sealed, Session } from '../../src/session/index.ts'
import type { ClientState } from 'ts-mls'
import type { Capabilities } from 'ts-mls/capabilities.js'
import type { CreateCommitOptions } from 'ts-mls/createCommit.js'
import type { Proposal } from 'ts-mls/proposal.js'
import type { KeyPackage } from 'ts-mls/keyPackage.js'

export const suite = await loadSuite(CLASSICAL_SUITE)

/** The newest state of a session as the library would hold it, application secrets put back. */
export function rawState (session: Session, own: Device): ClientState {
  const stored = decodeStored(session.encode())
  const node = stored.nodes.at(-1)!
  const state = node.state!
  const secretTree = state.secretTree.map((entry, position) => {
    const ratchet = node.ratchets.get(position / 2)
    return ratchet === undefined ? entry : { ...entry, application: { secret: ratchet.secret, generation: ratchet.generation, unusedGenerations: {} } }
  })
  const config = { ...defaultClientConfig, paddingConfig: { kind: 'padUntilLength' as const, padUntilLength: 0 } }
  return { ...state, secretTree, signaturePrivateKey: own.leafSeed, clientConfig: config }
}

/** A commit that no honest session would make, and the state after it. */
export async function rawCommit (state: ClientState, options: CreateCommitOptions = {}): Promise<Sealed & { state: ClientState }> {
  const made = await createCommit({ state, cipherSuite: suite }, { ratchetTreeExtension: true, ...options })
  return { message: encodeMlsMessage(made.commit), branch: branchOf(state), generation: 0, state: made.newState }
}

/** A commit by our own maker, which judges nothing and looks at no clock. */
export async function unjudgedCommit (state: ClientState, proposals: AllowedProposal[], note: Uint8Array = new Uint8Array()): Promise<Sealed> {
  const made = await makeCommit(state, proposals, note, suite)
  return { message: made.message, branch: branchOf(state), generation: 0 }
}

export async function rawProposal (state: ClientState, proposal: Proposal): Promise<Sealed & { state: ClientState }> {
  const made = await createProposal(state, false, proposal, suite)
  return { message: encodeMlsMessage(made.message), branch: branchOf(state), generation: 0, state: made.newState }
}

export interface Oddity { credential?: Uint8Array, capabilities?: Partial<Capabilities>, seconds?: number, leafSeed?: Uint8Array, since?: number }

/** A KeyPackage with something wrong in it, encoded, and the library's form of it. */
export async function oddPackage (own: Device, odd: Oddity = {}): Promise<{ bytes: Uint8Array, keyPackage: KeyPackage }> {
  const signKey = odd.leafSeed ?? own.leafSeed
  const capabilities = { versions: ['mls10' as const], ciphersuites: [suite.name], extensions: [], proposals: [], credentials: ['basic' as const], ...odd.capabilities }
  const since = BigInt((odd.since ?? START) / 1000)
  const { publicPackage } = await generateKeyPackageWithKey({ credentialType: 'basic', identity: odd.credential ?? own.credential }, capabilities,
    { notBefore: since, notAfter: since + BigInt(odd.seconds ?? 1000) }, [], { signKey, publicKey: publicKeyOf(signKey) }, suite)
  return { bytes: encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: publicPackage }), keyPackage: publicPackage }
}

export async function thrown (run: () => Promise<unknown>): Promise<{ name: string, code?: string }> {
  try {
    await run()
  } catch (error) {
    return error as { name: string, code?: string }
  }
  throw new Error('it did not throw')
}
