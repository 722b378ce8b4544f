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

export interface CallView {
  id: CallId
  with: IdentityId
  name: string
  direction: 'outgoing' | 'incoming'
  phase: 'inviting' | 'ringing' | 'connecting' | 'active' | 'interrupted' | 'ended'
  /** a device of theirs rings */
  rings: boolean
  /** when the phase began */
  since: number
  tracks: CallTracks
  theirs: CallTracks
  /** of talk */
  seconds?: number
  /** why it ended. elsewhere: another device of ours took it. merged: both called, and the other call goes on */
  end?: 'hung up' | 'declined' | 'busy' | 'cancelled' | 'unanswered' | 'failed' | 'lost' | 'elsewhere' | 'merged'
  stats?: CallStats
}

export interface CallsDoor {
  /** Rings at the other side. @throws UsageError BUSY, BAD_AUDIO, NO_AUDIO */
  start (who: string, answer?: CallAnswer, options?: CallOptions): Promise<CallView>
  /** Takes a call that rings. @throws UsageError UNKNOWN_CALL, BUSY, BAD_AUDIO, NO_AUDIO */
  answer (call: string, answer?: CallAnswer, options?: CallOptions): Promise<CallView>
  /** Ends it, refuses it, or takes the invitation back. @throws UsageError UNKNOWN_CALL */
  hangUp (call: string, options?: CallOptions): Promise<CallView>
  /** Mutes, unmutes, shows. @throws UsageError UNKNOWN_CALL */
  send (call: string, tracks: Partial<CallTracks>, options?: CallOptions): Promise<CallView>
  /** Those of now, and the last ones since the start of the node. */
  list (options?: CallOptions): Promise<CallView[]>
}
