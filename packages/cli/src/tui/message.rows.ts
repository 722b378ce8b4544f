/** One message as rows. Everything that somebody else wrote goes through `harmless` here. */
import { harmless, oneLine } from '../output/harmless.ts'
import { callWords, clock, day, isMissed, name, plural, state as stateText } from '../output/text.ts'
import { span } from './row.ts'
import { cut, widthOf, wrap } from './width.ts'
import type { MessageView } from '@sotto/node'
import type { ChatState, OpenView } from './chat.state.ts'
import type { Row, Span } from './row.ts'

/** Marker, clock and a space. */
const INDENT = 7
/** The bar before every further line: nobody can write a line that looks like another's message. */
const BAR = '│ '
/** Names as wide as this, cells. */
const MAX_NAME = 20

interface Wrapped { columns: number, who: string, lines: string[] }
const wrapped = new WeakMap<MessageView, Wrapped>()

function bodyLines (view: MessageView, who: string, columns: number): string[] {
  const found = wrapped.get(view)
  if (found !== undefined && found.columns === columns && found.who === who) return found.lines
  const lines = wrap(`${who}: ${view.retracted === true ? '(retracted)' : harmless(view.text)}`, columns)
  wrapped.set(view, { columns, who, lines })
  return lines
}

export function authorOf (state: ChatState, open: OpenView, view: MessageView): string {
  return view.from === state.self ? 'you' : cut(titleOf(state, open), MAX_NAME)
}

/** What the other side is called here. */
export function titleOf (state: ChatState, open: OpenView): string {
  return name(open.contact?.name ?? state.conversations.find(conversation => conversation.with === open.with)?.name ?? '', open.with)
}

function marks (view: MessageView, own: boolean): string {
  return [
    view.edited === true && view.retracted !== true ? 'edited' : '',
    own ? stateText(view.state, view.copies) : '',
    view.clockWrong === true ? 'their clock is wrong' : '',
    view.equivocation === true ? 'two different messages claim this place' : ''
  ].filter(mark => mark !== '').map(mark => ` · ${mark}`).join('')
}

function quote (state: ChatState, open: OpenView, view: MessageView, columns: number): Row[] {
  if (view.replyTo === undefined) return []
  const original = open.items.find(item => item.id === view.replyTo)
  const said = original === undefined ? 'an earlier message' : original.retracted === true ? 'a retracted message' : `${authorOf(state, open, original)}: ${oneLine(original.text, 200)}`
  return [[span(' '.repeat(INDENT) + cut(`↪ ${said}`, columns - INDENT), 'dim')]]
}

/** What the chosen message waits for, in full. */
function detail (open: OpenView, view: MessageView, own: boolean, columns: number): Row[] {
  const current = open.delivery?.message === view.id ? open.delivery : view
  const waits = own && (current.state === 'sealed' || current.state === 'stored') ? current.waiting : undefined
  if (waits === undefined) return []
  return wrap(harmless(waits), columns - INDENT - BAR.length).map(line => [span('▌', 'own'), span(' '.repeat(INDENT - 1) + BAR, 'dim'), span(line, 'warn')])
}

export function rule (label: string, columns: number): string {
  const text = label === '' ? '' : ` ${cut(label, columns - 6)} `
  return `──${text}${'─'.repeat(Math.max(0, columns - 2 - widthOf(text)))}`
}

/** The rows of `open.items[index]`, with what stands above it: the day, and where the unread ones begin. */
export function messageRows (state: ChatState, open: OpenView, view: MessageView, before: MessageView | undefined, columns: number): Row[] {
  const chosen = state.focus === 'log' && open.selected === view.id
  const own = view.from === state.self
  const rows: Row[] = []
  if (view.kind !== 'gap' && (before === undefined || day(before.time) !== day(view.time))) rows.push([span(rule(day(view.time), columns), 'dim')])
  if (open.unreadFrom === view.id) rows.push([span(rule('new', columns), 'warn')])
  rows.push(...quote(state, open, view, columns))
  const who = authorOf(state, open, view)
  const edge = span(chosen ? '▌' : ' ', 'own')
  if (view.kind === 'gap') {
    rows.push([edge, span(' '.repeat(INDENT - 1) + cut(`… ${plural(view.missing ?? 1, 'message')} of ${who} missing, asked for`, columns - INDENT), 'warn')])
    return rows
  }
  if (view.kind === 'notice') {
    rows.push(...wrap(harmless(view.text), columns - INDENT).map((line): Row => [edge, span(' '.repeat(INDENT - 1) + line, 'warn')]))
    return rows
  }
  if (view.kind === 'call') {
    rows.push([edge, span(`${clock(view.time)} `, 'dim'), span(cut(callWords(view), columns - INDENT), isMissed(view, state.self) ? 'warn' : 'dim')])
    return rows
  }
  const room = columns - INDENT - BAR.length
  const tone = view.retracted === true ? 'dim' : 'plain'
  bodyLines(view, who, room).forEach((line, at) => {
    if (at > 0) rows.push([edge, span(' '.repeat(INDENT - 1) + BAR, 'dim'), span(line, tone)])
    else rows.push([edge, span(`${clock(view.time)} `, 'dim'), span(`${who}:`, own ? 'own' : 'strong'), span(line.slice(who.length + 1), tone)])
  })
  const said = marks(view, own)
  const last = rows.pop() ?? []
  const markTone = own && view.state === 'sealed' ? 'warn' : 'dim'
  if (widthOf(last.map(({ text }) => text).join('')) + widthOf(said) <= columns) rows.push(said === '' ? last : [...last, span(said, markTone)])
  else rows.push(last, [edge, span(' '.repeat(INDENT - 1) + BAR, 'dim'), span(cut(said.trimStart(), room), markTone)])
  if (view.reactions.length > 0) {
    const reactions = view.reactions.map(({ from, emoji }) => `${oneLine(emoji, 16)} ${from === state.self ? 'you' : authorOf(state, open, { ...view, from })}`).join('  ')
    rows.push([edge, span(' '.repeat(INDENT - 1) + cut(reactions, columns - INDENT))])
  }
  if (chosen) rows.push(...detail(open, view, own, columns))
  return rows
}

/** A message on one row, for results of a search. */
export function resultRow (state: ChatState, open: OpenView, view: MessageView, chosen: boolean, columns: number): Row {
  const date = new Date(view.time).toISOString().slice(0, 10)
  const start: Span[] = [span(chosen ? '▌' : ' ', 'own'), span(`${date} ${clock(view.time)} `, 'dim')]
  return [...start, span(cut(`${authorOf(state, open, view)}: ${oneLine(view.text, 500)}`, columns - 18), chosen ? 'strong' : 'plain')]
}
