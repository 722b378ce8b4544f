/**
 * The states that a session keeps, a tree of forks with one tip.
 * Invariants: every node but the root has its parent here; `tip` follows from the commits alone (fork-choice.machine.ts);
 * never more than MAX_STATES nodes; a pruned branch is remembered, so that its mail is `lost` and not `held`.
 */
import { MAX_PRUNED_BRANCHES, MAX_SIBLING_COMMITS } from '../config.ts'
import { hex } from './credentials.ts'
import { planRetention } from './retention.machine.ts'
import type { Roster } from './credentials.ts'
import type { RetainedNode } from './retention.machine.ts'
import type { Ratchets } from './state.ts'
import type { ClientState } from 'ts-mls'

export interface StateNode extends RetainedNode {
  branch: Uint8Array
  /** undefined where the commit that led here removed this device: a dead end for us */
  state: ClientState | undefined
  roster: Roster
  ratchets: Ratchets
  heard: Set<string>
  /** SHA-256 of the commit message that led here, hex; empty for the first */
  commit: string
  /** leaf of its committer in the parent; -1 for the first */
  committedBy: number
}

/** A node with a living state. */
export type LiveNode = StateNode & { state: ClientState }

export function devicesOf (roster: Roster): Set<string> {
  return new Set([...roster.values()].map(member => hex(member.device)))
}

export class StateGraph {
  readonly nodes = new Map<string, StateNode>()
  /** branches from the oldest state to the tip */
  #path: string[]
  readonly #own: string
  readonly #pruned: Set<string>

  constructor (root: StateNode, rest: Iterable<StateNode>, pruned: Iterable<string>, own: Uint8Array, now: number) {
    this.nodes.set(root.key, root)
    for (const node of rest) this.nodes.set(node.key, node)
    this.#path = [root.key]
    this.#pruned = new Set(pruned)
    this.#own = hex(own)
    this.settle(now)
  }

  get root (): StateNode {
    return this.#at(this.#path[0])
  }

  get tip (): StateNode {
    return this.#at(this.#path.at(-1))
  }

  get pruned (): Iterable<string> {
    return this.#pruned
  }

  /** The state that a branch names, or what is to be done with its mail (SES-11). */
  find (branch: Uint8Array, epoch: bigint): LiveNode | 'held' | 'lost' {
    const node = this.nodes.get(hex(branch))
    if (node !== undefined && isLive(node)) return node
    // below the oldest state nothing can ever be reached again
    return this.#pruned.has(hex(branch)) || epoch <= BigInt(this.root.epoch) ? 'lost' : 'held'
  }

  childByCommit (parent: string, commit: string): StateNode | undefined {
    return [...this.nodes.values()].find(node => node.parent === parent && node.commit === commit)
  }

  /** One device signs one commit per state; more than a few split the group and burn time (SES-12). */
  hasRoomFor (parent: string, committer: number): boolean {
    const siblings = [...this.nodes.values()].filter(node => node.parent === parent && node.committedBy === committer)
    return siblings.length < MAX_SIBLING_COMMITS
  }

  /** Adds a state and finds the tip anew. False where the cap pushed it out at once. */
  insert (node: StateNode, now: number): boolean {
    this.nodes.set(node.key, node)
    this.#pruned.delete(node.key)
    this.settle(now)
    return this.nodes.has(node.key)
  }

  /** Forgets what may be forgotten (SES-15). */
  settle (now: number): void {
    const { root, path, dropped } = planRetention(this.nodes, this.#path[0] ?? '', this.#own, now)
    for (const key of dropped) {
      this.nodes.delete(key)
      this.#pruned.add(key)
    }
    for (const oldest of this.#pruned) {
      if (this.#pruned.size <= MAX_PRUNED_BRANCHES) break
      this.#pruned.delete(oldest)
    }
    const first = this.#at(root)
    if (first.parent !== undefined) this.nodes.set(root, { ...first, parent: undefined })
    this.#path = path
  }

  #at (key: string | undefined): StateNode {
    const node = this.nodes.get(key ?? '')
    if (node === undefined) throw new RangeError('a state that is not kept')
    return node
  }
}

export function isLive (node: StateNode): node is LiveNode {
  return node.state !== undefined
}
