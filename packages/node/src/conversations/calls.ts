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

export function callView ({ call, outcome, video, seconds, caller, withdrawn }: Extract<EntryBody, { kind: 'call' }>): CallLine {
  return { id: bytesToHex(call) as CallId, outcome: OUTCOMES[outcome] ?? 'failed', video, seconds, caller, withdrawn: withdrawn && outcome === CallOutcome.MISSED }
}

/** In English: a face that speaks other languages has the facts beside it. `own`: the line is of ours. */
export function inWords ({ outcome, video, seconds, caller, withdrawn }: CallLine, own: boolean): string {
  const what = video ? 'video call' : 'call'
  const outgoing = own === caller
  const begin = `${outgoing ? 'Outgoing' : 'Incoming'} ${what}`
  switch (outcome) {
    case 'answered': return `${begin}, ${time(seconds)}`
    case 'cut off': return `${begin}, ${time(seconds)}, cut off`
    case 'missed': return outgoing ? `${begin}: ${withdrawn ? 'cancelled' : 'no answer'}` : `Missed ${what}`
    case 'busy': return outgoing ? `${begin}: busy` : `Missed ${what}`
    case 'declined': return `${begin}: declined`
    case 'failed': return `${begin}: no way was found`
  }
}

/** `3:07`, or `1:02:09`. */
function time (seconds: number): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return `${minutes < 60 ? minutes : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`}:${two(seconds % 60)}`
}

/** Where both sides wrote down one call, the caller's line counts. */
export function oncePerCall (views: readonly MessageView[]): MessageView[] {
  const byCaller = new Set(views.flatMap(({ call }) => call?.caller === true ? [call.id] : []))
  return views.filter(({ call }) => call === undefined || call.caller || !byCaller.has(call.id))
}
