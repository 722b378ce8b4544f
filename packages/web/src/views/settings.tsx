/** How the app is on this device, and what one may need once: the phrase, the other devices, the end. */
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Choice } from '../elements/choice.tsx'
import { Confirm } from '../elements/dialog.tsx'
import { Field } from '../elements/field.tsx'
import { Icon } from '../elements/icon.tsx'
import { Toggle } from '../elements/toggle.tsx'
import { useCallWords } from '../state/call-words.ts'
import { useChats, useChatsState, useRevoked, useSession } from '../state/context.ts'
import { LANGUAGES, useLanguage, useText } from '../state/language.ts'
import { askForNotifications, notificationAnswer } from '../state/notify.ts'
import { preferences, setPreferences } from '../state/preferences.ts'
import { go } from '../state/route.ts'
import { useStore } from '../state/store.ts'
import { useTask } from '../state/use-task.ts'
import { Mailboxes } from './mailboxes.tsx'
import { OwnLink } from './own-link.tsx'
import { Pane } from './pane.tsx'
import { PhraseExport } from './phrase-export.tsx'
import { Storage } from './storage.tsx'
import { Version } from './version.tsx'
import type { Language } from '../state/language.ts'
import type { Theme } from '../state/preferences.ts'

export function Settings ({ onShortcuts }: { onShortcuts: () => void }): ReactNode {
  const t = useText()
  const status = useChatsState(state => state.status)
  const revoked = useRevoked()
  if (revoked) {
    // what else is set here would reach nobody
    return (
      <Pane title={t('settings.title')}>
        <div className='column'>
          <div className='notice'><Icon name='info' /><div>{t('revoked.settings')}</div></div>
          <Appearance />
          <Storage />
          <Erase />
          <Version />
          <div className='quick-actions'><Button kind='plain' onPress={onShortcuts}>{t('keys.title')}</Button></div>
        </div>
      </Pane>
    )
  }
  return (
    <Pane title={t('settings.title')}>
      <div className='column'>
        <Profile />
        <OwnLink />
        <Appearance />
        <Notifications />
        <section className='card'>
          <h2>{t('devices.title')}</h2>
          <p>{t('devices.lead')}</p>
          <div className='actions'><Button icon='device' onPress={() => { go({ at: 'devices' }) }}>{t('devices.open')}</Button></div>
        </section>
        <CallsCard />
        {status !== undefined && <Mailboxes mailboxes={status.mailboxes} />}
        <Storage />
        <PhraseExport />
        <Erase />
        <Version />
        <div className='quick-actions'><Button kind='plain' onPress={onShortcuts}>{t('keys.title')}</Button></div>
      </div>
    </Pane>
  )
}

function CallsCard (): ReactNode {
  const w = useCallWords()
  return (
    <section className='card'>
      <h2>{w('settings.title')}</h2>
      <p>{w('settings.lead')}</p>
      <div className='actions'><Button icon='handset' onPress={() => { go({ at: 'calls' }) }}>{w('settings.open')}</Button></div>
    </section>
  )
}

function Profile (): ReactNode {
  const t = useText()
  const chats = useChats()
  const self = useChatsState(state => state.self)
  const [name, setName] = useState(self.name)
  const task = useTask()
  const reads = useTask()
  const changed = name.trim() !== self.name
  return (
    <section className='card'>
      <h2>{t('settings.you')}</h2>
      <Form className='column' onSubmit={event => { event.preventDefault(); if (changed) task.run(async () => chats.rename(name.trim())) }}>
        <Field label={t('welcome.name')} value={name} onChange={setName} help={t('settings.nameHelp')} error={task.error} maxLength={64} autoComplete='nickname' />
        {changed && <div className='actions'><Button type='submit' kind='primary' isPending={task.busy}>{t('save')}</Button></div>}
      </Form>
      <Toggle isSelected={self.readReceipts} isDisabled={reads.busy} onChange={tell => { reads.run(async () => chats.tellReads(tell)) }}>{t('settings.reads')}</Toggle>
      <p className='small'>{t('settings.readsHelp')}</p>
      {reads.error !== undefined && <p className='error-text' role='alert'>{reads.error}</p>}
    </section>
  )
}

function Appearance (): ReactNode {
  const t = useText()
  const theme = useStore(preferences, value => value.theme)
  const language = useLanguage()
  const themes: ReadonlyArray<{ value: Theme, label: string }> = [{ value: 'system', label: t('theme.system') }, { value: 'light', label: t('theme.light') }, { value: 'dark', label: t('theme.dark') }]
  return (
    <section className='card'>
      <h2>{t('settings.appearance')}</h2>
      <Choice label={t('theme.title')} value={theme} options={themes} onChange={next => { setPreferences({ theme: next }) }} />
      <Choice label={t('settings.language')} value={language} options={Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }))} onChange={next => { setPreferences({ language: next }) }} />
    </section>
  )
}

function Notifications (): ReactNode {
  const t = useText()
  const wanted = useStore(preferences, value => value.notifications)
  const withText = useStore(preferences, value => value.notificationText)
  const [answer, setAnswer] = useState(notificationAnswer)
  const on = wanted && answer === 'granted'
  const change = (next: boolean): void => {
    if (!next) { setPreferences({ notifications: false }); return }
    void askForNotifications().then(given => {
      setAnswer(given)
      setPreferences({ notifications: given === 'granted' })
    })
  }
  return (
    <section className='card'>
      <h2>{t('notify.title')}</h2>
      <Toggle isSelected={on} isDisabled={answer === 'missing'} onChange={change}>{t('notify.on')}</Toggle>
      <Toggle isSelected={withText} isDisabled={!on} onChange={next => { setPreferences({ notificationText: next }) }}>{t('notify.text')}</Toggle>
      {answer === 'denied' && <p className='small'>{t('notify.denied')}</p>}
      {answer === 'missing' && <p className='small'>{t('notify.missing')}</p>}
    </section>
  )
}

function Erase (): ReactNode {
  const t = useText()
  const session = useSession()
  const task = useTask()
  const [asked, setAsked] = useState(false)
  const [typed, setTyped] = useState('')
  const word = t('erase.word')
  return (
    <section className='card'>
      <h2>{t('erase.heading')}</h2>
      <p>{t('erase.lead')}</p>
      <div className='actions'><Button kind='danger' icon='trash' onPress={() => { setAsked(true) }}>{t('erase.do')}</Button></div>
      {asked && (
        <Confirm title={t('erase.title')} action={t('erase.do')} isPending={task.busy} isDisabled={typed.trim().toLowerCase() !== word} onClose={() => { setAsked(false) }} onConfirm={() => { task.run(async () => session.erase()) }}>
          <p>{t('erase.sure')}</p>
          <Field label={t('erase.type', { word })} value={typed} onChange={setTyped} error={task.error} />
        </Confirm>
      )}
    </section>
  )
}
