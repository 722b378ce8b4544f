/** Defaults of the diagnosis (`sotto doctor`): value, unit, reason. */

/** Less room than this on the disk of the profile: nothing can be received, bytes. LevelDB writes files of 2 MiB and compacts into new ones. */
export const DISK_FULL_BYTES = 8 * 1024 * 1024
/** Less room than this is said in time, bytes: some days of mail with files. */
export const DISK_LOW_BYTES = 256 * 1024 * 1024
/** A clock that differs from others' by less is right, ms: as far as a message may be dated into the future before that is shown. */
export const CLOCK_NEAR_MS = 10 * 60 * 1000
/** Beyond this, things stop working, ms: what mailboxes promise is not believed (MAX_CLOCK_ERROR_MS of the config). */
export const CLOCK_FAR_MS = 24 * 60 * 60 * 1000
/** Peers whose time is remembered to compare with: the middle of a few is enough. */
export const MAX_CLOCKS = 32
/** A clock that was set, or slept, moved against the machine's own by more than this: what was compared before says nothing, ms. */
export const CLOCK_MOVED_MS = 60_000
/** No clock is right that shows a time before this, Unix ms: 2026-01-01, before this was written. */
export const EARLIEST_NOW = Date.UTC(2026, 0, 1)
/** A mailbox that was watched for less has no record yet, ms. */
export const RELIABLY_MEASURED_MS = 60 * 60 * 1000
/** A mailbox that is up for less than this share of the time is called often away. */
export const RELIABLE_UP = 0.9
/** A node that has run for so long has met whoever can be met, ms. */
export const SETTLED_MS = 15_000
/** How long `doctor` waits in all for mailboxes and the directory to answer, ms. */
export const DOCTOR_MS = 8_000
