import { createServer } from 'node:net'
import { expect } from 'chai'
import { befriend, agree, village } from '../conversations/people.ts'
import { steppedClock } from '../../../../test/support/clock.ts'
import { PATIENCE_MS } from '../../../../test/support/patience.ts'
import type { Socket } from 'node:net'
import type { Home, Village } from '../conversations/people.ts'

const MINUTE = 60 * 1000

describe('friends without mailboxes', function () {
  this.timeout(120_000)
  let town: Village

  beforeEach(async () => { town = await village() })
  afterEach(async () => { await town.stop() })

  it('DIR-13: who both moved at once find each other by the directory, once nothing answered for ten minutes', async () => {
    const clock = steppedClock()
    const home = async (name: string, init: Parameters<Village['home']>[1] = {}): Promise<Home> => town.home(name, { transports: 'all', listen: ['/ip4/127.0.0.1/tcp/0'], clock, mailbox: 'off', ...init })
    const server = await home('server', { resident: true })
    const bootstrap = server.node.addresses()
    const [alice, bob] = await Promise.all([home('alice', { bootstrap }), home('bob', { bootstrap })])
    await befriend(alice, bob)
    await alice.node.conversations.send('bob', { text: 'before' })
    await agree(alice, bob, ['before'])
    await Promise.all([alice.stop(), bob.stop()])
    // each listens at another port now, and neither was there to be told
    await Promise.all([alice.start(), bob.start()])
    const { message } = await alice.node.conversations.send('bob', { text: 'after' })
    for (const one of [alice, bob]) await one.until('the record to say where they are now', async node => (await node.status()).published)
    // what the first look, at the start, did not find yet is found by the next
    await alice.until('bob to have it', async node => {
      if ((await node.conversations.delivery(message)).state === 'delivered') return true
      await clock.step(MINUTE)
      return false
    })
    await agree(alice, bob, ['before', 'after'])
  })

  it('who both moved, with no directory to ask, find each other by a link that one gives the other once more', async () => {
    const [alice, bob] = await Promise.all(['alice', 'bob'].map(async name => town.home(name, { transports: 'all', listen: ['/ip4/127.0.0.1/tcp/0'], mailbox: 'off', bootstrap: [] }))) as [Home, Home]
    await befriend(alice, bob)
    await Promise.all([alice.stop(), bob.stop()])
    await Promise.all([alice.start(), bob.start()])
    const { message } = await alice.node.conversations.send('bob', { text: 'where are you?' })
    const { link } = await bob.node.self()
    expect(await alice.node.contacts.add(link)).to.include({ state: 'accepted' })
    await alice.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(PATIENCE_MS) })
    await agree(alice, bob, ['where are you?'])
  })

  it('who is called where somebody else takes the call now, and says nothing, is found by their link at once', async () => {
    const [alice, bob] = await Promise.all(['alice', 'bob'].map(async name => town.home(name, { transports: 'all', listen: ['/ip4/127.0.0.1/tcp/0'], mailbox: 'off', bootstrap: [] }))) as [Home, Home]
    await befriend(alice, bob)
    const port = Number(/\/tcp\/(\d+)/.exec(bob.node.addresses()[0] ?? '')?.[1])
    await Promise.all([alice.stop(), bob.stop()])
    const called = Promise.withResolvers<void>()
    const callers: Socket[] = []
    const silent = createServer(caller => {
      callers.push(caller.on('error', () => {}))
      called.resolve()
    }).listen(port, '127.0.0.1')
    try {
      await new Promise(resolve => silent.once('listening', resolve))
      await Promise.all([alice.start(), bob.start()])
      const { message } = await alice.node.conversations.send('bob', { text: 'where are you?' })
      await called.promise
      await alice.node.contacts.add(await bob.link())
      await alice.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(PATIENCE_MS) })
    } finally {
      silent.close()
      for (const caller of callers) caller.destroy()
    }
  })
})
