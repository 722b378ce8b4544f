/** Tones in files, and how loud a frequency is in what was recorded. */
import { readFile, writeFile } from 'node:fs/promises'

const HEADER_BYTES = 44

/** A WAV file with one channel of 16 bits. */
function wav (rate: number, samples: Int16Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF', 0)
  header.writeUInt32LE(HEADER_BYTES - 8 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  for (const [at, value] of [[16, 16], [24, rate], [28, 2 * rate], [40, samples.byteLength]] as const) header.writeUInt32LE(value, at)
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]] as const) header.writeUInt16LE(value, at)
  header.write('data', 36)
  return Buffer.concat([header, new Uint8Array(samples.buffer)])
}

/** As sotto records: the header first, and nothing after the sound. */
function parse (bytes: Buffer): { rate: number, samples: Int16Array } {
  if (bytes.toString('latin1', 8, 16) !== 'WAVEfmt ' || bytes.readUInt16LE(22) !== 1 || bytes.readUInt32LE(40) !== bytes.byteLength - HEADER_BYTES) throw new Error('this is no finished recording')
  return { rate: bytes.readUInt32LE(24), samples: new Int16Array(Uint8Array.from(bytes.subarray(HEADER_BYTES)).buffer) }
}

export function tone (hz: number, seconds: number, rate = 48_000, level = 9000): Int16Array {
  return Int16Array.from({ length: seconds * rate }, (_, n) => level * Math.sin(2 * Math.PI * hz * n / rate))
}

export async function writeTone (path: string, hz: number, seconds: number, rate = 48_000): Promise<void> {
  await writeFile(path, wav(rate, tone(hz, seconds, rate)))
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

/** How near a tone comes that a busy machine played in pieces, Hz: another sampling rate is farther away. */
export const NEAR_HZ = 20

/** The loudest of 100, 110, … 2000 Hz in a recording, or in its first or last seconds, and its amplitude in a usual tenth of a second. */
export async function heardIn (path: string, first = Infinity, last = Infinity): Promise<{ hz: number, level: number, seconds: number }> {
  const { rate, samples: all } = parse(await readFile(path))
  const samples = all.subarray(Math.max(0, all.length - last * rate), Math.min(all.length, first * rate))
  const windows = Array.from({ length: Math.floor(samples.length / WINDOW) }, (_, n) => samples.subarray(n * WINDOW, (n + 1) * WINDOW))
  let best = { hz: 0, level: 0 }
  for (let hz = 100; hz <= 2000; hz += 10) {
    const levels = windows.map(window => amplitude(window, hz, rate)).sort((a, b) => a - b)
    const level = levels[Math.floor(levels.length / 2)] ?? 0
    if (level > best.level) best = { hz, level }
  }
  return { ...best, seconds: samples.length / rate }
}

/** How loud each of several tones is in a recording, in the louder half of its tenths of a second: not all of them sound all the time. */
export async function levelsIn (path: string, tones: readonly number[]): Promise<number[]> {
  const { rate, samples } = parse(await readFile(path))
  const windows = Array.from({ length: Math.floor(samples.length / WINDOW) }, (_, n) => samples.subarray(n * WINDOW, (n + 1) * WINDOW))
  return tones.map(hz => {
    const levels = windows.map(window => amplitude(window, hz, rate)).sort((a, b) => a - b)
    return levels[Math.floor(levels.length * 3 / 4)] ?? 0
  })
}

/** What one packet carries, samples. */
const FRAME = 960

/** Of the frames of a recording of `hz`: which share is all but silent, and how loud it is in the mean. */
export function continuity (samples: Int16Array, hz: number): { silent: number, level: number } {
  const levels = Array.from({ length: Math.floor(samples.length / FRAME) }, (_, n) => amplitude(samples.subarray(n * FRAME, (n + 1) * FRAME), hz))
  const level = levels.reduce((sum, one) => sum + one, 0) / levels.length
  return { silent: levels.filter(one => one < 900).length / levels.length, level }
}
