/** The safety number: the same on both sides, or somebody stands between. Compared by eye, by voice, or by camera. */
import { Suspense, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { QrCode } from '../elements/qr-code.tsx'
import { useChats } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { useText } from '../state/language.ts'
import { useTask } from '../state/use-task.ts'
import { late } from '../elements/late.tsx'
import type { ContactView, SafetyView } from '@sotto/node'

const Scanner = late(async () => (await import('../elements/scanner.tsx')).Scanner)

export function Safety ({ contact }: { contact: ContactView }): ReactNode {
  const t = useText()
  const chats = useChats()
  const task = useTask()
  const [view, setView] = useState<SafetyView>()
  const [failed, setFailed] = useState<string>()
  const [scanning, setScanning] = useState(false)
  const [seen, setSeen] = useState<'same' | 'other'>()
  const { id, name } = contact
  useEffect(() => {
    let ended = false
    chats.messenger.contacts.verify(id).then(safety => { if (!ended) setView(safety) }, (error: unknown) => { if (!ended) setFailed(describeError(error)) })
    return () => { ended = true }
  }, [chats, id])
  const confirm = async (): Promise<void> => {
    setView(await chats.messenger.contacts.verify(id, { confirm: true }))
    chats.putContact(await chats.messenger.contacts.show(id))
  }
  const onFound = (text: string): void => {
    setScanning(false)
    const same = text === view?.qr
    setSeen(same ? 'same' : 'other')
    if (same) task.run(confirm)
  }
  const verified = contact.verified && !contact.devicesChanged
  return (
    <section className='card'>
      <h2>{t('safety.title')}</h2>
      <p>{t('safety.lead', { name })}</p>
      {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
      {seen === 'same' && <div className='notice' role='status'><Icon name='shield' /><div>{t('safety.same', { name })}</div></div>}
      {seen === 'other' && <div className='notice danger' role='alert'><Icon name='alert' /><div>{t('safety.other', { name })}</div></div>}
      {view === undefined
        ? failed === undefined && <Waiting>{t('contact.safetyLoading')}</Waiting>
        : scanning
          ? (
            <>
              <Suspense fallback={<Waiting>{t('scan.starting')}</Waiting>}><Scanner onFound={onFound} /></Suspense>
              <Button onPress={() => { setScanning(false) }}>{t('cancel')}</Button>
            </>
            )
          : (
            <>
              <div className='split'>
                <QrCode text={view.qr} label={t('safety.qr')} />
                <div className='column'>
                  <div className='safety' aria-label={t('safety.number')} role='group'>{(view.safety.replace(/\s/g, '').match(/.{1,5}/g) ?? []).map((group, at) => <span key={at}>{group}</span>)}</div>
                  <p className='small'>{view.words}</p>
                </div>
              </div>
              <div className='actions'>
                <Button kind={verified ? 'default' : 'primary'} icon='camera' onPress={() => { setSeen(undefined); setScanning(true) }}>{t('safety.scan')}</Button>
                {!verified && <Button icon='check' isPending={task.busy} onPress={() => { task.run(confirm) }}>{t('safety.confirm')}</Button>}
              </div>
            </>
            )}
    </section>
  )
}
