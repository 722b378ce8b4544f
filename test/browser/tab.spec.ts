import { expect } from 'chai'
import { texts } from '../support/actors.ts'
import { PageHouse } from '../support/page-house.ts'
import type { Person } from '../support/actors.ts'

describe('a tab is a whole node', function () {
  this.timeout(120_000)
  let home: PageHouse
  let bob: Person

  before(async () => {
    home = await PageHouse.open('bob')
    bob = home.host
  })
  after(async () => { await home?.close() })

  it('alice in a tab and bob at his command line find each other and talk both ways', async () => {
    const tab = await (await home.person('alice')).tab()
    await home.meet(tab)
    await tab.send('bob', 'hello from a tab', 'delivered')
    await bob.send('alice', 'hello from a terminal', 'delivered')
    expect(await tab.waitForTexts('bob', 2)).to.deep.equal(['hello from a tab', 'hello from a terminal'])
    expect(await texts(bob, 'alice', 2, 60_000)).to.deep.equal(['hello from a tab', 'hello from a terminal'])
    const status = await tab.call<{ atRest: string, peers: number }>('status')
    expect(status).to.include({ atRest: 'browser' })
    await tab.page.close()
  })
})
