/** A tone with a click in each second, and when the clicks are heard in a recording that grows. */
import { open, readFile, writeFile } from 'node:fs/promises'
import { amplitude, tone } from '../../support/tone.ts'
import { wavHeader } from '../../../packages/node/src/platform/audio/wav.ts'

export const HZ = 440
const RATE = 48_000
const FRAME = 960
const FRAME_MS = 20
const HEADER_BYTES = 44
const LEVEL = 6000
const LOUD = 15_000
const LOOK_MS = 4
const LAST = 3

const isClick = (samples: Int16Array): boolean => samples.some(sample => Math.abs(sample) > LOUD)

/** Clicks begin half a second after each second. */
export async function writeClicks (path: string, seconds: number): Promise<void> {
  const samples = tone(HZ, seconds, RATE, LEVEL)
  for (let at = RATE / 2; at < samples.length; at += RATE) for (let n = 0; n < FRAME; n++) samples[at + n] = 30_000 * Math.sin(2 * Math.PI * 1000 * n / RATE)
  await writeFile(path, Buffer.concat([wavHeader(RATE, samples.length), new Uint8Array(samples.buffer)]))
}

/**
 * When the last clicks were said, given when the engine asked for a frame after the last one: what is in a frame was said before it is taken.
 * Not the first ones: a pause of the machine between would be counted with them.
 */
export function said (played: number): number[] {
  return Array.from({ length: LAST }, (_, n) => played - FRAME_MS - 1000 * (LAST - n - 0.5))
}

/** Follows a recording until told to stop: when clicks are heard, ms of performance.now. */
export function follow (path: string): { stop: () => Promise<number[]> } {
  const clicks: number[] = []
  const over = new AbortController()
  const done = (async () => {
    const handle = await open(path, 'r')
    try {
      for (let at = HEADER_BYTES; !over.signal.aborted;) {
        const bytes = Buffer.alloc(2 * FRAME * 50)
        const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, at)
        const frames = Math.floor(bytesRead / 2 / FRAME)
        const now = performance.now()
        for (let n = 0; n < frames; n++) {
          const samples = Int16Array.from({ length: FRAME }, (_, k) => bytes.readInt16LE(2 * (n * FRAME + k)))
          const first = samples.findIndex(sample => Math.abs(sample) > LOUD)
          if (first >= 0 && now - (clicks.at(-1) ?? 0) > 500) clicks.push(now + 1000 * first / RATE)
        }
        at += 2 * FRAME * frames
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
      }
    } finally {
      await handle.close()
    }
    return clicks
  })()
  return { stop: async () => { over.abort(); return await done } }
}

/** From mouth to ear, ms: each click that was heard, and the last one said before it. */
export function delays (said: readonly number[], heard: readonly number[]): number[] {
  return heard.flatMap(at => {
    const before = said.findLast(moment => moment <= at)
    return before === undefined ? [] : [at - before]
  })
}

/** Of the frames between the first and the last in which the tone is heard: the share in which nothing is. */
export async function silentShare (path: string): Promise<number> {
  const bytes = await readFile(path)
  const samples = new Int16Array(Uint8Array.from(bytes.subarray(HEADER_BYTES)).buffer)
  const frames = Array.from({ length: Math.floor(samples.length / FRAME) }, (_, n) => samples.subarray(n * FRAME, (n + 1) * FRAME))
  const loud = frames.map(frame => isClick(frame) || amplitude(frame, HZ) > LEVEL / 10)
  const spoken = loud.slice(loud.indexOf(true), loud.lastIndexOf(true) + 1)
  return spoken.filter(one => !one).length / Math.max(1, spoken.length)
}
