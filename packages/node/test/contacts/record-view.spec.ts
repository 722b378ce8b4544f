import { expect } from 'chai'
import { recordView } from '../../src/contacts/record-view.ts'
import type { Noted } from '../../src/contacts/record-view.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.UTC(2026, 0, 31)

describe('what bob is told of a contact’s record', () => {
  const view = (days: number, more: Partial<Noted> = {}): ReturnType<typeof recordView> =>
    recordView({ signed: NOW - days * DAY, expires: NOW + (30 - days) * DAY, restored: 0, asked: NOW, confirmed: true, ...more }, 'alice', NOW)

  it('DIR-10: a fresh one is up to date; an old, an unconfirmed and an expired one are shown as that, in words', () => {
    expect(view(0)).to.deep.equal({ signed: NOW, asked: NOW, text: 'up to date: alice signed it less than a day ago' })
    expect(view(1).text).to.equal('up to date: alice signed it a day ago')
    expect(view(5)).to.include({ stale: 'old' })
    expect(view(5).text).to.match(/^may be outdated: alice signed it 5 days ago/)
    expect(view(1, { confirmed: false })).to.include({ stale: 'unconfirmed' })
    expect(view(1, { confirmed: false }).text).to.match(/nobody who was asked has it/)
    expect(view(31)).to.include({ stale: 'expired' })
    expect(view(31).text).to.match(/^outdated: .* it has expired/)
  })

  it('DIR-10: while nobody was asked, its date alone is judged', () => {
    expect(view(1, { asked: 0, confirmed: false }).stale).to.equal(undefined)
    expect(view(5, { asked: 0, confirmed: false }).stale).to.equal('old')
  })

  it('DIR-23: that she came back from the phrase is said, and when', () => {
    const { lost, text } = view(1, { restored: NOW - 3 * DAY })
    expect(lost).to.equal(NOW - 3 * DAY)
    expect(text).to.match(/came back from the recovery phrase 3 days ago, earlier devices are lost$/)
  })
})
