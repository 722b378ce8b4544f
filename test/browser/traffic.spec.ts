import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect } from 'chai'
import { openBrowser } from '../support/chromium.ts'
import { isThisMachine, netLog } from '../support/net-log.ts'
import { PageHouse } from '../support/page-house.ts'
import { pageAddresses } from '../support/tab.ts'
import type { NetLog } from '../support/net-log.ts'
import type { BrowserPerson, Tab } from '../support/tab.ts'

describe('what a page asks of the network', function () {
  this.timeout(120_000)
  let home: PageHouse
  const people: Array<{ person: BrowserPerson, log: NetLog, tab: Tab, urls: Set<string> }> = []

  before(async () => { home = await PageHouse.open('relay') })
  after(async () => { await home?.close() })

  it('is nobody but the origin of the page and libp2p peers: no name server, no STUN, no stranger, in either mode of the network', async () => {
    for (const name of ['alice', 'bob']) {
      const log = await netLog()
      const person = await home.person(name, { flags: log.flags })
      const urls = new Set<string>()
      person.browser.context.on('request', request => urls.add(new URL(request.url()).origin))
      person.browser.context.on('page', page => { page.on('websocket', socket => urls.add(new URL(socket.url()).origin)) })
      const tab = await person.tab({ network: name === 'alice' ? 'local' : 'public' })
      await tab.relayed()
      people.push({ person, log, tab, urls })
    }
    const [alice, bob] = people.map(({ tab }) => tab) as [Tab, Tab]
    await alice.call('contacts.add', await bob.link(), { name: 'bob' })
    await bob.acceptAs('alice')
    await alice.send('bob', 'hello', 'delivered')
    await alice.direct(1)
    await bob.send('alice', 'hello', 'delivered')
    const sockets = pageAddresses(home.host.ready.addresses).map(address => `ws://127.0.0.1:${/\/tcp\/(\d+)/.exec(address)?.[1]}`)
    for (const { person, log, urls } of people) {
      await person.close()
      expect([...urls].filter(url => url !== home.site.origin && !sockets.includes(url))).to.deep.equal([])
      const { hosts, addresses } = await log.read()
      expect(hosts).to.deep.equal(['127.0.0.1'])
      expect(addresses.filter(address => !isThisMachine(address))).to.deep.equal([])
    }
  })

  it('would be seen if it were somebody else', async () => {
    const log = await netLog()
    const browser = await openBrowser({ flags: log.flags })
    const page = await browser.context.newPage()
    await page.goto(home.site.origin)
    // whom it is sent to sees it come
    const somebody = createSocket('udp4')
    const asked = once(somebody, 'message')
    await new Promise<void>(resolve => { somebody.bind(3478, '127.66.66.66', resolve) })
    await page.evaluate(async () => {
      await fetch('https://dns.example/resolve?name=x').catch(() => {}) // no name is looked up here
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.66.66.66:3478' }] })
      peer.createDataChannel('x')
      await peer.setLocalDescription()
    })
    await asked
    somebody.close()
    await browser.close()
    const { hosts, addresses } = await log.read()
    expect(hosts).to.include('dns.example')
    expect(addresses).to.include('127.66.66.66')
  })
})
