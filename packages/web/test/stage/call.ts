/** Calls on the stage, as `?call=` asks for them, with painted pictures. */
import { NOW, id } from './people.ts'
import type { CallId, CallView, ParticipantView } from '@sotto/node'
import type { MicrophoneState, PageStreams } from '@sotto/node/media'

const NOBODY_SEEN = { audio: true, video: false, screen: false }
const STATS = { local: 'host', remote: 'srflx', sentBytes: 412_000, receivedBytes: 508_000, packets: 5200, lost: 11, roundTrip: 38 }

const CALL: CallView = { id: 'c0ffee00c0ffee00c0ffee00c0ffee00' as CallId, with: id('Mara Lindqvist'), name: 'Mara Lindqvist', direction: 'outgoing', phase: 'active', rings: true, since: NOW, tracks: NOBODY_SEEN, theirs: NOBODY_SEEN, participants: [], seconds: 187, stats: STATS }

const { seconds, stats, ...UNHEARD } = CALL
const CALLS: Readonly<Record<string, CallView>> = {
  incoming: { ...UNHEARD, direction: 'incoming', phase: 'ringing', theirs: { ...NOBODY_SEEN, video: true } },
  unheard: { ...UNHEARD, phase: 'inviting', rings: false, since: NOW - 20_000 },
  outgoing: { ...UNHEARD, phase: 'inviting' },
  audio: { ...CALL, theirs: { ...NOBODY_SEEN, audio: false } },
  video: { ...CALL, tracks: { ...NOBODY_SEEN, video: true }, theirs: { ...NOBODY_SEEN, video: true }, stats: { ...STATS, remote: 'relay' } },
  screen: { ...CALL, tracks: { audio: false, video: true, screen: true }, theirs: { audio: true, video: true, screen: true }, stats: { ...STATS, roundTrip: 420 } },
  interrupted: { ...CALL, phase: 'interrupted' },
  several: severalOf({ ...CALL, tracks: { ...NOBODY_SEEN, video: true }, theirs: { ...NOBODY_SEEN, video: true } }, ['active', 'active', 'interrupted', 'active', 'apart', 'inviting', 'ended']),
  three: severalOf(CALL, ['active', 'apart']),
  'incoming-several': severalOf({ ...UNHEARD, direction: 'incoming', phase: 'ringing' }, ['ringing', 'named', 'named']),
  elsewhere: CALL,
  ended: { ...UNHEARD, end: 'unanswered', phase: 'inviting' }
}

/** With so many people, of whom one shows herself and one is muted. */
function severalOf (call: CallView, phases: ReadonlyArray<ParticipantView['phase']>): CallView {
  const names = ['Mara Lindqvist', 'Noor', 'Theodora Papadopoulou-Winterbottom', 'Jun', 'Ravi', 'Élodie', 'Sam']
  return {
    ...call,
    participants: phases.map((phase, at) => ({
      with: id(names[at] ?? ''),
      name: names[at] ?? '',
      phase,
      rings: true,
      theirs: { audio: at !== 3, video: at === 0 && call.theirs.video, screen: false },
      ...(phase === 'active' ? { stats: STATS, seconds: 60 } : {}),
      ...(phase === 'ended' ? { end: 'hung up' as const } : {})
    }))
  }
}

export function callOf (name: string | null): CallView | undefined {
  return name === null ? undefined : CALLS[name]
}

/** A still picture in each track: some hills, and a window with lines. */
export function paintedStreams ({ tracks, theirs, participants }: CallView, microphone: MicrophoneState = 'live'): PageStreams {
  const painted = (kinds: ReadonlyArray<'hills' | 'window'>, hue: number): MediaStream => new MediaStream(kinds.flatMap(kind => paint(kind, hue).getVideoTracks()))
  const local = painted(tracks.video ? ['hills'] : [], 20)
  for (const track of new AudioContext().createMediaStreamDestination().stream.getAudioTracks()) local.addTrack(track)
  const remote = painted([...(theirs.video ? ['hills' as const] : []), ...(theirs.screen ? ['window' as const] : [])], 200)
  return {
    people: participants.map((one, at) => ({ with: one.with, remote: at === 0 ? remote : new MediaStream() })),
    devices: Object.assign(new EventTarget(), { microphone, used: () => microphone === 'live' ? { id: 'desk', name: 'Desk microphone' } : undefined, take: async () => undefined }),
    local,
    remote
  }
}

function paint (kind: 'hills' | 'window', hue: number): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 400 })
  const context = canvas.getContext('2d')
  const stream = canvas.captureStream(5)
  const draw = (): void => {
    if (context === null) return
    context.fillStyle = kind === 'hills' ? `hsl(${hue} 45% 78%)` : '#f4f2ee'
    context.fillRect(0, 0, 640, 400)
    for (let at = 0; at < 3; at++) {
      context.fillStyle = kind === 'hills' ? `hsl(${hue + at * 25} 35% ${52 - at * 12}%)` : '#c9c4bb'
      if (kind === 'window') context.fillRect(60, 80 + at * 70, 520 - at * 90, 24)
      else {
        context.beginPath()
        context.ellipse(120 + at * 210, 420, 300, 220 - at * 40, 0, 0, 7)
        context.fill()
      }
    }
  }
  setInterval(draw, 200)
  draw()
  return stream
}
