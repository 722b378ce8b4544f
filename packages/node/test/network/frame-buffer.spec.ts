import { expect } from 'chai'
import fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { FrameBuffer, frameHeader } from '../../src/network/frame-buffer.ts'

describe('the frame buffer', () => {
  it('gives back what was framed, however the bytes are cut', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), fc.array(fc.nat(300), { minLength: 1, maxLength: 20 }), (frames, cuts) => {
      const bytes = concat(frames.flatMap(frame => [frameHeader(frame.byteLength), frame]))
      const buffer = new FrameBuffer(400)
      const got: Uint8Array[] = []
      for (let from = 0, i = 0; from < bytes.byteLength; i++) {
        const to = from + 1 + (cuts[i % cuts.length] ?? 0)
        buffer.push(bytes.subarray(from, to))
        from = to
        for (let frame = buffer.shift(); frame !== undefined; frame = buffer.shift()) got.push(frame)
      }
      expect(got).to.deep.equal(frames)
      expect(buffer.size).to.equal(0)
    }))
  })

  it('refuses a length over the limit before any of its bytes came', () => {
    const buffer = new FrameBuffer(1000)
    buffer.push(frameHeader(1001))
    expect(() => buffer.shift()).to.throw().with.property('code', 'FRAME_TOO_LARGE')
  })

  it('refuses a length that does not end', () => {
    const buffer = new FrameBuffer(2 ** 20)
    buffer.push(Uint8Array.of(0x80, 0x80, 0x80, 0x80))
    expect(() => buffer.shift()).to.throw().with.property('code', 'PROTOCOL_VIOLATION')
  })

  it('never throws anything but a PeerError, whatever bytes come', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
      const buffer = new FrameBuffer(100)
      buffer.push(bytes)
      try {
        while (buffer.shift() !== undefined);
      } catch (error) {
        expect((error as Error).name).to.equal('PeerError')
      }
    }))
  })
})
