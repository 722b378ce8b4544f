/** Microphones, cameras and speakers of this computer, how loud one is, and a sound to try a speaker with. What is begun here ends with who asked for it. */
import { useEffect, useState } from 'react'
import { preferences, setPreferences } from './preferences.ts'

export type DeviceChoice = 'microphone' | 'camera' | 'speaker'

const KINDS: Readonly<Record<DeviceChoice, MediaDeviceKind>> = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' }

/** How often the level is shown, ms: more often nobody sees. */
const LOOK_MS = 80
/** What counts as silence and as loud, decibels of full scale. */
const QUIET_DB = -60
const LOUD_DB = -12

/** Those with a name: the browser tells names once it was allowed to use one. `turn` reads them anew when it changes. */
export function useMediaDevices (turn?: unknown): Readonly<Record<DeviceChoice, readonly MediaDeviceInfo[]>> {
  const [all, setAll] = useState<readonly MediaDeviceInfo[]>([])
  useEffect(() => {
    const devices = navigator.mediaDevices as MediaDevices | undefined
    if (devices === undefined) return
    let gone = false
    const look = (): void => {
      devices.enumerateDevices().then(found => { if (!gone) setAll(found.filter(({ deviceId, label }) => deviceId !== '' && label !== '')) }, () => undefined) // none are told
    }
    look()
    devices.addEventListener('devicechange', look)
    return () => {
      gone = true
      devices.removeEventListener('devicechange', look)
    }
  }, [turn])
  const of = (choice: DeviceChoice): readonly MediaDeviceInfo[] => all.filter(({ kind }) => kind === KINDS[choice])
  return { microphone: of('microphone'), camera: of('camera'), speaker: 'setSinkId' in HTMLMediaElement.prototype ? of('speaker') : [] }
}

/** The browser's own choice has no id that is worth to be kept. */
export function keepDevice (choice: DeviceChoice, id: string): void {
  setPreferences({ [choice]: id === 'default' ? undefined : id })
}

/** How loud a track is, 0 to 100; undefined where there is nothing to hear. */
export function useLevel (track: MediaStreamTrack | undefined): number | undefined {
  const [level, setLevel] = useState(0)
  useEffect(() => {
    if (track === undefined || typeof AudioContext === 'undefined') return
    const context = new AudioContext()
    context.resume().catch(() => undefined) // with the next press in the page
    const analyser = new AnalyserNode(context, { fftSize: 1024 })
    const source = context.createMediaStreamSource(new MediaStream([track]))
    source.connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let last = 0
    let frame = requestAnimationFrame(function look (now) {
      frame = requestAnimationFrame(look)
      if (now - last < LOOK_MS) return
      last = now
      analyser.getFloatTimeDomainData(samples)
      const loudness = 20 * Math.log10(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length))
      setLevel(Math.round(100 * Math.min(1, Math.max(0, (loudness - QUIET_DB) / (LOUD_DB - QUIET_DB)))))
    })
    return () => {
      cancelAnimationFrame(frame)
      source.disconnect()
      context.close().catch(() => undefined) // closed already
    }
  }, [track])
  return track === undefined ? undefined : level
}

/** Lets an element be heard where one chose to; the browser's choice where that is not there any more. */
export async function hearAt (element: HTMLMediaElement, speaker: string | undefined): Promise<void> {
  if (!('setSinkId' in element)) return
  await element.setSinkId(speaker ?? '').catch(async () => element.setSinkId(''))
}

/** Three notes at the chosen speaker. @returns resolves when they are over, and `stop` ends them */
export function playTest (): { over: Promise<void>, stop: () => void } {
  const context = new AudioContext()
  const place = context.createMediaStreamDestination()
  const element = new Audio()
  element.srcObject = place.stream
  const over = Promise.withResolvers<void>()
  const stop = (): void => {
    element.srcObject = null
    context.close().catch(() => undefined) // closed already
    over.resolve()
  }
  const play = async (): Promise<void> => {
    await hearAt(element, preferences.get().speaker)
    await context.resume()
    await element.play()
    const notes = [523, 659, 784].map((hz, at) => {
      const begin = context.currentTime + 0.1 + at * 0.28
      const [note, level] = [new OscillatorNode(context, { frequency: hz }), new GainNode(context, { gain: 0 })]
      level.gain.setValueAtTime(0, begin)
      level.gain.linearRampToValueAtTime(0.2, begin + 0.03)
      level.gain.exponentialRampToValueAtTime(0.0001, begin + 0.6)
      note.connect(level).connect(place)
      note.start(begin)
      note.stop(begin + 0.6)
      return note
    })
    notes.at(-1)?.addEventListener('ended', stop)
  }
  play().catch(stop)
  return { over: over.promise, stop }
}
