import { expect } from 'chai'
import fc from 'fast-check'
import { DIRECT_GRACE_MS, MAIL_PATIENCE_MS, RETENTION_MS } from '../../src/config.ts'
import { TYPING_MS, canSeal, plan } from '../../src/delivery/plan.machine.ts'
import type { PlanDevice, PlanInput, PlanMailbox, PlanRecord, RecordKind } from '../../src/delivery/plan.machine.ts'

const NOW = 1_760_000_000_000

function record (change: Partial<PlanRecord> = {}): PlanRecord {
  return { number: 1, kind: 'message', to: 1, created: NOW, urgent: false, copies: [], handled: [], sent: new Set(), putting: new Set(), doubted: new Map(), settled: new Set(), ...change }
}

function device (change: Partial<PlanDevice> = {}): PlanDevice {
  return { peerId: 'phone', device: 'phone', own: false, up: true, away: false, room: 64, delivered: 0, ...change }
}

const AWAY = { up: false, away: true, room: 0 }
const boxes = (count: number): PlanMailbox[] => Array.from({ length: count }, (_, i) => ({ name: `box${i + 1}`, retryAt: 0 }))
const input = (records: PlanRecord[], devices: PlanDevice[], mailboxes = boxes(3)): PlanInput => ({ records, devices, mailboxes })

describe('what goes where', () => {
  it('ENV-7: direct first, and nothing to a mailbox within the grace', () => {
    const { direct, mailbox, wakeAt } = plan(input([record()], [device()]), NOW)
    expect({ direct, mailbox, wakeAt }).to.deep.equal({ direct: [{ number: 1, peerId: 'phone' }], mailbox: [], wakeAt: NOW + DIRECT_GRACE_MS })
  })

  it('ENV-7: without a receipt after the grace it goes to the mailboxes too', () => {
    const waiting = record({ sent: new Set(['phone']) })
    expect(plan(input([waiting], [device()]), NOW + DIRECT_GRACE_MS - 1).mailbox).to.deep.equal([])
    const { direct, mailbox } = plan(input([waiting], [device()]), NOW + DIRECT_GRACE_MS)
    expect(direct, 'not sent twice on one stream').to.deep.equal([])
    expect(mailbox.map(({ name }) => name)).to.deep.equal(['box1', 'box2', 'box3'])
  })

  it('ENV-7: at once where the device is away, nobody knows where it is, or the user asks for it', () => {
    for (const [records, devices] of [[[record()], [device(AWAY)]], [[record()], []], [[record({ urgent: true })], [device()]]] as const) {
      expect(plan(input([...records], [...devices]), NOW).mailbox).to.have.length(3)
    }
  })

  it('ENV-8: to all mailboxes, also when it is stored already, each once', () => {
    const { mailbox } = plan(input([record({ copies: ['box1', 'box2'] })], [device(AWAY)], boxes(4)), NOW)
    expect(mailbox.map(({ name }) => name)).to.deep.equal(['box3', 'box4'])
    expect(plan(input([record({ putting: new Set(['box1']), copies: ['box2', 'box3'] })], [device(AWAY)]), NOW).mailbox).to.deep.equal([])
  })

  it('ENV-8: a mailbox that refused or did not answer is tried again, at its time', () => {
    const mailboxes = [{ name: 'box1', retryAt: NOW + 5000 }]
    const { mailbox, wakeAt } = plan(input([record()], [device(AWAY)], mailboxes), NOW)
    expect({ mailbox, wakeAt }).to.deep.equal({ mailbox: [], wakeAt: NOW + 5000 })
    expect(plan(input([record()], [device(AWAY)], mailboxes), NOW + 5000).mailbox).to.have.length(1)
  })

  it('ENV-8: a mailbox that took it, and whose clock is not believed, is asked again in a while, about this one only, and at once when the clock was set', () => {
    const doubted = new Map([['box1', NOW]])
    const both = [record({ doubted }), record({ number: 2, to: 2 })]
    const { mailbox, wakeAt } = plan(input(both, [device(AWAY)], boxes(1)), NOW)
    expect(mailbox).to.deep.equal([{ number: 2, name: 'box1' }])
    expect(wakeAt).to.equal(NOW + 30_000)
    for (const later of [NOW + 30_000, NOW - 1]) expect(plan(input(both, [device(AWAY)], boxes(1)), later).mailbox).to.have.length(2)
    expect(canSeal(input([record({ doubted })], [device(AWAY)], boxes(1)), NOW), 'what comes next goes there too').to.equal(true)
  })

  it('ENV-8: it ends with the receipts of all devices of the recipient, not with copies, and not with a write to a stream', () => {
    const devices = [device(), device({ peerId: 'tablet', device: 'tablet' })]
    const all = { copies: ['box1', 'box2', 'box3'], handled: ['phone', 'tablet'], sent: new Set(['phone', 'tablet']) }
    expect(plan(input([record(all)], devices), NOW).finished).to.deep.equal([])
    expect(plan(input([record(all)], [{ ...devices[0]!, delivered: 1 }, devices[1]!]), NOW).finished).to.deep.equal([])
    expect(plan(input([record(all)], devices.map(one => ({ ...one, delivered: 1 }))), NOW).finished).to.deep.equal([1])
  })

  describe('with several devices', () => {
    const phone = device({ delivered: 1 })
    const tablet = device({ peerId: 'tablet', device: 'tablet', ...AWAY })
    const laptop = device({ peerId: 'laptop', device: 'laptop', own: true })

    it('ENV-19: what one device of the recipient has waits for mailboxes, for the sake of those that are away, but not for ever', () => {
      expect(plan(input([record()], [phone, tablet]), NOW)).to.deep.include({ finished: [], wakeAt: NOW + MAIL_PATIENCE_MS }).and.to.have.property('mailbox').that.has.length(3)
      expect(plan(input([record({ copies: ['box1', 'box2'] })], [phone, tablet]), NOW).finished).to.deep.equal([1])
      expect(plan(input([record()], [phone, tablet], []), NOW).finished).to.deep.equal([1])
      expect(plan(input([record()], [phone, tablet]), NOW + MAIL_PATIENCE_MS + 1).finished).to.deep.equal([1])
      expect(plan(input([record()], [device(), tablet]), NOW + MAIL_PATIENCE_MS + 1).finished, 'nobody has it').to.deep.equal([])
    })

    it('ENV-19: a device that is away keeps no other waiting', () => {
      const open = Array.from({ length: 40 }, (_, i) => record({ number: i, to: 1 }))
      expect(canSeal(input(open, [phone, tablet], []), NOW)).to.equal(true)
      expect(canSeal(input(open, [device(), tablet], []), NOW)).to.equal(false)
    })

    it('ENV-20: our own other devices get what we say on a stream; no mailbox is troubled for them, and nothing waits for them', () => {
      const { direct, mailbox } = plan(input([record()], [phone, laptop]), NOW)
      expect(direct).to.deep.equal([{ number: 1, peerId: 'laptop' }])
      expect(mailbox).to.deep.equal([])
      expect(plan(input([record()], [phone, { ...laptop, ...AWAY }]), NOW + DIRECT_GRACE_MS)).to.deep.include({ finished: [1], mailbox: [] })
      expect(plan(input([record()], [device(AWAY), { ...laptop, delivered: 1 }]), NOW)).to.deep.include({ finished: [] }).and.to.have.property('mailbox').that.has.length(3)
      expect(plan(input([record()], [laptop]), NOW).mailbox, 'the recipient has said nothing of where it is').to.have.length(3)
    })

    it('ENV-19: a commit goes on until every device has it; a Welcome is for those who asked', () => {
      const commit = record({ kind: 'commit', to: 0, settled: new Set(['phone']) })
      expect(plan(input([commit], [phone, tablet]), NOW).finished).to.deep.equal([])
      expect(plan(input([commit], [phone, { ...laptop, ...AWAY }]), NOW).finished).to.deep.equal([])
      expect(plan(input([{ ...commit, settled: new Set(['phone', 'tablet']) }], [phone, tablet]), NOW).finished).to.deep.equal([1])
      expect(plan(input([record({ kind: 'welcome', to: 0, settled: new Set(['phone']) })], [phone, tablet, laptop]), NOW).finished).to.deep.equal([1])
    })
  })

  it('ENV-8: it ends when no mailbox would keep it any longer', () => {
    expect(plan(input([record()], [device(AWAY)]), NOW + RETENTION_MS).finished).to.deep.equal([])
    expect(plan(input([record()], [device(AWAY)]), NOW + RETENTION_MS + 1).finished).to.deep.equal([1])
  })

  it('ENV-8: a commit and a Welcome go on until the other side has shown that it has them', () => {
    for (const kind of ['commit', 'welcome'] as const) {
      const handled = record({ kind, to: 0, handled: ['phone'], copies: ['box1', 'box2', 'box3'], sent: new Set(['phone']) })
      expect(plan(input([handled], [device()]), NOW).finished).to.deep.equal([])
      expect(plan(input([{ ...handled, settled: new Set(['phone']) }], [device()]), NOW).finished).to.deep.equal([1])
    }
  })

  it('ENV-10: typing goes to a stream that is up, to no mailbox, and is dropped soon', () => {
    const typing = record({ kind: 'typing', to: 0 })
    expect(plan(input([typing], [device()]), NOW).direct).to.have.length(1)
    expect(plan(input([{ ...typing, urgent: true }], [device(AWAY)]), NOW + DIRECT_GRACE_MS).mailbox).to.deep.equal([])
    expect(plan(input([typing], [device(AWAY)]), NOW + TYPING_MS + 1).finished).to.deep.equal([1])
  })

  it('ENV-15: receipts and repairs end when a device took them, or two mailboxes', () => {
    for (const kind of ['control', 'repair'] as const) {
      const sealed = record({ kind, to: 0 })
      expect(plan(input([sealed], [device()]), NOW).finished).to.deep.equal([])
      expect(plan(input([{ ...sealed, handled: ['phone'] }], [device()]), NOW).finished).to.deep.equal([1])
      expect(plan(input([{ ...sealed, copies: ['box1'] }], [device(AWAY)]), NOW).finished).to.deep.equal([])
      expect(plan(input([{ ...sealed, copies: ['box1', 'box2'] }], [device(AWAY)]), NOW).finished).to.deep.equal([1])
    }
  })

  const anyRecord = fc.record({
    number: fc.nat(50),
    kind: fc.constantFrom<RecordKind>('message', 'commit', 'welcome', 'control', 'repair', 'typing'),
    to: fc.nat(20),
    created: fc.integer({ min: NOW - 2 * RETENTION_MS, max: NOW }),
    urgent: fc.boolean(),
    copies: fc.subarray(['box1', 'box2', 'box3']),
    handled: fc.subarray(['phone', 'tablet']),
    sent: fc.subarray(['phone', 'tablet']).map(list => new Set(list)),
    putting: fc.subarray(['box1', 'box2', 'box3']).map(list => new Set(list)),
    doubted: fc.subarray([['box1', NOW - 60_000], ['box2', NOW - 1000], ['box3', NOW + 1000]] as Array<[string, number]>).map(list => new Map(list)),
    settled: fc.subarray(['phone', 'tablet']).map(list => new Set(list))
  })
  const anyDevice = (peerId: string): fc.Arbitrary<PlanDevice> => fc.record({ peerId: fc.constant(peerId), device: fc.constant(peerId), own: fc.boolean(), up: fc.boolean(), away: fc.boolean(), room: fc.nat(3), delivered: fc.nat(20) })
  const anyInput: fc.Arbitrary<PlanInput> = fc.record({
    records: fc.uniqueArray(anyRecord, { selector: ({ number }) => number, maxLength: 12 }),
    devices: fc.tuple(anyDevice('phone'), anyDevice('tablet')).chain(([a, b]) => fc.subarray([a, b])),
    mailboxes: fc.subarray([{ name: 'box1', retryAt: NOW - 1 }, { name: 'box2', retryAt: NOW + 1000 }, { name: 'box3', retryAt: 0 }])
  })

  it('ENV-6: never more to a stream than it takes, and to none that is down', () => {
    fc.assert(fc.property(anyInput, given => {
      const { direct } = plan(given, NOW)
      for (const one of given.devices) {
        const sent = direct.filter(({ peerId }) => peerId === one.peerId)
        expect(sent.length).to.be.at.most(one.up ? one.room : 0)
        expect(new Set(sent.map(({ number }) => number)).size).to.equal(sent.length)
      }
    }))
  })

  it('ENV-7, ENV-8, ENV-10: whatever the situation, nothing is sent that ended, nothing twice, typing to no mailbox', () => {
    fc.assert(fc.property(anyInput, given => {
      const { finished, direct, mailbox } = plan(given, NOW)
      const gone = new Set(finished)
      for (const { number, peerId } of direct) {
        expect(gone.has(number)).to.equal(false)
        expect(given.records.find(one => one.number === number)?.sent.has(peerId)).to.equal(false)
      }
      for (const { number, name } of mailbox) {
        const one = given.records.find(other => other.number === number)!
        expect(gone.has(number)).to.equal(false)
        expect(one.kind).to.not.equal('typing')
        expect(one.copies.includes(name) || one.putting.has(name)).to.equal(false)
        expect(given.mailboxes.find(box => box.name === name)?.retryAt).to.be.at.most(NOW)
      }
    }))
  })

  it('ENV-8: nothing is forgotten: what is not ended and not sent has a time to be looked at again, or waits for a device', () => {
    fc.assert(fc.property(anyInput, given => {
      const { finished, direct, mailbox, wakeAt } = plan(given, NOW)
      for (const one of given.records) {
        if (finished.includes(one.number) || one.kind === 'typing') continue
        const moving = direct.some(({ number }) => number === one.number) || mailbox.some(({ number }) => number === one.number)
        const underWay = one.putting.size > 0 || given.mailboxes.every(({ name }) => one.copies.includes(name))
        expect(moving || underWay || wakeAt !== undefined || given.devices.length > 0).to.equal(true)
      }
    }))
  })

  it('ENV-9: without a way out nothing is sealed, and what waits goes out in one envelope later', () => {
    expect(canSeal(input([], [device(AWAY)], []), NOW)).to.equal(false)
    expect(canSeal(input([], [device({ room: 0 })], []), NOW)).to.equal(false)
    expect(canSeal(input([], [device(AWAY)], [{ name: 'box1', retryAt: NOW + 1 }]), NOW)).to.equal(false)
    expect(canSeal(input([], [device()], []), NOW)).to.equal(true)
    expect(canSeal(input([], [device(AWAY)], boxes(1)), NOW)).to.equal(true)
  })

  it('ENV-9: while 32 envelopes are on their way, what is said meanwhile is joined', () => {
    const open = (count: number, change: Partial<PlanRecord> = {}): PlanRecord[] => Array.from({ length: count }, (_, i) => record({ number: i, ...change }))
    expect(canSeal(input(open(31), [device()], []), NOW)).to.equal(true)
    expect(canSeal(input(open(32), [device()], []), NOW)).to.equal(false)
    expect(canSeal(input(open(32, { copies: ['box1'] }), [device(AWAY)]), NOW), 'one copy is not enough').to.equal(false)
    expect(canSeal(input(open(500, { copies: ['box1', 'box2'] }), [device(AWAY)]), NOW), 'stored is out of the way').to.equal(true)
  })
})
