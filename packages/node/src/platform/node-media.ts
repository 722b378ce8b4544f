/** Media in Node: node-datachannel carries it, Opus is made here. Sound only; a picture that is offered is refused. */
import { randomInt } from 'node:crypto'
import { isNamed, withoutCandidates } from '@sotto/protocols/call'
import { DEFAULT_JITTER, JitterBuffer } from './audio/jitter.ts'
import { decodeRtp, encodeRtp } from './audio/rtp.ts'
import { iceCredentials, MEDIA_SILENCE_MS } from './media.ts'
import { createCertificate } from './node-certificate.ts'
import { FRAME_SAMPLES, Opus } from './node-opus.ts'
import { Sound } from './node-sound.ts'
import type { Voice } from './node-sound.ts'
import type { CallStats, CallTracks } from '../api.ts'
import type { MediaCandidate, MediaInit, MediaLeg } from './media.ts'
import type { default as Native, PeerConnection, Track } from 'node-datachannel'

/** Payload type of Opus in our own offers: any of the dynamic ones. */
const OPUS_TYPE = 111
/** One channel, and no second copy of what was said before: the engine gives no way to read it, and what is lost is made up (RFC 7587 §7.1). */
const OPUS_PROFILE = 'minptime=10;stereo=0;sprop-stereo=0;useinbandfec=0'
/** The engine says when a connection has closed; it is waited for no longer than this, ms. */
const CLOSE_MS = 1000
/**
 * Who answers begins DTLS (RFC 8842 §5.3), and the engine hears nothing of it until it has found its way; what it did not hear is said again
 * a second later. So who answers lets the other one look first: what it was told of their ways lies so long, ms.
 */
const LOOK_SECOND_MS = 100
/** Packets taken per tick at most: a flood costs no more than speech. */
const MAX_PACKETS_PER_TICK = 50

export async function createMedia (init: MediaInit): Promise<MediaLeg> {
  const { default: native } = await import('node-datachannel')
  const shared = init.beside instanceof NodeMedia && !init.beside.sound.closed ? init.beside.sound : undefined
  return new NodeMedia(native, init, shared ?? await Sound.open(init))
}

class NodeMedia implements MediaLeg, Voice {
  readonly #native: typeof Native
  readonly #init: MediaInit
  readonly sound: Sound
  readonly #certificate = createCertificate(Date.now())
  #pc: PeerConnection
  readonly #opus = new Opus()
  readonly #jitter = new JitterBuffer(DEFAULT_JITTER)
  readonly #ssrc = randomInt(1, 2 ** 32)
  readonly #early: MediaCandidate[] = []
  #remote = false
  /** we answer, and look second */
  #waits = false
  #second: NodeJS.Timeout | undefined
  #theirs = ''
  #track: Track | undefined
  #payloadType = OPUS_TYPE
  #sequence = randomInt(0, 2 ** 15)
  #timestamp = randomInt(0, 2 ** 32)
  #taken = 0
  /** who sends what is heard: another one counts its packets anew (RFC 3550 §8) */
  #sender: number | undefined
  #heard: number | undefined
  #silent = false
  #closed = false
  /** What the engine's threads may still speak of: collected before it has closed, they would speak to nobody's memory. */
  readonly #open = new Set<PeerConnection>()
  readonly #tracks: Track[] = []
  readonly #ended = Promise.withResolvers<void>()
  #described = Promise.withResolvers<string>()
  readonly #counts = { sentBytes: 0, receivedBytes: 0 }

  constructor (native: typeof Native, init: MediaInit, sound: Sound) {
    this.#native = native
    this.#init = init
    this.sound = sound
    sound.muted = !init.tracks.audio
    sound.join(this)
    this.#pc = this.#connect()
  }

  async offer (anew = false): Promise<string> {
    if (anew) this.#reconnect()
    if (this.#track === undefined) this.#audio('0')
    return this.#describe('offer')
  }

  async answer (sdp: string): Promise<string> {
    const section = sdp.split(/^(?=m=)/m).find(part => part.startsWith('m=audio'))
    const type = /^a=rtpmap:(\d+) opus\/48000/im.exec(section ?? '')?.[1]
    const mid = /^a=mid:(\S+)/m.exec(section ?? '')?.[1]
    if (type === undefined || mid === undefined) throw new Error('no Opus is offered')
    if (this.#remote && this.#theirs !== iceCredentials(sdp)) this.#reconnect()
    if (this.#track === undefined) {
      this.#payloadType = Number(type)
      this.#audio(mid)
    }
    this.#take(sdp, 'offer')
    return soundOnly(await this.#describe('answer'), mid)
  }

  async accept (sdp: string): Promise<void> {
    if (!this.#remote) this.#take(sdp, 'answer')
  }

  async add (candidates: readonly MediaCandidate[]): Promise<void> {
    if (this.#closed) return
    if (!this.#remote || this.#waits) {
      this.#early.push(...candidates)
      if (this.#waits) this.#second ??= setTimeout(() => { this.#look() }, LOOK_SECOND_MS)
      return
    }
    for (const { candidate, mid } of candidates) {
      if (isNamed(candidate)) continue // CALL-8: the system's resolver may ask a name server
      try {
        this.#pc.addRemoteCandidate(candidate, mid)
      } catch {} // one that the engine does not understand is no way; others may be
    }
  }

  async send (tracks: CallTracks): Promise<boolean> {
    this.sound.muted = !tracks.audio
    return false
  }

  async stats (): Promise<CallStats> {
    const pair = this.#closed ? null : this.#pc.getSelectedCandidatePair()
    const trip = this.#closed ? -1 : this.#pc.rtt()
    return {
      local: pair?.local.type,
      remote: pair?.remote.type,
      ...this.#counts,
      packets: this.#jitter.received,
      lost: this.#jitter.lost,
      roundTrip: trip > 0 ? trip : undefined
    }
  }

  streams (): { local: undefined, remote: undefined } {
    return { local: undefined, remote: undefined }
  }

  async close (): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#second)
    this.#pc.close()
    this.#opus.close()
    const late = setTimeout(this.#ended.resolve, CLOSE_MS)
    await Promise.all([this.#ended.promise, this.sound.leave(this)])
    clearTimeout(late)
  }

  async #describe (type: 'offer' | 'answer'): Promise<string> {
    const described = this.#described = Promise.withResolvers<string>()
    // one that the other side closed takes nothing in and does not say so; what does not fit its state then ends the whole process
    const fits = { offer: 'stable', answer: 'have-remote-offer' } as const
    if (!this.#open.has(this.#pc) || this.#pc.signalingState() !== fits[type]) throw new Error('the connection is closed')
    this.#pc.setLocalDescription(type)
    return described.promise
  }

  #connect (): PeerConnection {
    const { iceServers, hidden, loopbackOnly, onCandidate, onFlow } = this.#init
    const pc = new this.#native.PeerConnection('call', {
      iceServers: iceServers.map(({ url, username, credential }) => username === undefined ? url : url.replace(/^(turns?|stun):/, `$1:${encodeURIComponent(username)}:${encodeURIComponent(credential ?? '')}@`)),
      iceTransportPolicy: hidden ? 'relay' : 'all',
      disableAutoNegotiation: true,
      ...this.#certificate,
      ...(loopbackOnly ? { bindAddress: '127.0.0.1' } : {})
    })
    pc.onLocalDescription(sdp => { if (pc === this.#pc) this.#described.resolve(withoutCandidates(sdp)) })
    pc.onLocalCandidate((candidate, mid) => { if (pc === this.#pc) onCandidate({ candidate: candidate.replace(/^a=/, ''), mid }) })
    this.#open.add(pc)
    pc.onStateChange(state => {
      if (state === 'closed') {
        this.#open.delete(pc)
        if (this.#closed && this.#open.size === 0) this.#ended.resolve()
      }
      if (pc !== this.#pc) return
      if (state === 'connected') this.sound.start()
      if (state === 'failed') onFlow('broken')
    })
    return pc
  }

  /** libjuice cannot do ICE anew on a connection that it has (RFC 8445 §9): another one takes its place, and sound goes on in it. */
  #reconnect (): void {
    const before = this.#pc
    this.#track = undefined
    this.#remote = false
    this.#early.splice(0)
    clearTimeout(this.#second)
    this.#second = undefined
    this.#waits = false
    this.#pc = this.#connect()
    before.close()
  }

  #take (sdp: string, type: 'offer' | 'answer'): void {
    this.#pc.setRemoteDescription(sdp, type)
    this.#theirs = iceCredentials(sdp)
    this.#remote = true
    clearTimeout(this.#second)
    this.#second = undefined
    this.#waits = type === 'offer'
    if (this.#early.length > 0) this.add(this.#early.splice(0)).catch(() => {})
  }

  #look (): void {
    this.#second = undefined
    this.#waits = false
    this.add(this.#early.splice(0)).catch(() => {})
  }

  #audio (mid: string): void {
    const audio = new this.#native.Audio(mid, 'SendRecv')
    audio.addOpusCodec(this.#payloadType, OPUS_PROFILE)
    audio.addSSRC(this.#ssrc, 'sotto', 'sotto', 'sotto-audio')
    const track = this.#track = this.#pc.addTrack(audio)
    this.#tracks.push(track)
    track.onMessage(bytes => {
      const packet = decodeRtp(bytes)
      if (packet === undefined || packet.payloadType !== this.#payloadType || this.#taken >= MAX_PACKETS_PER_TICK || this.#closed) return
      this.#taken++
      this.#counts.receivedBytes += bytes.byteLength
      if (this.#sender !== packet.ssrc) this.#jitter.restart()
      this.#sender = packet.ssrc
      this.#jitter.push(packet.sequence, packet.payload.slice())
      this.#flows()
    })
  }

  #flows (): void {
    const first = this.#heard === undefined
    this.#heard = performance.now()
    if (!first && !this.#silent) return
    this.#silent = false
    this.#init.onFlow('flowing')
  }

  tick (now: number): void {
    this.#taken = 0
    if (this.#heard !== undefined && !this.#silent && now - this.#heard > MEDIA_SILENCE_MS) {
      this.#silent = true
      this.#init.onFlow('silent')
    }
  }

  played (): void { this.#init.onPlayed() }

  get open (): boolean { return !this.#closed && this.#track?.isOpen() === true }

  carry (payload: Uint8Array): void {
    const bytes = encodeRtp({ payloadType: this.#payloadType, sequence: this.#sequence++, timestamp: this.#timestamp, ssrc: this.#ssrc, payload })
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0
    this.#counts.sentBytes += bytes.byteLength
    try {
      this.#track?.sendMessageBinary(Buffer.from(bytes.buffer))
    } catch {} // it closes: the state says so
  }

  hear (): Int16Array | undefined {
    const packet = this.#jitter.pull()
    if (packet === undefined || !this.sound.heard) return undefined
    return packet === 'lost' ? this.#opus.conceal() : this.#decode(packet)
  }

  #decode (packet: Uint8Array): Int16Array {
    try {
      return this.#opus.decode(packet)
    } catch {
      return this.#opus.conceal() // damaged, by chance or on purpose: as good as lost
    }
  }
}

/** Pictures that are offered are refused: the engine says yes to all that it can carry, and nobody would look at them. */
function soundOnly (sdp: string, mid: string): string {
  const [head = '', ...sections] = sdp.split(/^(?=m=)/m)
  return head + sections.map(section => section.includes(`a=mid:${mid}\r`) ? section : section.replace(/^a=(sendrecv|sendonly|recvonly)\r$/m, 'a=inactive\r')).join('')
}
