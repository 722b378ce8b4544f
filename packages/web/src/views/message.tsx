/** One message as a bubble: text as text, what it answers, reactions, and how far it came. */
import { memo } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Icon } from '../elements/icon.tsx'
import { isOnlyEmoji } from '../elements/rich-text.tsx'
import { callWords, isMissed } from '../state/call-line.ts'
import { clockTime, dayName, duration, fullTime } from '../state/format.ts'
import { useChatsState, useRevoked } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { isRightToLeft, legible } from '../state/legible.ts'
import { reasonWords, useSaid } from '../state/said.ts'
import { MessageText } from './message-text.tsx'
import { StateMark } from './state-mark.tsx'
import type { IdentityId, MessageId, MessageView } from '@sotto/node'
import type { Grouping, Pending } from '../state/timeline.machine.ts'
import type { Timeline } from '../state/timeline.ts'
import type { About } from './chat.tsx'
import type { Opened } from './history.tsx'

export interface MessageProps extends Grouping {
  message: MessageView
  own: boolean
  /** how far it came is known here: it went out from this device, to somebody else */
  tracked: boolean
  /** a device of theirs signed for it */
  confirmed: boolean
  self: IdentityId
  name: string
  quoted: MessageView | undefined
  /** the first of the new ones */
  isNew: boolean
  hovered: boolean
  pointed: boolean
  onOpen: (kind: Opened['kind'], message: MessageView, anchor: Element) => void
  onReact: (message: MessageView, emoji: string) => void
  onJump: (message: MessageId) => void
  onAbout: (about: About) => void
}

export const Message = memo(function Message (props: MessageProps): ReactNode {
  const t = useText()
  const { message, own, tracked, confirmed, self, name, first, last, newDay, isNew, hovered, pointed, quoted, onOpen } = props
  const revoked = useRevoked()
  if (message.kind === 'notice' || message.kind === 'call') return <Event {...props} />
  const gone = message.retracted === true
  const large = !gone && message.replyTo === undefined && isOnlyEmoji(message.text)
  const author = own ? t('you') : name
  const anchorOf = (element: Element): Element => element.closest('.message')?.querySelector('.bubble') ?? element
  return (
    <>
      {newDay && <Day time={message.time} />}
      {isNew && <div className='new-mark'>{t('chat.new')}</div>}
      <article
        className={`message${own ? ' own' : ''}${first ? ' first' : ''}${last ? ' last' : ''}${pointed ? ' pointed' : ''}`} data-id={message.id} tabIndex={-1}
        aria-label={`${author}, ${clockTime(message.time)}`}
        onContextMenu={event => { if (!(event.target as Element).matches('a')) { event.preventDefault(); onOpen('actions', message, anchorOf(event.currentTarget)) } }}
        onClick={event => { if ((event.nativeEvent as PointerEvent).pointerType === 'touch' && !(event.target as Element).matches('a, button, button *')) onOpen('actions', message, anchorOf(event.currentTarget)) }}
      >
        <div className='held'>
          <div className={large ? 'bubble bare' : 'bubble'} {...(!gone && isRightToLeft(message.text) ? { dir: 'rtl' } : {})}>
            {message.replyTo !== undefined && !gone && <Quote message={quoted} id={message.replyTo} self={self} name={name} onJump={props.onJump} />}
            {gone
              ? <span className='gone'>{own ? t('message.retractedOwn') : t('message.retracted')}</span>
              : <MessageText id={message.id} text={message.text} large={large} />}
            <span className='meta'>
              {message.edited === true && !gone && <span>{t('message.edited')}</span>}
              <time dateTime={new Date(message.time).toISOString()} title={fullTime(message.time)}>{clockTime(message.time)}</time>
              {!tracked && confirmed && !gone && <StateMark state={message.state} />}
              {tracked && !gone && (
                <button type='button' tabIndex={-1} aria-label={t('delivery.open', { state: t(`state.${message.state}`) })} onClick={event => { onOpen('delivery', message, event.currentTarget) }}>
                  <StateMark state={message.state} />
                </button>
              )}
            </span>
          </div>
          {hovered && !gone && !revoked && (
            <span className='tools'>
              <button type='button' tabIndex={-1} aria-label={t('message.react')} onClick={event => { onOpen('actions', message, anchorOf(event.currentTarget)) }}><Icon name='react' small /></button>
              <button type='button' tabIndex={-1} aria-label={t('message.reply')} onClick={() => { props.onAbout({ kind: 'reply', message }) }}><Icon name='reply' small /></button>
            </span>
          )}
        </div>
        {message.reactions.length > 0 && !gone && <Reactions {...props} />}
        {message.clockWrong === true && <div className='warned'><Icon name='clock' small />{t('message.clockWrong')}</div>}
        {message.equivocation === true && <div className='warned'><Icon name='alert' small />{t('message.equivocation')}</div>}
      </article>
    </>
  )
})

/** Today is yesterday from midnight on, whether somebody says a word or not. */
function Day ({ time }: { time: number }): ReactNode {
  useChatsState(state => state.day)
  return <div className='day'><span>{dayName(time)}</span></div>
}

/** What nobody said: a call and what became of it, and what this device noticed of the contact. */
function Event ({ message, own, name, newDay, isNew }: MessageProps): ReactNode {
  const t = useText()
  const say = useSaid()
  const { call } = message
  return (
    <>
      {newDay && <Day time={message.time} />}
      {isNew && <div className='new-mark'>{t('chat.new')}</div>}
      <article className='message event' data-id={message.id} tabIndex={-1}>
        {call === undefined
          ? <span className='noticed'><Icon name='info' small />{(message.notice === undefined ? undefined : reasonWords(say, message.notice, name)) ?? legible(message.text)}</span>
          : <span className={isMissed(call, own) ? 'noticed missed' : 'noticed'}><Icon name='handset' small />{callWords(t, duration, call, own)}</span>}
        <time dateTime={new Date(message.time).toISOString()} title={fullTime(message.time)}>{clockTime(message.time)}</time>
      </article>
    </>
  )
}

function Quote ({ message, id, self, name, onJump }: { message: MessageView | undefined, id: MessageId, self: IdentityId, name: string, onJump: (message: MessageId) => void }): ReactNode {
  const t = useText()
  return (
    <button type='button' className='quote' tabIndex={-1} onClick={() => { onJump(id) }}>
      <strong dir='auto'>{message === undefined ? t('message.quoted') : message.from === self ? t('you') : name}</strong>
      <span dir='auto'>{message === undefined ? t('message.earlier') : message.retracted === true ? t('message.retracted') : legible(message.text)}</span>
    </button>
  )
}

function Reactions ({ message, self, name, onReact }: MessageProps): ReactNode {
  const t = useText()
  const byEmoji = Map.groupBy(message.reactions, reaction => reaction.emoji)
  return (
    <div className='reactions'>
      {[...byEmoji].map(([emoji, from]) => {
        const mine = from.some(reaction => reaction.from === self)
        const who = from.map(reaction => reaction.from === self ? t('you') : name).join(', ')
        return <button key={emoji} type='button' tabIndex={-1} aria-pressed={mine} title={who} onClick={() => { onReact(message, emoji) }}><span>{emoji}</span>{from.length > 1 && <span>{from.length}</span>}<span className='hidden-text'> {t('message.reaction', { who })}</span></button>
      })}
    </div>
  )
}

/** Not yet in the store of this device: no mark, as nothing is known of it. */
export function PendingMessage ({ pending, timeline }: { pending: Pending, timeline: Timeline }): ReactNode {
  const t = useText()
  return (
    <article className='message own first last' tabIndex={-1} aria-label={t('you')}>
      <div className='held'><div className='bubble' {...(isRightToLeft(pending.text) ? { dir: 'rtl' } : {})}><MessageText id={pending.id ?? pending.key} text={pending.text} /><span className='meta'><time>{clockTime(pending.time)}</time></span></div></div>
      {pending.failed !== undefined && (
        <div className='unsent' role='alert'>
          <Icon name='alert' small /><span>{t('message.unsent', { reason: pending.failed })}</span>
          <Button onPress={() => { void timeline.again(pending) }}>{t('again')}</Button>
          <Button kind='plain' onPress={() => { timeline.forget(pending) }}>{t('message.drop')}</Button>
        </div>
      )}
    </article>
  )
}
