/** The microphones of a page in a call. */
import type { CallId } from '@sotto/node'
import type { Tabs } from '../../../packages/web/src/tabs/index.ts'

function streamsOf (tabs: Tabs, call: CallId): NonNullable<ReturnType<Tabs['streams']>> {
  const streams = tabs.streams(call)
  if (streams === undefined) throw new Error('no such call in this tab')
  return streams
}

export async function microphones (tabs: Tabs, call: CallId): Promise<Array<{ id: string, used: boolean }>> {
  const used = streamsOf(tabs, call).devices.used('audio')
  const all = await navigator.mediaDevices.enumerateDevices()
  return all.filter(({ kind }) => kind === 'audioinput').map(({ deviceId }) => ({ id: deviceId, used: deviceId === used?.id }))
}

export async function take (tabs: Tabs, call: CallId, microphone: string | undefined): Promise<void> {
  await streamsOf(tabs, call).devices.take('audio', microphone)
}

/** A browser ends the track and says so. Resolves when the call knows. */
export async function unplug (tabs: Tabs, call: CallId): Promise<void> {
  const { local, devices } = streamsOf(tabs, call)
  const [track] = local.getAudioTracks()
  const changed = new Promise(resolve => { devices.addEventListener('change', resolve, { once: true }) })
  track?.stop()
  track?.dispatchEvent(new Event('ended'))
  await changed
}
