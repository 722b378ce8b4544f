/** WAV files, 16-bit PCM (RIFF: IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", 1991). */
import { UsageError } from '../../errors.ts'

/** One channel of sound. */
export interface Sound {
  /** samples per second */
  rate: number
  samples: Int16Array
}

export const WAV_HEADER_BYTES = 44
const PCM = 1
const EXTENSIBLE = 0xfffe

/** All channels mixed into one. @throws UsageError BAD_AUDIO */
export function decodeWav (bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 12 || ascii(bytes, 0) !== 'RIFF' || ascii(bytes, 8) !== 'WAVE') throw bad('it is no WAV file')
  let format: { channels: number, rate: number } | undefined
  for (let at = 12; at + 8 <= bytes.byteLength;) {
    const name = ascii(bytes, at)
    const start = at + 8
    const length = view.getUint32(at + 4, true)
    if (name === 'fmt ' && start + 16 <= bytes.byteLength) {
      const kind = view.getUint16(start, true)
      const channels = view.getUint16(start + 2, true)
      const rate = view.getUint32(start + 4, true)
      if ((kind !== PCM && kind !== EXTENSIBLE) || view.getUint16(start + 14, true) !== 16) throw bad('its samples are not 16-bit PCM')
      if (channels < 1 || channels > 8 || rate < 1000 || rate > 384_000) throw bad('its header makes no sense')
      format = { channels, rate }
    }
    if (name === 'data') {
      if (format === undefined) throw bad('its header is missing')
      // a file that is still being written says 0, or more than there is
      const end = length === 0 ? bytes.byteLength : Math.min(bytes.byteLength, start + length)
      return { rate: format.rate, samples: mixed(view, start, Math.floor((end - start) / 2 / format.channels), format.channels) }
    }
    at = start + length + length % 2
  }
  throw bad('there is no sound in it')
}

function mixed (view: DataView, start: number, count: number, channels: number): Int16Array {
  const samples = new Int16Array(count)
  for (let n = 0; n < count; n++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += view.getInt16(start + 2 * (n * channels + channel), true)
    samples[n] = sum / channels
  }
  return samples
}

/** The first 44 bytes of a file with one channel and so many samples. */
export function wavHeader (rate: number, samples: number): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  const data = Math.min(2 * samples, 0xffffffff - WAV_HEADER_BYTES)
  for (const [at, text] of [[0, 'RIFF'], [8, 'WAVE'], [12, 'fmt '], [36, 'data']] as const) bytes.set(new TextEncoder().encode(text), at)
  view.setUint32(4, data + WAV_HEADER_BYTES - 8, true)
  view.setUint32(16, 16, true)
  view.setUint16(20, PCM, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, 2 * rate, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  view.setUint32(40, data, true)
  return bytes
}

function ascii (bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

export function bad (why: string): UsageError {
  return new UsageError('BAD_AUDIO', `this sound cannot be played: ${why}`, { hint: 'give a WAV file (16-bit PCM) or an Ogg Opus file' })
}
