/**
 * Which of several branches is the tip, decided from the set of commits alone: the order in which they arrived, clocks and
 * servers have no part in it, so members with the same commits have the same tip (SES-13).
 *
 * From the oldest retained state, follow the child whose subtree holds the best *privileged* commit; only where no subtree
 * holds one, compare the children themselves. Longest chain, or comparing children alone, would let a removed device undo
 * its removal with a commit from before it (SES-14).
 */

/** What a commit does, heaviest first: a removal that carries the revocation, a removal, an addition, settings, keys only. */
export type CommitKind = 'revocation' | 'removal' | 'addition' | 'settings' | 'update'

export interface CommitFacts {
  /** device id of the committer, hex */
  committer: string
  kind: CommitKind
  /** it does only what its committer has a right to do by itself */
  privileged: boolean
  /** place in the ordered list of administrators, 0 first; 0 for everybody in a conversation of two */
  rank: number
  /** devices whose revocation this commit carries, hex */
  revoked: string[]
}

export interface ForkNode {
  /** the branch, hex */
  key: string
  parent: string | undefined
  epoch: number
  /** what led here; undefined at the state with which this device began */
  facts: CommitFacts | undefined
}

const WEIGHT: Record<CommitKind, number> = { revocation: 0, removal: 1, addition: 2, settings: 3, update: 4 }
/** Behind everything else that is not privileged. */
const BY_REVOKED = 10

/** Compared place by place, lower first. */
type Score = [tier: number, weight: number, rank: number, epoch: number, key: string]

function compare (a: Score, b: Score): number {
  for (let i = 0; i < 4; i++) {
    const difference = Number(a[i]) - Number(b[i])
    if (difference !== 0) return difference
  }
  return a[4] < b[4] ? -1 : a[4] > b[4] ? 1 : 0
}

export function childrenOf<T extends ForkNode> (nodes: Iterable<T>): Map<string, T[]> {
  const children = new Map<string, T[]>()
  for (const node of nodes) {
    if (node.parent === undefined) continue
    const siblings = children.get(node.parent)
    if (siblings === undefined) children.set(node.parent, [node])
    else siblings.push(node)
  }
  return children
}

/** The branches from the oldest retained state to the tip, both included. */
export function pathToTip (nodes: ReadonlyMap<string, ForkNode>, root: string): string[] {
  const children = childrenOf(nodes.values())
  // "above any commit by that leaf": whoever is revoked anywhere in sight has no privilege left, whatever branch it stands on
  const revoked = new Set([...nodes.values()].flatMap(node => node.facts?.revoked ?? []))

  const own = (node: ForkNode): Score | undefined => {
    const { facts } = node
    if (facts === undefined) return undefined
    const outcast = revoked.has(facts.committer)
    return facts.privileged && !outcast
      ? [0, WEIGHT[facts.kind], facts.rank, node.epoch, node.key]
      : [1, WEIGHT[facts.kind] + (outcast ? BY_REVOKED : 0), facts.rank, 0, node.key]
  }
  const bestPrivileged = (node: ForkNode): Score | undefined => {
    let best = own(node)
    if (best?.[0] !== 0) best = undefined
    for (const child of children.get(node.key) ?? []) {
      const below = bestPrivileged(child)
      if (below !== undefined && (best === undefined || compare(below, best) < 0)) best = below
    }
    return best
  }

  const path = [root]
  for (let at = root; ;) {
    let chosen: { key: string, score: Score } | undefined
    for (const child of children.get(at) ?? []) {
      const score = bestPrivileged(child) ?? own(child)
      if (score !== undefined && (chosen === undefined || compare(score, chosen.score) < 0)) chosen = { key: child.key, score }
    }
    if (chosen === undefined) return path
    path.push(chosen.key)
    at = chosen.key
  }
}
