/** What became of a call, as a line of the conversation (CALL-10). */
import { bytesToHex } from '@noble/hashes/utils.js'
import { CallOutcome } from '@sotto/protocols/message'
import type { CallId, CallOutcomeView, MessageView } from '../api.ts'
import type { EntryBody } from '@sotto/protocols/message'

type CallLine = NonNullable<MessageView['call']>

const OUTCOMES: Readonly<Partial<Record<CallOutcome, CallOutcomeView>>> = {
  [CallOutcome.ANSWERED]: 'answered',
  [CallOutcome.MISSED]: 'missed',
  [CallOutcome.REFUSED]: 'declined',
  [CallOutcome.OCCUPIED]: 'busy',
  [CallOutcome.NO_WAY]: 'failed',
  [CallOutcome.CUT_OFF]: 'cut off'
}

const WORDS: Readonly<Record<CallOutcomeView, string>> = {
  answered: 'Call',
  missed: 'Missed call',
  declined: 'Call declined',
  busy: 'Call: busy',
  failed: 'Call: no way was found',
  'cut off': 'Call, cut off'
}

export function callView ({ call, outcome, video, seconds, caller }: Extract<EntryBody, { kind: 'call' }>): CallLine {
  return { id: bytesToHex(call) as CallId, outcome: OUTCOMES[outcome] ?? 'failed', video, seconds, caller }
}

/** In English: a face that speaks other languages has the facts beside it. */
export function inWords ({ outcome, video, seconds }: CallLine): string {
  const words = video ? WORDS[outcome].replace('Call', 'Video call').replace('Missed call', 'Missed video call') : WORDS[outcome]
  if (outcome !== 'answered' && outcome !== 'cut off') return words
  return `${words}, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Where both sides wrote down one call, the caller's line counts. */
export function oncePerCall (views: readonly MessageView[]): MessageView[] {
  const byCaller = new Set(views.flatMap(({ call }) => call?.caller === true ? [call.id] : []))
  return views.filter(({ call }) => call === undefined || call.caller || !byCaller.has(call.id))
}
