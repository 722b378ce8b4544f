/** What other protocols keep to as well. A file of its own: they are read where nothing is compared yet. */

/** Questions in one payload: more than that are asked later. */
export const MAX_WANTS = 64
/** Heads that one payload names, and receipts of reading likewise. */
export const MAX_HEADS = 256
/** Runs in one payload. */
export const MAX_RUNS = 256
