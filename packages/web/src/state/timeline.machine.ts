/**
 * What is known of one conversation's messages, and how that changes. Values only.
 *
 * Invariants: `items` stand in the order of the log and hold each id once; `at` knows the place of every item, counted from
 * `base` so that a page put before them moves nothing (one map for all states: it only grows, and a place never changes); gaps stand apart, they have no place yet.
 */
import { isMissed } from './call-line.ts'
import type { IdentityId, MessageId, MessageState, MessageView } from '@sotto/node'

/** Somebody who typed is shown as typing for so long without another word of it, ms. */
export const TYPING_SHOWN_MS = 6000
/** Messages closer together than this, from one person, stand as one group, ms. */
export const GROUP_MS = 5 * 60 * 1000

/** Said, and on its way into the store of this device. */
export interface Pending { readonly key: string, readonly text: string, readonly time: number, readonly replyTo?: MessageId | undefined, readonly id?: MessageId | undefined, readonly failed?: string | undefined }

export interface TimelineState {
  readonly items: readonly MessageView[]
  readonly at: Map<MessageId, number>
  readonly base: number
  readonly gaps: readonly MessageView[]
  readonly pending: readonly Pending[]
  readonly loaded: boolean
  /** older ones exist */
  readonly more: boolean
  /** newer ones exist: somebody went far up, and what lies between was not read */
  readonly newer: boolean
  readonly loading: boolean
  readonly failed?: string | undefined
  /** where the unread ones began when it was opened */
  readonly unreadFrom?: MessageId | undefined
  /** changes with each message that came from outside while it was open: [what to say aloud] */
  readonly heard?: MessageView | undefined
  /** how many came so */
  readonly came: number
}

export function emptyTimeline (): TimelineState {
  return { items: [], at: new Map(), base: 0, gaps: [], pending: [], came: 0, loaded: false, more: false, newer: false, loading: false }
}

export function indexOf (state: TimelineState, id: MessageId): number {
  const place = state.at.get(id)
  return place === undefined ? -1 : place - state.base
}

export function itemOf (state: TimelineState, id: MessageId): MessageView | undefined {
  return state.items[indexOf(state, id)]
}

function split (views: readonly MessageView[]): { items: MessageView[], gaps: MessageView[] } {
  return { items: views.filter(view => view.kind !== 'gap'), gaps: views.filter(view => view.kind === 'gap') }
}

/** Whether there may be more beyond. A call stands in both logs and is shown once: a page with one may be shorter than what was asked for. */
function isFull (page: readonly MessageView[], limit: number): boolean {
  return page.length >= limit || page.some(({ kind }) => kind === 'call')
}

/** The newest page. `unread`: how many of others' messages and missed calls at its end are new. */
export function withLatest (state: TimelineState, page: readonly MessageView[], { limit, unread, self }: { limit: number, unread: number, self: IdentityId }): TimelineState {
  const { items, gaps } = split(page)
  const known = new Set(items.map(item => item.id))
  // what came by event while the page was read
  for (const item of state.items) if (!known.has(item.id) && state.loaded === false) items.push(item)
  let left = unread
  let unreadFrom: MessageId | undefined
  for (let at = items.length - 1; at >= 0 && left > 0; at--) {
    const item = items[at]
    if (item === undefined || (item.call === undefined ? item.from === self : !isMissed(item.call, item.from === self))) continue
    unreadFrom = item.id
    left--
  }
  const pending = state.pending.filter(({ id }) => id === undefined || !known.has(id))
  return { ...state, items, gaps, pending, at: new Map(items.map((item, at) => [item.id, at])), base: 0, loaded: true, loading: false, more: isFull(page, limit), newer: false, failed: undefined, unreadFrom }
}

/** The first page of all, in the place of what was there. */
export function withFirst (state: TimelineState, page: readonly MessageView[], limit: number): TimelineState {
  const { items } = split(page)
  return { ...state, items, at: new Map(items.map((item, at) => [item.id, at])), base: 0, loading: false, more: false, newer: isFull(page, limit), failed: undefined }
}

/** The page below what is there, and `since`: what came while the last one was read. */
export function withNewer (state: TimelineState, page: readonly MessageView[], limit: number, since: readonly MessageView[], self: IdentityId): TimelineState {
  const newer = isFull(page, limit)
  const next = withMessages({ ...state, newer: false }, newer ? split(page).items : [...split(page).items, ...since], self)
  return { ...next, heard: state.heard, came: state.came, newer, loading: false, failed: undefined }
}

export function withOlder (state: TimelineState, page: readonly MessageView[], limit: number): TimelineState {
  const older = split(page).items.filter(item => !state.at.has(item.id))
  const base = state.base - older.length
  older.forEach((item, index) => state.at.set(item.id, base + index))
  return { ...state, items: older.concat(state.items), base, loading: false, more: isFull(page, limit), failed: undefined }
}

/** New ones at the end, where the end is there; known ones in their place. */
export function withMessages (state: TimelineState, messages: readonly MessageView[], self: IdentityId): TimelineState {
  const items = state.items.slice()
  const { at } = state
  let { pending, heard, came } = state
  for (const message of messages) {
    const place = at.get(message.id)
    if (place !== undefined) {
      items[place - state.base] = message
      continue
    }
    if (!state.newer) {
      at.set(message.id, state.base + items.length)
      items.push(message)
    }
    if (message.from !== self) { heard = message; came++; continue }
    const said = pending.findIndex(one => one.id === message.id || (one.id === undefined && one.failed === undefined && one.text === message.text))
    if (said >= 0) pending = pending.toSpliced(said, 1)
  }
  return { ...state, items, pending, heard, came }
}

/** Known ones only: edits, reactions, retractions. */
export function withChanged (state: TimelineState, message: MessageView): TimelineState {
  const index = indexOf(state, message.id)
  return index < 0 ? state : { ...state, items: state.items.with(index, message) }
}

export function withStates (state: TimelineState, changes: ReadonlyArray<{ message: MessageId, state: MessageState, copies: number }>): TimelineState {
  let items: MessageView[] | undefined
  for (const change of changes) {
    const index = indexOf(state, change.message)
    const item = (items ?? state.items)[index]
    if (item === undefined || (item.state === change.state && item.copies === change.copies)) continue
    items ??= state.items.slice()
    const { waiting, waitingFor, ...rest } = item
    const arrived = change.state === 'delivered' || change.state === 'read'
    items[index] = { ...rest, state: change.state, copies: change.copies, ...(arrived || waiting === undefined ? {} : { waiting }), ...(arrived || waitingFor === undefined ? {} : { waitingFor }) }
  }
  return items === undefined ? state : { ...state, items }
}

/** The call that sends it came back: the event with the message may have come before, or comes. */
export function withSent (state: TimelineState, key: string, id: MessageId): TimelineState {
  const known = state.at.has(id)
  return { ...state, pending: state.pending.flatMap(one => one.key !== key ? [one] : known ? [] : [{ ...one, id }]) }
}

export interface Grouping { readonly first: boolean, readonly last: boolean, readonly newDay: boolean }

/** How a message stands among its neighbours. */
export function groupingOf (before: MessageView | undefined, item: MessageView, after: MessageView | undefined): Grouping {
  const day = (time: number): number => new Date(time).setHours(0, 0, 0, 0)
  const together = (a: MessageView | undefined, b: MessageView | undefined): boolean =>
    a !== undefined && b !== undefined && a.from === b.from && Math.abs(b.time - a.time) < GROUP_MS && day(a.time) === day(b.time)
  return { first: !together(before, item), last: !together(item, after), newDay: before === undefined || day(before.time) !== day(item.time) }
}
