/** A call, wherever one is in the app: placing it, its ringing, the room of it, and a small one while messages are read. */
import '../styles/calls.css'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { ring } from '../state/ring.ts'
import { useChats, useChatsState, useSession } from '../state/context.ts'
import { useCallWords } from '../state/call-words.ts'
import { useStore } from '../state/store.ts'
import { CallElsewhere, CallSmall } from './call-small.tsx'
import { CallRoom } from './call-room.tsx'
import { Incoming } from './call-incoming.tsx'
import { Placing } from './call-placing.tsx'
import type { CallTracks, CallView } from '@sotto/node'

export function Calls (): ReactNode {
  const wish = useChatsState(state => state.wish)
  const call = useChatsState(state => state.call)
  const session = useSession()
  const leads = useStore(session.store, state => state.role === 'leader')
  // what is being placed shows itself, and takes the place of what ended
  const replaced = wish !== undefined && (call?.phase === 'ended' || (call?.phase === 'inviting' && call.with === wish.who))
  return (
    <>
      {wish !== undefined && <Placing key={`${wish.who} ${wish.video}`} wish={wish} leads={leads} />}
      {call !== undefined && !replaced && (
        !leads
          ? <CallElsewhere call={call} />
          : call.phase === 'ringing' && call.direction === 'incoming' ? <Incoming key={call.id} call={call} /> : <Talk key={call.id} call={call} />
      )}
    </>
  )
}

/** What is done to a call from its room or its small view. */
export interface CallDeeds { hangUp: () => void, close: () => void, again: () => void, send: (tracks: Partial<CallTracks>) => void }

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
  const local = streams?.local
  const going = call.phase !== 'ended'
  useEffect(() => {
    const ended = new AbortController()
    // what the app ends says nothing: this is one that was unplugged, or forbidden
    if (going) for (const track of local?.getAudioTracks() ?? []) track.addEventListener('ended', () => { chats.say({ text: w('trouble.unplugged'), lasting: true }) }, { signal: ended.signal })
    return () => { ended.abort() }
  }, [chats, w, local, going])
  const rings = call.rings && call.phase === 'inviting'
  useEffect(() => rings ? ring('waiting') : undefined, [rings])

  const failed = (error: unknown): void => {
    // who closes the question for a screen meant it
    if (error instanceof Error && error.cause instanceof Error && error.cause.name === 'NotAllowedError') return
    chats.say({ text: w('trouble.missing') })
  }
  const deeds: CallDeeds = {
    hangUp: () => { chats.messenger.calls.hangUp(call.id).catch(() => undefined).finally(() => { chats.setCall({ call: undefined }) }) }, // ended meanwhile
    close: () => { chats.setCall({ call: undefined }) },
    again: () => { chats.setCall({ call: undefined, wish: { who: call.with, name: call.name, video: call.tracks.video } }) },
    send: tracks => { chats.messenger.calls.send(call.id, tracks).then(view => { if (view.phase !== 'ended') chats.setCall({ call: view }) }).catch(failed) }
  }
  useCallKeys(call, deeds.send)
  return (
    <>
      <audio ref={audio} autoPlay />
      {small
        ? <CallSmall call={call} streams={streams} deeds={deeds} onGrow={() => { setSmall(false) }} />
        : <CallRoom call={call} streams={streams} deeds={deeds} audio={audio} onShrink={() => { setSmall(true) }} />}
    </>
  )
}

/** m mutes, v shows the camera, wherever nothing is being written. */
function useCallKeys (call: CallView, send: CallDeeds['send']): void {
  const now = useRef({ call, send })
  useEffect(() => { now.current = { call, send } })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { call: { tracks, phase }, send } = now.current
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || phase === 'ended') return
      if ((event.target as Element).matches('input, textarea, [contenteditable]')) return
      if (event.key === 'm') send({ audio: !tracks.audio })
      else if (event.key === 'v') send({ video: !tracks.video })
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => { removeEventListener('keydown', onKey) }
  }, [])
}
