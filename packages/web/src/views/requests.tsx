/** Strangers who want to talk: nothing of theirs is shown elsewhere, and they learn nothing, until one says yes. */
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button } from '../elements/button.tsx'
import { Empty } from '../elements/empty.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { shortId, shortWhen } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { useTask } from '../state/use-task.ts'
import { Pane } from './pane.tsx'
import type { RequestView } from '@sotto/node'

export function Requests (): ReactNode {
  const t = useText()
  const requests = useChatsState(state => state.requests)
  return (
    <Pane title={t('requests.title')}>
      {requests.length === 0
        ? <Empty icon='inbox' title={t('requests.none')} actions={<Button icon='link' onPress={() => { go({ at: 'add', link: '' }) }}>{t('requests.share')}</Button>}>{t('requests.noneLead')}</Empty>
        : (
          <div className='column'>
            <p className='lead'>{t('requests.lead')}</p>
            <ul className='column'>{requests.map(request => <li key={request.id}><Request request={request} /></li>)}</ul>
          </div>
          )}
    </Pane>
  )
}

function Request ({ request }: { request: RequestView }): ReactNode {
  const t = useText()
  const chats = useChats()
  const accepting = useTask()
  const declining = useTask()
  const name = request.name === '' ? t('somebody') : request.name
  const accept = async (): Promise<void> => {
    const contact = await chats.messenger.requests.accept(request.id)
    chats.putContact(contact)
    await chats.refresh()
    go({ at: 'chat', who: contact.id })
  }
  const decline = async (): Promise<void> => {
    await chats.messenger.requests.decline(request.id)
    await chats.refresh()
  }
  return (
    <section className='card' aria-label={name}>
      <div className='person'>
        <Avatar id={request.id} name={request.name} />
        <div className='body'>
          <div className='name' dir='auto'>{name}</div>
          <div className='small'><span title={request.id}>{shortId(request.id)}</span> · {shortWhen(request.time)}</div>
          {request.note !== '' && <p className='note' dir='auto'>{request.note}</p>}
        </div>
      </div>
      {(accepting.error ?? declining.error) !== undefined && <p className='error-text' role='alert'>{accepting.error ?? declining.error}</p>}
      <div className='actions'>
        <Button kind='primary' isPending={accepting.busy} onPress={() => { accepting.run(accept) }}>{t('requests.accept')}</Button>
        <Button isPending={declining.busy} onPress={() => { declining.run(decline) }}>{t('requests.decline')}</Button>
      </div>
    </section>
  )
}
