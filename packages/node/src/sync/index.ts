/** The log that heals: entries, order, gaps, runs for whoever lacks them. Spec: protocols/message, protocols/sync. */
export { ConversationLog, messageIdKey, MAX_HELD_ENTRIES } from './log.ts'
export type { Gap, LogHead, Received } from './log.ts'
export { annotationsOf } from './annotations.ts'
export { collectRuns } from './runs.ts'
export type { RunRequest } from './runs.ts'
export { readPage } from './page.ts'
export type { PageQuery } from './page.ts'
export type { StoredEntry } from './stored-entry.ts'
