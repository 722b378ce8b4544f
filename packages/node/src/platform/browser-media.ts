/** Media in a page: its own RTCPeerConnection, microphone, camera and screen. */
import { withoutCandidates } from '@sotto/protocols/call'
import { certificateOf, forgetCertificate } from './browser-certificates.ts'
import { PageDevices } from './browser-devices.ts'
import { iceCredentials, MEDIA_SILENCE_MS } from './media.ts'
import type { CallDevices, DevicesUser } from './browser-devices.ts'
import type { CallStats, CallTracks, IdentityId } from '../api.ts'
import type { MediaCandidate, MediaInit, MediaLeg } from './media.ts'

/** What to show and hear of a call, and what one is heard and seen by. */
export interface PageStreams {
  local: MediaStream
  /** of the first person */
  remote: MediaStream
  devices: CallDevices
  /** where a whole call is asked for: of each person */
  people?: ReadonlyArray<{ with: IdentityId, remote: MediaStream }>
}

/** How often it is looked whether media comes, ms. */
const LOOK_MS = 500
/** How often until the first media came: somebody waits for that, ms. */
const FIRST_LOOK_MS = 50

export async function createMedia (init: MediaInit, call: string): Promise<MediaLeg> {
  const shared = init.beside instanceof PageMedia && !init.beside.devices.closed ? init.beside.devices : undefined
  const devices = shared ?? await PageDevices.open(init)
  // a connection that replaces another one in the same call has the same certificate (CALL-2)
  const certificate = await certificateOf(call)
  // the last of those with whom they were shared may have left meanwhile
  return new PageMedia(init, call, devices.closed ? await PageDevices.open(init) : devices, certificate)
}

class PageMedia implements MediaLeg, DevicesUser {
  readonly #init: MediaInit
  readonly #call: string
  readonly devices: PageDevices
  readonly #remote = new MediaStream()
  readonly #certificate: RTCCertificate
  #pc: RTCPeerConnection
  /** from the other side, for a connection that is not described yet */
  readonly #early: MediaCandidate[] = []
  /** ours, found before our description went out */
  #held: MediaCandidate[] | undefined
  #theirs = ''
  /**
   * Our offer, for a connection that stands: it takes effect together with its answer. One of theirs that crosses it finds nothing to be
   * taken back: a sender whose offer was rolled back sends nothing any more, until it is exchanged (Chromium 150).
   */
  #proposed: RTCSessionDescriptionInit | undefined
  /** what our last description said of what we send */
  #said = ''
  /** tracks are taken up and let go of one after the other */
  #attaching: Promise<unknown> = Promise.resolve()
  #timer: ReturnType<typeof setInterval> | undefined
  #packets = 0
  #heard: number | undefined
  #silent = false

  constructor (init: MediaInit, call: string, devices: PageDevices, certificate: RTCCertificate) {
    this.#init = init
    this.#call = call
    this.devices = devices
    devices.join(this)
    this.#certificate = certificate
    this.#pc = this.#connect()
  }

  async offer (anew = false): Promise<string> {
    if (anew) this.#reconnect()
    await this.#attach()
    this.#said = this.#sending
    const offer = await this.#pc.createOffer()
    if (this.#pc.currentRemoteDescription === null) return this.#describe(offer)
    this.#proposed = offer
    return withoutCandidates(offer.sdp ?? '')
  }

  async answer (sdp: string): Promise<string> {
    this.#proposed = undefined
    const crossed = this.#pc.signalingState === 'have-local-offer'
    if (crossed || (this.#theirs !== '' && this.#theirs !== iceCredentials(sdp))) this.#reconnect()
    await this.#pc.setRemoteDescription({ type: 'offer', sdp })
    this.#theirs = iceCredentials(sdp)
    await this.#attach()
    this.#said = this.#sending
    const described = await this.#describe(await this.#pc.createAnswer())
    this.#show()
    await this.#ready()
    return described
  }

  async accept (sdp: string): Promise<void> {
    const proposed = this.#proposed
    this.#proposed = undefined
    if (proposed !== undefined) await this.#pc.setLocalDescription(proposed)
    await this.#pc.setRemoteDescription({ type: 'answer', sdp })
    this.#theirs = iceCredentials(sdp)
    this.#show()
    await this.#ready()
  }

  async add (candidates: readonly MediaCandidate[]): Promise<void> {
    if (this.#pc.remoteDescription === null) {
      this.#early.push(...candidates)
      return
    }
    // one that the browser does not understand is no way; others may be
    for (const { candidate, mid } of candidates) await this.#pc.addIceCandidate({ candidate, sdpMid: mid }).catch(() => {})
  }

  async send (tracks: CallTracks): Promise<boolean> {
    await this.devices.send(tracks)
    if (await this.#attach() || this.#sending !== this.#said) return true
    return this.#pc.signalingState === 'stable' && this.#proposed === undefined && this.#pc.getTransceivers().some(({ currentDirection, direction }) => currentDirection !== 'stopped' && sends(currentDirection) !== sends(direction))
  }

  async stats (): Promise<CallStats> {
    const report = await this.#pc.getStats()
    const all = [...report.values()] as Array<Record<string, unknown> & { type: string, id: string }>
    const number = (value: unknown): number => typeof value === 'number' ? value : 0
    const pairId = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined)?.selectedCandidatePairId
    const pair = all.find(({ id, type, selected }) => pairId === undefined ? type === 'candidate-pair' && selected === true : id === pairId) // Firefox tells of no transport
    const typeOf = (id: unknown): string | undefined => all.find(item => item.id === id)?.candidateType as string | undefined
    const inbound = all.filter(({ type }) => type === 'inbound-rtp')
    const trip = number(pair?.currentRoundTripTime)
    return {
      local: typeOf(pair?.localCandidateId),
      remote: typeOf(pair?.remoteCandidateId),
      sentBytes: number(pair?.bytesSent),
      receivedBytes: number(pair?.bytesReceived),
      packets: inbound.reduce((sum, { packetsReceived }) => sum + number(packetsReceived), 0),
      lost: inbound.reduce((sum, { packetsLost }) => sum + number(packetsLost), 0),
      roundTrip: trip === 0 ? undefined : trip * 1000
    }
  }

  streams (): PageStreams {
    return { local: this.devices.local, remote: this.#remote, devices: this.devices }
  }

  async swap (before: MediaStreamTrack, after: MediaStreamTrack): Promise<void> {
    await this.#pc.getSenders().find(({ track }) => track === before)?.replaceTrack(after)
  }

  screenEnded (): void { this.#init.onScreenEnded?.() }

  async close (): Promise<void> {
    clearInterval(this.#timer)
    if (this.#pc.signalingState !== 'closed') forgetCertificate(this.#call)
    this.#pc.close()
    this.devices.leave(this)
  }

  #connect (): RTCPeerConnection {
    const { iceServers, hidden, onCandidate, onFlow } = this.#init
    const pc = new RTCPeerConnection({
      // without one of ours nobody is asked: the browser's own default is nobody too
      iceServers: iceServers.map(({ url, username, credential }) => ({ urls: url, ...(username === undefined ? {} : { username, credential: credential ?? '' }) })),
      iceTransportPolicy: hidden ? 'relay' : 'all',
      bundlePolicy: 'max-bundle',
      certificates: [this.#certificate]
    })
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null || candidate.candidate === '' || pc !== this.#pc) return
      const found = { candidate: candidate.candidate, mid: candidate.sdpMid ?? '0' }
      if (this.#held === undefined) onCandidate(found)
      else this.#held.push(found)
    })
    pc.addEventListener('connectionstatechange', () => {
      if (pc !== this.#pc) return
      if (pc.connectionState === 'connected') {
        if (this.#timer === undefined) this.#watch(FIRST_LOOK_MS)
      }
      if (pc.connectionState === 'failed' && this.#heard === undefined) onFlow('broken')
    })
    pc.addEventListener('track', ({ track }) => {
      if (pc !== this.#pc) return
      if (track.kind === 'audio') this.#remote.addTrack(track)
      track.addEventListener('ended', () => { this.#remote.removeTrack(track) })
    })
    return pc
  }

  /** As in Node: what carries nothing any more is replaced, and whoever shows the streams keeps them. */
  #reconnect (): void {
    const before = this.#pc
    this.#early.splice(0)
    this.#held = undefined
    this.#theirs = this.#said = ''
    this.#proposed = undefined
    this.#packets = 0
    this.#pc = this.#connect()
    before.close()
    for (const track of this.#remote.getTracks()) this.#remote.removeTrack(track)
  }

  /** What is sent is what the devices give, and nothing else. @returns whether it was not */
  async #attach (): Promise<boolean> {
    const attaching = this.#attaching.then(async () => this.#exchange())
    this.#attaching = attaching.catch(() => {}) // whoever asked is told
    return attaching
  }

  /** A camera that comes and goes takes the same section each time: a description has few (CALL-2). */
  async #exchange (): Promise<boolean> {
    const sent = this.devices.sent.flatMap(stream => stream.getTracks())
    const gone = this.#pc.getSenders().filter(({ track }) => track !== null && !sent.includes(track))
    for (const sender of gone) this.#pc.removeTrack(sender)
    const known = new Set(this.#pc.getSenders().map(({ track }) => track))
    const fresh = this.devices.sent.flatMap(stream => stream.getTracks().filter(track => !known.has(track)).map(track => ({ stream, track })))
    for (const { stream, track } of fresh) {
      const idle = this.#pc.getTransceivers().find(({ sender, receiver, currentDirection }) => sender.track === null && receiver.track.kind === track.kind && currentDirection !== null && currentDirection !== 'stopped')
      if (idle === undefined) {
        this.#pc.addTrack(track, stream)
        continue
      }
      idle.direction = idle.direction === 'recvonly' || idle.direction === 'sendrecv' ? 'sendrecv' : 'sendonly'
      idle.sender.setStreams(stream)
      await idle.sender.replaceTrack(track)
    }
    return fresh.length > 0 || gone.length > 0
  }

  get #sending (): string { return this.#pc.getTransceivers().map(({ direction }) => Number(sends(direction))).join() }

  /**
   * The pictures that come, as the two agreed, faces before screens: a face comes with the voice. A browser may have them muted for good
   * where offers crossed, although they flow (Chromium): that is not asked.
   */
  #show (): void {
    const came = this.#pc.getTransceivers().filter(({ receiver, currentDirection }) => receiver.track.kind === 'video' && (currentDirection === 'sendrecv' || currentDirection === 'recvonly'))
    const streams = streamsIn(this.#pc.remoteDescription?.sdp ?? '')
    const isScreen = ({ mid }: RTCRtpTransceiver): number => Number(streams.get(mid ?? '') !== streams.get('audio'))
    const videos = came.sort((a, b) => isScreen(a) - isScreen(b)).map(({ receiver }) => receiver.track)
    const before = this.#remote.getVideoTracks()
    if (before.length === videos.length && before.every((track, at) => track === videos[at])) return
    for (const track of before) this.#remote.removeTrack(track)
    for (const track of videos) this.#remote.addTrack(track)
    this.#remote.dispatchEvent(new Event('change')) // streams do not say what a script does with them
  }

  async #describe (description: RTCSessionDescriptionInit): Promise<string> {
    this.#held = []
    await this.#pc.setLocalDescription(description)
    // a candidate that overtakes its description would be taken for one of the connection before
    setTimeout(() => {
      const held = this.#held ?? []
      this.#held = undefined
      held.forEach(this.#init.onCandidate)
    })
    return withoutCandidates(this.#pc.localDescription?.sdp ?? '')
  }

  async #ready (): Promise<void> {
    await this.add(this.#early.splice(0))
  }

  /** Media comes, or has not for a while: what the browser counts tells. */
  #watch (ms: number): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => { this.#look().catch(() => {}) }, ms)
  }

  async #look (): Promise<void> {
    const { packets } = await this.stats()
    if (this.#pc.signalingState === 'closed') return // meanwhile
    const now = performance.now()
    this.#packets = Math.min(packets, this.#packets) // who shows nothing any more is counted no more: that is no silence
    if (packets > this.#packets) {
      this.#packets = packets
      const first = this.#heard === undefined
      this.#heard = now
      if (first) this.#watch(LOOK_MS)
      if (first || this.#silent) {
        this.#silent = false
        this.#init.onFlow('flowing')
      }
    } else if (this.#heard !== undefined && !this.#silent && now - this.#heard > MEDIA_SILENCE_MS) {
      this.#silent = true
      this.#init.onFlow('silent')
    }
  }
}

function sends (direction: RTCRtpTransceiverDirection | null): boolean { return direction === 'sendrecv' || direction === 'sendonly' }

/** The stream that each section of a description is part of (RFC 8830), by its mid, and that of the voice by `audio`. */
function streamsIn (sdp: string): Map<string, string> {
  const streams = new Map<string, string>()
  for (const section of sdp.split(/^(?=m=)/m).slice(1)) {
    const stream = /^a=msid:(\S+)/m.exec(section)?.[1] ?? ''
    streams.set(/^a=mid:(\S+)/m.exec(section)?.[1] ?? '', stream)
    if (section.startsWith('m=audio') && !streams.has('audio')) streams.set('audio', stream)
  }
  return streams
}
