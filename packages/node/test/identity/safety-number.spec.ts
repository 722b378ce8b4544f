import { expect } from 'chai'
import fc from 'fast-check'
import { safetyNumber } from '../../src/identity/safety-number.ts'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('safety number', () => {
  it('IDN-7: is the same for alice and bob, and another one with anybody else', () => {
    fc.assert(fc.property(keys, keys, keys, (alice, bob, mallory) => {
      fc.pre(new Set([alice, bob, mallory].map(String)).size === 3)
      const number = safetyNumber(alice, bob)
      expect(number).to.deep.equal(safetyNumber(bob, alice))
      expect(number.digits).to.match(/^(\d{5} ){11}\d{5}$/)
      expect(number.words).to.match(/^([a-z]+ ){11}[a-z]+$/)
      expect(number.qr).to.match(/^sotto-safety:1:[A-Za-z0-9_-]{80}$/)
      const other = safetyNumber(alice, mallory)
      expect(other.digits).to.not.equal(number.digits)
      expect(other.words).to.not.equal(number.words)
      expect(other.qr).to.not.equal(number.qr)
    }), { numRuns: 5 })
  })
})
