/** The engine of calls by itself: for a page whose node runs in another tab than the one in which somebody talks. */
export { createMedia } from '#media'
export type { CallHandover, CarriedCall } from './calls/index.ts'
export type { CallDevices, DeviceKind, MicrophoneState } from './platform/browser-devices.ts'
export type { PageStreams } from './platform/browser-media.ts'
export type { MediaCandidate, MediaInit, MediaLeg, MediaMaker } from './platform/media.ts'
