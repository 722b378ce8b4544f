/** Looking for words in one conversation: what is found, newest first; a press goes there. */
import { useEffect, useState } from 'react'
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
const PAUSE_MS = 180

export function ChatSearch ({ timeline, onJump, onStart, onClose }: { timeline: Timeline, onJump: (message: MessageId) => void, onStart: () => void, onClose: () => void }): ReactNode {
  const t = useText()
  const self = useChatsState(state => state.self.id)
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<MessageView[]>()
  useEffect(() => {
    setFound(undefined)
    if (query.trim() === '') return
    const ended = new AbortController()
    const timer = setTimeout(() => {
      timeline.search(query.trim(), ended.signal).then(messages => { if (!ended.signal.aborted) setFound(messages) }, () => { if (!ended.signal.aborted) setFound([]) })
    }, PAUSE_MS)
    return () => { clearTimeout(timer); ended.abort() }
  }, [query, timeline])
  return (
    <>
      <div className='search-bar'>
        <Search label={t('chat.search')} value={query} onChange={setQuery} autoFocus />
        {found !== undefined && <span className='count' role='status'>{t('search.found', { count: found.length, limit: MAX_RESULTS })}</span>}
        <IconButton icon='close' label={t('close')} onPress={onClose} />
      </div>
      <div className='page'>
        {query.trim() === ''
          ? <Empty icon='search' title={t('chat.search')} actions={<Button onPress={onStart}>{t('chat.toStart')}</Button>}>{t('chat.searchLead')}</Empty>
          : found === undefined
            ? <Waiting>{t('search.loading')}</Waiting>
            : found.length === 0
              ? <Empty icon='search' title={t('search.none')}>{t('search.noneLead', { query })}</Empty>
              : (
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
                )}
      </div>
    </>
  )
}
