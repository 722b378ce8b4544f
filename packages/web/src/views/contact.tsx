/** One person: what we call them, whether it is really them, and an end to it where one wants one. */
import { Suspense, useEffect, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button } from '../elements/button.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { Confirm } from '../elements/dialog.tsx'
import { Empty, Waiting } from '../elements/empty.tsx'
import { Field } from '../elements/field.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { shortId } from '../state/format.ts'
import { isNameless } from '../state/initials.ts'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { useTask } from '../state/use-task.ts'
import { CallButtons } from './call-buttons.tsx'
import { Pane } from './pane.tsx'
import { late } from '../elements/late.tsx'
import type { ContactView, IdentityId } from '@sotto/node'

const Safety = late(async () => (await import('./safety.tsx')).Safety)

export function Contact ({ who }: { who: IdentityId }): ReactNode {
  const t = useText()
  const contact = useChatsState(state => state.contacts.get(who))
  const loaded = useChatsState(state => state.loaded)
  if (contact === undefined) {
    return <Pane title={t('contact.title')}>{loaded ? <Empty icon='user' title={t('somebody')}>{t('chat.unknown')}</Empty> : <Waiting>{t('sidebar.loading')}</Waiting>}</Pane>
  }
  return (
    <Pane title={t('contact.title')} back={{ at: 'chat', who }} alwaysBack>
      <div className='column' key={who}>
        <div className='hero'>
          <Avatar id={contact.id} name={contact.name} size='l' />
          <h2 dir='auto'>{contact.name}</h2>
          {contact.profileName !== '' && contact.profileName !== contact.name && <p className='small' dir='auto'>{t('contact.callsThemselves', { name: contact.profileName })}</p>}
          <div className='chips'>
            {contact.verified && !contact.devicesChanged && <span className='chip ok'><Icon name='shield' small />{t('contact.verified')}</span>}
            {contact.devicesChanged && <span className='chip warn'><Icon name='alert' small />{t('contact.devicesChanged')}</span>}
            {contact.state === 'requested' && <span className='chip'><Icon name='clock' small />{t('row.requested')}</span>}
            {contact.blocked && <span className='chip warn'><Icon name='block' small />{t('contact.blocked')}</span>}
          </div>
        </div>
        <div className='quick-actions'><Button kind='primary' icon='message' onPress={() => { go({ at: 'chat', who }) }}>{t('contact.write')}</Button><CallButtons contact={contact} words /></div>
        <Name contact={contact} />
        <Suspense fallback={<Waiting>{t('contact.safetyLoading')}</Waiting>}><Safety contact={contact} /></Suspense>
        <section className='card'>
          <h2>{t('contact.about')}</h2>
          <dl className='facts'>
            <div><dt>{t('contact.id')}</dt><dd><span className='mono' title={contact.id}>{shortId(contact.id)}</span> <CopyButton compact text={contact.id} label={t('contact.copyId')} /></dd></div>
            <div><dt>{t('contact.devices')}</dt><dd>{contact.devices.length}</dd></div>
            {contact.note !== '' && <div><dt>{t('contact.note')}</dt><dd dir='auto'>{contact.note}</dd></div>}
          </dl>
        </section>
        <Ending contact={contact} />
      </div>
    </Pane>
  )
}

function Name ({ contact }: { contact: ContactView }): ReactNode {
  const t = useText()
  const chats = useChats()
  const task = useTask()
  const given = isNameless(contact.id, contact.name) ? '' : contact.name
  const [name, setName] = useState(given)
  useEffect(() => { setName(given) }, [given])
  const changed = name.trim() !== '' && name.trim() !== given
  return (
    <section className='card'>
      <Form
        className='column' onSubmit={event => {
          event.preventDefault()
          if (changed) task.run(async () => { chats.putContact(await chats.messenger.contacts.rename(contact.id, name.trim())) })
        }}
      >
        <Field label={t('add.name')} value={name} onChange={setName} help={t('add.nameHelp')} error={task.error} maxLength={64} />
        {changed && <div className='actions'><Button type='submit' kind='primary' isPending={task.busy}>{t('save')}</Button></div>}
      </Form>
    </section>
  )
}

function Ending ({ contact }: { contact: ContactView }): ReactNode {
  const t = useText()
  const chats = useChats()
  const task = useTask()
  const [asked, setAsked] = useState<'block' | 'remove'>()
  const { name } = contact
  const block = async (): Promise<void> => {
    chats.putContact(await chats.messenger.contacts.block(contact.id))
    setAsked(undefined)
  }
  const remove = async (): Promise<void> => {
    await chats.messenger.contacts.remove(contact.id)
    await chats.refresh()
    go({ at: 'list' })
  }
  return (
    <section className='card'>
      <h2>{t('contact.end')}</h2>
      {task.error !== undefined && <p className='error-text' role='alert'>{task.error}</p>}
      <div className='actions'>
        {contact.blocked
          ? <Button icon='block' isPending={task.busy} onPress={() => { task.run(async () => { chats.putContact(await chats.messenger.contacts.unblock(contact.id)) }) }}>{t('contact.unblock')}</Button>
          : <Button kind='danger' icon='block' onPress={() => { setAsked('block') }}>{t('contact.block')}</Button>}
        <Button kind='danger' icon='trash' onPress={() => { setAsked('remove') }}>{t('contact.remove')}</Button>
      </div>
      {asked === 'block' && <Confirm title={t('block.title', { name })} action={t('contact.block')} isPending={task.busy} onClose={() => { setAsked(undefined) }} onConfirm={() => { task.run(block) }}>{t('block.lead')}</Confirm>}
      {asked === 'remove' && <Confirm title={t('remove.title', { name })} action={t('contact.remove')} isPending={task.busy} onClose={() => { setAsked(undefined) }} onConfirm={() => { task.run(remove) }}>{t('remove.lead')}</Confirm>}
    </section>
  )
}
