import { expect } from 'chai'
import { realClock } from '../../../../test/support/clock.ts'
import { eventOf, testnet } from '../../../../test/support/testnet.ts'
import { RELAY_REFUSED_MS, RELAY_SEARCH_MS } from '../../src/config.ts'
import { HOP } from '../../src/network/relays.ts'
import { hostile } from './hostile.ts'
import type { PeerPlace, RelayPlace } from '../../src/network/index.ts'
import type { Hostile } from './hostile.ts'
import type { TestPeer, Testnet } from '../../../../test/support/testnet.ts'

const PROTOCOL = '/sotto/test/1'

describe('relays', function () {
  this.timeout(120_000)
  let net: Testnet
  beforeEach(async () => { net = await testnet(0, { transport: 'tcp' }) })
  afterEach(async () => { await net.stop() })

  const relay = async (): Promise<TestPeer> => net.add({ resident: true })

  /** The places that bob holds, once they are as they should be. */
  async function places (bob: TestPeer, isRight: (places: RelayPlace[]) => boolean): Promise<RelayPlace[]> {
    for (;;) {
      const { relays } = bob.network.reach()
      if (isRight(relays)) return relays
      await new Promise(resolve => { bob.network.addEventListener('addresses:change', resolve, { once: true }) })
    }
  }

  const isAt = (...relays: TestPeer[]) => (places: RelayPlace[]): boolean => places.map(({ peerId }) => peerId).sort().join() === relays.map(({ network }) => network.peerId).sort().join()

  it('are found among who is connected and among volunteers, hold a place, and are replaced when they go', async () => {
    const [first, second, third] = [await relay(), await relay(), await relay()]
    const bob = await net.add({ relays: 2, bootstrap: first.network.addresses().slice(0, 1) })
    await places(bob, isAt(first))
    bob.network.findRelaysBy(async () => [second.place()])
    const two = await places(bob, isAt(first, second))
    for (const { peerId, addresses, until } of two) {
      expect(addresses).to.have.lengthOf(1)
      expect(addresses[0]).to.match(new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/${peerId}/p2p-circuit/p2p/${bob.network.peerId}$`))
      expect(until).to.be.above(Date.now())
      expect(bob.network.addresses()).to.include(addresses[0])
    }
    bob.network.findRelaysBy(async () => [third.place()])
    await first.network.stop()
    await places(bob, isAt(second, third))
    expect(bob.network.addresses().filter(address => address.includes(first.network.peerId))).to.deep.equal([])
  })

  it('lead to bob: what comes through one says so, and why', async () => {
    const hub = await relay()
    const bob = await net.add({ relays: 1, bootstrap: hub.network.addresses().slice(0, 1) })
    const alice = await net.add()
    const [place] = await places(bob, isAt(hub))
    const reached = Promise.withResolvers<boolean>()
    await bob.network.handle(PROTOCOL, async stream => { reached.resolve(stream.direct) }, { maxStreams: 1, maxStreamsPerPeer: 1 })
    const through: PeerPlace = { peerId: bob.network.peerId, addresses: place?.addresses ?? [] }
    await alice.network.open(through, PROTOCOL)
    expect(await reached.promise).to.equal(false)
    expect(alice.network.connections().find(({ peerId }) => peerId === bob.network.peerId)).to.include({ direct: false, relay: hub.network.peerId, why: 'no-address' })
  })

  /** Somebody who takes a place at the relay, and does nothing with it. */
  async function squatter (hub: TestPeer): Promise<Hostile> {
    const one = await hostile()
    const stream = await one.raw(hub.network.addresses()[0] ?? '', '/libp2p/circuit/relay/0.2.0/hop')
    const answered = new Promise(resolve => { stream.addEventListener('message', resolve, { once: true }) })
    stream.send(Uint8Array.of(2, 8, 0)) // RESERVE
    await answered
    return one
  }

  it('T50: have a place again when who held it is gone', async () => {
    const hub = await net.add({ resident: true, limits: { relayPlaces: 1 } })
    const mallory = await squatter(hub)
    const gone = eventOf(hub.network, 'peer:disconnect')
    await mallory.stop()
    await gone
    await places(await net.add({ relays: 1, bootstrap: hub.network.addresses().slice(0, 1) }), isAt(hub))
  })

  it('T50: have a place for whom they look for, though strangers hold all', async () => {
    const hub = await net.add({ resident: true, limits: { relayPlaces: 2 } })
    const strangers = [await squatter(hub), await squatter(hub)]
    const bob = await net.add({ relays: 1 })
    await bob.network.handle(PROTOCOL, async () => {}, { maxStreams: 1, maxStreamsPerPeer: 1 })
    await hub.network.open(bob.place(), PROTOCOL)
    await places(bob, isAt(hub))
    await Promise.all(strangers.map(async stranger => stranger.stop()))
  })

  it('are asked again, where they offered a place before they could give one', async () => {
    const one = await hostile(['/ip4/127.0.0.1/tcp/0'])
    let [ahead, pauses] = [0, 0]
    const rested = Promise.withResolvers<undefined>()
    const later = await testnet(0, {
      transport: 'tcp',
      clock: {
        now: () => Date.now() + ahead,
        after: (ms, run) => {
          if (ms >= RELAY_SEARCH_MS / 2 && pauses > 0 && ++pauses > 3) rested.resolve(undefined)
          return realClock().after(Math.min(ms, 20), run)
        }
      }
    })
    try {
      await one.libp2p.handle('/ipfs/id/1.0.0', stream => {
        pauses = 1
        const [key, name] = [one.libp2p.peerId.publicKey?.raw ?? [], new TextEncoder().encode(HOP)]
        const identify = [0x0a, 36, 0x08, 0x01, 0x12, 32, ...key, 0x1a, name.length, ...name] // an Ed25519 key, and one protocol
        stream.send(Uint8Array.of(identify.length, ...identify))
        stream.close().catch(() => {})
      })
      await later.add({ relays: 1, bootstrap: [String(one.libp2p.getMultiaddrs()[0])] })
      await rested.promise
      const asked = Promise.withResolvers<undefined>()
      await one.libp2p.handle(HOP, () => { asked.resolve(undefined) })
      ahead = 2 * RELAY_REFUSED_MS
      await asked.promise
    } finally {
      await later.stop()
      await one.stop()
    }
  })

  it('are not asked for where nobody needs one', async () => {
    const hub = await relay()
    const bob = await net.add({ bootstrap: hub.network.addresses().slice(0, 1) })
    await bob.network.open(hub.place(), '/ipfs/ping/1.0.0')
    expect(bob.network.reach()).to.include({ reachability: 'loopback', why: 'loopback', relaysWanted: 0 })
    expect(bob.network.reach().relays).to.deep.equal([])
    expect(bob.network.reach().router.state).to.equal('off')
  })
})
