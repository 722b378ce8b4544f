/** The devices of this identity: which there are, a new one, and an end to one. */
import { useCallback, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Confirm } from '../elements/dialog.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChats, useRevoked } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { shortWhen } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { useTask } from '../state/use-task.ts'
import { LinkDevice } from './link-device.tsx'
import { Pane } from './pane.tsx'
import type { DeviceView } from '@sotto/node'

export function Devices (): ReactNode {
  const t = useText()
  const chats = useChats()
  const [devices, setDevices] = useState<DeviceView[]>()
  const [failed, setFailed] = useState<string>()
  const look = useCallback(() => {
    chats.messenger.devices.list().then(setDevices, (error: unknown) => { setFailed(describeError(error)) })
  }, [chats])
  useEffect(look, [look])
  const revoked = useRevoked()
  // a linked device holds no key of the identity: it can neither add others nor end them
  const isPrimary = devices?.find(({ current }) => current)?.role === 'primary' && !revoked
  return (
    <Pane title={t('devices.title')} back={{ at: 'settings' }} alwaysBack>
      <div className='column'>
        <p className='lead'>{t('devices.lead')}</p>
        {isPrimary && <LinkDevice onPaired={look} />}
        {devices !== undefined && !isPrimary && !revoked && <div className='notice'><Icon name='info' /><div>{t('devices.linkedLead')}</div></div>}
        {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
        {devices === undefined
          ? failed === undefined && <Waiting>{t('devices.loading')}</Waiting>
          : <ul className='column'>{devices.map(device => <li key={device.device} className='card'><Device device={device} mayRevoke={isPrimary && !device.current} onChange={look} /></li>)}</ul>}
      </div>
    </Pane>
  )
}

function Device ({ device, mayRevoke, onChange }: { device: DeviceView, mayRevoke: boolean, onChange: () => void }): ReactNode {
  const t = useText()
  const chats = useChats()
  const [asked, setAsked] = useState(false)
  const task = useTask()
  const revoke = async (): Promise<void> => {
    await chats.messenger.devices.revoke(device.device)
    setAsked(false)
    onChange()
  }
  return (
    <div className='person'>
      <Icon name='device' />
      <div className='body'>
        <span className='name'>{t(device.current ? 'devices.current' : device.stays === true ? 'devices.stays' : 'devices.other')}</span>
        <span className='small'>{t('devices.role', { role: device.role })} · {t('devices.since', { when: shortWhen(device.since) })}</span>
        {!device.current && !device.revoked && (device.connected || device.lastSeen > 0) && <span className='small'>{device.connected ? t('devices.connected') : t('devices.lastSeen', { when: shortWhen(device.lastSeen) })}</span>}
        <span className='small mono'>{device.device}</span>
        {task.error !== undefined && <span className='error-text' role='alert'>{task.error}</span>}
      </div>
      {device.revoked
        ? <span className='chip warn'>{t('devices.revoked')}</span>
        : mayRevoke && <Button kind='danger' onPress={() => { setAsked(true) }}>{t('devices.revoke')}</Button>}
      {asked && <Confirm title={t('revoke.title')} action={t('devices.revoke')} isPending={task.busy} onClose={() => { setAsked(false) }} onConfirm={() => { task.run(revoke) }}>{t('revoke.lead')}</Confirm>}
    </div>
  )
}
