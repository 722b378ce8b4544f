import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { expect } from 'chai'
import { openSource, openSpeaker } from '../../src/platform/node-audio.ts'
import { createMedia } from '../../src/platform/node-media.ts'
import { soundCard } from '../../../../test/support/sound-card.ts'
import { amplitude, tone } from '../../../../test/support/tone.ts'
import type { SoundCard } from '../../../../test/support/sound-card.ts'

const HZ = 440
const FRAME = 960
const FRAMES = 60

describe('microphone and speaker of Node', () => {
  const PATH = process.env.PATH
  let directory: string

  before(async () => { directory = await mkdtemp(join(tmpdir(), 'sotto-sound-')) })
  afterEach(() => { process.env.PATH = PATH })
  after(async () => { await rm(directory, { recursive: true }) })

  /** Nothing but what the test puts there. */
  async function only (name: string, programs: Record<string, string>): Promise<void> {
    const bin = join(directory, name)
    await mkdir(bin)
    for (const [program, line] of Object.entries(programs)) {
      await writeFile(join(bin, program), `#!/bin/sh\n${line}\n`)
      await chmod(join(bin, program), 0o755)
    }
    process.env.PATH = bin
  }

  async function card (name: string): Promise<SoundCard> {
    const made = await soundCard(directory, name, HZ, HZ)
    Object.assign(process.env, made.env)
    return made
  }

  /** The levels of what a microphone gives, frame by frame, from its first sound on. */
  async function listen (): Promise<number[]> {
    const source = await openSource('default')
    const levels: number[] = []
    try {
      while (levels.length < FRAMES) {
        const frame = source.next() ?? new Int16Array(FRAME)
        const level = amplitude(frame, HZ)
        if (level > 0 || levels.length > 0) levels.push(level)
        await later(20)
      }
    } finally {
      source.close()
    }
    return levels
  }

  it('what the microphone hears is what is sent, each frame once', async () => {
    await card('both')
    const source = await openSource('default')
    const frames: Int16Array[] = []
    while (frames.length < 20) {
      const frame = source.next() ?? new Int16Array(FRAME)
      if (frame.some(sample => sample !== 0)) frames.push(frame)
      else await later(5)
    }
    source.close()
    // a tone goes on from frame to frame: no step is larger than its steepest
    const jumps = frames.slice(1).filter((frame, n) => Math.abs((frame[0] ?? 0) - (frames[n]?.at(-1) ?? 0)) > 1000)
    expect(jumps.length, 'frames that do not follow the one before; clicks and gaps are some').to.be.below(5)
    expect(new Set(frames.map(frame => frame.slice(0, 50).join(' '))).size).to.be.above(2)
  })

  it('where there is no sox, ffmpeg is the microphone; where its first way finds no device, the second does', async () => {
    await card('base')
    const bin = join(directory, 'base-sound')
    await only('ffmpeg', { ffmpeg: `case "$*" in *pulse*) exit 1;; *alsa*-ac*) exec ${bin}/rec;; esac; exit 1` })
    const levels = await listen()
    expect(levels.filter(level => level > 4000).length, `of ${FRAMES}`).to.be.above(FRAMES / 2)
  })

  it('what is heard goes to the speaker', async () => {
    const { heard } = await card('loud')
    const speaker = await openSpeaker()
    const sound = tone(HZ, 1)
    for (let at = 0; at < sound.length; at += FRAME) {
      speaker.write(sound.subarray(at, at + FRAME))
      await later(20)
    }
    await speaker.close()
    while (heard().length === 0) await later(20)
    const [{ frames, level } = { frames: 0, level: 0 }] = heard()
    expect({ frames, level }).to.satisfy(() => frames > 40 && level > 8000, `${frames} frames, ${level}`)
  })

  it('where there is neither, the way out is told; nothing is left open', async () => {
    await only('nothing', {})
    for (const open of [async () => openSource('default'), openSpeaker]) {
      const refused = await open().catch((error: unknown) => error)
      expect(refused).to.include({ code: 'NO_AUDIO' }).and.have.property('hint').that.contains('sox').and.contains('--audio FILE')
    }
    await only('deaf', { rec: 'exec /bin/sleep 20', play: 'exit 2' })
    const refused = await createMedia({ tracks: { audio: true, video: false, screen: false }, loopbackOnly: true, hidden: false, iceServers: [], audio: 'default', record: join(directory, 'heard.wav'), onCandidate: () => {}, onFlow: () => {}, onPlayed: () => {} }).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'NO_AUDIO', message: 'no speaker was found' })
  })
})
