import { expect } from 'chai'
import { concat } from 'uint8arrays/concat'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { decodeSigned, encodeSigned, MAX_SIGNED_BYTES, verifySigned } from '../../src/identity/signed.ts'
import { FrameBuffer } from '../../src/network/frame-buffer.ts'

describe('signed values and frames', () => {
  it('CONV-1: a signature for one purpose fits no other', async () => {
    const seed = randomSeed()
    const signed = decodeSigned(await encodeSigned('device/revocation', new Uint8Array(9), seed))
    if (signed === undefined) throw new Error('it did not decode')
    expect(await verifySigned('device/revocation', signed, publicKeyOf(seed))).to.equal(true)
    expect(await verifySigned('device/certificate', signed, publicKeyOf(seed))).to.equal(false)
    expect(await verifySigned('device/revocation', signed, publicKeyOf(randomSeed()))).to.equal(false)
  })

  it('CONV-3: a signed value has one encoding; a second one of the same value is refused', async () => {
    const bytes = await encodeSigned('device/revocation', Uint8Array.of(1, 2, 3), randomSeed())
    expect(decodeSigned(bytes)).to.not.equal(undefined)
    const body = bytes.subarray(0, 5)
    const signature = bytes.subarray(5)
    expect(decodeSigned(concat([signature, body])), 'other order').to.equal(undefined)
    expect(decodeSigned(concat([bytes, Uint8Array.of(0x7a, 1, 1)])), 'a field more').to.equal(undefined)
    expect(decodeSigned(concat([body, bytes])), 'a field twice').to.equal(undefined)
    expect(decodeSigned(concat([Uint8Array.of(0x0a, 0x83, 0), bytes.subarray(2)])), 'a longer number').to.equal(undefined)
    expect(decodeSigned(bytes.subarray(0, -1)), 'cut off').to.equal(undefined)
    expect(decodeSigned(await encodeSigned('device/revocation', new Uint8Array(MAX_SIGNED_BYTES), randomSeed())), 'too long').to.equal(undefined)
  })

  it('CONV-5: a frame begins with its length, and one that announces too much is refused before it comes', () => {
    const frames = new FrameBuffer(300)
    frames.push(Uint8Array.of(2, 7, 8, 0xac, 0x02))
    expect(frames.shift()).to.deep.equal(Uint8Array.of(7, 8))
    expect(frames.shift()).to.equal(undefined)
    frames.push(new Uint8Array(300))
    expect(frames.shift()).to.deep.equal(new Uint8Array(300))
    frames.push(Uint8Array.of(0xad, 0x02))
    expect(() => frames.shift()).to.throw('more than 300')
  })
})
