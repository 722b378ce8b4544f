/** Asks for what others have and we lack, once it had time to come by itself, and again while it does not come (SYN-2). */
import { MAX_WANTS, MAX_WANTED_ENTRIES } from '@sotto/protocols/sync'
import { hex } from './channel-state.ts'
import type { ChannelState } from './channel-state.ts'
import type { Clock } from '../components.ts'
import type { Want } from '@sotto/protocols/session'

/** What is missing is asked for after this long, ms: mail on another path may still bring it. */
const FIRST_MS = 2000
/** Some of what was asked for came: the rest is asked for after this long, ms. */
const PROGRESS_MS = 500
/** Nothing came: it is asked for again after this long, ms; doubles. */
const AGAIN_MS = 10_000
/** Longest wait between two questions for the same, ms: nobody may have it. */
const MAX_AGAIN_MS = 10 * 60 * 1000

export class Repair {
  readonly #clock: Clock
  readonly #state: ChannelState
  readonly #own: string
  readonly #ask: (wants: Want[]) => void
  #cancel: (() => void) | undefined
  #due = 0
  /** the beginnings of what we asked for last */
  #asked = ''
  #again = AGAIN_MS
  #stopped = false

  constructor (clock: Clock, state: ChannelState, own: Uint8Array, ask: (wants: Want[]) => void) {
    this.#clock = clock
    this.#state = state
    this.#own = hex(own)
    this.#ask = ask
  }

  /** Something came, or somebody said what there is. */
  look (): void {
    const wants = this.missing()
    if (wants.length === 0) {
      this.#cancel?.()
      this.#cancel = undefined
      this.#asked = ''
      this.#again = AGAIN_MS
    } else if (this.#asked === '') {
      this.#schedule(FIRST_MS)
    } else if (beginnings(wants) !== this.#asked) {
      this.#again = AGAIN_MS
      this.#schedule(PROGRESS_MS)
    } else {
      this.#schedule(this.#again)
    }
  }

  stop (): void {
    this.#stopped = true
    this.#cancel?.()
  }

  #schedule (wait: number): void {
    const due = this.#clock.now() + wait
    if (this.#stopped || (this.#cancel !== undefined && this.#due <= due)) return
    this.#cancel?.()
    this.#due = due
    this.#cancel = this.#clock.after(wait, () => {
      this.#cancel = undefined
      const wants = this.missing()
      if (wants.length === 0) return
      const name = beginnings(wants)
      this.#again = name === this.#asked ? Math.min(this.#again * 2, MAX_AGAIN_MS) : AGAIN_MS
      this.#asked = name
      this.#ask(wants)
      this.#schedule(this.#again)
    })
  }

  /** Stretches that waiting entries or the heads of others show, from where we have all. Own entries are nobody else's to give. */
  missing (): Want[] {
    const { log, peerHeads, record, syncing } = this.#state
    if (syncing) return []
    const wanted = new Map<string, Want>()
    const want = (author: Uint8Array, to: number): void => {
      const id = hex(author)
      const from = (log.head(author)?.sequence ?? 0) + 1
      if (id === this.#own || to < from || (!wanted.has(id) && wanted.size >= MAX_WANTS)) return
      wanted.set(id, { author, from, to: Math.min(Math.max(to, wanted.get(id)?.to ?? 0), from + MAX_WANTED_ENTRIES - 1) })
    }
    for (const gap of log.gaps()) want(gap.author, gap.to)
    const heads = [...peerHeads.values()].flat()
    // first those whom we know to speak here: names made up cannot push them out
    for (const { author, sequence } of heads) if (record.authors[hex(author)] !== undefined) want(author, sequence)
    for (const { author, sequence } of heads) if (record.authors[hex(author)] === undefined) want(author, sequence)
    // of each author first what comes first; what waits here already is not asked for again
    const lists = [...wanted.values()].map(({ author, from, to }) => log.lacking(author, from, to).map(stretch => ({ author, ...stretch })))
    const wants: Want[] = []
    for (let n = 0; lists.some(list => list.length > n); n++) {
      for (const list of lists) {
        const next = list[n]
        if (next !== undefined && wants.length < MAX_WANTS) wants.push(next)
      }
    }
    return wants
  }
}

/** What a device lacks goes out as there is room: of authors that we have something of, as many as may speak here (SYN-6). */
export function askedFor ({ log, due }: ChannelState, stretches: readonly Want[]): void {
  const authors = new Set(stretches.map(({ author }) => hex(author)))
  for (const [name, { author }] of due.repairs) if (authors.has(hex(author))) due.repairs.delete(name)
  for (const { author, from, to } of stretches) {
    if (from <= log.reach(author)) due.repairs.set(`${hex(author)}:${from}`, { author, from, to })
  }
}

function beginnings (wants: readonly Want[]): string {
  return wants.map(({ author, from }) => `${hex(author)}:${from}`).join()
}
