/**
 * The conversation as a machine: what happens makes the next state, and says what is to be done. It touches nothing.
 *
 * Invariants: messages stand as the log has them, each once; a state is shown only as the node told it; what somebody
 * looks at does not move when something new comes; nothing typed is lost when a send fails.
 */
import { MAX_ITEMS, NOTICE_MS, TYPING_IDLE_MS, TYPING_SHOWN_MS, draftOf, successorOf } from './chat.state.ts'
import { EMPTY } from './composer.ts'
import { onKey, onMouse, onPaste, openConversation } from './chat.keys.ts'
import { nearEnd, nearTop, reveal } from './log.window.ts'
import { oneLine } from '../output/harmless.ts'
import { REVOKED, name } from '../output/text.ts'
import type { ContactView, MessageView, NodeEvent } from '@sotto/node'
import type { Action, ChatState, Effect, OpenView, Step, Trouble } from './chat.state.ts'

function withOpen (state: ChatState, who: string, change: (open: OpenView) => OpenView): ChatState {
  return state.open?.with === who ? { ...state, open: change(state.open) } : state
}

function still (state: ChatState, ...effects: Effect[]): Step { return { state, effects } }

export function notice (state: ChatState, text: string, now: number): ChatState {
  return { ...state, notice: { text: oneLine(text, 400), until: now + NOTICE_MS } }
}

/** The newest page over what is there. Where they do not meet, messages between are missing: the page alone stays. */
function mergeLatest (open: OpenView, page: readonly MessageView[], more: boolean): OpenView {
  const first = page[0]
  const at = first === undefined ? -1 : open.items.findLastIndex(item => item.id === first.id)
  const joined = at >= 0
  const items = joined ? [...open.items.slice(0, at), ...page] : page
  const has = (id: string | undefined): boolean => id !== undefined && items.some(item => item.id === id)
  return {
    ...open,
    items,
    loaded: true,
    loading: joined && open.loading,
    more: joined ? open.more : more,
    detached: false,
    bottom: has(open.bottom?.id) ? open.bottom : undefined,
    selected: has(open.selected) ? open.selected : undefined
  }
}

function onLatest (state: ChatState, action: Extract<Action, { type: 'latest' }>): Step {
  if (state.open?.with !== action.who) return still(state)
  const open = mergeLatest(state.open, action.items, action.more)
  if (!action.fresh) return wantsOlder({ ...state, open })
  const unread = action.items.find(item => item.from !== state.self && item.kind !== 'gap' && item.state !== 'read')
  // what was not read is read from where it begins, and is read once its end was seen
  const marked = unread === undefined ? open : { ...reveal(state, { ...open, unreadFrom: unread.id, selected: unread.id }), selected: open.selected }
  return wantsOlder({ ...state, open: marked }, marked.bottom === undefined ? [{ do: 'read', who: open.with }] : [])
}

function onOlder (state: ChatState, action: Extract<Action, { type: 'older' }>): Step {
  const { open } = state
  if (open?.with !== action.who || open.items[0]?.id !== action.before) return still(withOpen(state, action.who, open => ({ ...open, loading: false })))
  const all = [...action.items, ...open.items]
  const items = all.slice(0, MAX_ITEMS)
  let next: OpenView = { ...open, items, more: action.more, loading: false, detached: open.detached || items.length < all.length }
  // the edge that was looked at from may be gone with the newest: then the oldest that stayed is
  if (next.detached && next.bottom === undefined) next = { ...next, bottom: { id: (items.at(-1) ?? action.items[0])?.id ?? action.before, hidden: 0 } }
  return still({ ...state, open: next })
}

function onNewer (state: ChatState, action: Extract<Action, { type: 'newer' }>): Step {
  const { open } = state
  if (open?.with !== action.who || open.items.at(-1)?.id !== action.after) return still(withOpen(state, action.who, open => ({ ...open, loading: false })))
  const all = [...open.items, ...action.items]
  const items = all.slice(-MAX_ITEMS)
  const next = { ...state, open: { ...open, items, loading: false, more: open.more || items.length < all.length, detached: action.more } }
  // the end is here: what came meanwhile, and what stands after the last of it, comes with the newest page
  return action.more ? still(next) : still(next, { do: 'latest', who: open.with })
}

/** Another part of the conversation, instead of what is there. Nothing selected: to be seen from its beginning. */
function onWindow (state: ChatState, action: Extract<Action, { type: 'window' }>): Step {
  const { open } = state
  // a key ended the way to the very first
  if (open?.with !== action.who || (action.select === undefined && open.toTop !== true)) return still(withOpen(state, action.who, open => ({ ...open, loading: false })))
  const { items, more, newer } = action
  const next: OpenView = { ...open, items, more, detached: newer, loading: false, toTop: false, bottom: undefined, search: undefined, selected: action.select ?? items[0]?.id }
  const focused: ChatState = { ...state, focus: 'log', open: next }
  return still({ ...focused, open: reveal(focused, next) }, ...newer ? [] : [{ do: 'latest', who: open.with } as const])
}

/** Asks for the page before, once the oldest that is there comes near; for the page after, once the last comes near and is not the newest. */
export function wantsOlder (state: ChatState, effects: readonly Effect[] = []): Step {
  const { open } = state
  const [before, after] = [open?.items[0]?.id, open?.items.at(-1)?.id]
  if (open === undefined || before === undefined || after === undefined || open.loading || open.search !== undefined) return { state, effects }
  const asking = { ...state, open: { ...open, loading: true } }
  if (open.more && nearTop(state, open)) return { state: asking, effects: [...effects, { do: 'older', who: open.with, before }] }
  // on the way to the newest they come by themselves
  if (open.detached && open.bottom !== undefined && nearEnd(state, open)) return { state: asking, effects: [...effects, { do: 'newer', who: open.with, after }] }
  return { state, effects }
}

function place (open: OpenView, view: MessageView): OpenView {
  const at = open.items.findLastIndex(item => item.id === view.id)
  if (at >= 0) return { ...open, items: open.items.with(at, view) }
  if (open.detached || !open.loaded) return open
  // gaps stand at the end until what they miss has come
  const end = open.items.findLastIndex(item => item.kind !== 'gap') + 1
  return { ...open, items: open.items.toSpliced(end, 0, view) }
}

function onMessage (state: ChatState, event: Extract<NodeEvent, { event: 'message' }>): Step {
  const { message } = event
  const { open } = state
  const own = message.from === state.self
  if (open?.with !== event.with) return still(state, { do: 'refresh' })
  const known = open.items.some(item => item.id === message.id)
  let next = place(open, message)
  if (!own) next = { ...next, typingUntil: 0 }
  if (!known && !own && open.bottom !== undefined) next = { ...next, below: next.below + 1 }
  const effects: Effect[] = [{ do: 'refresh' }]
  if (open.bottom === undefined && !known) effects.push({ do: 'latest', who: open.with })
  if (open.bottom === undefined && !own) effects.push({ do: 'read', who: open.with })
  return still({ ...state, open: next }, ...effects)
}

/** Whoever looks at the conversation that was given up is shown the way to the new one, in front of the warning about it. */
function offer (state: ChatState, contact: ContactView, now: number): ChatState {
  const { open } = state
  if (open?.with !== contact.id || successorOf(open) !== undefined || successorOf({ ...open, contact }) === undefined) return state
  return notice(state, `Enter: go on in their new conversation. ${state.notice?.text ?? ''}`, now)
}

function onEvent (state: ChatState, event: NodeEvent, now: number): Step {
  switch (event.event) {
    case 'message': return onMessage(state, event)
    case 'changed':
      return still(withOpen(state, event.with, open => ({ ...open, items: open.items.map(item => item.id === event.message.id ? event.message : item) })), { do: 'refresh' })
    case 'state': {
      const { open } = state
      const at = open?.items.findLastIndex(item => item.id === event.message) ?? -1
      const item = open?.items[at]
      if (open === undefined || item === undefined) return still(state, { do: 'refresh' })
      const { waiting, ...rest } = item
      const keeps = waiting !== undefined && event.state !== 'delivered' && event.state !== 'read'
      const view: MessageView = { ...rest, state: event.state, copies: event.copies, ...(keeps ? { waiting } : {}) }
      const next = { ...state, open: { ...open, items: open.items.with(at, view) } }
      return still(next, { do: 'refresh' }, ...open.selected === event.message ? [{ do: 'delivery', message: event.message } as const] : [])
    }
    case 'call':
    case 'history': return still(state)
    case 'typing':
      return still(withOpen(state, event.with, open => ({ ...open, typingUntil: event.active ? now + TYPING_SHOWN_MS : 0 })))
    case 'request':
      return still(notice(state, `${name(event.request.name, event.request.id)} wants to talk`, now), { do: 'refresh' })
    case 'contact':
      return still(withOpen(offer(state, event.contact, now), event.contact.id, open => ({ ...open, contact: event.contact })), { do: 'refresh' }, ...state.open?.selected === undefined ? [] : [{ do: 'delivery', message: state.open.selected } as const])
    case 'revoked': return still({ ...state, health: REVOKED, notice: undefined })
    case 'warning': return still(notice(state, event.text, now))
    case 'mailbox': return still(state)
  }
}

function onLists (state: ChatState, action: Extract<Action, { type: 'lists' }>): Step {
  // the entry that was chosen stays chosen, wherever it moved
  const chosen = state.requests[state.at]?.id ?? state.conversations[state.at - state.requests.length]?.with
  const ids = [...action.requests.map(request => request.id), ...action.conversations.map(conversation => conversation.with)]
  const at = ids.findIndex(id => id === chosen)
  return still({ ...state, conversations: action.conversations, requests: action.requests, waits: action.waits ?? state.waits, listedAt: action.now ?? state.listedAt, at: at >= 0 ? at : Math.max(0, Math.min(state.at, ids.length - 1)) })
}

function onTrouble (state: ChatState, trouble: Trouble | undefined): Step {
  const { open, trouble: before } = state
  if (trouble?.gone === before?.gone && trouble?.text === before?.text) return still(state)
  // what a node that is gone was asked for does not come, and what it said about itself is over
  const gone = trouble?.gone === true
  return still({ ...state, trouble, ...trouble !== undefined || before?.gone === true ? { notice: undefined } : {}, ...gone ? { health: undefined } : {}, open: open === undefined || !gone ? open : { ...open, loading: false, typingUntil: 0 } })
}

function onTick (state: ChatState, now: number): Step {
  let next = state
  const effects: Effect[] = []
  if (next.notice !== undefined && next.notice.until <= now) next = { ...next, notice: undefined }
  if (next.open !== undefined && next.open.typingUntil !== 0 && next.open.typingUntil <= now) next = { ...next, open: { ...next.open, typingUntil: 0 } }
  if (next.typing !== undefined && next.typing.last + TYPING_IDLE_MS <= now) {
    effects.push({ do: 'typing', who: next.typing.with, active: false })
    next = { ...next, typing: undefined }
  }
  return { state: next, effects }
}

/** When `tick` has something to do next, Unix ms. */
export function nextTick ({ notice, open, typing }: ChatState): number | undefined {
  const times = [notice?.until, open === undefined || open.typingUntil === 0 ? undefined : open.typingUntil, typing === undefined ? undefined : typing.last + TYPING_IDLE_MS]
  const given = times.filter(time => time !== undefined)
  return given.length === 0 ? undefined : Math.min(...given)
}

export function step (state: ChatState, action: Action): Step {
  switch (action.type) {
    case 'key': { const { state: next, effects } = onKey(state, action.key, action.now); return wantsOlder(next, effects) }
    case 'paste': return onPaste(state, action.text, action.now)
    case 'mouse': { const { state: next, effects } = onMouse(state, action.does, action.x, action.y); return wantsOlder(next, effects) }
    case 'trouble': return onTrouble(state, action.trouble)
    case 'health': return still(state.health === action.text ? state : { ...state, health: action.text })
    case 'resize': {
      const next = { ...state, size: action.size }
      return wantsOlder(next.open === undefined || next.focus !== 'log' ? next : { ...next, open: reveal(next, next.open) })
    }
    case 'event': return onEvent(state, action.event, action.now)
    case 'lists': return onLists(state, action)
    case 'open': return openConversation(state, action.who)
    case 'contact': return still(withOpen(state, action.contact.id, open => ({ ...open, contact: action.contact })))
    case 'latest': return onLatest(state, action)
    case 'older': return onOlder(state, action)
    case 'newer': return onNewer(state, action)
    case 'window': return onWindow(state, action)
    case 'found':
      return still(withOpen(state, action.who, open => open.search?.query === action.query ? { ...open, search: { query: action.query, results: action.items, at: Math.max(0, action.items.length - 1) } } : open))
    case 'delivery': {
      const { delivery } = action
      return still(state.open === undefined
        ? state
        : {
            ...state,
            open: {
              ...state.open,
              delivery,
              items: state.open.items.map(item => {
                if (item.id !== delivery.message) return item
                const { waiting, ...rest } = item
                return { ...rest, state: delivery.state, copies: delivery.copies, ...(delivery.waiting === undefined ? {} : { waiting: delivery.waiting }) }
              })
            }
          })
    }
    case 'unsent': {
      const draft = state.open?.with === action.who ? draftOf(state) : state.drafts.get(action.who) ?? EMPTY
      const text = draft.text === '' ? action.text : `${action.text}\n${draft.text}`
      return still(notice({ ...state, drafts: new Map(state.drafts).set(action.who, { text, at: text.length }) }, action.why, action.now))
    }
    case 'notice': return still(notice(state, action.text, action.now))
    case 'tick': return onTick(state, action.now)
  }
}
