/**
 * Microphone and camera of one call in a page: taken, exchanged while one talks, and replaced when they are gone.
 *
 * Invariants: from the beginning to the end there is exactly one track of sound, be it silence, so that the other side never takes who is not
 * heard for one whose connection broke (CALL-9). What is taken is let go of when the last who sends it has left.
 */
import { UsageError } from '../errors.ts'
import type { CallTracks } from '../api.ts'
import type { MediaInit } from './media.ts'

/** live: one is heard. lost: the microphone is gone, and there is no other. none: one wanted only to listen. */
export type MicrophoneState = 'live' | 'lost' | 'none'
export type DeviceKind = 'audio' | 'video'

/** What a person is heard and seen by. `change`: another one, or none. `camera-lost`: the camera is gone, and there is no other. */
export interface CallDevices extends EventTarget {
  readonly microphone: MicrophoneState
  /** What is used now. */
  used (kind: DeviceKind): { id: string, name: string } | undefined
  /** Exchanges what is used for another one, or for what the browser finds. @throws UsageError NO_AUDIO; what was used goes on */
  take (kind: DeviceKind, device?: string): Promise<void>
}

type PageDevicesInit = Pick<MediaInit, 'audio' | 'tracks' | 'devices'>

/** What sends it: one for each person who is talked with. */
export interface DevicesUser {
  /** what is sent is exchanged, without a new offer */
  swap (before: MediaStreamTrack, after: MediaStreamTrack): Promise<void>
  /** the browser's own button ended the screen */
  screenEnded (): void
}

export function explained (error: unknown): UsageError {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return new UsageError('NO_AUDIO', 'the browser was not allowed to use microphone or camera', { cause: error, hint: 'allow it beside the address of the page, then call again' })
  if (name === 'NotReadableError') return new UsageError('NO_AUDIO', 'microphone or camera are in use by another program', { cause: error, hint: 'close that program, then call again' })
  return new UsageError('NO_AUDIO', 'no microphone or camera was found', { cause: error, hint: 'plug one in, or choose another one in the settings' })
}

async function capture (constraints: MediaStreamConstraints): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints)
  } catch (error) {
    throw explained(error)
  }
}

/** A device that was chosen once and is not there today is no reason not to talk. */
function preferred (device: string | undefined): true | MediaTrackConstraints {
  return device === undefined ? true : { deviceId: { ideal: device } }
}

export class PageDevices extends EventTarget implements CallDevices {
  /** the same for the whole call; its tracks come and go */
  readonly local = new MediaStream()
  readonly #init: PageDevicesInit
  readonly #ended = new AbortController()
  readonly #users = new Set<DevicesUser>()
  #screen: MediaStream | undefined
  #microphone: MicrophoneState = 'none'
  #context: AudioContext | undefined
  #heard = true
  #wanted: CallTracks
  /** what the browser asks the person for */
  readonly #asked = new Set<'video' | 'screen'>()

  private constructor (init: PageDevicesInit) {
    super()
    this.#init = init
    this.#heard = init.tracks.audio
    this.#wanted = init.tracks
  }

  /** @throws UsageError NO_AUDIO */
  static async open (init: PageDevicesInit): Promise<PageDevices> {
    const devices = new PageDevices(init)
    await devices.#open()
    return devices
  }

  /** All that is sent. */
  get sent (): readonly MediaStream[] { return this.#screen === undefined ? [this.local] : [this.local, this.#screen] }
  get closed (): boolean { return this.#ended.signal.aborted }

  join (user: DevicesUser): void { this.#users.add(user) }

  leave (user: DevicesUser): void {
    this.#users.delete(user)
    if (this.#users.size === 0) this.#close()
  }

  /** Takes what is to be sent, and lets go of what is not. @throws UsageError NO_AUDIO */
  async send (tracks: CallTracks): Promise<void> {
    this.#wanted = tracks
    this.#hear(tracks.audio)
    const camera = this.#track('video')
    // whoever is asked for one already is not asked again
    if (tracks.video && camera === undefined && !this.#asked.has('video')) await this.#asking('video', async () => this.#camera())
    if (!tracks.video && camera !== undefined) {
      this.local.removeTrack(camera)
      camera.stop()
    }
    if (tracks.screen && this.#screen === undefined && !this.#asked.has('screen')) await this.#asking('screen', async () => this.#share())
    if (!tracks.screen) this.#unshare()
  }

  get microphone (): MicrophoneState { return this.#microphone }

  used (kind: DeviceKind): { id: string, name: string } | undefined {
    const track = this.#track(kind)
    if (track === undefined || (kind === 'audio' && this.#microphone !== 'live')) return undefined
    return { id: track.getSettings().deviceId ?? '', name: track.label }
  }

  /** Mutes and unmutes, without letting go of the microphone. */
  #hear (heard: boolean): void {
    this.#heard = heard
    for (const track of this.local.getAudioTracks()) track.enabled = heard
  }

  /** A camera for the first time in this call, or again. @throws UsageError NO_AUDIO */
  async #camera (): Promise<void> {
    const [track] = (await capture({ video: preferred(this.#init.devices?.().camera) })).getVideoTracks()
    if (track === undefined) return
    if (this.#isWanted('video')) this.#add(track)
    else track.stop()
  }

  async #share (): Promise<void> {
    try {
      const screen = this.#screen = await navigator.mediaDevices.getDisplayMedia({ video: true })
      // what is ended by `stop()` does not say so: this was the browser's own button
      for (const track of screen.getTracks()) track.addEventListener('ended', () => { for (const user of this.#users) user.screenEnded() })
      if (!this.#isWanted('screen')) this.#unshare()
    } catch (error) {
      throw explained(error)
    }
  }

  async #asking (kind: 'video' | 'screen', ask: () => Promise<void>): Promise<void> {
    this.#asked.add(kind)
    try {
      await ask()
    } finally {
      this.#asked.delete(kind)
    }
  }

  /** Not any more where the call ended, or it was turned off again, while the browser asked. */
  #isWanted (kind: 'video' | 'screen'): boolean { return !this.closed && this.#wanted[kind] }

  #unshare (): void {
    for (const track of this.#screen?.getTracks() ?? []) track.stop()
    this.#screen = undefined
  }

  async take (kind: DeviceKind, device?: string): Promise<void> {
    if (this.#track(kind) === undefined) return // no camera is shown: the next time it is this one
    const wanted = device === undefined ? true : { deviceId: { exact: device } }
    const [fresh] = (await capture(kind === 'audio' ? { audio: wanted } : { video: wanted })).getTracks()
    const before = this.#track(kind)
    if (fresh === undefined) return
    if (this.#ended.signal.aborted || before === undefined) {
      fresh.stop()
      return
    }
    await this.#exchange(before, fresh)
    if (kind === 'audio') this.#microphone = 'live'
    this.#tell('change')
  }

  #close (): void {
    this.#ended.abort()
    this.#unshare()
    for (const track of this.local.getTracks()) track.stop()
    this.#context?.close().catch(() => {}) // closed already
  }

  async #open (): Promise<void> {
    const { audio = 'default', tracks, devices } = this.#init
    const sound = audio === 'none' ? false : audio === 'default' ? preferred(devices?.().microphone) : { deviceId: { exact: audio } }
    if (sound !== false || tracks.video) {
      const taken = await capture({ audio: sound, video: tracks.video ? preferred(devices?.().camera) : false })
      for (const track of taken.getTracks()) this.#add(track)
    }
    if (sound === false) this.local.addTrack(this.#silence())
    else this.#microphone = 'live'
    // what is plugged in is used, where one is not heard
    navigator.mediaDevices?.addEventListener('devicechange', () => { if (this.#microphone === 'lost') this.take('audio').catch(() => {}) }, { signal: this.#ended.signal })
  }

  #track (kind: DeviceKind): MediaStreamTrack | undefined {
    return (kind === 'audio' ? this.local.getAudioTracks() : this.local.getVideoTracks())[0]
  }

  #add (track: MediaStreamTrack): void {
    if (track.kind === 'audio') track.enabled = this.#heard
    this.local.addTrack(track)
    // what `stop()` ends says nothing: this one was unplugged, or is not allowed any more
    track.addEventListener('ended', () => { this.#gone(track).catch(() => {}) }, { signal: this.#ended.signal })
  }

  async #exchange (before: MediaStreamTrack, after: MediaStreamTrack): Promise<void> {
    await Promise.all([...this.#users].map(async user => user.swap(before, after)))
    this.local.removeTrack(before)
    before.stop()
    this.#add(after)
  }

  async #gone (track: MediaStreamTrack): Promise<void> {
    if (this.#ended.signal.aborted || !this.local.getTracks().includes(track)) return
    if (track.kind === 'video') {
      await this.take('video').catch(() => { this.#tell('camera-lost') })
      return
    }
    await this.#exchange(track, this.#silence())
    this.#microphone = 'lost'
    this.#tell('change')
    await this.take('audio')
  }

  #silence (): MediaStreamTrack {
    const context = this.#context ??= new AudioContext()
    context.resume().catch(() => {}) // begins with the next press in the page
    const place = context.createMediaStreamDestination()
    const source = new ConstantSourceNode(context, { offset: 0 })
    source.connect(place)
    source.start()
    const [track] = place.stream.getAudioTracks()
    if (track === undefined) throw new UsageError('NO_AUDIO', 'this browser makes no sound')
    return track
  }

  #tell (event: 'change' | 'camera-lost'): void { this.dispatchEvent(new Event(event)) }
}
