/** The keys, once: the help screen and the footer read them. */
import { entryAt, successorOf } from './chat.state.ts'
import { BLANK, span } from './row.ts'
import { cut, wrap } from './width.ts'
import type { ChatState } from './chat.state.ts'
import type { Row } from './row.ts'

const KEYS: ReadonlyArray<readonly [string, ReadonlyArray<readonly [string, string]>]> = [
  ['everywhere', [['^G', 'these keys'], ['^F', 'search this conversation'], ['Tab', 'list or conversation'], ['^T', 'the mouse scrolls and opens; off: selects'], ['PgUp PgDn', 'scroll'], ['^C', 'quit']]],
  ['in the list', [['↑ ↓ Enter', 'choose, open'], ['a d', 'accept or decline who asks'], ['q', 'quit']]],
  ['writing', [['Enter', 'send'], ['^J', 'new line (a paste may have many)'], ['↑', 'choose a message'], ['^W ^U', 'delete a word, a line'], ['Esc', 'leave reply or edit; the list']]],
  ['on a message', [['↑ ↓', 'choose; its delivery in full'], ['g G', 'the very first, the newest'], ['r', 'reply'], ['e', 'edit'], ['d', 'retract'], ['+', 'react; the same again takes it back'], ['/', 'search'], ['Esc', 'back to the newest']]]
]

/** One key a row; where that is more than there is room for, keys after each other. */
export function helpRows (columns: number, room: number): Row[] {
  const rows = KEYS.flatMap(([where, keys], at): Row[] => [
    ...at === 0 ? [] : [BLANK],
    [span(cut(` ${where}`, columns), 'dim')],
    ...keys.map(([key, does]): Row => [span(` ${key.padEnd(11)}`, 'own'), span(cut(does, Math.max(1, columns - 12)))])
  ])
  if (rows.length <= room) return rows
  return KEYS.flatMap(([where, keys]): Row[] => [
    [span(cut(` ${where}`, columns), 'dim')],
    ...wrap(keys.map(([key, does]) => `${key}: ${does}`).join(' · '), columns - 4).map((line): Row => [span(`   ${line}`)])
  ])
}

export function footerKeys (state: ChatState): string {
  if (state.help) return 'any key goes back'
  if (state.prompt?.kind === 'search') return 'Enter search · Esc back'
  if (state.prompt !== undefined) return 'Esc back'
  if (state.focus === 'list' || state.open === undefined) {
    const entry = entryAt(state)
    if (entry !== undefined && 'request' in entry) return 'a accept · d decline · ↑↓ choose · ^G help · ^C quit'
    return `↑↓ choose · Enter open${state.open === undefined ? '' : ' · Tab write'} · ^G help · ^C quit`
  }
  if (state.open.search !== undefined) return '↑↓ choose · Enter go there · Esc back'
  if (state.focus === 'log') return 'r reply · e edit · d retract · + react · Esc back · ^G help'
  if (successorOf(state.open) !== undefined) return 'Enter go on in their new conversation · ↑ messages · Tab list · ^G help'
  return 'Enter send · ^J new line · ↑ messages · Tab list · ^F search · ^G help'
}
