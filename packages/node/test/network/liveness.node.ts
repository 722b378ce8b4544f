import { expect } from 'chai'
import { endDead } from '../../src/network/liveness.ts'
import { createHost } from '../../src/network/host.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import type { Host } from '../../src/network/host.ts'
import type { Connection } from '@libp2p/interface'

describe('a connection', () => {
  const never = new AbortController().signal
  let alice: Host
  let bob: Host
  let connection: Connection

  beforeEach(async () => {
    const host = async (name: string): Promise<Host> => createHost({ peerSeed: randomSeed(), listen: [`/memory/liveness-${name}`], loopbackOnly: true, transports: 'memory', mode: 'local', resident: false, anonymous: false })
    alice = await host('alice')
    bob = await host('bob')
    await alice.libp2p.start()
    await bob.libp2p.start()
    connection = await alice.libp2p.dial(bob.libp2p.getMultiaddrs())
  })
  afterEach(async () => {
    await alice.libp2p.stop()
    await bob.libp2p.stop()
  })

  it('that answers stays, also where it answers no', async () => {
    expect(await endDead([connection], 5_000, never)).to.equal(0)
    await bob.libp2p.unhandle('/ipfs/ping/1.0.0')
    expect(await endDead([connection], 5_000, never)).to.equal(0)
    expect(connection.status).to.equal('open')
  })

  it('that is silent ends', async () => {
    await bob.libp2p.handle('/ipfs/ping/1.0.0', () => {}, { force: true })
    expect(await endDead([connection, connection], 100, never)).to.equal(1)
    expect(connection.status).not.to.equal('open')
  })
})
