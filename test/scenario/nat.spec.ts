import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { Person } from '../support/actors.ts'
import { Internet, noNamespaces } from '../support/namespaces.ts'
import { House } from '../support/process.ts'
import type { Router } from '../support/namespaces.ts'
import type { StatusView } from '@sotto/node'

/** Where STUN and TURN live: registered (RFC 8489, RFC 8656), and what the public servers of big companies use. */
const STUN_PORTS = new Set([3478, 3479, 5349, 5350, 19302, 19305])

/** Asks until the answer is as it should be: no event tells of what is in the network's own books. */
async function until<T> (what: string, ms: number, ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  let answer = await ask()
  for (const deadline = Date.now() + ms; !isRight(answer); answer = await ask()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms} ms\n${JSON.stringify(answer, undefined, 1)}`)
    await new Promise(resolve => { setTimeout(resolve, 50) })
  }
  return answer
}

describe('behind routers', function () {
  this.timeout(120_000)
  const missing = noNamespaces()
  let net: Internet
  let house: House
  /** public addresses of somebody's node, which knows nobody, and relays as little as those of the public network */
  let hub: string[]
  /** machines that run a node */
  let machines: string[]

  before(async function () {
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`)
      this.skip()
    }
    net = await Internet.open()
    await net.machine('hub')
    const { addresses } = await net.program<{ addresses: string[] }>('hub', fileURLToPath(new URL('../support/small-relay.child.ts', import.meta.url)))
    hub = addresses.filter(address => address.startsWith('/ip4/11.'))
    expect(hub, addresses.join(' ')).not.to.be.empty
  })
  beforeEach(async () => {
    house = await House.open()
    machines = ['hub']
  })
  afterEach(async () => {
    try {
      await asksNobodyElse()
    } finally {
      await house.close()
    }
  })
  after(async () => {
    await (net as Internet | undefined)?.close()
  })

  /** All that was sent, by anybody, went to machines of ours, to the own router, or by multicast into the own LAN. */
  async function asksNobodyElse (): Promise<void> {
    for (const machine of machines) {
      const sent = await net.sent(machine)
      expect(sent, `${machine} sent something`).not.to.be.empty
      for (const { protocol, address, port } of sent) {
        const place = `${protocol} ${address} ${port}`
        expect(place, machine).to.match(/ (11\.0\.\d+\.2|192\.168\.\d+\.\d|224\.0\.0\.251|239\.255\.255\.250|ff0\w::\w+|fe80::[\w:]+) /)
        expect(STUN_PORTS.has(port), place).to.equal(false)
      }
    }
  }

  const status = async (person: Person): Promise<StatusView> => (await person.messenger()).status()

  /** A node on a machine, which knows the given ones from the start. */
  async function live (name: string, bootstrap: readonly string[]): Promise<Person> {
    const person = new Person(house, name, { bootstrap, mailbox: 'off' })
    machines.push(name)
    await person.start(['--name', name], { within: net.within(name), env: { SOTTO_LISTEN: '/ip4/0.0.0.0/tcp/0' } })
    return person
  }

  /** People at home behind a router each, who know a public node. */
  async function town (kind: Router, ...names: string[]): Promise<Person[]> {
    await Promise.all(names.map(async name => {
      await net.router(`home-of-${name}`, kind)
      await net.behind(`home-of-${name}`, name)
    }))
    return Promise.all(names.map(async name => live(name, hub)))
  }

  async function say (from: Person, to: string, text: string, ms = 60_000): Promise<void> {
    const { conversations } = await from.messenger()
    const { message } = await conversations.send(to, { text })
    await conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(ms) })
  }

  const hasRelay = async (person: Person): Promise<unknown> => until(`${person.name} to have a relay`, 60_000, async () => status(person), ({ addresses }) => addresses.some(address => address.includes('/p2p-circuit')))

  async function befriend (a: Person, b: Person): Promise<void> {
    await Promise.all([a, b].map(hasRelay))
    const [one, other] = await Promise.all([a.messenger(), b.messenger()])
    await one.contacts.add((await other.self()).link, { name: b.name })
    const request = await b.request()
    await other.requests.accept(request.id, { name: a.name })
    await say(a, b.name, `I am ${a.name}`)
    await say(b, a.name, `I am ${b.name}`)
  }

  const isDirect = ({ direct, relayed }: StatusView): boolean => direct === 2 && relayed === 0

  it('that keep ports, alice and bob find a relay, and a direct way through both; with her laptop elsewhere alice is back in seconds', async () => {
    const [alice, bob] = await town('cone', 'alice', 'bob') as [Person, Person]
    await Promise.all([alice, bob].map(hasRelay))
    const began = performance.now()
    await Promise.all([befriend(alice, bob), until('a direct connection', 60_000, async () => status(alice), isDirect)])
    console.log(`      friends, and nothing but direct, ${Math.round(performance.now() - began)} ms after the first dial`)
    await say(alice, 'bob', 'through both routers')
    await say(bob, 'alice', 'and back')
    // who asked for bob's inbox under a throw-away name may still be there, through the relay
    await until('bob to see it so', 60_000, async () => status(bob), ({ direct }) => direct === 2)
    await hasRelay(bob) // for the next who looks for him

    await net.router('office', 'cone')
    const pulled = performance.now()
    await net.plug('alice', 'office', 7)
    const plugged = performance.now()
    await Promise.all([say(bob, 'alice', 'where are you?'), say(alice, 'bob', 'at the office')])
    console.log(`      back ${Math.round(performance.now() - plugged)} ms after the cable was in, ${Math.round(performance.now() - pulled)} ms after it was pulled`)
    await hasRelay(alice)
  })

  it('of the symmetric kind, what they say goes through the relay, beyond its limits, and doctor says so', async () => {
    const [carol, dave] = await town('symmetric', 'carol', 'dave') as [Person, Person]
    await befriend(carol, dave)
    const began = performance.now()
    // three times what the relay carries in one connection
    const texts = Array.from({ length: 16 }, (_, number) => `${number} ${randomBytes(12 * 1024).toString('hex')}`)
    await Promise.all(texts.map(async text => say(carol, 'dave', text, 60_000)))
    console.log(`      384 KiB through a relay of 128 KiB in ${Math.round(performance.now() - began)} ms`)
    const heard = await (await dave.messenger()).conversations.history('carol', { limit: 100 })
    expect(heard.map(({ text }) => text)).to.include.members(texts)
    await say(dave, 'carol', 'and back')
    await until('carol to see it so', 60_000, async () => status(carol), ({ direct, reachable }) => direct === 1 && reachable === 'lan')
    await until('the doctor to say so', 60_000, async () => (await carol.messenger()).doctor(), found => found.some(({ code }) => code === 'contact-relayed'))
  })

  it('that forward ports to who asks (UPnP), erin is reached by anybody, and takes no relay', async () => {
    const outside = await net.router('home', 'cone')
    await net.behind('home', 'erin')
    await net.upnp('home', house.directory)
    const erin = await live('erin', hub)
    const began = performance.now()
    const seen = await until('erin to be public', 60_000, async () => status(erin), ({ reachable, addresses }) => reachable === 'public' && !addresses.some(address => address.includes('/p2p-circuit')))
    console.log(`      public ${Math.round(performance.now() - began)} ms after the start`)
    expect(seen.addresses[0]).to.match(new RegExp(`^/ip4/${outside}/tcp/\\d+/`))
    await net.machine('frank')
    const frank = await live('frank', [seen.addresses[0] ?? ''])
    await until('frank to reach erin', 60_000, async () => status(frank), ({ direct }) => direct > 0)
  })
})
