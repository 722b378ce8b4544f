import { expect } from 'chai'
import { MAX_SWEEP } from '../../src/config.ts'
import { due } from '../../src/directory/schedule.machine.ts'
import { DAY } from './house.ts'
import type { Followed } from '../../src/directory/schedule.machine.ts'

const MINUTE = 60 * 1000
const NOW = Date.UTC(2026, 0, 31)
const carol = (more: Partial<Followed>): Followed => ({ id: 'carol', role: 'contact', signed: NOW, expires: NOW + 30 * DAY, asked: NOW, put: 0, ...more })

describe('what is due for others', () => {
  it('DIR-13: a contact is looked up every three days, and no sooner', () => {
    expect(due([carol({ asked: NOW - 2 * DAY })], NOW).ask).to.deep.equal([])
    expect(due([carol({ asked: NOW - 3 * DAY })], NOW).ask).to.deep.equal(['carol'])
    expect(due([carol({ asked: 0 })], NOW).ask).to.deep.equal(['carol'])
  })

  it('DIR-13: of whom nothing answers for ten minutes is looked up every six hours, and once after each move of our own', () => {
    const silent = (more: Partial<Followed>, arrived = 0): string[] => due([carol({ silent: NOW - 20 * MINUTE, ...more })], NOW, arrived).ask
    expect(silent({ asked: NOW - 5 * 60 * MINUTE })).to.deep.equal([])
    expect(silent({ asked: NOW - 6 * 60 * MINUTE })).to.deep.equal(['carol'])
    expect(silent({ asked: NOW - 6 * 60 * MINUTE, silent: NOW - 9 * MINUTE }), 'not yet').to.deep.equal([])
    expect(silent({ asked: NOW - 6 * 60 * MINUTE, silent: undefined }), 'is there').to.deep.equal([])
    expect(silent({ asked: NOW - 30 * MINUTE }, NOW - 15 * MINUTE), 'asked elsewhere').to.deep.equal(['carol'])
    expect(silent({ asked: NOW - 10 * MINUTE }, NOW - 15 * MINUTE), 'asked too soon').to.deep.equal(['carol'])
    expect(silent({ asked: NOW - 4 * MINUTE }, NOW - 15 * MINUTE), 'asked since').to.deep.equal([])
  })

  it('DIR-12: a contact puts a record again after a week without a new one, once a day, while it is good', () => {
    expect(due([carol({ signed: NOW - 6 * DAY })], NOW).put).to.deep.equal([])
    expect(due([carol({ signed: NOW - 8 * DAY })], NOW).put).to.deep.equal(['carol'])
    expect(due([carol({ signed: NOW - 8 * DAY, put: NOW - DAY / 2 })], NOW).put).to.deep.equal([])
    expect(due([carol({ signed: NOW - 31 * DAY, expires: NOW - DAY })], NOW).put).to.deep.equal([])
    expect(due([carol({ signed: 0, expires: 0 })], NOW).put).to.deep.equal([])
  })

  it('DIR-12: who keeps the inbox puts it again each day that the owner does not', () => {
    expect(due([carol({ role: 'kept', signed: NOW - DAY })], NOW).put).to.deep.equal([])
    expect(due([carol({ role: 'kept', signed: NOW - 2 * DAY })], NOW).put).to.deep.equal(['carol'])
    expect(due([carol({ role: 'kept', asked: NOW - DAY })], NOW).ask).to.deep.equal(['carol'])
  })

  it('DIR-13: looks up few at a time, the longest overdue first', () => {
    const many = Array.from({ length: 50 }, (_, i) => carol({ id: String(i), asked: NOW - 3 * DAY - i }))
    expect(due(many, NOW).ask).to.have.length(MAX_SWEEP)
    expect(due(many, NOW).ask[0]).to.equal('49')
  })
})
