/** The whole screen as rows: exactly as many as the terminal has, none wider than it. */
import { harmless, oneLine } from '../output/harmless.ts'
import { name } from '../output/text.ts'
import { REACTIONS, draftOf, entryAt } from './chat.state.ts'
import { lay } from './composer.ts'
import { footerKeys, helpRows } from './help.rows.ts'
import { listRows } from './list.rows.ts'
import { geometry, visibleRows } from './log.window.ts'
import { authorOf, resultRow, rule, titleOf } from './message.rows.ts'
import { BLANK, span, textOf } from './row.ts'
import { column, cut, widthOf, wrap } from './width.ts'
import type { RequestView } from '@sotto/node'
import type { ChatState, OpenView } from './chat.state.ts'
import type { Geometry } from './log.window.ts'
import type { Row } from './row.ts'

export interface Screen { rows: Row[], cursor?: { x: number, y: number } | undefined }

function header (state: ChatState, open: OpenView | undefined, columns: number): Row {
  if (open === undefined) return [span(cut(' Sotto', columns), 'strong')]
  if (open.with === state.self) return [span(cut(' Note to self', columns), 'strong')]
  const { contact } = open
  const title = cut(` ${titleOf(state, open)}`, columns)
  const facts = contact === undefined
    ? []
    : [
        contact.verified ? 'verified' : '', contact.devicesChanged ? 'devices changed' : '', contact.blocked ? 'blocked' : '', contact.state === 'requested' ? 'asked, not answered yet' : ''
      ].filter(fact => fact !== '')
  const aside = [...facts, ...contact?.waiting === undefined ? [] : [oneLine(contact.waiting)]].map(fact => ` · ${fact}`).join('')
  return [span(title, 'strong'), span(cut(aside, Math.max(0, columns - widthOf(title))), contact?.devicesChanged === true || contact?.blocked === true ? 'warn' : 'dim')]
}

function welcome (state: ChatState, columns: number): string[] {
  if (state.conversations.length + state.requests.length > 0) return wrap('Choose a conversation with the arrows, and open it with Enter.', columns - 2)
  return wrap('Nobody is here yet. Give somebody your link (sotto id), or add theirs: sotto contact add LINK', columns - 2)
}

function requestRows (request: RequestView, columns: number): Row[] {
  return [
    [span(` ${cut(`${name(request.name, request.id)} wants to talk`, columns - 1)}`, 'strong')],
    ...wrap(request.id, columns - 2).map(line => [span(` ${line}`, 'dim')]),
    BLANK,
    ...wrap(request.note === '' ? '(no note)' : harmless(request.note), columns - 4).map(line => [span(' │ ', 'dim'), span(line)]),
    BLANK,
    ...wrap('A name is what they call themselves: not proved. a accepts, d declines; they do not learn of a decline.', columns - 2).map(line => [span(` ${line}`, 'dim')])
  ]
}

function fill (rows: Row[], count: number): Row[] {
  return [...rows.slice(0, count), ...Array.from({ length: Math.max(0, count - rows.length) }, () => BLANK)]
}

function mainRows (state: ChatState, { log, logRows }: Geometry): Row[] {
  if (state.help) return fill(helpRows(log, logRows), logRows)
  const entry = entryAt(state)
  if (state.focus === 'list' && entry !== undefined && 'request' in entry) return fill(requestRows(entry.request, log), logRows)
  const { open } = state
  if (open === undefined) return fill([BLANK, ...welcome(state, log).map((line): Row => [span(` ${line}`, 'dim')])], logRows)
  if (open.search !== undefined) return searchRows(state, open, log, logRows)
  if (!open.loaded) return fill([BLANK, [span(' …', 'dim')]], logRows)
  if (open.items.length === 0) return fill([BLANK, [span(' Nothing was said yet.', 'dim')]], logRows)
  const { rows, reachesTop } = visibleRows(state, open)
  return open.loading && reachesTop ? [[span(' older messages …', 'dim')], ...rows.slice(1)] : rows
}

function searchRows (state: ChatState, open: OpenView, columns: number, count: number): Row[] {
  const { query, results, at } = open.search ?? { query: '', at: 0 }
  const head: Row = [span(cut(results === undefined ? ` searching for ‘${oneLine(query)}’ …` : ` ${results.length === 0 ? 'nothing' : results.length} found for ‘${oneLine(query)}’${open.loading ? ', going there …' : ''}`, columns), 'strong')]
  const shown = (results ?? []).map((view, index) => resultRow(state, open, view, index === at, columns))
  const from = Math.max(0, Math.min(at - Math.floor(count / 2), shown.length - (count - 1)))
  return fill([head, ...shown.slice(from, from + count - 1)], count)
}

/** The rule above the composer says what is going on. */
function composerRule (state: ChatState, columns: number): Row {
  const { open, prompt } = state
  if (prompt !== undefined) {
    const label = { search: 'search', react: 'reaction', retract: 'retract', decline: 'decline' }[prompt.kind]
    return [span(rule(label, columns), 'own')]
  }
  if (open === undefined) return [span(rule('', columns), 'dim')]
  const { items, replyTo, editing } = open
  if (editing !== undefined) return [span(rule('edit · Esc leaves it as it was', columns), 'own')]
  const original = replyTo === undefined ? undefined : items.find(item => item.id === replyTo)
  if (original !== undefined) return [span(rule(`reply to ${authorOf(state, open, original)}: ${oneLine(original.text, 100)}`, columns), 'own')]
  if (open.typingUntil > 0) return [span(rule(`${titleOf(state, open)} is typing …`, columns), 'good')]
  if (open.below > 0) return [span(rule(`${open.below} new below · End`, columns), 'warn')]
  if (open.bottom !== undefined || open.detached) return [span(rule('older messages · End', columns), 'dim')]
  return [span(rule('', columns), 'dim')]
}

interface Written { rows: Row[], x: number, y: number, shown: boolean }

function writing (state: ChatState, { log, composerRows }: Geometry): Written {
  const { prompt } = state
  const ask = (text: string): Written => ({ rows: [[span(cut(text, log), 'own')]], x: Math.min(log - 1, widthOf(text)), y: 0, shown: true })
  if (prompt?.kind === 'retract') return ask(' Retract this message? y / n')
  if (prompt?.kind === 'decline') return ask(` Decline ${name(prompt.request.name, prompt.request.id)}? y / n`)
  const composer = prompt?.composer ?? draftOf(state)
  if (prompt?.kind === 'react' && composer.text === '') return ask(` ${REACTIONS.map((emoji, at) => `${at + 1} ${emoji}`).join('  ')}  or type one: `)
  if (prompt === undefined && state.open === undefined) return { rows: [BLANK], x: 0, y: 0, shown: false }
  const laid = lay(composer, log - 2)
  const from = Math.max(0, Math.min(laid.y, laid.lines.length - composerRows))
  const focused = prompt !== undefined || state.focus === 'input'
  const lines = laid.lines.slice(from, from + composerRows)
  const empty = composer.text === '' && prompt === undefined
  return {
    rows: fill(lines.map((line, at): Row => [span(at === 0 && from === 0 ? '› ' : '  ', focused ? 'own' : 'dim'), span(empty && !focused ? `${state.focus === 'log' ? 'Esc' : 'Tab'} to write` : line, empty ? 'dim' : 'plain')]), composerRows),
    x: laid.x + 2,
    y: laid.y - from,
    shown: focused
  }
}

function footer (state: ChatState, columns: number): Row {
  if (state.notice !== undefined) return [span(cut(` ${state.notice.text}`, columns), 'warn')]
  if (state.trouble !== undefined) return [span(cut(` ${oneLine(state.trouble.text, 400)}`, columns), 'warn')]
  const draft = draftOf(state).text
  const size = state.focus === 'input' && draft.length > 500 ? ` ${draft.length} characters, ${draft.split('\n').length} lines ·` : ''
  return [span(cut(`${size} ${footerKeys(state)}`, columns), 'dim')]
}

function padded (row: Row, columns: number): Row {
  return [...row, span(' '.repeat(Math.max(0, columns - widthOf(textOf(row)))))]
}

export function screen (state: ChatState): Screen {
  const { columns, rows } = state.size
  const shape = geometry(state)
  const foot = footer(state, columns)
  const listArea = shape.list === 0
    ? []
    : [
        [span(column(` ${state.name}`, shape.list), 'strong')] as Row,
        [span('─'.repeat(shape.list), 'dim')] as Row,
        ...listRows(state, shape.list)
      ]
  const written = writing(state, shape)
  const logArea = shape.log === 0
    ? []
    : [
        state.help ? [span(' Keys', 'strong')] as Row : header(state, state.open, shape.log),
        [span('─'.repeat(shape.log), 'dim')] as Row,
        ...mainRows(state, shape),
        composerRule(state, shape.log),
        ...written.rows
      ]
  // alone, the list has no other pane to show who asks, or a question
  if (shape.log === 0) {
    const entry = entryAt(state)
    const detail = state.help ? helpRows(columns, rows - 1) : entry !== undefined && 'request' in entry ? [[span(rule('', columns), 'dim')] as Row, ...requestRows(entry.request, columns)] : []
    const asked = state.prompt === undefined ? [] : writing(state, { ...shape, log: columns }).rows
    const room = rows - 1 - asked.length
    const body = state.help ? fill(detail, room) : [...fill(listArea, Math.max(3, room - detail.length)), ...detail].slice(0, room)
    return { rows: fill([...body, ...asked, foot], rows) }
  }
  const body: Row[] = []
  const ruleAt = 2 + shape.logRows
  for (let at = 0; at < rows - 1; at++) {
    const right = logArea[at] ?? BLANK
    body.push(shape.list === 0 ? right : [...padded(listArea[at] ?? BLANK, shape.list), span(at === 1 ? '┼' : at === ruleAt ? '├' : '│', 'dim'), ...right])
  }
  const left = shape.list === 0 ? 0 : shape.list + 1
  const cursor = written.shown && !state.help ? { x: Math.min(columns - 1, left + written.x), y: rows - 1 - written.rows.length + written.y } : undefined
  return { rows: [...body, foot], cursor }
}
