import { Announcement, MAX_ANNOUNCED_QUEUES, MAX_DEVICES, MAX_PAYLOAD_BYTES, Profile, decodeAnnouncement, decodePayload } from '@sotto/protocols/session'
import { expect } from 'chai'
import fc from 'fast-check'
import { hex } from '../../src/delivery/channel-state.ts'
import { othersHear, ownDevicesHear } from '../../src/delivery/seal.ts'
import { DialAllowance } from '../../src/delivery/dial-allowance.ts'
import { device, group } from '../session/people.ts'
import { bodyOf, friends, payloadOf } from './people.ts'
import type { ChannelRecord } from '../../src/delivery/channel-record.ts'
import type { PlanInput } from '../../src/delivery/plan.machine.ts'
import type { Device } from '../session/people.ts'
import type { Pair, TestPerson } from './people.ts'

const none = new Uint8Array(0)
const id16 = new Uint8Array(16).fill(1)
const id32 = new Uint8Array(32).fill(1)

describe('what a message of the session carries', () => {
  let pair: Pair
  let alice: TestPerson
  let bob: TestPerson

  beforeEach(async () => {
    pair = await friends();
    ({ alice, bob } = pair)
  })

  const theirs = (): { announcement: Uint8Array, revision: number } | undefined => alice.state.record.places[hex(bob.device)]
  const settle = async (): Promise<number> => pair.wire.settle(alice, bob)

  it('PAY-1: what exceeds a limit is no payload', () => {
    expect(decodePayload(payloadOf({}))).to.not.equal(undefined)
    const head = { author: id16, sequence: 1, hash: none }
    const bad: Array<Parameters<typeof payloadOf>[0]> = [
      { runs: Array.from({ length: 257 }, () => none) },
      { heads: Array.from({ length: 257 }, () => head) },
      { reads: Array.from({ length: 257 }, () => head) },
      { heads: [{ ...head, author: id16.subarray(1) }] },
      { wants: Array.from({ length: 65 }, () => ({ author: id16, from: 1, to: 2 })) },
      { wants: [{ author: id16, from: 0, to: 2 }] },
      { wants: [{ author: id16, from: 3, to: 2 }] },
      { wants: [{ author: none, from: 1, to: 2 }] },
      { proofs: Array.from({ length: 17 }, () => ({ mailbox: id32, queue: id16, receipt: none })) },
      { announcementsSeen: Array.from({ length: 65 }, () => head) },
      { profile: new Uint8Array(MAX_PAYLOAD_BYTES) }
    ]
    for (const payload of bad) expect(decodePayload(payloadOf(payload)), Object.keys(payload).join()).to.equal(undefined)
  })

  it('PAY-1: no bytes make decoding throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), junk => {
      decodePayload(junk)
      decodeAnnouncement(junk)
    }))
  })

  it('PAY-2: a payload that is none is dropped; the session goes on, and what follows is read', async () => {
    const { session } = bob.state
    const sealed = await session!.seal(new Uint8Array(100).fill(0xff))
    await alice.channel.receive({ ...bodyOf({ kind: 'message', branch: sealed.branch, message: sealed.message } as Parameters<typeof bodyOf>[0]) })
    await bob.say('as I said')
    await settle()
    expect(await alice.texts()).to.deep.equal(['as I said'])
  })

  function announcement (change: Partial<Announcement>): Uint8Array {
    const direct = [{ certificate: bob.own.certificate, queue: id16, wrapKey: id32, addresses: [] }]
    return Announcement.encode({ revision: 5_000_000_000_000, direct, queues: [], grant: none, grantAddresses: [], stun: [], ...change })
  }
  const place = (change = {}): Announcement['queues'][number] => ({ addresses: [], queue: id16, writeSeed: id32, wrapKey: id32, ...change })

  it('PAY-3: an announcement that exceeds a limit is none', () => {
    expect(decodeAnnouncement(announcement({}))).to.not.equal(undefined)
    const direct = { certificate: none, queue: id16, wrapKey: id32, addresses: [] }
    const bad: Array<Partial<Announcement>> = [
      { direct: Array.from({ length: MAX_DEVICES + 1 }, () => direct) },
      { direct: [{ ...direct, queue: none }] },
      { direct: [{ ...direct, addresses: Array.from({ length: 9 }, () => none) }] },
      { direct: [{ ...direct, addresses: [new Uint8Array(257)] }] },
      { queues: Array.from({ length: MAX_ANNOUNCED_QUEUES + 1 }, () => place()) },
      { queues: [place({ writeSeed: none })] },
      { queues: [place({ wrapKey: none })] },
      { grant: id16 },
      { grantAddresses: Array.from({ length: 9 }, () => none) }
    ]
    for (const change of bad) expect(decodeAnnouncement(announcement(change)), Object.keys(change).join()).to.equal(undefined)
  })

  it('PAY-10: what it says for the day that a device is lost has one length', () => {
    expect(decodeAnnouncement(announcement({ known: id32, recoveryHash: id32 }))).to.deep.include({ known: id32, recoveryHash: id32 })
    for (const change of [{ known: id16 }, { known: none }, { recoveryHash: id16 }]) expect(decodeAnnouncement(announcement(change)), Object.keys(change).join()).to.equal(undefined)
  })

  it('PAY-3: every device in it is certified by the identity that announces; else nothing of it counts', async () => {
    const before = theirs()
    const foreign = [bob, alice].map(({ own }) => ({ certificate: own.certificate, queue: id16, wrapKey: id32, addresses: [] }))
    await bob.inject({ announcement: announcement({ direct: foreign }) })
    expect(theirs()).to.deep.equal(before)
    await bob.inject({ announcement: announcement({}) })
    expect(theirs()?.announcement).to.deep.equal(announcement({}))
  })

  it('PAY-4: the newest revision wins, an older one changes nothing, and the announcer is told', async () => {
    await bob.inject({ announcement: announcement({ revision: 5_000_000_000_001 }) })
    await bob.inject({ announcement: announcement({ revision: 5_000_000_000_000, queues: [place()] }) })
    expect(theirs()?.revision).to.equal(5_000_000_000_001)
    bob.state.record.ownRevision = 5_000_000_000_001
    await pair.wire.step(alice)
    expect(bob.state.record.seen[hex(alice.device)]).to.equal(5_000_000_000_001)
  })

  it('PAY-4: it is said again until the other side has seen it', async () => {
    pair.wire.drops = () => true
    bob.state.record.ownRevision = 7
    bob.state.lastAnnounced = 0
    await settle()
    pair.wire.drops = () => false
    pair.clock.move(11_000)
    await settle()
    expect(theirs()?.revision).to.equal(7)
    expect(bob.state.record.seen[hex(alice.device)]).to.equal(7)
    pair.clock.move(11_000)
    expect(await settle(), 'and then no more').to.equal(0)
  })

  it('PAY-4: what the other side claims to have seen is never more than was said', async () => {
    await bob.inject({ announcementsSeen: [{ author: alice.device, sequence: 9_000_000_000_000, hash: none }] })
    expect(alice.state.record.seen[hex(bob.device)]).to.be.at.most(alice.state.record.ownRevision)
  })

  it('PAY-5: announcements make us knock at a bounded number of new places, known ones aside', () => {
    const { clock } = pair
    const allowance = new DialAllowance(clock)
    let taken = 0
    for (let n = 0; n < 1000; n++) if (allowance.take(`peer${n}`)) taken++
    expect(taken).to.equal(48)
    expect(allowance.take('peer0'), 'a known one').to.equal(true)
    clock.move(60_000)
    expect([allowance.take('new1'), allowance.take('new2')]).to.deep.equal([true, false])
    clock.move(365 * 24 * 60 * 60 * 1000)
    taken = 0
    for (let n = 0; n < 1000; n++) if (allowance.take(`later${n}`)) taken++
    expect(taken).to.equal(48)
  })

  it('PAY-6: a name is cleaned of what could pose as something else; one too long is none', async () => {
    await bob.inject({ profile: Profile.encode({ name: 'Bob\u202egnp\u0000\n\u001b[31m ', revision: 6_000_000_000_000, readReceipts: true }) })
    expect(alice.state.record.peerName).to.match(/^Bob ?gnp ?\[31m$/)
    await bob.inject({ profile: Profile.encode({ name: 'x'.repeat(65), revision: 7_000_000_000_000, readReceipts: true }) })
    expect(alice.state.record.peerName).to.have.length.lessThan(20)
    await bob.inject({ profile: Profile.encode({ name: 'an older one', revision: 1, readReceipts: true }) })
    expect(alice.state.record.peerName).to.match(/^Bob/)
  })

  it('PAY-7: that something was read is told where both sides allow it, and nowhere else', async () => {
    const read = (): unknown[] => alice.changes.filter(({ change }) => change === 'read')
    await alice.say('1')
    await settle()
    bob.readReceipts = false
    await bob.channel.markRead()
    await settle()
    expect(read(), 'bob tells nobody').to.deep.equal([])
    bob.readReceipts = true
    bob.state.record.peerReadReceipts = false
    bob.channel.greet()
    await settle()
    expect(read(), 'alice tells nobody').to.deep.equal([])
    bob.state.record.peerReadReceipts = true
    bob.channel.greet()
    await settle()
    expect(read()).to.deep.equal([{ change: 'read', from: 1, to: 1 }])
  })

  it('ENV-21: keys are renewed only while every other own device is there to hear of it', () => {
    const { record } = alice.state
    const tablet = { announcement: none, revision: 1, own: true }
    const input = (up: boolean): PlanInput => ({ records: [], mailboxes: [], devices: [{ peerId: 'tablet', device: 'aa', own: true, up, away: !up, room: 1, delivered: 0 }] })
    const hear = (places: ChannelRecord['places'], up: boolean): boolean => ownDevicesHear(alice, { record: { ...record, places } }, input(up))
    expect(hear(record.places, false), 'there is none').to.equal(true)
    expect(hear({ ...record.places, aa: tablet }, true)).to.equal(true)
    expect(hear({ ...record.places, aa: tablet }, false)).to.equal(false)
    expect(hear({ ...record.places, aa: { ...tablet, own: false } }, false), 'it is the other side\'s').to.equal(true)
  })

  it('ENV-21: keys are not renewed by a device that reaches nobody but our own: the other side could open nothing that any of them seals', () => {
    const device = (own: boolean, up: boolean): PlanInput['devices'][number] => ({ peerId: String(own), device: 'aa', own, up, away: !up, room: 1, delivered: 0 })
    expect(othersHear({ records: [], mailboxes: [], devices: [device(true, true), device(false, false)] })).to.equal(false)
    expect(othersHear({ records: [], mailboxes: [], devices: [device(true, true), device(false, true)] })).to.equal(true)
    expect(othersHear({ records: [], mailboxes: [{ name: 'a mailbox of theirs', retryAt: 0 }], devices: [device(true, true)] })).to.equal(true)
  })

  it('ENV-22: what another device of alice committed goes to bob from this one too, and he can open what follows', async () => {
    const leaf = ({ own }: TestPerson): Device => ({ person: { seed: own.identitySeed!, id: own.identity }, leafSeed: own.leafSeed, device: own.device, credential: own.credential })
    const laptop = leaf(alice)
    const { sessions: [atLaptop, atTablet, atBob] } = await group([laptop, await device(laptop.person), leaf(bob)])
    alice.state.session = atLaptop
    bob.state.session = atBob
    const commit = await atTablet!.update() // … and then the tablet lies at the bottom of a lake
    await alice.channel.receive({ ...bodyOf({ kind: 'commit', branch: commit.branch, message: commit.message } as Parameters<typeof bodyOf>[0]) })
    expect(alice.state.outbox.list().filter(({ kind }) => kind === 'commit')).to.have.length(1)
    await alice.say('sealed after it')
    await settle()
    expect(await bob.texts()).to.include('sealed after it')
  })
})
