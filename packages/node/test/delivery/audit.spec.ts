import { Reconcile, MAX_RECONCILE_BYTES } from '@sotto/protocols/sync'
import { decodePayload } from '@sotto/protocols/session'
import { expect } from 'chai'
import { hex } from '../../src/delivery/channel-state.ts'
import { Wire, entriesOf, friends } from './people.ts'
import type { Pair, TestPerson } from './people.ts'

const none = new Uint8Array(0)

describe('two logs that should be the same', function () {
  this.timeout(120_000)
  let pair: Pair
  let alice: TestPerson
  let bob: TestPerson
  let wire: Wire

  beforeEach(async () => {
    pair = await friends();
    ({ alice, bob, wire } = pair)
  })

  const count = (person: TestPerson, change: string): number => person.changes.filter(one => one.change === change).length

  /** Questions and answers that left alice's hands, and wait for a way. */
  const sealed = (): number => alice.state.outbox.list().filter(({ kind }) => kind === 'repair').length

  /** Alice's profile as it stands now, opened a second time: bob cannot tell them apart. */
  async function copyOfAlice (): Promise<TestPerson> {
    const copy = await alice.copy(pair.clock)
    copy.peer = bob
    await copy.open()
    return copy
  }

  it('SYN-15: a receipt for what another one said in our name is none, and is told', async () => {
    await alice.say('before')
    await wire.settle(alice, bob)
    const copy = await copyOfAlice()
    await copy.say('from the copy')
    await new Wire().step(copy)
    await wire.settle(bob, alice)
    await alice.say('from the original')
    await wire.settle(alice, bob)
    expect(count(alice, 'disowned')).to.be.above(0)
    expect(await bob.texts()).to.deep.equal(['before', 'from the copy'])
    expect(alice.state.record.delivered[hex(bob.device)], 'what was said before the copy').to.equal(1)
  })

  it('SYN-14: the first entry that differs is found and exchanged, so that both sides have the proof', async () => {
    await alice.say('before')
    await wire.settle(alice, bob)
    const copy = await copyOfAlice()
    for (let n = 0; n < 5; n++) await copy.say(`from the copy ${n}`)
    await new Wire().step(copy)
    await wire.settle(bob, alice)
    // the copy used keys that alice has yet to use: some of what she says is taken for a repetition
    for (let n = 0; n < 12 && count(alice, 'equivocation') === 0; n++) {
      pair.clock.move(61_000)
      await alice.say(`from the original ${n}`)
      await wire.settle(alice, bob)
    }
    const [proof] = alice.changes.filter(({ change }) => change === 'equivocation')
    expect(proof).to.deep.include({ change: 'equivocation' })
    expect(await alice.state.log.conflicts(alice.device, 2)).to.have.length(1)
    pair.clock.move(61_000)
    await wire.settle(alice, bob)
    expect((await bob.state.log.conflicts(alice.device, 2)).length).to.equal(1)
    // both know: it is not looked for again
    const before = wire.sealed.length
    for (let n = 0; n < 3; n++) {
      pair.clock.move(61_000)
      alice.state.due.receipts = bob.state.due.receipts = true
      await wire.settle(alice, bob)
    }
    expect(wire.sealed.length - before).to.be.at.most(8)
  })

  it('SYN-14: a comparison is begun with a device once a minute at most, whatever its heads say', async () => {
    await alice.say('hello')
    await wire.settle(alice, bob)
    const head = { author: alice.device, sequence: 1, hash: new Uint8Array(32).fill(9) }
    for (let n = 0; n < 20; n++) await bob.inject({ heads: [{ ...head, hash: new Uint8Array(32).fill(n) }] })
    expect(sealed()).to.equal(1)
    pair.clock.move(31_000)
    await bob.inject({ heads: [head] })
    expect(sealed()).to.equal(1)
    pair.clock.move(31_000)
    await bob.inject({ heads: [head] })
    expect(sealed()).to.equal(2)
  })

  it('SYN-6: questions cost nothing, answers do: a flood of them ends at the same bound as repairs', async () => {
    await alice.say('hello')
    await wire.settle(alice, bob)
    const span = { from: none, to: none, fingerprint: new Uint8Array(32), chains: [], known: false }
    const question = Reconcile.encode({ to: alice.device, answer: false, more: false, spans: [span], probes: [] })
    let answers = 0
    alice.state.repairBudget.bytes = 20 * 4096 // of 1,024 answers
    for (let n = 0; n < 40; n++) {
      await bob.inject({ reconcile: question })
      answers += alice.state.due.reconciles.splice(0).length
    }
    expect(answers + sealed()).to.equal(20)
    pair.clock.move(1000)
    for (let n = 0; n < 12; n++) await bob.inject({ reconcile: question })
    expect(alice.state.due.reconciles.length, 'and few wait').to.equal(8)
  })

  it('SYN-12: answers that were not asked for, or are meant for another device, change nothing', async () => {
    await alice.say('hello')
    await wire.settle(alice, bob)
    const chain = { author: bob.device, ranges: [{ from: 1, to: 9999, hash: new Uint8Array(32) }] }
    const span = { from: none, to: none, fingerprint: none, chains: [chain], known: false }
    for (const to of [alice.device, bob.device, none]) await bob.inject({ reconcile: Reconcile.encode({ to, answer: true, more: false, spans: [span], probes: [] }) })
    await bob.inject({ reconcile: Reconcile.encode({ to: bob.device, answer: false, more: false, spans: [{ ...span, chains: [], fingerprint: new Uint8Array(32) }], probes: [] }) })
    await bob.inject({ reconcile: new Uint8Array(MAX_RECONCILE_BYTES + 1) })
    expect(alice.state.due.reconciles).to.deep.equal([])
    expect(alice.state.due.wants).to.deep.equal([])
  })

  it('SYN-2: what waits already is not asked for again: of a hole only the hole', async () => {
    const said = entriesOf(bob.device, bob.conversation, 30)
    for (const lost of [0, 9, 10, 20]) expect(said[lost]).to.not.equal(undefined)
    for (const [n, entry] of said.entries()) if (![0, 9, 10, 20].includes(n)) await bob.inject({ runs: [await bob.run([entry])] })
    await bob.inject({ heads: [{ author: bob.device, sequence: 32, hash: none }] })
    pair.clock.move(2500)
    expect(alice.state.due.wants.map(({ from, to }) => [from, to])).to.deep.equal([[1, 1], [10, 11], [21, 21], [31, 32]])
  })

  it('SYN-1: heads carry the hash of what they name, our own included', async () => {
    await bob.say('hello')
    await alice.say('hello yourself')
    await wire.settle(alice, bob)
    const seen = bob.state.peerHeads.get(hex(alice.device))!
    for (const { author, sequence, hash } of seen) expect(hash).to.deep.equal(await alice.state.log.hashAt(author, sequence))
    expect(seen).to.have.length(2)
    expect(decodePayload(none)?.reconcile).to.deep.equal(none)
  })
})
