/** What the directory should do for others now: pure, so that a month passes in a test in no time. DIR-12, DIR-13. */
import { DIRECTORY_ABSENT_MS, DIRECTORY_PUBLISH_MS, DIRECTORY_REFRESH_MS, MAX_SWEEP } from '../config.ts'

/** A contact of whom no device answers for so long may be elsewhere, or somebody else by now, ms. */
export const DIRECTORY_SILENT_MS = 10 * 60 * 1000
/** Such a contact is looked up again after, ms (6 hours): most are only asleep. */
export const DIRECTORY_SILENT_REFRESH_MS = 6 * 60 * 60 * 1000

/** contact: cared for. kept: their inbox is kept here, so their record is put again each day. */
export type Role = 'contact' | 'kept'

export interface Followed {
  /** names the identity, as the caller likes */
  id: string
  role: Role
  /** Unix milliseconds of the signing of the best record known; 0 where none is */
  signed: number
  /** Unix milliseconds */
  expires: number
  /** Unix milliseconds of the last lookup, 0 for never */
  asked: number
  /** Unix milliseconds of the last put, 0 for never */
  put: number
  /** Unix milliseconds since when none of their devices answers us; undefined: one does, or nothing is known */
  silent?: number | undefined
}

export interface Due { ask: string[], put: string[] }

/** The longest overdue first, MAX_SWEEP of each at most. `arrived`: Unix milliseconds when this device came to its present network. */
export function due (followed: readonly Followed[], now: number, arrived = 0): Due {
  const overdue = (since: (one: Followed) => number, every: (one: Followed) => number): string[] => followed
    .filter(one => now - since(one) >= every(one))
    .sort((a, b) => since(a) - since(b))
    .slice(0, MAX_SWEEP)
    .map(({ id }) => id)
  return {
    ask: overdue(({ asked }) => asked, one => askEvery(one, now, arrived)),
    put: overdue(({ put }) => put, one => isAway(one, now) && one.expires > now ? DIRECTORY_PUBLISH_MS : Number.POSITIVE_INFINITY)
  }
}

/** DIR-13: who moved while we did finds us as little as we find them. After each move of ours one look, when theirs can be in the directory too. */
function askEvery ({ role, asked, silent }: Followed, now: number, arrived: number): number {
  if (role === 'kept') return DIRECTORY_PUBLISH_MS
  if (silent === undefined || now - silent < DIRECTORY_SILENT_MS) return DIRECTORY_REFRESH_MS
  return asked < arrived + DIRECTORY_SILENT_MS ? 0 : DIRECTORY_SILENT_REFRESH_MS
}

/** Whether others have to put the record: its owner would have signed a new one. */
function isAway ({ role, signed }: Followed, now: number): boolean {
  return signed > 0 && now - signed > (role === 'kept' ? 1.5 * DIRECTORY_PUBLISH_MS : DIRECTORY_ABSENT_MS)
}
