import { expect } from 'chai'
import { systemClock } from '../../packages/node/src/clock.ts'
import { befriend, kept, say, until, Village } from './people.ts'
import type { Resident } from './people.ts'
import type { Clock } from '../../packages/node/src/components.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

function shifted (ms: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + ms }
}

describe('a clock that is a year off', function () {
  this.timeout(120_000)
  let village: Village
  let mailbox: Resident
  let alice: Resident
  let bob: Resident

  beforeEach(async () => {
    village = await Village.open()
    mailbox = await village.move('mailbox', { resident: true, mailbox: 'volunteer' })
    const bootstrap = mailbox.node.addresses();
    [alice, bob] = await Promise.all(['alice', 'bob'].map(async name => await village.settle(name, { bootstrap }))) as [Resident, Resident]
    await bob.start()
  })

  afterEach(async () => { await village.close() })

  for (const [which, ms] of [['ahead', YEAR_MS], ['behind', -YEAR_MS]] as const) {
    it(`T68: ${which}: friends talk on, a time from the future is shown as wrong, and the order holds`, async () => {
      await alice.start()
      await befriend(alice, bob)
      await alice.stop()
      await alice.start({ clock: shifted(ms) })
      await say(alice, bob, 'What year is it?')
      await say(bob, alice, 'This one.')
      await say(alice, bob, 'Oh.')
      for (const [person, other] of [[alice, bob], [bob, alice]] as const) {
        expect(await person.texts(other.id)).to.deep.equal(['I am alice', 'I am bob', 'What year is it?', 'This one.', 'Oh.'])
      }
      // whoever is ahead of the reader is shown as wrong; a message from the past may just have been long on its way
      const [reader, other] = ms > 0 ? [bob, alice] : [alice, bob]
      const shown = (await reader.history(other.id)).filter(({ text, clockWrong }) => clockWrong === true && text !== '')
      expect(shown.map(({ text }) => text)).to.deep.equal(ms > 0 ? ['What year is it?', 'Oh.'] : ['This one.'])
    })

    it(`T68: ${which}: no mailbox's promise is believed, the reason is said, and the message comes when both are there`, async () => {
      await alice.start()
      await befriend(alice, bob)
      await kept(bob)
      await say(bob, alice, 'I have a mailbox now')
      await alice.stop()
      await bob.stop()
      await alice.start({ clock: shifted(ms) })
      const { message } = await alice.node.conversations.send(bob.id, { text: 'Are you away?' })
      const waiting = await until(alice.node, 'the reason', async () => {
        const { state, waiting } = await alice.node.conversations.delivery(message)
        expect(state).to.equal('sealed')
        return waiting?.includes('date') === true ? waiting : undefined
      })
      expect(waiting).to.match(/clock.*check the date/)
      await alice.node.conversations.send(bob.id, { text: 'I am here.' })
      await bob.start()
      // both have other addresses than when they parted: what a mailbox took is there all the same
      await until(bob.node, 'what she said', async () => (await bob.texts(alice.id)).slice(-2).join() === 'Are you away?,I am here.' ? true : undefined)
    })

    it(`T68: ${which}: one who asks is told that the clocks are apart, not that the other is silent; with the date set right the request arrives`, async () => {
      await alice.start({ clock: shifted(ms) })
      await alice.node.contacts.add(await bob.link(), { name: 'bob' })
      const waiting = await until(alice.node, 'the reason', async () => {
        const { waiting } = await alice.node.contacts.show('bob')
        return waiting?.includes('apart') === true ? waiting : undefined
      })
      expect(waiting).to.match(/clock of this device .* 365 days apart/i)
      await alice.stop()
      await alice.start()
      await until(bob.node, 'the request', async () => (await bob.node.requests.list()).find(({ id }) => id === alice.id))
      await bob.node.requests.accept(alice.id)
      await say(alice, bob, 'Now it is right')
    })
  }
})
