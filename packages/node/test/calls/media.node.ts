import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { isDescription } from '@sotto/protocols/call'
import { createMedia } from '../../src/platform/node-media.ts'
import { heardIn, writeTone } from './tone.ts'
import type { MediaCandidate, MediaInit, MediaLeg } from '../../src/platform/media.ts'

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

  async function leg (name: string, init: Partial<MediaInit> = {}): Promise<{ leg: MediaLeg, candidates: (give: (candidate: MediaCandidate) => void) => void, flows: Promise<void>, played: Promise<void> }> {
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

  it('two tones cross, at their pitch and level, straight from one to the other', async () => {
    await writeTone(join(directory, 'alice.wav'), 440, 2)
    await writeTone(join(directory, 'bob.wav'), 880, 2, 16_000)
    const [alice, bob] = await Promise.all([leg('alice'), leg('bob')])
    const offer = await alice.leg.offer()
    const answer = await bob.leg.answer(offer)
    expect([offer, answer].map(isDescription)).to.deep.equal([true, true])
    await alice.leg.accept(answer)
    alice.candidates(candidate => { bob.leg.add([candidate]).catch(() => {}) })
    bob.candidates(candidate => { alice.leg.add([candidate]).catch(() => {}) })
    await Promise.all([alice.flows, bob.flows, alice.played, bob.played])
    const stats = await alice.leg.stats()
    expect(stats).to.include({ local: 'host' })
    expect(stats.remote).to.be.oneOf(['host', 'prflx'])
    expect(stats.packets).to.be.above(80)
    await Promise.all(legs.splice(0).map(async leg => leg.close()))
    const [heardByBob, heardByAlice] = await Promise.all(['bob-heard.wav', 'alice-heard.wav'].map(async name => heardIn(join(directory, name))))
    expect(heardByBob).to.include({ hz: 440 })
    expect(heardByAlice).to.include({ hz: 880 })
    for (const heard of [heardByBob, heardByAlice]) expect(heard?.level, 'of 9000').to.be.within(6000, 12_000)
  })

  it('a file that is no sound is refused in words, before anything is dialled', async () => {
    await writeTone(join(directory, 'alice.wav'), 440, 1)
    for (const audio of [join(directory, 'nothing.wav'), import.meta.filename]) {
      const refused = await leg('alice', { audio }).catch((error: unknown) => error)
      expect(refused).to.include({ code: 'BAD_AUDIO' })
    }
  })
})
