/** What the search of the list finds: people by name, then messages of all conversations, the newest first. */
import { Header, ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components/ListBox'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button } from '../elements/button.tsx'
import { Empty, Waiting } from '../elements/empty.tsx'
import { useChatsState } from '../state/context.ts'
import { excerptOf } from '../state/excerpt.ts'
import { shortWhen } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { legible } from '../state/legible.ts'
import { go } from '../state/route.ts'
import { useFound } from '../state/use-found.ts'
import { ConversationRow } from './conversation-row.tsx'
import type { FoundView, IdentityId } from '@sotto/node'
import type { Row } from './conversation-row.tsx'

export function Found ({ query, people }: { query: string, people: readonly Row[] }): ReactNode {
  const t = useText()
  const { messages, more, busy, failed } = useFound(query.trim())
  const nothing = people.length === 0 && (messages?.length ?? 0) === 0
  const open = (key: string): void => {
    const found = messages?.find(({ message }) => `message ${message.id}` === key)
    go(found === undefined ? { at: 'chat', who: key as IdentityId } : { at: 'chat', who: found.with, message: found.message.id })
  }
  if (nothing && failed === undefined) {
    return busy ? <Waiting>{t('search.loading')}</Waiting> : <Empty icon='search' title={t('search.none')}>{t('search.noneLead', { query })}</Empty>
  }
  return (
    <>
      <p className='hidden-text' role='status'>{busy ? '' : t('search.told', { people: people.length, messages: messages?.length ?? 0 })}</p>
      <div className='list-frame' aria-busy={busy}>
        <ListBox className='list' aria-label={t('search.results')} selectionMode='none' onAction={key => { open(String(key)) }}>
          {people.length > 0 && (
            <ListBoxSection id='people'>
              <Header>{t('search.people')}</Header>
              {people.map(one => <ListBoxItem key={one.with} id={one.with} className='row' textValue={one.name}><ConversationRow {...one} /></ListBoxItem>)}
            </ListBoxSection>
          )}
          {messages !== undefined && messages.length > 0 && (
            <ListBoxSection id='messages'>
              <Header>{t('search.messages')}</Header>
              {messages.map(found => <ListBoxItem key={found.message.id} id={`message ${found.message.id}`} className='row' textValue={found.name}><FoundRow found={found} /></ListBoxItem>)}
            </ListBoxSection>
          )}
        </ListBox>
        {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
        {more !== undefined && <div className='more'><Button onPress={more}>{t('search.more')}</Button></div>}
        {busy && <p className='coming'><span className='spinner' aria-hidden='true' />{t('search.loading')}</p>}
      </div>
    </>
  )
}

function FoundRow ({ found: { message, with: who, name, marks } }: { found: FoundView }): ReactNode {
  const t = useText()
  const self = useChatsState(state => state.self.id)
  const toSelf = who === self
  const shown = toSelf ? t('self.name') : name
  return (
    <>
      <Avatar id={who} name={shown} self={toSelf} />
      <div className='body'>
        <div className='line'>
          <span className='name' dir='auto'>{shown}</span>
          <time dateTime={new Date(message.time).toISOString()}>{shortWhen(message.time)}</time>
        </div>
        <p className='excerpt' dir='auto'>
          {message.from === self && !toSelf && <span>{t('you')}: </span>}
          {excerptOf(message.text, marks).map((piece, at) => piece.found ? <mark key={at}>{legible(piece.text)}</mark> : <span key={at}>{legible(piece.text)}</span>)}
        </p>
      </div>
    </>
  )
}
