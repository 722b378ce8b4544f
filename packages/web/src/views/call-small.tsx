/** A call while messages are read: small, above them. And one that another tab is in. */
import { Button as AriaButton } from 'react-aria-components/Button'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { CallIcon } from '../elements/call-icon.tsx'
import { Icon } from '../elements/icon.tsx'
import { useCallWords } from '../state/call-words.ts'
import { useChats } from '../state/context.ts'
import { duration } from '../state/format.ts'
import { isSeveral, namesOf, shownOf } from './call-people.tsx'
import { phaseWords, useEndOf } from './call-room.tsx'
import { Tile, useVideos } from './call-tile.tsx'
import type { RoomProps } from './call-room.tsx'
import type { CallIconName } from '../elements/call-icon.tsx'
import type { CallView } from '@sotto/node'

function SmallButton ({ icon, label, className = '', pressed, onPress }: { icon: CallIconName, label: string, className?: string, pressed?: boolean, onPress: () => void }): ReactNode {
  return <AriaButton className={`icon-button ${className}`} aria-label={label} {...(pressed === undefined ? {} : { 'aria-pressed': pressed })} onPress={onPress}><CallIcon name={icon} /></AriaButton>
}

export function CallSmall ({ call, streams, devices, talk, trouble, deeds, onGrow }: RoomProps & { onGrow: () => void }): ReactNode {
  const w = useCallWords()
  const { phase, tracks } = call
  const name = namesOf(call)
  const ended = phase === 'ended'
  const one = isSeveral(call) ? shownOf(call) : undefined
  const theirs = one?.theirs ?? call.theirs
  const stream = one === undefined ? streams?.remote : streams?.people?.find(other => other.with === one.with)?.remote
  const videos = useVideos(stream, call, ended ? 0 : Number(theirs.video) + Number(theirs.screen))
  const video = videos.at(-1)
  useEndOf(call, deeds.close)
  return (
    <section className='call-small' aria-label={w('room.title', { name })}>
      {video !== undefined && <AriaButton className='picture' aria-label={w('do.grow')} onPress={onGrow}><Tile track={video} kind={theirs.screen ? 'screen' : 'face'} label={one?.name ?? name} /></AriaButton>}
      <div className='line'>
        <Avatar id={call.with} name={name} size='s' />
        <span className='who'><strong dir='auto'>{name}</strong><span className='call-state' role={ended ? 'status' : undefined}>{phaseWords(w, call) ?? (devices.microphone === 'lost' ? w('device.unheard') : duration(call.seconds ?? 0))}</span></span>
        {ended
          ? <AriaButton className='icon-button' aria-label={w('do.close')} onPress={() => { deeds.close() }}><Icon name='close' /></AriaButton>
          : (
            <>
              {talk.on
                ? <AriaButton className='icon-button' aria-label={w('talk.hold')} aria-pressed={talk.talking} onPressStart={() => { talk.hold(true) }} onPressEnd={() => { talk.hold(false) }}><CallIcon name={talk.talking ? 'mic' : 'mic-off'} /></AriaButton>
                : <SmallButton icon={tracks.audio ? 'mic' : 'mic-off'} label={w('do.mute')} pressed={!tracks.audio} onPress={() => { deeds.send({ audio: !tracks.audio }) }} />}
              <SmallButton icon='grow' label={w('do.grow')} onPress={onGrow} />
              <SmallButton icon='end' className='end' label={w('do.hangUp')} onPress={() => { deeds.hangUp() }} />
            </>
            )}
      </div>
      {trouble !== undefined && !ended && <p className='error-text' role='alert'>{trouble}</p>}
    </section>
  )
}

export function CallElsewhere ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  const chats = useChats()
  const close = (): void => { chats.setCall({ call: undefined }) }
  useEndOf(call, close)
  const end = (): void => { void chats.endCall(call.id) }
  return (
    <section className='call-small' aria-label={w('room.title', { name: call.name })}>
      <div className='line'>
        <Avatar id={call.with} name={call.name} size='s' />
        <span className='who' role='status'>
          <strong dir='auto'>{call.name}</strong>
          <span className='call-state'>{call.phase === 'ended' ? phaseWords(w, call) : w('room.otherTab')}</span>
        </span>
        {call.phase === 'ended'
          ? <AriaButton className='icon-button' aria-label={w('do.close')} onPress={close}><Icon name='close' /></AriaButton>
          : <SmallButton icon='end' className='end' label={w('do.hangUp')} onPress={end} />}
      </div>
    </section>
  )
}
