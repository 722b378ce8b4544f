import { expect } from 'chai'
import { ALL, errorOf, eventually, texts } from '../support/actors.ts'
import { crowd, numbered, sendAll, volunteers } from '../support/crowd.ts'
import type { Crowd } from '../support/crowd.ts'
import type { MessageId } from '@sotto/node'

const GREETINGS = ['I am alice', 'I am bob']
const COUNT = 1000

describe('while one is away', function () {
  this.timeout(360_000)
  let scene: Crowd

  afterEach(async () => { await scene.close() })

  it('1,000 messages wait with the mailboxes, and arrive in order, once, with their sender gone', async () => {
    scene = await crowd({ mailboxes: volunteers(3) })
    const { alice, bob } = scene
    await bob.stop()
    const lines = numbered('while you slept', COUNT)
    const ids = await sendAll(alice, 'bob', lines)
    const messenger = await alice.messenger()
    const last = await messenger.conversations.wait(ids.at(-1) as MessageId, 'stored', { signal: AbortSignal.timeout(60_000) })
    expect(last.copies).to.be.at.least(2)
    await messenger.conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    await alice.stop()

    // how soon they are there is measured by test/bench
    await bob.start()
    expect(await texts(bob, 'alice', COUNT + GREETINGS.length, 60_000)).to.deep.equal([...GREETINGS, ...lines])

    await alice.start()
    await eventually(alice, 'alice to see all delivered', 60_000, async node =>
      (await node.conversations.history('bob', ALL)).every(view => view.state === 'delivered' || view.state === 'read') || undefined)
  })

  it('two of three mailboxes may be gone for good', async () => {
    scene = await crowd({ mailboxes: volunteers(3) })
    const { alice, bob, mailboxes } = scene
    await bob.kill()
    const sent = await sendAll(alice, 'bob', numbered('copy', 20))
    const messenger = await alice.messenger()
    await eventually(alice, 'all three to sign', 60_000, async node => (await node.conversations.delivery(sent.at(-1) as MessageId)).copies === 3 || undefined)
    const { keepers = [] } = await messenger.conversations.delivery(sent.at(-1) as MessageId)
    expect(keepers.map(({ has }) => has), 'each of them is named as one that has it').to.deep.equal([true, true, true])
    await messenger.conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    await alice.stop()
    await Promise.all(mailboxes.slice(0, 2).map(async mailbox => { await mailbox.kill() }))
    await bob.start()
    expect(await texts(bob, 'alice', 20 + GREETINGS.length, 60_000)).to.deep.equal([...GREETINGS, ...numbered('copy', 20)])
  })

  it('with no mailbox at all the message waits here, and says so', async () => {
    scene = await crowd()
    const { alice, bob } = scene
    await bob.stop()
    const sent = await alice.run(['send', 'bob', 'Nobody keeps this', '--wait', 'stored', '--timeout', '5'])
    expect(sent.code).to.equal(3)
    expect(sent.stderr).to.match(/NO_MAILBOX/).and.match(/both/)
    expect((await alice.history('bob')).at(-1)?.waiting).to.match(/both/)
    await bob.start()
    expect((await texts(bob, 'alice', 3, 60_000)).at(-1)).to.equal('Nobody keeps this')
  })

  it('a mailbox that is full refuses, and the sender sees what is the matter', async () => {
    scene = await crowd({ mailboxes: [{ mailbox: 'volunteer', mailboxBytes: 64 * 1024 }] })
    const { alice, bob } = scene
    await bob.stop()
    const long = 'x'.repeat(30_000)
    const messenger = await alice.messenger()
    for (let at = 0; at < 6; at++) await messenger.conversations.send('bob', { text: `${at} ${long}` })
    const stuck = await eventually(alice, 'a refusal to be seen', 60_000, async node =>
      (await node.conversations.history('bob')).find(view => view.state === 'sealed' && /full/i.test(view.waiting ?? '')))
    expect(stuck.waiting).to.match(/full/i)
    await bob.start()
    const log = await texts(bob, 'alice', 6 + GREETINGS.length, 60_000)
    expect(log.slice(2).map(text => text.slice(0, 1))).to.deep.equal(['0', '1', '2', '3', '4', '5'])
  })

  it('a mailbox that keeps mail only for its friends keeps none for bob, and alice is told', async () => {
    scene = await crowd({ mailboxes: [{ mailbox: 'contacts' }] })
    const { alice, bob } = scene
    await bob.stop()
    const sent = await alice.run(['send', 'bob', 'Who keeps this?', '--wait', 'stored', '--timeout', '5'])
    expect(sent.code).to.equal(3)
    expect(errorOf(sent.stderr)).to.include({ code: 'NO_MAILBOX' })
  })

  it('a command without a resident node fetches what waited before it shows the log', async () => {
    scene = await crowd({ mailboxes: volunteers(3) })
    const { alice, bob } = scene
    await bob.stop()
    await alice.send('bob', 'Read me without a node', 'stored')
    await alice.stop()
    expect((await bob.history('alice')).map(view => view.text)).to.deep.equal([...GREETINGS, 'Read me without a node'])
  })
})
