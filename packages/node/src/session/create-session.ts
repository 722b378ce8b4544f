/** How a session comes to be: made, joined, or read from the store. See index.ts for what each promises. */
import { equals } from 'uint8arrays/equals'
import { createGroup } from 'ts-mls'
import { IntegrityError, NodeError, PeerError, StoreError, UsageError } from '../errors.ts'
import { verifyCredential } from '../identity/certificate.ts'
import { publicKeyOf } from '../identity/ed25519.ts'
import { decodeStored } from './codec.ts'
import { makeCommit } from './commit.ts'
import { CredentialBook, hex } from './credentials.ts'
import { judgeCommit } from './guards.ts'
import { decodeWelcome, joinByWelcome, packageFor } from './join.ts'
import { acceptKeyPackage, generateFor, makeKeyPackage } from './key-package.ts'
import { MlsSession } from './mls-session.ts'
import { SESSION_SUITE, loadSuite } from './provider.ts'
import { branchOf, clientConfig, epochOf, separate } from './state.ts'
import { StateGraph, devicesOf } from './state-graph.ts'
import type { Clock } from '../components.ts'
import type { StoredNode } from './codec.ts'
import type { Roster } from './credentials.ts'
import type { AllowedProposal } from './guards.ts'
import type { CreateSessionInit, CreatedSession, DecodeSessionInit, EncodedSession, JoinSessionInit, JoinedSession, KeyPackageInit, KeyPackagePair, Member, OwnLeaf, Session } from './index.ts'
import type { Suite, SuiteName } from './provider.ts'
import type { StateNode } from './state-graph.ts'
import type { ClientState } from 'ts-mls'

const GROUP_ID_BYTES = 32
const systemClock: Pick<Clock, 'now'> = { now: () => Date.now() }

export async function createKeyPackage (init: KeyPackageInit, suiteName: SuiteName = SESSION_SUITE): Promise<KeyPackagePair> {
  return makeKeyPackage(init.own, init.now, await loadSuite(suiteName))
}

export async function createSession (init: CreateSessionInit, suiteName: SuiteName = SESSION_SUITE): Promise<CreatedSession> {
  if (init.groupId.byteLength !== GROUP_ID_BYTES) throw new UsageError('BAD_ARGUMENT', 'a group id has 32 bytes')
  const suite = await loadSuite(suiteName)
  const { publicPackage, privatePackage } = await generateFor(init.own, init.now, suite)
  const identities = await allowed(init)
  const book = new CredentialBook(identities, suite)
  const alone = await createGroup(init.groupId.slice(), publicPackage, privatePackage, [], suite, clientConfig(book))
  const first = await book.roster(alone.ratchetTree)
  const own = first?.get(0)
  if (first === undefined || own === undefined) throw new UsageError('BAD_ARGUMENT', 'our own credential does not hold')
  if (init.keyPackages.length === 0) return { session: start({ ...init, identities }, suite, book, alone, first, own, false), welcome: undefined }

  const proposals: AllowedProposal[] = []
  for (const bytes of init.keyPackages) proposals.push({ proposalType: 'add', add: { keyPackage: await acceptKeyPackage(bytes, init.now, book, suite) } })
  const inline = proposals.map(proposal => ({ proposalOrRefType: 'proposal' as const, proposal }))
  const judged = await judgeCommit({ proposals: inline, note: new Uint8Array(), committer: own }, first, book, suite)
  if ('refused' in judged) throw new PeerError('PROTOCOL_VIOLATION', judged.refused)
  const made = await makeCommit(alone, proposals, new Uint8Array(), suite).catch((cause: unknown) => {
    throw new PeerError('PROTOCOL_VIOLATION', 'a key package that does not hold', { cause })
  })
  const roster = await book.roster(made.state.ratchetTree)
  if (roster === undefined) throw new IntegrityError('BAD_SIGNATURE', 'a key package that does not hold')
  return { session: start({ ...init, identities }, suite, book, made.state, roster, own, false), welcome: made.welcome }
}

export async function joinSession (init: JoinSessionInit, suiteName: SuiteName = SESSION_SUITE): Promise<JoinedSession> {
  const suite = await loadSuite(suiteName)
  const welcome = decodeWelcome(init.welcome, suite)
  if (welcome === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'not a Welcome')
  const ours = await packageFor(welcome, init.keyPackages, init.own.leafSeed, suite)
  if (ours === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'a Welcome for none of our key packages')
  const identities = await allowed(init)
  const book = new CredentialBook(identities, suite)
  const { state, roster } = await joinByWelcome(welcome, ours, book, suite).catch((cause: unknown) => {
    if (cause instanceof NodeError) throw cause
    throw new IntegrityError('BAD_SIGNATURE', 'a Welcome that does not open', { cause })
  })
  const own = roster.get(state.privatePath.leafIndex)
  if (own === undefined || !equals(own.credential, init.own.credential)) throw new PeerError('PROTOCOL_VIOLATION', 'our own leaf is not in the group')
  return { session: start({ ...init, identities }, suite, book, state, roster, own, true), used: ours.pair }
}

/** The identities given, and our own. */
async function allowed (init: CreateSessionInit | JoinSessionInit): Promise<Uint8Array[]> {
  const own = await verifyCredential(init.own.credential)
  if (own === undefined) throw new UsageError('BAD_ARGUMENT', 'our own credential does not hold')
  return init.identities.some(identity => equals(identity, own.identity)) ? init.identities : [...init.identities, own.identity]
}

function start (init: CreateSessionInit | JoinSessionInit, suite: Suite, book: CredentialBook, fresh: ClientState, roster: Roster, own: Member, joined: boolean): Session {
  const clock = init.clock ?? systemClock
  const { state, ratchets } = separate(fresh)
  const branch = branchOf(state)
  const root: StateNode = {
    key: hex(branch),
    branch,
    parent: undefined,
    epoch: epochOf(state),
    time: init.now,
    facts: undefined,
    state,
    roster,
    ratchets,
    devices: devicesOf(roster),
    heard: new Set(),
    commit: '',
    committedBy: -1
  }
  const heard = new Map([...root.devices].map(device => [device, { epoch: root.epoch, time: init.now }]))
  const graph = new StateGraph(root, [], [], own.device, init.now)
  return new MlsSession({ suite, book, clock, graph, own, identities: init.identities, joined, heard })
}

export async function decodeSession (encoded: EncodedSession, init: DecodeSessionInit, suiteName: SuiteName = SESSION_SUITE): Promise<Session> {
  const stored = decodeStored(encoded)
  const suite = await loadSuite(suiteName)
  const clock = init.clock ?? systemClock
  const identities = init.identities ?? stored.identities
  const book = new CredentialBook(identities, suite)
  const nodes = new Map<string, StateNode>()
  for (const node of stored.nodes) nodes.set(node.key, await revive(node, nodes, book, init.own))
  const first = nodes.get(stored.root)
  const root = first === undefined ? undefined : { ...first, parent: undefined }
  const own = root?.roster.get(root.state?.privatePath.leafIndex ?? -1)
  if (root === undefined || own === undefined || [...nodes.values()].some(node => node !== first && !nodes.has(node.parent ?? ''))) {
    throw new StoreError('STORE_DAMAGED', 'a stored session lacks a state')
  }
  if (!equals(own.leafKey, publicKeyOf(init.own.leafSeed))) throw new StoreError('STORE_FOREIGN', 'a session of another device')
  nodes.delete(root.key)
  const graph = new StateGraph(root, nodes.values(), stored.pruned, own.device, clock.now())
  return new MlsSession({ suite, book, clock, graph, own, identities, joined: stored.joined, heard: stored.heard })
}

async function revive (stored: StoredNode, earlier: ReadonlyMap<string, StateNode>, book: CredentialBook, own: OwnLeaf): Promise<StateNode> {
  const state = stored.state === undefined ? undefined : { ...stored.state, signaturePrivateKey: own.leafSeed, clientConfig: clientConfig(book) }
  const roster = state === undefined ? earlier.get(stored.parent ?? '')?.roster : await book.roster(state.ratchetTree)
  if (roster === undefined) throw new StoreError('STORE_DAMAGED', 'a stored session with members that do not hold')
  return { ...stored, state, roster, devices: devicesOf(roster) }
}
