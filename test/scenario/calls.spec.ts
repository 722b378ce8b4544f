import { join } from 'node:path'
import { expect } from 'chai'
import { Person, attend, befriend, eventually } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { heardIn, NEAR_HZ, writeTone } from '../support/tone.ts'
import type { Json } from '../support/process.ts'
import type { CallView, MessageView, Messenger } from '@sotto/node'

/** Nothing is said, and nothing is heard: what a test asks is elsewhere. */
const SILENT = { audio: 'none' }

describe('calls between terminals', function () {
  this.timeout(120_000)
  let house: House
  let alice: Person
  let bob: Person
  let carol: Person

  before(async () => {
    house = await House.open()
    ;[alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => new Person(house, name)) as [Person, Person, Person]
    await Promise.all([alice, bob, carol].map(async person => person.start()))
    await befriend(alice, bob)
    await befriend(carol, bob)
  })

  after(async () => { await house.close() })

  /** The last call of that person, once it is as asked. */
  async function call (person: Person, what: string, is: (view: CallView) => boolean, timeoutMs = 60_000): Promise<CallView> {
    return await eventually(person, `a call that is ${what}`, timeoutMs, async messenger => (await messenger.calls.list()).findLast(is))
  }

  async function of (person: Person, id: string, phase: CallView['phase'], timeoutMs?: number): Promise<CallView> {
    return await call(person, phase, view => view.id === id && view.phase === phase, timeoutMs)
  }

  /** The line that the call left in the conversation. */
  async function line (person: Person, who: string, id: string): Promise<MessageView> {
    return await eventually(person, 'the line of a call', 60_000, async messenger => (await messenger.conversations.history(who)).find(view => view.call?.id === id))
  }

  /** Both hear each other. */
  async function talk (a: Person, b: Person): Promise<string> {
    const { id } = await (await a.messenger()).calls.start(b.name, SILENT)
    await of(b, id, 'ringing')
    await (await b.messenger()).calls.answer(id, SILENT)
    await Promise.all([a, b].map(async person => of(person, id, 'active')))
    return id
  }

  it('two tones cross, straight from one terminal to the other, and JSON tells how it went', async () => {
    const path = (name: string): string => join(house.directory, name)
    await Promise.all([writeTone(path('a.wav'), 440, 3), writeTone(path('b.wav'), 880, 3, 16_000)])
    const answering = bob.run(['call', 'answer', '--once', '--from', 'alice', '--audio', path('b.wav'), '--record', path('b-heard.wav')])
    const lines = await alice.verb(['call', 'start', 'bob', '--audio', path('a.wav'), '--record', path('a-heard.wav'), '--until-played'])
    const answered = await answering
    expect(answered.code, answered.stderr).to.equal(0)
    for (const told of [lines, answered.lines]) {
      expect(told.map(({ event }) => event).filter((event, at, all) => event !== all[at - 1])).to.deep.equal(told === lines ? ['calling', 'ringing', 'connected', 'stats', 'ended'] : ['ringing', 'connected', 'stats', 'ended'])
      const connected = told.find(({ event }) => event === 'connected')
      expect([connected?.local, connected?.remote], 'the pair is direct').to.satisfy((pair: unknown[]) => pair.every(type => type === 'host' || type === 'prflx'))
      const last = told.findLast(({ event }) => event === 'stats') as Json & { packets: number, lost: number }
      expect(last.packets).to.be.above(50)
      expect(told.at(-1)).to.include({ event: 'ended', reason: 'hung up' })
    }
    for (const [name, hz] of [['a-heard.wav', 880], ['b-heard.wav', 440]] as const) {
      const heard = await heardIn(path(name))
      expect(heard.hz, name).to.be.closeTo(hz, NEAR_HZ)
      expect(heard.level, `${name}, of 9000`).to.be.within(5000, 12_000)
    }
    const id = String(lines[0]?.call)
    expect((await line(bob, 'alice', id)).call).to.include({ outcome: 'answered', caller: true })
  })

  it('a call is declined: the caller hears so, and both find it in the conversation', async () => {
    const { id } = await (await alice.messenger()).calls.start('bob', SILENT)
    await of(bob, id, 'ringing')
    await (await bob.messenger()).calls.hangUp(id)
    expect(await of(alice, id, 'ended')).to.include({ end: 'declined' })
    for (const [person, who] of [[alice, 'bob'], [bob, 'alice']] as const) expect((await line(person, who, id)).call?.outcome).to.equal('declined')
  })

  it('CALL-10: a call is taken back: for the caller it was cancelled, for the other side missed, and new', async () => {
    const [his, hers] = await Promise.all([bob, carol].map(async person => person.messenger())) as [Messenger, Messenger]
    await hers.conversations.markRead('bob')
    const { id } = await his.calls.start('carol', SILENT)
    await of(carol, id, 'ringing')
    await his.calls.hangUp(id)
    expect(await line(bob, 'carol', id)).to.include({ text: 'Outgoing call: cancelled' }).and.nested.include({ 'call.withdrawn': true })
    expect(await line(carol, 'bob', id)).to.include({ text: 'Missed call' }).and.nested.include({ 'call.outcome': 'missed' })
    expect((await hers.conversations.list()).find(({ name }) => name === 'bob')?.unread).to.equal(1)
  })

  it('CALL-24: of a node in front of which nobody is nobody is told that it rings, until somebody comes', async () => {
    const [his, hers] = await Promise.all([bob, alice].map(async person => person.messenger())) as [Messenger, Messenger]
    const log = new AbortController()
    const noticed = (async () => {
      for await (const event of hers.events({ unattended: true, signal: log.signal })) if (event.event === 'call' && event.call.phase === 'ringing') return event.call.id
      return undefined
    })()
    await hers.self() // what is asked after the events is answered when they are followed
    const { id } = await his.calls.start('alice', SILENT)
    expect(await noticed).to.equal(id)
    log.abort()
    await bob.verb(['send', 'alice', 'are you there?', '--wait', 'delivered'])
    expect((await his.calls.list()).at(-1)).to.include({ id, phase: 'inviting', rings: false })
    const leave = await attend(alice)
    await call(bob, 'told that it rings', view => view.id === id && view.rings)
    leave()
    await his.calls.hangUp(id)
    await of(alice, id, 'ended')
  })

  it('who talks is busy for the next one, and goes on talking', async () => {
    const talking = await talk(alice, bob)
    const { id } = await (await carol.messenger()).calls.start('bob', SILENT)
    expect(await of(carol, id, 'ended')).to.include({ end: 'busy' })
    expect([(await line(carol, 'bob', id)).text, (await line(bob, 'carol', id)).text]).to.deep.equal(['Outgoing call: busy', 'Missed call'])
    expect((await (await bob.messenger()).calls.list()).map(view => [view.id, view.phase]).at(-1)).to.deep.equal([talking, 'active'])
    await (await alice.messenger()).calls.hangUp(talking)
    expect(await of(bob, talking, 'ended')).to.include({ end: 'hung up' })
  })

  it('both call each other at the same moment: both terminals follow the one call to its end', async () => {
    const [hers, his] = await Promise.all([[carol, 'bob'], [bob, 'carol']].map(async ([person, who]) => (person as Person).verb(['call', 'start', who as string, '--audio', 'none', '--seconds', '2'])))
    expect([hers, his].map(lines => lines?.at(-1)?.call), 'the call that goes on').to.satisfy(([a, b]: unknown[]) => a === b)
    for (const lines of [hers, his]) {
      expect(lines?.map(({ event }) => event)).to.include('connected')
      expect(lines?.at(-1)).to.include({ event: 'ended', reason: 'hung up' })
    }
    expect([...hers ?? [], ...his ?? []].filter(({ event }) => event === 'merged').map(({ into }) => into)).to.deep.equal([hers?.at(-1)?.call])
  })

  it('a terminal that is gone talks with nobody, nor does its microphone', async () => {
    const id = await talk(bob, carol)
    carol.hangUp() // the connection: so ends also who is killed
    expect(await of(bob, id, 'ended')).to.include({ end: 'hung up' })
  })

  it('CALL-22: who blocks the other in mid-call is heard no more, and the other one is told that it is over', async () => {
    const id = await talk(bob, carol)
    await (await bob.messenger()).contacts.block('carol')
    for (const person of [bob, carol]) expect(await of(person, id, 'ended')).to.include({ end: 'hung up' })
    await (await bob.messenger()).contacts.unblock('carol')
  })

  it('nobody rings for one who is blocked, nor for one who is not accepted yet', async () => {
    await (await bob.messenger()).contacts.block('carol')
    const { id } = await (await carol.messenger()).calls.start('bob', SILENT)
    const dave = new Person(house, 'dave')
    await dave.start()
    await dave.add(bob)
    expect(await (await dave.messenger()).calls.start('bob', SILENT).catch((error: unknown) => error)).to.include({ code: 'UNREACHABLE' })
    // who stops hangs up, waits a moment until that was heard, and says nothing of it later: what comes after is heard by who blocks nobody
    await carol.stop()
    await carol.start()
    await (await bob.messenger()).contacts.unblock('carol')
    await carol.send('bob', 'Are you there?', 'delivered')
    expect((await (await bob.messenger()).calls.list()).filter(view => view.id === id || view.name === 'dave')).to.deep.equal([])
    await dave.stop()
  })

  it('a call ends well with the process that made it: the other side hears it hang up', async () => {
    const waiting = call(bob, 'new', view => view.phase === 'ringing')
    await carol.stop()
    const ran = carol.run(['call', 'start', 'bob', '--audio', 'none', '--seconds', '1'])
    await (await bob.messenger()).calls.answer((await waiting).id, SILENT)
    expect(await of(bob, (await waiting).id, 'ended')).to.include({ end: 'hung up' })
    expect((await ran).code, (await ran).stderr).to.equal(0)
    expect((await line(bob, 'carol', (await waiting).id)).call?.outcome).to.equal('answered')
  })

  it('one side is killed in mid-call: the other one says so, and a call to it is missed until it is back', async () => {
    const cut = await talk(alice, bob)
    await bob.kill()
    await of(alice, cut, 'interrupted')
    expect(await of(alice, cut, 'ended')).to.include({ end: 'lost' })
    const { id: missed } = await (await alice.messenger()).calls.start('bob', SILENT)
    await (await alice.messenger()).calls.hangUp(missed)
    expect(await of(alice, missed, 'ended')).to.include({ end: 'cancelled' })
    await bob.start()
    expect((await line(bob, 'alice', cut)).call?.outcome).to.equal('cut off')
    expect((await line(bob, 'alice', missed)).call?.outcome).to.equal('missed')
    expect((await (await bob.messenger()).calls.list()).filter(view => view.phase !== 'ended'), 'what rings no more').to.deep.equal([])
  })
})
