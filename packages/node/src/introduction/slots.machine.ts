/**
 * What one inbox keeps, and what it asks for it. Pure: no clock, no I/O, no randomness.
 *
 * Invariants: never more than `openSlots` requests by work and `inviteSlots` by invite; a request by work is displaced
 * only by one with more work, one by invite by nothing; what the owner collected or an invite token paid for is not
 * taken a second time.
 */
import { INVITE_SLOTS, MAX_WORK_BITS, REQUEST_SLOTS, RETENTION_MS, WORK_BITS } from '../config.ts'

/** Requests per further bit of work. */
const REQUESTS_PER_BIT = 8
/** A collected request counts as if it still waited for this long, ms: a flood stays dear although the owner reads. */
export const COOL_MS = 60_000
/** Collected requests that still count, at most. */
const MAX_HEAT = 2 * REQUEST_SLOTS
/** Spent invite tokens remembered per inbox, until they expire; when full, invites must wait or work. */
export const MAX_SPENT = 256
/** Collected digests remembered per inbox: more than its slots, so that a replay finds itself here. */
export const MAX_COLLECTED = 128

export interface Slot {
  number: number
  /** hex */
  digest: string
  bits: number
  bytes: number
  /** the invite token's public key in hex, where it came by one */
  invite: string | undefined
  /** Unix milliseconds */
  expires: number
}

export interface Memory { id: string, expires: number }

export interface Slots {
  slots: Slot[]
  next: number
  spent: Memory[]
  collected: Memory[]
  heat: number
  heatAt: number
}

export interface SlotsLimits { openSlots: number, inviteSlots: number, workBits: number, ttlMs: number }

export const defaultLimits: SlotsLimits = { openSlots: REQUEST_SLOTS, inviteSlots: INVITE_SLOTS, workBits: WORK_BITS, ttlMs: RETENTION_MS }

export type SlotsEvent =
  | { type: 'put', digest: string, bytes: number, bits: number, invite?: { id: string, notAfter: number } | undefined }
  | { type: 'drop', digests: string[] }
  | { type: 'tick' }

export type SlotsAnswer =
  | { kind: 'stored', expires: number }
  | { kind: 'refused', code: 'WORK_TOO_LOW' | 'QUEUE_FULL' | 'INVITE_SPENT', bits: number }
  | { kind: 'dropped', count: number }

export interface Decision {
  state: Slots
  answer: SlotsAnswer
  /** slot to write */
  put?: Slot
  /** numbers of slots to delete */
  free: number[]
}

export function emptySlots (): Slots {
  return { slots: [], next: 1, spent: [], collected: [], heat: 0, heatAt: 0 }
}

/** Bits of work that a request needs now (INT-10). */
export function requiredBits (state: Slots, limits: SlotsLimits): number {
  const open = state.slots.filter(slot => slot.invite === undefined)
  const pressure = open.length + state.heat
  const rising = Math.min(limits.workBits + Math.floor(pressure / REQUESTS_PER_BIT), Math.max(limits.workBits, MAX_WORK_BITS))
  if (open.length < limits.openSlots) return rising
  return Math.max(rising, Math.min(...open.map(slot => slot.bits)) + 1)
}

/** Forgets what has expired or cooled. */
function settle (state: Slots, now: number): { state: Slots, free: number[] } {
  const cooled = Math.max(0, Math.floor((now - state.heatAt) / COOL_MS))
  const free = state.slots.filter(slot => slot.expires <= now).map(slot => slot.number)
  return {
    free,
    state: {
      ...state,
      slots: free.length === 0 ? state.slots : state.slots.filter(slot => slot.expires > now),
      spent: state.spent.filter(one => one.expires > now),
      collected: state.collected.filter(one => one.expires > now),
      heat: Math.max(0, state.heat - cooled),
      heatAt: state.heatAt + cooled * COOL_MS
    }
  }
}

export function decide (before: Slots, event: SlotsEvent, now: number, limits: SlotsLimits = defaultLimits): Decision {
  const { state, free } = settle(before, now)
  if (event.type === 'tick') return { state, free, answer: { kind: 'dropped', count: 0 } }
  if (event.type === 'drop') return drop(state, event.digests, now, free)

  // INT-14: the same request again is the same request, also when its owner has it already
  const same = state.slots.find(slot => slot.digest === event.digest)?.expires ?? state.collected.find(one => one.id === event.digest)?.expires
  if (same !== undefined) return { state, free, answer: { kind: 'stored', expires: same } }

  const slot: Slot = { number: state.next, digest: event.digest, bits: event.bits, bytes: event.bytes, invite: event.invite?.id, expires: now + limits.ttlMs }
  const bits = requiredBits(state, limits)
  if (event.invite !== undefined) {
    const { id, notAfter } = event.invite
    if (state.spent.some(one => one.id === id)) return { state, free, answer: { kind: 'refused', code: 'INVITE_SPENT', bits } }
    const invited = state.slots.filter(one => one.invite !== undefined).length
    if (invited >= limits.inviteSlots || state.spent.length >= MAX_SPENT) return { state, free, answer: { kind: 'refused', code: 'QUEUE_FULL', bits } }
    return taken({ ...state, spent: [...state.spent, { id, expires: notAfter }] }, slot, free)
  }

  if (event.bits < bits) return { state, free, answer: { kind: 'refused', code: 'WORK_TOO_LOW', bits } }
  const open = state.slots.filter(one => one.invite === undefined)
  if (open.length < limits.openSlots) return taken(state, slot, free)
  // INT-11: the least work goes; among equals the youngest, so that who came before a flood stays
  const least = open.reduce((a, b) => b.bits <= a.bits ? b : a)
  return taken({ ...state, slots: state.slots.filter(one => one !== least) }, slot, [...free, least.number])
}

function taken (state: Slots, slot: Slot, free: number[]): Decision {
  return { state: { ...state, slots: [...state.slots, slot], next: state.next + 1 }, free, put: slot, answer: { kind: 'stored', expires: slot.expires } }
}

function drop (state: Slots, digests: string[], now: number, free: number[]): Decision {
  const wanted = new Set(digests)
  const gone = state.slots.filter(slot => wanted.has(slot.digest))
  const worked = gone.filter(slot => slot.invite === undefined).length
  const collected = [...state.collected, ...gone.map(slot => ({ id: slot.digest, expires: slot.expires }))].slice(-MAX_COLLECTED)
  return {
    state: {
      ...state,
      slots: gone.length === 0 ? state.slots : state.slots.filter(slot => !wanted.has(slot.digest)),
      collected,
      heat: Math.min(MAX_HEAT, state.heat + worked),
      heatAt: state.heat === 0 ? now : state.heatAt
    },
    free: [...free, ...gone.map(slot => slot.number)],
    answer: { kind: 'dropped', count: gone.length }
  }
}
