/** What one should know about this contact before writing on. */
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChats } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { useTask } from '../state/use-task.ts'
import type { ContactView } from '@sotto/node'

export function Banner ({ contact }: { contact: ContactView }): ReactNode {
  const t = useText()
  const chats = useChats()
  const task = useTask()
  const { name } = contact
  if (contact.blocked) {
    return (
      <div className='notice'>
        <Icon name='block' /><div>{t('banner.blocked', { name })}</div>
        <Button kind='plain' isPending={task.busy} onPress={() => { task.run(async () => { chats.putContact(await chats.messenger.contacts.unblock(contact.id)) }) }}>{t('contact.unblock')}</Button>
      </div>
    )
  }
  if (contact.devicesChanged) {
    return (
      <div className='notice warn' role='alert'>
        <Icon name='shield' /><div>{t('banner.devices', { name })}</div>
        <Button kind='plain' onPress={() => { go({ at: 'contact', who: contact.id }) }}>{t('banner.look')}</Button>
      </div>
    )
  }
  if (contact.state === 'moved') {
    const { movedTo } = contact
    return (
      <div className='notice warn'>
        <Icon name='alert' /><div>{t('banner.moved', { name })}</div>
        {movedTo !== undefined && <Button kind='plain' onPress={() => { go({ at: 'chat', who: movedTo }) }}>{t('banner.look')}</Button>}
      </div>
    )
  }
  if (contact.state !== 'accepted') {
    return <div className='notice'><Icon name='clock' /><div>{t('banner.requested', { name })}</div></div>
  }
  return null
}
