/** Tones in files, and how loud a frequency is in what was recorded. */
import { readFile, writeFile } from 'node:fs/promises'
import { decodeWav, wavHeader } from '../../packages/node/src/platform/audio/wav.ts'

export function tone (hz: number, seconds: number, rate = 48_000, level = 9000): Int16Array {
  return Int16Array.from({ length: seconds * rate }, (_, n) => level * Math.sin(2 * Math.PI * hz * n / rate))
}

export async function writeTone (path: string, hz: number, seconds: number, rate = 48_000): Promise<void> {
  const samples = tone(hz, seconds, rate)
  await writeFile(path, Buffer.concat([wavHeader(rate, samples.length), new Uint8Array(samples.buffer)]))
}

/** Amplitude of `hz` in the samples, 0 to 32767 (Goertzel, American Mathematical Monthly 65, 1958). */
export function amplitude (samples: Int16Array, hz: number, rate = 48_000): number {
  const k = 2 * Math.cos(2 * Math.PI * hz / rate)
  let [a, b] = [0, 0]
  for (const x of samples) [a, b] = [x + k * a - b, a]
  return 2 * Math.sqrt(Math.max(0, a * a + b * b - k * a * b)) / samples.length
}

/** Samples of one look: what was lost on the way breaks one of them, not all. */
const WINDOW = 4800

/** The loudest of 100, 110, … 2000 Hz in a recording, or in the first seconds of it, and its amplitude in a usual tenth of a second. */
export async function heardIn (path: string, first = Infinity): Promise<{ hz: number, level: number, seconds: number }> {
  const { rate, samples: all } = decodeWav(await readFile(path))
  const samples = all.subarray(0, Math.min(all.length, first * rate))
  const windows = Array.from({ length: Math.floor(samples.length / WINDOW) }, (_, n) => samples.subarray(n * WINDOW, (n + 1) * WINDOW))
  let best = { hz: 0, level: 0 }
  for (let hz = 100; hz <= 2000; hz += 10) {
    const levels = windows.map(window => amplitude(window, hz, rate)).sort((a, b) => a - b)
    const level = levels[Math.floor(levels.length / 2)] ?? 0
    if (level > best.level) best = { hz, level }
  }
  return { ...best, seconds: samples.length / rate }
}
