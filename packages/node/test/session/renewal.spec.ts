import { expect } from 'chai'
import { UPDATE_AFTER_MESSAGES } from '../../src/config.ts'
import { shouldRenew } from '../../src/session/renewal.machine.ts'
import { DAY, deliver, device, group, hexOf, person, text } from './people.ts'
import type { RenewalView } from '../../src/session/renewal.machine.ts'
import type { Session } from '../../src/session/index.ts'

const NOW = 1000 * DAY
function view (changes: Partial<RenewalView>): RenewalView {
  const seats = [{ leaf: 0, identity: 'a', epoch: 10, heardAt: NOW }, { leaf: 1, identity: 'b', epoch: 10, heardAt: NOW }]
  return { epoch: 10, since: NOW - DAY, sealed: 0, ownLeaf: 0, published: false, seats, ...changes }
}

describe('renewing keys', () => {
  it('SES-16: when the epoch is a day old or 200 own messages were sealed in it', () => {
    expect(shouldRenew(view({}), NOW)).to.equal(true)
    expect(shouldRenew(view({ since: NOW - DAY + 1 }), NOW)).to.equal(false)
    expect(shouldRenew(view({ since: NOW, sealed: UPDATE_AFTER_MESSAGES }), NOW)).to.equal(true)
    expect(shouldRenew(view({ since: NOW, sealed: UPDATE_AFTER_MESSAGES - 1 }), NOW)).to.equal(false)
  })

  it('SES-16: two users take turns by epoch, and of a user\'s devices the lowest leaf that is not asleep', () => {
    expect(shouldRenew(view({ epoch: 11 }), NOW)).to.equal(false)
    expect(shouldRenew(view({ ownLeaf: 1 }), NOW)).to.equal(false)
    expect(shouldRenew(view({ epoch: 11, ownLeaf: 1 }), NOW)).to.equal(true)
    const seats = [...view({}).seats, { leaf: 2, identity: 'a', epoch: 10, heardAt: NOW }]
    expect(shouldRenew(view({ seats, ownLeaf: 2 }), NOW)).to.equal(false)
    seats[0]!.heardAt = NOW - 7 * DAY
    expect(shouldRenew(view({ seats, ownLeaf: 2 }), NOW)).to.equal(true)
  })

  it('SES-16: alone or among three everybody may; nobody while a device heard within a week lags four epochs', () => {
    const [alone] = view({}).seats
    for (const epoch of [10, 11]) expect(shouldRenew(view({ epoch, seats: [alone!] }), NOW)).to.equal(true)
    const three = [...view({}).seats, { leaf: 2, identity: 'c', epoch: 10, heardAt: NOW }]
    for (const ownLeaf of [0, 1, 2]) expect(shouldRenew(view({ seats: three, ownLeaf }), NOW)).to.equal(true)
    const lagging = view({}).seats.with(1, { leaf: 1, identity: 'b', epoch: 6, heardAt: NOW - DAY })
    expect(shouldRenew(view({ seats: lagging }), NOW)).to.equal(false)
    expect(shouldRenew(view({ seats: lagging }), NOW + 7 * DAY)).to.equal(true)
  })

  it('SES-16: a joiner renews right after its first message; its maker need not', async () => {
    const of = await group([await device(person()), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    const now = (): number => of.clock.time
    expect(b.shouldUpdate(now())).to.equal(false)
    await deliver(await b.seal(text('hello')), a)
    await deliver(await a.seal(text('hello')), b)
    expect([a.shouldUpdate(now()), b.shouldUpdate(now())]).to.deep.equal([false, true])
    const exporter = hexOf(await a.exporter('x', new Uint8Array(), 32))
    await deliver(await b.update(), a)
    expect(hexOf(await a.exporter('x', new Uint8Array(), 32))).to.not.equal(exporter)
    await b.seal(text('more'))
    expect(b.shouldUpdate(now())).to.equal(false)
  })

  it('SES-16: in a conversation of two exactly one side is due each day, in turns', async () => {
    const of = await group([await device(person()), await device(person())])
    const turns = []
    for (let day = 0; day < 4; day++) {
      of.clock.move(DAY)
      for (const [index, session] of of.sessions.entries()) await deliver(await session.seal(text('day')), of.sessions[1 - index]!)
      const due = of.sessions.filter(session => session.shouldUpdate(of.clock.time))
      // the joiner's first message asks for more than its turn
      const mover = due.at(-1)!
      if (day > 0) expect(due).to.have.length(1)
      turns.push(of.sessions.indexOf(mover))
      await deliver(await mover.update(), of.sessions.find(session => session !== mover)!)
    }
    expect(turns[1]).to.not.equal(turns[2])
    expect(turns[2]).to.not.equal(turns[3])
  })
})
