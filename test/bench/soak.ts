/** A long call between two nodes: does memory grow, does sound come later and later? `--minutes N`, by default 30. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Person, befriend, eventually } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { soundCard } from '../support/sound-card.ts'
import { figure, machine, percentile, table } from './measure.ts'
import type { Figure } from './measure.ts'
import type { SoundCard } from '../support/sound-card.ts'

const SAMPLE_MS = 10_000
const MIB = 2 ** 20
/** What comes before it is warm-up: code is compiled, caches fill, ms. */
const WARM_UP_MS = 5 * 60_000

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } })
const lengthMs = Number(values.minutes) * 60_000
if (!(lengthMs > 0)) throw new Error('--minutes wants a number')
const warmUpMs = Math.min(WARM_UP_MS, lengthMs / 3)

interface Sample { ms: number, rss: number, packets: number, lost: number }

/** Least squares: y per x. */
function slope (points: ReadonlyArray<[number, number]>): number {
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  return points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}

const tenth = <T>(values: readonly T[]): number => Math.max(1, Math.round(values.length / 10))
const median = (values: readonly number[]): number => percentile(values, 0.5)

function memory (name: string, samples: readonly Sample[]): Figure[] {
  const warm = samples.filter(({ ms }) => ms >= warmUpMs)
  const rss = warm.map(({ rss }) => rss)
  return [
    figure(`${name}: memory`, 'MiB', rss),
    figure(`${name}: memory, last tenth less the first after warm-up`, 'MiB', [median(rss.slice(-tenth(rss))) - median(rss.slice(0, tenth(rss)))]),
    figure(`${name}: memory, slope`, 'MiB/h', [slope(warm.map(({ ms, rss }) => [ms / 3_600_000, rss]))])
  ]
}

function sound (name: string, card: SoundCard, began: number): Figure[] {
  const all = card.heard()
  const heard = all.filter(({ time }) => time - began >= warmUpMs)
  const [first, last] = [heard[0], heard.at(-1)]
  if (first === undefined || last === undefined) return []
  const clicks = heard.flatMap(({ clicks }) => clicks)
  const few = tenth(clicks)
  return [
    figure(`${name}: mouth to ear`, 'ms', clicks),
    figure(`${name}: mouth to ear, last tenth less the first (drift)`, 'ms', [median(clicks.slice(-few)) - median(clicks.slice(0, few))]),
    figure(`${name}: played less wall clock`, 'ms', [(last.samples - first.samples) / 48 - (last.time - first.time)]),
    figure(`${name}: frames of 20 ms that are silent`, '%', [100 * heard.reduce((sum, { silent }) => sum + silent, 0) / heard.reduce((sum, { frames }) => sum + frames, 0)]),
    figure(`${name}: level of the tone, of 6000`, '', heard.map(({ level }) => level))
  ]
}

const house = await House.open()
try {
  const people = ['alice', 'bob'].map(name => new Person(house, name)) as [Person, Person]
  const [alice, bob] = people
  const cards = [await soundCard(house.directory, 'alice', 440, 880), await soundCard(house.directory, 'bob', 880, 440)] as const
  await Promise.all(people.map(async (person, at) => person.start([], { env: cards[at]?.env ?? {} })))
  await befriend(alice, bob)
  const { id } = await (await alice.messenger()).calls.start('bob', { audio: 'default' })
  await eventually(bob, 'a call', 20_000, async messenger => (await messenger.calls.list()).find(call => call.id === id && call.phase === 'ringing'))
  await (await bob.messenger()).calls.answer(id, { audio: 'default' })
  for (const person of people) await eventually(person, 'the call', 20_000, async messenger => (await messenger.calls.list()).find(call => call.id === id && call.phase === 'active'))
  const began = Date.now()
  const cpu = people.map(({ resident }) => resident.cpuMs())
  const samples: [Sample[], Sample[]] = [[], []]
  while (Date.now() - began < lengthMs) {
    await new Promise(resolve => setTimeout(resolve, Math.min(SAMPLE_MS, began + lengthMs - Date.now())))
    for (const [at, person] of people.entries()) {
      const call = (await (await person.messenger()).calls.list()).find(call => call.id === id)
      if (call?.phase !== 'active') console.log(`${person.name}: the call is ${call?.phase} after ${Math.round((Date.now() - began) / 1000)} s`)
      samples[at]?.push({ ms: Date.now() - began, rss: person.resident.rss() / MIB, packets: call?.stats?.packets ?? 0, lost: call?.stats?.lost ?? 0 })
    }
    const line = people.map(({ name }, at) => {
      const { rss = 0, packets = 0, lost = 0 } = samples[at]?.at(-1) ?? {}
      const heard = cards[at]?.heard().at(-1)
      return `${name} ${rss.toFixed(1)} MiB, ${packets} packets, ${lost} lost, ${Math.round(median(heard?.clicks ?? []))} ms, level ${Math.round(heard?.level ?? 0)}, ${heard?.silent} silent`
    })
    console.log(`${Math.round((Date.now() - began) / 1000)} s: ${line.join('; ')}`)
  }
  const took = Date.now() - began
  const figures = people.flatMap(({ name, resident }, at) => [
    ...memory(name, samples[at] ?? []),
    ...sound(name, cards[at] ?? { env: {}, heard: () => [] }, began),
    figure(`${name}: packets lost`, '', [samples[at]?.at(-1)?.lost ?? 0]),
    figure(`${name}: CPU`, '% of a core', [100 * (resident.cpuMs() - (cpu[at] ?? 0)) / took])
  ])
  await (await alice.messenger()).calls.hangUp(id)
  await writeFile(new URL('../artifacts/bench-soak.json', import.meta.url), `${JSON.stringify({ machine: machine(), minutes: took / 60_000, figures, samples, heard: cards.map(card => card.heard()) })}\n`)
  console.log(table(figures.map(figure => ({ figure, floors: [] }))))
} finally {
  await house.close()
}
process.exit(0)
