import { expect } from 'chai'
import { texts } from '../support/actors.ts'
import { PageHouse } from '../support/page-house.ts'
import { PATIENCE_MS, patiently } from '../support/patience.ts'
import type { Person } from '../support/actors.ts'
import type { BrowserPerson, Tab } from '../support/tab.ts'

describe('two tabs of one person', function () {
  this.timeout(120_000)
  let home: PageHouse
  let bob: Person
  let alice: BrowserPerson
  let first: Tab
  let second: Tab

  before(async () => {
    home = await PageHouse.open('bob')
    bob = home.host
    alice = await home.person('alice')
    first = await alice.tab()
    second = await alice.tab()
    await home.meet(first)
    await first.send('bob', 'hello', 'delivered')
  })
  after(async () => { await home?.close() })

  it('the first leads, the second shows the same, and either may speak; errors are the same too', async () => {
    expect([await first.role(), await second.role()]).to.deep.equal(['leader', 'follower'])
    await second.send('bob', 'from the second tab', 'delivered')
    await bob.send('alice', 'I hear both', 'delivered')
    const said = ['hello', 'from the second tab', 'I hear both']
    expect(await first.waitForTexts('bob', 3)).to.deep.equal(said)
    expect(await second.waitForTexts('bob', 3)).to.deep.equal(said)
    const failed = async (tab: Tab): Promise<string> => tab.call('contacts.show', 'nobody').then(() => 'no error', (error: unknown) => /[A-Z]+_[A-Z]+: .*/.exec(String(error))?.[0] ?? String(error))
    expect(await failed(second)).to.equal(await failed(first))
    expect(await failed(second)).to.match(/^UNKNOWN_CONTACT/)
  })

  it('a tab whose browser is slow to enter it among those that live is not taken for one that is gone', async () => {
    const slow = await alice.blank()
    await slow.page.evaluate(() => {
      const request: (name: string, ...more: unknown[]) => Promise<unknown> = navigator.locks.request.bind(navigator.locks) as never
      Object.assign(navigator.locks, {
        request: async (name: string, ...more: unknown[]) => {
          if (name.startsWith('sotto-tab:')) await new Promise(resolve => { setTimeout(resolve, 500) }) // the disk on which the browser keeps its books
          return request(name, ...more)
        }
      })
    })
    await slow.open()
    expect(await slow.role()).to.equal('follower')
    const said = slow.page.evaluate(async () => (globalThis as unknown as { sotto: { more: (seen: number) => Promise<number> } }).sotto.more(0))
    await bob.send('alice', 'to the slow one as well', 'delivered')
    await patiently('the slow tab hears of it', said)
    expect((await slow.texts('bob')).at(-1)).to.equal('to the slow one as well')
    await slow.page.close()
  })

  it('when the first is closed in the middle of a burst the second leads, and nothing is lost or said twice', async () => {
    const burst = Array.from({ length: 40 }, (_, i) => `burst ${i}`)
    const sent = second.page.evaluate(async texts => Promise.all(texts.map(async text => (globalThis as unknown as { sotto: { call: (name: string, args: unknown[]) => Promise<unknown> } }).sotto.call('conversations.send', ['bob', { text }]))), burst)
    await first.page.close()
    await sent
    await second.becomes('leader')
    await second.call('conversations.flushed')
    const heard = (await texts(bob, 'alice', 44, PATIENCE_MS)).filter(text => text.startsWith('burst'))
    expect(heard.toSorted()).to.deep.equal(burst.toSorted())
  })

  it('when the one that leads crashes the next one leads: it has all, and what comes is told there', async () => {
    const third = await alice.tab()
    expect(await third.role()).to.equal('follower')
    await second.send('bob', 'stored before the crash')
    await second.crash()
    await third.becomes('leader')
    // heard before it is answered: else neither of the two comes first
    expect((await texts(bob, 'alice', 45, PATIENCE_MS)).at(-1)).to.equal('stored before the crash')
    await bob.send('alice', 'are you still there', 'delivered')
    const all = await third.waitForTexts('bob', 46)
    expect(all.slice(-2)).to.deep.equal(['stored before the crash', 'are you still there'])
    expect((await texts(bob, 'alice', 46, PATIENCE_MS)).length).to.equal(46)
    first = third
  })

  it('a tab that was reloaded is a tab like any other', async () => {
    second = await alice.tab()
    await first.reload()
    await second.becomes('leader')
    expect(await first.role()).to.equal('follower')
    await first.send('bob', 'reloaded', 'delivered')
    expect((await second.waitForTexts('bob', 47)).at(-1)).to.equal('reloaded')
  })

  it('erased in one tab, it is gone in both', async () => {
    const { profile } = first.opening
    await first.page.evaluate(async profile => (globalThis as unknown as { sotto: { eraseProfile: (profile: string) => Promise<void> } }).sotto.eraseProfile(profile), profile)
    for (const tab of [first, second]) {
      expect(await tab.call('status').then(() => 'running', (error: unknown) => String(error))).to.include('NOT_RUNNING')
      expect(await tab.page.evaluate(async profile => (globalThis as unknown as { sotto: { profileExists: (profile: string) => Promise<boolean> } }).sotto.profileExists(profile), profile)).to.equal(false)
    }
  })
})
