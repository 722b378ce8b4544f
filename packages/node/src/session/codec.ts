/**
 * The stored form of a session: a head, which moves with every message, and the states that it names, which never change
 * and are the bulk: a state is encoded and written once. The leaf's signing key is in neither: it comes back with `own`.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { decodeGroupState, encodeGroupState } from 'ts-mls'
import { StoreError } from '../errors.ts'
import { Reader, Writer } from './bytes.ts'
import type { CommitFacts, CommitKind } from './fork-choice.machine.ts'
import type { EncodedSession } from './index.ts'
import type { MessageKey, Ratchet } from './ratchet.ts'
import type { Ratchets } from './state.ts'
import type { StateNode } from './state-graph.ts'
import type { ClientState } from 'ts-mls'
import type { GroupState } from 'ts-mls/clientState.js'

const VERSION = 1
/** Largest head and state, bytes: ratchets of 64 states of 64 leaves each; a state of 200 leaves. */
const MAX_STORED_BYTES = 64 * 1024 * 1024
const BRANCH_BYTES = 16
const DEVICE_BYTES = 16
const IDENTITY_BYTES = 32
const COMMIT_BYTES = 32
const EMPTY = new Uint8Array()
const KINDS: CommitKind[] = ['revocation', 'removal', 'addition', 'settings', 'update']

/** When a device was last heard, Unix milliseconds, and under which epoch. */
export interface Heard { epoch: number, time: number }

/** A node as stored: the state without clientConfig and signing key, the roster to be verified again. */
export interface StoredNode extends Omit<StateNode, 'state' | 'roster' | 'devices'> {
  state: GroupState | undefined
}

export interface StoredSession {
  identities: Uint8Array[]
  /** this device came by Welcome */
  joined: boolean
  root: string
  nodes: StoredNode[]
  pruned: string[]
  heard: Map<string, Heard>
}

const encodedStates = new WeakMap<ClientState, Uint8Array>()

function encodeState (state: ClientState): Uint8Array {
  let bytes = encodedStates.get(state)
  if (bytes === undefined) {
    bytes = encodeGroupState({ ...state, signaturePrivateKey: EMPTY })
    encodedStates.set(state, bytes)
  }
  return bytes
}

function writeRatchet (out: Writer, leaf: number, ratchet: Ratchet): void {
  out.uint(leaf, 2).uint(ratchet.generation, 4).uint(ratchet.floor, 4).bytes(ratchet.secret)
  out.list(ratchet.skipped, ([generation, { key, nonce }]) => out.uint(generation, 4).bytes(key).bytes(nonce))
}

function readRatchet (input: Reader): [number, Ratchet] {
  const leaf = input.uint(2)
  const generation = input.uint(4)
  const floor = input.uint(4)
  const secret = input.bytes()
  const skipped = new Map(input.list<[number, MessageKey]>(() => [input.uint(4), { key: input.bytes(), nonce: input.bytes() }]))
  return [leaf, { secret, generation, floor, skipped }]
}

function writeFacts (out: Writer, facts: CommitFacts): void {
  out.raw(hexToBytes(facts.committer)).uint(KINDS.indexOf(facts.kind), 1).uint(facts.privileged ? 1 : 0, 1).uint(facts.rank, 2)
  out.list(facts.revoked, device => out.raw(hexToBytes(device)))
}

function readFacts (input: Reader): CommitFacts {
  const committer = bytesToHex(input.raw(DEVICE_BYTES))
  const kind = KINDS[input.uint(1)]
  if (kind === undefined) throw new RangeError('a kind of commit that is not known')
  return { committer, kind, privileged: input.uint(1) === 1, rank: input.uint(2), revoked: input.list(() => bytesToHex(input.raw(DEVICE_BYTES))) }
}

function writeNode (out: Writer, node: StateNode): void {
  out.raw(node.branch).uint(node.time, 8).uint(node.epoch, 8)
  out.list(node.parent === undefined ? [] : [node.parent], parent => out.raw(hexToBytes(parent)))
  out.list(node.facts === undefined ? [] : [node.facts], facts => {
    writeFacts(out, facts)
    out.raw(hexToBytes(node.commit)).uint(node.committedBy, 2)
  })
  out.list(node.heard, device => out.raw(hexToBytes(device)))
  out.uint(node.state === undefined ? 0 : 1, 1)
  out.list(node.ratchets, ([leaf, ratchet]) => writeRatchet(out, leaf, ratchet))
}

function readNode (input: Reader, states: EncodedSession['states']): StoredNode {
  const branch = input.raw(BRANCH_BYTES)
  const time = input.uint(8)
  const epoch = input.uint(8)
  const [parent] = input.list(() => bytesToHex(input.raw(BRANCH_BYTES)))
  const [led] = input.list(() => ({ facts: readFacts(input), commit: bytesToHex(input.raw(COMMIT_BYTES)), committedBy: input.uint(2) }))
  const heard = new Set(input.list(() => bytesToHex(input.raw(DEVICE_BYTES))))
  const state = input.uint(1) === 0 ? undefined : readState(states.get(bytesToHex(branch)))
  const ratchets: Ratchets = new Map(input.list(() => readRatchet(input)))
  return { key: bytesToHex(branch), branch, time, epoch, parent, facts: led?.facts, commit: led?.commit ?? '', committedBy: led?.committedBy ?? -1, heard, state, ratchets }
}

function readState (stored: Uint8Array | undefined): GroupState {
  if (stored === undefined || stored.byteLength > MAX_STORED_BYTES) throw new RangeError('a state that is missing or too long')
  const bytes = stored.slice() // as above
  const decoded = decodeGroupState(bytes, 0)
  if (decoded?.[1] !== bytes.byteLength) throw new RangeError('a state that does not decode')
  return decoded[0]
}

export interface SessionToStore {
  identities: Uint8Array[]
  joined: boolean
  root: string
  nodes: readonly StateNode[]
  pruned: Iterable<string>
  heard: ReadonlyMap<string, Heard>
}

export function encodeSession (session: SessionToStore): EncodedSession {
  const out = new Writer()
  out.uint(VERSION, 1).uint(session.joined ? 1 : 0, 1)
  out.list(session.identities, identity => out.raw(identity))
  out.raw(hexToBytes(session.root))
  out.list(session.pruned, branch => out.raw(hexToBytes(branch)))
  out.list(session.heard, ([device, { epoch, time }]) => out.raw(hexToBytes(device)).uint(epoch, 8).uint(time, 8))
  out.list(session.nodes, node => writeNode(out, node))
  const states = new Map<string, Uint8Array>()
  for (const { key, state } of session.nodes) if (state !== undefined) states.set(key, encodeState(state))
  return { head: out.end(), states }
}

/** @throws StoreError STORE_NEWER, STORE_DAMAGED */
export function decodeStored ({ head, states }: EncodedSession): StoredSession {
  if (head.byteLength > MAX_STORED_BYTES) throw new StoreError('STORE_DAMAGED', 'a stored session is too long')
  const input = new Reader(head.slice()) // what is read are views: they must not change with the caller's buffer
  try {
    const version = input.uint(1)
    if (version > VERSION) throw new StoreError('STORE_NEWER', 'a session stored by a newer version', { hint: 'Update Sotto.' })
    if (version !== VERSION) throw new RangeError('no such version')
    const joined = input.uint(1) === 1
    const identities = input.list(() => input.raw(IDENTITY_BYTES))
    const root = bytesToHex(input.raw(BRANCH_BYTES))
    const pruned = input.list(() => bytesToHex(input.raw(BRANCH_BYTES)))
    const heard = new Map(input.list<[string, Heard]>(() => [bytesToHex(input.raw(DEVICE_BYTES)), { epoch: input.uint(8), time: input.uint(8) }]))
    const nodes = input.list(() => readNode(input, states))
    if (!input.done) throw new RangeError('bytes left over')
    return { identities, joined, root, nodes, pruned, heard }
  } catch (cause) {
    if (cause instanceof StoreError) throw cause
    throw new StoreError('STORE_DAMAGED', 'a stored session does not decode', { cause })
  }
}
