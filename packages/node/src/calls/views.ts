/** A call as a face sees it: all its pairs together. Of two people it is the one pair. */
import { hexToBytes } from '@noble/hashes/utils.js'
import { NO_TRACKS } from './pair.ts'
import type { Call, Party } from './call.ts'
import type { CallId, CallStats, CallTracks, CallView, IdentityId, ParticipantView } from '../api.ts'

export interface ViewInit {
  formatId: (identity: Uint8Array) => IdentityId
  nameOf: (identity: Uint8Array) => string
  stats: (peer: string) => CallStats | undefined
  now: number
}

/** Of several pairs the one that is furthest speaks for the call. */
const FURTHEST: ReadonlyArray<Call['phase']> = ['active', 'interrupted', 'connecting', 'inviting', 'ringing', 'ended']

/** `pairs`: those that have not ended. */
export function viewOf (party: Party, pairs: readonly Call[], init: ViewInit): CallView {
  const { formatId, nameOf, stats } = init
  const all = [...pairs, ...party.past.filter(({ peer }) => !pairs.some(pair => pair.peer === peer))]
  const lead = leadOf(pairs, party.past)
  const [first = ''] = party.people
  const phase = pairs.length > 0 && !party.joined ? 'ringing' : pairs.length === 0 && party.awaited.length > 0 ? 'inviting' : lead?.phase ?? 'ended'
  const since = lead?.since ?? 0
  const connected = all.flatMap(pair => pair.connected ?? [])
  const sum = sumOf(pairs.flatMap(({ peer }) => stats(peer) ?? []))
  return {
    id: party.id as CallId,
    with: formatId(hexToBytes(first)),
    name: nameOf(hexToBytes(first)),
    direction: party.direction,
    phase,
    rings: pairs.some(({ rings }) => rings) || (pairs.length === 0 && lead?.rings === true),
    since,
    tracks: lead?.tracks ?? NO_TRACKS,
    theirs: (pairs.length > 0 ? pairs : lead === undefined ? [] : [lead]).map(({ theirs }) => theirs).reduce(either, NO_TRACKS),
    participants: party.people.map(peer => participantOf(party, peer, all.find(pair => pair.peer === peer), init)),
    ...(connected.length === 0 ? {} : { seconds: secondsOf(Math.min(...connected), phase === 'ended' ? since : init.now) }),
    ...(lead?.end === undefined || phase !== 'ended' ? {} : { end: lead.end }),
    ...(lead?.into === undefined || phase !== 'ended' ? {} : { into: lead.into as CallId }),
    ...(sum === undefined ? {} : { stats: sum })
  }
}

/** Of pairs that ended: the last one in which somebody talked, else the last one. */
function leadOf (pairs: readonly Call[], past: readonly Call[]): Call | undefined {
  if (pairs.length > 0) return pairs.toSorted((a, b) => FURTHEST.indexOf(a.phase) - FURTHEST.indexOf(b.phase) || a.since - b.since)[0]
  return past.findLast(({ connected }) => connected !== undefined) ?? past.at(-1)
}

function participantOf (party: Party, peer: string, pair: Call | undefined, { formatId, nameOf, stats, now }: ViewInit): ParticipantView {
  const identity = hexToBytes(peer)
  const numbers = stats(peer)
  const phase = pair !== undefined && pair.phase !== 'ended' ? pair.phase : party.apart.includes(peer) ? 'apart' : party.awaited.includes(peer) ? 'inviting' : pair?.phase ?? 'named'
  return {
    with: formatId(identity),
    name: nameOf(identity),
    phase,
    rings: pair?.rings ?? false,
    theirs: pair?.theirs ?? NO_TRACKS,
    ...(pair?.connected === undefined ? {} : { seconds: secondsOf(pair.connected, pair.phase === 'ended' ? pair.since : now) }),
    ...(pair?.end === undefined ? {} : { end: pair.end }),
    ...(numbers === undefined ? {} : { stats: numbers })
  }
}

function secondsOf (from: number, until: number): number { return Math.max(0, Math.round((until - from) / 1000)) }

function either (a: CallTracks, b: CallTracks): CallTracks {
  return { audio: a.audio || b.audio, video: a.video || b.video, screen: a.screen || b.screen }
}

/** Where one way of several leads through a relay, the call is not direct. */
function sumOf (all: readonly CallStats[]): CallStats | undefined {
  const shown = all.find(({ local, remote }) => local === 'relay' || remote === 'relay') ?? all[0]
  if (shown === undefined) return undefined
  const sum = (field: 'sentBytes' | 'receivedBytes' | 'packets' | 'lost'): number => all.reduce((total, stats) => total + stats[field], 0)
  const trips = all.flatMap(({ roundTrip }) => roundTrip ?? [])
  return { ...shown, sentBytes: sum('sentBytes'), receivedBytes: sum('receivedBytes'), packets: sum('packets'), lost: sum('lost'), roundTrip: trips.length === 0 ? undefined : Math.max(...trips) }
}
