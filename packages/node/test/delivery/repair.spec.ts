import { expect } from 'chai'
import { hex } from '../../src/delivery/channel-state.ts'
import { MAX_AUTHORS_PER_IDENTITY } from '../../src/delivery/channel-record.ts'
import { REPAIR_BURST_BYTES } from '../../src/delivery/seal.ts'
import { ROLE_LINKED, deviceIdOf, issueCredential } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { TestPerson, Wire, entriesOf, friends, introduce, reconnect } from './people.ts'
import type { Pair } from './people.ts'

const none = new Uint8Array(0)

describe('the log heals', function () {
  this.timeout(120_000)
  let pair: Pair
  let alice: TestPerson
  let bob: TestPerson
  let wire: Wire

  beforeEach(async () => {
    pair = await friends();
    ({ alice, bob, wire } = pair)
  })

  const settle = async (): Promise<number> => wire.settle(alice, bob)
  /** Lets the time pass in which what is missing is asked for. */
  const heal = async (rounds = 1): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      pair.clock.move(2500)
      await settle()
    }
  }

  it('SYN-2: a message that was lost on the way is seen to be missing, asked for and brought', async () => {
    wire.drops = ({ kind }) => kind === 'message'
    await alice.say('lost')
    await settle()
    wire.drops = () => false
    await alice.say('arrives')
    await settle()
    expect(await bob.texts(), 'it waits for the one before').to.deep.equal([])
    expect(bob.state.log.gaps()).to.deep.equal([{ author: alice.device, from: 1, to: 1 }])
    await heal()
    expect(await bob.texts()).to.deep.equal(['lost', 'arrives'])
    expect(alice.changes.filter(({ change }) => change === 'delivered').at(-1)).to.deep.include({ to: 2 })
  })

  it('SYN-2: nothing is asked for that had no time to come by itself', async () => {
    wire.drops = ({ kind }) => kind === 'message'
    await alice.say('slow')
    await settle()
    const [slow] = alice.state.outbox.list().filter(({ kind }) => kind === 'message')
    wire.drops = () => false
    await alice.say('fast')
    await settle()
    pair.clock.move(1000)
    expect(bob.state.due.wants).to.deep.equal([])
    slow!.sent.clear()
    await settle()
    pair.clock.move(5000)
    expect(bob.state.due.wants).to.deep.equal([])
    expect(await bob.texts()).to.deep.equal(['slow', 'fast'])
  })

  it('SYN-1: when a stream opens both say what they have, and a partition heals both ways', async () => {
    wire.drops = () => true
    for (let n = 0; n < 5; n++) {
      await alice.say(`a${n}`)
      await bob.say(`b${n}`)
    }
    await settle()
    for (const person of [alice, bob]) await person.channel.later(person.state.outbox.remove(person.state.outbox.list().map(({ number }) => number)))
    wire.drops = () => false
    reconnect(alice, bob)
    await settle()
    await heal(2)
    expect(await alice.texts()).to.have.length(10)
    expect(await bob.texts()).to.deep.equal(await alice.texts())
  })

  it('SYN-8: who lacks what was sent long ago, and does not know it, is told', async () => {
    wire.drops = ({ kind }) => kind === 'message'
    await alice.say('lost for good')
    await settle()
    wire.drops = () => false
    pair.clock.move(60_000)
    bob.state.due.receipts = true
    await settle()
    await heal()
    expect(await bob.texts()).to.deep.equal(['lost for good'])
  })

  it('SYN-8: … and once a minute at most', async () => {
    wire.drops = ({ kind }) => kind === 'message' || kind === 'repair'
    await alice.say('lost for good')
    await settle()
    pair.clock.move(60_000)
    const before = wire.sealed.filter(({ from }) => from === 'alice').length
    for (let n = 0; n < 20; n++) await bob.inject({ heads: [{ author: bob.device, sequence: 0, hash: none }] })
    await settle()
    expect(wire.sealed.filter(({ from }) => from === 'alice').length - before).to.equal(1)
  })

  it('SYN-3: a long history is brought in full, not a page every ten seconds', async () => {
    alice.up = false
    for (let n = 0; n < 1500; n++) await alice.say(`${n} ${'x'.repeat(200)}`)
    wire.drops = ({ kind }) => kind === 'message'
    alice.up = true
    await settle()
    wire.drops = () => false
    await alice.say('the end')
    await settle()
    await heal()
    expect(await bob.texts()).to.have.length(1501)
    expect(await bob.texts()).to.deep.equal(await alice.texts())
  })

  it('SYN-3: repairs do not push each other out before they left', async () => {
    wire.drops = ({ kind }) => kind === 'message'
    for (let n = 0; n < 12; n++) await alice.say(`${n} ${'x'.repeat(30_000)}`)
    await settle()
    wire.drops = () => false
    alice.window = 1
    bob.channel.greet()
    reconnect(alice)
    await alice.say('the end')
    await settle()
    await heal()
    expect((await bob.texts()).length).to.equal(13)
    expect(alice.state.outbox.list().filter(({ kind }) => kind === 'repair')).to.deep.equal([])
  })

  it('SYN-2: what nobody can give is asked for less and less often', async () => {
    const nobody = new Uint8Array(16).fill(0xee)
    await bob.inject({ heads: [{ author: nobody, sequence: 7, hash: none }] })
    let asked = 0
    const before = wire.sealed.length
    for (let second = 0; second < 3600; second += 5) {
      pair.clock.move(5000)
      if (alice.state.due.wants.length > 0) asked++
      await settle()
    }
    expect(asked).to.be.within(5, 15)
    expect(wire.sealed.length - before).to.be.lessThan(60)
  })

  it('SYN-6: questions are answered within a budget, whatever a peer asks', async () => {
    alice.up = false
    for (let n = 0; n < 150; n++) await alice.say('x'.repeat(30_000))
    alice.up = true
    await settle()
    const want = { author: alice.device, from: 1, to: 4096 }
    let answered = 0
    for (let n = 0; n < 200; n++) {
      await bob.inject({ wants: Array.from({ length: 64 }, () => want) })
      answered += await wire.settle(alice)
    }
    expect(answered).to.be.within(REPAIR_BURST_BYTES / 2, REPAIR_BURST_BYTES + 256 * 1024)
    pair.clock.move(10_000)
    await bob.inject({ wants: [want] })
    expect(await wire.settle(alice), 'and again as time goes by').to.be.within(500_000, 2_000_000)
  })

  it('SYN-6: a question for what we have not costs nothing', async () => {
    await bob.inject({ wants: [{ author: alice.device, from: 5, to: 10 }, { author: new Uint8Array(16), from: 1, to: 10 }] })
    expect(alice.state.due.repairs.size).to.equal(0)
  })

  it('SYN-5: who comes back from the phrase as a new device gets the whole history, its own words too', async () => {
    await alice.say('do you remember?')
    await settle()
    await bob.say('all of it')
    await settle()
    const entropy = bob.entropy
    const returned = await TestPerson.create('bob', pair.clock, entropy)
    returned.peer = alice
    alice.peer = returned
    await returned.open()
    await introduce(returned, alice, new Uint8Array(16).fill(9))
    const wire2 = new Wire()
    await wire2.settle(alice, returned)
    for (let round = 0; round < 3; round++) {
      pair.clock.move(2500)
      await wire2.settle(alice, returned)
    }
    expect(await returned.texts()).to.deep.equal(await alice.texts())
    expect(await returned.texts()).to.deep.equal(['do you remember?', 'all of it'])
    expect(returned.state.log.unread, 'one\'s own words are not news').to.equal(1)
    await returned.say('where was I?')
    await wire2.settle(alice, returned)
    expect(await alice.texts()).to.deep.equal(['do you remember?', 'all of it', 'where was I?'])
  })

  describe('and believes only those who may speak', () => {
    it('SYN-5: entries of a device of a third person are refused, however well they are signed', async () => {
      const mallory = await TestPerson.create('mallory', pair.clock)
      mallory.peer = alice
      const entries = entriesOf(mallory.device, alice.conversation, 2)
      const run = await bob.run(entries, mallory.own.leafSeed, mallory.own.credential)
      await bob.inject({ runs: [run] })
      expect(await alice.texts()).to.deep.equal([])
      expect(alice.state.record.authors).to.not.have.property(hex(mallory.device))
    })

    it('SYN-5: a credential that is not the author\'s opens nothing', async () => {
      const other = await TestPerson.create('bob', pair.clock, bob.entropy)
      const entries = entriesOf(new Uint8Array(16).fill(5), alice.conversation, 1)
      await bob.inject({ runs: [await bob.run(entries, other.own.leafSeed, other.own.credential)] })
      expect(await alice.texts()).to.deep.equal([])
    })

    it('MSG-2: a run whose signature does not fit, or that was sealed for another conversation, is refused', async () => {
      const entries = entriesOf(bob.device, alice.conversation, 3)
      await bob.inject({ runs: [await bob.run(entries, randomSeed())] })
      const elsewhere = entriesOf(bob.device, new Uint8Array(32).fill(1), 3)
      await bob.inject({ runs: [await bob.run(elsewhere)] })
      expect(await alice.texts()).to.deep.equal([])
      await bob.inject({ runs: [await bob.run(entries)] })
      expect(await alice.texts()).to.deep.equal(['said 1', 'said 2', 'said 3'])
    })

    it('SYN-5: nobody brings more devices than a person may have', async () => {
      for (let n = 0; n < MAX_AUTHORS_PER_IDENTITY + 6; n++) {
        const seed = randomSeed()
        const leafKey = publicKeyOf(seed)
        const credential = await issueCredential(bob.own.identitySeed!, leafKey, ROLE_LINKED)
        const entries = entriesOf(deviceIdOf(leafKey), alice.conversation, 1, `device ${n}`)
        await bob.inject({ runs: [await bob.run(entries, seed, credential)] })
      }
      expect(Object.values(alice.state.record.authors).filter(({ identity }) => hex(identity) === hex(bob.own.identity))).to.have.length(MAX_AUTHORS_PER_IDENTITY)
      await alice.say('still here')
      await settle()
      expect(bob.state.log.heldCount, 'an answer to all of them still fits').to.equal(1)
    })

    it('MSG-8: own entries that this device never wrote tell of a copied profile, and are not taken', async () => {
      await alice.say('mine')
      await settle()
      const forged = entriesOf(alice.device, alice.conversation, 3, 'also mine')
      await bob.inject({ runs: [await alice.run(forged)] })
      expect(await alice.texts()).to.deep.equal(['mine'])
      expect(alice.changes.filter(({ change }) => change === 'equivocation')).to.have.length(1)
    })
  })
})
