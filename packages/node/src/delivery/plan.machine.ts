/**
 * Decides, for one conversation, which sealed records go where now. Pure: no clock, no I/O, no randomness.
 *
 * Direct first; mailboxes when a device is away, when a receipt does not come within the grace, or when the user asks
 * for `stored` (ENV-7); to all mailboxes, until a receipt of the recipient's device ends it (ENV-8).
 */
import { DIRECT_GRACE_MS, MAIL_PATIENCE_MS, RETENTION_MS } from '../config.ts'

export type RecordKind = 'message' | 'commit' | 'welcome' | 'control' | 'repair' | 'typing' | 'signal'

export interface PlanRecord {
  number: number
  kind: RecordKind
  /** last own entry in it, 0 for none */
  to: number
  /** Unix milliseconds */
  created: number
  urgent: boolean
  /** mailboxes that signed for it */
  copies: readonly string[]
  /** devices (PeerId) that took it from the direct stream */
  handled: readonly string[]
  /** devices it was sent to on a stream that is still up */
  sent: ReadonlySet<string>
  /** mailboxes a PUT to which is under way */
  putting: ReadonlySet<string>
  /** mailboxes that took it and whose promise is not believed, and when they were last asked, Unix milliseconds */
  doubted: ReadonlyMap<string, number>
  /** commit, welcome: devices (hex) that have shown that they have it */
  settled: ReadonlySet<string>
}

export interface PlanDevice {
  peerId: string
  /** hex */
  device: string
  /** another device of ours: no mailbox is troubled for it, it gets what it lacks when it is back (SYN-2) */
  own: boolean
  up: boolean
  /** the last dial failed, or nothing is known of where it is */
  away: boolean
  /** envelopes that its stream takes now */
  room: number
  /** own entries that it has signed for */
  delivered: number
}

export interface PlanMailbox { name: string, retryAt: number }

export interface PlanInput { records: readonly PlanRecord[], devices: readonly PlanDevice[], mailboxes: readonly PlanMailbox[] }

export interface Plan {
  finished: number[]
  direct: Array<{ number: number, peerId: string }>
  mailbox: Array<{ number: number, name: string }>
  /** when to look again, Unix milliseconds */
  wakeAt: number | undefined
}

/** After this long nobody cares whether somebody was typing, ms. */
export const TYPING_MS = 5000
/** After this long nobody waits for a step of a call any more, ms. */
export const SIGNAL_MS = 30_000
/** A mailbox that took a record, but whose clock is not believed, is asked for another promise after this long, ms: one of the two may be set right. */
const DOUBT_MS = 30_000
/** A repair that found no way out for so long is dropped, ms: who still lacks something asks again. */
const REPAIR_KEEP_MS = 60 * 60 * 1000

/** Said at once or not at all, and stored nowhere. */
export function isLive ({ kind }: { kind: RecordKind }): boolean {
  return kind === 'typing' || kind === 'signal'
}

function satisfied (record: PlanRecord, device: PlanDevice): boolean {
  if (record.kind === 'message') return device.delivered >= record.to
  if (record.kind === 'control' || record.kind === 'repair' || isLive(record)) return record.handled.includes(device.peerId)
  // a Welcome is for those who asked: once one of them sealed something, it has done its work
  if (record.kind === 'welcome') return device.own || record.settled.size > 0
  return record.settled.has(device.device)
}

/** Everybody who is there has it, and who is away finds it: in mailboxes, or with those who have it (SYN-2). */
function isInGoodHands (record: PlanRecord, input: PlanInput, now: number): boolean {
  const others = input.devices.filter(device => !device.own)
  if (!others.some(device => satisfied(record, device))) return false
  if (!input.devices.every(device => satisfied(record, device) || (device.away && !device.up))) return false
  if (record.kind !== 'message' || others.every(device => satisfied(record, device))) return record.kind !== 'commit'
  return record.copies.length >= Math.min(2, input.mailboxes.length) || now - record.created > MAIL_PATIENCE_MS
}

function isFinished (record: PlanRecord, input: PlanInput, now: number): boolean {
  if (isLive(record) && now - record.created > (record.kind === 'typing' ? TYPING_MS : SIGNAL_MS)) return true
  if (now - record.created > RETENTION_MS) return true // mailboxes have dropped it too; sync heals what is missing
  if (input.devices.length > 0 && input.devices.every(device => satisfied(record, device))) return true
  if (isInGoodHands(record, input, now)) return true
  if (record.kind === 'repair' && now - record.created > REPAIR_KEEP_MS) return true
  // receipts and the like are cumulative, repairs are asked for again: once mailboxes hold them, nobody waits for more
  return (record.kind === 'control' || record.kind === 'repair') && record.copies.length > 0 && record.copies.length >= Math.min(2, input.mailboxes.length)
}

/** A doubt from the future is from before our clock was set: what it stood on is gone. */
function doubtedUntil (record: PlanRecord, { name }: PlanMailbox, now: number): number {
  const at = record.doubted.get(name)
  return at === undefined || at > now ? 0 : at + DOUBT_MS
}

export function plan (input: PlanInput, now: number): Plan {
  const result: Plan = { finished: [], direct: [], mailbox: [], wakeAt: undefined }
  const room = new Map(input.devices.map(device => [device.peerId, device.room]))
  const wake = (at: number): void => { result.wakeAt = Math.min(result.wakeAt ?? Infinity, at) }
  for (const record of input.records) {
    if (isFinished(record, input, now)) {
      result.finished.push(record.number)
      continue
    }
    let mail = record.urgent || input.devices.every(device => device.own)
    for (const device of input.devices) {
      if (satisfied(record, device)) continue
      if (device.up && !record.sent.has(device.peerId) && (room.get(device.peerId) ?? 0) > 0) {
        room.set(device.peerId, (room.get(device.peerId) ?? 0) - 1)
        result.direct.push({ number: record.number, peerId: device.peerId })
      }
      if (device.own) continue
      if (record.kind === 'message' && now <= record.created + MAIL_PATIENCE_MS) wake(record.created + MAIL_PATIENCE_MS)
      const patience = record.created + DIRECT_GRACE_MS
      if ((device.away && !device.up) || now >= patience) mail = true
      else wake(patience)
    }
    if (!mail || isLive(record)) continue
    for (const mailbox of input.mailboxes) {
      if (record.copies.includes(mailbox.name) || record.putting.has(mailbox.name)) continue
      const retryAt = Math.max(mailbox.retryAt, doubtedUntil(record, mailbox, now))
      if (now >= retryAt) result.mailbox.push({ number: record.number, name: mailbox.name })
      else wake(retryAt)
    }
  }
  return result
}

/** Sealed records that may be on the way at a time; what comes meanwhile is coalesced into the next one. */
const MAX_ON_THE_WAY = 32

/** Is there a way out for a new record now? If not, plaintext waits unsealed, and goes out in one record later (ENV-9). */
export function canSeal (input: PlanInput, now: number): boolean {
  const open = input.records.filter(record => record.kind === 'message')
  const byStream = input.devices.some(device => device.up && device.room > 0)
  // what only waits for a device that is away stops nobody
  const isUnderWay = (record: PlanRecord): boolean => record.copies.length === 0 && input.devices.some(device => device.up && !satisfied(record, device))
  if (byStream && open.filter(isUnderWay).length < MAX_ON_THE_WAY) return true
  const unstored = open.filter(record => record.copies.length < Math.min(2, input.mailboxes.length))
  return input.mailboxes.some(mailbox => now >= mailbox.retryAt) && unstored.length < MAX_ON_THE_WAY
}
