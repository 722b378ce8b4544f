/** What one is heard, seen and hears by: chosen before a call or in it, with a level that moves as one speaks. */
import { useEffect, useState } from 'react'
import { Label } from 'react-aria-components/Label'
import { Meter } from 'react-aria-components/Meter'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { Picker } from '../elements/picker.tsx'
import { Toggle } from '../elements/toggle.tsx'
import { useCallWords } from '../state/call-words.ts'
import { keepDevice, playTest, useLevel, useMediaDevices } from '../state/media-devices.ts'
import { preferences, setPreferences } from '../state/preferences.ts'
import { useStore } from '../state/store.ts'
import type { DeviceChoice } from '../state/media-devices.ts'

const CHOICES: readonly DeviceChoice[] = ['microphone', 'camera', 'speaker']

/** `turn`: when it changes, what is there is asked for anew. `onChoose` comes after it was kept; undefined: the browser's choice. */
export function DevicePickers ({ turn, used = {}, onChoose }: { turn?: unknown, used?: Partial<Record<DeviceChoice, string | undefined>>, onChoose?: (choice: DeviceChoice, id: string | undefined) => void }): ReactNode {
  const w = useCallWords()
  const devices = useMediaDevices(turn)
  const kept = useStore(preferences, value => value)
  return CHOICES.filter(choice => choice !== 'speaker' || devices.speaker.length > 0).map(choice => {
    const there = devices[choice].filter(({ deviceId }) => deviceId !== 'default')
    const wanted = used[choice] ?? kept[choice]
    const options = [{ id: 'default', name: w(`device.${choice}Default`) }, ...there.map(({ deviceId, label }) => ({ id: deviceId, name: label }))]
    return (
      <Picker
        key={choice} label={w(`device.${choice}`)} options={options} value={options.some(({ id }) => id === wanted) ? wanted ?? 'default' : 'default'}
        onChange={id => {
          keepDevice(choice, id)
          onChoose?.(choice, id === 'default' ? undefined : id)
        }}
      />
    )
  })
}

export function LevelMeter ({ track }: { track: MediaStreamTrack | undefined }): ReactNode {
  const w = useCallWords()
  const level = useLevel(track) ?? 0
  return (
    <Meter className='level' value={level} valueLabel={w(level > 12 ? 'device.heard' : 'device.quiet')}>
      <Label>{w('device.level')}</Label>
      <span className='scale' aria-hidden='true'><i style={{ inlineSize: `${level}%` }} /></span>
    </Meter>
  )
}

export function SpeakerTest (): ReactNode {
  const w = useCallWords()
  const [playing, setPlaying] = useState<ReturnType<typeof playTest>>()
  useEffect(() => () => { playing?.stop() }, [playing])
  const play = (): void => {
    const test = playTest()
    setPlaying(test)
    void test.over.then(() => { setPlaying(undefined) })
  }
  return <Button onPress={play} isPending={playing !== undefined}>{w('device.test')}</Button>
}

export function PushToTalkToggle (): ReactNode {
  const w = useCallWords()
  const on = useStore(preferences, value => value.pushToTalk)
  return (
    <div>
      <Toggle isSelected={on} onChange={pushToTalk => { setPreferences({ pushToTalk }) }}>{w('talk.toggle')}</Toggle>
      <p className='small'>{w('talk.help')}</p>
    </div>
  )
}

/** In a call. `turn` changes when another device is used. */
export function DeviceDialog ({ track, turn, used, onChoose, onClose }: { track: MediaStreamTrack | undefined, turn: unknown, used: Partial<Record<DeviceChoice, string | undefined>>, onChoose: (choice: DeviceChoice, id: string | undefined) => void, onClose: () => void }): ReactNode {
  const w = useCallWords()
  return (
    <Dialog title={w('device.title')} onClose={onClose}>
      <div className='column'>
        {track === undefined ? <p className='error-text' role='status'>{w('device.nothing')}</p> : <LevelMeter track={track} />}
        <DevicePickers turn={turn} used={used} onChoose={onChoose} />
        <PushToTalkToggle />
      </div>
      <div className='actions'><SpeakerTest /><Button kind='primary' autoFocus onPress={onClose}>{w('do.close')}</Button></div>
    </Dialog>
  )
}
