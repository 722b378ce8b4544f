/** Which states may be forgotten (SES-15). Pure: the caller forgets them. */
import { MAX_STATES, RETAINED_EPOCHS, RETAINED_STATE_MS, SETTLE_MS } from '../config.ts'
import { childrenOf, pathToTip } from './fork-choice.machine.ts'
import type { ForkNode } from './fork-choice.machine.ts'

export interface RetainedNode extends ForkNode {
  /** when it came to be here, Unix milliseconds */
  time: number
  /** devices, hex, that authenticated something under this state or led to it */
  heard: ReadonlySet<string>
  /** devices, hex, that sit in it */
  devices: ReadonlySet<string>
}

export interface Retention { root: string, path: string[], dropped: string[] }

/** The oldest state to keep, the path from it to the tip, and what goes. `own` is our device, which needs no hearing. */
export function planRetention (nodes: ReadonlyMap<string, RetainedNode>, root: string, own: string, now: number): Retention {
  const kept = new Map(nodes)
  let path = pathToTip(kept, root)
  const advance = (): void => {
    const [old, next] = path
    for (const key of subtree(kept, old, next)) kept.delete(key)
    path = path.slice(1)
  }
  while (path.length > 1 && mayForget(kept, path, own, now)) advance()
  // the cap: first what is not on the way to the tip, newest first, so that a flood of forks pushes out only itself
  while (kept.size > MAX_STATES) {
    const stray = strayLeaf(kept, path)
    if (stray !== undefined) kept.delete(stray)
    else if (path.length > 1) advance()
    else break
  }
  return { root: path[0] ?? root, path, dropped: [...nodes.keys()].filter(key => !kept.has(key)) }
}

function mayForget (nodes: ReadonlyMap<string, RetainedNode>, path: string[], own: string, now: number): boolean {
  const oldest = nodes.get(path[0] ?? '')
  const next = nodes.get(path[1] ?? '')
  const tip = nodes.get(path.at(-1) ?? '')
  if (oldest === undefined || next === undefined || tip === undefined) return false
  const superseded = now - next.time
  if (tip.epoch - oldest.epoch > RETAINED_EPOCHS && superseded > RETAINED_STATE_MS) return true
  if (superseded < SETTLE_MS) return false
  const heard = new Set([...subtree(nodes, next.key)].flatMap(key => [...nodes.get(key)?.heard ?? []]))
  // who came later never had the old state
  return [...oldest.devices].every(device => device === own || !tip.devices.has(device) || heard.has(device))
}

/** `from` and everything below it, without the subtree at `except`. */
function * subtree (nodes: ReadonlyMap<string, RetainedNode>, from: string | undefined, except?: string): Generator<string> {
  if (from === undefined) return
  const children = childrenOf(nodes.values())
  const waiting = [from]
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (key === except) continue
    yield key
    waiting.push(...(children.get(key) ?? []).map(child => child.key))
  }
}

function strayLeaf (nodes: ReadonlyMap<string, RetainedNode>, path: string[]): string | undefined {
  const children = childrenOf(nodes.values())
  return [...nodes.keys()].findLast(key => !path.includes(key) && !children.has(key))
}
