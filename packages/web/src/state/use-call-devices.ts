/** Which microphone and camera a call has now, and whether one is heard. */
import { useEffect, useRef, useState } from 'react'
import type { MicrophoneState, PageStreams } from '@sotto/node/media'

/** How long it is said which one is used now, ms. */
const SAID_MS = 8000

export interface CallDevicesView {
  readonly microphone: MicrophoneState
  /** of the microphone, while one is heard by one */
  readonly track: MediaStreamTrack | undefined
  readonly used: { readonly microphone: string | undefined, readonly camera: string | undefined }
  /** name of one that took the place of another by itself */
  readonly instead: string | undefined
  /** is another one when something changed */
  readonly turn: number
}

export function useCallDevices (streams: PageStreams | undefined, going: boolean, onCameraLost: () => void): CallDevicesView {
  const [turn, setTurn] = useState(0)
  const [instead, setInstead] = useState<string>()
  const latest = useRef(onCameraLost)
  useEffect(() => { latest.current = onCameraLost })
  const devices = streams?.devices
  useEffect(() => {
    if (devices === undefined || !going) return
    const ended = new AbortController()
    let before = devices.microphone
    let timer: ReturnType<typeof setTimeout> | undefined
    devices.addEventListener('change', () => {
      if (before === 'lost' && devices.microphone === 'live') {
        setInstead(devices.used('audio')?.name)
        clearTimeout(timer)
        timer = setTimeout(() => { setInstead(undefined) }, SAID_MS)
      }
      before = devices.microphone
      setTurn(turn => turn + 1)
    }, { signal: ended.signal })
    devices.addEventListener('camera-lost', () => { latest.current() }, { signal: ended.signal })
    return () => {
      ended.abort()
      clearTimeout(timer)
    }
  }, [devices, going])
  const microphone = devices?.microphone ?? 'live'
  return {
    microphone,
    track: microphone === 'live' ? streams?.local.getAudioTracks()[0] : undefined,
    used: { microphone: devices?.used('audio')?.id, camera: devices?.used('video')?.id },
    instead,
    turn
  }
}
