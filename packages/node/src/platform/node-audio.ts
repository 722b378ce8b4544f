/** Where sound comes from and goes to in Node: files, and what ffmpeg or sox find. */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { UsageError } from '../errors.ts'
import { decodeOggOpus } from './audio/ogg.ts'
import { resample } from './audio/resample.ts'
import { FRAME_SAMPLES, Opus, RATE } from './node-opus.ts'
import { bad, decodeWav, WAV_HEADER_BYTES, wavHeader } from './audio/wav.ts'
import type { ChildProcess } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'

/** Largest file that is played: four hours of 48 kHz. */
const MAX_FILE_BYTES = 1_500_000_000
/** Frames of a microphone that wait: more would be heard late. */
const MAX_WAITING_FRAMES = 5
/** So often it is looked whether one of them always waits: 2 s of frames. */
const LOOK_FRAMES = 100

/** Frames of FRAME_SAMPLES; undefined when there is no more. */
export interface AudioSource { next (): Int16Array | undefined, close (): void }
export interface AudioSink { write (frame: Int16Array): void, close (): Promise<void> }

function samplesOf (bytes: Uint8Array): Int16Array {
  return new Int16Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.byteLength / 2))
}

function bytesOf (samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
}

export async function openSource (audio: string): Promise<AudioSource> {
  if (audio === 'none') return { next: () => new Int16Array(FRAME_SAMPLES), close: () => {} }
  if (audio === 'default') return openMicrophone()
  return fileSource(await readSound(audio))
}

async function readSound (path: string): Promise<Int16Array> {
  const unreadable = (): never => { throw new UsageError('BAD_AUDIO', 'this file cannot be read', { hint: 'check the path of the sound: sotto call start WHO --audio FILE' }) }
  const found = await stat(path).catch(unreadable)
  if (!found.isFile()) return unreadable() // a pipe would be waited for, and with it all other files
  const { size } = found
  if (size > MAX_FILE_BYTES) throw bad('the file is too large')
  const bytes = await readFile(path).catch(unreadable)
  if (bytes.subarray(0, 4).toString('latin1') !== 'OggS') return resample(decodeWav(bytes), RATE)
  const { channels, preSkip, packets } = decodeOggOpus(bytes)
  const opus = new Opus(channels)
  try {
    const frames = packets.map(packet => opus.decode(packet))
    const whole = new Int16Array(frames.reduce((sum, frame) => sum + frame.length / channels, 0))
    let at = 0
    for (const frame of frames) for (let n = 0; n < frame.length; n += channels) whole[at++] = channels === 1 ? frame[n] ?? 0 : ((frame[n] ?? 0) + (frame[n + 1] ?? 0)) / 2
    return whole.subarray(preSkip)
  } catch (error) {
    throw error instanceof UsageError ? error : bad('its Opus is damaged')
  } finally {
    opus.close()
  }
}

function fileSource (samples: Int16Array): AudioSource {
  let at = 0
  return {
    next: () => {
      if (at >= samples.length) return undefined
      const frame = new Int16Array(FRAME_SAMPLES)
      frame.set(samples.subarray(at, at + FRAME_SAMPLES))
      at += FRAME_SAMPLES
      return frame
    },
    close: () => {}
  }
}

const RAW = ['-t', 'raw', '-r', String(RATE), '-e', 'signed', '-b', '16', '-c', '1', '-']
const FF_RAW = ['-f', 's16le', '-ar', String(RATE), '-ac', '1']
/** Programs that give or take raw samples, in the order in which they are tried. */
const MICROPHONES: ReadonlyArray<[string, string[]]> = [
  ['rec', ['-q', ...RAW]],
  ['ffmpeg', ['-loglevel', 'error', '-f', process.platform === 'darwin' ? 'avfoundation' : 'pulse', '-i', process.platform === 'darwin' ? ':0' : 'default', ...FF_RAW, '-']],
  ['ffmpeg', ['-loglevel', 'error', '-f', 'alsa', '-i', 'default', ...FF_RAW, '-']]
]
const SPEAKERS: ReadonlyArray<[string, string[]]> = [
  ['play', ['-q', ...RAW]],
  ['ffmpeg', ['-loglevel', 'error', ...FF_RAW, '-i', '-', '-f', process.platform === 'darwin' ? 'audiotoolbox' : 'pulse', 'default']],
  ['ffmpeg', ['-loglevel', 'error', ...FF_RAW, '-i', '-', '-f', 'alsa', 'default']]
]
/** A program that finds no device ends sooner than this, ms. */
const PROBE_MS = 400

/** The first that starts, and gives sound or is still there a moment later. */
async function firstThatRuns (programs: typeof MICROPHONES, what: string): Promise<ChildProcess> {
  for (const [program, args] of programs) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const stays = await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => { resolve(true) }, PROBE_MS)
      const gone = (): void => { clearTimeout(timer); resolve(false) }
      child.once('error', gone)
      child.once('exit', gone)
      child.stdout?.once('readable', () => { if (child.stdout?.readableLength !== 0) { clearTimeout(timer); resolve(true) } })
    })
    if (stays) return child
  }
  throw new UsageError('NO_AUDIO', `no ${what} was found`, { hint: 'install ffmpeg or sox, or give a file: --audio FILE --record FILE' })
}

async function openMicrophone (): Promise<AudioSource> {
  const child = await firstThatRuns(MICROPHONES, 'microphone')
  const frames: Int16Array[] = []
  let rest = Buffer.alloc(0)
  let ended = false
  let [taken, least] = [0, Infinity]
  child.once('exit', () => { ended = true })
  child.stdout?.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (; rest.byteLength >= 2 * FRAME_SAMPLES; rest = rest.subarray(2 * FRAME_SAMPLES)) {
      frames.push(samplesOf(rest.subarray(0, 2 * FRAME_SAMPLES)))
      if (frames.length > MAX_WAITING_FRAMES) frames.shift()
    }
  })
  return {
    next: () => {
      if (ended) return undefined
      const frame = frames.shift() ?? new Int16Array(FRAME_SAMPLES)
      least = Math.min(least, frames.length)
      if (++taken % LOOK_FRAMES > 0) return frame
      // one that always waits makes all that is said later: it is heard together with this one
      const more = least > 0 ? frames.shift() : undefined
      least = Infinity
      return more === undefined ? frame : blended(frame, more)
    },
    close: () => { child.kill() }
  }
}

/** From the one over to the other. */
function blended (from: Int16Array, to: Int16Array): Int16Array {
  return from.map((sample, n) => sample + ((to[n] ?? 0) - sample) * n / from.length)
}

export async function openSpeaker (): Promise<AudioSink> {
  const child = await firstThatRuns(SPEAKERS, 'speaker')
  child.stdin?.on('error', () => {}) // it went away: the call goes on unheard, and says so by its end
  return {
    write: frame => { if (child.stdin?.writableNeedDrain === false) child.stdin.write(bytesOf(frame)) },
    close: async () => { child.stdin?.end(); child.kill() }
  }
}

/** A pipe that nobody reads would be waited for, and with it all other files. */
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0)

/** A WAV file whose header says at its end how long it is; one that was cut off plays to where it came. */
export async function openRecorder (path: string): Promise<AudioSink> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, WRITE, 0o600)
    if ((await handle.stat()).isFIFO()) throw new Error('a pipe has no place for the header at the end')
    await handle.write(wavHeader(RATE, 0))
  } catch (error) {
    await handle?.close()
    throw new UsageError('BAD_AUDIO', 'this file cannot be written', { cause: error, hint: 'choose another place: --record FILE' })
  }
  const file = handle
  let samples = 0
  let written = 0
  let writing: Promise<unknown> = Promise.resolve()
  let failed = false
  return {
    write: frame => {
      if (failed) return
      const at = WAV_HEADER_BYTES + 2 * samples
      samples += frame.length
      writing = writing.then(async () => {
        if (failed) return
        const { bytesWritten } = await file.write(bytesOf(frame), 0, 2 * frame.length, at)
        written += Math.floor(bytesWritten / 2)
        failed = bytesWritten < 2 * frame.length // what is full takes a part first
      }).catch(() => { failed = true }) // the disk is full: what is there stays, and can be played
    },
    close: async () => {
      await writing
      try {
        await file.write(wavHeader(RATE, written), 0, WAV_HEADER_BYTES, 0)
      } finally {
        await file.close()
      }
    }
  }
}
