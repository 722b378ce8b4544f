/** The engine of calls by itself: for a page whose node runs in another tab than the one in which somebody talks. */
import { createMedia as make } from '#media'
import type { MediaInit, MediaLeg } from './platform/media.ts'

/** @param call its name: engines of one call are known by the same certificate. @throws UsageError NO_AUDIO */
export const createMedia: (init: MediaInit, call: string) => Promise<MediaLeg> = make
export type { CallHandover, CarriedCall } from './calls/index.ts'
export type { CallDevices, DeviceKind, MicrophoneState } from './platform/browser-devices.ts'
export type { PageStreams } from './platform/browser-media.ts'
export type { MediaCandidate, MediaInit, MediaLeg, MediaMaker } from './platform/media.ts'
