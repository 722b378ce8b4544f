/** Calls, before there is one: what they use, and how one is heard. */
import '../styles/calls.css'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { useCallWords } from '../state/call-words.ts'
import { troubleOfBrowser } from '../state/calls.machine.ts'
import { preferences } from '../state/preferences.ts'
import { useStore } from '../state/store.ts'
import { DevicePickers, LevelMeter, PushToTalkToggle, SpeakerTest } from './call-devices.tsx'
import { CallRelay } from './call-relay.tsx'
import { Pane } from './pane.tsx'

export function CallSettings (): ReactNode {
  const w = useCallWords()
  return (
    <Pane title={w('settings.title')} back={{ at: 'settings' }} alwaysBack>
      <div className='column'>
        <Devices />
        <section className='card'>
          <h2>{w('talk.title')}</h2>
          <PushToTalkToggle />
        </section>
        <CallRelay />
      </div>
    </Pane>
  )
}

/** The microphone is on while it is tried, and no longer. */
function Devices (): ReactNode {
  const w = useCallWords()
  const [trying, setTrying] = useState(false)
  const { track, trouble } = useMicrophone(trying)
  return (
    <section className='card'>
      <h2>{w('device.title')}</h2>
      <p>{w('device.lead')}</p>
      <DevicePickers turn={track} />
      {track !== undefined && <LevelMeter track={track} />}
      {trouble !== undefined && <p className='error-text' role='alert'>{trouble}</p>}
      <div className='actions'>
        <Button onPress={() => { setTrying(!trying || trouble !== undefined) }} isPending={trying && track === undefined && trouble === undefined}>{w(trying && trouble === undefined ? 'device.stop' : 'device.try')}</Button>
        <SpeakerTest />
      </div>
    </section>
  )
}

function useMicrophone (wanted: boolean): { track: MediaStreamTrack | undefined, trouble: string | undefined } {
  const w = useCallWords()
  const microphone = useStore(preferences, value => value.microphone)
  const [now, setNow] = useState<{ track?: MediaStreamTrack | undefined, trouble?: string }>({})
  const words = useRef(w)
  useEffect(() => { words.current = w })
  useEffect(() => {
    if (!wanted) return
    let gone = false
    let stream: MediaStream | undefined
    const open = async (): Promise<void> => {
      const taken = await navigator.mediaDevices.getUserMedia({ audio: microphone === undefined ? true : { deviceId: { ideal: microphone } } })
      if (gone) return end(taken)
      stream = taken
      const [track] = taken.getAudioTracks()
      track?.addEventListener('ended', () => { setNow({ trouble: words.current('trouble.unplugged') }) })
      setNow({ track })
    }
    const end = (taken: MediaStream | undefined): void => { for (const track of taken?.getTracks() ?? []) track.stop() }
    open().catch((error: unknown) => { if (!gone) setNow({ trouble: words.current(`trouble.${troubleOfBrowser(error)}`) }) })
    return () => {
      gone = true
      end(stream)
      setNow({})
    }
  }, [wanted, microphone])
  return { track: now.track, trouble: now.trouble }
}
