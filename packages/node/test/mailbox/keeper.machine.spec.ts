import { expect } from 'chai'
import { choose, chooseSpare, isFit, newKeeper, observe, retire, share } from '../../src/mailbox/keeper.machine.ts'
import { keeperView } from '../../src/mailbox/keeper-view.ts'
import type { KeeperRecord } from '../../src/mailbox/keeper.machine.ts'
import type { KeeperKind } from '../../src/mailbox/index.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 5, 1)

function keeper (peerId: string, kind: KeeperKind, change: Partial<KeeperRecord> = {}): KeeperRecord {
  return { ...newKeeper(peerId, [], kind), ...change }
}

describe('keeper machine', () => {
  it('MBX-16: own before contact before volunteer; no liar, none that refused, never itself', () => {
    const known = [
      keeper('v1', 'volunteer'), keeper('v2', 'volunteer'), keeper('me', 'own'), keeper('c1', 'contact'), keeper('o1', 'own'),
      keeper('liar', 'own', { state: 'banned' }), keeper('no', 'contact', { refusedUntil: NOW + 1 })
    ]
    expect([...choose(known, 'me', 3, NOW)]).to.deep.equal(['o1', 'c1', 'v1'])
    expect([...choose(known, 'me', 9, NOW)]).to.have.members(['o1', 'c1', 'v1', 'v2'])
    expect([...choose(known, 'me', 9, NOW + 1)]).to.include('no')
  })

  it('MBX-16: with the mailbox of a contact among them one more is kept, so that the contact too finds three', () => {
    const volunteers = ['v1', 'v2', 'v3', 'v4'].map(name => keeper(name, 'volunteer'))
    expect([...chooseSpare(volunteers, 'me', 3, NOW)]).to.have.lengthOf(3)
    expect([...chooseSpare([keeper('c1', 'contact'), ...volunteers], 'me', 3, NOW)]).to.have.lengthOf(4).and.include('c1')
  })

  it('MBX-16: one that is rarely up gives way to one that is, and one that works is not given up for another of its kind', () => {
    let rare = keeper('rare', 'contact', { state: 'active', lastSeen: NOW, observed: NOW })
    for (let hour = 1; hour <= 72; hour++) rare = observe(rare, hour % 3 === 0, NOW + hour * HOUR, true)
    expect(share(rare)).to.be.within(0.3, 0.37)
    const steady = keeper('steady', 'volunteer', { state: 'active', lastSeen: NOW })
    const other = keeper('other', 'volunteer', { upMs: 1, downMs: 0 })
    expect([...choose([rare, steady, other], 'me', 2, NOW)]).to.deep.equal(['steady', 'other'])
    expect([...choose([other, steady], 'me', 1, NOW)]).to.deep.equal(['steady'])
    expect(keeperView(rare, [], true).trouble).to.equal('up only 33 % of the time')
  })

  it('does not hold our own absence against a mailbox', () => {
    let away = keeper('away', 'own', { observed: NOW, lastSeen: NOW })
    for (let day = 1; day < 30; day++) away = observe(away, false, NOW + day * DAY, false)
    expect(share(away)).to.equal(1)
    expect(isFit(away, NOW + 30 * DAY)).to.equal(true)
  })

  it('takes turns among those that do not answer, and gives each another chance after an hour', () => {
    const known = [
      keeper('a', 'own', { failedSince: NOW, lastTried: NOW + 2 }), keeper('b', 'volunteer', { failedSince: NOW, lastTried: NOW + 1 }),
      keeper('c', 'contact', { failedSince: NOW, lastSeen: NOW - 1, lastTried: NOW })
    ]
    expect([...choose(known, 'me', 1, NOW + 10)], 'away for a moment').to.deep.equal(['c'])
    expect([...choose(known, 'me', 2, NOW + 10)]).to.deep.equal(['c', 'b'])
    expect([...choose(known, 'me', 1, NOW + 2 + HOUR)]).to.deep.equal(['a'])
  })

  it('replaces one that is gone for a day, only when enough others work', () => {
    const gone = keeper('gone', 'contact', { state: 'active', lastSeen: NOW - 2 * DAY, failedSince: NOW - DAY, lastTried: NOW })
    const fresh = keeper('fresh', 'volunteer')
    const chosen = choose([gone, fresh], 'me', 1, NOW)
    expect([...chosen]).to.deep.equal(['fresh'])
    expect(retire([gone, fresh], chosen, new Set(), 1, NOW)).to.deep.equal([])
    expect(retire([gone, fresh], chosen, new Set(['fresh']), 1, NOW)).to.deep.equal(['gone'])
    expect(retire([{ ...gone, refusedUntil: NOW + 1 }, fresh], chosen, new Set(), 1, NOW)).to.deep.equal(['gone'])
  })

  it('says in plain words what is the matter', () => {
    const trouble = (change: Partial<KeeperRecord>, connected = false): string | undefined => keeperView(keeper('x', 'contact', change), [], connected).trouble
    expect(trouble({})).to.equal('not reached yet')
    expect(trouble({ failedSince: NOW })).to.equal('never reached yet')
    expect(trouble({ failedSince: NOW, lastSeen: 1 })).to.equal('unreachable since 2026-06-01 00:00 UTC')
    expect(trouble({ state: 'banned', refusal: 'its chain does not hold' })).to.equal('not used any more: its chain does not hold')
    expect(trouble({ refusal: 'the mailbox refused: this mailbox is full' })).to.equal('the mailbox refused: this mailbox is full')
    expect(trouble({ lastSeen: NOW }, true)).to.equal(undefined)
  })
})
