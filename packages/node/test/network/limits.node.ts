import { connect } from 'node:net'
import { expect } from 'chai'
import { testnet } from '../../../../test/support/testnet.ts'
import { hostile } from './hostile.ts'
import type { TestPeer } from '../../../../test/support/testnet.ts'
import type { FrameStream } from '../../src/network/index.ts'

const PROTOCOL = '/test/1'

async function pair (network = {}): Promise<{ net: Awaited<ReturnType<typeof testnet>>, bob: TestPeer, stream: FrameStream, echo: () => Promise<void> }> {
  const net = await testnet(2, { transport: 'tcp', network })
  const [alice, bob] = net.peers as [TestPeer, TestPeer]
  await bob.network.handle(PROTOCOL, async stream => {
    for await (const frame of stream.frames()) await stream.send(frame)
  }, { maxStreamsPerPeer: 4, maxStreams: 8 })
  const stream = await alice.network.open(bob.place(), PROTOCOL)
  const frames = stream.frames()[Symbol.asyncIterator]()
  const echo = async (): Promise<void> => {
    await stream.send(Uint8Array.of(1))
    expect((await frames.next()).value).to.deep.equal(Uint8Array.of(1))
  }
  return { net, bob, stream, echo }
}

describe('limits', () => {
  it('keep bob talking to alice while one host opens 300 connections at once', async () => {
    const { net, bob, echo } = await pair({ limits: { inboundPerSecond: 20 } })
    const port = Number(/tcp\/(\d+)/.exec(bob.place().addresses[0] ?? '')?.[1])
    await echo()
    const before = process.memoryUsage.rss()
    const sockets = Array.from({ length: 300 }, (_, i) => {
      const socket = connect(port, '127.0.0.1', () => { if (i % 2 === 0) socket.write(new Uint8Array(1024).fill(i)) })
      return socket.on('error', () => {})
    })
    for (let i = 0; i < 20; i++) await echo()
    await Promise.all(sockets.slice(60).map(async socket => { if (!socket.destroyed) await new Promise(resolve => socket.once('close', resolve)) })) // over the threshold: reset
    expect(process.memoryUsage.rss() - before).to.be.lessThan(80 * 1024 * 1024)
    expect(bob.network.connections()).to.have.length(1)
    for (const socket of sockets) socket.destroy()
    await echo()
    await net.stop()
  })

  it('let somebody new in while strangers hold all places, each with an open stream, and keep whom bob looks for', async () => {
    const { net, bob, echo } = await pair({ limits: { maxConnections: 8 } })
    const [alice] = net.peers as [TestPeer]
    await alice.network.handle(PROTOCOL, async stream => {
      for await (const frame of stream.frames()) await stream.send(frame)
    }, { maxStreamsPerPeer: 4, maxStreams: 8 })
    const toAlice = await bob.network.open(alice.place(), PROTOCOL)
    const crowd = await Promise.all(Array.from({ length: 24 }, async () => hostile()))
    await Promise.all(crowd.map(async one => one.raw(bob.place().addresses[0] ?? '', PROTOCOL).catch(() => {})))
    expect(bob.network.connections().length).to.be.at.most(8)
    const carol = await net.add()
    const stream = await carol.network.open(bob.place(), PROTOCOL)
    await stream.send(Uint8Array.of(7))
    expect((await stream.frames()[Symbol.asyncIterator]().next()).value).to.deep.equal(Uint8Array.of(7))
    await echo()
    expect(toAlice.closed.aborted, 'the connection to alice').to.equal(false)
    await Promise.all(crowd.map(async one => one.stop()))
    await net.stop()
  })

  it('close the least valuable connections beyond the number that is kept', async () => {
    const { net, bob, echo } = await pair({ limits: { maxConnections: 10 } })
    const crowd = await Promise.all(Array.from({ length: 30 }, async () => hostile()))
    const { multiaddr } = await import('@multiformats/multiaddr')
    await Promise.all(crowd.map(async ({ libp2p }) => libp2p.dial(multiaddr(bob.place().addresses[0] ?? '')).catch(() => {})))
    for (let i = 0; i < 1000 && bob.network.connections().length > 10; i++) await new Promise(resolve => setImmediate(resolve))
    expect(bob.network.connections().length).to.be.at.most(10)
    await echo()
    await Promise.all(crowd.map(async one => one.stop()))
    await net.stop()
  })
})
