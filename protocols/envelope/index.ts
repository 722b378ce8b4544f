/** What leaves a device: sealed bytes in one of few sizes. Wire id of the direct stream, limits. Spec: README.md */
export * from './envelope.pb.ts'

/** Direct stream between two devices. */
export const ENVELOPE_PROTOCOL = '/sotto/envelope/1.0.0'
/** Largest envelope, bytes. */
export const MAX_ENVELOPE_BYTES = 64 * 1024
/** Smallest padded inside, bytes (ENV-3). */
export const PADDING_FLOOR_BYTES = 512
/** Id, nonce and tag around the padded inside, bytes. */
export const ENVELOPE_OVERHEAD_BYTES = 16 + 24 + 16
/** Largest frame on the direct stream, bytes. */
export const MAX_DIRECT_FRAME_BYTES = MAX_ENVELOPE_BYTES + 1024
/** Envelopes that may be on the way unhandled, per direction (ENV-6). */
export const DIRECT_WINDOW = 64
/** Parts of one whole (a Welcome of the largest group). */
export const MAX_PARTS = 16
