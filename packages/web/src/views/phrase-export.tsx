/** The recovery phrase, shown again to whoever knows the passphrase, where there is one. */
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { Field } from '../elements/field.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { setPreferences } from '../state/preferences.ts'
import { useTask } from '../state/use-task.ts'
import { PhraseWords } from './phrase.tsx'
import { Part } from './settings-part.tsx'

export function PhraseExport (): ReactNode {
  const t = useText()
  const chats = useChats()
  const locked = useChatsState(state => state.status?.atRest === 'passphrase')
  const task = useTask()
  const [asking, setAsking] = useState(false)
  const [passphrase, setPassphrase] = useState('')
  const [phrase, setPhrase] = useState<string>()
  const close = (): void => { setAsking(false); setPhrase(undefined); setPassphrase('') }
  const show = async (): Promise<void> => { setPhrase(await chats.messenger.phrase(locked ? passphrase : undefined)) }
  return (
    <Part name='phrase' title={t('phrase.heading')}>
      <p>{t('phrase.why')}</p>
      <div className='actions'><Button icon='lock' isPending={task.busy} onPress={() => { setAsking(true); if (!locked) task.run(show) }}>{t('phrase.show')}</Button></div>
      {asking && (
        <Dialog title={t('phrase.heading')} onClose={close}>
          {phrase !== undefined
            ? (
              <>
                <PhraseWords phrase={phrase} />
                <div className='notice warn'><Icon name='alert' /><div>{t('phrase.warning')}</div></div>
                <div className='actions'><Button kind='primary' onPress={() => { setPreferences({ phraseKept: true }); close() }}>{t('phrase.kept')}</Button></div>
              </>
              )
            : locked
              ? (
                <Form className='column' onSubmit={event => { event.preventDefault(); task.run(show) }}>
                  <Field label={t('locked.passphrase')} type='password' value={passphrase} onChange={setPassphrase} error={task.error} autoFocus autoComplete='current-password' />
                  <div className='actions'><Button onPress={close}>{t('cancel')}</Button><Button type='submit' kind='primary' isPending={task.busy}>{t('phrase.show')}</Button></div>
                </Form>
                )
              : task.error !== undefined && <p className='error-text' role='alert'>{task.error}</p>}
        </Dialog>
      )}
    </Part>
  )
}
