import { expect } from 'chai'
import { movingClock } from '../../../../test/support/clock.ts'
import { eventOf, testnet } from '../../../../test/support/testnet.ts'

describe('the test network', () => {
  for (const transport of ['memory', 'tcp'] as const) {
    it(`lets alice and bob meet over ${transport}, with a store each`, async () => {
      const net = await testnet(2, { transport, clock: movingClock() })
      const [alice, bob] = net.peers
      if (alice === undefined || bob === undefined) throw new Error('two peers were asked for')
      await bob.network.handle('/test/1', async stream => {
        for await (const frame of stream.frames()) await stream.send(frame)
      }, { maxStreamsPerPeer: 1, maxStreams: 1 })
      const identified = eventOf<{ peerId: string }>(bob.network, 'peer:identify', ({ peerId }) => peerId === alice.network.peerId)
      const stream = await alice.network.open(bob.place(), '/test/1')
      await stream.send(Uint8Array.of(1))
      for await (const frame of stream.frames()) {
        expect(frame).to.deep.equal(Uint8Array.of(1))
        await stream.close()
      }
      await identified
      const store = await alice.store()
      await store.batch([{ type: 'put', key: Uint8Array.of(0x40, 1), value: Uint8Array.of(2) }])
      expect(await store.get(Uint8Array.of(0x40, 1))).to.deep.equal(Uint8Array.of(2))
      await net.stop()
    })
  }
})
