import { expect } from 'chai'
import { Person, texts } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { openSite } from '../support/site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from '../support/tab.ts'
import type { Site } from '../support/site.ts'
import type { Tab } from '../support/tab.ts'
import type { MessageView, StatusView } from '@sotto/node'

const AWAY = 200

describe('bad days of a tab', function () {
  this.timeout(120_000)
  let house: House
  let site: Site
  let bob: Person
  let alice: BrowserPerson
  let tab: Tab

  before(async () => {
    site = await openSite(new URL('./page', import.meta.url).pathname)
    house = await House.open()
    bob = new Person(house, 'bob', { mailbox: 'contacts' })
    await bob.init()
    await bob.start([], FOR_PAGES)
    alice = await BrowserPerson.open('alice', site, pageAddresses(bob.ready.addresses))
    tab = await alice.tab()
    await tab.call('contacts.add', await bob.link(), { name: 'bob' })
    await bob.acceptAs('alice')
    await tab.send('bob', 'hello', 'delivered')
  })
  after(async () => {
    await alice?.close()
    await house?.close()
    await site?.close()
  })

  it(`alice closes her tab, bob says ${AWAY} things, she opens it again: all there, in order, once`, async () => {
    await tab.page.close()
    const messenger = await bob.messenger()
    const said = Array.from({ length: AWAY }, (_, i) => `while you were away ${i}`)
    for (const text of said) await messenger.conversations.send('alice', { text })
    tab = await alice.tab()
    const all = await tab.waitForTexts('bob', AWAY + 1, 60_000)
    expect(all).to.deep.equal(['hello', ...said])
  })

  it('the browser is killed in the middle of a burst: what was said to be stored is there, and goes out once', async () => {
    const kept: string[] = []
    const page = tab.page
    await page.exposeFunction('kept', (text: string) => { kept.push(text) })
    const burst = page.evaluate(async () => {
      const { sotto, kept } = globalThis as unknown as { sotto: { call: (name: string, args: unknown[]) => Promise<unknown> }, kept: (text: string) => Promise<void> }
      for (let i = 0; ; i++) {
        const text = `burst ${i}`
        await sotto.call('conversations.send', ['bob', { text }])
        await kept(text)
      }
    }).catch(() => {}) // it ends with the renderer
    await tab.poll('a part of the burst', async () => kept.length >= 20 || undefined)
    await tab.crash()
    await burst
    const confirmed = [...kept]
    tab = await alice.tab()
    const own = (await tab.texts('bob')).filter(text => text.startsWith('burst'))
    expect(own.slice(0, confirmed.length)).to.deep.equal(confirmed)
    await tab.call('conversations.flushed')
    const heard = (await texts(bob, 'alice', AWAY + 1 + own.length, 60_000)).filter(text => text.startsWith('burst'))
    expect(heard).to.deep.equal(own)
  })

  it('the disk is full: what cannot be kept is refused, nothing is lost, and it goes on when there is room', async () => {
    const carol = await BrowserPerson.open('carol', site, pageAddresses(bob.ready.addresses))
    try {
      const full = await carol.blank()
      const session = await carol.browser.context.newCDPSession(full.page)
      // before the first look at the database: the browser asks how much room there is then, and seldom later
      await session.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 400_000 })
      await full.open()
      const self = (await full.call<{ id: string }>('self')).id
      const said: string[] = []
      let refused: string | undefined
      for (let i = 0; refused === undefined && i < 50; i++) {
        const text = `${i} ${'x'.repeat(30_000)}`
        refused = await full.call('conversations.send', self, { text }).then(() => { said.push(text); return undefined }, (error: unknown) => String(error))
      }
      expect(refused).to.include('STORE_FULL')
      expect(said).to.not.deep.equal([])
      expect(await full.texts(self)).to.deep.equal(said)
      await session.send('Storage.overrideQuotaForOrigin', { origin: site.origin })
      await full.send(self, 'room again')
      await full.reload()
      expect(await full.texts(self)).to.deep.equal([...said, 'room again'])
    } finally {
      await carol.close()
    }
  })

  it('a clock that is a day ahead is said, and takes nothing away', async () => {
    await tab.page.addInitScript(() => {
      const now = Date.now.bind(Date)
      Date.now = () => now() + 24 * 60 * 60 * 1000
    })
    await tab.reload()
    await tab.send('bob', 'from tomorrow', 'delivered')
    await bob.send('alice', 'from today', 'delivered')
    expect((await tab.waitForTexts('bob', 1)).slice(-2)).to.deep.equal(['from tomorrow', 'from today'])
    const [late] = (await tab.call<MessageView[]>('conversations.history', 'bob', { limit: 2 }))
    expect(late).to.include({ text: 'from tomorrow' })
    const heard = await (await bob.messenger()).conversations.history('alice', { limit: 2 })
    expect(heard[0]).to.include({ text: 'from tomorrow', clockWrong: true })
  })

  it('the browser throws the profile away while it is open: the page says so, and begins nothing anew', async () => {
    await tab.page.evaluate(async () => new Promise(resolve => { indexedDB.deleteDatabase('sotto:default/store').onsuccess = resolve }))
    const refused = await tab.call('conversations.send', 'bob', { text: 'into nothing' }).then(() => 'kept', (error: unknown) => String(error))
    expect(refused).to.match(/STORE_/)
    expect(await tab.page.evaluate(async () => (globalThis as unknown as { sotto: { profileExists: (profile: string) => Promise<boolean> } }).sotto.profileExists('default'))).to.equal(false)
  })

  it('a passphrase is asked for at each start, until it is right', async () => {
    const eve = await BrowserPerson.open('eve', site, [])
    try {
      const first = await eve.tab({ passphrases: ['correct horse'] })
      expect((await first.call<StatusView>('status')).atRest).to.equal('passphrase')
      await first.page.close()
      const again = await eve.tab({ passphrases: ['wrong', 'correct horse'] })
      expect((await again.call<StatusView>('status')).name).to.equal('eve')
    } finally {
      await eve.close()
    }
  })
})
