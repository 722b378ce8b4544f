/**
 * The sound of a call in Node: one microphone or file, encoded once for all who hear it; what comes of several is mixed into one recording
 * and one speaker. It lives as long as one of its voices.
 */
import { FRAME_SAMPLES, Opus } from './node-opus.ts'
import { openRecorder, openSource, openSpeaker } from './node-audio.ts'
import { Mixer } from './audio/mixer.ts'
import type { AudioSink, AudioSource } from './node-audio.ts'
import type { AudioPlaces } from './media.ts'

const FRAME_MS = 20
/** How often the clock of the frames is looked at, ms. */
const TICK_MS = 10
/** Frames made up at most after a pause of this process: older ones nobody would hear. */
const MAX_CATCH_UP = 5

/** One person who is talked with. */
export interface Voice {
  /** it can be spoken to */
  readonly open: boolean
  /** a packet of Opus for them */
  carry (payload: Uint8Array): void
  /** a frame of what they say; undefined where they said nothing yet. Asked only where somebody listens or records */
  hear (): Int16Array | undefined
  /** the clock: before the frames of this moment */
  tick (now: number): void
  /** the file was played */
  played (): void
}

export class Sound {
  readonly #source: AudioSource
  readonly #sinks: readonly AudioSink[]
  readonly #opus = new Opus()
  readonly #mixer = new Mixer(FRAME_SAMPLES)
  readonly #voices = new Set<Voice>()
  #timer: NodeJS.Timeout | undefined
  #frames = 0
  #began = 0
  #played = false
  #closing: Promise<void> | undefined
  muted = false

  private constructor (source: AudioSource, sinks: readonly AudioSink[]) {
    this.#source = source
    this.#sinks = sinks
  }

  /** @throws UsageError BAD_AUDIO, NO_AUDIO */
  static async open ({ audio = 'none', record }: AudioPlaces): Promise<Sound> {
    const opening = [
      openSource(audio),
      ...(record === undefined ? [] : [openRecorder(record)]),
      ...(audio === 'default' ? [openSpeaker()] : [])
    ] as const
    const opened = await Promise.allSettled<AudioSource | AudioSink>(opening)
    if (opened.every(({ status }) => status === 'fulfilled')) {
      const [source, ...sinks] = await Promise.all(opening)
      return new Sound(source, sinks)
    }
    await Promise.all(opened.map(async one => { if (one.status === 'fulfilled') await one.value.close() }))
    throw opened.find(one => one.status === 'rejected')?.reason
  }

  /** Somebody listens or records. */
  get heard (): boolean { return this.#sinks.length > 0 }
  get closed (): boolean { return this.#closing !== undefined }

  join (voice: Voice): void { this.#voices.add(voice) }

  /** Frames are made from the moment on when the first voice is there. */
  start (): void {
    if (this.#timer !== undefined || this.closed) return
    this.#began = performance.now()
    // after what came meanwhile was taken in: what waited only for this process is not late
    this.#timer = setInterval(() => { setImmediate(() => { this.#tick() }) }, TICK_MS)
  }

  /** Resolves, of the last one, when what was recorded is on disk. */
  async leave (voice: Voice): Promise<void> {
    this.#voices.delete(voice)
    if (this.#voices.size > 0) return
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #close (): Promise<void> {
    clearInterval(this.#timer)
    this.#source.close()
    this.#opus.close()
    await Promise.all(this.#sinks.map(async sink => sink.close()))
  }

  /** As many frames each way as the clock says: timers come late, sound may not. */
  #tick (): void {
    if (this.closed) return
    const now = performance.now()
    for (const voice of this.#voices) voice.tick(now)
    const due = Math.floor((now - this.#began) / FRAME_MS)
    if (due - this.#frames > MAX_CATCH_UP) this.#frames = due - MAX_CATCH_UP
    for (; this.#frames < due && !this.closed; this.#frames++) {
      this.#speak()
      if (!this.closed) this.#listen()
    }
  }

  #speak (): void {
    const open = [...this.#voices].filter(voice => voice.open)
    if (open.length === 0) return // nobody misses a word of the file
    let frame = this.#played ? undefined : this.#source.next()
    if (frame === undefined && !this.#played) {
      this.#played = true
      for (const voice of [...this.#voices]) voice.played()
      if (this.closed) return // that was the end of the call
    }
    if (frame === undefined || this.muted) frame = new Int16Array(FRAME_SAMPLES)
    const payload = this.#opus.encode(frame)
    for (const voice of open) voice.carry(payload)
  }

  #listen (): void {
    const frames = [...this.#voices].flatMap(voice => voice.hear() ?? [])
    if (frames.length === 0 || this.#sinks.length === 0) return
    const mixed = this.#mixer.mix(frames)
    for (const sink of this.#sinks) sink.write(mixed)
  }
}
