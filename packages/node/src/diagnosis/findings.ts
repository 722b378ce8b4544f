/**
 * Facts to findings: pure.
 *
 * Invariants: every area says something, also when all is well; what follows from a greater trouble is not blamed on others (without a
 * network no mailbox is called gone, with a wrong clock no record stale); the worst comes first, and causes before what they cause.
 */
import { SETTLED_MS } from './config.ts'
import { findClock, findDisk, findNode, findRevoked } from './machine-findings.ts'
import { findDirectory, findKeeping, findMailboxes, findOutbox } from './mail-findings.ts'
import { findConnections, findPeople, findPorts, findReach } from './network-findings.ts'
import type { Facts, Find } from './index.ts'
import type { Finding, FindingLevel } from '../api.ts'

/** Causes first: within one level the order stays. */
const AREAS: readonly Find[] = [findDisk, findClock, findReach, findPorts, findNode, findMailboxes, findOutbox, findDirectory, findConnections, findPeople, findKeeping]

/** Of a device that nobody takes anything from any more, what else it lacks concerns nobody. */
const PUT_OUT: readonly Find[] = [findRevoked, findDisk]

const RANK: Readonly<Record<FindingLevel, number>> = { problem: 0, warning: 1, ok: 2 }

export function findings (facts: Facts): Finding[] {
  return worstFirst((facts.revoked ? PUT_OUT : AREAS).flatMap(find => find(facts)))
}

/** What only time can tell: who is to be met and asked is not yet. */
const EARLY = new Set<Finding['code']>(['no-peers', 'directory-alone', 'mailboxes-gone', 'mailbox-trouble', 'few-mailboxes'])

/** What is not in order, without what a node says in vain that has just started and asked nobody. */
export function notable (facts: Facts): Finding[] {
  return findings(facts).filter(({ code, level }) => level !== 'ok' && !(facts.uptime < SETTLED_MS && EARLY.has(code)))
}

export function worstFirst (found: readonly Finding[]): Finding[] {
  return [...found].sort((a, b) => RANK[a.level] - RANK[b.level])
}
