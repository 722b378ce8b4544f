/** A call on one line. */
import { name } from './text.ts'
import type { CallView } from '@sotto/node'

const ENDS: Readonly<Record<NonNullable<CallView['end']>, string>> = {
  'hung up': 'over',
  declined: 'declined',
  busy: 'busy',
  cancelled: 'taken back',
  unanswered: 'not answered',
  failed: 'failed: no way between the two devices was found',
  lost: 'cut off: nothing was heard any more',
  elsewhere: 'taken by another device',
  merged: 'both called at once: one call goes on'
}

export function talkTime (seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** How sound travels, for who wonders where it passes. */
export function wayOf ({ stats }: CallView): string {
  if (stats?.local === undefined) return ''
  return stats.local === 'relay' || stats.remote === 'relay' ? 'through a relay' : `direct (${stats.local} to ${stats.remote ?? 'unknown'})`
}

export function callLine (call: CallView): string {
  const who = name(call.name, call.with)
  const talk = call.seconds === undefined ? '' : `, ${talkTime(call.seconds)}`
  switch (call.phase) {
    case 'inviting': return call.rings ? `it rings at ${who} …` : `calling ${who} …`
    case 'ringing': return `${who} calls: sotto call answer --from ${call.with}`
    case 'connecting': return `connecting with ${who} …`
    case 'active': return `talking with ${who}${talk}${call.stats === undefined ? '' : `, ${wayOf(call)}`}`
    case 'interrupted': return `nothing is heard of ${who}; trying to go on …`
    case 'ended': return `call with ${who}: ${ENDS[call.end ?? 'hung up']}${talk}`
  }
}
