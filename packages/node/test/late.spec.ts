import { expect } from 'chai'
import { NodeError, UsageError } from '../src/errors.ts'
import { later } from '../src/late.ts'

describe('what is loaded when it is wanted', () => {
  it('is loaded once for all who ask', async () => {
    let loads = 0
    const part = later(async () => ++loads)
    expect(await Promise.all([part(), part()])).to.deep.equal([1, 1])
    expect(await part()).to.equal(1)
  })

  it('is tried again where the network fails for a moment', async () => {
    let loads = 0
    const part = later(async () => {
      if (++loads < 3) throw new TypeError('Failed to fetch')
      return 'here'
    }, [0, 0])
    expect(await part()).to.equal('here')
  })

  it('says what is missing, and begins anew with the next who asks', async () => {
    let isOnline = false
    const part = later(async () => {
      if (!isOnline) throw new TypeError('Failed to fetch')
      return 'here'
    }, [0])
    const error: unknown = await part().catch((failed: unknown) => failed)
    expect(error).to.be.instanceOf(NodeError).with.property('code', 'CODE_MISSING')
    isOnline = true
    expect(await part()).to.equal('here')
  })

  it('hands on what the part itself has to say', async () => {
    let loads = 0
    const part = later(async () => {
      loads++
      throw new UsageError('BAD_ARGUMENT', 'no')
    }, [0, 0])
    const error: unknown = await part().catch((failed: unknown) => failed)
    expect(error).to.have.property('code', 'BAD_ARGUMENT')
    expect(loads).to.equal(1)
  })
})
