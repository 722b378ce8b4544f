/** The room of a call: who is seen and heard, how it goes, and what one can do. */
import { useEffect, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import type { ReactNode } from 'react'
import { Avatar } from '../elements/avatar.tsx'
import { Button } from '../elements/button.tsx'
import { CallIcon } from '../elements/call-icon.tsx'
import { useCallWords } from '../state/call-words.ts'
import { endOf, qualityOf, wayOf } from '../state/calls.machine.ts'
import { duration } from '../state/format.ts'
import { DeviceDialog } from './call-devices.tsx'
import { AddPerson, Gone, isCrowd, isSeveral, namesOf, People } from './call-people.tsx'
import { Tile, useVideos } from './call-tile.tsx'
import type { CallIconName } from '../elements/call-icon.tsx'
import type { CallWords } from '../state/call-words.ts'
import type { CallDeeds } from './calls.tsx'
import type { CallDevicesView } from '../state/use-call-devices.ts'
import type { PushToTalk } from '../state/push-to-talk.ts'
import type { CallStreams } from './call-tile.tsx'
import type { CallStats, CallView } from '@sotto/node'

/** What is asked of a call that ended well goes away by itself after so long, ms. */
const SHOWN_MS = 4000

export interface RoomProps {
  call: CallView
  streams: CallStreams | undefined
  devices: CallDevicesView
  talk: PushToTalk
  /** what did not work, in words */
  trouble: string | undefined
  deeds: CallDeeds
}

export function CallRoom ({ call, streams, devices, talk, trouble, deeds, onShrink }: RoomProps & { onShrink: () => void }): ReactNode {
  const w = useCallWords()
  const { theirs, tracks, phase } = call
  const name = namesOf(call)
  const several = isSeveral(call)
  const ended = phase === 'ended'
  const their = useVideos(streams?.remote, call, ended || several ? 0 : Number(theirs.video) + Number(theirs.screen))
  const [own] = useVideos(streams?.local, call, ended || !tracks.video ? 0 : 1)
  const [choosing, setChoosing] = useState(false)
  const choose = (): void => { setChoosing(true) }
  useEndOf(call, deeds.close)
  return (
    <ModalOverlay className='call-overlay' isOpen isKeyboardDismissDisabled>
      <Modal className='call-modal'>
        <Dialog className='room' aria-label={w('room.title', { name })}>
          <header>
            <AriaButton className='icon-button' aria-label={w('do.shrink')} onPress={onShrink}><CallIcon name='shrink' /></AriaButton>
            {(their.length > 0 || several) && <div className='head'><strong dir='auto'>{name}</strong><CallState call={call} /></div>}
            <span className='gap' />
            {!ended && <AddPerson call={call} />}
            {!ended && <AriaButton className='icon-button' aria-label={w('device.title')} onPress={choose}><CallIcon name='sliders' /></AriaButton>}
          </header>
          <div className={`stage many-${their.length}`}>
            {their.map((track, at) => {
              const screen = theirs.screen && at === their.length - 1
              return <Tile key={track.id} track={track} kind={screen ? 'screen' : 'face'} label={screen ? w('room.theirScreen', { name }) : name} />
            })}
            {several && <People call={call} streams={streams} own={isCrowd(call) ? own : undefined} />}
            {their.length === 0 && !several && (
              <div className='alone'>
                <Avatar id={call.with} name={name} size='l' />
                <h2 dir='auto'>{name}</h2>
                <CallState call={call} />
              </div>
            )}
            {own !== undefined && !isCrowd(call) && <Tile track={own} kind='self' label={w('room.you')} />}
          </div>
          {!ended && <Notes call={call} devices={devices} talk={talk} trouble={trouble} onDevices={choose} />}
          {ended
            ? <div className='actions'><Button onPress={() => { deeds.again() }} icon='handset'>{w('do.callAgain')}</Button><Button kind='primary' autoFocus onPress={() => { deeds.close() }}>{w('do.close')}</Button></div>
            : <Controls call={call} devices={devices} talk={talk} deeds={deeds} onDevices={choose} />}
          {choosing && !ended && <DeviceDialog track={devices.track} turn={devices.turn} used={devices.used} onChoose={(choice, id) => { deeds.use(choice, id) }} onClose={() => { setChoosing(false) }} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** What one should know while one talks: said to who does not look, too. */
function Notes ({ call, devices, talk, trouble, onDevices }: Pick<RoomProps, 'call' | 'devices' | 'talk' | 'trouble'> & { onDevices: () => void }): ReactNode {
  const w = useCallWords()
  const { name, phase, theirs, tracks } = call
  const { microphone, instead } = devices
  return (
    <div className='room-notes'>
      <div role='status'>
        {talk.on && microphone === 'live' && <span className={`chip ${talk.talking ? 'ok' : ''}`}>{w(talk.talking ? 'talk.heard' : 'talk.muted')}</span>}
        {phase === 'active' && !theirs.audio && !isSeveral(call) && <span className='chip'>{w('room.theyMuted', { name })}</span>}
        <Gone call={call} />
        {tracks.screen && <span className='chip ok'>{w('room.youShare')}</span>}
        {microphone === 'none' && <span className='chip'>{w('device.listening')}</span>}
        {instead !== undefined && <span className='chip warn'>{w('device.instead', { name: instead })}</span>}
      </div>
      {microphone === 'lost' && <p className='error-text' role='alert'>{w('trouble.unplugged')}</p>}
      {trouble !== undefined && <p className='error-text' role='alert'>{trouble}</p>}
      {(microphone !== 'live' || trouble !== undefined) && <Button onPress={onDevices}>{w('device.choose')}</Button>}
    </div>
  )
}

function Controls ({ call: { tracks }, devices, talk, deeds, onDevices }: Pick<RoomProps, 'call' | 'devices' | 'talk' | 'deeds'> & { onDevices: () => void }): ReactNode {
  const w = useCallWords()
  const toggle = (icon: CallIconName, label: string, isSelected: boolean, onChange: (on: boolean) => void, key?: string): ReactNode => (
    <ToggleButton className='call-action' isSelected={isSelected} onChange={onChange} {...(key === undefined ? {} : { 'aria-keyshortcuts': key })}>
      <span className='round'><CallIcon name={icon} /></span>{label}
    </ToggleButton>
  )
  return (
    <div className='call-actions'>
      {devices.microphone !== 'live'
        ? <AriaButton className='call-action' onPress={onDevices}><span className='round'><CallIcon name='mic-off' /></span>{w('device.noMicrophone')}</AriaButton>
        : talk.on
          ? <AriaButton className={`call-action talk ${talk.talking ? 'talking' : ''}`} aria-pressed={talk.talking} onPressStart={() => { talk.hold(true) }} onPressEnd={() => { talk.hold(false) }}><span className='round'><CallIcon name={talk.talking ? 'mic' : 'mic-off'} /></span>{w('talk.hold')}</AriaButton>
          : toggle(tracks.audio ? 'mic' : 'mic-off', w('do.mute'), !tracks.audio, muted => { deeds.send({ audio: !muted }) }, 'm')}
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

export function phaseWords (w: CallWords, call: CallView): string | undefined {
  const { phase, rings, end } = call
  switch (phase) {
    case 'inviting': case 'ringing': return w(rings ? 'room.ringing' : 'room.calling')
    case 'connecting': return w('room.connecting')
    case 'interrupted': return w('room.interrupted')
    case 'ended': return w(endOf(end), { name: namesOf(call) })
    case 'active': return undefined
  }
}

/** Somebody is called, and nothing said for so long that it rings, ms: then that is said. Nobody is taken to be away. */
const UNHEARD_MS = 15_000

function useUnheard ({ phase, rings, since }: CallView): boolean {
  const [long, setLong] = useState(false)
  const waits = phase === 'inviting' && !rings
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(() => { setLong(true) }, since + UNHEARD_MS - Date.now())
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [waits, since])
  return waits && long
}

/** Time, way and quality while one talks, else what happens. */
function CallState ({ call }: { call: CallView }): ReactNode {
  const w = useCallWords()
  const { stats, seconds } = call
  const before = useBefore(stats)
  const words = useUnheard(call) ? w('room.unheard') : phaseWords(w, call)
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
