/** Limits of the control protocol (protocols/control/README.md). Each has its reason. */

/** Revision of the control protocol. */
export const CONTROL_REVISION = 1
/** Longest line from a client, bytes: a text of 32 KiB, each byte escaped as \u00XX, and room around it. */
export const MAX_REQUEST_BYTES = 256 * 1024
/** Longest line to a client, bytes: 64 of the longest messages with their reactions. Longer results ask for parts. */
export const MAX_RESPONSE_BYTES = 8 * 1024 * 1024
/** Clients at a time: a desktop full of scripts. */
export const MAX_CLIENTS = 64
/** Requests of one client under way: a bot that pipelines its sends. */
export const MAX_REQUESTS = 1024
/** Streams of one client under way: each holds a subscription of the node. */
export const MAX_STREAMS = 16
/** Items that a client may let a stream run ahead: bounds what lies in either process. */
export const MAX_CREDIT = 1024
/** What our own client grants. */
export const CREDIT = 256
/** Bytes of results in one part of a list. */
export const PART_BYTES = 256 * 1024
/** With so many unread bytes towards a client nothing more is read from it. */
export const HIGH_WATER_BYTES = 1024 * 1024
/** With so many, it is cut off: it does not read at all. */
export const MAX_UNREAD_BYTES = 64 * 1024 * 1024
/** How long the node may take to say hello, ms: it answers at once, or it is frozen. */
export const HELLO_TIMEOUT_MS = 5000
/** How long an aborted call waits for the node's own word on it, ms. */
export const ABORT_GRACE_MS = 1000
