/** Looking for words in one conversation: what is found, newest first; a press goes there. What was found before stays until there is more to say. */
import { memo, startTransition, useEffect, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../elements/button.tsx'
import { Empty, Waiting } from '../elements/empty.tsx'
import { Search } from '../elements/search.tsx'
import { useChatsState } from '../state/context.ts'
import { fullTime } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { legible } from '../state/legible.ts'
import { MAX_RESULTS } from '../state/timeline.ts'
import type { MessageId, MessageView } from '@sotto/node'
import type { Timeline } from '../state/timeline.ts'

/** Looked for when nothing was typed for so long, ms. */
const PAUSE_MS = 100

export function ChatSearch ({ timeline, onJump, onStart, onClose }: { timeline: Timeline, onJump: (message: MessageId) => void, onStart: () => void, onClose: () => void }): ReactNode {
  const t = useText()
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<readonly MessageView[]>()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    const wanted = query.trim()
    setBusy(wanted !== '')
    if (wanted === '') {
      setFound(undefined)
      return
    }
    const ended = new AbortController()
    const tell = (messages: readonly MessageView[]): void => {
      if (ended.signal.aborted) return
      startTransition(() => { // the next key goes before
        setFound(messages)
        setBusy(false)
      })
    }
    const timer = setTimeout(() => { timeline.search(wanted, ended.signal).then(tell, () => { tell([]) }) }, PAUSE_MS)
    return () => { clearTimeout(timer); ended.abort() }
  }, [query, timeline])
  const stale = busy && found !== undefined && found.length > 0
  return (
    <>
      <div className='search-bar'>
        <Search label={t('chat.search')} value={query} onChange={setQuery} autoFocus />
        <span className='count' role='status'>{found !== undefined && <span className={busy ? 'stale' : ''}>{t('search.found', { count: found.length, limit: MAX_RESULTS })}</span>}</span>
        <IconButton icon='close' label={t('close')} onPress={onClose} />
      </div>
      <div className='page' aria-busy={stale}>
        {query.trim() === ''
          ? <Empty icon='search' title={t('chat.search')} actions={<Button onPress={onStart}>{t('chat.toStart')}</Button>}>{t('chat.searchLead')}</Empty>
          : found === undefined || (busy && found.length === 0)
            ? <Waiting>{t('search.loading')}</Waiting>
            : found.length === 0
              ? <Empty icon='search' title={t('search.none')}>{t('search.noneLead', { query })}</Empty>
              : <Results found={found} onJump={onJump} />}
      </div>
    </>
  )
}

/** Drawn when something else is found, not at each key. */
const Results = memo(function Results ({ found, onJump }: { found: readonly MessageView[], onJump: (message: MessageId) => void }): ReactNode {
  const t = useText()
  const self = useChatsState(state => state.self.id)
  return (
    <ul className='results'>
      {found.map(message => (
        <li key={message.id}>
          <AriaButton className='found' onPress={() => { onJump(message.id) }}>
            <span className='line'><span>{message.from === self ? t('you') : t('them')}</span><span>{fullTime(message.time)}</span></span>
            <span dir='auto'>{legible(message.text)}</span>
          </AriaButton>
        </li>
      ))}
    </ul>
  )
})
