import { Reason, Signal } from '@sotto/protocols/call'
import { expect } from 'chai'
import fc from 'fast-check'
import { NO_CALLS } from '../../src/calls/call.machine.ts'
import { AUDIO, bytes, candidate, id, sdpOf, Street } from './people.ts'
import type { Device } from './people.ts'

const ALICE = 'aa'.repeat(32)
const BOB = 'bb'.repeat(32)
const CALL = '11'.repeat(16)
const LATER = '22'.repeat(16)

describe('what becomes of a call', () => {
  let street: Street
  let alice: Device
  let bob: Device
  let tablet: Device

  beforeEach(() => {
    street = new Street()
    alice = street.device(ALICE, id('a'))
    bob = street.device(BOB, id('b'))
    tablet = street.device(BOB, id('c'))
  })

  const talk = (): void => {
    alice.invite(BOB, CALL)
    bob.answer(CALL)
    alice.do({ event: 'flowing', call: CALL })
    bob.do({ event: 'flowing', call: CALL })
  }

  it('CALL-5: alice invites, both devices of bob ring, one answers, the other one stops', () => {
    alice.invite(BOB, CALL)
    expect([bob.call?.phase, tablet.call?.phase]).to.deep.equal(['ringing', 'ringing'])
    expect(alice.call).to.include({ phase: 'inviting', rings: true })
    bob.answer(CALL)
    expect(alice.call).to.include({ phase: 'connecting', device: bob.name })
    expect(alice.of('take answer').map(({ sdp }) => sdp)).to.deep.equal([bob.sdp])
    expect(tablet.ends).to.deep.equal(['elsewhere'])
    alice.do({ event: 'flowing', call: CALL })
    bob.do({ event: 'flowing', call: CALL })
    expect([alice.call?.phase, bob.call?.phase]).to.deep.equal(['active', 'active'])
    bob.do({ event: 'hang up', call: CALL })
    expect([alice.ends, bob.ends]).to.deep.equal([['hung up'], ['hung up']])
  })

  it('CALL-5: of two devices that answer at once the caller takes one, and the other one hears so', () => {
    alice.invite(BOB, CALL)
    street.hold()
    bob.answer(CALL)
    tablet.answer(CALL)
    street.release()
    expect(alice.call).to.include({ device: bob.name })
    expect(alice.of('take answer')).to.have.length(1)
    expect(bob.call?.phase).to.equal('connecting')
    expect(tablet.ends).to.deep.equal(['elsewhere'])
  })

  it('what alice mutes or shows while it rings is told to the device that answers, and no offer goes out before', () => {
    alice.invite(BOB, CALL)
    const said = street.said.length
    alice.do({ event: 'tracks', call: CALL, tracks: { audio: false, video: true, screen: false } })
    expect(street.said, 'who only rings hears nothing of it').to.have.length(said)
    expect(alice.call?.tracks).to.include({ audio: false, video: true })
    bob.answer(CALL)
    expect(bob.call?.theirs).to.include({ audio: false, video: true })
    expect(street.said.filter(({ signal }) => signal.tracks !== undefined)).to.have.length(1)
  })

  it('CALL-5: what one device declines rings on none', () => {
    alice.invite(BOB, CALL)
    bob.do({ event: 'hang up', call: CALL })
    expect([alice.ends, bob.ends]).to.deep.equal([['declined'], ['declined']])
    expect(tablet.ends, 'hears it of bob or of alice').to.have.length(1)
  })

  it('CALL-4: nobody rings for a stranger, nor for the fifth invitation in a minute', () => {
    bob.accepts = tablet.accepts = false
    alice.invite(BOB, CALL)
    expect(bob.effects).to.deep.equal([])
    alice.do({ event: 'hang up', call: CALL })
    bob.accepts = true
    for (let n = 1; n <= 1000; n++) {
      const call = n.toString(16).padStart(32, '0')
      alice.invite(BOB, call)
      alice.do({ event: 'hang up', call })
    }
    expect(bob.ends).to.deep.equal(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    expect(bob.state.invited[ALICE]).to.have.length(4)
    expect(bob.of('send'), 'four ring, two are told, a thousand get nothing').to.have.length(6)
    street.now += 60_000
    alice.invite(BOB, LATER)
    expect(bob.call?.phase).to.equal('ringing')
  })

  it('CALL-4: who calls a fifth time in a minute is told that nobody rings, twice; a stranger is told nothing', () => {
    tablet.accepts = false
    for (let n = 1; n <= 4; n++) {
      alice.invite(BOB, id(`${n}`))
      alice.do({ event: 'hang up', call: id(`${n}`) })
    }
    for (const call of ['5', '6']) {
      alice.invite(BOB, id(call))
      expect(alice.ends.at(-1)).to.equal('busy')
    }
    alice.invite(BOB, id('7'))
    expect(alice.call?.phase).to.equal('inviting')
    alice.do({ event: 'hang up', call: id('7') })
    expect([bob.ends.length, bob.state.calls.length, bob.logged.length]).to.deep.equal([4, 0, 0])
    bob.accepts = false
    const said = bob.of('send').length
    street.now += 30_000
    alice.invite(BOB, id('8'))
    expect(bob.of('send')).to.have.length(said)
    alice.do({ event: 'hang up', call: id('8') })
    bob.accepts = true
    street.now += 30_000
    alice.invite(BOB, id('9'))
    expect(bob.call?.phase, 'what was refused costs nothing').to.equal('ringing')
  })

  it('CALL-4: no more than two ring at a time', () => {
    const callers = ['d', 'e', 'f'].map(digit => street.device(digit.repeat(64), id(digit)))
    callers.forEach((caller, n) => caller.invite(BOB, `${n + 1}`.repeat(32)))
    expect(bob.state.calls).to.have.length(2)
  })

  it('CALL-6: who talks is busy, and goes on talking', () => {
    talk()
    const carol = street.device('cc'.repeat(32), id('d'))
    tablet.accepts = false
    carol.invite(BOB, LATER)
    expect(carol.ends).to.deep.equal(['busy'])
    expect(bob.call).to.include({ id: CALL, phase: 'active' })
    expect(carol.logged.map(({ end }) => end)).to.deep.equal(['busy'])
  })

  it('CALL-6: a device that is busy silences no other one that rings', () => {
    talk()
    const carol = street.device('cc'.repeat(32), id('d'))
    street.hold()
    carol.invite(BOB, LATER)
    street.release()
    expect(tablet.call).to.include({ id: LATER, phase: 'ringing' })
    if (carol.call === undefined) expect(carol.ends).to.deep.equal(['busy']) // its word came before the other one rang
  })

  it('CALL-7: both call at once: one call is left, with nobody asked', () => {
    tablet.accepts = false
    street.hold()
    alice.invite(BOB, LATER)
    bob.invite(ALICE, CALL)
    street.release()
    expect(alice.state.calls.map(call => [call.id, call.phase, call.direction])).to.deep.equal([[CALL, 'connecting', 'incoming']])
    expect(bob.state.calls.map(call => [call.id, call.phase, call.direction])).to.deep.equal([[CALL, 'connecting', 'outgoing']])
    expect(alice.ends).to.deep.equal(['merged'])
    expect(alice.of('show').find(({ call }) => call.end === 'merged')?.call).to.include({ id: LATER, into: CALL })
    expect(alice.of('make answer')[0]).to.include({ adopt: LATER })
    expect([...alice.logged, ...bob.logged]).to.deep.equal([])
  })

  it('CALL-7: who calls somebody who rings at that moment talks with them, whichever call it is', () => {
    for (const [theirs, ours] of [['1', '2'], ['2', '1']] as const) {
      const street = new Street()
      const [alice, bob] = [street.device(ALICE, id('a')), street.device(BOB, id('b'))]
      bob.invite(ALICE, id(theirs))
      expect(alice.call?.phase).to.equal('ringing')
      alice.invite(BOB, id(ours))
      for (const device of [alice, bob]) expect(device.state.calls.map(call => [call.id, call.phase])).to.deep.equal([[id('1'), 'connecting']])
      expect(alice.ends).to.deep.equal(['merged'])
    }
  })

  it('CALL-8: no candidate leaves before somebody answered, and of one who hides only relayed ones ever', () => {
    alice.do({ event: 'start', call: CALL, peer: BOB, tracks: AUDIO, sdp: alice.sdp, hidden: true })
    alice.do({ event: 'candidate', call: CALL, candidate: candidate('host') })
    alice.do({ event: 'candidate', call: CALL, candidate: candidate('relay') })
    bob.do({ event: 'candidate', call: CALL, candidate: candidate('host') })
    expect(street.said.filter(({ signal }) => signal.candidates !== undefined)).to.deep.equal([])
    bob.answer(CALL)
    alice.do({ event: 'candidate', call: CALL, candidate: candidate('host', 2) })
    alice.do({ event: 'candidate', call: CALL, candidate: candidate('relay', 2) })
    const told = (device: Device): string[] => street.said.filter(({ from }) => from === device).flatMap(({ signal }) => signal.candidates?.candidates.map(({ candidate }) => candidate) ?? [])
    expect(told(alice)).to.deep.equal([candidate('relay').candidate, candidate('relay', 2).candidate])
    expect(told(bob)).to.deep.equal([candidate('host').candidate])
    expect(tablet.of('take candidates')).to.deep.equal([])
    const named = { candidate: 'candidate:1 1 udp 1 83c0adfa-97f2-49c0-af07-deb9340ee710.local 9 typ host', mid: '0' }
    for (const device of [alice, bob]) device.do({ event: 'candidate', call: CALL, candidate: named })
    const taken = (device: Device): number => device.of('take candidates').flatMap(({ candidates }) => candidates).length
    expect([taken(alice), taken(bob)], 'no name of who calls one that hides').to.deep.equal([1, 2])
  })

  it('CALL-9: an invitation that nobody answers ends after 45 s, and is a missed call', () => {
    alice.invite(BOB, CALL)
    street.pass(44_999)
    expect(alice.call?.phase).to.equal('inviting')
    street.pass(1)
    expect([alice.ends, bob.ends, tablet.ends]).to.deep.equal([['unanswered'], ['unanswered'], ['unanswered']])
  })

  it('CALL-9: a call that finds no way within 20 s has failed', () => {
    alice.invite(BOB, CALL)
    bob.answer(CALL)
    street.pass(20_000)
    expect(alice.ends).to.deep.equal(['failed'])
    expect(bob.ends).to.deep.equal(['failed'])
  })

  it('CALL-9: silence is shown, the caller offers anew, and the call goes on or is lost', () => {
    talk()
    alice.do({ event: 'silent', call: CALL })
    bob.do({ event: 'silent', call: CALL })
    expect(alice.of('make offer')).to.have.length(1)
    expect(bob.of('make offer')).to.have.length(0)
    expect(bob.of('make answer').at(-1)).to.include({ sdp: alice.sdp })
    expect(alice.of('take answer').at(-1)).to.include({ sdp: bob.sdp })
    alice.do({ event: 'flowing', call: CALL })
    bob.do({ event: 'flowing', call: CALL })
    expect([alice.call?.phase, bob.call?.phase]).to.deep.equal(['active', 'active'])
    alice.do({ event: 'silent', call: CALL })
    street.hold() // from now on nobody hears anything
    street.pass(5000)
    expect(alice.ends).to.deep.equal(['lost'])
    expect(alice.logged.map(({ end }) => end)).to.deep.equal(['lost'])
  })

  it('CALL-9: of two offers that cross the caller’s stands, and the other one is made anew; each answer is for the offer that it names', () => {
    talk()
    street.hold()
    for (const device of [alice, bob]) device.do({ event: 'offered', call: CALL, sdp: device.sdp })
    street.release()
    expect(bob.of('make answer').at(-1)).to.include({ sdp: alice.sdp, round: 1 })
    expect(alice.of('make answer')).to.have.length(0)
    expect(alice.of('take answer').at(-1)).to.include({ sdp: bob.sdp, round: 1 })
    expect(bob.of('take answer')).to.have.length(0)
    // two offers before the first answer
    street.hold()
    for (const sdp of [bob.sdp, bob.sdp]) bob.do({ event: 'offered', call: CALL, sdp })
    street.release()
    expect(alice.of('make answer').map(({ round }) => round)).to.deep.equal([2, 3])
    expect(bob.of('take answer').map(({ round }) => round)).to.deep.equal([3])
  })

  it('CALL-25: an offer that was not answered for 10 s is made again while they talk, until one is', () => {
    talk()
    const offers = (): number => bob.of('make offer').length
    street.hold()
    bob.do({ event: 'offered', call: CALL, sdp: bob.sdp })
    street.pass(9999)
    expect(offers()).to.equal(0)
    street.pass(10_001)
    expect(bob.of('make offer')).to.deep.equal(Array(2).fill({ effect: 'make offer', call: CALL, peer: ALICE, anew: false }))
    street.release()
    expect(bob.of('take answer').map(({ round }) => round)).to.deep.equal([3])
    street.pass(60_000)
    expect(offers()).to.equal(2)
    expect([alice.call?.phase, bob.call?.phase]).to.deep.equal(['active', 'active'])
  })

  it('CALL-10: the caller writes what became of it; the other side does where the caller is lost', () => {
    talk()
    street.now += 30_000
    bob.do({ event: 'hang up', call: CALL })
    expect(alice.logged.map(({ since, connected }) => since - (connected ?? 0))).to.deep.equal([30_000])
    expect(bob.logged).to.deep.equal([])
    alice.invite(BOB, LATER)
    street.devices.splice(street.devices.indexOf(alice), 1)
    street.pass(50_000)
    expect(bob.logged.map(({ id, end }) => [id, end])).to.deep.equal([[LATER, 'unanswered']])
  })

  it('CALL-23: a device that is started while it rings rings too, and its answer is taken', () => {
    street.hold()
    alice.invite(BOB, CALL)
    street.release()
    Object.assign(bob, { state: NO_CALLS }) // started anew
    Object.assign(tablet, { state: NO_CALLS })
    tablet.do({ event: 'attended', attended: true })
    expect([bob.call, tablet.call]).to.deep.equal([undefined, undefined])
    street.pass(5000)
    expect([bob.call?.phase, tablet.call?.phase]).to.deep.equal(['ringing', 'ringing'])
    bob.answer(CALL)
    expect([alice.call?.phase, tablet.ends]).to.deep.equal(['connecting', ['elsewhere']])
    const said = street.said.length
    street.pass(10_000)
    expect(street.said.slice(said).filter(({ signal }) => signal.invite !== undefined), 'nobody is asked after that').to.deep.equal([])
  })

  it('CALL-24: a device in front of which nobody is says nothing of ringing, until somebody comes', () => {
    bob.do({ event: 'attended', attended: false })
    tablet.do({ event: 'attended', attended: false })
    alice.invite(BOB, CALL)
    expect([bob.call?.phase, alice.call?.rings]).to.deep.equal(['ringing', false])
    bob.do({ event: 'attended', attended: true })
    expect(alice.call?.rings).to.equal(true)
    const said = street.said.length
    bob.do({ event: 'attended', attended: true })
    expect(street.said.length, 'once is enough').to.equal(said)
    bob.answer(CALL)
    expect(alice.call?.phase).to.equal('connecting')
  })

  it('CALL-23: what is told again changes nothing where it rings, rings no longer, and rings nobody anew who refused', () => {
    alice.invite(BOB, CALL)
    const before = bob.effects.length
    street.pass(44_000)
    expect(bob.effects.length).to.equal(before)
    expect(bob.state.invited[ALICE]).to.have.length(1)
    street.pass(2000)
    expect([alice.ends, bob.ends]).to.deep.equal([['unanswered'], ['unanswered']])
    const again = street.said.filter(({ signal }) => signal.invite?.again === true)
    expect(again).to.have.length(8)
    const late = (signal: Signal): Uint8Array => Signal.encode({ ...signal, number: 1000 })
    street.hand(bob, alice, late(again[0]?.signal as Signal))
    expect(bob.state.parties).to.deep.equal([])
    alice.invite(BOB, LATER)
    bob.do({ event: 'hang up', call: LATER })
    street.hand(bob, alice, late({ ...again[0]?.signal as Signal, call: bytes(LATER) }))
    expect(bob.state.parties).to.deep.equal([])
  })

  it('CALL-2: another fingerprint in mid-call changes nothing', () => {
    talk()
    const before = bob.effects.length
    street.hand(bob, alice, Signal.encode({ call: bytes(CALL), number: 100, to: bytes(bob.name), description: { answer: false, sdp: sdpOf('e'), round: 1 } }))
    expect(bob.effects).to.have.length(before)
    expect(bob.call?.phase).to.equal('active')
  })

  it('CALL-3: what was heard is not heard again: a replayed invitation, acceptance or end', () => {
    talk()
    const said = street.said.slice()
    const states = [alice.state, bob.state]
    for (const { from, bytes } of said) for (const to of [alice, bob]) if (to !== from) street.hand(to, from, bytes)
    expect([alice.state, bob.state]).to.deep.equal(states)
  })

  it('CALL-11: who has no part in a call does nothing to it', () => {
    talk()
    const mallory = street.device('dd'.repeat(32), id('d'))
    for (const step of [{ end: { reason: Reason.HUNG_UP } }, { accept: { sdp: sdpOf('d'), tracks: AUDIO } }, { candidates: { candidates: [candidate('host')] } }, { description: { answer: false, sdp: sdpOf('a'), round: 9 } }, { answered: { device: bytes(id('d')) } }]) {
      street.hand(alice, mallory, Signal.encode({ call: bytes(CALL), number: 1000, to: bytes(alice.name), ...step }))
      street.hand(alice, tablet, Signal.encode({ call: bytes(CALL), number: 1000, to: bytes(alice.name), ...step }))
    }
    expect([alice.call?.phase, bob.call?.phase]).to.deep.equal(['active', 'active'])
    expect(alice.of('take candidates')).to.deep.equal([])
  })

  it('CALL-11: whatever happens in whatever order, nobody throws, nobody is in two calls, and each call ends once', () => {
    const deed = fc.record({ who: fc.nat(2), what: fc.constantFrom('invite', 'answer', 'hang up', 'flowing', 'silent', 'broken', 'candidate', 'offered', 'pass', 'hold', 'release'), call: fc.constantFrom(CALL, LATER), ms: fc.nat(50_000) })
    fc.assert(fc.property(fc.array(deed, { maxLength: 40 }), deeds => {
      const street = new Street()
      const devices = [street.device(ALICE, id('a')), street.device(BOB, id('b')), street.device(BOB, id('c'))] as const
      for (const { who, what, call, ms } of deeds) {
        const device = devices[who as 0 | 1 | 2]
        if (what === 'invite') device.invite(device.person === ALICE ? BOB : ALICE, call)
        else if (what === 'answer') device.answer(call)
        else if (what === 'candidate') device.do({ event: 'candidate', call, candidate: candidate('host') })
        else if (what === 'offered') device.do({ event: 'offered', call, sdp: device.sdp })
        else if (what === 'pass') street.pass(ms)
        else if (what === 'hold') street.hold()
        else if (what === 'release') street.release()
        else device.do({ event: what, call })
        for (const { state } of devices) expect(state.calls.filter(({ phase }) => phase !== 'ringing').length).to.be.below(2)
      }
      street.release()
      for (const device of devices) for (const { id } of device.state.calls) device.do({ event: 'hang up', call: id })
      street.pass(60_000)
      for (const { state } of devices) expect(state.calls).to.deep.equal([])
    }), { numRuns: 200 })
  })
})
