/** A call on one line. */
import { name } from './text.ts'
import type { CallView, ParticipantView } from '@sotto/node'

const ENDS: Readonly<Record<NonNullable<CallView['end']>, string>> = {
  'hung up': 'over',
  declined: 'declined',
  busy: 'busy',
  cancelled: 'cancelled',
  unanswered: 'no answer',
  failed: 'failed: no way between the two devices was found',
  lost: 'cut off: nothing was heard any more',
  elsewhere: 'taken by another device',
  merged: 'both called at once: one call goes on'
}

export function talkTime (seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** How sound travels, for who wonders where it passes. */
export function wayOf ({ stats }: Pick<CallView, 'stats'>): string {
  if (stats?.local === undefined) return ''
  return stats.local === 'relay' || stats.remote === 'relay' ? 'through a relay' : `direct (${stats.local} to ${stats.remote ?? 'unknown'})`
}

/** Who was called, and neither talked nor refused, missed it. */
function endOf ({ direction, end = 'hung up', seconds }: CallView): string {
  return direction === 'incoming' && seconds === undefined && (end === 'cancelled' || end === 'unanswered') ? 'missed' : ENDS[end]
}

/** bob; bob and carol; bob, carol and dave. */
function listed (people: ReadonlyArray<Pick<ParticipantView, 'name' | 'with'>>): string {
  const names = people.map(one => name(one.name, one.with))
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

const isIn = ({ phase }: ParticipantView): boolean => phase === 'connecting' || phase === 'active' || phase === 'interrupted'
const isCalled = ({ phase }: ParticipantView): boolean => phase === 'inviting'

/** Whom the phase of a call is about: nobody is named who is not there, as far as anybody is. */
function whoOf (call: CallView): string {
  const { participants, phase } = call
  if (participants.length < 2) return listed([call])
  const meant = participants.filter(phase === 'inviting'
    ? isCalled
    : phase === 'ringing' ? one => one.phase !== 'ended' : phase === 'ended' ? one => one.seconds !== undefined : isIn)
  return listed(meant.length > 0 ? meant : participants)
}

/** Who is asked into a call that goes on. */
function calledOf ({ participants, phase }: CallView): string {
  const called = phase === 'inviting' || phase === 'ringing' || phase === 'ended' ? [] : participants.filter(isCalled)
  return called.length === 0 ? '' : `; calling ${listed(called)}`
}

/** One of several, or undefined where there is nothing to say. */
export function participantLine (one: ParticipantView): string | undefined {
  const who = name(one.name, one.with)
  switch (one.phase) {
    case 'inviting': return one.rings ? `it rings at ${who} …` : `calling ${who} …`
    case 'connecting': return `connecting with ${who} …`
    case 'active': return `${who} is here${one.stats === undefined ? '' : `, ${wayOf(one)}`}`
    case 'interrupted': return `nothing is heard of ${who}; trying to go on …`
    case 'apart': return `${who} is not your contact: you do not hear each other`
    case 'ended': return `${who}: ${ENDS[one.end ?? 'hung up']}`
    default: return undefined
  }
}

/** What is known of somebody who is called for long: nobody is said to be away. */
export function unheardLine (call: CallView): string { return `calling ${whoOf(call)} … no device there has said so far that it rings` }

export function callLine (call: CallView): string {
  const who = whoOf(call)
  const talk = call.seconds === undefined ? '' : `, ${talkTime(call.seconds)}`
  switch (call.phase) {
    case 'inviting': return call.rings ? `it rings at ${who} …` : `calling ${who} …`
    case 'ringing': return `${call.participants.length > 1 ? `${name(call.name, call.with)} calls (a call with ${who})` : `${who} calls`}: sotto call answer --from ${call.with}`
    case 'connecting': return `connecting with ${who}${calledOf(call)} …`
    case 'active': return `talking with ${who}${talk}${call.stats === undefined ? '' : `, ${wayOf(call)}`}${calledOf(call)}`
    case 'interrupted': return `nothing is heard of ${who}; trying to go on${calledOf(call)} …`
    case 'ended': return `call with ${who}: ${endOf(call)}${talk}`
  }
}
