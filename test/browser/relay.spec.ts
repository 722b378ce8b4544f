import { expect } from 'chai'
import { Person } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { openSite } from '../support/site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from '../support/tab.ts'
import type { Site } from '../support/site.ts'
import type { Tab } from '../support/tab.ts'

describe('browser to browser', function () {
  this.timeout(90_000)
  let house: House
  let site: Site
  let relay: Person
  const people: BrowserPerson[] = []

  before(async () => {
    site = await openSite(new URL('./page', import.meta.url).pathname)
    house = await House.open()
    relay = new Person(house, 'relay')
    await relay.init()
    await relay.start([], FOR_PAGES)
  })
  after(async () => {
    for (const person of people) await person.close()
    await house?.close()
    await site?.close()
  })

  async function person (name: string): Promise<Tab> {
    const one = await BrowserPerson.open(name, site, pageAddresses(relay.ready.addresses))
    people.push(one)
    const tab = await one.tab()
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
    await relay.kill()
    for (let i = 0; i < 5; i++) {
      await alice.send('bob', `without a relay ${i}`, 'delivered')
      await bob.send('alice', `as well ${i}`, 'delivered')
    }
    const said = ['through the relay', 'so it is', ...Array.from({ length: 5 }, (_, i) => [`without a relay ${i}`, `as well ${i}`]).flat()]
    expect(await alice.texts('bob')).to.deep.equal(said)
    expect(await bob.waitForTexts('alice', said.length)).to.deep.equal(said)
  })
})
