/** Calls of whole nodes, each a process of its own. */
import { Person, befriend, eventually } from '../../support/actors.ts'
import { House } from '../../support/process.ts'
import { figure } from '../measure.ts'
import { bareConnect } from './floor.ts'
import type { CallId, CallView } from '@sotto/node'
import type { Row } from '../measure.ts'

/** Two calls from each to each other one: four invitations of one person in a minute are the most (CALL-4). */
const CALLS_EACH = 2
const COST_MS = 6000
const FLOOR_ROUNDS = 12
const SILENT = { audio: 'none' }

async function phase (person: Person, id: CallId, wanted: CallView['phase']): Promise<CallView> {
  return await eventually(person, wanted, 20_000, async messenger => (await messenger.calls.list()).find(call => call.id === id && call.phase === wanted))
}

async function cost (person: Person): Promise<number> {
  const before = person.resident.cpuMs()
  const began = performance.now()
  await new Promise(resolve => setTimeout(resolve, COST_MS))
  return 100 * (person.resident.cpuMs() - before) / (performance.now() - began)
}

export async function nodes (): Promise<Row[]> {
  const house = await House.open()
  try {
    const people = ['alice', 'bob', 'carol'].map(name => new Person(house, name))
    await Promise.all(people.map(async person => person.start()))
    const pairs = people.flatMap(a => people.filter(b => b !== a).map(b => [a, b] as const))
    for (const [a, b] of pairs) if (a.name < b.name) await befriend(a, b)
    const floor = await bareConnect(FLOOR_ROUNDS)
    const [rings, media, ended]: [number[], number[], number[]] = [[], [], []]
    for (const [a, b] of Array.from({ length: CALLS_EACH }, () => pairs).flat()) {
      const [caller, callee] = [await a.messenger(), await b.messenger()]
      const called = Date.now()
      const { id } = await caller.calls.start(b.name, SILENT)
      rings.push((await phase(b, id, 'ringing')).since - called)
      const accepted = Date.now()
      await callee.calls.answer(id, SILENT)
      const active = await Promise.all([a, b].map(async person => phase(person, id, 'active')))
      media.push(Math.max(...active.map(({ since }) => since)) - accepted)
      const over = Date.now()
      await caller.calls.hangUp(id)
      ended.push((await phase(b, id, 'ended')).since - over)
    }
    const [alice, bob] = people as [Person, Person]
    const { id } = await (await bob.messenger()).calls.start('carol', SILENT)
    const [, , carol] = people as [Person, Person, Person]
    await phase(carol, id, 'ringing')
    await (await carol.messenger()).calls.answer(id, SILENT)
    await phase(bob, id, 'active')
    const [idle, busy] = await Promise.all([cost(alice), cost(bob)])
    return [
      { figure: figure('called → it rings', 'ms', rings), floors: [] },
      { figure: figure('accepted → sound both ways', 'ms', media), floors: [floor] },
      { figure: figure('hung up → the other side knows', 'ms', ended), floors: [] },
      { figure: figure('CPU of a node in a call', '% of a core', [busy]), floors: [figure('a node without one', '% of a core', [idle])] }
    ]
  } finally {
    await house.close()
  }
}
