/** Rows on a terminal, with Ink. `createElement` by hand: Node runs these sources as they are, and knows no JSX. */
import { Box, Text, useCursor, useInput, usePaste, useWindowSize } from 'ink'
import { createElement as h, memo, useEffect, useSyncExternalStore } from 'react'
import { screen } from './screen.ts'
import type { Key as InkKey, TextProps } from 'ink'
import type { ReactElement } from 'react'
import type { Action, ChatState, Key } from './chat.state.ts'
import type { Row, Tone } from './row.ts'

export interface Store {
  get (): ChatState
  subscribe (listener: () => void): () => void
  dispatch (action: Action): void
  now (): number
}

const COLOURS: Readonly<Record<Tone, Omit<TextProps, 'children'>>> = {
  plain: {}, dim: { dimColor: true }, strong: { bold: true }, own: { color: 'cyan' }, warn: { color: 'yellow' }, good: { color: 'green' }, chosen: { inverse: true }
}

const Line = memo(({ row, colours }: { row: Row, colours: boolean }): ReactElement =>
  h(Text, { wrap: 'truncate-end' }, row.length === 0 ? ' ' : row.map(({ text, tone }, at) => h(Text, { key: at, ...colours ? COLOURS[tone] : {} }, text))))

const NAMES: ReadonlyArray<readonly [keyof InkKey, Key['name']]> = [
  ['upArrow', 'up'], ['downArrow', 'down'], ['leftArrow', 'left'], ['rightArrow', 'right'], ['pageUp', 'pageup'], ['pageDown', 'pagedown'],
  ['home', 'home'], ['end', 'end'], ['escape', 'escape'], ['tab', 'tab'], ['backspace', 'backspace'], ['delete', 'delete']
]

const CONTROL_KEYS: Readonly<Record<string, Key['name']>> = { '\r': 'enter', '\n': 'newline', '\t': 'tab', '\u007f': 'backspace', '\b': 'backspace', '\u001b': 'escape' }

/** Several keys that the terminal reported at once. */
function keysOf (input: string): Key[] {
  // eslint-disable-next-line no-control-regex
  return (input.match(/[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/g) ?? []).map((part): Key => {
    const name = CONTROL_KEYS[part]
    if (name !== undefined) return { name, text: '', ctrl: false }
    const code = part.charCodeAt(0)
    return code < 0x20 ? { name: 'text', text: String.fromCharCode(code + 0x60), ctrl: true } : { name: 'text', text: part, ctrl: false }
  })
}

/** What one report of the terminal means. Fast typing comes as one; lines without brackets are a paste all the same, and not sent. */
export function actionsOf (input: string, key: InkKey, now: number): Action[] {
  const press = (name: Key['name'], text = '', ctrl = false): Action => ({ type: 'key', key: { name, text, ctrl }, now })
  if (key.return) return [press(key.meta || key.shift ? 'newline' : 'enter')]
  const named = NAMES.find(([flag]) => key[flag] === true)
  if (named !== undefined) return [press(named[1])]
  if (key.ctrl) return input === 'j' ? [press('newline')] : [press('text', input, true)]
  if (key.meta || input === '') return []
  if (/[\r\n][^\r\n]/.test(input) || /[\r\n]{2}/.test(input)) return [{ type: 'paste', text: input, now }]
  return keysOf(input).map(key => ({ type: 'key', key, now }))
}

export function Chat ({ store, colours }: { store: Store, colours: boolean }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.get)
  const size = useWindowSize()
  const { setCursorPosition } = useCursor()
  useInput((input, key) => { for (const action of actionsOf(input, key, store.now())) store.dispatch(action) })
  usePaste(text => { store.dispatch({ type: 'paste', text, now: store.now() }) })
  useEffect(() => {
    if (size.columns !== state.size.columns || size.rows !== state.size.rows) store.dispatch({ type: 'resize', size: { columns: size.columns, rows: size.rows } })
  }, [size.columns, size.rows])
  const shown = screen(state)
  setCursorPosition(shown.cursor)
  return h(Box, { flexDirection: 'column', width: state.size.columns, height: state.size.rows, overflow: 'hidden' },
    ...shown.rows.map((row, at) => h(Line, { key: at, row, colours })))
}
