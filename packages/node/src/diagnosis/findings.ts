/**
 * Facts to findings: pure.
 *
 * Invariants: every area says something, also when all is well; what follows from a greater trouble is not blamed on others (without a
 * network no mailbox is called gone, with a wrong clock no record stale); the worst comes first, and causes before what they cause.
 */
import { findClock, findDisk, findNode } from './machine-findings.ts'
import { findDirectory, findKeeping, findMailboxes, findOutbox } from './mail-findings.ts'
import { findConnections, findPeople, findPorts, findReach } from './network-findings.ts'
import type { Facts, Find } from './index.ts'
import type { Finding, FindingLevel } from '../api.ts'

/** Causes first: within one level the order stays. */
const AREAS: readonly Find[] = [findDisk, findClock, findReach, findPorts, findNode, findMailboxes, findOutbox, findDirectory, findConnections, findPeople, findKeeping]

const RANK: Readonly<Record<FindingLevel, number>> = { problem: 0, warning: 1, ok: 2 }

export function findings (facts: Facts): Finding[] {
  return worstFirst(AREAS.flatMap(find => find(facts)))
}

export function worstFirst (found: readonly Finding[]): Finding[] {
  return [...found].sort((a, b) => RANK[a.level] - RANK[b.level])
}
