/**
 * Which mailboxes keep our mail: pure.
 *
 * Invariants: a liar is never chosen; nobody keeps for itself; own personal nodes come before contacts, contacts before
 * volunteers, and those that answer before those that do not; one that works is given up only when enough others work.
 */
import { KEEPER_GONE_MS, KEEPER_MEASURED_MS, KEEPER_MEMORY_MS, KEEPER_MIN_UP, KEEPER_RETRY_MS } from '../config.ts'
import type { KeeperKind } from './index.ts'

/** Times are Unix milliseconds, 0 for never. */
export interface KeeperRecord {
  peerId: string
  addresses: string[]
  kind: KeeperKind
  token?: Uint8Array
  /** the contact who offered it */
  identity?: Uint8Array
  /** idle: known. active: keeps for us. retired: replaced, still read. banned: it lied. */
  state: 'idle' | 'active' | 'retired' | 'banned'
  /** of the state */
  since: number
  lastSeen: number
  /** not reached since */
  failedSince: number
  lastTried: number
  /** measured time up and down, with a half-life */
  upMs: number
  downMs: number
  observed: number
  /** it refused us until then, for this reason */
  refusedUntil: number
  refusal: string
}

export function newKeeper (peerId: string, addresses: string[], kind: KeeperKind): KeeperRecord {
  return { peerId, addresses, kind, state: 'idle', since: 0, lastSeen: 0, failedSince: 0, lastTried: 0, upMs: 0, downMs: 0, observed: 0, refusedUntil: 0, refusal: '' }
}

/** Who is preferred: the smaller the better. */
export const rankOfKind: Record<KeeperKind, number> = { own: 0, contact: 1, volunteer: 2 }

/** Adds the time since the last look to what is known of a mailbox; `online` false: our own absence says nothing about it. */
export function observe (keeper: KeeperRecord, wasConnected: boolean, now: number, online: boolean): KeeperRecord {
  const ms = Math.max(0, now - keeper.observed)
  if (keeper.observed === 0 || !online) return { ...keeper, observed: now }
  const kept = 0.5 ** (ms / KEEPER_MEMORY_MS)
  return {
    ...keeper,
    observed: now,
    upMs: keeper.upMs * kept + (wasConnected ? ms : 0),
    downMs: keeper.downMs * kept + (wasConnected ? 0 : ms)
  }
}

export function share (keeper: KeeperRecord): number {
  const measured = keeper.upMs + keeper.downMs
  return measured === 0 ? 1 : keeper.upMs / measured
}

/** Answers, as far as we know; one that we never tried, or not for a while, is given a chance. */
export function isFit (keeper: KeeperRecord, now: number): boolean {
  const isGone = keeper.failedSince > 0 && (keeper.lastSeen === 0 || keeper.failedSince + KEEPER_GONE_MS <= now)
  if (isGone && keeper.lastTried + KEEPER_RETRY_MS > now) return false
  return keeper.upMs + keeper.downMs < KEEPER_MEASURED_MS || share(keeper) >= KEEPER_MIN_UP
}

function compare (a: KeeperRecord, b: KeeperRecord, now: number): number {
  const fit = Number(isFit(b, now)) - Number(isFit(a, now))
  if (fit !== 0) return fit
  if (!isFit(a, now)) return a.lastTried - b.lastTried // those who do not answer take turns
  const kind = rankOfKind[a.kind] - rankOfKind[b.kind]
  if (kind !== 0) return kind
  const active = Number(b.state === 'active') - Number(a.state === 'active')
  if (active !== 0) return active
  return share(b) - share(a) || (a.peerId < b.peerId ? -1 : 1)
}

/** The best `k`; one more where a contact's is among them, which is of no use in the conversation with that contact. */
export function chooseSpare (known: readonly KeeperRecord[], self: string, k: number, now: number): Set<string> {
  const chosen = choose(known, self, k, now)
  const isContact = known.some(keeper => keeper.kind === 'contact' && chosen.has(keeper.peerId))
  return isContact ? choose(known, self, k + 1, now) : chosen
}

/** The best `k`, by peer id. */
export function choose (known: readonly KeeperRecord[], self: string, k: number, now: number): Set<string> {
  const possible = known.filter(keeper => keeper.state !== 'banned' && keeper.peerId !== self && keeper.refusedUntil <= now)
  return new Set(possible.sort((a, b) => compare(a, b, now)).slice(0, k).map(keeper => keeper.peerId))
}

/**
 * Active ones that are no longer among the chosen: once `k` of the chosen work; those that refused us at once; and dead
 * ones when they become too many.
 */
export function retire (known: readonly KeeperRecord[], chosen: ReadonlySet<string>, working: ReadonlySet<string>, k: number, now: number): string[] {
  const isEnough = [...chosen].filter(peerId => working.has(peerId)).length >= k
  const active = known.filter(keeper => keeper.state === 'active')
  const isCrowded = active.length > 2 * k
  return active
    .filter(keeper => !chosen.has(keeper.peerId))
    .filter(keeper => isEnough || keeper.refusedUntil > now || (isCrowded && !working.has(keeper.peerId)))
    .map(keeper => keeper.peerId)
}
