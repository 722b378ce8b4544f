import { createSocket } from 'node:dgram'
import { expect } from 'chai'
import { eventOf, testnet } from '../../../../test/support/testnet.ts'
import type { Testnet, TestPeer } from '../../../../test/support/testnet.ts'
import type { NetworkInit, PeerPlace } from '../../src/network/index.ts'

const PROTOCOL = '/test/1'
const LIMITS = { maxStreamsPerPeer: 4, maxStreams: 8 }

async function answers (peer: TestPeer): Promise<void> {
  await peer.network.handle(PROTOCOL, async stream => {
    for await (const frame of stream.frames()) await stream.send(frame)
  }, LIMITS)
}

/** The address of a peer that matches, as soon as there is one. */
async function place (peer: TestPeer, match: RegExp): Promise<PeerPlace> {
  const found = (): string[] => peer.network.addresses().filter(address => match.test(address))
  while (found().length === 0) await eventOf(peer.network, 'addresses:change')
  return { peerId: peer.network.peerId, addresses: found() }
}

async function echo (from: TestPeer, to: PeerPlace): Promise<{ direct: boolean }> {
  const stream = await from.network.open(to, PROTOCOL)
  await stream.send(Uint8Array.of(1, 2, 3))
  const { value } = await stream.frames()[Symbol.asyncIterator]().next()
  expect(value).to.deep.equal(Uint8Array.of(1, 2, 3))
  await stream.close()
  return { direct: stream.direct }
}

/** A binding request (RFC 8489) of a dial: named, with a MESSAGE-INTEGRITY that nobody can check. */
function knock (name: string): Uint8Array {
  const user = Buffer.from(name.padEnd(Math.ceil(name.length / 4) * 4, 'x'))
  const attributes = Buffer.concat([Buffer.from([0, 6, 0, user.byteLength]), user, Buffer.from([0, 8, 0, 20]), Buffer.alloc(20, 7)])
  return Buffer.concat([Buffer.from([0, 1, 0, attributes.byteLength, 0x21, 0x12, 0xa4, 0x42]), crypto.getRandomValues(new Uint8Array(12)), attributes])
}

describe('transports on loopback', () => {
  let net: Testnet
  afterEach(async () => { await net.stop() })

  async function peer (init: Partial<NetworkInit>): Promise<TestPeer> {
    const added = await net.add(init)
    await answers(added)
    return added
  }

  for (const [name, listen, match] of [
    ['TCP', '/ip4/127.0.0.1/tcp/0', /\/tcp\/\d+\/p2p/],
    ['WebSockets', '/ip4/127.0.0.1/tcp/0/ws', /\/ws/],
    ['WebRTC-direct', '/ip4/127.0.0.1/udp/0/webrtc-direct', /webrtc-direct/]
  ] as const) {
    it(`carry frames from alice to bob over ${name}`, async () => {
      net = await testnet(0, { transport: 'tcp' })
      const bob = await peer({ listen: [listen] })
      const alice = await peer({})
      await place(alice, /tcp/)
      const where = await place(bob, match)
      if (name === 'WebRTC-direct') await ready(alice)
      expect(await echo(alice, where)).to.deep.equal({ direct: true })
      expect(alice.network.connections()[0]?.address).to.match(match)
    })
  }

  /** WebRTC is loaded after the start: who also listens on it says when it is there. */
  async function ready (alice: TestPeer): Promise<void> {
    await alice.network.stop()
    await alice.network.start()
  }

  it('keep the WebRTC-direct address of a profile over a restart', async () => {
    net = await testnet(0, { transport: 'tcp', withStore: true })
    const bob = await peer({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] })
    const hash = async (): Promise<string | undefined> => /certhash\/([^/]+)/.exec((await place(bob, /certhash/)).addresses[0] ?? '')?.[1]
    const before = await hash()
    await bob.network.stop()
    await bob.network.start()
    expect(await hash()).to.equal(before)
  })

  it('let bob be reached through a relay, and then directly over WebRTC', async () => {
    net = await testnet(0, { transport: 'tcp' })
    const relay = await peer({ resident: true })
    const relayAddress = (await place(relay, /tcp/)).addresses[0] ?? ''
    const bob = await peer({ listen: [`${relayAddress}/p2p-circuit`, '/webrtc'], loopbackOnly: true, bootstrap: [relayAddress] })
    const alice = await peer({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] })
    await place(alice, /webrtc-direct/)
    const relayed = await place(bob, /p2p-circuit\/p2p\/[^/]+$/)
    expect(await echo(alice, relayed)).to.deep.equal({ direct: false })
    await place(bob, /p2p-circuit\/webrtc/)
    const improved = eventOf<{ peerId: string }>(alice.network, 'peer:direct')
    expect(await echo(alice, bob.place())).to.deep.equal({ direct: false }) // at once, the direct one is made behind it
    expect((await improved).peerId).to.equal(bob.network.peerId)
    expect(await echo(alice, relayed)).to.deep.equal({ direct: true })
  })

  it('T50: let alice reach bob over WebRTC-direct while all places of those who dial are taken by packets that nobody stands behind', async () => {
    net = await testnet(0, { transport: 'tcp' })
    const bob = await peer({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] })
    const alice = await peer({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] })
    await place(alice, /webrtc-direct/)
    const where = await place(bob, /webrtc-direct/)
    const port = Number(/udp\/(\d+)/.exec(where.addresses[0] ?? '')?.[1])
    const callers = Array.from({ length: 200 }, () => createSocket('udp4'))
    await Promise.all(callers.map(async (caller, at) => { await new Promise(resolve => { caller.send(knock(`${at}${crypto.randomUUID().slice(0, 8)}:dial`), port, '127.0.0.1', resolve) }) }))
    expect(await echo(alice, where)).to.deep.equal({ direct: true })
    for (const caller of callers) caller.close()
  })

  it('bob, who stops while others go on dialling him, ends at once and in good order', async () => {
    net = await testnet(0, { transport: 'tcp' })
    const bob = await peer({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] })
    const alice = await peer({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'] })
    await place(alice, /webrtc-direct/)
    const where = await place(bob, /webrtc-direct/)
    await echo(alice, where) // the port has a connection, too
    const port = Number(/udp\/(\d+)/.exec(where.addresses[0] ?? '')?.[1])
    const caller = createSocket('udp4')
    const dial = async (): Promise<void> => { await new Promise(resolve => { caller.send(knock(`${crypto.randomUUID().slice(0, 8)}:dial`), port, '127.0.0.1', resolve) }) }
    for (let more = 0; more < 200; more++) await dial()
    const stopped = bob.network.stop()
    for (let more = 0; more < 200; more++) await dial()
    await stopped
    for (let more = 0; more < 200; more++) await dial()
    caller.close()
    expect(bob.network.connections()).to.deep.equal([])
  })
})
