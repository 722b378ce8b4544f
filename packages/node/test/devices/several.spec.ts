import { expect } from 'chai'
import { befriend, texts, village } from '../conversations/people.ts'
import type { Home, Village } from '../conversations/people.ts'
import type { PairingView } from '../../src/index.ts'

const COUNT = 40

describe('a person with several devices', function () {
  this.timeout(60_000)
  let town: Village
  let alice: Home
  let bob: Home

  beforeEach(async () => {
    town = await village();
    [alice, bob] = await Promise.all([town.home('alice'), town.home('bob')])
    await befriend(alice, bob)
  })
  afterEach(async () => { await town.stop() })

  /** Another device of somebody; resolves when it has everything. */
  async function pair (of: Home, name: string): Promise<{ device: Home, steps: PairingView[] }> {
    const steps: PairingView[] = []
    let device: Home | undefined
    for await (const step of of.node.devices.link({ signal: AbortSignal.timeout(30_000) })) {
      steps.push(step)
      if (step.state === 'waiting') device = await town.home(name, { code: step.code })
    }
    if (device === undefined) throw new Error('no device came')
    return { device, steps }
  }

  async function has (one: Home, who: string, wanted: readonly string[]): Promise<void> {
    await one.until(`what was said: ${wanted.join()}`, async () => [...await texts(one, who)].sort().join('\n') === [...wanted].sort().join('\n'))
  }

  it('PAIR-9, PAIR-10, PAIR-11: a new device has the name, the contacts, the whole history and the notes, and talks', async () => {
    const said = Array.from({ length: COUNT }, (_, i) => `${i % 3 === 0 ? 'bob' : 'alice'} ${i}`)
    for (const text of said) await (text.startsWith('bob') ? bob.node.conversations.send('alice', { text }) : alice.node.conversations.send('bob', { text }))
    await has(alice, 'bob', said)
    await alice.node.conversations.markRead('bob')
    await alice.node.conversations.send('self', { text: 'buy milk' })
    const { device: phone, steps } = await pair(alice, 'phone')
    expect(steps.map(({ state }) => state).filter(state => state !== 'history')).to.deep.equal(['waiting', 'paired', 'done'])
    expect(phone.node.id).to.equal(alice.node.id)
    expect((await phone.node.self()).name).to.equal('alice')
    await has(phone, 'bob', said)
    await has(phone, 'self', ['buy milk'])
    expect((await phone.node.conversations.list()).map(({ unread }) => unread)).to.deep.equal([0, 0])

    await phone.node.conversations.send('bob', { text: 'from the phone' })
    await bob.node.conversations.send('alice', { text: 'to both' })
    for (const one of [alice, phone]) await has(one, 'bob', [...said, 'from the phone', 'to both'])
    await has(bob, 'alice', [...said, 'from the phone', 'to both'])
    const words = (await texts(alice, 'bob')).join()
    expect((await texts(phone, 'bob')).join()).to.equal(words)
    expect((await texts(bob, 'alice')).join()).to.equal(words)

    await phone.node.conversations.send('self', { text: 'and bread' })
    await has(alice, 'self', ['buy milk', 'and bread'])
    expect((await alice.node.devices.list()).map(({ role, current, connected, revoked }) => ({ role, current, connected, revoked }))).to.deep.equal([
      { role: 'primary', current: true, connected: true, revoked: false },
      { role: 'linked', current: false, connected: true, revoked: false }
    ])
    expect((await phone.node.devices.list()).map(({ role }) => role)).to.deep.equal(['linked', 'primary'])
  })
})
