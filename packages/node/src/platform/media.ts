/**
 * Sound and pictures between two devices: one peer connection (RFC 8825). Reached as `import('#media')`: in Node node-datachannel
 * and opusscript, sound only; in a page its own RTCPeerConnection. Knows nothing of calls: what goes out and comes in as text is carried by others.
 */

import type { CallStats, CallTracks } from '../api.ts'

export interface MediaCandidate { candidate: string, mid: string }

/** Where sound comes from and goes to. */
export interface AudioPlaces {
  /** Node: `default` (microphone and speaker), `none` (silence), or a WAV or Ogg Opus file to play. In a page: `default`, `none`, or the id of a microphone. */
  audio?: string
  /** Node: a WAV file (48 kHz, one channel) for what is heard */
  record?: string
}

/** A server for ICE: only ones that the user or a contact's own node offers. */
export interface IceServer { url: string, username?: string, credential?: string }

export interface MediaInit extends AudioPlaces {
  tracks: CallTracks
  /** only loopback is ever contacted */
  loopbackOnly: boolean
  /** addresses of ours are not told: only relayed candidates are gathered */
  hidden: boolean
  iceServers: readonly IceServer[]
  onCandidate: (candidate: MediaCandidate) => void
  /** flowing: media came, or comes again. silent: none for MEDIA_SILENCE_MS. broken: ICE or DTLS failed for good */
  onFlow: (flow: 'flowing' | 'silent' | 'broken') => void
  /** the file that is played has come to its end */
  onPlayed: () => void
  /** whom it is with, for those who show it */
  who?: string
  /** Not a new one: the engine of this call and person that a node before this one made, and that goes on elsewhere. What it says goes here now. */
  again?: boolean
  /** an engine of the same call: microphone, camera, file and recording are one for both */
  beside?: MediaLeg
  /** a page: the person ended the sharing of the screen by the browser's own button */
  onScreenEnded?: () => void
  /** a page: which microphone and camera to take, asked whenever one is taken. Default: the browser's choice */
  devices?: () => { microphone?: string | undefined, camera?: string | undefined }
}

/** Makes the engine of a call. `place`: see CallAnswer. */
export type MediaMaker = (init: MediaInit, call: string, place: string | undefined) => Promise<MediaLeg>

export interface MediaLeg {
  /** An offer, or a new one for other tracks. `anew`: over a new connection with the same certificate, since the old one carries nothing. */
  offer (anew?: boolean): Promise<string>
  /** Where the other side begins anew (other ICE credentials), so do we, with the same certificate. */
  answer (sdp: string): Promise<string>
  accept (sdp: string): Promise<void>
  add (candidates: readonly MediaCandidate[]): Promise<void>
  /** What is sent from now on; video may need a new offer: true says so. */
  send (tracks: CallTracks): Promise<boolean>
  stats (): Promise<CallStats>
  /** In a page: MediaStreams to show; undefined where they are in another tab. */
  streams (): { local: unknown, remote: unknown } | undefined
  /** Resolves when what was recorded is on disk. */
  close (): Promise<void>
}

/** So long without a packet is silence: sound is sent all the time, also by who says nothing. */
export const MEDIA_SILENCE_MS = 3000

/** By these another connection is known from the one before (RFC 8839 §5.4). */
export function iceCredentials (sdp: string): string {
  return /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1]?.trim() ?? ''
}
