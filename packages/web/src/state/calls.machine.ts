/** What the numbers of a call mean, and how it ended, in words. Values only. */
import type { CallKey } from '../messages/calls.ts'
import type { CallStats, CallView } from '@sotto/node'

export type Quality = 'good' | 'fair' | 'poor'

/** Above these one begins to hear it, and above those it hurts: share of packets lost, ms there and back (ITU-T G.114 wants 150 ms one way). */
const FAIR = { loss: 0.03, trip: 300 }
const POOR = { loss: 0.1, trip: 800 }

/** How it goes now: of what was lost since `before`, where that is known. */
export function qualityOf (now: CallStats, before?: CallStats): Quality {
  const lost = Math.max(0, now.lost - (before?.lost ?? 0))
  const came = Math.max(0, now.packets - (before?.packets ?? 0))
  const loss = lost + came === 0 ? 0 : lost / (lost + came)
  const trip = now.roundTrip ?? 0
  if (loss > POOR.loss || trip > POOR.trip) return 'poor'
  return loss > FAIR.loss || trip > FAIR.trip ? 'fair' : 'good'
}

export function wayOf ({ local, remote }: CallStats): 'direct' | 'relayed' | undefined {
  if (local === undefined || remote === undefined) return undefined
  return local === 'relay' || remote === 'relay' ? 'relayed' : 'direct'
}

const ENDS: Record<Exclude<CallView['end'], undefined>, CallKey> = {
  'hung up': 'end.hungUp',
  declined: 'end.declined',
  busy: 'end.busy',
  cancelled: 'end.cancelled',
  unanswered: 'end.unanswered',
  failed: 'end.failed',
  lost: 'end.lost',
  elsewhere: 'end.elsewhere',
  merged: 'end.elsewhere'
}

export function endOf (end: CallView['end'] = 'hung up'): CallKey { return ENDS[end] }

export type Trouble = 'refused' | 'missing' | 'taken' | 'other'

/** Why microphone or camera are not there: the browser's word for it (Media Capture and Streams, getUserMedia). */
export function troubleOf (error: unknown): Trouble {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'NO_AUDIO') return 'other'
  return troubleOfBrowser(error.cause)
}

export function troubleOfBrowser (error: unknown): Exclude<Trouble, 'other'> {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotReadableError' ? 'taken' : 'missing'
}
