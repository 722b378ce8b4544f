import { join } from 'node:path'
import { expect } from 'chai'
import { Person, befriend, eventually } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { levelsIn, writeTone } from '../support/tone.ts'
import type { CallAnswer, CallView, ParticipantView } from '@sotto/node'

/** Nothing is said, and nothing is heard: what a test asks is elsewhere. */
const SILENT = { audio: 'none' }
/** What each person plays, Hz: no multiple of another one's. */
const TONES: Readonly<Record<string, number>> = { alice: 440, bob: 620, carol: 790, dave: 1010 }
const NAMES = Object.keys(TONES)

describe('calls of several terminals', function () {
  this.timeout(120_000)
  let house: House
  let people: Person[]
  let [alice, bob, carol, dave]: Person[] = []

  before(async () => {
    house = await House.open()
    people = NAMES.map(name => new Person(house, name))
    ;[alice, bob, carol, dave] = people
    await Promise.all(people.map(async person => person.start()))
    // carol and dave do not know each other yet
    for (const pairs of [[[alice, bob]], [[alice, carol], [bob, dave]], [[alice, dave], [bob, carol]]]) await Promise.all(pairs.map(async ([one, other]) => befriend(one!, other!)))
    await Promise.all(NAMES.map(async name => writeTone(join(house.directory, `${name}.wav`), TONES[name]!, 20)))
  })

  after(async () => { await house.close() })

  async function call (person: Person, what: string, id: string | undefined, is: (view: CallView) => boolean, timeoutMs = 60_000): Promise<CallView> {
    let last: CallView | undefined
    return await eventually(person, `a call that is ${what}`, timeoutMs, async messenger => {
      const calls = await messenger.calls.list()
      last = calls.at(-1)
      return calls.findLast(view => (id === undefined || view.id === id) && is(view))
    }).catch((cause: unknown) => { throw new Error(`${person.name}: ${String(cause)}; the last one: ${JSON.stringify(last)}`, { cause }) })
  }

  const phaseOf = (view: CallView, name: string): ParticipantView['phase'] | undefined => view.participants.find(one => one.name === name)?.phase
  /** That person hears all of those, for so many packets. */
  async function hears (person: Person, id: string, names: string[], packets = 1): Promise<CallView> {
    return await call(person, `with ${names.join(', ')}`, id, view => names.every(name => view.participants.some(one => one.name === name && one.phase === 'active' && (one.stats?.packets ?? 0) >= packets)))
  }

  async function talk (from: Person, others: Person[], answer: (person: Person) => CallAnswer): Promise<string> {
    const { id } = await (await from.messenger()).calls.start(others.map(({ name }) => name), answer(from))
    for (const other of others) {
      await call(other, 'ringing', id, view => view.phase === 'ringing')
      await (await other.messenger()).calls.answer(id, answer(other))
    }
    const all = [from, ...others]
    await Promise.all(all.map(async person => hears(person, id, all.filter(one => one !== person).map(({ name }) => name))))
    return id
  }

  async function hangUp (person: Person, id: string): Promise<void> { await (await person.messenger()).calls.hangUp(id) }

  it('of three who are not all contacts each hears whom they know, and is told of the other one', async () => {
    const { id } = await (await alice!.messenger()).calls.start(['carol', 'dave'], SILENT)
    for (const person of [carol!, dave!]) {
      await call(person, 'ringing', id, view => view.phase === 'ringing')
      await (await person.messenger()).calls.answer(id, SILENT)
    }
    await hears(alice!, id, ['carol', 'dave'])
    for (const person of [carol!, dave!]) await call(person, 'with alice, and apart from the other one', id, view => view.participants.map(({ phase }) => phase).sort().join() === 'active,apart')
    await hangUp(alice!, id)
    for (const person of [carol!, dave!]) await call(person, 'over', id, view => view.phase === 'ended')
  })

  it('four play four tones: each records the three others, at their pitch and level; one leaves, and the others go on', async () => {
    await befriend(carol!, dave!)
    const path = (name: string): string => join(house.directory, name)
    const sound = (name: string): string[] => ['--audio', path(`${name}.wav`), '--record', path(`${name}-heard.wav`)]
    const started = alice!.run(['call', 'start', 'bob', 'carol', 'dave', ...sound('alice')])
    const { id } = await call(bob!, 'ringing', undefined, view => view.phase === 'ringing' && view.participants.length === 3)
    for (const person of [bob!, carol!, dave!]) {
      await call(person, 'ringing', id, view => view.phase === 'ringing')
      await (await person.messenger()).calls.answer(id, { audio: path(`${person.name}.wav`), record: path(`${person.name}-heard.wav`) })
    }
    // two seconds of everybody
    await Promise.all(people.map(async person => hears(person, id, NAMES.filter(name => name !== person.name), 100)))
    await hangUp(dave!, id)
    await call(dave!, 'over', id, view => view.phase === 'ended' && view.end === 'hung up')
    for (const person of [alice!, bob!, carol!]) await call(person, 'without dave', id, view => view.phase === 'active' && phaseOf(view, 'dave') === 'ended')
    const before = (await hears(bob!, id, ['carol'])).participants.find(({ name }) => name === 'carol')?.stats?.packets ?? 0
    await hears(bob!, id, ['alice', 'carol'], before + 25)
    await hangUp(alice!, id)
    const { lines, code, stderr } = await started
    expect(code, stderr).to.equal(0)
    await hangUp(bob!, id)
    await call(carol!, 'over', id, view => view.phase === 'ended')

    for (const name of NAMES.slice(1)) {
      const told = lines.filter(line => line.name === name).map(({ event }) => event).filter((event, at, all) => event !== all[at - 1])
      expect(told.filter(event => event !== 'calling' && event !== 'interrupted'), name).to.deep.equal(['ringing', 'connecting', 'connected', 'stats', ...(name === 'dave' ? ['left'] : name === 'bob' ? ['ended'] : [])])
    }
    expect(lines.at(-1)).to.include({ event: 'ended', reason: 'hung up' })
    for (const name of NAMES) {
      const others = NAMES.filter(one => one !== name)
      const levels = await levelsIn(path(`${name}-heard.wav`), [...others.map(one => TONES[one]!), TONES[name]!])
      for (const [at, level] of levels.entries()) {
        if (at < 3) expect(level, `${name} hears ${others[at]}, of 9000`).to.be.within(5000, 12_000)
        else expect(level, `${name} hears no echo`).to.be.below(500)
      }
    }
    for (const [person, who] of [[alice!, 'bob'], [carol!, 'dave']] as const) {
      const line = await eventually(person, 'the line of the call', 60_000, async messenger => (await messenger.conversations.history(who)).find(view => view.call?.id === id))
      expect(line.call?.outcome, `one line with each: ${person.name} and ${who}`).to.equal('answered')
    }
  })

  it('somebody is added, and comes in to all; one is killed: the others say so, and go on', async () => {
    const id = await talk(alice!, [bob!, carol!], () => SILENT)
    const added = await bob!.one(['call', 'invite', 'dave'])
    expect(added).to.include({ id })
    await call(dave!, 'ringing', id, view => view.phase === 'ringing' && view.name === 'bob')
    await (await dave!.messenger()).calls.answer(id, SILENT)
    await Promise.all(people.map(async person => hears(person, id, NAMES.filter(name => name !== person.name))))
    await carol!.kill()
    for (const person of [alice!, bob!, dave!]) {
      const view = await call(person, 'without carol', id, view => phaseOf(view, 'carol') === 'ended')
      expect(view.participants.find(({ name }) => name === 'carol')).to.include({ end: 'lost' })
      expect(view.phase).to.equal('active')
    }
    for (const person of [alice!, bob!]) await hangUp(person, id)
    expect((await call(dave!, 'over', id, view => view.phase === 'ended')).end).to.equal('hung up')
    await carol!.start()
  })
})
