import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { isDescription } from '@sotto/protocols/call'
import { fingerprintOf } from '../../src/calls/call.machine.ts'
import { iceCredentials } from '../../src/platform/media.ts'
import { createMedia } from '../../src/platform/node-media.ts'
import { heardIn, NEAR_HZ, writeTone } from '../../../../test/support/tone.ts'
import { UdpForwarder } from '../../../../test/support/udp-forwarder.ts'
import type { MediaCandidate, MediaInit, MediaLeg } from '../../src/platform/media.ts'

interface Side { leg: MediaLeg, candidates: (give: (candidate: MediaCandidate) => void) => void, flows: Promise<void>, played: Promise<void> }

const AUDIO = { audio: true, video: false, screen: false }

describe('sound between two nodes', () => {
  let directory: string
  const legs: MediaLeg[] = []

  beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'sotto-media-')) })

  afterEach(async () => {
    await Promise.all(legs.splice(0).map(async leg => leg.close()))
    await rm(directory, { recursive: true })
  })

  after(async () => {
    const { default: native } = await import('node-datachannel')
    native.cleanup()
  })

  async function leg (name: string, init: Partial<MediaInit> = {}): Promise<Side> {
    const early: MediaCandidate[] = []
    let give = (candidate: MediaCandidate): void => { early.push(candidate) }
    const flows = Promise.withResolvers<void>()
    const played = Promise.withResolvers<void>()
    const made = await createMedia({
      tracks: AUDIO,
      loopbackOnly: true,
      hidden: false,
      iceServers: [],
      audio: join(directory, `${name}.wav`),
      record: join(directory, `${name}-heard.wav`),
      onCandidate: candidate => { give(candidate) },
      onFlow: flow => { if (flow === 'flowing') flows.resolve() },
      onPlayed: played.resolve,
      ...init
    })
    legs.push(made)
    return { leg: made, candidates: next => { give = next; early.splice(0).forEach(next) }, flows: flows.promise, played: played.promise }
  }

  /** Whoever answers hears the other one, and candidates go both ways from then on. */
  async function connect (alice: Side, bob: Side): Promise<{ offer: string, answer: string }> {
    const offer = await alice.leg.offer()
    const answer = await bob.leg.answer(offer)
    await alice.leg.accept(answer)
    alice.candidates(candidate => { bob.leg.add([candidate]).catch(() => {}) })
    bob.candidates(candidate => { alice.leg.add([candidate]).catch(() => {}) })
    return { offer, answer }
  }

  it('two tones cross, at their pitch and level, straight from one to the other', async () => {
    await writeTone(join(directory, 'alice.wav'), 440, 2)
    await writeTone(join(directory, 'bob.wav'), 880, 2, 16_000)
    const [alice, bob] = await Promise.all([leg('alice'), leg('bob')])
    const { offer, answer } = await connect(alice, bob)
    expect([offer, answer].map(isDescription)).to.deep.equal([true, true])
    for (const sdp of [offer, answer]) expect(/^a=fmtp:111 (.*)\r$/m.exec(sdp)?.[1]).to.equal('minptime=10;stereo=0;sprop-stereo=0;useinbandfec=0')
    await Promise.all([alice.flows, bob.flows, alice.played, bob.played])
    const stats = await alice.leg.stats()
    expect(stats).to.include({ local: 'host' })
    expect(stats.remote).to.be.oneOf(['host', 'prflx'])
    expect(stats.packets).to.be.above(80)
    await Promise.all(legs.splice(0).map(async leg => leg.close()))
    const [heardByBob, heardByAlice] = await Promise.all(['bob-heard.wav', 'alice-heard.wav'].map(async name => heardIn(join(directory, name))))
    expect(heardByBob?.hz).to.be.closeTo(440, NEAR_HZ)
    expect(heardByAlice?.hz).to.be.closeTo(880, NEAR_HZ)
    for (const heard of [heardByBob, heardByAlice]) expect(heard?.level, 'of 9000').to.be.within(6000, 12_000)
  })

  it('CALL-9: over a connection anew with the same certificate the sound goes on', async () => {
    await writeTone(join(directory, 'alice.wav'), 440, 1)
    await writeTone(join(directory, 'bob.wav'), 880, 2)
    const [alice, bob] = await Promise.all([leg('alice'), leg('bob')])
    const first = await connect(alice, bob)
    await Promise.all([alice.flows, bob.flows, alice.played])
    const { packets } = await alice.leg.stats()
    const offer = await alice.leg.offer(true)
    const answer = await bob.leg.answer(offer)
    await alice.leg.accept(answer)
    for (const [before, anew] of [[first.offer, offer], [first.answer, answer]] as const) {
      expect(fingerprintOf(anew)).to.equal(fingerprintOf(before))
      expect(iceCredentials(anew)).not.to.equal(iceCredentials(before))
    }
    await bob.played
    expect((await alice.leg.stats()).packets - packets, 'of a second').to.be.above(20)
  })

  it('a picture that is offered is refused, and the sound goes on; what the page offers later is answered', async () => {
    await writeTone(join(directory, 'bob.wav'), 880, 1)
    const [alice, bob] = await Promise.all([leg('alice', { audio: 'none' }), leg('bob')])
    const offer = await alice.leg.offer()
    const of = (line: string): string => new RegExp(`^a=${line}:.*\r$`, 'm').exec(offer)?.[0] ?? ''
    const video = ['m=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:1', 'a=sendrecv', 'a=rtcp-mux', 'a=rtpmap:96 VP8/90000', of('setup').trim(), of('ice-ufrag').trim(), of('ice-pwd').trim()].join('\r\n')
    const withVideo = `${offer.replace('BUNDLE 0', 'BUNDLE 0 1')}${video}\r\n`
    const answer = await bob.leg.answer(withVideo)
    expect(answer.split(/^(?=m=)/m).slice(1).map(section => [/^m=\w+/.exec(section)?.[0], /^a=(sendrecv|inactive)\r$/m.exec(section)?.[1]])).to.deep.equal([['m=audio', 'sendrecv'], ['m=video', 'inactive']])
    await alice.leg.accept(answer.slice(0, answer.indexOf('m=video')).replace('BUNDLE 0 1', 'BUNDLE 0'))
    alice.candidates(candidate => { bob.leg.add([candidate]).catch(() => {}) })
    bob.candidates(candidate => { alice.leg.add([candidate]).catch(() => {}) })
    await alice.flows
    const again = await bob.leg.answer(withVideo)
    expect(iceCredentials(again)).to.equal(iceCredentials(answer))
    await bob.played
    expect((await alice.leg.stats()).packets).to.be.above(30)
  })

  it('who answers lets the other one look for the way first: what it begins before is heard by nobody', async () => {
    const [alice, bob] = await Promise.all([leg('alice', { audio: 'none' }), leg('bob', { audio: 'none' })])
    const line = await UdpForwarder.open({ loss: 0, delayMs: 0 }, 7)
    try {
      const answer = await bob.leg.answer(await alice.leg.offer())
      alice.candidates(({ candidate, mid }) => { bob.leg.add([{ candidate: line.through(0, candidate), mid }]).catch(() => {}) })
      bob.candidates(({ candidate, mid }) => { alice.leg.add([{ candidate: line.through(1, candidate), mid }]).catch(() => {}) })
      await alice.leg.accept(answer)
      await Promise.all([alice.flows, bob.flows])
      expect(line.first, 'bob heard first').to.equal(1)
    } finally {
      await Promise.all(legs.splice(0).map(async leg => leg.close()))
      line.close()
    }
  })

  it('over a line that loses a fifth and is late the tone is still known', async () => {
    await writeTone(join(directory, 'alice.wav'), 440, 60)
    const [alice, bob] = await Promise.all([leg('alice'), leg('bob', { audio: 'none' })])
    const line = await UdpForwarder.open({ loss: 0, delayMs: 100 }, 7)
    try {
      await alice.leg.accept(await bob.leg.answer(await alice.leg.offer()))
      alice.candidates(({ candidate, mid }) => { bob.leg.add([{ candidate: line.through(0, candidate), mid }]).catch(() => {}) })
      bob.candidates(({ candidate, mid }) => { alice.leg.add([{ candidate: line.through(1, candidate), mid }]).catch(() => {}) })
      await Promise.all([alice.flows, bob.flows])
      line.line.loss = 0.2 // from now on: where words of DTLS are lost they are said again after seconds only
      let heard = await bob.leg.stats()
      for (; heard.packets < 120; heard = await bob.leg.stats()) await new Promise(resolve => setTimeout(resolve, 20))
      expect(heard.lost / (heard.packets + heard.lost)).to.be.within(0.05, 0.4)
      await Promise.all(legs.splice(0).map(async leg => leg.close()))
    } finally {
      line.close()
    }
    const { hz, level } = await heardIn(join(directory, 'bob-heard.wav'))
    expect(hz).to.be.closeTo(440, NEAR_HZ)
    expect(level, 'of 9000').to.be.above(7000)
  })

  it('a file that is no sound is refused in words, before anything is dialled', async () => {
    await writeTone(join(directory, 'alice.wav'), 440, 1)
    for (const audio of [join(directory, 'nothing.wav'), import.meta.filename]) {
      const refused = await leg('alice', { audio }).catch((error: unknown) => error)
      expect(refused).to.include({ code: 'BAD_AUDIO' })
    }
  })
})
