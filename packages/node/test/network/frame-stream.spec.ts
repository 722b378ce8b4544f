import { expect } from 'chai'
import { eventOf, testnet } from '../../../../test/support/testnet.ts'
import type { Testnet } from '../../../../test/support/testnet.ts'

const LIMITS = { maxStreamsPerPeer: 4, maxStreams: 8 }

describe('frame streams', () => {
  let net: Testnet
  afterEach(async () => { await net.stop() })

  it('carries frames of any size both ways, in order', async () => {
    net = await testnet(2)
    const [alice, bob] = net.peers as [Testnet['peers'][0], Testnet['peers'][0]]
    await bob.network.handle('/test/echo/1', async stream => {
      for await (const frame of stream.frames()) await stream.send(frame)
    }, LIMITS)
    const stream = await alice.network.open(bob.place(), '/test/echo/1')
    const sizes = [0, 1, 127, 128, 16384, 70_000, 256 * 1024]
    for (const size of sizes) stream.send(new Uint8Array(size).fill(size % 251)).catch(() => {})
    const got: number[] = []
    for await (const frame of stream.frames()) {
      got.push(frame.byteLength)
      expect(frame.every(byte => byte === frame.byteLength % 251)).to.equal(true)
      if (got.length === sizes.length) await stream.close()
    }
    expect(got).to.deep.equal(sizes)
    if (!stream.closed.aborted) await eventOf(stream.closed, 'abort')
    expect(stream.peerId).to.equal(bob.network.peerId)
  })
})
