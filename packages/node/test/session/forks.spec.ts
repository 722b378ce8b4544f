import { expect } from 'chai'
import { RETAINED_STATE_MS, SETTLE_MS } from '../../src/config.ts'
import { pathToTip } from '../../src/session/fork-choice.machine.ts'
import { planRetention } from '../../src/session/retention.machine.ts'
import { StateGraph } from '../../src/session/state-graph.ts'
import type { CommitFacts, CommitKind, ForkNode } from '../../src/session/fork-choice.machine.ts'
import type { RetainedNode } from '../../src/session/retention.machine.ts'
import type { StateNode } from '../../src/session/state-graph.ts'
import { dice } from './dice.ts'

const KINDS: CommitKind[] = ['removal', 'addition', 'update']

function node (key: string, parent: string | undefined, epoch: number, facts?: Partial<CommitFacts>): StateNode {
  const whole = facts === undefined ? undefined : { committer: 'aa', kind: 'update' as const, privileged: false, rank: 0, revoked: [], ...facts }
  return { key, parent, epoch, facts: whole, time: 0, heard: new Set(), devices: new Set(['aa', 'bb', 'cc']), branch: new Uint8Array(16), state: undefined, roster: new Map(), ratchets: new Map(), commit: key, committedBy: 0 }
}

function tip (...nodes: ForkNode[]): string | undefined {
  return pathToTip(new Map(nodes.map(each => [each.key, each])), nodes[0]!.key).at(-1)
}

function graphOf (root: StateNode): StateGraph {
  return new StateGraph(root, [], [], new Uint8Array(16), 0)
}

/** A random tree of commits, no more than 40, every parent before its children. */
function forest (roll: (sides: number) => number): StateNode[] {
  const nodes = [node('00', undefined, 0)]
  const count = 2 + roll(38)
  for (let i = 1; i < count; i++) {
    const parent = nodes[Math.max(0, nodes.length - 1 - roll(5))]!
    const kind = KINDS[roll(3)]!
    const key = (roll(0xffffff) * 64 + i).toString(16).padStart(8, '0')
    nodes.push(node(key, parent.key, parent.epoch + 1, { kind, committer: `d${roll(4)}`, privileged: kind !== 'update' && roll(3) > 0 }))
  }
  return nodes
}

/** The same nodes in another order, each still after its parent: what is ahead is held. */
function reordered (nodes: StateNode[], roll: (sides: number) => number): StateNode[] {
  const waiting = nodes.slice(1)
  const known = new Set([nodes[0]!.key])
  const order = [nodes[0]!]
  while (waiting.length > 0) {
    const ready = waiting.filter(each => known.has(each.parent!))
    const next = ready[roll(ready.length)]!
    waiting.splice(waiting.indexOf(next), 1)
    known.add(next.key)
    order.push(next)
  }
  return order
}

describe('the choice between forks', () => {
  it('SES-13: prefers a revocation to a removal to an addition to settings to fresh keys, then rank, then the digest', () => {
    const root = node('r', undefined, 5)
    const kinds: CommitKind[] = ['revocation', 'removal', 'addition', 'settings', 'update']
    for (const [index, kind] of kinds.slice(0, -1).entries()) {
      expect(tip(root, node('z', 'r', 6, { kind, privileged: true }), node('a', 'r', 6, { kind: kinds[index + 1]!, privileged: true }))).to.equal('z')
    }
    expect(tip(root, node('z', 'r', 6, { kind: 'removal', privileged: true, rank: 0 }), node('a', 'r', 6, { kind: 'removal', privileged: true, rank: 1 }))).to.equal('z')
    expect(tip(root, node('b', 'r', 6, {}), node('a', 'r', 6, {}))).to.equal('a')
    expect(tip(root, node('z', 'r', 6, { kind: 'addition', privileged: true }), node('a', 'r', 6, { kind: 'removal' }))).to.equal('z')
  })

  it('SES-13: the best privileged commit anywhere below a child decides, not the length of a chain', () => {
    const root = node('r', undefined, 0)
    const chain = [node('a', 'r', 1, {}), node('b', 'a', 2, {}), node('c', 'b', 3, {}), node('d', 'c', 4, {})]
    const other = [node('y', 'r', 1, {}), node('z', 'y', 2, { kind: 'removal', privileged: true })]
    expect(tip(root, ...chain, ...other)).to.equal('z')
    expect(tip(root, ...chain)).to.equal('d')
  })

  it('SES-13: the same commits in any order give the same tip at every member', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const roll = dice(seed)
      const nodes = forest(roll)
      const tips = new Set<string>()
      for (let member = 0; member < 4; member++) {
        const graph = graphOf(nodes[0]!)
        for (const each of reordered(nodes, roll).slice(1)) graph.insert({ ...each }, 0)
        tips.add(graph.tip.key)
      }
      expect([...tips], `seed ${seed}`).to.have.length(1)
    }
  })

  it('SES-14: whatever a revoked device reveals later, from whatever state, its removal stands', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const roll = dice(seed)
      const nodes = forest(roll).map(each => each.facts?.committer === 'd3' ? each : each)
      const at = nodes[roll(nodes.length)]!
      const removal = node('ff', at.key, at.epoch + 1, { kind: 'revocation', privileged: true, committer: 'd1', revoked: ['d3'] })
      const graph = graphOf(nodes[0]!)
      for (const each of [...nodes.slice(1), removal]) graph.insert({ ...each }, 0)
      for (let late = 0; late < 20; late++) {
        const from = [...graph.nodes.values()].filter(each => each.key !== 'ff')[roll(graph.nodes.size - 1)]!
        const kind = (['revocation', ...KINDS] as CommitKind[])[roll(4)]!
        graph.insert(node(`!${late}`, from.key, from.epoch + 1, { kind, privileged: true, committer: 'd3', revoked: kind === 'revocation' ? ['d9'] : [] }), 0)
        let walk: StateNode | undefined = graph.tip
        while (walk !== undefined && walk.key !== 'ff') walk = graph.nodes.get(walk.parent ?? '')
        expect(walk?.key, `seed ${seed}`).to.equal('ff')
      }
    }
  })
})

describe('what a session forgets', () => {
  const own = 'aa'
  const plan = (nodes: RetainedNode[], now: number): { root: string, dropped: string[] } => planRetention(new Map(nodes.map(each => [each.key, each])), nodes[0]!.key, own, now)
  const chain = (length: number): StateNode[] => Array.from({ length }, (_, i) => node(`n${i}`, i === 0 ? undefined : `n${i - 1}`, i, i === 0 ? undefined : {}))

  it('SES-15: a state older than 8 epochs and 14 days goes, with its losing branches', () => {
    const nodes = [...chain(10), node('x1', 'n0', 1, { kind: 'update', committer: 'cc' })]
    expect(plan(nodes, RETAINED_STATE_MS).dropped).to.deep.equal([])
    expect(plan(chain(9), RETAINED_STATE_MS * 2).dropped).to.deep.equal([])
    const gone = plan(nodes, RETAINED_STATE_MS + 1)
    expect(gone.dropped.sort()).to.deep.equal(['n0', 'x1'])
    expect(gone.root).to.equal('n1')
  })

  it('SES-15: an older state goes once every device was heard beyond it, an hour after it was left', () => {
    const nodes = chain(3)
    nodes[1]!.heard.add('bb')
    expect(plan(nodes, SETTLE_MS).dropped).to.deep.equal([])
    nodes[2]!.heard.add('cc')
    expect(plan(nodes, SETTLE_MS - 1).dropped).to.deep.equal([])
    expect(plan(nodes, SETTLE_MS).dropped).to.deep.equal(['n0'])
    nodes[2]!.devices = new Set(['aa', 'bb'])
    nodes[2]!.heard.add('bb')
    expect(plan(nodes, SETTLE_MS).dropped, 'removed devices need not be heard').to.deep.equal(['n0', 'n1'])
  })

  it('SES-15: never more than 64 states: a flood of forks pushes out only itself', () => {
    const nodes = chain(3)
    const graph = graphOf(nodes[0]!)
    for (const each of nodes.slice(1)) graph.insert({ ...each, facts: { committer: 'bb', kind: 'removal', privileged: true, rank: 0, revoked: [] } }, 0)
    for (let i = 0; i < 200; i++) graph.insert(node(`f${i}`, 'n0', 1, { committer: 'cc' }), 0)
    expect(graph.nodes.size).to.equal(64)
    expect(graph.tip.key).to.equal('n2')
    expect(graph.root.key).to.equal('n0')
    for (const each of Array.from({ length: 80 }, (_, i) => node(`m${i}`, i === 0 ? 'n2' : `m${i - 1}`, i + 3, { committer: 'bb' }))) graph.insert(each, 0)
    expect(graph.nodes.size).to.equal(64)
    expect(graph.tip.key).to.equal('m79')
  })
})
