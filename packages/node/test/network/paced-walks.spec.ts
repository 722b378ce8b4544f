import { expect } from 'chai'
import { movingClock } from '../../../../test/support/clock.ts'
import { MAX_RELAY_SEARCH_MS, WALK_PAUSE_MS } from '../../src/config.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { createHost } from '../../src/network/host.ts'
import { paceWalks } from '../../src/network/paced-walks.ts'

describe('walks through the DHT for a relay', () => {
  it('come with pauses that double up to five minutes, and at once when somebody asks for it', async () => {
    const clock = movingClock()
    const host = await createHost({ peerSeed: randomSeed(), listen: [], loopbackOnly: true, transports: 'memory', mode: 'local', resident: false, anonymous: false })
    await host.libp2p.start()
    const { hurry } = paceWalks(clock, host)
    let walks = 0
    const routers = (host.components.peerRouting as unknown as { routers: object[] }).routers
    routers.push({ async * getClosestPeers () { walks++ } }) // nobody is there
    const ended = new AbortController()
    const walker = host.components.randomWalk.walk({ signal: ended.signal })[Symbol.asyncIterator]()
    const found = walker.next().catch(() => {}) // nobody is, until the end
    const settled = async (): Promise<void> => { while (clock.pending === 0) await new Promise(resolve => setImmediate(resolve)) }
    await settled()
    expect(walks, 'the first one at once').to.equal(1)
    const within = async (ms: number): Promise<number> => {
      const before = walks
      for (let at = 0; at < ms; at += WALK_PAUSE_MS) {
        await clock.advance(WALK_PAUSE_MS)
        await settled()
      }
      return walks - before
    }
    expect(await within(10_000), 'often at first').to.be.within(3, 6)
    await within(2 * MAX_RELAY_SEARCH_MS)
    expect(await within(10 * MAX_RELAY_SEARCH_MS), 'seldom in the end').to.be.within(9, 21)
    const before = walks
    hurry()
    await settled()
    expect(walks).to.be.above(before)
    ended.abort()
    await found
    await host.libp2p.stop()
    expect(clock.pending).to.equal(0)
  })
})
