/** The search in one conversation: the index names candidates, the text as it is shown now decides. */
import { parseQuery } from '../search/index.ts'
import { readPage } from '../sync/index.ts'
import { messageView } from './views.ts'
import type { ViewComponents } from './views.ts'
import type { MessageView } from '../api.ts'
import type { ChannelState } from '../delivery/index.ts'
import type { SearchIndex } from '../search/index.ts'
import type { Place, StoredEntry } from '../sync/index.ts'

export interface SearchOptions {
  /** the newest so many */
  limit: number
  /** Unix milliseconds */
  since: number | undefined
  before: Pick<Place, 'author' | 'sequence' | 'depth'> | undefined
  accept: (stored: StoredEntry) => boolean
  signal?: AbortSignal
  onProgress?: (line: string) => void
}

/** Messages whose text has words that begin like those of `text`, oldest first. Retracted ones have no text. */
export async function searchMessages (components: ViewComponents & { index: SearchIndex }, state: ChannelState, text: string, options: SearchOptions): Promise<MessageView[]> {
  const { limit, since, before, accept, signal, onProgress } = options
  const query = parseQuery(text)
  const found: MessageView[] = []
  const look = async (stored: StoredEntry | undefined): Promise<boolean> => {
    if (stored === undefined || !accept(stored) || (since !== undefined && stored.entry.time < since)) return false
    const view = await messageView(components, state, stored)
    if (view.retracted === true || !query.matches(view.text)) return false
    found.push(view)
    return true
  }
  if (query.words.length === 0) {
    // signs and the like: no index knows them, the history is read through
    await readPage(components.store, state.record.conversation, { limit, ...(before === undefined ? {} : { before }), accept: look })
    return found.reverse()
  }
  for await (const { author, sequence } of components.index.find(state.log, query.words, { before, signal, onProgress: (done, all) => { onProgress?.(`indexing the history: ${Math.floor(done / all * 100)} %`) } })) {
    signal?.throwIfAborted()
    await look(await state.log.read(author, sequence))
    if (found.length >= limit) break
  }
  return found.reverse()
}
