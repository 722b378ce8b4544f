/** One conversation: who it is with, what was said, and the place to say more. */
import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button, IconButton } from '../elements/button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { conversationWith } from '../state/chats.machine.ts'
import { useChats, useChatsState, useRevoked } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { useText } from '../state/language.ts'
import { go, route } from '../state/route.ts'
import { useStore } from '../state/store.ts'
import { Banner } from './banner.tsx'
import { CallButtons } from './call-buttons.tsx'
import { Composer } from './composer.tsx'
import { ComposerClosed } from './composer-closed.tsx'
import { History } from './history.tsx'
import { late } from '../elements/late.tsx'
import type { HistoryHandle } from './history.tsx'
import type { IdentityId, MessageId, MessageView } from '@sotto/node'

const ChatSearch = late(async () => (await import('./chat-search.tsx')).ChatSearch)

/** What the composer is about: a new message, an answer, a correction. */
export interface About { readonly kind: 'reply' | 'edit', readonly message: MessageView }

export function Chat ({ who }: { who: IdentityId }): ReactNode {
  const t = useText()
  const chats = useChats()
  const timeline = chats.timeline(who)
  const self = useChatsState(state => state.self.id)
  const loaded = useChatsState(state => state.loaded)
  const contact = useChatsState(state => state.contacts.get(who))
  // of the conversation no more than is shown here: it changes with each message
  const known = useChatsState(state => conversationWith(state, who) !== undefined)
  const called = useChatsState(state => conversationWith(state, who)?.name)
  const typing = useChatsState(state => state.typing.has(who))
  const failed = useStore(timeline.store, state => state.failed)
  const revoked = useRevoked()
  const [about, setAbout] = useState<About>()
  const [searching, setSearching] = useState(false)
  const history = useRef<HistoryHandle>(null)
  const [target, setTarget] = useState<MessageId | 'start'>()
  const lead = useCallback((to: MessageId | 'start') => {
    setSearching(false)
    setTarget(to)
  }, [])
  const toSelf = who === self
  const name = toSelf ? t('self.name') : contact?.name ?? called ?? t('somebody')

  const opened = useRef(false)
  useEffect(() => {
    if (!loaded || opened.current) return
    opened.current = true
    void timeline.open(conversationWith(chats.store.get(), who)?.unread ?? 0)
  }, [loaded, timeline, chats, who])
  // led to a message, once for each time that one was sent there
  const here = useStore(route, now => now)
  const ready = useStore(timeline.store, state => state.loaded)
  useEffect(() => {
    if (!ready || here.at !== 'chat' || here.who !== who || here.message === undefined) return
    lead(here.message)
  }, [ready, here, who, lead])
  // the messages are not there while one searches: led to once they are
  useEffect(() => {
    if (target === undefined || searching) return
    setTarget(undefined)
    if (target === 'start') void history.current?.toStart()
    else void history.current?.jump(target)
  }, [target, searching])

  const retract = useCallback((message: MessageId) => {
    chats.messenger.conversations.retract(message).catch((error: unknown) => { chats.say({ text: describeError(error) }) })
  }, [chats])
  const editLast = useCallback(() => {
    const { items, pending } = timeline.store.get()
    if (pending.some(one => one.failed === undefined)) return // the last one has no id yet: another must not be taken for it
    const last = items.findLast(item => item.from === self && item.retracted !== true)
    if (last !== undefined) setAbout({ kind: 'edit', message: last })
  }, [timeline, self])

  if (loaded && !known && contact === undefined && !toSelf) {
    return <section className='pane'><div className='bar'><IconButton icon='back' label={t('back')} className='back' onPress={() => { go({ at: 'list' }) }} /><h1>{t('somebody')}</h1></div><div className='page'><div className='empty'><p>{t('chat.unknown')}</p><Button onPress={() => { go({ at: 'add', link: who }) }}>{t('add.title')}</Button></div></div></section>
  }
  return (
    <section className='pane' aria-label={t('chat.with', { name })}>
      <div className='bar'>
        <IconButton icon='back' label={t('back')} className='back' onPress={() => { go({ at: 'list' }) }} />
        <h1 className='hidden-text'>{name}</h1>
        <AriaButton className='peer' isDisabled={toSelf} onPress={() => { go({ at: 'contact', who }) }}>
          <Avatar id={who} name={name} size='s' self={toSelf} />
          <span className='who'>
            <strong dir='auto'>{name}</strong>
            <span className={typing ? 'sub lively' : 'sub'}>{typing ? t('typing') : toSelf ? t('self.lead') : contact?.state === 'requested' ? t('row.requested') : contact?.verified === true && !contact.devicesChanged ? t('contact.verified') : t('chat.sealed')}</span>
          </span>
        </AriaButton>
        <CallButtons contact={contact} />
        <IconButton icon='search' label={t('chat.search')} onPress={() => { setSearching(now => !now) }} />
        {!toSelf && <IconButton icon='info' className='broad-only' label={t('contact.title')} onPress={() => { go({ at: 'contact', who }) }} />}
      </div>
      {searching
        ? <Suspense fallback={<Waiting>{t('search.loading')}</Waiting>}><ChatSearch timeline={timeline} onJump={lead} onStart={() => { lead('start') }} onClose={() => { setSearching(false) }} /></Suspense>
        : (
          <>
            {contact !== undefined && <Banner contact={contact} />}
            {failed !== undefined && <div className='notice danger' role='alert'>{failed}</div>}
            <History ref={history} key={who} timeline={timeline} name={name} onAbout={setAbout} onRetract={retract} />
            <div className='typing-line'>{typing && <><span className='dots' aria-hidden='true'><i /><i /><i /></span>{t('chat.typing', { name })}</>}</div>
            {revoked
              ? <ComposerClosed who={who} />
              : (
                <Composer key={`composer ${who}`} timeline={timeline} about={about} onAbout={setAbout} contact={contact} name={name} onEditLast={editLast} />
                )}
          </>
          )}
    </section>
  )
}
