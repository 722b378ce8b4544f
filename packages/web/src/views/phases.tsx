/** What is seen before there is a messenger: opening, the passphrase, and what went wrong. */
import { Suspense, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Field } from '../elements/field.tsx'
import { Logo } from '../elements/logo.tsx'
import { useSession } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useTask } from '../state/use-task.ts'
import { late } from '../elements/late.tsx'

const Confirm = late(async () => (await import('../elements/dialog.tsx')).Confirm)

export function Opening (): ReactNode {
  const t = useText()
  return (
    <main className='splash'>
      <Logo />
      <h1 className='hidden-text'>Sotto</h1>
      <p role='status'>{t('opening')}</p>
      <div className='progress'><div /></div>
    </main>
  )
}

export function Locked ({ wrong, onAnswer }: { wrong: boolean, onAnswer: (passphrase: string) => void }): ReactNode {
  const t = useText()
  const [passphrase, setPassphrase] = useState('')
  return (
    <main className='welcome'>
      <div className='card'>
        <div className='head'><Logo /><h1>{t('locked.title')}</h1><p>{t('locked.lead')}</p></div>
        <Form onSubmit={event => { event.preventDefault(); onAnswer(passphrase) }}>
          <Field label={t('locked.passphrase')} type='password' value={passphrase} onChange={setPassphrase} error={wrong ? t('error.passphrase') : undefined} autoFocus autoComplete='current-password' />
          <Button type='submit' kind='primary' wide isDisabled={passphrase === ''}>{t('locked.open')}</Button>
        </Form>
        <p className='small'>{t('locked.forgotten')}</p>
      </div>
    </main>
  )
}

/** A store that another version or damage closed can only be left or erased; all else is worth another try. */
const ERASABLE = new Set(['STORE_DAMAGED', 'STORE_FOREIGN'])

export function Failed ({ message, code }: { message: string, code: string }): ReactNode {
  const t = useText()
  const session = useSession()
  const task = useTask()
  const [erasing, setErasing] = useState(false)
  return (
    <main className='splash'>
      <Logo />
      <h1>{t('failed.title')}</h1>
      <p className='lead' role='alert'>{message}</p>
      <p className='small'>{t('failed.kept')}</p>
      <Button kind='primary' isPending={task.busy} onPress={() => { task.run(async () => { await session.close(); await session.open() }) }}>{t('failed.again')}</Button>
      {ERASABLE.has(code) && <Button kind='danger' onPress={() => { setErasing(true) }}>{t('erase.do')}</Button>}
      {erasing && <Suspense><Confirm title={t('erase.title')} action={t('erase.do')} onClose={() => { setErasing(false) }} onConfirm={() => { void session.erase() }}>{t('erase.lead')}</Confirm></Suspense>}
    </main>
  )
}
