/** What became of a call, as it reads for one of the two: in the conversation, in the list, and in a notification. Values only. */
import type { en } from '../messages/en.ts'
import type { CallOutcomeView, MessageView } from '@sotto/node'

type CallLine = NonNullable<MessageView['call']>
type Key = Extract<keyof typeof en, `call.${string}`>

const TROUBLE: Readonly<Partial<Record<CallOutcomeView, Key>>> = { declined: 'call.declined', busy: 'call.busy', failed: 'call.failed', 'cut off': 'call.cutOff' }

/** A call that somebody hoped we would take. `own`: the line of it is of ours. */
export function isMissed ({ outcome, caller }: CallLine, own: boolean): boolean {
  return own !== caller && (outcome === 'missed' || outcome === 'busy')
}

/** `Outgoing call · no answer`, `Missed call`, `Incoming video call · 3:07`. `time`: how seconds read. */
export function callWords (t: (key: Key) => string, time: (seconds: number) => string, call: CallLine, own: boolean): string {
  const { outcome, seconds, video, withdrawn, caller } = call
  if (isMissed(call, own)) return t(video ? 'call.missedVideo' : 'call.missed')
  const begin = own === caller ? t(video ? 'call.outVideo' : 'call.out') : t(video ? 'call.inVideo' : 'call.in')
  const trouble = outcome === 'missed' ? withdrawn ? 'call.cancelled' : 'call.unanswered' : TROUBLE[outcome]
  return [begin, ...(outcome === 'answered' || outcome === 'cut off' ? [time(seconds)] : []), ...(trouble === undefined ? [] : [t(trouble)])].join(' · ')
}
