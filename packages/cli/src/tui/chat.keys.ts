/** What keys do, pane by pane. */
import { oneLine } from '../output/harmless.ts'
import { MAX_TEXT_BYTES, NOTICE_MS, TYPING_AGAIN_MS, WHEEL_ROWS, draftOf, entryAt, selectedOf, successorOf } from './chat.state.ts'
import { EMPTY, backspace, deleteLine, deleteNext, deleteWord, end, home, insert, left, right, vertical } from './composer.ts'
import { entryOfRow } from './list.rows.ts'
import { geometry, reveal, scroll } from './log.window.ts'
import { clusters } from './width.ts'
import { onPromptKey } from './chat.prompts.ts'
import type { IdentityId } from '@sotto/node'
import type { ChatState, Effect, Key, OpenView, Step } from './chat.state.ts'
import type { Composer } from './composer.ts'

function still (state: ChatState, ...effects: Effect[]): Step { return { state, effects } }

function tell (state: ChatState, text: string, now: number): Step {
  return still({ ...state, notice: { text: oneLine(text, 400), until: now + NOTICE_MS } })
}

function setDraft (state: ChatState, draft: Composer): ChatState {
  return state.open === undefined ? state : { ...state, drafts: new Map(state.drafts).set(state.open.with, draft) }
}

export function openConversation (state: ChatState, who: IdentityId): Step {
  const at = state.requests.length + Math.max(0, state.conversations.findIndex(conversation => conversation.with === who))
  if (state.open?.with === who) return still({ ...state, at, focus: 'input' })
  const open: OpenView = { with: who, items: [], loaded: false, more: false, loading: false, detached: false, below: 0, typingUntil: 0 }
  const stopped: Effect[] = state.typing === undefined ? [] : [{ do: 'typing', who: state.typing.with, active: false }]
  return still({ ...state, at, open, typing: undefined, focus: 'input' }, ...stopped, { do: 'open', who })
}

/** Text was added: the other side may know that we type. */
function typed (state: ChatState, now: number): Step {
  const { open, typing } = state
  if (open === undefined || open.with === state.self || open.editing !== undefined) return still(state)
  if (draftOf(state).text === '') {
    return typing === undefined ? still(state) : still({ ...state, typing: undefined }, { do: 'typing', who: typing.with, active: false })
  }
  if (typing?.with === open.with && now - typing.told < TYPING_AGAIN_MS) return still({ ...state, typing: { ...typing, last: now } })
  return still({ ...state, typing: { with: open.with, told: now, last: now } }, { do: 'typing', who: open.with, active: true })
}

export function onPaste (state: ChatState, text: string, now: number): Step {
  if (state.prompt !== undefined) {
    if (!('composer' in state.prompt)) return still(state)
    return still({ ...state, prompt: { ...state.prompt, composer: insert(state.prompt.composer, oneLine(text, 400)) } })
  }
  if (state.open === undefined) return still(state)
  return typed(setDraft({ ...state, help: false, focus: 'input' }, insert(draftOf(state), text)), now)
}

export function onKey (before: ChatState, key: Key, now: number): Step {
  const state = before.open?.toTop === true ? { ...before, open: { ...before.open, toTop: false } } : before
  if (key.ctrl && key.text === 'c') return still(state, { do: 'quit' })
  if (state.help) return still({ ...state, help: false })
  if (key.ctrl && key.text === 'g') return still({ ...state, help: true })
  if (key.ctrl && key.text === 't') return mouse(state, now)
  if (state.prompt !== undefined) return onPromptKey(state, state.prompt, key)
  if (key.ctrl && key.text === 'f') return state.open === undefined ? still(state) : still({ ...state, prompt: { kind: 'search', composer: EMPTY } })
  if (state.focus !== 'input' && isWriting(state, key)) return typed(setDraft({ ...state, focus: 'input' }, insert(draftOf(state), key.text)), now)
  if (key.name === 'pageup' || key.name === 'pagedown') return page(state, key.name === 'pageup' ? 1 : -1)
  if (state.focus === 'list' || state.open === undefined) return onListKey(state, key, now)
  if (state.open.search !== undefined) return onResultKey(state, state.open, state.open.search.at, key)
  return state.focus === 'log' ? onLogKey(state, state.open, key, now) : onInputKey(state, state.open, key, now)
}

/** Several letters at once are no orders: somebody writes, and forgot where they are. */
function isWriting ({ open }: ChatState, key: Key): boolean {
  return open !== undefined && open.search === undefined && key.name === 'text' && !key.ctrl && clusters(key.text).length > 1
}

function mouse (state: ChatState, now: number): Step {
  const on = !state.mouse
  const said = tell({ ...state, mouse: on }, on ? 'The mouse scrolls and opens conversations. To select text hold Shift, or ^T again.' : 'The mouse selects text, as the terminal does.', now)
  return { ...said, effects: [{ do: 'mouse', on }] }
}

/** What is under the mouse: the wheel moves the pane it is over, a click chooses. */
export function onMouse (state: ChatState, does: 'up' | 'down' | 'click', x: number, y: number): Step {
  const { list } = geometry(state)
  if (state.help || state.prompt !== undefined) return still({ ...state, help: false })
  if (x < list) {
    const count = state.requests.length + state.conversations.length
    if (does !== 'click') return still({ ...state, focus: 'list', at: Math.max(0, Math.min(count - 1, state.at + (does === 'up' ? -1 : 1))) })
    const at = entryOfRow(state, y)
    if (at === undefined) return still({ ...state, focus: 'list' })
    const chosen: ChatState = { ...state, focus: 'list', at }
    const entry = entryAt(chosen)
    return entry !== undefined && 'conversation' in entry ? openConversation(chosen, entry.conversation.with) : still(chosen)
  }
  const { open } = state
  if (open === undefined) return still(state)
  if (open.search !== undefined) return does === 'click' ? still(state) : onResultKey(state, open, open.search.at, { name: does, text: '', ctrl: false })
  if (does === 'click') return still({ ...state, focus: 'input' })
  return arrived(state, scroll(state, open, does === 'up' ? WHEEL_ROWS : -WHEEL_ROWS))
}

function page (state: ChatState, direction: 1 | -1): Step {
  const { open } = state
  if (open === undefined || open.search !== undefined) return still(state)
  const moved = scroll(state, open, direction * Math.max(1, geometry(state).logRows - 2))
  return arrived(state, moved)
}

/** After a move: at the newest again, what came meanwhile is read. */
function arrived (state: ChatState, open: OpenView): Step {
  const atEnd = open.bottom === undefined
  const next = { ...state, open: atEnd ? { ...open, below: 0 } : open }
  if (!atEnd || state.open?.bottom === undefined) return still(next)
  return still(next, { do: 'latest', who: open.with }, { do: 'read', who: open.with })
}

function toEnd (state: ChatState, open: OpenView): Step {
  return arrived({ ...state, focus: 'input' }, { ...open, bottom: undefined, selected: undefined })
}

function onListKey (state: ChatState, key: Key, now: number): Step {
  const count = state.requests.length + state.conversations.length
  const entry = entryAt(state)
  const move = (by: number): Step => still({ ...state, at: Math.max(0, Math.min(count - 1, state.at + by)) })
  if (key.name === 'up' || key.text === 'k') return move(-1)
  if (key.name === 'down' || key.text === 'j') return move(1)
  if (key.name === 'home') return move(-count)
  if (key.name === 'end') return move(count)
  if (key.text === 'q' && !key.ctrl) return still(state, { do: 'quit' })
  if (key.text === '?') return still({ ...state, help: true })
  if (entry === undefined) return still(state)
  if ('request' in entry) {
    if (key.text === 'a' || key.name === 'enter') return { ...tell(state, 'Accepting …', now), effects: [{ do: 'accept', who: entry.request.id }] }
    return key.text === 'd' ? still({ ...state, prompt: { kind: 'decline', request: entry.request } }) : key.name === 'tab' ? back(state) : still(state)
  }
  if (key.name === 'enter' || key.name === 'right') return openConversation(state, entry.conversation.with)
  return key.name === 'tab' || key.name === 'escape' ? back(state) : still(state)
}

function back (state: ChatState): Step { return still(state.open === undefined ? state : { ...state, focus: 'input' }) }

function onResultKey (state: ChatState, open: OpenView, at: number, key: Key): Step {
  const results = open.search?.results ?? []
  const move = (by: number): Step => still({ ...state, open: { ...open, search: { query: '', ...open.search, at: Math.max(0, Math.min(results.length - 1, at + by)) } } })
  if (key.name === 'up' || key.text === 'k') return move(-1)
  if (key.name === 'down' || key.text === 'j') return move(1)
  const result = results[at]
  if (key.name === 'enter' && result !== undefined) {
    const target = result.id
    const here = open.items.some(item => item.id === target)
    if (!here) return still({ ...state, open: { ...open, loading: true } }, { do: 'seek', who: open.with, target: result })
    const focused: ChatState = { ...state, focus: 'log', open: { ...open, selected: target, search: undefined } }
    return select(focused, focused.open ?? open)
  }
  return key.name === 'escape' || key.name === 'tab' ? still({ ...state, focus: 'input', open: { ...open, search: undefined } }) : still(state)
}

function select (state: ChatState, open: OpenView): Step {
  const { selected } = open
  const own = selectedOf(open)?.from === state.self
  return still({ ...state, open: reveal({ ...state, open }, open) }, ...selected === undefined || !own ? [] : [{ do: 'delivery', message: selected } as const])
}

function onLogKey (state: ChatState, open: OpenView, key: Key, now: number): Step {
  const message = selectedOf(open)
  const at = message === undefined ? open.items.length : open.items.indexOf(message)
  const to = (index: number): Step => {
    const item = open.items[Math.max(0, index)]
    return item === undefined ? toEnd(state, open) : select(state, { ...open, selected: item.id })
  }
  if (key.name === 'up' || key.text === 'k') return to(at - 1)
  if (key.name === 'down' || key.text === 'j') return open.detached && !open.loading && at >= open.items.length - 1 ? toEnd(state, open) : to(at + 1)
  if (key.name === 'home' || key.text === 'g') {
    if (!open.more) return to(0)
    return still({ ...state, open: { ...open, toTop: true, loading: true } }, { do: 'first', who: open.with })
  }
  if (key.name === 'end' || key.text === 'G' || key.name === 'escape') return toEnd(state, open)
  if (key.name === 'tab') return still({ ...state, focus: 'list' })
  if (key.text === '?') return still({ ...state, help: true })
  if (key.text === '/') return still({ ...state, prompt: { kind: 'search', composer: EMPTY } })
  if (key.text === 'q' && !key.ctrl) return still(state, { do: 'quit' })
  if (message === undefined || message.kind === 'gap' || message.kind === 'notice' || message.kind === 'call') return still(state)
  const own = message.from === state.self
  if (key.text === 'r' || key.name === 'enter') return still({ ...state, focus: 'input', open: { ...open, replyTo: message.id, editing: undefined, selected: undefined, bottom: undefined } })
  if (message.retracted === true) return still(state)
  if (key.text === '+') return still({ ...state, prompt: { kind: 'react', composer: EMPTY, message: message.id } })
  if (key.text !== 'e' && key.text !== 'd') return key.name === 'text' && !key.ctrl ? tell(state, 'Letters are orders here (^G): Esc, then write.', now) : still(state)
  if (!own) return tell(state, 'Only your own messages can be changed.', now)
  if (key.text === 'd') return still({ ...state, prompt: { kind: 'retract', message: message.id } })
  if (draftOf(state).text !== '' && open.editing === undefined) return tell(state, 'Send what you have begun first, or clear it with ^U.', now)
  return still(setDraft({ ...state, focus: 'input', open: { ...open, editing: message.id, replyTo: undefined, selected: undefined, bottom: undefined } }, { text: message.text, at: message.text.length }))
}

const MOVES: Partial<Record<Key['name'], (draft: Composer) => Composer>> = { left, right, home, end }
const CHANGES: Partial<Record<Key['name'], (draft: Composer) => Composer>> = { backspace, delete: deleteNext, newline: draft => insert(draft, '\n') }
const CONTROLS: Record<string, (draft: Composer) => Composer> = { a: home, e: end, w: deleteWord, u: deleteLine, d: deleteNext, b: left }

/** To who they are now, where they gave this identity up: nothing goes here any more. What was written comes along, and is sent by another Enter. */
function goOn (state: ChatState, open: OpenView, draft: Composer): Step | undefined {
  const now = successorOf(open)
  if (now === undefined || open.editing !== undefined) return undefined
  const drafts = new Map(state.drafts)
  drafts.delete(open.with)
  if (draft.text !== '' && (drafts.get(now)?.text ?? '') === '') drafts.set(now, draft)
  return openConversation({ ...state, drafts }, now)
}

function onInputKey (state: ChatState, open: OpenView, key: Key, now: number): Step {
  const draft = draftOf(state)
  if (key.name === 'escape') {
    if (open.editing !== undefined) return still(setDraft({ ...state, open: { ...open, editing: undefined } }, EMPTY))
    if (open.replyTo !== undefined) return still({ ...state, open: { ...open, replyTo: undefined } })
    return still({ ...state, focus: 'list' })
  }
  if (key.name === 'tab') return still({ ...state, focus: 'list' })
  if (key.name === 'enter') return goOn(state, open, draft) ?? send(state, open, draft, now)
  if (key.name === 'up' || key.name === 'down') {
    const moved = vertical(draft, key.name === 'up' ? -1 : 1)
    if (moved !== undefined) return still(setDraft(state, moved))
    if (key.name === 'down') return open.bottom === undefined ? still(state) : toEnd(state, open)
    const last = open.items.at(-1)
    return last === undefined ? still(state) : select({ ...state, focus: 'log' }, { ...open, selected: last.id })
  }
  if (key.name === 'end' && draft.text === '' && open.bottom !== undefined) return toEnd(state, open)
  const move = MOVES[key.name]
  if (move !== undefined) return still(setDraft(state, move(draft)))
  const change = key.ctrl ? CONTROLS[key.text] : CHANGES[key.name]
  if (change !== undefined) return typed(setDraft(state, change(draft)), now)
  return key.ctrl || key.name !== 'text' || key.text === '' ? still(state) : typed(setDraft(state, insert(draft, key.text)), now)
}

function send (state: ChatState, open: OpenView, draft: Composer, now: number): Step {
  const text = draft.text.replace(/\s+$/, '')
  if (text.trim() === '') return still(state)
  if (state.trouble?.gone === true) return tell(state, 'Not sent: the node is not running. What you wrote stays here.', now)
  const bytes = new TextEncoder().encode(text).length
  if (bytes > MAX_TEXT_BYTES) return tell(state, `${bytes - MAX_TEXT_BYTES} bytes too long for one message: shorten it, or send it in parts.`, now)
  const stopped: Effect[] = state.typing === undefined ? [] : [{ do: 'typing', who: state.typing.with, active: false }]
  const cleared = setDraft({ ...state, typing: undefined, open: { ...open, replyTo: undefined, editing: undefined, bottom: undefined, below: 0, unreadFrom: undefined } }, EMPTY)
  if (open.editing !== undefined) return still(cleared, ...stopped, { do: 'edit', message: open.editing, text })
  return still(cleared, ...stopped, ...open.detached ? [{ do: 'latest', who: open.with } as const] : [], { do: 'send', who: open.with, text, ...(open.replyTo === undefined ? {} : { replyTo: open.replyTo }) })
}
