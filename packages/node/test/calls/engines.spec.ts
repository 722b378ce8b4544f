import { expect } from 'chai'
import { Engines } from '../../src/calls/engines.ts'
import type { CallEvent } from '../../src/calls/call.ts'
import type { IdentityId } from '../../src/api.ts'
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
    send: async () => false,
    stats: async () => ({ local: undefined, remote: undefined, sentBytes: 0, receivedBytes: 0, packets: 0, lost: 0, roundTrip: undefined }),
    streams: () => undefined,
    close: async () => {}
  }

  const happened = (event: CallEvent): void => {
    if (event.event === 'offered') told.push(`offers ${++round}`)
    if (event.event === 'answered') told.push(`says ${event.sdp} of ${event.round}`)
  }
  const theirs = (of: number, yields = false): void => { engines.answer({ effect: 'make answer', call: CALL, peer: BOB, sdp: `theirs ${of}`, round: round = of, first: false, yields }) }
  const accept = (of: number): void => { engines.accept({ effect: 'take answer', call: CALL, peer: BOB, sdp: `answer ${of}`, round: of }) }
  /** Until all that it was told is done, with what follows from it. */
  const done = async (): Promise<void> => {
    const engine = engines.get(CALL, BOB)
    for (let steps; steps !== engine?.steps; await steps) steps = engine?.steps
  }

  beforeEach(async () => {
    told = []
    round = 0
    making = undefined
    begun = Promise.withResolvers()
    engines = new Engines({
      logger: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} } as never,
      loopbackOnly: true,
      iceServers: async () => [],
      createMedia: async () => leg,
      formatId: () => 'bob' as IdentityId,
      happened,
      roundOf: () => round,
      onScreenEnded: () => {},
      onPlayed: () => {}
    })
    await engines.open({ call: CALL, peer: BOB, answer: {}, tracks: TRACKS, hidden: false })
  })
  afterEach(async () => { await engines.stop() })

  it('the answer to an offer is taken for no later one', async () => {
    engines.propose(CALL, BOB)
    await done()
    engines.propose(CALL, BOB)
    accept(1) // comes while the second is being made
    await done()
    accept(2)
    await done()
    expect(told).to.deep.equal(['makes an offer', 'offers 1', 'makes an offer', 'offers 2', 'accepts answer 2'])
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

  it('an offer of other tracks that gives way to theirs is made anew; one over another connection is not', async () => {
    engines.propose(CALL, BOB)
    await done()
    theirs(1, true)
    await done()
    expect(told.splice(0)).to.deep.equal(['makes an offer', 'offers 1', 'answers theirs 1', 'says to theirs 1 of 1', 'makes an offer', 'offers 2'])
    engines.propose(CALL, BOB, true)
    await done()
    theirs(3, true)
    await done()
    expect(told).to.deep.equal(['makes an offer', 'offers 3', 'answers theirs 3', 'says to theirs 3 of 3'])
  })
})
