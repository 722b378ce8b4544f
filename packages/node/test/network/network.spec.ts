import { expect } from 'chai'
import { movingClock } from '../../../../test/support/clock.ts'
import { eventOf, testLogger, testnet } from '../../../../test/support/testnet.ts'
import { ANONYMOUS_IDLE_MS, MAX_ANONYMOUS_HOSTS } from '../../src/config.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { createNetwork } from '../../src/network/index.ts'
import { hostile } from './hostile.ts'
import type { Testnet, TestPeer } from '../../../../test/support/testnet.ts'
import type { FrameStream } from '../../src/network/index.ts'

const PROTOCOL = '/test/1'
const LIMITS = { maxStreamsPerPeer: 4, maxStreams: 6 }

async function ended (stream: FrameStream): Promise<void> {
  if (!stream.closed.aborted) await eventOf(stream.closed, 'abort')
}

describe('the network', () => {
  let net: Testnet
  let alice: TestPeer
  let bob: TestPeer

  beforeEach(async () => {
    net = await testnet(2)
    ;[alice, bob] = net.peers as [TestPeer, TestPeer]
  })
  afterEach(async () => { await net.stop() })

  /** Bob tells each caller who he thinks they are, and keeps the stream open. */
  async function whoAmI (): Promise<void> {
    await bob.network.handle(PROTOCOL, async stream => {
      await stream.send(new TextEncoder().encode(stream.peerId))
      for await (const frame of stream.frames()) expect(frame.byteLength).to.equal(0) // until the caller ends it
    }, LIMITS)
  }

  async function answer (stream: FrameStream): Promise<string> {
    const { done, value } = await stream.frames()[Symbol.asyncIterator]().next()
    if (done === true) throw new Error('no answer')
    return new TextDecoder().decode(value)
  }

  it('has the PeerId of its seed, and signs with that key', async () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const signature = await alice.network.sign(bytes)
    expect(await bob.network.verify(alice.network.peerId, bytes, signature)).to.equal(true)
    expect(await bob.network.verify(alice.network.peerId, Uint8Array.of(1, 2), signature)).to.equal(false)
    expect(await bob.network.verify(bob.network.peerId, bytes, signature)).to.equal(false)
    for (const bad of ['', 'x', 'QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN', '12D3KooW'.repeat(100)]) expect(await bob.network.verify(bad, bytes, signature)).to.equal(false)
  })

  it('knows a peer by what Noise proved, and reuses the connection', async () => {
    await whoAmI()
    const first = await alice.network.open(bob.place(), PROTOCOL)
    expect(await answer(first)).to.equal(alice.network.peerId)
    const second = await alice.network.open({ peerId: bob.network.peerId, addresses: [] }, PROTOCOL)
    expect(await answer(second)).to.equal(alice.network.peerId)
    expect(alice.network.connections()).to.have.length(1)
    expect(alice.network.isConnected(bob.network.peerId)).to.equal(true)
  })

  it('tells who supports a protocol, and when peers come and go', async () => {
    await whoAmI()
    const came = eventOf<{ peerId: string }>(alice.network, 'peer:connect')
    const identified = eventOf<{ peerId: string, protocols: string[] }>(alice.network, 'peer:identify')
    const went = eventOf<{ peerId: string }>(alice.network, 'peer:disconnect')
    await alice.network.open(bob.place(), PROTOCOL)
    expect((await came).peerId).to.equal(bob.network.peerId)
    expect((await identified).protocols).to.include(PROTOCOL)
    expect(alice.network.peersSupporting(PROTOCOL).map(place => place.peerId)).to.deep.equal([bob.network.peerId])
    expect(alice.network.peersSupporting(PROTOCOL)[0]?.addresses).to.include(bob.place().addresses[0])
    expect(alice.network.peersSupporting('/test/2')).to.deep.equal([])
    await bob.network.stop()
    expect((await went).peerId).to.equal(bob.network.peerId)
    expect(alice.network.peersSupporting(PROTOCOL)).to.deep.equal([])
  })

  it('says what was tried when nobody answers, without an address', async () => {
    const nobody = { peerId: bob.network.peerId, addresses: ['/memory/nobody-is-here', '/ip4/8.8.8.8/tcp/1', 'nonsense', '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWother'] }
    const error = await alice.network.open(nobody, PROTOCOL).catch(error => error)
    expect(error).to.have.property('code', 'UNREACHABLE')
    expect(error.message).to.contain('2 addresses').and.not.contain('8.8.8.8')
    expect(await alice.network.open({ peerId: bob.network.peerId, addresses: [] }, PROTOCOL).catch(error => error.code)).to.equal('UNREACHABLE')
    expect(await alice.network.open(alice.place(), PROTOCOL).catch(error => error.code)).to.equal('UNREACHABLE')
    expect(await alice.network.open(bob.place(), '/test/unknown').catch(error => error.code)).to.equal('REFUSED')
    expect(await alice.network.open(bob.place(), PROTOCOL, { signal: AbortSignal.abort() }).catch(error => error.code)).to.equal('ABORTED')
  })

  it('does not take mallory for bob', async () => {
    const mallory = await net.add()
    const error = await alice.network.open({ peerId: bob.network.peerId, addresses: mallory.place().addresses.map(address => address.replace(/\/p2p\/.*/, '')) }, PROTOCOL).catch(error => error)
    expect(error).to.have.property('code', 'UNREACHABLE')
    expect(alice.network.isConnected(bob.network.peerId)).to.equal(false)
  })

  it('resets streams over the limits, of one peer and of all, and takes new ones when old ones end', async () => {
    await whoAmI()
    const streams = await Promise.all(Array.from({ length: LIMITS.maxStreamsPerPeer }, async () => alice.network.open(bob.place(), PROTOCOL)))
    for (const stream of streams) await answer(stream)
    const refused = async (peer: TestPeer): Promise<boolean> => peer.network.open(bob.place(), PROTOCOL).then(async stream => answer(stream), error => { throw error }).then(() => false, () => true)
    expect(await refused(alice)).to.equal(true)
    const carol = await net.add()
    const hers = await Promise.all([carol.network.open(bob.place(), PROTOCOL), carol.network.open(bob.place(), PROTOCOL)])
    for (const stream of hers) await answer(stream)
    expect(await refused(carol)).to.equal(true)
    await Promise.all(hers.map(async stream => {
      await stream.close()
      await ended(stream)
    }))
    let again = await refused(carol)
    for (let i = 0; again && i < 50; i++) again = await refused(carol) // bob hears of the end a moment later
    expect(again).to.equal(false)
  })

  it('aborts what is under way when it stops, and starts again', async () => {
    await whoAmI()
    const stream = await alice.network.open(bob.place(), PROTOCOL)
    await answer(stream)
    await bob.network.stop()
    await ended(stream)
    expect(await bob.network.open(alice.place(), PROTOCOL).catch(error => error.code)).to.equal('NETWORK_STOPPED')
    await bob.network.start()
    expect(await answer(await alice.network.open(bob.place(), PROTOCOL))).to.equal(alice.network.peerId)
  })

  describe('under throw-away PeerIds', () => {
    it('shows bob another PeerId for each scope, the same within one, never alice\'s', async () => {
      await whoAmI()
      const a = await answer(await alice.network.openAnonymous(bob.place(), PROTOCOL, 'bob monday'))
      const b = await answer(await alice.network.openAnonymous(bob.place(), PROTOCOL, 'bob monday'))
      const c = await answer(await alice.network.openAnonymous(bob.place(), PROTOCOL, 'bob tuesday'))
      expect(a).to.equal(b)
      expect(new Set([a, c, alice.network.peerId]).size).to.equal(3)
      expect(bob.network.isConnected(alice.network.peerId)).to.equal(false)
    })

    it('reveals nothing by identify, and takes no streams', async () => {
      const seen: string[] = []
      const server = await hostile(['/memory/curious'])
      await server.libp2p.handle(PROTOCOL, async (stream, connection) => {
        for (const protocol of ['/ipfs/id/1.0.0', '/ipfs/ping/1.0.0', '/ipfs/kad/1.0.0', PROTOCOL]) {
          await connection.newStream([protocol]).then(() => { seen.push(protocol) }, () => {})
        }
        stream.send(Uint8Array.of(1, 0))
      })
      const place = { peerId: server.libp2p.peerId.toString(), addresses: ['/memory/curious'] }
      await answer(await alice.network.openAnonymous(place, PROTOCOL, 'today'))
      expect(seen).to.deep.equal([])
      await server.stop()
    })

    it('closes a host that is idle, keeps its PeerId, and never has more than the limit', async () => {
      const clock = movingClock()
      const carol = createNetwork({ clock, logger: testLogger() }, { peerSeed: randomSeed(), mode: 'local', listen: [], bootstrap: [], resident: false, transports: 'memory' })
      await carol.start()
      await whoAmI()
      const stream = await carol.openAnonymous(bob.place(), PROTOCOL, 'idle')
      const before = await answer(stream)
      await stream.close()
      await ended(stream)
      const gone = eventOf<{ peerId: string }>(bob.network, 'peer:disconnect', ({ peerId }) => peerId === before)
      await clock.advance(ANONYMOUS_IDLE_MS)
      await gone
      const again = await carol.openAnonymous(bob.place(), PROTOCOL, 'idle')
      expect(await answer(again)).to.equal(before)
      again.abort(new Error('enough'))
      for (let i = 0; i < MAX_ANONYMOUS_HOSTS + 4; i++) {
        const one = await carol.openAnonymous(bob.place(), PROTOCOL, `scope ${i}`)
        await answer(one)
        one.abort(new Error('enough'))
      }
      expect(bob.network.connections().length).to.be.at.most(MAX_ANONYMOUS_HOSTS + 2) // those that close are on their way
      await carol.stop()
    })
  })
})
