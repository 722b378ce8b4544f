/** Two engines of a call in one page, which hear of each other when the test lets them. */
import { createMedia } from '@sotto/node/media'
import { patiently } from '../../support/patience.ts'
import type { CallTracks } from '@sotto/node'
import type { MediaCandidate, MediaLeg, PageStreams } from '@sotto/node/media'

/** So many pictures, one after the other: it moves. */
const MOVES = 3
const SCREEN_WIDTH = 96

const legs: MediaLeg[] = []

/** What a screen would be: the browser without a screen has none to share. */
async function screen (): Promise<MediaStream> {
  const canvas = document.createElement('canvas')
  canvas.width = SCREEN_WIDTH
  const stream = canvas.captureStream()
  const timer = setInterval(() => {
    canvas.getContext('2d')?.fillRect(Math.random() * SCREEN_WIDTH, 0, 1, 1)
    if (stream.getTracks().every(({ readyState }) => readyState === 'ended')) clearInterval(timer)
  }, 30)
  return stream
}

/** Alice and bob, who talk. */
async function talk (): Promise<void> {
  navigator.mediaDevices.getDisplayMedia = screen
  const call = crypto.randomUUID()
  const early: MediaCandidate[][] = [[], []]
  let connected = false
  const flows = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  for (const at of [0, 1]) {
    legs.push(await createMedia({
      tracks: { audio: true, video: false, screen: false },
      hidden: false,
      loopbackOnly: true,
      iceServers: [],
      onCandidate: candidate => {
        if (connected) void legs[1 - at]?.add([candidate])
        else early[1 - at]?.push(candidate)
      },
      onFlow: flow => { if (flow === 'flowing') flows[at]?.resolve() },
      onPlayed: () => {}
    }, call))
  }
  await agree(0)
  connected = true
  for (const [at, candidates] of early.entries()) await legs[at]?.add(candidates)
  await patiently('sound both ways', Promise.all(flows.map(async ({ promise }) => promise)))
}

function leg (at: number): MediaLeg {
  const found = legs[at]
  if (found === undefined) throw new Error('nobody talks')
  return found
}

/** An offer of that one, and its answer. */
async function agree (at: number): Promise<void> { await leg(at).accept(await leg(1 - at).answer(await leg(at).offer())) }

/** Both offer at the same time: that of alice stands, and bob makes another one. */
async function cross (): Promise<void> {
  const [hers] = await Promise.all([leg(0).offer(), leg(1).offer()])
  await leg(0).accept(await leg(1).answer(hers ?? ''))
  await agree(1)
}

async function send (at: number, tracks: Partial<CallTracks>): Promise<boolean> { return leg(at).send({ audio: true, video: false, screen: false, ...tracks }) }

function videos (at: number): MediaStreamTrack[] { return (leg(at).streams() as PageStreams).remote.getVideoTracks() }

/** What that one sees, each of it moving: widths of the pictures, in order. */
async function sees (at: number): Promise<number[]> {
  return Promise.all(videos(at).map(async (track, place) => patiently(`picture ${place + 1} at ${at === 0 ? 'alice' : 'bob'}`, moving(track))))
}

async function moving (track: MediaStreamTrack): Promise<number> {
  const element = document.createElement('video')
  element.muted = true
  element.srcObject = new MediaStream([track])
  document.body.append(element) // what is in no page is shown seldom
  try {
    element.play().catch(() => {}) // it begins when there is something to play
    for (let seen = 0; seen < MOVES; seen++) await new Promise(resolve => { element.requestVideoFrameCallback(resolve) })
    return element.videoWidth
  } finally {
    element.remove()
    element.srcObject = null
  }
}

async function end (): Promise<void> { for (const one of legs.splice(0)) await one.close() }

const page = { talk, agree, cross, send, sees, end, SCREEN_WIDTH }
export type Pictures = typeof page
Object.assign(globalThis, { pictures: page })
