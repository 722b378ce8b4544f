import { expect } from 'chai'
import fc from 'fast-check'
import { toString } from 'uint8arrays/to-string'
import { CertificateBody, CredentialBody } from '../device/index.ts'
import { decodeBounded, labelBytes, labelled, paddedLength } from './index.ts'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('conventions', () => {
  it('CONV-1: gives different bytes for different labels or parts, however the parts are cut', () => {
    expect(toString(labelBytes('identity/link'))).to.equal('sotto/1/identity/link\0')
    expect([...labelled('device/id', Uint8Array.of(7))].slice(-5)).to.deep.equal([0, 0, 0, 1, 7])
    fc.assert(fc.property(fc.array(bytes), fc.array(bytes), (a, b) => {
      const same = JSON.stringify(a.map(part => [...part])) === JSON.stringify(b.map(part => [...part]))
      expect(toString(labelled('device/id', ...a), 'base16') === toString(labelled('device/id', ...b), 'base16')).to.equal(same)
      expect(labelled('device/id', ...a)).to.not.deep.equal(labelled('identity/link', ...a))
    }))
  })

  it('CONV-2: refuses what is too long undecoded, and anything malformed without an exception', () => {
    const body = CredentialBody.encode({ identity: new Uint8Array(32), leafKey: new Uint8Array(32), role: 1, suites: [83] })
    expect(decodeBounded(CredentialBody, body, body.byteLength)).to.not.equal(undefined)
    expect(decodeBounded(CredentialBody, body, body.byteLength - 1)).to.equal(undefined)
    const many = CredentialBody.encode({ identity: new Uint8Array(32), leafKey: new Uint8Array(32), role: 1, suites: new Array(17).fill(83) })
    expect(decodeBounded(CredentialBody, many, 1024, { suites: 16 })).to.equal(undefined)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), hostile => { decodeBounded(CertificateBody, hostile, 200) }))
  })

  it('CONV-4: pads to a length that hides all but a few bits, at most 12 % above the floor', () => {
    const floor = 512
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 30 }), length => {
      const padded = paddedLength(length, floor)
      expect(padded).to.be.at.least(Math.max(length, floor))
      if (length > floor) expect((padded - length) / length).to.be.at.most(0.12)
      expect(paddedLength(padded, floor)).to.equal(padded)
    }))
    const sizes = new Set(Array.from({ length: 65536 }, (_, length) => paddedLength(length, floor)))
    expect(sizes.size).to.equal(113)
    expect([0, 512, 513, 1000, 4097, 65535].map(length => paddedLength(length, floor))).to.deep.equal([512, 512, 544, 1024, 4352, 65536])
  })

  it('CONV-6: passes over fields that it does not know', () => {
    const body = CertificateBody.encode({ credential: new Uint8Array(3), peerKey: new Uint8Array(32), revision: 4, notBefore: 1, notAfter: 2 })
    const later = Uint8Array.from([...body, 0xf2, 0x01, 2, 9, 9])
    expect(decodeBounded(CertificateBody, later, 1024)).to.deep.equal(decodeBounded(CertificateBody, body, 1024))
  })

  it('CONV-7: refuses a number above 2^53 - 1 instead of rounding it', () => {
    const body = CertificateBody.encode({ revision: Number.MAX_SAFE_INTEGER })
    expect(decodeBounded(CertificateBody, body, 64)?.revision).to.equal(Number.MAX_SAFE_INTEGER)
    const above = Uint8Array.of(0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10) // 2^53
    expect(decodeBounded(CertificateBody, above, 64)).to.equal(undefined)
  })
})
