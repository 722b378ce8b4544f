import { expect } from 'chai'
import fc from 'fast-check'
import { lanesOf } from './support/lanes.ts'

describe('the lanes of the tests', () => {
  it('have every file once, and take about the same time', () => {
    const files = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer({ min: 1, max: 60 }), { maxKeys: 80 })
    fc.assert(fc.property(files, fc.integer({ min: 1, max: 3 }), (seconds, count) => {
      const names = Object.keys(seconds)
      const lanes = lanesOf([...names, ...names.slice(0, 3)], seconds, count)
      expect(lanes.flat().sort()).to.deep.equal(names.sort())
      const spent = lanes.map(lane => lane.reduce((sum, file) => sum + (seconds[file] ?? 0), 0))
      if (lanes.length > 1) expect(Math.max(...spent) - Math.min(...spent)).to.be.at.most(Math.max(...Object.values(seconds)))
    }))
  })

  it('keep together what a machine has only once', () => {
    const names = ['test/browser/a.spec.ts', 'test/scenario/chat.spec.ts', 'test/browser/b.spec.ts', 'x.spec.ts', 'y.spec.ts']
    const [first, second] = lanesOf(names, {}, 2)
    expect(first).to.include.members(names.slice(0, 3))
    expect(second).to.include('x.spec.ts')
  })
})
