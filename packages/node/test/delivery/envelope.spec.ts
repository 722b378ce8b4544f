import { Kind, MAX_ENVELOPE_BYTES } from '@sotto/protocols/envelope'
import { expect } from 'chai'
import fc from 'fast-check'
import { unwrap, wrap } from '../../src/delivery/envelope.ts'
import type { Body } from '@sotto/protocols/envelope'

const key = new Uint8Array(32).fill(7)
const name = new Uint8Array(40).fill(8)
const none = new Uint8Array(0)

function body (bytes: Uint8Array): Body {
  return { kind: Kind.MESSAGE, branch: new Uint8Array(16).fill(9), bytes, part: 0, parts: 0, digest: none }
}

describe('envelopes', () => {
  it('ENV-1: what is wrapped for a queue opens with its key, and with no other', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes, other) => {
      const { id, bytes: sealed } = wrap(key, name, body(bytes))
      expect(unwrap(key, sealed)).to.deep.equal(body(bytes))
      expect(sealed.subarray(0, 16)).to.deep.equal(id)
      expect(unwrap(other, sealed)).to.equal(undefined)
    }), { numRuns: 30 })
  })

  it('ENV-1: a changed bit anywhere, a shortened or lengthened envelope opens no more', () => {
    const { bytes } = wrap(key, name, body(new Uint8Array(100)))
    for (const at of [0, 15, 16, 39, 40, bytes.byteLength - 17, bytes.byteLength - 1]) {
      const flipped = Uint8Array.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      expect(unwrap(key, flipped), `byte ${at}`).to.equal(undefined)
    }
    expect(unwrap(key, bytes.subarray(0, -1))).to.equal(undefined)
    expect(unwrap(key, Uint8Array.from([...bytes, 0]))).to.equal(undefined)
  })

  it('ENV-1: no bytes make unwrapping throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), junk => unwrap(key, junk) === undefined))
    expect(unwrap(key, new Uint8Array(MAX_ENVELOPE_BYTES + 1))).to.equal(undefined)
  })

  it('ENV-2: two envelopes of one queue have nothing in common without the key', () => {
    const one = wrap(key, name, body(new Uint8Array(100))).bytes
    const two = wrap(key, Uint8Array.from([...name.subarray(1), 1]), body(new Uint8Array(100))).bytes
    let same = 0
    for (const [i, byte] of one.entries()) if (byte === two[i]) same++
    expect(same).to.be.lessThan(20) // of 600: chance alone gives two or three
  })

  it('ENV-3: sizes come from few buckets, none below 512 bytes and none above 64 KiB', () => {
    const sizes = new Set<number>()
    for (let length = 0; length < 60_000; length += 97) sizes.add(wrap(key, name, body(new Uint8Array(length))).bytes.byteLength)
    expect(Math.min(...sizes)).to.equal(512 + 56)
    expect(Math.max(...sizes)).to.be.at.most(MAX_ENVELOPE_BYTES)
    expect(sizes.size).to.be.lessThan(113)
    expect(wrap(key, name, body(new Uint8Array(0))).bytes.byteLength).to.equal(wrap(key, name, body(new Uint8Array(450))).bytes.byteLength)
  })

  it('ENV-3: what does not fit is refused here, not cut', () => {
    expect(() => wrap(key, name, body(new Uint8Array(MAX_ENVELOPE_BYTES)))).to.throw().with.property('code', 'LIMIT_EXCEEDED')
  })

  it('ENV-4: a retry gives the same bytes; other bytes under the same name another nonce', () => {
    const once = wrap(key, name, body(Uint8Array.of(1)))
    expect(wrap(key, name, body(Uint8Array.of(1)))).to.deep.equal(once)
    const other = wrap(key, name, body(Uint8Array.of(2)))
    expect(other.id).to.deep.equal(once.id)
    expect(other.bytes.subarray(16, 40)).to.not.deep.equal(once.bytes.subarray(16, 40))
  })
})
