/** The session proper: see `Session` in index.ts for what each call promises. */
import { sha256 } from '@noble/hashes/sha2.js'
import { equals } from 'uint8arrays/equals'
import { mlsExporter } from 'ts-mls'
import { IntegrityError, PeerError, UsageError } from '../errors.ts'
import { encodeSession } from './codec.ts'
import { applyCommit, makeCommit, readCommit } from './commit.ts'
import { hex, keepsCredentials } from './credentials.ts'
import { encodeNote, judgeCommit } from './guards.ts'
import { acceptKeyPackage } from './key-package.ts'
import { decodePrivate, openApplication, sealApplication, senderOf } from './messages.ts'
import { shouldRenew } from './renewal.machine.ts'
import { branchOf, epochOf, separate } from './state.ts'
import { devicesOf, isLive } from './state-graph.ts'
import { MAX_SIBLING_COMMITS } from '../config.ts'
import type { Clock } from '../components.ts'
import type { Heard } from './codec.ts'
import type { CredentialBook, Roster } from './credentials.ts'
import type { CommitFacts } from './fork-choice.machine.ts'
import type { AllowedProposal, Judged } from './guards.ts'
import type { EncodedSession, Member, Opened, Sealed, Session } from './index.ts'
import type { Suite } from './provider.ts'
import type { LiveNode, StateGraph, StateNode } from './state-graph.ts'
import type { ClientState } from 'ts-mls'
import type { PrivateMessage } from 'ts-mls/privateMessage.js'
import type { SenderData } from 'ts-mls/sender.js'

const BRANCH_BYTES = 16

export interface SessionParts {
  suite: Suite
  book: CredentialBook
  clock: Pick<Clock, 'now'>
  graph: StateGraph
  own: Member
  identities: Uint8Array[]
  joined: boolean
  heard: Map<string, Heard>
}

function rejected (reason: string): Opened {
  return { kind: 'rejected', reason }
}

/**
 * Invariants: calls run one after the other; a call that fails leaves everything as it was; a generation of our own ratchet
 * is handed out once; what a peer sent never makes `open` throw.
 */
export class MlsSession implements Session {
  readonly #parts: SessionParts
  #last: Promise<unknown> = Promise.resolve()

  constructor (parts: SessionParts) {
    this.#parts = parts
  }

  get groupId (): Uint8Array {
    return this.#lastLive().state?.groupContext.groupId ?? new Uint8Array()
  }

  get branch (): Uint8Array {
    return this.#lastLive().branch
  }

  get epoch (): number {
    return this.#lastLive().epoch
  }

  get removed (): boolean {
    return !isLive(this.#parts.graph.tip)
  }

  members (): Member[] {
    return [...this.#parts.graph.tip.roster.values()]
  }

  seal (plaintext: Uint8Array): Promise<Sealed> {
    return this.#exclusive(async () => {
      const { graph, suite } = this.#parts
      const tip = this.#liveTip()
      const leaf = tip.state.privatePath.leafIndex
      const ratchet = tip.ratchets.get(leaf)
      if (ratchet === undefined) throw new UsageError('NOT_A_MEMBER', 'this device has no leaf in the session')
      const { message, generation, next } = await sealApplication(tip.state, ratchet, plaintext, suite)
      tip.ratchets.set(leaf, next)
      graph.settle(this.#parts.clock.now())
      return { message, branch: tip.branch, generation }
    })
  }

  open (message: Uint8Array, branch: Uint8Array): Promise<Opened> {
    return this.#exclusive(async () => {
      try {
        return await this.#open(message, branch)
      } catch {
        return rejected('malformed') // whatever a library made of hostile bytes; nothing was changed
      }
    })
  }

  update (): Promise<Sealed> {
    return this.#exclusive(async () => (await this.#commit([], [])).sealed)
  }

  shouldUpdate (now: number): boolean {
    const { tip } = this.#parts.graph
    if (!isLive(tip)) return false
    const ownLeaf = tip.state.privatePath.leafIndex
    const node = tip.state.ratchetTree[2 * ownLeaf]
    return shouldRenew({
      epoch: tip.epoch,
      since: tip.time,
      sealed: tip.ratchets.get(ownLeaf)?.generation ?? 0,
      ownLeaf,
      published: this.#parts.joined && node?.nodeType === 'leaf' && node.leaf.leafNodeSource === 'key_package',
      seats: [...tip.roster.values()].map(member => {
        const heard = this.#parts.heard.get(hex(member.device))
        return { leaf: member.leaf, identity: hex(member.identity), epoch: heard?.epoch ?? tip.epoch, heardAt: heard?.time ?? 0 }
      })
    }, now)
  }

  add (keyPackages: Uint8Array[]): Promise<{ commit: Sealed, welcome: Uint8Array }> {
    return this.#exclusive(async () => {
      const { book, clock, suite } = this.#parts
      const tip = this.#liveTip()
      const proposals: AllowedProposal[] = []
      for (const bytes of keyPackages) {
        const keyPackage = await acceptKeyPackage(bytes, clock.now(), book, suite)
        // a device that lost its state hands out a new package: its old leaf goes in the same commit
        const old = [...tip.roster.values()].find(member => equals(member.leafKey, keyPackage.leafNode.signaturePublicKey))
        if (old !== undefined) proposals.push({ proposalType: 'remove', remove: { removed: old.leaf } })
        proposals.push({ proposalType: 'add', add: { keyPackage } })
      }
      const { sealed, welcome } = await this.#commit(proposals, [])
      if (welcome === undefined) throw new UsageError('BAD_ARGUMENT', 'nobody to add')
      return { commit: sealed, welcome }
    })
  }

  remove (devices: Uint8Array[], revocations: Uint8Array[] = []): Promise<Sealed> {
    return this.#exclusive(async () => {
      const members = [...this.#liveTip().roster.values()]
      const proposals = devices.map((device): AllowedProposal => {
        const member = members.find(candidate => equals(candidate.device, device))
        if (member === undefined) throw new UsageError('BAD_ARGUMENT', 'no such device in the session')
        return { proposalType: 'remove', remove: { removed: member.leaf } }
      })
      if (proposals.length === 0) throw new UsageError('BAD_ARGUMENT', 'nobody to remove')
      return (await this.#commit(proposals, revocations)).sealed
    })
  }

  async exporter (label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return mlsExporter(this.#liveTip().state.keySchedule.exporterSecret, label, context, length, this.#parts.suite)
  }

  encode (): EncodedSession {
    const { graph, heard, identities, joined } = this.#parts
    return encodeSession({ identities, joined, root: graph.root.key, nodes: [...graph.nodes.values()], pruned: graph.pruned, heard })
  }

  #exclusive<T> (run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run)
    this.#last = result.catch(() => undefined) // the caller has the rejection; the next call must not
    return result
  }

  #lastLive (): StateNode {
    const { graph } = this.#parts
    return isLive(graph.tip) ? graph.tip : graph.nodes.get(graph.tip.parent ?? '') ?? graph.tip
  }

  #liveTip (): LiveNode {
    const { tip } = this.#parts.graph
    if (!isLive(tip)) throw new UsageError('NOT_A_MEMBER', 'this device was removed from the session')
    return tip
  }

  async #commit (proposals: AllowedProposal[], revocations: Uint8Array[]): Promise<{ sealed: Sealed, welcome: Uint8Array | undefined }> {
    const { book, suite } = this.#parts
    const tip = this.#liveTip()
    const leaf = tip.state.privatePath.leafIndex
    const committer = tip.roster.get(leaf) ?? this.#parts.own
    const note = encodeNote(revocations)
    const inline = proposals.map(proposal => ({ proposalOrRefType: 'proposal' as const, proposal }))
    const judged = await judgeCommit({ proposals: inline, note, committer }, tip.roster, book, suite)
    if ('refused' in judged) throw new UsageError('BAD_ARGUMENT', `the others would refuse this commit: ${judged.refused}`)
    const made = await makeCommit(tip.state, proposals, note, suite).catch((cause: unknown) => {
      throw new PeerError('PROTOCOL_VIOLATION', 'a key package that does not hold', { cause })
    })
    const roster = await book.roster(made.state.ratchetTree)
    if (roster === undefined) throw new IntegrityError('BAD_SIGNATURE', 'a key package that does not hold')
    this.#insert(tip, leaf, made.state, roster, judged.facts, made.message)
    return { sealed: { message: made.message, branch: tip.branch, generation: 0 }, welcome: made.welcome }
  }

  async #open (bytes: Uint8Array, branch: Uint8Array): Promise<Opened> {
    const { graph, suite } = this.#parts
    const message = decodePrivate(bytes)
    if (message === undefined || branch.byteLength !== BRANCH_BYTES) return rejected('not a private message')
    if (!equals(message.groupId, graph.root.state?.groupContext.groupId ?? message.groupId)) return rejected('of another session')
    const node = graph.find(branch, message.epoch)
    if (node === 'held' || node === 'lost') return { kind: node }
    // SES-11: compared before the library sees it, which throws for what it does not expect
    if (message.epoch !== node.state.groupContext.epoch) return rejected('an epoch that is not of its branch')
    const sender = await senderOf(message, node.state, suite)
    if (sender === undefined) return rejected('not sealed under this state')
    const member = node.roster.get(sender.leafIndex)
    if (member === undefined) return rejected('sealed by nobody')
    if (message.contentType === 'proposal') return rejected('a proposal outside a commit')
    return message.contentType === 'application'
      ? this.#openApplication(node, message, sender, member)
      : this.#openCommit(node, message, sender, member, bytes)
  }

  async #openApplication (node: LiveNode, message: PrivateMessage, sender: SenderData, member: Member): Promise<Opened> {
    const { clock, graph, suite } = this.#parts
    const ratchet = node.ratchets.get(sender.leafIndex)
    if (ratchet === undefined) return rejected('sealed by nobody')
    if (sender.leafIndex === node.state.privatePath.leafIndex) {
      return sender.generation < ratchet.generation ? { kind: 'duplicate' } : rejected('our own leaf, but not sealed here: a copied profile?')
    }
    const opened = await openApplication(message, sender, member.leafKey, node.state, ratchet, suite)
    if (opened.kind === 'used') return { kind: 'duplicate' }
    if (opened.kind === 'beyond') return { kind: 'lost' }
    if (opened.kind === 'forged') return rejected(opened.reason)
    node.ratchets.set(sender.leafIndex, opened.next)
    this.#hear(node, member)
    graph.settle(clock.now())
    return { kind: 'message', plaintext: opened.plaintext, sender: member }
  }

  async #openCommit (node: LiveNode, message: PrivateMessage, sender: SenderData, member: Member, bytes: Uint8Array): Promise<Opened> {
    const { book, graph, suite } = this.#parts
    if (graph.childByCommit(node.key, hex(sha256(bytes))) !== undefined) return { kind: 'duplicate' }
    if (sender.leafIndex === node.state.privatePath.leafIndex) return rejected('our own leaf, but not sealed here: a copied profile?')
    if (sender.generation >= MAX_SIBLING_COMMITS || !graph.hasRoomFor(node.key, sender.leafIndex)) return rejected('too many commits by one device on one state')
    const commit = await readCommit(message, node.state, suite)
    if (commit === undefined) return rejected('not a commit of its sender')
    const judged = await judgeCommit({ proposals: commit.proposals, note: message.authenticatedData, committer: member }, node.roster, book, suite)
    if ('refused' in judged) return rejected(judged.refused)

    // looked for here: where the freed slot is taken in the same commit, the library finds somebody in it and trips
    if (judged.removesLeaves.includes(node.state.privatePath.leafIndex)) {
      return this.#merged(member, () => this.#insertDeadEnd(node, sender.leafIndex, judged, bytes))
    }
    const next = await applyCommit(message, node.state, suite)
    if (next === undefined) return rejected('an invalid commit')
    const roster = await book.roster(next.ratchetTree)
    if (roster === undefined || !keepsCredentials(node.roster, roster)) return rejected('a commit that changes who somebody is')
    if (graph.nodes.has(hex(branchOf(next)))) return { kind: 'duplicate' }
    return this.#merged(member, () => this.#insert(node, sender.leafIndex, next, roster, judged.facts, bytes))
  }

  /** Runs an insertion and tells what it changed at the tip. */
  #merged (sender: Member, insert: () => boolean): Opened {
    const { graph } = this.#parts
    const before = graph.tip.roster
    if (!insert()) return rejected('too many forks')
    const after = graph.tip.roster
    return { kind: 'commit', sender, added: difference(after, before), removed: difference(before, after), removedMe: this.removed }
  }

  #insert (parent: LiveNode, committedBy: number, next: ClientState, roster: Roster, facts: CommitFacts, message: Uint8Array): boolean {
    const { clock, graph } = this.#parts
    const { state, ratchets } = separate(next)
    const branch = branchOf(state)
    const time = clock.now()
    const committer = parent.roster.get(committedBy)
    const node: StateNode = {
      key: hex(branch),
      branch,
      parent: parent.key,
      epoch: epochOf(state),
      time,
      facts,
      state,
      roster,
      ratchets,
      devices: devicesOf(roster),
      heard: new Set(),
      commit: hex(sha256(message)),
      committedBy
    }
    const kept = graph.insert(node, time)
    if (!kept) return false
    if (committer !== undefined) this.#hear(node, committer)
    for (const device of node.devices) {
      if (!parent.devices.has(device)) this.#parts.heard.set(device, { epoch: node.epoch, time })
    }
    this.#forgetStrangers()
    return true
  }

  /** A commit that removes this device: it cannot be followed, but it takes part in the choice of the tip. */
  #insertDeadEnd (parent: LiveNode, committedBy: number, judged: Judged, message: Uint8Array): boolean {
    const { clock, graph } = this.#parts
    const digest = sha256(message)
    const branch = digest.slice(0, BRANCH_BYTES)
    const roster = new Map([...parent.roster].filter(([leaf]) => !judged.removesLeaves.includes(leaf)))
    return graph.insert({
      key: hex(branch),
      branch,
      parent: parent.key,
      epoch: parent.epoch + 1,
      time: clock.now(),
      facts: judged.facts,
      state: undefined,
      roster,
      ratchets: new Map(),
      devices: devicesOf(roster),
      heard: new Set(),
      commit: hex(digest),
      committedBy
    }, clock.now())
  }

  #hear (node: StateNode, member: Member): void {
    const device = hex(member.device)
    node.heard.add(device)
    const before = this.#parts.heard.get(device)
    this.#parts.heard.set(device, { epoch: Math.max(node.epoch, before?.epoch ?? 0), time: this.#parts.clock.now() })
  }

  #forgetStrangers (): void {
    const { graph, heard } = this.#parts
    for (const device of heard.keys()) {
      if (![...graph.nodes.values()].some(node => node.devices.has(device))) heard.delete(device)
    }
  }
}

function difference (from: Roster, without: Roster): Member[] {
  const known = devicesOf(without)
  return [...from.values()].filter(member => !known.has(hex(member.device)))
}
