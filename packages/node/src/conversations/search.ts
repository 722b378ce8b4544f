/** The search in one conversation and in all: the index names candidates, the text as it is shown now decides. */
import { parseQuery } from '../search/index.ts'
import { readPage } from '../sync/index.ts'
import { messageView } from './views.ts'
import type { ViewComponents } from './views.ts'
import type { FoundView, IdentityId, MessageId, MessageView } from '../api.ts'
import type { ChannelState } from '../delivery/index.ts'
import type { Candidate, Query, SearchIndex } from '../search/index.ts'
import type { Place, StoredEntry } from '../sync/index.ts'

/** What no index knows is read through; so many finds at once. */
const PAGE = 64
/** What an index names is read so many at once, at most: a page's store answers many questions as soon as one, and so many are no long task. */
const TOGETHER = 32
/** So many conversations are looked into at once. */
const CONVERSATIONS_TOGETHER = 8

interface Options {
  accept: (stored: StoredEntry) => boolean
  signal?: AbortSignal
  onProgress?: (line: string) => void
}

export interface SearchOptions extends Options {
  /** the newest so many */
  limit: number
  /** Unix milliseconds */
  since: number | undefined
  before: Pick<Place, 'author' | 'sequence' | 'depth'> | undefined
}

export interface SearchAllOptions extends Options {
  /** the newest so many */
  limit: number
  before: MessageId | undefined
}

/** A conversation that is looked through. */
export interface Searched { state: ChannelState, with: IdentityId, name: string }

type SearchComponents = ViewComponents & { index: SearchIndex }

/** Messages whose text has words that begin like those of `text`, oldest first. Retracted ones have no text. */
export async function searchMessages (components: SearchComponents, state: ChannelState, text: string, { limit, since, before, ...options }: SearchOptions): Promise<MessageView[]> {
  const found: MessageView[] = []
  for await (const view of matching(components, state, parseQuery(text), before, limit, options)) {
    if (since !== undefined && view.time < since) continue
    found.push(view)
    if (found.length >= limit) break
  }
  return found.reverse()
}

/**
 * The same in all of these conversations, newest first. Within one they stand in the order of its log, and a clock that runs ahead lifts
 * nothing above what was said after it; so the order is the same at each call, and `before` goes on where another ended.
 */
export async function searchAll (components: SearchComponents, conversations: readonly Searched[], text: string, { limit, before, ...options }: SearchAllOptions): Promise<FoundView[]> {
  const query = parseQuery(text)
  const heads: Head[] = []
  // each has its share of what is found, until one turns out to have more
  const share = Math.ceil(limit / Math.max(1, conversations.length))
  for (let at = 0; at < conversations.length; at += CONVERSATIONS_TOGETHER) {
    options.signal?.throwIfAborted()
    const next = await Promise.all(conversations.slice(at, at + CONVERSATIONS_TOGETHER).map(async one => step({ one, views: matching(components, one.state, query, undefined, share, options), time: Infinity })))
    heads.push(...next.filter(head => head !== undefined))
  }
  const found: FoundView[] = []
  let wanted = before === undefined
  while (heads.length > 0 && found.length < limit) {
    options.signal?.throwIfAborted()
    const at = heads.reduce((newest, head, index) => head.time > (heads[newest]?.time ?? 0) ? index : newest, 0)
    const head = heads[at]
    if (head === undefined) break
    const { one, view } = head
    if (wanted) found.push({ message: view, with: one.with, name: one.name, marks: query.marks(view.text) })
    else if (view.id === before) wanted = true
    const next = await step(head)
    if (next === undefined) heads.splice(at, 1)
    else heads[at] = next
  }
  return found
}

interface Looking { one: Searched, views: AsyncGenerator<MessageView>, time: number }
interface Head extends Looking { view: MessageView }

async function step ({ one, views, time }: Looking): Promise<Head | undefined> {
  const { value, done } = await views.next()
  return done === true ? undefined : { one, views, view: value, time: Math.min(time, value.time) }
}

/** The newest first, each as it is shown now. `likely`: so many will be taken, as far as one knows. */
async function * matching (components: SearchComponents, state: ChannelState, query: Query, before: SearchOptions['before'], likely: number, { accept, signal, onProgress }: Options): AsyncGenerator<MessageView> {
  const look = async (stored: StoredEntry | undefined): Promise<MessageView | undefined> => {
    signal?.throwIfAborted()
    if (stored === undefined || !accept(stored)) return undefined
    const view = await messageView(components, state, stored)
    return view.retracted === true || !query.matches(view.text) ? undefined : view
  }
  if (query.words.length > 0) {
    const progress = (done: number, all: number): void => { onProgress?.(`indexing the history: ${Math.floor(done / all * 100)} %`) }
    const waiting: Candidate[] = []
    const views = async (): Promise<Array<MessageView | undefined>> => Promise.all(waiting.splice(0).map(async ({ author, sequence, depth }) => look(await state.log.read(author, sequence, depth))))
    let together = Math.max(1, Math.min(likely, TOGETHER))
    for await (const place of components.index.find(state.log, query.words, { before, signal, onProgress: progress })) {
      waiting.push(place)
      if (waiting.length < together) continue
      for (const view of await views()) if (view !== undefined) yield view
      together = Math.min(TOGETHER, together * 2)
    }
    for (const view of await views()) if (view !== undefined) yield view
    return
  }
  // signs and the like: no index knows them, the history is read through
  for (let more = true; more;) {
    const views = new Map<StoredEntry, MessageView>()
    const page = await readPage(components.store, state.record.conversation, {
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
      accept: async stored => {
        const view = await look(stored)
        if (view !== undefined) views.set(stored, view)
        return view !== undefined
      }
    })
    for (const stored of page.toReversed()) {
      const view = views.get(stored)
      if (view !== undefined) yield view
    }
    before = page[0]?.entry
    more = page.length === PAGE
  }
}
