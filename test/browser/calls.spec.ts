import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Person } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { openSite } from '../support/site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from '../support/tab.ts'
import { heardIn, writeTone } from '../support/tone.ts'
import type { Json } from '../support/process.ts'
import type { Site } from '../support/site.ts'
import type { Tab } from '../support/tab.ts'
import type { CallId } from '@sotto/node'

/** What each of them sings, Hz. */
const [ALICE_HZ, BOB_HZ, CAROL_HZ] = [440, 880, 1320]
const NEAR_HZ = 12

describe('calls of tabs', function () {
  this.timeout(120_000)
  let directory: string
  let house: House
  let site: Site
  let bob: Person
  let alice: BrowserPerson
  let tab: Tab

  const path = (name: string): string => join(directory, name)

  async function singer (name: string, hz: number): Promise<BrowserPerson> {
    await writeTone(path(`${name}.wav`), hz, 2)
    return await BrowserPerson.open(name, site, pageAddresses(bob.ready.addresses), { flags: [`--use-file-for-fake-audio-capture=${path(`${name}.wav`)}`] })
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-calls-'))
    site = await openSite(new URL('./page', import.meta.url).pathname)
    house = await House.open()
    bob = new Person(house, 'bob')
    await bob.init()
    await bob.start([], FOR_PAGES)
    await writeTone(path('bob.wav'), BOB_HZ, 20)
    alice = await singer('alice', ALICE_HZ)
    tab = await alice.tab()
    await tab.call('contacts.add', await bob.link(), { name: 'bob' })
    await bob.acceptAs('alice')
    await tab.send('bob', 'I am alice', 'delivered')
  })
  after(async () => {
    await alice.close()
    await house.close()
    await site.close()
    await rm(directory, { recursive: true })
  })

  const direct = (told: readonly Json[]): unknown => {
    const { local, remote } = told.find(({ event }) => event === 'connected') ?? {}
    return [local, remote].every(type => type === 'host' || type === 'prflx')
  }

  it('alice calls from her tab, with a camera; bob in his terminal hears her tone, and she hears his', async () => {
    const answering = bob.run(['call', 'answer', '--once', '--audio', path('bob.wav'), '--record', path('bob-heard.wav')])
    const { id } = await tab.call<{ id: CallId }>('calls.start', 'bob', { video: true })
    await tab.inCall('active', call => call.phase === 'active')
    expect(await tab.hears(id)).to.be.closeTo(BOB_HZ, NEAR_HZ)
    expect((await tab.inCall('measured', call => call.stats !== undefined)).stats).to.satisfy((stats: Json) => [stats.local, stats.remote].every(type => type === 'host' || type === 'prflx'))
    await tab.call('calls.hangUp', id)
    const { code, lines, stderr } = await answering
    expect(code, stderr).to.equal(0)
    expect(lines.at(-1)).to.include({ event: 'ended', reason: 'hung up' })
    expect(direct(lines)).to.equal(true)
    expect((await heardIn(path('bob-heard.wav')))).to.include({ hz: ALICE_HZ })
  })

  it('bob calls from his terminal; alice takes it in her tab, and both are heard', async () => {
    const calling = bob.run(['call', 'start', 'alice', '--audio', path('bob.wav'), '--record', path('bob-heard.wav')])
    const { id } = await tab.inCall('ringing', call => call.phase === 'ringing')
    await tab.call('calls.answer', id)
    await tab.inCall('active', call => call.phase === 'active')
    expect(await tab.hears(id)).to.be.closeTo(BOB_HZ, NEAR_HZ)
    await tab.call('calls.hangUp', id)
    const { code, lines, stderr } = await calling
    expect(code, stderr).to.equal(0)
    expect(direct(lines)).to.equal(true)
    expect((await heardIn(path('bob-heard.wav')))).to.include({ hz: ALICE_HZ })
  })

  it('two tabs hear and see each other, and go on when the relay between them dies', async () => {
    const carol = await singer('carol', CAROL_HZ)
    try {
      const other = await carol.tab()
      await Promise.all([tab.relayed(), other.relayed()])
      await other.call('contacts.add', await tab.link(), { name: 'alice' })
      await tab.acceptAs('carol')
      await other.send('alice', 'I am carol', 'delivered')
      const { id } = await other.call<{ id: CallId }>('calls.start', 'alice')
      await tab.inCall('ringing', call => call.phase === 'ringing')
      await tab.call('calls.answer', id)
      await Promise.all([tab, other].map(async side => side.inCall('active', call => call.phase === 'active')))
      expect(await tab.hears(id)).to.be.closeTo(CAROL_HZ, NEAR_HZ)
      await tab.call('calls.send', id, { video: true })
      expect((await other.sees(id)).width).to.be.above(100)
      await bob.kill()
      expect(await tab.hears(id)).to.be.closeTo(CAROL_HZ, NEAR_HZ)
      expect(await other.hears(id)).to.be.closeTo(ALICE_HZ, NEAR_HZ)
      await other.call('calls.hangUp', id)
    } finally {
      await carol.close()
    }
  })
})
