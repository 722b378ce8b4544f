import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { JitterBuffer } from '../../src/platform/audio/jitter.ts'
import { openRecorder, openSource } from '../../src/platform/node-audio.ts'
import { FRAME_SAMPLES, Opus } from '../../src/platform/node-opus.ts'
import { amplitude, continuity, tone } from '../../../../test/support/tone.ts'
import { dice } from '../../../../test/support/udp-forwarder.ts'

const HZ = 440
const SECONDS = 10

/** What is heard of a tone over a line that loses packets, with what is lost made up or left silent. */
function heard (loss: number, conceals: boolean): Int16Array {
  const [ours, theirs] = [new Opus(), new Opus()]
  const [jitter, roll] = [new JitterBuffer(), dice(5)]
  const sound = tone(HZ, SECONDS)
  const frames: Int16Array[] = []
  for (let n = 0; (n + 1) * FRAME_SAMPLES <= sound.length; n++) {
    const packet = ours.encode(sound.subarray(n * FRAME_SAMPLES, (n + 1) * FRAME_SAMPLES))
    if (roll() >= loss) jitter.push(n, packet)
    const pulled = jitter.pull()
    if (pulled === undefined) continue
    frames.push(pulled !== 'lost' ? theirs.decode(pulled) : conceals ? theirs.conceal() : new Int16Array(FRAME_SAMPLES))
  }
  ours.close()
  theirs.close()
  const whole = new Int16Array(frames.length * FRAME_SAMPLES)
  frames.forEach((frame, n) => { whole.set(frame, n * FRAME_SAMPLES) })
  return whole.subarray(5 * FRAME_SAMPLES)
}

describe('Opus in Node', () => {
  for (const [loss, most] of [[0.05, 0.01], [0.2, 0.03]] as const) {
    it(`where ${100 * loss} % of the packets are lost, hardly a frame is silent, and the tone is as loud as it was`, () => {
      const [before, after] = [continuity(heard(loss, false), HZ), continuity(heard(loss, true), HZ)]
      expect(before.silent, 'what silence in their place would be').to.be.within(0.7 * loss, 1.5 * loss)
      expect(after.silent).to.be.below(most)
      expect(after.level, 'of 9000').to.be.within(8500, 9300)
    })
  }

  it('what is made up is one frame long, whatever came before it, and fades where nothing follows', () => {
    const opus = new Opus()
    expect(opus.conceal(), 'before anything came').to.deep.equal(new Int16Array(FRAME_SAMPLES))
    // the first byte of a packet of each mode, band and length, with no frame in it
    for (let config = 0; config < 32; config++) {
      opus.decode(Uint8Array.of(config << 3))
      expect(opus.conceal(), `${config}`).to.have.length(FRAME_SAMPLES)
    }
    opus.close()
    const other = new Opus()
    for (let n = 0; n < 50; n++) other.decode(other.encode(tone(HZ, 0.02)))
    const levels = Array.from({ length: 50 }, () => Math.round(amplitude(other.conceal(), HZ)))
    expect(Math.max(...levels.slice(-10)), 'of 9000').to.be.below(900)
    other.close()
  })

  it('a packet that is no packet is refused, and what comes after it is heard', () => {
    const opus = new Opus()
    const good = opus.encode(tone(HZ, 0.02))
    for (const bytes of [new Uint8Array(), new Uint8Array(5000), Uint8Array.of(3), Uint8Array.of(0xff, 0xff, 0xff, 0xff)]) expect(() => opus.decode(bytes)).to.throw()
    expect(opus.decode(good)).to.have.length(FRAME_SAMPLES)
    opus.close()
  })

  it('a file of Opus whose packets are damaged is refused in words, whatever is in them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-opus-'))
    const page = (...packets: readonly Uint8Array[]): number[] => [...Buffer.from('OggS'), 0, 0, ...new Uint8Array(20), packets.length, ...packets.map(({ length }) => length), ...packets.flatMap(packet => [...packet])]
    const head = Uint8Array.from([...Buffer.from('OpusHead'), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0])
    const roll = dice(11)
    try {
      for (let n = 0; n < 15; n++) {
        const packets = Array.from({ length: 3 }, () => Uint8Array.from({ length: Math.floor(200 * roll()) }, () => Math.floor(256 * roll())))
        const path = join(directory, `${n}.opus`)
        await writeFile(path, Uint8Array.from([...page(head), ...page(new Uint8Array(8)), ...page(...packets)]))
        const source = await openSource(path).catch((error: unknown) => error as { code: string })
        if ('next' in source) expect(source.next()?.length ?? FRAME_SAMPLES).to.equal(FRAME_SAMPLES)
        else expect(source).to.include({ code: 'BAD_AUDIO' })
      }
      expect(await openSource(directory).catch((error: unknown) => error)).to.include({ code: 'BAD_AUDIO', message: 'this file cannot be read' })
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('a pipe is refused at once, to be played as to be written, and holds up no file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-opus-'))
    try {
      const pipe = join(directory, 'pipe.wav')
      execFileSync('mkfifo', [pipe])
      expect(await openSource(pipe).catch((error: unknown) => error)).to.include({ code: 'BAD_AUDIO', message: 'this file cannot be read' })
      expect(await openRecorder(pipe).catch((error: unknown) => error)).to.include({ code: 'BAD_AUDIO', message: 'this file cannot be written' })
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
