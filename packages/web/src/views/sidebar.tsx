/** Who one talks to: oneself and the connection on top, requests, then the conversations, newest first. */
import { Suspense, useMemo, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button, IconButton } from '../elements/button.tsx'
import { Empty, Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { Search } from '../elements/search.tsx'
import { matching, sorted } from '../state/chats.machine.ts'
import { useChatsState } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { preferences } from '../state/preferences.ts'
import { go, route } from '../state/route.ts'
import { keeping } from '../state/same.ts'
import { useStore } from '../state/store.ts'
import { LinkState } from './link-state.tsx'
import { ConversationRow } from './conversation-row.tsx'
import { late } from '../elements/late.tsx'
import type { Row } from './conversation-row.tsx'

/** The list keeps the keyboard of a list, which is much code for whoever has nobody in it. */
const ConversationList = late(async () => (await import('./conversation-list.tsx')).ConversationList)
const Found = late(async () => (await import('./found.tsx')).Found)

export function Sidebar ({ searchRef }: { searchRef: RefObject<HTMLInputElement | null> }): ReactNode {
  const t = useText()
  const [query, setQuery] = useState('')
  const self = useChatsState(state => state.self)
  const left = useChatsState(state => state.historyLeft)
  const phraseKept = useStore(preferences, value => value.phraseKept)
  const requests = useChatsState(state => state.requests)
  const [asks] = requests
  const nav = useRef<HTMLElement>(null)
  const first = (): HTMLElement | null | undefined => nav.current?.querySelector<HTMLElement>('[role=option], .list .row')
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' || event.target !== searchRef.current) return
    event.preventDefault()
    first()?.focus()
  }
  return (
    <nav ref={nav} className='sidebar' aria-label={t('sidebar')} onKeyDown={onKeyDown}>
      <h1 className='hidden-text'>Sotto</h1>
      <div className='bar'>
        <AriaButton className='me' onPress={() => { go({ at: 'network' }) }}>
          <Avatar id={self.id} name={self.name === '' ? t('you') : self.name} size='s' />
          <span className='who'>
            <strong>{self.name === '' ? t('you') : self.name}</strong>
            <LinkState />
          </span>
          <span className='hidden-text'>{t('network.title')}</span>
        </AriaButton>
        <IconButton icon='add' label={t('add.title')} onPress={() => { go({ at: 'add', link: '' }) }} />
        <IconButton icon='settings' label={t('settings.title')} onPress={() => { go({ at: 'settings' }) }} />
      </div>
      <div className='finder'><Search label={t('search')} value={query} onChange={setQuery} inputRef={searchRef} onSubmit={() => { if (query.trim() !== '') first()?.click() }} /></div>
      {requests.length > 0 && query === '' && (
        <AriaButton className='tray' onPress={() => { go({ at: 'requests' }) }}>
          <span className='circle'><Icon name='inbox' /></span>
          <span className='one-line' dir='auto'>{requests.length === 1 && asks?.name !== '' ? t('notify.request', { name: asks?.name ?? '' }) : t('requests.waiting', { count: requests.length })}</span>
          <span className='badge' aria-hidden='true'>{requests.length > 999 ? '999+' : requests.length}</span>
        </AriaButton>
      )}
      {!phraseKept && query === '' && (
        <AriaButton className='tray' onPress={() => { go({ at: 'settings', part: 'phrase' }) }}>
          <span className='circle'><Icon name='lock' /></span>
          <span>{t('phrase.reminder')}</span>
        </AriaButton>
      )}
      {left > 0 && <p className='coming' role='status'><span className='spinner' aria-hidden='true' />{t('history.coming', { count: left })}</p>}
      <Conversations query={query} />
    </nav>
  )
}

function Conversations ({ query }: { query: string }): ReactNode {
  const t = useText()
  const asked = useChatsState(state => state.requests.length > 0)
  const loaded = useChatsState(state => state.loaded)
  const conversations = useChatsState(state => state.conversations)
  const contacts = useChatsState(state => state.contacts)
  const self = useChatsState(state => state.self.id)
  const here = useStore(route, now => now.at === 'chat' || now.at === 'contact' ? now.who : undefined)
  // the same rows in the same order are the same list: what stands in them they draw themselves
  const last = useRef<readonly Row[]>([])
  const shown = useMemo(() => {
    const all = sorted(conversations.map(one => one.with === self ? { ...one, name: t('self.name') } : one), Date.now())
    const rows = (query.trim() === '' ? all : matching(all, contacts, query)).map(({ with: who, name }) => ({ with: who, name }))
    return keeping(last.current, rows, row => row.with)
  }, [conversations, contacts, query, self, t])
  last.current = shown

  const waiting = <Waiting>{t('sidebar.loading')}</Waiting>
  if (!loaded) return waiting
  const people = conversations.filter(one => one.with !== self)
  if (people.length === 0 && query === '') {
    return (
      <>
        {shown.map(row => <Alone key={row.with} row={row} isHere={here === row.with} />)}
        {!asked && <Empty icon='message' title={t('sidebar.empty')} actions={<Button kind='primary' icon='add' onPress={() => { go({ at: 'add', link: '' }) }}>{t('add.title')}</Button>}>{t('sidebar.emptyLead')}</Empty>}
      </>
    )
  }
  const list = <ConversationList shown={shown} here={here} />
  return <Suspense fallback={waiting}>{query.trim() === '' ? list : <Suspense fallback={list}><Found query={query} people={shown} /></Suspense>}</Suspense>
}

/** The note to oneself, where there is nobody else: one row is a button yet, and no list. */
function Alone ({ row, isHere }: { row: Row, isHere: boolean }): ReactNode {
  return (
    <div className='list short'>
      <AriaButton className='row' {...(isHere ? { 'aria-current': 'true' as const } : {})} onPress={() => { go({ at: 'chat', who: row.with }) }}>
        <ConversationRow {...row} />
      </AriaButton>
    </div>
  )
}
