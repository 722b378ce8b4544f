/** The list: who asks, the conversations, and below them in words what the chosen one and the node itself wait for. */
import { harmless } from '../output/harmless.ts'
import { clock, name } from '../output/text.ts'
import { WAIT_SHOWN_MS, entryAt } from './chat.state.ts'
import { geometry } from './log.window.ts'
import { span } from './row.ts'
import { column, wrap } from './width.ts'
import type { ConversationView } from '@sotto/node'
import type { ChatState } from './chat.state.ts'
import type { Row } from './row.ts'

/** Rows of words below the list, its rule not counted. */
const MAX_WORDS = 6
/** Rows that the entries have at least; where fewer are left the words give way. */
const MIN_ENTRIES = 6
/** Title and its rule above, the footer below. */
const FRAME = 3
const TOP = 2

/** Why the last of ours has not come further, or why nothing moves with them at all. */
function waitsFor (state: ChatState, { last, with: who }: ConversationView): string | undefined {
  const own = last !== undefined && last.from === state.self && (last.state === 'sealed' || last.state === 'stored')
  return (own && last.time + WAIT_SHOWN_MS <= state.listedAt ? last.waiting : undefined) ?? state.waits.get(who)
}

function words (state: ChatState, columns: number): Row[] {
  const entry = entryAt(state)
  const waits = entry !== undefined && 'conversation' in entry ? waitsFor(state, entry.conversation) : undefined
  const said = [waits, state.health].filter(text => text !== undefined)
  const lines = said.flatMap(text => wrap(harmless(text), columns - 2))
  const most = Math.max(0, Math.min(MAX_WORDS, state.size.rows - FRAME - MIN_ENTRIES - 1))
  if (lines.length === 0 || most === 0) return []
  const kept = lines.length > most ? [...lines.slice(0, most - 1), `${(lines[most - 1] ?? '').slice(0, columns - 4)} …`] : lines
  return [[span('─'.repeat(columns), 'dim')], ...kept.map((line): Row => [span(column(` ${line}`, columns), 'warn')])]
}

function firstOf (state: ChatState, count: number, rows: number): number {
  return Math.max(0, Math.min(state.at - Math.floor(rows / 2), count - rows))
}

function edge (state: ChatState, at: number): { text: string, tone: 'own' | 'dim' } {
  const chosen = state.at === at
  return { text: chosen ? state.focus === 'list' ? '▌' : '▏' : ' ', tone: chosen && state.focus === 'list' ? 'own' : 'dim' }
}

/** Names as wide as the column allows; what is unread, or when it last moved, stands right. */
function entryRows (state: ChatState, columns: number): Row[] {
  return [
    ...state.requests.map((request, at): Row => [edge(state, at), span(column(`? ${name(request.name, request.id)}`, columns - 1), 'warn')]),
    ...state.conversations.map((conversation, index): Row => {
      const at = index + state.requests.length
      const isOpen = state.open?.with === conversation.with
      const right = conversation.unread > 0 ? String(Math.min(conversation.unread, 9999)) : conversation.last === undefined ? '' : clock(conversation.last.time)
      const label = conversation.with === state.self ? 'Note to self' : name(conversation.name, conversation.with)
      const room = Math.max(1, columns - 3 - right.length)
      const waits = waitsFor(state, conversation) !== undefined
      return [edge(state, at), span(column(label, room), conversation.unread > 0 ? 'strong' : isOpen ? 'own' : 'plain'), span(` ${right}`, conversation.unread > 0 ? 'good' : 'dim'), span(waits ? '…' : ' ', 'warn')]
    })
  ]
}

/** As many rows as are free between the title's rule and the footer, or fewer. */
export function listRows (state: ChatState, columns: number): Row[] {
  const below = words(state, columns)
  const rows = Math.max(1, state.size.rows - FRAME - below.length)
  const all = entryRows(state, columns)
  if (all.length === 0) all.push([span(column('  Nobody yet.', columns), 'dim')])
  const from = firstOf(state, all.length, rows)
  const seen = all.slice(from, from + rows)
  return [...seen, ...below.length === 0 ? [] : Array.from({ length: rows - seen.length }, (): Row => []), ...below]
}

/** Which entry a row of the screen shows. */
export function entryOfRow (state: ChatState, y: number): number | undefined {
  const count = state.requests.length + state.conversations.length
  const rows = Math.max(1, state.size.rows - FRAME - words(state, geometry(state).list).length)
  const row = y - TOP
  const at = firstOf(state, count, rows) + row
  return row >= 0 && row < rows && at < count ? at : undefined
}
