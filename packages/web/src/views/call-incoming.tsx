/** Somebody calls: who it is, and what to do about it. Nothing closes it by accident. */
import { useEffect } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { CallIcon } from '../elements/call-icon.tsx'
import { Icon } from '../elements/icon.tsx'
import { useCallWords } from '../state/call-words.ts'
import { useChats, useChatsState } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { notify } from '../state/notify.ts'
import { ring } from '../state/ring.ts'
import { isSeveral, namesOf } from './call-people.tsx'
import { OtherWays, troubleWords, useAttempt } from './call-placing.tsx'
import type { CallView } from '@sotto/node'

export function Incoming ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  const t = useText()
  const chats = useChats()
  const verified = useChatsState(state => {
    const contact = state.contacts.get(call.with)
    return contact?.verified === true && !contact.devicesChanged
  })
  const attempt = useAttempt(async answer => chats.messenger.calls.answer(call.id, answer), taken => { if (taken.phase !== 'ended') chats.setCall({ call: taken }) })
  const title = w('ring.title', { name: call.name })
  useEffect(() => {
    const put = notify(title, '', `call ${call.with}`, () => undefined)
    const silence = ring('ringing')
    return () => {
      put()
      silence()
    }
  }, [call.with, title])
  const decline = (): void => { void chats.endCall(call.id) }
  const { error, busy } = attempt

  return (
    <ModalOverlay className='overlay' isOpen isKeyboardDismissDisabled>
      <Modal className='modal incoming'>
        <Dialog className='dialog' role='alertdialog'>
          <span className='ringing'><Avatar id={call.with} name={call.name} size='l' /></span>
          <Heading slot='title' level={2} dir='auto'>{title}</Heading>
          <div className='chips'>
            {verified && <span className='chip ok'><Icon name='shield' small />{t('contact.verified')}</span>}
            {isSeveral(call) && <span className='chip' dir='auto'><Icon name='user' small />{w('ring.several', { names: namesOf(call) })}</span>}
            {call.theirs.video && <span className='chip'><Icon name='video' small />{w('ring.video')}</span>}
          </div>
          {error !== undefined && <p className='error-text' role='alert'>{troubleWords(w, error)}</p>}
          {error !== undefined && <div className='actions'><OtherWays attempt={attempt} video={false} /></div>}
          <div className='call-actions'>
            <AriaButton className='call-action end' onPress={decline}><span className='round'><CallIcon name='end' /></span>{w('ring.decline')}</AriaButton>
            <AriaButton className='call-action' isPending={busy} onPress={() => { attempt.run({ video: true }) }}><span className='round'><CallIcon name='camera' /></span>{w('ring.answerVideo')}</AriaButton>
            <AriaButton className='call-action go' autoFocus isPending={busy} onPress={() => { attempt.run({}) }}><span className='round'><Icon name='handset' /></span>{w('ring.answer')}</AriaButton>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
