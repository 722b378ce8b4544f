/** Figures of calls: from the answer to sound, delay, loss, recovery over bad lines, and what a call costs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMedia } from '../../packages/node/src/platform/node-media.ts'
import { Person, befriend, eventually } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { heardIn, writeTone } from '../support/tone.ts'
import { UdpForwarder } from '../support/udp-forwarder.ts'
import { figure, machine, table } from './measure.ts'
import type { MediaCandidate, MediaLeg } from '../../packages/node/src/platform/media.ts'
import type { Figure } from './measure.ts'
import type { Line } from '../support/udp-forwarder.ts'

const ROUNDS = 10
const TALK_MS = 10_000
const TONE_SECONDS = 3
const FRAME_MS = 20
const HEADER_BYTES = 44
const LINES: ReadonlyArray<Line & { name: string }> = [
  { name: 'loopback', loss: 0, delayMs: 0 },
  { name: '5 % lost', loss: 0.05, delayMs: 0 },
  { name: '20 % lost', loss: 0.2, delayMs: 0 },
  { name: '300 ms late', loss: 0, delayMs: 300 }
]

const directory = await mkdtemp(join(tmpdir(), 'sotto-bench-'))
const figures: Figure[] = []
const sleep = async (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

interface Side { leg: MediaLeg, tell: (candidate: MediaCandidate) => void, flows: () => Promise<void>, played: Promise<number> }

async function side (audio: string, record?: string): Promise<Side> {
  let flows = Promise.withResolvers<void>()
  const played = Promise.withResolvers<number>()
  const one: Side = {
    tell: () => {},
    flows: async () => flows.promise,
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
        if (flow === 'flowing') flows.resolve()
        else flows = Promise.withResolvers()
      },
      onPlayed: () => { played.resolve(performance.now()) }
    })
  }
  return one
}

/** Joins the two by a line of their own; resolves when each hears the other. */
async function join2 (alice: Side, bob: Side, line: Line, seed: number, anew = false): Promise<UdpForwarder> {
  const forwarder = await UdpForwarder.open(line, seed)
  const early: Array<() => void> = []
  let later = (give: () => void): void => { early.push(give) }
  alice.tell = ({ candidate, mid }) => { later(() => { bob.leg.add([{ candidate: forwarder.through(0, candidate), mid }]).catch(() => {}) }) }
  bob.tell = ({ candidate, mid }) => { later(() => { alice.leg.add([{ candidate: forwarder.through(1, candidate), mid }]).catch(() => {}) }) }
  await alice.leg.accept(await bob.leg.answer(await alice.leg.offer(anew)))
  for (const give of early) give()
  later = give => { give() }
  await Promise.all([alice.flows(), bob.flows()])
  return forwarder
}

/** When the last loud sample reached the file, on the same clock as `played`. */
async function lastHeard (path: string, until: () => boolean): Promise<number> {
  let [read, at] = [HEADER_BYTES, 0]
  while (!until()) {
    const bytes = await readFile(path)
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + read, bytes.byteOffset + bytes.byteLength - (bytes.byteLength - read) % 2))
    if (samples.some(sample => Math.abs(sample) > 1000)) at = performance.now()
    read += samples.byteLength
    await sleep(4)
  }
  return at
}

async function overLine ({ name, ...line }: typeof LINES[number], seed: number): Promise<void> {
  const record = join(directory, 'heard.wav')
  const [alice, bob] = await Promise.all([side(join(directory, 'tone.wav')), side('none', record)])
  const began = performance.now()
  const forwarder = await join2(alice, bob, line, seed)
  figures.push(figure(`${name}: offered → both hear`, 'ms', [performance.now() - began]))
  let over = false
  const heard = lastHeard(record, () => over)
  const played = await alice.played
  await sleep(line.delayMs + 500)
  over = true
  figures.push(figure(`${name}: one-way delay, mouth to ear`, 'ms', [await heard - played + FRAME_MS]))
  const { packets, lost } = await bob.leg.stats()
  figures.push(figure(`${name}: frames missing at the ear`, '%', [100 * lost / Math.max(1, packets + lost)]))
  // the line is cut; a new one is there, and the caller begins anew
  forwarder.line.loss = 1
  while (await Promise.race([Promise.all([alice.flows(), bob.flows()]).then(() => true), sleep(0).then(() => false)])) await sleep(50)
  await sleep(100)
  const anew = performance.now()
  const second = await join2(alice, bob, line, seed + 1, true)
  figures.push(figure(`${name}: another line → both hear again`, 'ms', [performance.now() - anew]))
  await Promise.all([alice, bob].map(async ({ leg }) => leg.close()))
  for (const each of [forwarder, second]) each.close()
  const { hz, level } = await heardIn(record, TONE_SECONDS)
  figures.push(figure(`${name}: tone of 440 Hz and 9000, heard as ${hz} Hz`, 'level', [level]))
}

async function wholeHouse (): Promise<void> {
  const house = await House.open()
  try {
    const [alice, bob] = ['alice', 'bob'].map(name => new Person(house, name)) as [Person, Person]
    await Promise.all([alice.start(), bob.start()])
    await befriend(alice, bob)
    const [a, b] = [await alice.messenger(), await bob.messenger()]
    const [rings, media]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 4 === 0 && round > 0) await sleep(60_000) // four invitations in a minute (CALL-4)
      const started = performance.now()
      const { id } = await a.calls.start('bob', { audio: 'none' })
      const phase = async (person: Person, wanted: string): Promise<void> => {
        await eventually(person, wanted, 20_000, async messenger => (await messenger.calls.list()).find(call => call.id === id && call.phase === wanted))
      }
      await phase(bob, 'ringing')
      rings.push(performance.now() - started)
      const accepted = performance.now()
      await b.calls.answer(id, { audio: 'none' })
      await Promise.all([alice, bob].map(async person => phase(person, 'active')))
      media.push(performance.now() - accepted)
      if (round === ROUNDS - 1) {
        const before = bob.resident.cpuMs()
        await sleep(TALK_MS)
        figures.push(figure('CPU of a node in a call', '% of a core', [100 * (bob.resident.cpuMs() - before) / TALK_MS]))
      }
      await a.calls.hangUp(id)
      await phase(bob, 'ended')
    }
    figures.unshift(figure('call → it rings, two processes', 'ms', rings), figure('accept → first media both ways, two processes', 'ms', media))
    const before = bob.resident.cpuMs()
    await sleep(TALK_MS)
    figures.push(figure('CPU of the same node without a call', '% of a core', [100 * (bob.resident.cpuMs() - before) / TALK_MS]))
  } finally {
    await house.close()
  }
}

try {
  await writeTone(join(directory, 'tone.wav'), 440, TONE_SECONDS)
  for (const [seed, line] of LINES.entries()) await overLine(line, seed + 1)
  await wholeHouse()
  const report = { machine: machine(), figures }
  await writeFile(new URL('../artifacts/bench-calls.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`)
  console.log(table(figures.map(figure => ({ figure, floors: [] }))))
} finally {
  await rm(directory, { recursive: true })
}
process.exit(0) // the threads of the media engine would keep it
