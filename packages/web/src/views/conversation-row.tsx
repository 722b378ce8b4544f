/** One line of the list: who, when, and the last thing said. */
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChatsState } from '../state/context.ts'
import { shortWhen } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { legible } from '../state/legible.ts'
import { StateMark } from './state-mark.tsx'
import type { ConversationView } from '@sotto/node'

export function ConversationRow ({ conversation, typing }: { conversation: ConversationView, typing: boolean }): ReactNode {
  const t = useText()
  const self = useChatsState(state => state.self.id)
  const device = useChatsState(state => state.self.device)
  const contact = useChatsState(state => state.contacts.get(conversation.with))
  const { last, unread, name } = conversation
  const own = last?.from === self
  const toSelf = conversation.with === self
  const preview = typing
    ? t('typing')
    : last === undefined
      ? contact?.state === 'requested' ? t('row.requested') : toSelf ? t('self.lead') : t('row.nothing')
      : last.kind === 'call' ? t('call.entry') : last.retracted === true ? t('message.retracted') : own && !toSelf ? t('row.own', { text: last.text }) : legible(last.text)
  return (
    <>
      <Avatar id={conversation.with} name={name} self={toSelf} />
      <span className='body'>
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
}
