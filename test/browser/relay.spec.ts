import { expect } from 'chai'
import { PageHouse } from '../support/page-house.ts'
import type { Tab } from '../support/tab.ts'

describe('browser to browser', function () {
  this.timeout(120_000)
  let home: PageHouse

  before(async () => { home = await PageHouse.open('relay') })
  after(async () => { await home?.close() })

  async function person (name: string): Promise<Tab> {
    const tab = await (await home.person(name)).tab()
    await tab.relayed()
    return tab
  }

  it('alice and bob meet through a relay, talk directly, and go on when the relay is killed', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')]
    await alice.call('contacts.add', await bob.link(), { name: 'bob' })
    await bob.acceptAs('alice')
    await alice.send('bob', 'through the relay', 'delivered')
    await bob.send('alice', 'so it is', 'delivered')
    await alice.direct(1)
    await home.host.kill()
    for (let i = 0; i < 5; i++) {
      await alice.send('bob', `without a relay ${i}`, 'delivered')
      await bob.send('alice', `as well ${i}`, 'delivered')
    }
    const said = ['through the relay', 'so it is', ...Array.from({ length: 5 }, (_, i) => [`without a relay ${i}`, `as well ${i}`]).flat()]
    expect(await alice.texts('bob')).to.deep.equal(said)
    expect(await bob.waitForTexts('alice', said.length)).to.deep.equal(said)
  })
})
