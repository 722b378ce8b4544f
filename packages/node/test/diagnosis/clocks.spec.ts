import { expect } from 'chai'
import { Clocks } from '../../src/diagnosis/clocks.ts'
import { MAX_CLOCKS } from '../../src/diagnosis/config.ts'

const HOUR = 60 * 60 * 1000

describe('what others say about the time', () => {
  let now: number
  let steady: number
  let clocks: Clocks

  beforeEach(() => {
    now = 1_000_000
    steady = 0
    clocks = new Clocks({ now: () => now }, () => steady)
  })

  it('is compared with our own clock, one word of each peer', () => {
    clocks.saw('a', now + HOUR)
    clocks.saw('b', now - HOUR)
    clocks.saw('a', now + 5)
    expect(clocks.ahead()).to.deep.equal([-HOUR, 5])
  })

  it('stays what it was while time passes', () => {
    clocks.saw('a', now + 5)
    now += HOUR
    steady += HOUR
    expect(clocks.ahead()).to.deep.equal([5])
  })

  it('counts no more once our clock was set, or the machine slept', () => {
    clocks.saw('a', now + HOUR)
    now += HOUR
    expect(clocks.ahead()).to.deep.equal([])
    clocks.saw('a', now + 1)
    expect(clocks.ahead()).to.deep.equal([1])
  })

  it('is remembered of a bounded crowd', () => {
    for (let peer = 0; peer < 2 * MAX_CLOCKS; peer++) clocks.saw(`peer ${peer}`, now + peer)
    expect(clocks.ahead()).to.have.length(MAX_CLOCKS).and.to.include(2 * MAX_CLOCKS - 1)
  })
})
