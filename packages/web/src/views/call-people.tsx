/** The people of a call of several: a tile for each, how it goes with them, what is heard of them, and asking somebody more. */
import { useEffect, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog as AriaDialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Menu, MenuItem } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { CallIcon } from '../elements/call-icon.tsx'
import { Icon } from '../elements/icon.tsx'
import { useCallWords } from '../state/call-words.ts'
import { endOf } from '../state/calls.machine.ts'
import { useChats, useChatsState } from '../state/context.ts'
import { currentLanguage, useLanguage } from '../state/language.ts'
import { legibly } from '../state/legible.ts'
import { hearAt } from '../state/media-devices.ts'
import { preferences } from '../state/preferences.ts'
import { useStore } from '../state/store.ts'
import { Tile, useVideos } from './call-tile.tsx'
import { troubleWords } from './call-placing.tsx'
import type { CallWords } from '../state/call-words.ts'
import type { CallStreams } from './call-tile.tsx'
import type { CallView, ParticipantView } from '@sotto/node'

/** People in one call, we among them: the node says so too. */
const MAX_PEOPLE = 8

export function isSeveral ({ participants }: CallView): boolean { return participants.length > 1 }

/** Who is in it, or may come; of a call that is over, all who were. */
function thereOf ({ participants }: CallView): readonly ParticipantView[] {
  const there = participants.filter(({ phase }) => phase !== 'ended')
  return there.length === 0 ? participants : there
}

/** bob; bob and carol. */
export function namesOf (call: CallView, language = currentLanguage()): string {
  return call.participants.length < 2 ? call.name : new Intl.ListFormat(language).format(thereOf(call).map(one => legibly(one).name))
}

/** Who shows most, for where there is room for one: a screen, else a face. */
export function shownOf (call: CallView): ParticipantView | undefined {
  const there = thereOf(call)
  return there.find(({ theirs }) => theirs.screen) ?? there.find(({ theirs }) => theirs.video)
}

/** What is to be said of somebody; of one who is simply here, nothing. */
function stateOf (w: CallWords, { phase, rings, end, name }: ParticipantView): string | undefined {
  switch (phase) {
    case 'named': return w('people.named')
    case 'apart': return w('people.apart')
    case 'inviting': case 'ringing': return w(rings ? 'room.ringing' : 'room.calling')
    case 'connecting': return w('room.connecting')
    case 'interrupted': return w('people.interrupted')
    case 'ended': return end === 'hung up' ? w('people.left') : w(endOf(end), { name })
    case 'active': return undefined
  }
}

/** So many that one's own picture above theirs would hide somebody. */
const CROWD = 3

export function isCrowd (call: CallView): boolean { return isSeveral(call) && thereOf(call).length >= CROWD }

/** Those who are in it, or may come; oneself among them where they are many. */
export function People ({ call, streams, own }: { call: CallView, streams: CallStreams | undefined, own: MediaStreamTrack | undefined }): ReactNode {
  const w = useCallWords()
  const there = thereOf(call)
  return (
    <ul className={`in-call of-${there.length + Number(own !== undefined)}`} aria-label={w('people.title')}>
      {there.map(one => <Person key={one.with} call={call} one={legibly(one)} stream={streams?.people?.find(other => other.with === one.with)?.remote} />)}
      {own !== undefined && <li><Tile track={own} kind='self' label={w('room.you')} /></li>}
    </ul>
  )
}

/** Who left, was lost or did not come, is said for as long as others are here: they take no room. */
export function Gone ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  if (!isSeveral(call)) return null
  return thereOf(call).length === call.participants.length
    ? null
    : call.participants.filter(({ phase }) => phase === 'ended').map(legibly).map(one => {
      const state = stateOf(w, one) ?? ''
      return <span key={one.with} className='chip' dir='auto'>{state.includes(one.name) ? state : `${one.name}: ${state}`}</span>
    })
}

function Person ({ call, one, stream }: { call: CallView, one: ParticipantView, stream: MediaStream | undefined }): ReactNode {
  const w = useCallWords()
  const { theirs, phase, name } = one
  const videos = useVideos(stream, call, phase === 'ended' ? 0 : Number(theirs.video) + Number(theirs.screen))
  const video = videos.at(-1) // a screen, where there is one
  const state = stateOf(w, one)
  const muted = phase === 'active' && !theirs.audio
  const chips = (
    <span className='of-person' role='status'>
      {muted && <span className='chip'><CallIcon name='mic-off' />{w('people.muted')}</span>}
      {state !== undefined && <span className='chip'>{state}</span>}
    </span>
  )
  return (
    <li className={phase}>
      {video !== undefined
        ? <><Tile track={video} kind={theirs.screen ? 'screen' : 'face'} label={theirs.screen ? w('room.theirScreen', { name }) : name} />{chips}</>
        : <div className='nobody'><Avatar id={one.with} name={name} size='l' /><strong dir='auto'>{name}</strong>{chips}</div>}
    </li>
  )
}

/** What is heard of all but the first, who is heard as in a call of two. */
export function Voices ({ streams }: { streams: CallStreams | undefined }): ReactNode {
  return streams?.people?.slice(1).map(one => <Voice key={one.with} stream={one.remote} />)
}

function Voice ({ stream }: { stream: MediaStream }): ReactNode {
  const audio = useRef<HTMLAudioElement>(null)
  const speaker = useStore(preferences, value => value.speaker)
  useEffect(() => {
    if (audio.current === null) return
    audio.current.srcObject = stream
    audio.current.play().catch(() => undefined) // with the next press in the page
  }, [stream])
  useEffect(() => { if (audio.current !== null) hearAt(audio.current, speaker).catch(() => undefined) }, [speaker]) // heard as before
  return <audio ref={audio} autoPlay />
}

/** Asks one more contact in. */
export function AddPerson ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  const language = useLanguage()
  const chats = useChats()
  const contacts = useChatsState(state => state.contacts)
  const [trouble, setTrouble] = useState<string>()
  const here = new Set(call.participants.filter(({ phase }) => phase !== 'ended').map(one => one.with))
  const others = [...contacts.values()].filter(({ id, state, blocked }) => state === 'accepted' && !blocked && !here.has(id)).sort((a, b) => a.name.localeCompare(b.name, language))
  if (here.size >= MAX_PEOPLE - 1) return null
  const ask = (who: string): void => {
    setTrouble(undefined)
    chats.messenger.calls.invite(call.id, who).then(view => { if (view.phase !== 'ended') chats.setCall({ call: view }) }).catch((error: unknown) => { setTrouble(troubleWords(w, error)) })
  }
  return (
    <>
      {trouble !== undefined && <span className='error-text' role='alert'>{trouble}</span>}
      <DialogTrigger>
        <AriaButton className='icon-button' aria-label={w('people.add')}><Icon name='add' /></AriaButton>
        <Popover className='popover' placement='bottom end'>
          <AriaDialog className='actions-dialog' aria-label={w('people.add')}>
            {({ close }) => others.length === 0
              ? <p className='small'>{w('people.nobody')}</p>
              : (
                <Menu className='menu' aria-label={w('people.add')} items={others} onAction={key => { close(); ask(String(key)) }}>
                  {({ id, name }) => <MenuItem id={id} textValue={name}><Avatar id={id} name={name} size='s' />{name}</MenuItem>}
                </Menu>
                )}
          </AriaDialog>
        </Popover>
      </DialogTrigger>
    </>
  )
}
