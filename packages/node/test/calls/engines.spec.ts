import { expect } from 'chai'
import { Engines } from '../../src/calls/engines.ts'
import type { CallEvent } from '../../src/calls/call.ts'
import type { CallTracks, IdentityId } from '../../src/api.ts'
import type { MediaLeg } from '../../src/platform/media.ts'

const CALL = 'c'.repeat(32)
const BOB = 'b'.repeat(64)
const TRACKS = { audio: true, video: false, screen: false }

describe('what an engine is told in which order', () => {
  /** what was asked of the engine, and what it said */
  let told: string[]
  /** resolves the offer that is being made, where they take their time */
  let making: PromiseWithResolvers<undefined> | undefined
  let begun: PromiseWithResolvers<undefined>
  let round: number
  /** of an offer that waits */
  let offered: number | undefined
  let wanted: CallTracks | undefined
  let engines: Engines

  const leg: MediaLeg = {
    offer: async () => {
      told.push('makes an offer')
      begun.resolve(undefined)
      await making?.promise
      return 'an offer'
    },
    answer: async sdp => { told.push(`answers ${sdp}`); return `to ${sdp}` },
    accept: async sdp => { told.push(`accepts ${sdp}`) },
    add: async () => {},
    send: async tracks => { told.push(`sends ${Object.entries(tracks).flatMap(([kind, sent]) => sent === true ? kind : []).join() || 'nothing'}`); return false },
    stats: async () => ({ local: undefined, remote: undefined, sentBytes: 0, receivedBytes: 0, packets: 0, lost: 0, roundTrip: undefined }),
    streams: () => undefined,
    close: async () => {}
  }

  const happened = (event: CallEvent): void => {
    if (event.event === 'offered') told.push(`offers ${offered = ++round}`)
    if (event.event === 'answered') told.push(`says ${event.sdp} of ${event.round}`)
  }
  const theirs = (of: number): void => { engines.answer({ effect: 'make answer', call: CALL, peer: BOB, sdp: `theirs ${of}`, round: round = of, first: false }) }
  const accept = (of: number): void => { engines.accept({ effect: 'take answer', call: CALL, peer: BOB, sdp: `answer ${of}`, round: of }) }
  /** Until all that it was told is done, with what follows from it. */
  const done = async (): Promise<void> => {
    const engine = engines.get(CALL, BOB)
    for (let steps; steps !== engine?.steps; await steps) steps = engine?.steps
  }

  beforeEach(async () => {
    told = []
    round = 0
    offered = wanted = undefined
    making = undefined
    begun = Promise.withResolvers()
    engines = new Engines({
      logger: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} } as never,
      loopbackOnly: true,
      iceServers: async () => [],
      createMedia: async () => {
        await making?.promise
        return leg
      },
      formatId: () => 'bob' as IdentityId,
      happened,
      wanted: () => wanted,
      offerOf: () => offered,
      onScreenEnded: () => {},
      onPlayed: () => {}
    })
    await engines.open({ call: CALL, peer: BOB, answer: {}, tracks: TRACKS, hidden: false })
  })
  afterEach(async () => { await engines.stop() })

  it('CALL-25: what changes while an offer waits is said in one more, when that one was answered', async () => {
    engines.propose(CALL, BOB)
    await done()
    for (let times = 0; times < 3; times++) engines.propose(CALL, BOB)
    await done()
    expect(told.splice(0)).to.deep.equal(['makes an offer', 'offers 1'])
    accept(1)
    engines.propose(CALL, BOB) // before it was taken
    await done()
    expect(told.splice(0)).to.deep.equal(['accepts answer 1', 'makes an offer', 'offers 2'])
    accept(2)
    await done()
    expect(told).to.deep.equal(['accepts answer 2'])
  })

  it('CALL-25: an offer that is not answered is made again, and an answer is taken for the one that it names', async () => {
    engines.propose(CALL, BOB)
    await done()
    engines.insist(CALL, BOB, false)
    accept(1) // comes while the second is being made
    await done()
    accept(1)
    accept(2)
    await done()
    expect(told).to.deep.equal(['makes an offer', 'offers 1', 'accepts answer 1', 'makes an offer', 'offers 2', 'accepts answer 2'])
  })

  it('an answer says to which offer it is, also where the next one came already', async () => {
    theirs(1)
    theirs(2)
    await done()
    expect(told).to.deep.equal(['answers theirs 1', 'says to theirs 1 of 1', 'answers theirs 2', 'says to theirs 2 of 2'])
  })

  it('an offer that is overtaken by one of theirs while it is made is not said: theirs is answered, and it is made anew', async () => {
    making = Promise.withResolvers()
    engines.propose(CALL, BOB)
    await begun.promise
    theirs(1)
    making.resolve(undefined)
    await done()
    accept(2)
    await done()
    expect(told).to.deep.equal(['makes an offer', 'answers theirs 1', 'says to theirs 1 of 1', 'makes an offer', 'offers 2', 'accepts answer 2'])
  })

  it('CALL-25: an offer that gives way to theirs is made anew', async () => {
    engines.propose(CALL, BOB)
    await done()
    theirs(1)
    await done()
    accept(1) // nobody would say it
    await done()
    expect(told.splice(0)).to.deep.equal(['makes an offer', 'offers 1', 'answers theirs 1', 'says to theirs 1 of 1', 'makes an offer', 'offers 2'])
    accept(2)
    theirs(3)
    await done()
    expect(told).to.deep.equal(['accepts answer 2', 'answers theirs 3', 'says to theirs 3 of 3'])
  })

  it('who mutes themselves while the engine for one more person is made is not heard by that one either', async () => {
    making = Promise.withResolvers()
    const opening = engines.open({ call: CALL, peer: 'd'.repeat(64), answer: {}, tracks: TRACKS, hidden: false })
    wanted = { ...TRACKS, audio: false }
    making.resolve(undefined)
    await opening
    expect(told).to.deep.equal(['sends nothing'])
  })
})
