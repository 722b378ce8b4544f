import { Signal } from '@sotto/protocols/call'
import { expect } from 'chai'
import fc from 'fast-check'
import { AUDIO, bytes, id, sdpOf, Street } from './people.ts'
import type { Device } from './people.ts'

const CALL = '11'.repeat(16)
const OTHER = '22'.repeat(16)
const person = (digit: string): string => digit.repeat(64)
const [ALICE, BOB, CAROL, DAVE] = ['a', 'b', 'c', 'd'].map(person) as [string, string, string, string]

describe('a call of several people', () => {
  let street: Street
  let alice: Device
  let bob: Device
  let carol: Device
  let dave: Device

  beforeEach(() => {
    street = new Street()
    ;[alice, bob, carol, dave] = ['a', 'b', 'c', 'd'].map(digit => street.device(person(digit), id(digit))) as [Device, Device, Device, Device]
  })

  /** Whoever is connected hears the others. */
  const flow = (call = CALL): void => {
    for (const device of street.devices) for (const pair of device.state.calls) if (pair.id === call && pair.phase === 'connecting') device.do({ event: 'flowing', call, peer: pair.peer })
  }
  const talk = (): void => {
    alice.invite(BOB, CALL, CAROL)
    bob.answer(CALL)
    carol.answer(CALL)
    flow()
  }
  /** who hears whom, as `ab` for alice and bob */
  const heard = (call = CALL): string[] => street.devices.flatMap(device => device.state.calls.filter(pair => pair.id === call && pair.phase === 'active').map(pair => device.person.slice(0, 1) + pair.peer.slice(0, 1))).sort()
  const invite = (from: Device, to: Device, others: string[], call = CALL, joining = false, number = 1000): void => {
    street.hand(to, from, Signal.encode({ call: bytes(call), number, to: bytes(''), invite: { tracks: AUDIO, sdp: from.sdp, others: others.map(bytes), joining, again: false } }))
  }

  it('CALL-13: alice calls bob and carol: each two of the three hear each other, in one call, by a pair of their own', () => {
    talk()
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
    for (const device of [alice, bob, carol]) expect(device.state.parties.map(party => party.id)).to.deep.equal([CALL])
    expect(alice.party(CALL)?.people).to.deep.equal([BOB, CAROL])
  })

  it('CALL-13: eight in one call are twenty-eight pairs', () => {
    const more = ['e', 'f', '1', '2'].map(digit => street.device(person(digit), id(digit)))
    const [, ...others] = street.devices
    alice.invite(BOB, CALL, ...others.slice(1).map(device => device.person))
    for (const device of others) device.answer(CALL)
    flow()
    expect(heard()).to.have.length(8 * 7)
    expect(more[0]?.party(CALL)?.people).to.have.length(7)
    const ninth = street.device(person('3'), id('3'))
    alice.add(ninth.person, CALL)
    expect(ninth.effects, 'nobody rings for a ninth').to.deep.equal([])
  })

  it('CALL-14: an invitation that names its sender, or the one who gets it, rings for nobody', () => {
    invite(alice, bob, [BOB, CAROL])
    invite(alice, bob, [ALICE])
    expect(bob.effects).to.deep.equal([])
  })

  it('CALL-15: it rings once, however many of the call invite; who refuses it refuses all', () => {
    alice.invite(BOB, CALL, CAROL)
    bob.answer(CALL)
    expect(carol.pairs(CALL)).to.deep.equal(['aa ringing incoming', 'bb ringing incoming'])
    expect(carol.state.parties).to.have.length(1)
    carol.do({ event: 'hang up', call: CALL })
    expect(carol.state.parties).to.deep.equal([])
    flow()
    expect(heard()).to.deep.equal(['ab', 'ba'])
    expect(alice.party(CALL)?.past.map(({ peer, end }) => [peer, end])).to.deep.equal([[CAROL, 'declined']])
  })

  it('CALL-15: where one device is in the call, the others of that person stop for all of it', () => {
    const tablet = street.device(CAROL, id('e'))
    alice.invite(BOB, CALL, CAROL)
    bob.answer(CALL)
    expect(tablet.pairs(CALL)).to.have.length(2)
    carol.answer(CALL)
    flow()
    expect(tablet.state.calls).to.deep.equal([])
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
  })

  it('CALL-16: who are no contacts of each other are apart, and the call goes on without that pair', () => {
    bob.strangers.add(CAROL)
    carol.strangers.add(BOB)
    talk()
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'ca'])
    expect([bob.party(CALL)?.apart, carol.party(CALL)?.apart]).to.deep.equal([[CAROL], [BOB]])
    expect(street.said.filter(({ from, signal }) => from === bob && signal.invite !== undefined), 'nothing is said to a stranger').to.deep.equal([])
  })

  it('CALL-16: an invitation of one who joined rings nowhere by itself: it waits for one of somebody who wants us there', () => {
    invite(bob, carol, [ALICE], CALL, true)
    invite(dave, carol, [ALICE, BOB], CALL, true)
    expect(carol.effects, 'nobody is woken by who was only named').to.deep.equal([])
    alice.invite(BOB, CALL, CAROL)
    expect(carol.pairs(CALL)).to.deep.equal(['aa ringing incoming', 'bb ringing incoming'])
    for (let n = 0; n < 20; n++) invite(street.device(n.toString(16).padStart(64, '0'), id('f')), dave, [], n.toString(16).padStart(32, '0'), true)
    expect(dave.effects).to.deep.equal([])
    expect(dave.state.early).to.have.length(7)
  })

  it('CALL-16: who is named by somebody is asked on nobody\'s behalf: a call in which people are only named makes nobody ring', () => {
    street.hold()
    alice.do({ event: 'start', call: CALL, peer: BOB, others: [CAROL, DAVE], tracks: AUDIO, sdp: alice.sdp, hidden: false })
    street.release()
    bob.answer(CALL)
    expect(bob.pairs(CALL)).to.include.members(['cc inviting outgoing', 'dd inviting outgoing'])
    expect([...carol.effects, ...dave.effects]).to.deep.equal([])
  })

  it('CALL-17: somebody who was named comes in without a ring; who was not, stays outside, also with the name of the call', () => {
    alice.invite(BOB, CALL, CAROL)
    bob.answer(CALL)
    const shown = bob.of('show').length
    carol.answer(CALL)
    expect(bob.of('show').slice(shown).some(({ call }) => call.phase === 'ringing')).to.equal(false)
    flow()
    for (const from of [dave, street.device(person('e'), id('e'))]) {
      invite(from, bob, [ALICE, CAROL])
      invite(from, bob, [], CALL, true, 1001)
    }
    bob.accepts = false
    invite(carol, bob, [])
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
    expect(bob.pairs(CALL)).to.have.length(2)
  })

  it('CALL-18: within a pair of one call the invitation of the lower identity goes on, in whichever order they come', () => {
    for (const first of ['bob', 'carol']) {
      street = new Street()
      ;[alice, bob, carol] = ['a', 'b', 'c'].map(digit => street.device(person(digit), id(digit))) as [Device, Device, Device]
      alice.invite(BOB, CALL, CAROL)
      street.hold()
      for (const device of first === 'bob' ? [bob, carol] : [carol, bob]) device.answer(CALL)
      expect(bob.pairs(CALL)).to.include('cc inviting outgoing')
      expect(carol.pairs(CALL)).to.include('bb inviting outgoing')
      street.release()
      expect(bob.pairs(CALL)).to.include('cc connecting outgoing')
      expect(carol.pairs(CALL)).to.include('bb connecting incoming')
      expect(carol.of('make answer').at(-1)).to.include({ peer: BOB, first: true })
      flow()
      expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
    }
  })

  it('CALL-19: whom one of the call adds is told to the others, and comes in to all of them without a ring', () => {
    talk()
    bob.add(DAVE, CALL)
    expect(alice.party(CALL)?.people).to.deep.equal([BOB, CAROL, DAVE])
    expect(dave.state.parties[0]?.people).to.have.members([ALICE, BOB, CAROL])
    dave.answer(CALL)
    flow()
    expect(heard().filter(pair => pair.includes('d'))).to.deep.equal(['ad', 'bd', 'cd', 'da', 'db', 'dc'])
  })

  it('CALL-19: the word comes late: who was added waits until it is there', () => {
    talk()
    carol.strangers.add(DAVE)
    dave.strangers.add(CAROL)
    invite(dave, alice, [BOB, CAROL])
    expect(alice.pairs(CALL)).to.have.length(2)
    street.hand(alice, bob, Signal.encode({ call: bytes(CALL), number: 1000, to: bytes(''), members: { people: [bytes(CAROL), bytes(DAVE)] } }))
    expect(alice.pairs(CALL)).to.include('dd connecting incoming')
    expect(carol.party(CALL)?.apart).to.deep.equal([DAVE])
  })

  it('CALL-19: nobody who is not in the call adds anybody, and no more come in than a call has', () => {
    talk()
    const members = (from: Device, people: string[], number = 1000): void => { street.hand(alice, from, Signal.encode({ call: bytes(CALL), number, to: bytes(''), members: { people: people.map(bytes) } })) }
    members(dave, [person('e')])
    members(street.device(BOB, id('e')), [person('e')])
    expect(alice.party(CALL)?.people).to.deep.equal([BOB, CAROL])
    members(bob, ['d', 'e', 'f', '0', '1', '2'].map(person))
    members(bob, ['3', '4', '5', '6', '7', '8'].map(person), 1001)
    expect(alice.party(CALL)?.people).to.have.length(7)
  })

  it('CALL-10: who only joined writes of nobody that they missed or declined a call: who rang them does', () => {
    alice.invite(BOB, CALL, CAROL)
    carol.answer(CALL)
    alice.add(DAVE, CALL)
    dave.answer(CALL)
    flow()
    expect(bob.pairs(CALL)).to.deep.equal(['aa ringing incoming', 'cc ringing incoming', 'dd ringing incoming'])
    street.pass(50_000)
    const written = (device: Device): unknown => device.logged.map(({ peer, end }) => [peer, end])
    expect([alice, bob, carol, dave].map(written)).to.deep.equal([[[BOB, 'unanswered']], [[ALICE, 'unanswered']], [], []])
  })

  it('CALL-10: nobody who is in a call writes missed calls into the conversations of others by naming them', () => {
    bob.invite(ALICE, CALL)
    alice.answer(CALL)
    flow()
    street.hand(alice, bob, Signal.encode({ call: bytes(CALL), number: 1000, to: bytes(''), members: { people: [bytes(CAROL), bytes(DAVE)] } }))
    expect(alice.pairs(CALL)).to.include('cc inviting outgoing')
    dave.do({ event: 'hang up', call: CALL })
    street.pass(60_000)
    expect([...alice.logged, ...carol.logged, ...dave.logged]).to.deep.equal([])
    bob.do({ event: 'hang up', call: CALL })
    expect(bob.logged.map(({ peer, end }) => [peer, end])).to.deep.equal([[ALICE, 'hung up']])
  })

  it('CALL-10: two who joined and talked have a line about that', () => {
    talk()
    for (const device of [alice, bob, carol]) device.do({ event: 'hang up', call: CALL })
    const written = (device: Device): string[] => device.logged.map(({ peer, end }) => `${peer.slice(0, 1)} ${end}`)
    expect([written(alice), [...written(bob), ...written(carol)]]).to.deep.equal([['b hung up', 'c hung up'], ['c hung up']])
  })

  it('CALL-20: one leaves, or is lost: only their pairs end; the call ends with the last', () => {
    talk()
    bob.do({ event: 'hang up', call: CALL })
    expect(heard()).to.deep.equal(['ac', 'ca'])
    expect([bob, alice, carol].map(({ state }) => state.parties.length)).to.deep.equal([0, 1, 1])
    street.devices.splice(street.devices.indexOf(carol), 1)
    alice.do({ event: 'silent', call: CALL, peer: CAROL })
    expect(alice.pairs(CALL)).to.deep.equal(['cc interrupted outgoing'])
    street.pass(5000)
    expect(alice.state.parties).to.deep.equal([])
    expect(alice.of('over').map(({ call }) => call)).to.deep.equal([CALL])
    expect(alice.logged.map(({ peer, end }) => [peer, end]), 'one entry with each').to.deep.equal([[BOB, 'hung up'], [CAROL, 'lost']])
  })

  it('CALL-22: who is shut out in mid-call is hung up on, and nobody else', () => {
    talk()
    alice.do({ event: 'shut out', peer: BOB })
    expect(heard()).to.deep.equal(['ac', 'bc', 'ca', 'cb'])
    expect([alice.party(CALL), bob.party(CALL)].map(party => party?.past.map(({ end }) => end))).to.deep.equal([['hung up'], ['hung up']])
    alice.do({ event: 'shut out', peer: CAROL })
    expect(alice.state.parties, 'nobody is left').to.deep.equal([])
    expect(alice.of('over')).to.have.length(1)
  })

  it('CALL-22: who is shut out rings no more, is rung no more, and does not come in later', () => {
    carol.invite(ALICE, OTHER)
    alice.do({ event: 'shut out', peer: CAROL })
    expect([alice.state.calls, carol.state.calls]).to.deep.equal([[], []])
    alice.invite(BOB, CALL)
    alice.do({ event: 'shut out', peer: BOB })
    expect([alice.ends.at(-1), bob.ends]).to.deep.equal(['cancelled', ['cancelled']])
    alice.invite(BOB, OTHER, CAROL)
    bob.answer(OTHER)
    invite(dave, alice, [], OTHER, true)
    invite(dave, alice, [], '33'.repeat(16), true, 1001)
    alice.do({ event: 'shut out', peer: DAVE })
    expect([alice.party(OTHER)?.knocks, alice.state.early]).to.deep.equal([[], []])
  })

  it('CALL-20: a pair that finds no way ends, and the call goes on', () => {
    alice.invite(BOB, CALL, CAROL)
    bob.answer(CALL)
    carol.answer(CALL)
    for (const [device, peer] of [[alice, BOB], [bob, ALICE], [alice, CAROL], [carol, ALICE]] as const) device.do({ event: 'flowing', call: CALL, peer })
    street.pass(20_000)
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'ca'])
    expect(bob.party(CALL)?.past.map(({ peer, end }) => [peer, end])).to.deep.equal([[CAROL, 'failed']])
  })

  it('CALL-16: who joins and tells again is not taken for one who calls too often, and may ring afterwards', () => {
    alice.strangers.add(CAROL) // she names carol, and her invitation finds no way
    alice.invite(BOB, CALL)
    bob.answer(CALL)
    flow()
    bob.do({ event: 'invite', call: CALL, peer: CAROL, sdp: bob.sdp, hidden: false, joining: true })
    street.pass(44_000)
    expect(bob.pairs(CALL)).to.deep.equal(['aa active incoming', 'cc inviting outgoing'])
    expect(carol.effects, 'nobody rang').to.deep.equal([])
    street.pass(1000)
    expect(bob.party(CALL)?.past.map(({ end }) => end)).to.deep.equal(['unanswered'])
    bob.do({ event: 'hang up', call: CALL })
    bob.invite(CAROL, OTHER)
    expect(carol.pairs(OTHER)).to.deep.equal(['bb ringing incoming'])
  })

  it('CALL-16: who is wanted in a call rings at once, also where somebody only joined them before', () => {
    alice.strangers.add(CAROL)
    alice.invite(BOB, CALL)
    bob.answer(CALL)
    flow()
    bob.do({ event: 'invite', call: CALL, peer: CAROL, sdp: bob.sdp, hidden: false, joining: true })
    expect(carol.effects, 'nobody rang').to.deep.equal([])
    bob.add(CAROL, CALL)
    expect(carol.pairs(CALL)).to.deep.equal(['bb ringing incoming'])
    carol.answer(CALL)
    flow()
    expect(heard()).to.include.members(['bc', 'cb'])
    bob.do({ event: 'hang up', call: CALL })
    expect(bob.logged.map(({ peer }) => peer), 'of carol too: she was rung').to.include(CAROL)
  })

  it('CALL-21: who refused or left is asked by nobody who joins later, but may be asked again by one who wants them there', () => {
    alice.invite(BOB, CALL, CAROL)
    carol.do({ event: 'hang up', call: CALL })
    const shown = carol.of('show').length
    bob.answer(CALL)
    expect(street.said.filter(({ from, signal }) => from === bob && signal.invite?.joining === true)).to.have.length(1)
    expect(carol.of('show')).to.have.length(shown)
    expect(carol.of('send').at(-1)?.signal.end).to.deep.equal({ reason: 'DECLINED' })
    flow()
    alice.add(CAROL, CALL)
    expect(carol.pairs(CALL)).to.deep.equal(['aa ringing incoming'])
    carol.answer(CALL)
    flow()
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
  })

  it('CALL-6: who is in a call is busy for another one, and in it for nobody', () => {
    talk()
    dave.invite(ALICE, OTHER, BOB)
    expect(dave.ends).to.deep.equal(['busy', 'busy'])
    expect(heard()).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
  })

  it('CALL-7: of two calls that cross the one of several people goes on, whatever their names', () => {
    for (const [pair, several] of [[CALL, OTHER], [OTHER, CALL]] as const) {
      street = new Street()
      ;[alice, bob, carol] = ['a', 'b', 'c'].map(digit => street.device(person(digit), id(digit))) as [Device, Device, Device]
      street.hold()
      bob.invite(ALICE, pair)
      alice.invite(BOB, several, CAROL)
      street.release()
      expect(bob.ends).to.deep.equal(['merged'])
      carol.answer(several)
      flow(several)
      expect(heard(several)).to.deep.equal(['ab', 'ac', 'ba', 'bc', 'ca', 'cb'])
    }
  })

  it('CALL-9: each pair is made anew by itself', () => {
    talk()
    alice.do({ event: 'silent', call: CALL, peer: BOB })
    expect(alice.of('make offer')).to.deep.equal([{ effect: 'make offer', call: CALL, peer: BOB, anew: true }])
    expect(alice.pairs(CALL)).to.deep.equal(['bb interrupted outgoing', 'cc active outgoing'])
    expect(bob.of('make answer').at(-1)).to.include({ peer: ALICE, first: false })
    expect(carol.of('make answer').filter(({ first }) => !first)).to.deep.equal([])
  })

  it('CALL-2: a fingerprint of one pair says nothing in another one', () => {
    talk()
    const before = bob.effects.length
    street.hand(bob, carol, Signal.encode({ call: bytes(CALL), number: 1000, to: bytes(bob.name), description: { answer: false, sdp: sdpOf('a'), round: 9 } }))
    expect(bob.effects).to.have.length(before)
  })

  it('CALL-13: whatever four people do in whatever order, nobody throws or is in two calls, and all ends', () => {
    const deed = fc.record({ who: fc.nat(3), whom: fc.nat(3), what: fc.constantFrom('invite', 'invite all', 'add', 'answer', 'hang up', 'flowing', 'silent', 'broken', 'pass', 'hold', 'release'), call: fc.constantFrom(CALL, OTHER), ms: fc.nat(50_000) })
    fc.assert(fc.property(fc.array(deed, { maxLength: 60 }), deeds => {
      const street = new Street()
      const devices = ['a', 'b', 'c', 'd'].map(digit => street.device(person(digit), id(digit))) as [Device, Device, Device, Device]
      for (const { who, whom, what, call, ms } of deeds) {
        const [device, other] = [devices[who as 0], devices[whom as 0]]
        if (what === 'invite') { if (device !== other) device.invite(other.person, call) } else if (what === 'invite all') device.invite(...[...devices.filter(one => one !== device).map(one => one.person)].toSpliced(1, 0, call) as [string, string, ...string[]])
        else if (what === 'add') { if (device !== other) device.add(other.person, call) } else if (what === 'answer') device.answer(call)
        else if (what === 'pass') street.pass(ms)
        else if (what === 'hold') street.hold()
        else if (what === 'release') street.release()
        else device.do({ event: what, call, peer: other.person })
        for (const { state } of devices) {
          expect(state.parties.filter(({ joined }) => joined).length).to.be.below(2)
          for (const party of state.parties) expect(state.calls.some(pair => pair.id === party.id) || party.awaited.length > 0).to.equal(true)
          for (const pair of state.calls) expect(state.parties.some(party => party.id === pair.id)).to.equal(true)
        }
      }
      street.release()
      for (const device of devices) for (const { id: call } of device.state.parties) device.do({ event: 'hang up', call })
      street.pass(120_000)
      for (const { state } of devices) expect(state.calls).to.deep.equal([])
    }), { numRuns: 300 })
  })
})
