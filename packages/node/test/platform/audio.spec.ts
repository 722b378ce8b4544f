import { expect } from 'chai'
import fc from 'fast-check'
import { JitterBuffer } from '../../src/platform/audio/jitter.ts'
import { decodeOggOpus } from '../../src/platform/audio/ogg.ts'
import { resample } from '../../src/platform/audio/resample.ts'
import { decodeRtp, encodeRtp } from '../../src/platform/audio/rtp.ts'
import { decodeWav, wavHeader } from '../../src/platform/audio/wav.ts'

const frame = (n: number): Uint8Array => Uint8Array.of(n % 256)
const wav = (rate: number, samples: Int16Array): Uint8Array => Uint8Array.from([...wavHeader(rate, samples.length), ...new Uint8Array(samples.buffer)])

describe('sound', () => {
  it('a WAV file gives back its samples; what is none is refused in words', () => {
    const samples = Int16Array.from([1, -2, 32767, -32768])
    expect(decodeWav(wav(8000, samples))).to.deep.equal({ rate: 8000, samples })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, whole) => {
      const file = whole ? bytes : Uint8Array.from([...wavHeader(48_000, 7), ...bytes]).subarray(0, bytes.length + 20)
      for (const decode of [decodeWav, decodeOggOpus]) {
        try {
          decode(file)
        } catch (error) {
          expect(error).to.include({ code: 'BAD_AUDIO' })
        }
      }
    }))
  })

  it('a WAV file may have any rate, up to eight channels, and parts that nobody asked for; samples of another kind are refused in words', () => {
    const file = (kind: number, channels: number, rate: number, bits: number, data: Uint8Array, before: Uint8Array = new Uint8Array()): Uint8Array => {
      const bytes = new Uint8Array(44 + before.length + data.length)
      const view = new DataView(bytes.buffer)
      const ascii = (at: number, text: string): void => { bytes.set(new TextEncoder().encode(text), at) }
      ascii(0, 'RIFF')
      ascii(8, 'WAVE')
      bytes.set(before, 12)
      const at = 12 + before.length
      ascii(at, 'fmt ')
      view.setUint32(at + 4, 16, true)
      for (const [offset, value] of [[8, kind], [10, channels], [22, bits]] as const) view.setUint16(at + offset, value, true)
      view.setUint32(at + 12, rate, true)
      ascii(at + 24, 'data')
      view.setUint32(at + 28, data.length, true)
      bytes.set(data, at + 32)
      return bytes
    }
    const stereo = new Uint8Array(Int16Array.from([100, 300, -100, -300]).buffer)
    expect(decodeWav(file(1, 2, 22_050, 16, stereo))).to.deep.equal({ rate: 22_050, samples: Int16Array.from([200, -200]) })
    const list = Uint8Array.from([...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 1, 2, 3, 0])
    expect(decodeWav(file(0xfffe, 1, 96_000, 16, stereo, list)).samples).to.have.length(4)
    for (const [kind, channels, rate, bits] of [[1, 1, 8000, 8], [1, 1, 48_000, 24], [3, 1, 48_000, 32], [6, 1, 8000, 8], [1, 0, 8000, 16], [1, 9, 8000, 16], [1, 1, 7, 16]] as const) {
      expect(() => decodeWav(file(kind, channels, rate, bits, stereo)), `${kind} ${channels} ${rate} ${bits}`).to.throw().with.property('code', 'BAD_AUDIO')
    }
  })

  it('pages of Ogg that lie about their length are refused in words, or give what is there', () => {
    const page = fc.record({ table: fc.uint8Array({ maxLength: 20 }), data: fc.uint8Array({ maxLength: 600 }), serial: fc.nat(2), head: fc.boolean() })
    fc.assert(fc.property(fc.array(page, { maxLength: 8 }), fc.nat(40), (pages, cut) => {
      const head = [...new TextEncoder().encode('OpusHead'), 1, 1, 56, 1, 0x80, 0xbb, 0, 0, 0, 0, 0]
      const bytes = Uint8Array.from(pages.flatMap(({ table, data, serial, head: opens }) => [
        ...new TextEncoder().encode('OggS'), 0, 0, ...new Uint8Array(8), serial, 0, 0, 0, ...new Uint8Array(8),
        ...(opens ? [1, head.length, ...head] : [table.length, ...table, ...data])
      ]))
      try {
        const { channels, packets } = decodeOggOpus(bytes.subarray(0, Math.max(0, bytes.length - cut)))
        expect(channels).to.be.within(1, 2)
        expect(packets.reduce((sum, { byteLength }) => sum + byteLength, 0)).to.be.at.most(bytes.length)
      } catch (error) {
        expect(error).to.include({ code: 'BAD_AUDIO' })
      }
    }))
  })

  it('at another rate it is as long and as loud', () => {
    const slow = Int16Array.from({ length: 8000 }, (_, n) => 9000 * Math.sin(2 * Math.PI * 440 * n / 8000))
    const fast = resample({ rate: 8000, samples: slow }, 48_000)
    expect(fast).to.have.length(48_000)
    for (let n = 1000; n < 47_000; n += 97) expect(fast[n]).to.be.closeTo(9000 * Math.sin(2 * Math.PI * 440 * n / 48_000), 100)
  })

  it('packets of RTP are read as they were made; others throw nothing', () => {
    const packet = { payloadType: 111, sequence: 65_535, timestamp: 0xffffffff, ssrc: 1, payload: frame(7) }
    expect(decodeRtp(encodeRtp(packet))).to.deep.equal(packet)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), bytes => { decodeRtp(bytes) }))
  })

  describe('the jitter buffer', () => {
    const play = (buffer: JitterBuffer, count: number): Array<number | 'lost' | undefined> => Array.from({ length: count }, () => {
      const pulled = buffer.pull()
      return pulled instanceof Uint8Array ? pulled[0] : pulled
    })

    it('plays in order what came out of order, across the end of the numbers', () => {
      const buffer = new JitterBuffer({ target: 3, most: 12 })
      for (const n of [65_534, 0, 65_535, 2, 1]) buffer.push(n, frame(n))
      expect(play(buffer, 5)).to.deep.equal([254, 255, 0, 1, 2])
    })

    it('waits for a few, tells what is missing, drops what is late', () => {
      const buffer = new JitterBuffer({ target: 2, most: 12 })
      buffer.push(1, frame(1))
      expect(play(buffer, 1)).to.deep.equal([undefined])
      buffer.push(3, frame(3))
      expect(play(buffer, 3)).to.deep.equal([1, 'lost', 3])
      buffer.push(2, frame(2))
      buffer.push(4, frame(4))
      expect(play(buffer, 2), 'from now on one more waits').to.deep.equal(['lost', 4])
      expect(buffer).to.include({ lost: 1, late: 1 })
    })

    it('after a pause it comes back to the delay it had, a frame now and then; nothing of that counts as lost', () => {
      const buffer = new JitterBuffer({ target: 3, most: 12 })
      let n = 0
      const push = (count: number): void => { for (let at = 0; at < count; at++, n++) buffer.push(n, frame(n)) }
      push(3)
      for (let at = 0; at < 50; at++, push(1)) play(buffer, 1)
      const before = buffer.depth
      push(6) // nobody pulled for 120 ms
      for (let at = 0; at < 1000; at++, push(1)) play(buffer, 1)
      expect(buffer.depth).to.be.within(before, before + 1)
      expect(buffer).to.include({ lost: 0, late: 0 })
    })

    it('on a line that is late now and then more waits, so that less is missed; when it is calm again, less', () => {
      const buffer = new JitterBuffer({ target: 2, most: 12 })
      let [n, held] = [0, 0]
      /** how often something had to be made up */
      const run = (looks: number, pause: number): number => {
        let missed = 0
        for (let at = 0; at < 100 * looks; at++) {
          held++
          if (at % 100 < 100 - pause) for (; held > 0; held--, n++) buffer.push(n, frame(n))
          if (buffer.pull() === 'lost') missed++
        }
        return missed
      }
      run(1, 0)
      expect(run(1, 4)).to.be.above(1)
      run(8, 4)
      expect(run(8, 4), 'pauses of 80 ms are nothing any more').to.equal(0)
      run(50, 0)
      expect(buffer.depth).to.be.below(4)
      expect(buffer.lost).to.equal(0)
    })

    it('of a sender that runs faster it keeps the newest; it never holds more than it may', () => {
      fc.assert(fc.property(fc.array(fc.nat(65_535), { maxLength: 200 }), numbers => {
        const buffer = new JitterBuffer({ target: 3, most: 12 })
        for (const n of numbers) buffer.push(n, frame(n))
        expect(play(buffer, 20).filter(pulled => typeof pulled === 'number')).to.have.length.below(13)
      }))
    })

    it('where nothing comes for a while something is played all the same, and what is missing is counted when it goes on', () => {
      const buffer = new JitterBuffer({ target: 2, most: 12 })
      for (const n of [1, 2]) buffer.push(n, frame(n))
      expect(play(buffer, 4)).to.deep.equal([1, 2, 'lost', 'lost'])
      buffer.push(6, frame(6))
      expect(play(buffer, 1), 'it gathers').to.deep.equal(['lost'])
      buffer.push(7, frame(7))
      expect(play(buffer, 2)).to.deep.equal([6, 7])
      expect(buffer).to.include({ received: 4, lost: 3, late: 0 })
      for (const n of [7, 8, 9]) buffer.push(n, frame(n))
      expect(play(buffer, 3), 'what was played without is dropped, and one more waits').to.deep.equal(['lost', 8, 9])
      expect(buffer).to.include({ lost: 3, late: 1 })
    })

    it('another sender is heard at once, wherever its numbers begin', () => {
      for (const first of [20_000, 60_000]) {
        const buffer = new JitterBuffer({ target: 2, most: 12 })
        for (const n of [40_000, 40_001, 40_002]) buffer.push(n, frame(n))
        play(buffer, 2)
        buffer.restart()
        for (const n of [first, first + 1]) buffer.push(n, frame(n))
        expect(play(buffer, 3)).to.deep.equal([first % 256, (first + 1) % 256, 'lost'])
        expect(buffer).to.include({ lost: 0, late: 0 })
      }
    })
  })
})
