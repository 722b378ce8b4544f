import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { movingClock } from '../../../../test/support/clock.ts'
import { MAX_BOOK_PEERS, SWEEP_MS } from '../../src/config.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { createHost } from '../../src/network/host.ts'
import { sweepPeerBook } from '../../src/network/peer-book.ts'

describe('the address book', () => {
  it('is cut down to its limit, and forgets nobody below it', async () => {
    const clock = movingClock()
    const host = await createHost({ peerSeed: randomSeed(), listen: [], loopbackOnly: true, transports: 'memory', mode: 'local', resident: false, anonymous: false })
    await host.libp2p.start()
    const running = new AbortController()
    sweepPeerBook(clock, host, running.signal)
    for (let i = 0; i < MAX_BOOK_PEERS + 20; i++) {
      const id = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
      await host.libp2p.peerStore.merge(id, { multiaddrs: [multiaddr('/ip4/127.0.0.1/tcp/1')] })
    }
    await clock.advance(SWEEP_MS)
    while (clock.pending === 0) await new Promise(resolve => setImmediate(resolve))
    expect((await host.libp2p.peerStore.all()).length).to.equal(MAX_BOOK_PEERS)
    running.abort()
    expect(clock.pending).to.equal(0)
    await host.libp2p.stop()
  })
})
