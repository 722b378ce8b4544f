/** What the directory should do for others now: pure, so that a month passes in a test in no time. DIR-12, DIR-13. */
import { DIRECTORY_ABSENT_MS, DIRECTORY_PUBLISH_MS, DIRECTORY_REFRESH_MS, MAX_SWEEP } from '../config.ts'

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
}

export interface Due { ask: string[], put: string[] }

/** The longest overdue first, MAX_SWEEP of each at most. */
export function due (followed: readonly Followed[], now: number): Due {
  const overdue = (since: (one: Followed) => number, every: (one: Followed) => number): string[] => followed
    .filter(one => now - since(one) >= every(one))
    .sort((a, b) => since(a) - since(b))
    .slice(0, MAX_SWEEP)
    .map(({ id }) => id)
  return {
    ask: overdue(({ asked }) => asked, ({ role }) => role === 'kept' ? DIRECTORY_PUBLISH_MS : DIRECTORY_REFRESH_MS),
    put: overdue(({ put }) => put, one => isAway(one, now) && one.expires > now ? DIRECTORY_PUBLISH_MS : Number.POSITIVE_INFINITY)
  }
}

/** Whether others have to put the record: its owner would have signed a new one. */
function isAway ({ role, signed }: Followed, now: number): boolean {
  return signed > 0 && now - signed > (role === 'kept' ? 1.5 * DIRECTORY_PUBLISH_MS : DIRECTORY_ABSENT_MS)
}
