/** The first screen of somebody who has no identity here: a name if they like, and they are in. */
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Field } from '../elements/field.tsx'
import { Icon } from '../elements/icon.tsx'
import { Logo } from '../elements/logo.tsx'
import { Join } from './join.tsx'
import { PassphraseOption } from './passphrase-option.tsx'
import { useSession } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useStore } from '../state/store.ts'
import { useTask } from '../state/use-task.ts'

/** As long as a name may be, characters. */
const MAX_NAME = 64

export function Welcome (): ReactNode {
  const invitation = useStore(useSession().store, state => state.invitation)
  const [way, setWay] = useState<'create' | 'restore' | 'join'>(invitation?.kind === 'pairing' ? 'join' : 'create')
  const back = (): void => { setWay('create') }
  return (
    <main className='welcome'>
      {way === 'restore' && <Restore onBack={back} />}
      {way === 'join' && <Join given={invitation?.kind === 'pairing' ? invitation.code : ''} onBack={back} />}
      {way === 'create' && <Create onRestore={() => { setWay('restore') }} onJoin={() => { setWay('join') }} />}
    </main>
  )
}

function Create ({ onRestore, onJoin }: { onRestore: () => void, onJoin: () => void }): ReactNode {
  const t = useText()
  const session = useSession()
  const invitation = useStore(session.store, state => state.invitation)
  const [name, setName] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const task = useTask()
  return (
    <div className='card'>
      <div className='head'>
        <Logo />
        <h1>{t('welcome.title')}</h1>
        <p>{t('welcome.lead')}</p>
      </div>
      {invitation?.kind === 'person' && <div className='notice'><Icon name='user' /><div>{t('welcome.invited')}</div></div>}
      <Form onSubmit={event => { event.preventDefault(); task.run(async () => session.create(name.trim(), passphrase)) }}>
        <Field label={t('welcome.name')} value={name} onChange={setName} help={t('welcome.nameHelp')} error={task.error} maxLength={MAX_NAME} autoFocus autoComplete='nickname' />
        <PassphraseOption value={passphrase} onChange={setPassphrase} />
        <Button type='submit' kind='primary' wide isPending={task.busy}>{t('welcome.create')}</Button>
      </Form>
      <div className='below'>
        <Button kind='plain' onPress={onJoin}>{t('welcome.join')}</Button>
        <Button kind='plain' onPress={onRestore}>{t('welcome.restore')}</Button>
      </div>
    </div>
  )
}

function Restore ({ onBack }: { onBack: () => void }): ReactNode {
  const t = useText()
  const session = useSession()
  const [phrase, setPhrase] = useState('')
  const [name, setName] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const task = useTask()
  const words = phrase.trim() === '' ? 0 : phrase.trim().split(/\s+/).length
  return (
    <div className='card'>
      <div className='head'>
        <Logo />
        <h1>{t('restore.title')}</h1>
        <p>{t('restore.lead')}</p>
      </div>
      <Form onSubmit={event => { event.preventDefault(); task.run(async () => session.restore(phrase.trim().toLowerCase().replace(/\s+/g, ' '), name.trim(), passphrase)) }}>
        <Field label={t('restore.phrase')} value={phrase} onChange={setPhrase} rows={4} help={t('restore.words', { count: words })} error={task.error} autoFocus />
        <Field label={t('welcome.name')} value={name} onChange={setName} maxLength={MAX_NAME} autoComplete='nickname' />
        <PassphraseOption value={passphrase} onChange={setPassphrase} />
        <Button type='submit' kind='primary' wide isPending={task.busy} isDisabled={words !== 24}>{t('restore.do')}</Button>
      </Form>
      <div className='below'><Button kind='plain' icon='back' onPress={onBack}>{t('back')}</Button></div>
    </div>
  )
}
