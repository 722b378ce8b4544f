import { expect } from 'chai'
import { Person, texts } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { openSite } from '../support/site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from '../support/tab.ts'
import type { Site } from '../support/site.ts'

describe('a tab is a whole node', function () {
  this.timeout(60_000)
  let house: House
  let site: Site
  let bob: Person
  let alice: BrowserPerson

  before(async () => {
    site = await openSite(new URL('./page', import.meta.url).pathname)
    house = await House.open()
    bob = new Person(house, 'bob')
    await bob.init()
    await bob.start([], FOR_PAGES)
    alice = await BrowserPerson.open('alice', site, pageAddresses(bob.ready.addresses))
  })
  after(async () => {
    await alice.close()
    await house.close()
    await site.close()
  })

  it('alice in a tab and bob at his command line find each other and talk both ways', async () => {
    const tab = await alice.tab()
    await tab.call('contacts.add', await bob.link(), { name: 'bob' })
    await bob.acceptAs('alice')
    await tab.send('bob', 'hello from a tab', 'delivered')
    await bob.send('alice', 'hello from a terminal', 'delivered')
    expect(await tab.waitForTexts('bob', 2)).to.deep.equal(['hello from a tab', 'hello from a terminal'])
    expect(await texts(bob, 'alice', 2, 10_000)).to.deep.equal(['hello from a tab', 'hello from a terminal'])
    const status = await tab.call<{ atRest: string, peers: number }>('status')
    expect(status).to.include({ atRest: 'browser' })
    await tab.page.close()
  })
})
