import { expect } from 'chai'
import { ALL, Person, eventually, texts } from '../support/actors.ts'
import { crowd, numbered, sendAll, volunteers } from '../support/crowd.ts'
import type { Crowd } from '../support/crowd.ts'
import type { MessageId, MessageView } from '@sotto/node'

/** Several pages of history. */
const COUNT = 1500

describe('a second device of alice', function () {
  this.timeout(360_000)
  let scene: Crowd
  let phone: Person

  beforeEach(async () => {
    scene = await crowd()
    phone = new Person(scene.house, 'phone')
  })
  afterEach(async () => { await scene.close() })

  /** Makes `phone` a device of alice, with a code from her resident node. It is not started yet; or it is, and has everything. */
  async function join (start = false): Promise<void> {
    const messenger = await scene.alice.messenger()
    for await (const step of messenger.devices.link({ signal: AbortSignal.timeout(60_000) })) {
      if (step.state === 'waiting') {
        const joined = await phone.run(['device', 'join', '-'], { input: step.code })
        expect(joined.code, joined.stderr).to.equal(0)
        expect(joined.lines[0]).to.include({ id: scene.alice.ready.id })
      } else if (step.state === 'paired') {
        if (!start) return
        await phone.start()
      }
    }
  }

  const words = (views: readonly MessageView[]): string[] => views.filter(({ kind }) => kind !== 'gap' && kind !== 'notice').map(({ text }) => text)

  async function hasAll (count: number): Promise<string[]> {
    return await eventually(phone, `${count} messages on the phone`, 60_000, async messenger => {
      if (!(await messenger.contacts.list()).some(({ name }) => name === 'bob')) return undefined
      const found = words(await messenger.conversations.history('bob', ALL))
      return found.length >= count ? found : undefined
    })
  }

  it('PAIR-11: gets the whole history over kill -9 on either side, everything once and in order', async () => {
    const { alice, bob } = scene
    await sendAll(alice, 'bob', numbered('said before', COUNT))
    await (await alice.messenger()).conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    await join()
    await phone.start()
    // in the middle of it, as a rule; whatever it is, nothing may be lost
    await eventually(phone, 'the history to begin', 60_000, async messenger => (await messenger.conversations.list()).some(({ last, with: id }) => last !== undefined && id === bob.ready.id) || undefined)
    await phone.kill()
    await phone.start()
    await alice.kill()
    await alice.start()
    const found = await hasAll(COUNT + 2)
    const whole = words(await (await alice.messenger()).conversations.history('bob', ALL))
    expect(found).to.deep.equal(whole)
    expect(new Set(found).size).to.equal(COUNT + 2)

    await phone.send('bob', 'from the phone', 'delivered')
    await bob.send('alice', 'to all of you', 'delivered')
    expect((await hasAll(COUNT + 4)).slice(-2).sort()).to.deep.equal(['from the phone', 'to all of you'])
  })

  it('is listed, and revoked by a verb: it says so, and its owner reads on', async () => {
    const { alice, bob } = scene
    await join()
    await phone.start()
    await hasAll(2)
    const devices = await alice.verb<{ device: string, current: boolean, connected: boolean, role: string }>(['device', 'list'])
    expect(devices.map(({ role }) => role)).to.deep.equal(['primary', 'linked'])
    const other = devices.find(({ current }) => !current)?.device ?? ''
    expect(other).to.equal(phone.ready.device)
    expect((await phone.run(['device', 'link'])).stderr).to.contain('NOT_PRIMARY')
    expect(await alice.one(['device', 'revoke', other.slice(0, 8)])).to.include({ device: other, revoked: true })
    await eventually(phone, 'the phone to be told', 60_000, async messenger => (await messenger.devices.list()).find(({ current }) => current)?.revoked === true || undefined)
    const refused = await phone.run(['send', 'bob', 'still here'])
    expect(refused.code).to.not.equal(0)
    expect(refused.stderr).to.contain('DEVICE_REVOKED')
    await alice.send('bob', 'the phone is gone', 'delivered') // so bob has heard of it
    await bob.send('alice', 'only for her', 'delivered')
    expect(words(await alice.history('bob')).at(-1)).to.equal('only for her')
    expect(words(await phone.history('bob'))).not.to.contain('only for her')
  })

  it('MBX-10, PAIR-13: what waits in mailboxes is read by each device, and none empties them for the others', async () => {
    await scene.close()
    scene = await crowd({ mailboxes: volunteers(2) })
    const { alice, bob, mailboxes } = scene
    phone = new Person(scene.house, 'phone', { bootstrap: mailboxes.flatMap(mailbox => mailbox.ready.addresses) })
    await join(true)
    await hasAll(2)
    await alice.stop()
    await phone.stop()
    const ids = await sendAll(bob, 'alice', numbered('while all were away', 20))
    const last = await (await bob.messenger()).conversations.wait(ids.at(-1) as MessageId, 'stored', { signal: AbortSignal.timeout(60_000) })
    expect(last.copies).to.equal(2)
    await (await bob.messenger()).conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    await bob.stop()

    await phone.start()
    const found = await hasAll(22)
    await phone.stop()
    await alice.start()
    expect(await texts(alice, 'bob', 22, 60_000)).to.deep.equal(found)
    await eventually(alice, 'both mailboxes to answer, and none to be taken for a liar', 60_000, async messenger => {
      const keepers = (await messenger.mailboxes.list()).filter(({ kind }) => kind === 'volunteer')
      return (keepers.length === 2 && keepers.every(({ trouble }) => trouble === undefined)) || undefined
    })

    await bob.start()
    await alice.one(['device', 'revoke', phone.ready.device.slice(0, 8)])
    await alice.send('bob', 'I have one device', 'delivered') // so bob has heard of it
    await bob.send('alice', 'not for the phone', 'delivered')
    await alice.stop()
    await bob.send('alice', 'nor this', 'stored')
    await phone.start()
    await bob.stop()
    expect(words(await phone.history('bob')).filter(text => /not for the phone|nor this/.test(text))).to.deep.equal([])
  })
})
