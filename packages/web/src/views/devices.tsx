/** The devices of this identity: which there are, and (where the messenger can) a new one, or an end to one. */
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChats } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { shortWhen } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { Pane } from './pane.tsx'
import type { DeviceView } from '@sotto/node'

export function Devices (): ReactNode {
  const t = useText()
  const chats = useChats()
  const [devices, setDevices] = useState<DeviceView[]>()
  const [failed, setFailed] = useState<string>()
  useEffect(() => {
    let ended = false
    chats.messenger.devices.list().then(list => { if (!ended) setDevices(list) }, (error: unknown) => { if (!ended) setFailed(describeError(error)) })
    return () => { ended = true }
  }, [chats])
  return (
    <Pane title={t('devices.title')} back={{ at: 'settings' }} alwaysBack>
      <div className='column'>
        <p className='lead'>{t('devices.lead')}</p>
        {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
        {devices === undefined
          ? failed === undefined && <Waiting>{t('devices.loading')}</Waiting>
          : (
            <ul className='column'>
              {devices.map(device => (
                <li key={device.device} className='card'>
                  <div className='person'>
                    <Icon name='device' />
                    <div className='body'>
                      <span className='name'>{device.current ? t('devices.current') : t('devices.other')}</span>
                      <span className='small'>{t('devices.role', { role: device.role })} · {t('devices.since', { when: shortWhen(device.since) })}</span>
                      <span className='small mono'>{device.device}</span>
                    </div>
                    {device.revoked && <span className='chip warn'>{t('devices.revoked')}</span>}
                  </div>
                </li>
              ))}
            </ul>
            )}
      </div>
    </Pane>
  )
}
