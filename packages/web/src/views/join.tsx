/** This browser as one more device of somebody who has an identity already. */
import { Suspense, useEffect, useRef, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Field } from '../elements/field.tsx'
import { Logo } from '../elements/logo.tsx'
import { useSession } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { isOwnNode } from '../state/share.ts'
import { useTask } from '../state/use-task.ts'
import { PassphraseOption } from './passphrase-option.tsx'
import { late } from '../elements/late.tsx'

const Scanner = late(async () => (await import('../elements/scanner.tsx')).Scanner)

export function Join ({ given, onBack }: { given: string, onBack: () => void }): ReactNode {
  const t = useText()
  const session = useSession()
  const [code, setCode] = useState(given)
  const [passphrase, setPassphrase] = useState('')
  const [scanning, setScanning] = useState(false)
  const task = useTask()
  const begun = useRef(false)
  useEffect(() => {
    if (given === '' || begun.current || !isOwnNode(location.hostname)) return
    begun.current = true
    task.run(async () => session.join(given))
  }, [given, session, task])
  return (
    <div className='card'>
      <div className='head'>
        <Logo />
        <h1>{t('join.title')}</h1>
        <p>{t('join.lead')}</p>
      </div>
      {scanning
        ? (
          <>
            <Suspense fallback={<Waiting>{t('scan.starting')}</Waiting>}><Scanner onFound={text => { setCode(text); setScanning(false) }} /></Suspense>
            <Button onPress={() => { setScanning(false) }}>{t('cancel')}</Button>
          </>
          )
        : (
          <Form onSubmit={event => { event.preventDefault(); task.run(async () => session.join(code.trim(), passphrase)) }}>
            <Field label={t('join.code')} value={code} onChange={value => { setCode(value); task.clear() }} help={t('join.where')} error={task.error} placeholder='sotto:pair:…' autoFocus={given === ''} />
            <PassphraseOption value={passphrase} onChange={setPassphrase} />
            <Button type='submit' kind='primary' wide isPending={task.busy} isDisabled={code.trim() === ''}>{t('join.do')}</Button>
            <Button icon='camera' wide isDisabled={task.busy} onPress={() => { setScanning(true) }}>{t('add.scan')}</Button>
          </Form>
          )}
      {task.busy && <p className='small' role='status'>{t('join.asking')}</p>}
      <div className='below'><Button kind='plain' icon='back' isDisabled={task.busy} onPress={onBack}>{t('back')}</Button></div>
    </div>
  )
}
