import { expect } from 'chai'
import fc from 'fast-check'
import { UsageError } from '../../src/errors.ts'
import { formatDeviceId, isDeviceId, parseDeviceId } from '../../src/identity/device-id.ts'
import { formatId, isId, parseId } from '../../src/identity/identity-id.ts'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

function failure (run: () => unknown): UsageError {
  try {
    run()
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError)
    expect((error as UsageError).hint).to.be.a('string')
    return error as UsageError
  }
  throw new Error('it did not fail')
}

describe('identity ids', () => {
  it('IDN-1: any key comes back from its id, also shouted and with spaces around it', () => {
    fc.assert(fc.property(keys, identity => {
      const id = formatId(identity)
      expect(id).to.match(/^sotto1[02-9ac-hj-np-z]{58}$/)
      expect(isId(id)).to.equal(true)
      expect(parseId(id)).to.deep.equal(identity)
      expect(parseId(`  ${id.toUpperCase()}\n`)).to.deep.equal(identity)
    }))
  })

  it('IDN-1: refuses an id with a wrong, missing, added or swapped character', () => {
    fc.assert(fc.property(keys, fc.nat(63), fc.constantFrom(...'qpzry9x8gf2tvdw0s3jn54khce6mua7l'), (identity, at, character) => {
      const id = formatId(identity)
      const variants = [id.slice(0, at) + character + id.slice(at + 1), id.slice(0, at) + id.slice(at + 1), id.slice(0, at) + character + id.slice(at), id.slice(0, at) + (id[at + 1] ?? '') + (id[at] ?? '') + id.slice(at + 2)]
      for (const variant of variants) {
        if (variant === id) continue
        expect(isId(variant)).to.equal(false)
        expect(failure(() => parseId(variant)).code).to.equal('BAD_ARGUMENT')
      }
    }))
  })

  it('IDN-1: tells bob what he has in hand instead of an id, whatever it is', () => {
    const texts = { 'sotto:CAESIA0c': /link/, 'https://x.example/#CAES': /link/, '12D3KooWMQ9GBbcpun4ZoRtf8Sm33QvmHcaRYXpMe515AbMZjnUj': /device/, sotto1abc: /9 characters/, bob: /not an identity id/, '': /not an identity id/ }
    for (const [text, message] of Object.entries(texts)) expect(failure(() => parseId(text)).message).to.match(message)
    fc.assert(fc.property(fc.string(), text => { expect(failure(() => parseId(text)).code).to.equal('BAD_ARGUMENT') }))
    const valid = formatId(new Uint8Array(32))
    expect(isId(valid.toUpperCase())).to.equal(false) // as written by us, or not at all
    expect(failure(() => parseId(valid.slice(0, 40) + valid.slice(40).toUpperCase())).code).to.equal('BAD_ARGUMENT')
  })

  it('writes device ids as 32 hex digits', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), device => {
      const id = formatDeviceId(device)
      expect(isDeviceId(id)).to.equal(true)
      expect(parseDeviceId(id.toUpperCase())).to.deep.equal(device)
    }))
    for (const text of ['', 'abc', 'g'.repeat(32), 'a'.repeat(33)]) failure(() => parseDeviceId(text))
  })
})
