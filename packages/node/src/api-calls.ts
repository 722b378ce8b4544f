/** What a face sees of calls: see api.ts. */
import type { CallOptions, IdentityId } from './api.ts'

/** 32 hex digits */
export type CallId = string & { readonly callId: unique symbol }
export type CallOutcomeView = 'answered' | 'missed' | 'declined' | 'busy' | 'failed' | 'cut off'

/** What is sent, or is to be sent, in a call. */
export interface CallTracks { audio: boolean, video: boolean, screen: boolean }

/** How one takes part in a call. */
export interface CallAnswer {
  /** Node: `default` (microphone and speaker), `none`, or the absolute path of a WAV or Ogg Opus file. In a page: `default`, `none`, or the id of a microphone */
  audio?: string
  /** Node: absolute path of a WAV file for what is heard */
  record?: string
  video?: boolean
  screen?: boolean
  /** ends the call after so many seconds of talk */
  seconds?: number
  /** ends the call when the file was played */
  untilPlayed?: boolean
  /** tells no address of ours: needs a TURN server. Default: where one is set, towards people who were not verified */
  hidden?: boolean
  /** a page: the tab whose microphone, camera and speaker it is; set by the tabs themselves */
  place?: string
}

export interface CallStats {
  /** RFC 8839 candidate types of the way in use: `relay` is not direct, all others are */
  local: string | undefined
  remote: string | undefined
  sentBytes: number
  receivedBytes: number
  packets: number
  /** packets that never came */
  lost: number
  /** ms */
  roundTrip: number | undefined
}

/** One other person of a call. */
export interface ParticipantView {
  with: IdentityId
  name: string
  /** named: nothing was heard of them so far. apart: no contact of ours, so that we and they do not hear each other. Else as of the call */
  phase: CallPhaseView | 'named' | 'apart'
  /** a device of theirs rings */
  rings: boolean
  theirs: CallTracks
  /** of talk with them */
  seconds?: number
  end?: CallEndView
  stats?: CallStats
}

export type CallPhaseView = 'inviting' | 'ringing' | 'connecting' | 'active' | 'interrupted' | 'ended'
/** elsewhere: another device of ours took it. merged: both called, and the other call goes on */
export type CallEndView = 'hung up' | 'declined' | 'busy' | 'cancelled' | 'unanswered' | 'failed' | 'lost' | 'elsewhere' | 'merged'

/** A call; where it has several people, phase and numbers are those of all together, and `with` is the first of them. */
export interface CallView {
  id: CallId
  with: IdentityId
  name: string
  direction: 'outgoing' | 'incoming'
  phase: CallPhaseView
  /** a device of theirs rings */
  rings: boolean
  /** when the phase began */
  since: number
  tracks: CallTracks
  theirs: CallTracks
  /** everybody but us, the first of them first */
  participants: ParticipantView[]
  /** of talk */
  seconds?: number
  /** why it ended */
  end?: CallEndView
  /** of one that is merged: the call that goes on */
  into?: CallId
  stats?: CallStats
}

/** What calls may ask, and what they tell. */
export interface CallSettings {
  /** `stun:`, `turn:` or `turns:`; passwords are not told */
  servers: Array<{ url: string, username?: string }>
  /** no address of ours is told to anybody in a call: needs a TURN server. Else, where there is one, to those who were not verified */
  hide: boolean
}

export interface CallSettingsChange {
  /** takes the place of all that were set; empty: none. Without `credential` the password that is kept for it stays */
  server?: string
  username?: string
  credential?: string
  hide?: boolean
}

export interface CallsDoor {
  /** Rings at the other side, or at all of several: seven at most. @throws UsageError BUSY, BAD_AUDIO, NO_AUDIO; LimitError LIMIT_EXCEEDED */
  start (who: string | readonly string[], answer?: CallAnswer, options?: CallOptions): Promise<CallView>
  /** Takes a call that rings. @throws UsageError UNKNOWN_CALL, BUSY, BAD_AUDIO, NO_AUDIO */
  answer (call: string, answer?: CallAnswer, options?: CallOptions): Promise<CallView>
  /** Asks somebody into a call that one is in. @throws UsageError UNKNOWN_CALL; LimitError LIMIT_EXCEEDED */
  invite (call: string, who: string, options?: CallOptions): Promise<CallView>
  /** Ends it, refuses it, or takes the invitation back. @throws UsageError UNKNOWN_CALL */
  hangUp (call: string, options?: CallOptions): Promise<CallView>
  /** Mutes, unmutes, shows. @throws UsageError UNKNOWN_CALL */
  send (call: string, tracks: Partial<CallTracks>, options?: CallOptions): Promise<CallView>
  /** Those of now, and the last ones since the start of the node. */
  list (options?: CallOptions): Promise<CallView[]>
  settings (options?: CallOptions): Promise<CallSettings>
  /** For calls from now on; kept sealed in the profile. @throws UsageError BAD_ARGUMENT */
  configure (change: CallSettingsChange, options?: CallOptions): Promise<CallSettings>
}
