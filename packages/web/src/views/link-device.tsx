/** A code that makes another device one of ours, and how far that is. Leaving takes the code back. */
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { QrCode } from '../elements/qr-code.tsx'
import { useChats } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { clockTime } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { shareable } from '../state/share.ts'
import type { PairingView } from '@sotto/node'

export function LinkDevice ({ onPaired }: { onPaired: () => void }): ReactNode {
  const t = useText()
  const [showing, setShowing] = useState(false)
  return (
    <section className='card'>
      <h2>{t('link.title')}</h2>
      <p>{t('link.lead')}</p>
      {showing
        ? <Code onPaired={onPaired} onClose={() => { setShowing(false) }} />
        : <div className='actions'><Button kind='primary' icon='device' onPress={() => { setShowing(true) }}>{t('link.start')}</Button></div>}
    </section>
  )
}

function Code ({ onPaired, onClose }: { onPaired: () => void, onClose: () => void }): ReactNode {
  const t = useText()
  const chats = useChats()
  const [step, setStep] = useState<PairingView>()
  const [failed, setFailed] = useState<string>()
  useEffect(() => {
    const ended = new AbortController()
    const follow = async (): Promise<void> => {
      for await (const next of chats.messenger.devices.link({ signal: ended.signal })) {
        setStep(next)
        if (next.state === 'paired' || next.state === 'done') onPaired()
      }
    }
    follow().catch((error: unknown) => { if (!ended.signal.aborted) setFailed(describeError(error)) })
    return () => { ended.abort() }
  }, [chats, onPaired])
  if (failed !== undefined) return <><p className='error-text' role='alert'>{failed}</p><div className='actions'><Button onPress={onClose}>{t('close')}</Button></div></>
  switch (step?.state) {
    case undefined: return <Waiting>{t('link.preparing')}</Waiting>
    case 'waiting': return (
      <div className='with-code'>
        <QrCode text={shareable(step.code)} label={t('link.qr')} />
        <div className='column'>
          <p>{t('link.how', { time: clockTime(step.expires) })}</p>
          <code className='pair-code'>{step.code}</code>
          <div className='actions'><CopyButton text={step.code} label={t('link.copy')} /><Button kind='plain' onPress={onClose}>{t('cancel')}</Button></div>
        </div>
      </div>
    )
    case 'paired': case 'history': return (
      <div className='column' role='status'>
        <p>{t('link.paired')}</p>
        {step.state === 'history' && <p className='small'>{t('link.history', { count: step.left })}</p>}
        <div className='progress'><div /></div>
      </div>
    )
    case 'done': return <div className='notice' role='status'><Icon name='check' /><div>{t('link.done')}</div></div>
  }
}
