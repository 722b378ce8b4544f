/** Limits of the exchange that heals the log; its messages travel in session's Payload. Spec: README.md */

/** Questions in one payload: more authors than that are asked for later. */
export const MAX_WANTS = 64
/** Entries that one question asks for. */
export const MAX_WANTED_ENTRIES = 4096
/** Heads that one payload names, and receipts of reading likewise. */
export const MAX_HEADS = 256
/** Runs in one payload. */
export const MAX_RUNS = 256
