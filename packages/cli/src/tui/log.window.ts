/** Which part of a conversation is seen, in lines, and how scrolling moves it. The edge is the last line: new messages come there. */
import { lay } from './composer.ts'
import { draftOf, selectedOf, TWO_PANES } from './chat.state.ts'
import { messageRows } from './message.rows.ts'
import { BLANK } from './row.ts'
import type { Bottom, ChatState, OpenView } from './chat.state.ts'
import type { Row } from './row.ts'

/** Lines of a long text that are shown while it is written. */
const MAX_COMPOSER_ROWS = 6
const MIN_LIST = 18
const MAX_LIST = 30

export interface Geometry {
  /** columns of the list; 0 where it is not shown */
  list: number
  /** columns of the conversation; 0 where it is not shown */
  log: number
  logRows: number
  composerRows: number
}

export function geometry (state: ChatState): Geometry {
  const { columns, rows } = state.size
  const two = columns >= TWO_PANES
  const list = two ? Math.min(MAX_LIST, Math.max(MIN_LIST, Math.floor(columns * 0.28))) : state.focus === 'list' ? columns : 0
  const log = two ? columns - list - 1 : columns - list
  const writing = state.prompt !== undefined || state.open === undefined ? 1 : lay(draftOf(state), log - 2).lines.length
  const composerRows = Math.max(1, Math.min(MAX_COMPOSER_ROWS, writing, rows - 6))
  // header and its rule, the rule of the composer, the footer
  return { list, log, composerRows, logRows: Math.max(1, rows - 4 - composerRows) }
}

interface Place { index: number, hidden: number }

class Log {
  readonly #state: ChatState
  readonly #open: OpenView
  readonly #columns: number

  constructor (state: ChatState, open: OpenView, columns: number) {
    this.#state = state
    this.#open = open
    this.#columns = columns
  }

  rows (index: number): Row[] {
    const view = this.#open.items[index]
    return view === undefined ? [] : messageRows(this.#state, this.#open, view, this.#open.items[index - 1], this.#columns)
  }

  get place (): Place {
    const { items, bottom } = this.#open
    const index = bottom === undefined ? -1 : items.findLastIndex(item => item.id === bottom.id)
    return index < 0 ? { index: items.length - 1, hidden: 0 } : { index, hidden: bottom?.hidden ?? 0 }
  }

  up ({ index, hidden }: Place, lines: number): Place {
    let left = hidden + lines
    for (let at = index; at >= 0; at--) {
      const height = this.rows(at).length
      if (left < height) return { index: at, hidden: left }
      left -= height
    }
    return { index: 0, hidden: Math.max(0, this.rows(0).length - 1) }
  }

  down ({ index, hidden }: Place, lines: number): Place {
    let left = hidden - lines
    let at = index
    while (left < 0 && at < this.#open.items.length - 1) {
      at += 1
      left += this.rows(at).length
    }
    return { index: at, hidden: Math.max(0, left) }
  }

  /** Lines from the top of an item down to the edge, counted no further than `enough`. */
  above ({ index, hidden }: Place, first: number, enough = Infinity): number {
    let count = -hidden
    for (let at = index; at >= first && count < enough; at--) count += this.rows(at).length
    return count
  }

  /** Never more empty space above the oldest than needed. */
  clamp (place: Place, rows: number): Place {
    const held = this.above(place, 0, rows)
    return held >= rows ? place : this.down(place, rows - held)
  }

  bottomOf ({ index, hidden }: Place): Bottom | undefined {
    const item = this.#open.items[index]
    // what is last here is not the newest where newer ones are not here
    const atEnd = !this.#open.detached && index === this.#open.items.length - 1 && hidden === 0
    return item === undefined || atEnd ? undefined : { id: item.id, hidden }
  }
}

function logOf (state: ChatState, open: OpenView): { log: Log, rows: number } {
  const { log, logRows } = geometry(state)
  return { log: new Log(state, open, log), rows: logRows }
}

export interface Seen { rows: Row[], reachesTop: boolean }

export function visibleRows (state: ChatState, open: OpenView): Seen {
  const { log, rows } = logOf(state, open)
  const { index, hidden } = log.place
  let seen: Row[] = []
  let at = index
  for (; at >= 0 && seen.length < rows; at--) {
    const block = log.rows(at)
    seen = [...at === index ? block.slice(0, block.length - hidden) : block, ...seen]
  }
  const reachesTop = at < 0
  seen = seen.slice(-rows)
  return { rows: [...Array.from({ length: rows - seen.length }, () => BLANK), ...seen], reachesTop }
}

/** Up for positive, down for negative lines. */
export function scroll (state: ChatState, open: OpenView, lines: number): OpenView {
  const { log, rows } = logOf(state, open)
  const moved = lines > 0 ? log.clamp(log.up(log.place, lines), rows) : log.down(log.place, -lines)
  const bottom = log.bottomOf(moved)
  return { ...open, bottom, below: bottom === undefined ? 0 : open.below }
}

/** Moves as little as needed for the selected message to be seen; of one that is too long, its beginning. */
export function reveal (state: ChatState, open: OpenView): OpenView {
  const selected = selectedOf(open)
  if (selected === undefined) return open
  const { log, rows } = logOf(state, open)
  const target = open.items.indexOf(selected)
  let { place } = log
  if (target > place.index || (target === place.index && place.hidden > 0)) place = { index: target, hidden: 0 }
  const height = log.above(place, target, rows + 1)
  if (height > rows) {
    const whole = log.above(place, target)
    place = log.up(place, whole - rows)
  }
  const bottom = log.bottomOf(log.clamp(place, rows))
  return { ...open, bottom, below: bottom === undefined ? 0 : open.below }
}

/** Whether so little is above that the next page is wanted. */
export function nearTop (state: ChatState, open: OpenView): boolean {
  const { log, rows } = logOf(state, open)
  return log.above(log.place, 0, rows * 2) < rows * 2
}

/** Whether so little is below that the next page of newer ones is wanted. */
export function nearEnd (state: ChatState, open: OpenView): boolean {
  const { log, rows } = logOf(state, open)
  const { index, hidden } = log.place
  return hidden + log.above({ index: open.items.length - 1, hidden: 0 }, index + 1, rows * 2) < rows * 2
}
