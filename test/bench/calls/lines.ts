/** Calls over good and bad lines: engines of this process, with a forwarder between them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMedia } from '../../../packages/node/src/platform/node-media.ts'
import { UdpForwarder } from '../../support/udp-forwarder.ts'
import { figure } from '../measure.ts'
import { delays, follow, said, silentShare, writeClicks } from './click.ts'
import { bareConnect } from './floor.ts'
import type { MediaCandidate, MediaLeg } from '../../../packages/node/src/platform/media.ts'
import type { Line } from '../../support/udp-forwarder.ts'
import type { Row } from '../measure.ts'

const LINES: ReadonlyArray<Line & { name: string }> = [
  { name: 'loopback', loss: 0, delayMs: 0 },
  { name: '5 % lost', loss: 0.05, delayMs: 0 },
  { name: '20 % lost', loss: 0.2, delayMs: 0 },
  { name: '300 ms late', loss: 0, delayMs: 300 }
]
const ROUNDS = 2
const SECONDS = 6
const FLOOR_ROUNDS = 10
/** Who waited so long for sound is counted with it, ms. */
const PATIENCE_MS = 8000

interface Heard { connect: number, delays: number[], lost: number, silent: number, noticed: number, again: number }
interface Side { leg: MediaLeg, tell: (candidate: MediaCandidate) => void, flowing: Promise<void>, silent: Promise<void>, played: Promise<number> }

const later = async (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

async function side (audio: string, record?: string): Promise<Side> {
  const [played, silent] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()]
  let flowing = Promise.withResolvers<void>()
  const one: Side = {
    tell: () => {},
    flowing: flowing.promise,
    silent: silent.promise,
    played: played.promise,
    leg: await createMedia({
      tracks: { audio: true, video: false, screen: false },
      loopbackOnly: true,
      hidden: false,
      iceServers: [],
      audio,
      ...(record === undefined ? {} : { record }),
      onCandidate: candidate => { one.tell(candidate) },
      onFlow: flow => {
        if (flow === 'flowing') return flowing.resolve()
        flowing = Promise.withResolvers()
        one.flowing = flowing.promise
        silent.resolve()
      },
      onPlayed: () => { played.resolve(performance.now()) }
    })
  }
  return one
}

/** Offer, answer and candidates, by a line of their own. */
async function join2 (alice: Side, bob: Side, line: Line, seed: number, anew = false): Promise<UdpForwarder> {
  const forwarder = await UdpForwarder.open(line, seed)
  const early: Array<() => void> = []
  let give = (candidate: () => void): void => { early.push(candidate) }
  alice.tell = ({ candidate, mid }) => { give(() => { bob.leg.add([{ candidate: forwarder.through(0, candidate), mid }]).catch(() => {}) }) }
  bob.tell = ({ candidate, mid }) => { give(() => { alice.leg.add([{ candidate: forwarder.through(1, candidate), mid }]).catch(() => {}) }) }
  await alice.leg.accept(await bob.leg.answer(await alice.leg.offer(anew)))
  for (const candidate of early) candidate()
  give = candidate => { candidate() }
  return forwarder
}

async function until (alice: Side, bob: Side): Promise<void> {
  await Promise.race([Promise.all([alice.flowing, bob.flowing]), later(PATIENCE_MS)])
}

async function talk (directory: string, line: Line, name: string, seed: number): Promise<Heard> {
  const record = join(directory, `${name}.wav`)
  const [alice, bob] = await Promise.all([side(join(directory, 'clicks.wav')), side('none', record)])
  const ear = follow(record)
  const began = performance.now()
  const first = await join2(alice, bob, line, seed)
  await until(alice, bob)
  const connect = performance.now() - began
  const played = await alice.played
  await later(line.delayMs + 400)
  const heard = delays(said(played), await ear.stop())
  const { packets, lost } = await bob.leg.stats()
  // the line is cut; both notice, and the caller begins anew over another one (CALL-9)
  const quiet = Promise.all([alice.silent, bob.silent])
  const cut = performance.now()
  first.line.loss = 1
  await quiet
  const noticed = performance.now()
  const second = await join2(alice, bob, line, seed + 100, true)
  await until(alice, bob)
  const again = performance.now() - noticed
  await Promise.all([alice, bob].map(async ({ leg }) => leg.close()))
  for (const each of [first, second]) each.close()
  return { connect, delays: heard, lost: 100 * lost / Math.max(1, packets + lost), silent: 100 * await silentShare(record), noticed: noticed - cut, again }
}

export async function lines (): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-bench-'))
  try {
    await writeClicks(join(directory, 'clicks.wav'), SECONDS)
    const floor = await bareConnect(FLOOR_ROUNDS)
    const heard: Heard[][] = LINES.map(() => [])
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(LINES.map(async (line, at) => { heard[at]?.push(await talk(directory, line, `${at}-${round}`, round * LINES.length + at + 1)) }))
    }
    return LINES.flatMap(({ name }, at): Row[] => {
      const calls = heard[at] ?? []
      return [
        { figure: figure(`${name}: offered → both hear`, 'ms', calls.map(({ connect }) => connect)), floors: [floor] },
        { figure: figure(`${name}: mouth to ear`, 'ms', calls.flatMap(({ delays }) => delays)), floors: [] },
        { figure: figure(`${name}: packets missing`, '%', calls.map(({ lost }) => lost)), floors: [] },
        { figure: figure(`${name}: frames of a tone in which nothing is heard`, '%', calls.map(({ silent }) => silent)), floors: [] },
        { figure: figure(`${name}: cut → both notice`, 'ms', calls.map(({ noticed }) => noticed)), floors: [] },
        { figure: figure(`${name}: begun anew → both hear again`, 'ms', calls.map(({ again }) => again)), floors: [floor] }
      ]
    })
  } finally {
    await rm(directory, { recursive: true })
  }
}
