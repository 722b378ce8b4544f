import { expect } from 'chai'
import { Mixer } from '../../src/platform/audio/mixer.ts'
import { amplitude, tone } from '../../../../test/support/tone.ts'

const FRAME = 960
/** Frame by frame, as in a call. */
function mixed (voices: readonly Int16Array[]): Int16Array {
  const mixer = new Mixer(FRAME)
  const frames = Array.from({ length: Math.floor((voices[0]?.length ?? 0) / FRAME) }, (_, n) => mixer.mix(voices.map(voice => voice.subarray(n * FRAME, (n + 1) * FRAME))))
  return Int16Array.from(frames.flatMap(frame => [...frame]))
}

describe('several voices in one', () => {
  it('one alone stays as it is, to the sample', () => {
    const voice = tone(440, 1)
    expect(mixed([voice])).to.deep.equal(voice)
  })

  it('of three each is as loud as it was', () => {
    const sound = mixed([tone(440, 1), tone(620, 1), tone(790, 1)])
    for (const hz of [440, 620, 790]) expect(amplitude(sound, hz)).to.be.within(8900, 9100)
  })

  it('seven loud ones are turned down together, and are not cut off', () => {
    const hertz = [210, 330, 440, 550, 670, 790, 930]
    const sound = mixed(hertz.map(hz => tone(hz, 1, 48_000, 20_000)))
    const levels = hertz.map(hz => amplitude(sound, hz))
    expect(Math.max(...levels) - Math.min(...levels), 'they keep their proportion').to.be.below(300)
    for (const hz of [110, 1480, 1770]) expect(amplitude(sound, hz), 'what is cut off rings elsewhere').to.be.below(300)
    expect(sound.every(sample => Math.abs(sample) <= 32_767)).to.equal(true)
  })

  it('when the others are quiet again, who speaks is as loud as before', () => {
    const mixer = new Mixer(FRAME)
    const loud = tone(440, 1, 48_000, 30_000).subarray(0, FRAME)
    mixer.mix([loud, loud, loud])
    for (let n = 0; n < 150; n++) mixer.mix([loud])
    expect(mixer.mix([loud])).to.equal(loud)
  })
})
