import { expect } from 'chai'
import { Person, befriend } from '../support/actors.ts'
import { Internet, noNamespaces } from '../support/namespaces.ts'
import { House } from '../support/process.ts'
import type { Router } from '../support/namespaces.ts'
import type { StatusView } from '@sotto/node'

/** Asks until the answer is as it should be; nothing tells of what is in the network's own books. */
async function until<T> (what: string, ms: number, ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  let answer = await ask()
  for (const deadline = Date.now() + ms; !isRight(answer); answer = await ask()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms} ms\n${JSON.stringify(answer, undefined, 1)}`)
    await new Promise(resolve => { setTimeout(resolve, 100) })
  }
  return answer
}

describe('behind routers', function () {
  this.timeout(120_000)
  const missing = noNamespaces()
  let net: Internet
  let house: House

  before(function () {
    if (missing === undefined) return
    console.log(`      skipped: ${missing}`)
    this.skip()
  })
  beforeEach(async () => {
    net = await Internet.open()
    house = await House.open()
  })
  afterEach(async () => {
    await house.close()
    await net.close()
  })

  const status = async (person: Person): Promise<StatusView> => (await person.messenger()).status()

  /** A node on a machine, which knows the public one from the start. */
  async function live (name: string, bootstrap: readonly string[] = [], mailbox: 'off' | 'volunteer' = 'off', port = 0): Promise<Person> {
    const person = new Person(house, name, { bootstrap, mailbox })
    await person.init()
    await person.start([], { within: net.within(name), env: { SOTTO_LISTEN: `/ip4/0.0.0.0/tcp/${port}` } })
    return person
  }

  async function friends (kind: Router, mailbox: 'off' | 'volunteer' = 'off'): Promise<{ hub: Person, alice: Person, bob: Person }> {
    await net.machine('hub')
    await Promise.all(['alice', 'bob'].map(async name => {
      await net.router(`home-of-${name}`, kind)
      await net.behind(`home-of-${name}`, name)
    }))
    const hub = await live('hub', [], mailbox, 4001)
    const known = hub.ready.addresses.filter(address => address.startsWith('/ip4/11.'))
    const [alice, bob] = await Promise.all(['alice', 'bob'].map(async name => live(name, known))) as [Person, Person]
    for (const person of [alice, bob]) await until(`${person.name} to have a relay`, 15_000, async () => status(person), ({ addresses }) => addresses.some(address => address.includes('/p2p-circuit')))
    await befriend(alice, bob)
    return { hub, alice, bob }
  }

  it('that keep ports, alice and bob find a relay, and then a direct way through both', async () => {
    const { alice, bob } = await friends('cone')
    const began = Date.now()
    await until('a direct connection', 20_000, async () => status(alice), ({ direct, relayed }) => direct === 2 && relayed === 0)
    console.log(`      direct ${Date.now() - began} ms after the first messages`)
    await alice.send('bob', 'through both routers', 'delivered')
    await bob.send('alice', 'and back', 'delivered')
  })

  it('of the symmetric kind, what they say goes through the relay', async () => {
    const { alice, bob } = await friends('symmetric')
    await alice.send('bob', 'through the relay', 'delivered')
    await bob.send('alice', 'and back', 'delivered')
    const seen = await status(alice)
    expect(seen).to.include({ direct: 1, relayed: 1 })
  })
})
