/** A call, wherever one is in the app: placing it, its ringing, the room of it, and a small one while messages are read. */
import '../styles/calls.css'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { ring } from '../state/ring.ts'
import { useChats, useChatsState, useSession } from '../state/context.ts'
import { useCallWords } from '../state/call-words.ts'
import { troubleOf } from '../state/calls.machine.ts'
import { hearAt } from '../state/media-devices.ts'
import { keepCall } from '../state/left-call.ts'
import { preferences } from '../state/preferences.ts'
import { usePushToTalk } from '../state/push-to-talk.ts'
import { useCallDevices } from '../state/use-call-devices.ts'
import { useStore } from '../state/store.ts'
import { CallElsewhere, CallSmall } from './call-small.tsx'
import { namesOf, Voices } from './call-people.tsx'
import { CallRoom } from './call-room.tsx'
import { Incoming } from './call-incoming.tsx'
import { Placing, troubleWords } from './call-placing.tsx'
import type { DeviceChoice } from '../state/media-devices.ts'
import type { CallTracks, CallView } from '@sotto/node'

export function Calls (): ReactNode {
  const wish = useChatsState(state => state.wish)
  const call = useChatsState(state => state.call)
  // what is being placed shows itself, and takes the place of what ended
  const replaced = wish !== undefined && (call?.phase === 'ended' || (call?.phase === 'inviting' && call.with === wish.who))
  return (
    <>
      {wish !== undefined && <Placing key={`${wish.who} ${wish.video}`} wish={wish} />}
      {call !== undefined && !replaced && (call.phase === 'ringing' && call.direction === 'incoming' ? <Incoming key={call.id} call={call} /> : <Taken key={call.id} call={call} />)}
    </>
  )
}

/** It is had in this tab, or in another one. */
function Taken ({ call }: { call: CallView }): ReactNode {
  const here = useSession().streams(call.id) !== undefined
  const [had, setHad] = useState(here)
  if (here && !had) setHad(true)
  return had ? <Talk call={call} /> : <CallElsewhere call={call} />
}

/** What is done to a call from its room or its small view. */
export interface CallDeeds { hangUp: () => void, close: () => void, again: () => void, send: (tracks: Partial<CallTracks>) => void, use: (choice: DeviceChoice, id: string | undefined) => void }

/** One is in it, or has called. Its sound plays here, whatever is shown of it. */
function Talk ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  const chats = useChats()
  const streams = useSession().streams(call.id)
  const remote = streams?.remote
  const [small, setSmall] = useState(false)
  const audio = useRef<HTMLAudioElement>(null)
  useEffect(() => {
    if (audio.current === null || remote === undefined) return
    audio.current.srcObject = remote
    audio.current.play().catch(() => undefined) // with the next press in the page
  }, [remote])
  const speaker = useStore(preferences, value => value.speaker)
  useEffect(() => { if (audio.current !== null) hearAt(audio.current, speaker).catch(() => undefined) }, [speaker]) // heard as before
  const [trouble, setTrouble] = useState<string>()
  const going = call.phase !== 'ended'
  useEffect(() => {
    if (!going) return
    return keepCall(call.id)
  }, [going, call.id])
  const rings = call.rings && call.phase === 'inviting'
  useEffect(() => rings ? ring('waiting') : undefined, [rings])

  const failed = (error: unknown): void => {
    // who closes the question for a screen meant it
    if (troubleOf(error) === 'refused' && error instanceof Error && call.tracks.screen === false && asked.current.screen === true) return
    setTrouble(troubleWords(w, error))
  }
  const asked = useRef<Partial<CallTracks>>({})
  const deeds: CallDeeds = {
    hangUp: () => { void chats.endCall(call.id) },
    close: () => { chats.setCall({ call: undefined }) },
    again: () => {
      const { contacts } = chats.store.get()
      const others = call.participants.slice(1).map(one => one.with).filter(who => contacts.get(who)?.state === 'accepted' && contacts.get(who)?.blocked === false)
      chats.setCall({ call: undefined, wish: { who: call.with, others, name: others.length === 0 ? call.name : namesOf(call), video: call.tracks.video } })
    },
    send: tracks => {
      asked.current = tracks
      setTrouble(undefined)
      chats.messenger.calls.send(call.id, tracks).then(view => { if (view.phase !== 'ended') chats.setCall({ call: view }) }).catch(failed)
    },
    use: (choice, id) => {
      setTrouble(undefined)
      if (choice !== 'speaker') streams?.devices.take(choice === 'microphone' ? 'audio' : 'video', id).catch(failed)
    }
  }
  const devices = useCallDevices(streams, going, () => {
    deeds.send({ video: false })
    setTrouble(w('trouble.cameraGone'))
  })
  const talk = usePushToTalk(going, heard => { deeds.send({ audio: heard }) })
  useCallKeys(call, deeds.send, talk.on)
  return (
    <>
      <audio ref={audio} autoPlay />
      <Voices streams={streams} />
      {small
        ? <CallSmall call={call} streams={streams} devices={devices} talk={talk} trouble={trouble} deeds={deeds} onGrow={() => { setSmall(false) }} />
        : <CallRoom call={call} streams={streams} devices={devices} talk={talk} trouble={trouble} deeds={deeds} onShrink={() => { setSmall(true) }} />}
    </>
  )
}

/** m mutes (where one need not hold a key to be heard), v shows the camera, wherever nothing is being written. */
function useCallKeys (call: CallView, send: CallDeeds['send'], held: boolean): void {
  const now = useRef({ call, send, held })
  useEffect(() => { now.current = { call, send, held } })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { call: { tracks, phase }, send, held } = now.current
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || phase === 'ended') return
      if ((event.target as Element).matches('input, textarea, [contenteditable]')) return
      if (event.key === 'm' && !held) send({ audio: !tracks.audio })
      else if (event.key === 'v') send({ video: !tracks.video })
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => { removeEventListener('keydown', onKey) }
  }, [])
}
