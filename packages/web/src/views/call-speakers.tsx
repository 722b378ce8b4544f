/** Where a call is heard, in browsers that let one choose. */
import { useEffect, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import type { ReactNode, RefObject } from 'react'
import { CallIcon } from '../elements/call-icon.tsx'
import { Icon } from '../elements/icon.tsx'
import { useCallWords } from '../state/call-words.ts'

export function Speakers ({ audio }: { audio: RefObject<HTMLAudioElement | null> }): ReactNode {
  const w = useCallWords()
  const [speakers, setSpeakers] = useState<readonly MediaDeviceInfo[]>([])
  const [chosen, setChosen] = useState('default')
  useEffect(() => {
    const devices = navigator.mediaDevices as MediaDevices | undefined
    if (devices === undefined || !('setSinkId' in HTMLMediaElement.prototype)) return
    const look = (): void => {
      devices.enumerateDevices().then(all => { setSpeakers(all.filter(({ kind, deviceId, label }) => kind === 'audiooutput' && deviceId !== '' && label !== '')) }, () => undefined)
    }
    look()
    devices.addEventListener('devicechange', look)
    return () => { devices.removeEventListener('devicechange', look) }
  }, [])
  if (speakers.length < 2) return null
  return (
    <MenuTrigger>
      <AriaButton className='icon-button' aria-label={w('do.speaker')}><CallIcon name='speaker' /></AriaButton>
      <Popover className='popover' placement='bottom end'>
        <Menu
          className='menu' selectionMode='single' selectedKeys={[chosen]} onAction={key => {
            audio.current?.setSinkId(String(key)).then(() => { setChosen(String(key)) }, () => undefined) // unplugged meanwhile
          }}
        >
          {speakers.map(({ deviceId, label }) => <MenuItem key={deviceId} id={deviceId} textValue={label}>{deviceId === chosen ? <Icon name='check' /> : <span className='icon' />}{label}</MenuItem>)}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
