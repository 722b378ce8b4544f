/**
 * What is the matter with this node, in words that anybody understands, each with what to do.
 *
 * `findings(facts)` is pure: the same facts give the same findings. Facts come from a running node (`collectFacts`), or, where none can
 * run, from what kept it from running (`examine`).
 *
 * @example
 * for (const { level, finding, advice } of await node.doctor()) console.log(level, finding, advice)
 */
import type { DirectoryNews, Finding, KeeperInfo, StatusView } from '../api.ts'
import type { ReachView } from '../network/index.ts'

/** What stands between this device and one contact. */
export interface PersonFact {
  name: string
  path: 'direct' | 'relayed' | 'away'
  /** where relayed: why, and through whom (the end of a PeerId) */
  why?: 'trying' | 'no-address' | 'failed'
  relay?: string
}

/** Messages of ours that nobody signed for yet. `name` is missing where nobody may be named. */
export interface WaitingFact { name?: string, count: number, why?: string }

/** How others see us in the directory. */
export interface DirectoryFact {
  mode: 'off' | 'client' | 'server'
  /** peers in the routing table: without one nobody can be asked */
  peers: number
  /** the last put of this run */
  published?: DirectoryNews
  /** What was read back. `none`: nobody who was asked has a record. Missing: nobody was asked. */
  read?: { time: number, expires: number, confirmations: number, stale?: 'old' | 'unconfirmed' | 'expired' } | 'none'
  /** this device can sign for the identity */
  canSign: boolean
}

/** Signed words of others about the time: how far their clocks are ahead of ours, ms, one each. */
export interface ClockFact {
  ahead: number[]
  /** Unix milliseconds: it cannot be earlier than this */
  notBefore: number
}

export interface DiskFact {
  /** where the profile lies */
  path: string
  /** bytes that may still be written there; missing where the platform does not tell */
  free?: number
  /** bytes of the profile */
  store: number
}

export interface Facts {
  /** Unix milliseconds */
  now: number
  /** this device was put out of the identity */
  revoked: boolean
  /** a node that stays; else the one of this very command */
  resident: boolean
  /** ms */
  uptime: number
  mode: 'public' | 'local'
  /** multiaddrs that were asked for */
  listen: readonly string[]
  /** own multiaddrs */
  addresses: readonly string[]
  reach: ReachView
  /** peers by how they are connected */
  direct: number
  relayed: number
  /** of `relayed`, why */
  relayedWhy: ReadonlyArray<'trying' | 'no-address' | 'failed'>
  /** contacts that accepted; `people` is empty where nobody may be named */
  contacts: { total: number, direct: number, relayed: number }
  people: readonly PersonFact[]
  /** people who were asked and did not accept yet; `why`: what each request waits for, empty where nobody may be named */
  asked: { count: number, why: readonly string[] }
  /** requests of others that nobody answered */
  requests: number
  mailboxes: readonly KeeperInfo[]
  /** names of contacts by the PeerId of their mailbox; empty where nobody may be named */
  mailboxNames: Readonly<Record<string, string>>
  outbox: number
  waiting: readonly WaitingFact[]
  directory: DirectoryFact
  clock: ClockFact
  disk: DiskFact
  atRest: StatusView['atRest']
  /** what this node keeps for others */
  keeping: { mode: 'off' | 'contacts' | 'volunteer', used: number, limit: number }
}

export type Find = (facts: Facts) => Finding[]

export { findings, notable } from './findings.ts'
