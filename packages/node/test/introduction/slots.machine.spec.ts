import { expect } from 'chai'
import fc from 'fast-check'
import { COOL_MS, decide, defaultLimits, emptySlots, MAX_COLLECTED, MAX_SPENT, requiredBits } from '../../src/introduction/slots.machine.ts'
import type { Slots, SlotsEvent } from '../../src/introduction/slots.machine.ts'

const limits = { ...defaultLimits, openSlots: 8, inviteSlots: 3, workBits: 4, ttlMs: 1000 }

const event = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('put' as const), digest: fc.integer({ max: 40 }).map(String), bytes: fc.constant(10), bits: fc.integer({ min: 0, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('put' as const), digest: fc.integer({ max: 40 }).map(String), bytes: fc.constant(10), bits: fc.constant(0), invite: fc.record({ id: fc.integer({ max: 6 }).map(String), notAfter: fc.constant(1e9) }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('drop' as const), digests: fc.array(fc.integer({ max: 40 }).map(String), { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'tick' as const }) }
)

/** A state after `count` requests with just the work that was asked. */
function filled (count: number, now = 0): Slots {
  let state = emptySlots()
  for (let i = 0; i < count; i++) state = decide(state, { type: 'put', digest: `d${i}`, bytes: 10, bits: requiredBits(state, defaultLimits) }, now).state
  return state
}

describe('the slots of an inbox', () => {
  it('INT-11: never keep more than they may, whatever comes, and never two of one kind', () => {
    fc.assert(fc.property(fc.array(fc.tuple(event, fc.integer({ max: 300, min: 0 })), { maxLength: 120 }), steps => {
      let state = emptySlots()
      let now = 0
      const disk = new Set<number>()
      for (const [event, ms] of steps) {
        now += ms
        const before = state
        const decision = decide(state, event as SlotsEvent, now, limits)
        state = decision.state
        for (const number of decision.free) expect(disk.delete(number)).to.equal(true)
        if (decision.put !== undefined) disk.add(decision.put.number)
        expect([...disk].sort()).to.deep.equal(state.slots.map(slot => slot.number).sort())
        expect(state.slots.filter(slot => slot.invite === undefined).length).to.be.at.most(limits.openSlots)
        expect(state.slots.filter(slot => slot.invite !== undefined).length).to.be.at.most(limits.inviteSlots)
        expect(new Set(state.slots.map(slot => slot.digest)).size).to.equal(state.slots.length)
        expect(state.spent.length).to.be.at.most(MAX_SPENT)
        expect(state.collected.length).to.be.at.most(MAX_COLLECTED)
        if (event.type === 'put' && !('invite' in event) && decision.put !== undefined) expect(event.bits).to.be.at.least(requiredBits({ ...before, slots: before.slots.filter(slot => slot.expires > now), heat: 0 }, limits))
      }
    }), { numRuns: 200 })
  })

  it('INT-10: ask for one bit more with every eight requests, and for more than the least when full', () => {
    expect([0, 7, 8, 31, 63, 64].map(count => requiredBits(filled(count), defaultLimits))).to.deep.equal([16, 16, 17, 19, 23, 24])
    const full = filled(64)
    expect(decide(full, { type: 'put', digest: 'x', bytes: 1, bits: 23 }, 0).answer).to.deep.equal({ kind: 'refused', code: 'WORK_TOO_LOW', bits: 24 })
    const after = decide(full, { type: 'put', digest: 'x', bytes: 1, bits: 24 }, 0)
    expect(after.answer.kind).to.equal('stored')
    expect(after.free).to.deep.equal([8]) // of the eight with 16 bits, the youngest
  })

  it('INT-10: stay dear for a while after the owner collected, and cool down', () => {
    const full = filled(64)
    const { state } = decide(full, { type: 'drop', digests: full.slots.map(slot => slot.digest) }, 0)
    expect(requiredBits(state, defaultLimits)).to.equal(24)
    const later = decide(state, { type: 'tick' }, 40 * COOL_MS).state
    expect(requiredBits(later, defaultLimits)).to.equal(19)
    expect(requiredBits(decide(later, { type: 'tick' }, 64 * COOL_MS).state, defaultLimits)).to.equal(16)
  })

  it('INT-12: a token takes one place; a flood by work takes none of theirs', () => {
    const full = filled(64)
    const invite = { id: 'token', notAfter: 1e12 }
    const first = decide(full, { type: 'put', digest: 'a', bytes: 1, bits: 0, invite }, 0)
    expect(first.answer.kind).to.equal('stored')
    expect(first.free).to.deep.equal([])
    expect(decide(first.state, { type: 'put', digest: 'b', bytes: 1, bits: 0, invite }, 0).answer).to.include({ kind: 'refused', code: 'INVITE_SPENT' })
    const collected = decide(first.state, { type: 'drop', digests: ['a'] }, 0).state
    expect(decide(collected, { type: 'put', digest: 'b', bytes: 1, bits: 0, invite }, 0).answer).to.include({ code: 'INVITE_SPENT' })
    let state = full
    for (let i = 0; i < 17; i++) {
      const decision = decide(state, { type: 'put', digest: `i${i}`, bytes: 1, bits: 0, invite: { id: `t${i}`, notAfter: 1e12 } }, 0)
      expect(decision.answer.kind).to.equal(i < 16 ? 'stored' : 'refused')
      state = decision.state
    }
  })

  it('INT-14: the same request is stored once, and answered alike after it was collected', () => {
    const first = decide(emptySlots(), { type: 'put', digest: 'a', bytes: 1, bits: 16 }, 5)
    const again = decide(first.state, { type: 'put', digest: 'a', bytes: 1, bits: 0 }, 6)
    expect(again.put).to.equal(undefined)
    expect(again.answer).to.deep.equal(first.answer)
    const collected = decide(again.state, { type: 'drop', digests: ['a'] }, 7).state
    const replay = decide(collected, { type: 'put', digest: 'a', bytes: 1, bits: 16 }, 8)
    expect(replay.put).to.equal(undefined)
    expect(replay.answer).to.deep.equal(first.answer)
  })

  it('INT-20: forget a request after thirty days', () => {
    const { state, answer } = decide(emptySlots(), { type: 'put', digest: 'a', bytes: 1, bits: 16 }, 0)
    const ttl = 30 * 24 * 60 * 60 * 1000
    expect(answer).to.deep.equal({ kind: 'stored', expires: ttl })
    expect(decide(state, { type: 'tick' }, ttl - 1).free).to.deep.equal([])
    expect(decide(state, { type: 'tick' }, ttl).free).to.deep.equal([1])
  })
})
