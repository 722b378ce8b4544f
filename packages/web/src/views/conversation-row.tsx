/** One line of the list: who, when, and the last thing said. */
import { memo } from 'react'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Icon } from '../elements/icon.tsx'
import { callWords } from '../state/call-line.ts'
import { conversationWith } from '../state/chats.machine.ts'
import { useChatsState } from '../state/context.ts'
import { duration, shortWhen } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { legible } from '../state/legible.ts'
import { StateMark } from './state-mark.tsx'
import type { ConversationView } from '@sotto/node'

/** What a list has to know of a conversation: it does not change with each message. */
export type Row = Pick<ConversationView, 'with' | 'name'>

/** Asks for its conversation itself: where one of a hundred changes, one row is drawn. */
export const ConversationRow = memo(function ConversationRow ({ with: who, name }: Row): ReactNode {
  const t = useText()
  const conversation = useChatsState(state => conversationWith(state, who))
  const typing = useChatsState(state => state.typing.has(who))
  useChatsState(state => state.day) // yesterday begins without a word of anybody
  const self = useChatsState(state => state.self.id)
  const device = useChatsState(state => state.self.device)
  const contact = useChatsState(state => state.contacts.get(who))
  const last = conversation?.last
  const unread = conversation?.unread ?? 0
  const own = last?.from === self
  const toSelf = who === self
  const preview = typing
    ? t('typing')
    : last === undefined
      ? contact?.state === 'requested' ? t('row.requested') : toSelf ? t('self.lead') : t('row.nothing')
      : last.call !== undefined ? callWords(t, duration, last.call, own) : last.retracted === true ? t(own ? 'message.retractedOwn' : 'message.retracted') : own && !toSelf ? t('row.own', { text: last.text }) : legible(last.text)
  return (
    <>
      <Avatar id={who} name={name} self={toSelf} />
      <span className={unread > 0 ? 'body unread' : 'body'}>
        <span className='line'>
          <span className='name' dir='auto'>{name}</span>
          {contact?.verified === true && !contact.devicesChanged && <span className='mark read'><Icon name='shield' small /><span className='hidden-text'>{t('contact.verified')}</span></span>}
          {last !== undefined && <time dateTime={new Date(last.time).toISOString()}>{shortWhen(last.time)}</time>}
        </span>
        <span className='line'>
          <span className={typing ? 'preview lively' : 'preview'} dir='auto'>{preview}</span>
          {unread > 0
            ? <span className='badge'>{unread > 999 ? '999+' : unread}<span className='hidden-text'> {t('row.unread')}</span></span>
            : own && !toSelf && (last.device === device || last.state === 'delivered' || last.state === 'read') && last.kind !== 'call' && last.kind !== 'notice' && last.retracted !== true && <StateMark state={last.state} />}
        </span>
      </span>
    </>
  )
})
