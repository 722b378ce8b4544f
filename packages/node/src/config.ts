/** Every default of the messenger: value, unit, reason. A part takes its numbers from here, tests override them in `Init`. */

/** Longest text of one message, bytes of UTF-8 (cli.md: 32 KiB; leaves room for padding in one 64 KiB envelope). */
export const MAX_TEXT_BYTES = 32 * 1024
/** Largest envelope and mailbox item, bytes. */
export const MAX_ENVELOPE_BYTES = 64 * 1024
/** Largest frame on any Sotto stream, bytes: an envelope and its frame around it, or a batch of them. */
export const MAX_FRAME_BYTES = 256 * 1024
/** Mailboxes that keep one's mail: survives the loss of two (design: k = 3). */
export const MAILBOX_COPIES = 3
/** Without a receipt for this long after a direct send, mailboxes get a copy too, ms. */
export const DIRECT_GRACE_MS = 1500
/** How long a mailbox keeps an item, ms (30 days). */
export const RETENTION_MS = 30 * 24 * 60 * 60 * 1000
/** A silent device slot stops holding back deletion after this long, ms (7 days): it syncs from a sibling. */
export const SLOT_SILENCE_MS = 7 * 24 * 60 * 60 * 1000
/** Bytes one queue may hold: a month of text, and no more of a disk than one photo album. */
export const MAX_QUEUE_BYTES = 16 * 1024 * 1024
/** Items one queue may hold. */
export const MAX_QUEUE_ITEMS = 16384
/** What a reachable personal node volunteers to strangers by default, bytes. */
export const VOLUNTEER_BYTES = 256 * 1024 * 1024
/** What one contact's grant is worth by default, bytes. */
export const GRANT_BYTES = 64 * 1024 * 1024
/** Requests that wait in one inbox. */
export const REQUEST_SLOTS = 64
