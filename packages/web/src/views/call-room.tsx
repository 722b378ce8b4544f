/** The room of a call: who is seen and heard, how it goes, and what one can do. */
import { useEffect, useRef } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import type { ReactNode, RefObject } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button } from '../elements/button.tsx'
import { CallIcon } from '../elements/call-icon.tsx'
import { useCallWords } from '../state/call-words.ts'
import { endOf, qualityOf, wayOf } from '../state/calls.machine.ts'
import { duration } from '../state/format.ts'
import { Speakers } from './call-speakers.tsx'
import { Tile, useVideos } from './call-tile.tsx'
import type { CallIconName } from '../elements/call-icon.tsx'
import type { CallWords } from '../state/call-words.ts'
import type { CallDeeds } from './calls.tsx'
import type { CallStreams } from './call-tile.tsx'
import type { CallStats, CallView } from '@sotto/node'

/** What is asked of a call that ended well goes away by itself after so long, ms. */
const SHOWN_MS = 4000

export interface RoomProps { call: CallView, streams: CallStreams | undefined, deeds: CallDeeds }

export function CallRoom ({ call, streams, deeds, audio, onShrink }: RoomProps & { audio: RefObject<HTMLAudioElement | null>, onShrink: () => void }): ReactNode {
  const w = useCallWords()
  const { name, theirs, tracks, phase } = call
  const ended = phase === 'ended'
  const their = useVideos(streams?.remote, call, ended ? 0 : Number(theirs.video) + Number(theirs.screen))
  const [own] = useVideos(streams?.local, call, ended || !tracks.video ? 0 : 1)
  useEndOf(call, deeds.close)
  return (
    <ModalOverlay className='call-overlay' isOpen isKeyboardDismissDisabled>
      <Modal className='call-modal'>
        <Dialog className='room' aria-label={w('room.title', { name })}>
          <header>
            <AriaButton className='icon-button' aria-label={w('do.shrink')} onPress={onShrink}><CallIcon name='shrink' /></AriaButton>
            {their.length > 0 && <div className='head'><strong dir='auto'>{name}</strong><CallState call={call} /></div>}
            <span className='gap' />
            <Speakers audio={audio} />
          </header>
          <div className={`stage many-${their.length}`}>
            {their.map((track, at) => {
              const screen = theirs.screen && at === their.length - 1
              return <Tile key={track.id} track={track} kind={screen ? 'screen' : 'face'} label={screen ? w('room.theirScreen', { name }) : name} />
            })}
            {their.length === 0 && (
              <div className='alone'>
                <Avatar id={call.with} name={name} size='l' />
                <h2 dir='auto'>{name}</h2>
                <CallState call={call} />
              </div>
            )}
            {own !== undefined && <Tile track={own} kind='self' label={w('room.you')} />}
          </div>
          <div className='room-notes' role='status'>
            {!ended && phase === 'active' && !theirs.audio && <span className='chip'>{w('room.theyMuted', { name })}</span>}
            {!ended && tracks.screen && <span className='chip ok'>{w('room.youShare')}</span>}
          </div>
          {ended
            ? <div className='actions'><Button onPress={() => { deeds.again() }} icon='handset'>{w('do.callAgain')}</Button><Button kind='primary' autoFocus onPress={() => { deeds.close() }}>{w('do.close')}</Button></div>
            : <Controls call={call} deeds={deeds} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Controls ({ call: { tracks, phase }, deeds }: { call: CallView, deeds: CallDeeds }): ReactNode {
  const w = useCallWords()
  const calling = phase === 'inviting'
  const toggle = (icon: CallIconName, label: string, isSelected: boolean, onChange: (on: boolean) => void, key?: string): ReactNode => (
    <ToggleButton className='call-action' isSelected={isSelected} onChange={onChange} isDisabled={calling && key !== 'm'} {...(key === undefined ? {} : { 'aria-keyshortcuts': key })}>
      <span className='round'><CallIcon name={icon} /></span>{label}
    </ToggleButton>
  )
  return (
    <div className='call-actions'>
      {toggle(tracks.audio ? 'mic' : 'mic-off', w('do.mute'), !tracks.audio, muted => { deeds.send({ audio: !muted }) }, 'm')}
      {toggle(tracks.video ? 'camera' : 'camera-off', w('do.camera'), tracks.video, video => { deeds.send({ video }) }, 'v')}
      {'getDisplayMedia' in (navigator.mediaDevices ?? {}) && toggle('screen', w('do.screen'), tracks.screen, screen => { deeds.send({ screen }) })}
      <AriaButton className='call-action end' onPress={() => { deeds.hangUp() }}><span className='round'><CallIcon name='end' /></span>{w('do.hangUp')}</AriaButton>
    </div>
  )
}

/** What ended as calls end is put away by itself; another end is read first. */
export function useEndOf ({ phase, end }: CallView, close: () => void): void {
  const latest = useRef(close)
  useEffect(() => { latest.current = close })
  useEffect(() => {
    if (phase !== 'ended' || end !== 'hung up') return
    const timer = setTimeout(() => { latest.current() }, SHOWN_MS)
    return () => { clearTimeout(timer) }
  }, [phase, end])
}

export function phaseWords (w: CallWords, { phase, rings, name, end }: CallView): string | undefined {
  switch (phase) {
    case 'inviting': case 'ringing': return w(rings ? 'room.ringing' : 'room.calling')
    case 'connecting': return w('room.connecting')
    case 'interrupted': return w('room.interrupted')
    case 'ended': return w(endOf(end), { name })
    case 'active': return undefined
  }
}

/** Time, way and quality while one talks, else what happens. */
function CallState ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  const { stats, seconds } = call
  const before = useBefore(stats)
  const words = phaseWords(w, call)
  if (words !== undefined) return <p className='call-state' role='status'>{words}{call.phase === 'ended' && seconds !== undefined && ` ${duration(seconds)}`}</p>
  const way = stats === undefined ? undefined : wayOf(stats)
  const quality = stats === undefined ? undefined : qualityOf(stats, before)
  return (
    <p className='call-state'>
      <span className='time' role='timer'>{duration(seconds ?? 0)}</span>
      {way !== undefined && <span title={w(`room.${way}Help`)}>{w(`room.${way}`)}</span>}
      {quality !== undefined && <span className={`quality ${quality}`}><i aria-hidden='true'><b /><b /><b /></i>{w(`quality.${quality}`)}</span>}
    </p>
  )
}

/** The numbers before these. */
function useBefore (stats: CallStats | undefined): CallStats | undefined {
  const seen = useRef<{ now?: CallStats | undefined, before?: CallStats | undefined }>({})
  useEffect(() => { if (seen.current.now !== stats) seen.current = { now: stats, before: seen.current.now } }, [stats])
  return seen.current.now === stats ? seen.current.before : seen.current.now
}
