/** What `sotto chat` knows, and what can happen to it. Values only: the machine makes the next one. */
import { EMPTY } from './composer.ts'
import type { ContactView, ConversationView, DeliveryView, IdentityId, MessageId, MessageView, NodeEvent, RequestView } from '@sotto/node'
import type { Composer } from './composer.ts'

/** Messages of one page of history. */
export const PAGE = 200
/** Where more is unread, the first page reaches back to where it begins, up to so many messages. */
export const MAX_FIRST_PAGE = 2000
/** Messages kept of a conversation; beyond them the far end is let go, and read again when wanted. */
export const MAX_ITEMS = 20_000
/** Messages that a search shows. */
export const MAX_RESULTS = 200
/** Somebody who typed is shown as typing for so long without another word of it, ms. */
export const TYPING_SHOWN_MS = 6000
/** The other side is told again that we type after so long, ms. */
export const TYPING_AGAIN_MS = 3000
/** Without a key for so long we do not type any more, ms. */
export const TYPING_IDLE_MS = 5000
/** How long a notice stays, ms. */
export const NOTICE_MS = 8000
/** A message that waits is told of below the list once it is as old as this, ms: most come further sooner. */
export const WAIT_SHOWN_MS = 3000
/** Below this width list and conversation take turns, columns. */
export const TWO_PANES = 60
/** Longest text of one message, bytes of UTF-8 (cli.md). */
export const MAX_TEXT_BYTES = 32 * 1024

/** Rows that one turn of a mouse's wheel moves. */
export const WHEEL_ROWS = 3

export const REACTIONS = ['👍', '❤️', '😂', '😮', '😢', '🎉', '🙏', '👀'] as const

export interface Size { readonly columns: number, readonly rows: number }

/** The lowest message that is seen and how many of its lines are below the edge; nothing: the newest, and following. */
export interface Bottom { readonly id: MessageId, readonly hidden: number }

export interface OpenView {
  readonly with: IdentityId
  readonly items: readonly MessageView[]
  readonly contact?: ContactView | undefined
  /** the newest page came */
  readonly loaded: boolean
  /** older ones exist */
  readonly more: boolean
  readonly loading: boolean
  /** on the way to the very first, until a key is pressed */
  readonly toTop?: boolean | undefined
  /** newer ones exist that are not here: far from them is read, or they were let go while older ones were */
  readonly detached: boolean
  /** came while something older was looked at */
  readonly below: number
  readonly bottom?: Bottom | undefined
  readonly selected?: MessageId | undefined
  /** where the new ones began when it was opened */
  readonly unreadFrom?: MessageId | undefined
  /** delivery of the selected message, as the node says it now */
  readonly delivery?: DeliveryView | undefined
  /** they are typing until then, Unix ms */
  readonly typingUntil: number
  readonly replyTo?: MessageId | undefined
  readonly editing?: MessageId | undefined
  readonly search?: Search | undefined
}

export interface Search { readonly query: string, readonly results?: readonly MessageView[] | undefined, readonly at: number }

export type Prompt =
  | { readonly kind: 'search', readonly composer: Composer }
  | { readonly kind: 'react', readonly composer: Composer, readonly message: MessageId }
  | { readonly kind: 'retract', readonly message: MessageId }
  | { readonly kind: 'decline', readonly request: RequestView }

export interface ChatState {
  readonly self: IdentityId
  readonly name: string
  readonly size: Size
  readonly conversations: readonly ConversationView[]
  readonly requests: readonly RequestView[]
  readonly focus: 'list' | 'log' | 'input'
  /** in the list: requests first, then conversations */
  readonly at: number
  readonly open?: OpenView | undefined
  readonly drafts: ReadonlyMap<IdentityId, Composer>
  readonly prompt?: Prompt | undefined
  readonly help: boolean
  /** the mouse is ours: wheel and click work, and the terminal selects text only with Shift */
  readonly mouse: boolean
  /** what is wrong between us and the node, in words; nothing: it answers */
  readonly trouble?: Trouble | undefined
  /** by contact, what it waits for in words; read with the lists */
  readonly waits: ReadonlyMap<IdentityId, string>
  /** when the lists were read, Unix ms */
  readonly listedAt: number
  /** how the node itself is, where that is worth words */
  readonly health?: string | undefined
  readonly notice?: { readonly text: string, readonly until: number } | undefined
  /** the other side was last told that we type */
  readonly typing?: { readonly with: IdentityId, readonly told: number, readonly last: number } | undefined
}

/** `gone`: nothing can be asked for; else the node only has not answered yet. */
export interface Trouble { readonly gone: boolean, readonly text: string }

export interface Key {
  name: 'up' | 'down' | 'left' | 'right' | 'pageup' | 'pagedown' | 'home' | 'end' | 'enter' | 'newline' | 'escape' | 'tab' | 'backspace' | 'delete' | 'text'
  text: string
  ctrl: boolean
}

export type Action =
  | { type: 'key', key: Key, now: number }
  | { type: 'paste', text: string, now: number }
  | { type: 'mouse', does: 'up' | 'down' | 'click', x: number, y: number }
  | { type: 'resize', size: Size }
  | { type: 'event', event: NodeEvent, now: number }
  | { type: 'lists', conversations: readonly ConversationView[], requests: readonly RequestView[], waits?: ReadonlyMap<IdentityId, string>, now?: number }
  | { type: 'trouble', trouble: Trouble | undefined }
  | { type: 'health', text: string | undefined }
  | { type: 'open', who: IdentityId }
  | { type: 'contact', contact: ContactView }
  | { type: 'latest', who: IdentityId, items: readonly MessageView[], more: boolean, fresh: boolean }
  | { type: 'older', who: IdentityId, before: MessageId, items: readonly MessageView[], more: boolean }
  | { type: 'newer', who: IdentityId, after: MessageId, items: readonly MessageView[], more: boolean }
  | { type: 'window', who: IdentityId, items: readonly MessageView[], more: boolean, newer: boolean, select: MessageId | undefined }
  | { type: 'found', who: IdentityId, query: string, items: readonly MessageView[] }
  | { type: 'delivery', delivery: DeliveryView }
  | { type: 'unsent', who: IdentityId, text: string, why: string, now: number }
  | { type: 'notice', text: string, now: number }
  | { type: 'tick', now: number }

export type Effect =
  | { do: 'open', who: IdentityId }
  | { do: 'latest', who: IdentityId }
  | { do: 'older', who: IdentityId, before: MessageId }
  | { do: 'newer', who: IdentityId, after: MessageId }
  | { do: 'first', who: IdentityId }
  | { do: 'seek', who: IdentityId, target: MessageView }
  | { do: 'search', who: IdentityId, query: string }
  | { do: 'send', who: IdentityId, text: string, replyTo?: MessageId }
  | { do: 'edit', message: MessageId, text: string }
  | { do: 'retract', message: MessageId }
  | { do: 'react', message: MessageId, emoji: string }
  | { do: 'delivery', message: MessageId }
  | { do: 'read', who: IdentityId }
  | { do: 'typing', who: IdentityId, active: boolean }
  | { do: 'accept', who: IdentityId }
  | { do: 'decline', who: IdentityId }
  | { do: 'refresh' }
  | { do: 'contact', who: IdentityId }
  | { do: 'mouse', on: boolean }
  | { do: 'quit' }

export interface Step { readonly state: ChatState, readonly effects: readonly Effect[] }

export function initial (self: IdentityId, name: string, size: Size): ChatState {
  return { self, name, size, conversations: [], requests: [], focus: 'list', at: 0, drafts: new Map(), help: false, mouse: false, waits: new Map(), listedAt: 0 }
}

export function draftOf (state: ChatState): Composer {
  return state.open === undefined ? EMPTY : state.drafts.get(state.open.with) ?? EMPTY
}

export function entryAt (state: ChatState): { request: RequestView } | { conversation: ConversationView } | undefined {
  const request = state.requests[state.at]
  if (request !== undefined) return { request }
  const conversation = state.conversations[state.at - state.requests.length]
  return conversation === undefined ? undefined : { conversation }
}

export function selectedOf (open: OpenView): MessageView | undefined {
  return open.selected === undefined ? undefined : open.items.find(item => item.id === open.selected)
}

/** Who the open one is now, where they moved. */
export function successorOf ({ contact }: OpenView): IdentityId | undefined {
  return contact?.state === 'moved' ? contact.movedTo : undefined
}
