/** What the directory says of a contact, in words. DIR-10: what may be outdated is shown as that. */
import { stalenessOf } from '../directory/index.ts'
import type { DirectoryView } from '../api.ts'

/** What was heard last. */
export interface Noted {
  /** Unix milliseconds */
  signed: number
  /** Unix milliseconds */
  expires: number
  /** Unix milliseconds; 0: never */
  restored: number
  /** Unix milliseconds of the last lookup since the start; 0: none */
  asked: number
  /** somebody who was asked then had it */
  confirmed: boolean
}

const DAY_MS = 24 * 60 * 60 * 1000

function ago (ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  return days < 1 ? 'less than a day ago' : days === 1 ? 'a day ago' : `${days} days ago`
}

export function recordView ({ signed, expires, restored, asked, confirmed }: Noted, name: string, now: number): DirectoryView {
  // before the first lookup of this run nobody was asked: the date alone says something
  const stale = stalenessOf({ time: signed, expires }, asked === 0 || confirmed ? 1 : 0, now)
  const since = `${name} signed it ${ago(Math.max(0, now - signed))}`
  const words = {
    old: `may be outdated: ${since}, and may have been away since`,
    unconfirmed: `may be outdated: ${since}, and nobody who was asked has it; it is what this device remembers`,
    expired: `outdated: ${since}, and it has expired; it is what this device remembers`
  }
  const text = stale === undefined ? `up to date: ${since}` : words[stale]
  return {
    signed,
    asked,
    ...(stale === undefined ? {} : { stale }),
    ...(restored === 0 ? {} : { lost: restored }),
    text: restored === 0 ? text : `${text}; came back from the recovery phrase ${ago(Math.max(0, now - restored))}, earlier devices are lost`
  }
}
