import { DEVICES_PROTOCOL, DeviceFrame, Opening } from '@sotto/protocols/pairing'
import { toString } from 'uint8arrays/to-string'
import { expect } from 'chai'
import { DeviceLines } from '../../src/devices/lines.ts'
import { DeviceShelf } from '../../src/devices/shelf.ts'
import { STRANGER_MS } from '../../src/devices/waiting-room.ts'
import { UnreachableError } from '../../src/errors.ts'
import { issueRevocation } from '../../src/identity/certificate.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import { newcomer, primary, quiet } from './people.ts'
import type { DeviceLine } from '../../src/devices/line.ts'
import type { LinesHost } from '../../src/devices/lines.ts'
import type { Network } from '../../src/network/index.ts'
import type { OwnRecord } from '../../src/identity/own.ts'
import type { TestClock } from '../delivery/people.ts'
import type { Newcomer, Primary } from './people.ts'

interface Side {
  lines: DeviceLines
  ups: PromiseWithResolvers<DeviceLine>
  told: DeviceFrame[]
  revoked: PromiseWithResolvers<Uint8Array>
}

describe('the stream between two devices of alice', function () {
  this.timeout(120_000)
  let alice: Primary
  let phone: Newcomer
  let own: OwnRecord
  let phoneShelf: DeviceShelf
  const revocations = new Map<string, Uint8Array>()
  const sides: Side[] = []

  function side (components: { clock: TestClock, network: Network, own: Uint8Array, shelf: DeviceShelf }): Side {
    const made: Omit<Side, 'lines'> = { ups: Promise.withResolvers(), told: [], revoked: Promise.withResolvers() }
    const host: LinesHost = {
      asked: async (_line, { pull }) => pull === undefined ? {} : { page: { runs: [pull.peer], more: false, reads: [], unread: 0 } },
      told: async (_line, frame) => { made.told.push(frame) },
      revocation: device => revocations.get(device),
      up: line => { made.ups.resolve(line) },
      down: () => {},
      revoked: bytes => { made.revoked.resolve(bytes) }
    }
    const one = { ...made, lines: new DeviceLines({ ...components, logger: quiet }, host) }
    sides.push(one)
    return one
  }

  beforeEach(async () => {
    alice = await primary()
    phone = await newcomer(alice.clock)
    const joined = await phone.join(alice.host.invite().code)
    own = joined.own
    phoneShelf = await DeviceShelf.load(await memoryStore(memoryDatabase()))
    await phoneShelf.keep(joined.primary)
  })
  afterEach(async () => {
    for (const { lines } of sides.splice(0)) lines.stop()
    revocations.clear()
    await Promise.all([alice.stop(), phone.stop()])
  })

  const hers = (): Side => side({ clock: alice.clock, network: alice.network, own: alice.own.device, shelf: alice.shelf })
  const its = (): Side => side({ clock: alice.clock, network: phone.network, own: own.device, shelf: phoneShelf })

  it('PAIR-8: both know each other, and questions find their answers', async () => {
    const [a, b] = [hers(), its()]
    await a.lines.start()
    await b.lines.start()
    const [line, other] = await Promise.all([b.ups.promise, a.ups.promise])
    expect(line.device).to.equal(toString(alice.own.device, 'hex'))
    expect(other.device).to.equal(toString(own.device, 'hex'))
    const peers = Array.from({ length: 40 }, () => randomSeed())
    const answers = await Promise.all(peers.map(async peer => line.ask({ pull: { peer, heads: [] } })))
    expect(answers.map(({ page }) => page?.runs[0])).to.deep.equal(peers)
    line.abort(new UnreachableError('UNREACHABLE', 'gone'))
    expect(await line.ask({ pull: { peer: randomSeed(), heads: [] } }).then(() => 'answered', () => 'refused')).to.equal('refused')
  })

  async function knock (from: Network, opening: Uint8Array): Promise<Uint8Array[]> {
    const stream = await from.open({ peerId: alice.network.peerId, addresses: alice.network.addresses() }, DEVICES_PROTOCOL)
    await stream.send(opening)
    const heard: Uint8Array[] = []
    for await (const frame of stream.frames()) {
      heard.push(frame)
      // an answer is no frame of ours to send: whatever follows is not sealed
      await stream.send(DeviceFrame.encode({ number: 1, answer: false, pull: { peer: randomSeed(), heads: [] } })).catch(() => {})
    }
    return heard
  }

  it('PAIR-8: a stranger, and another PeerId than the certificate names, learn nothing', async () => {
    const a = hers()
    await a.lines.start()
    const mallory = await newcomer(alice.clock)
    try {
      for (const device of [randomSeed().subarray(0, 16), own.device, new Uint8Array(0)]) {
        expect(await knock(mallory.network, Opening.encode({ device, nonce: randomSeed(), revocation: new Uint8Array(0) }))).to.deep.equal([])
      }
      expect(a.told).to.deep.equal([])
    } finally {
      await mallory.stop()
    }
  })

  it('PAIR-15: strangers take no place of a device, and wait for seconds', async () => {
    const a = hers()
    await a.lines.start()
    const place = { peerId: alice.network.peerId, addresses: alice.network.addresses() }
    const crowd = await Promise.all(Array.from({ length: 4 }, async () => newcomer(alice.clock)))
    try {
      const [silent] = await Promise.all(crowd.map(async one => one.network.open(place, DEVICES_PROTOCOL)))
      const b = its()
      await b.lines.start()
      const line = await a.ups.promise
      alice.clock.move(STRANGER_MS + 1)
      for await (const frame of silent?.frames() ?? []) expect(frame).to.equal(undefined)
      expect(a.lines.list()).to.deep.equal([line])
    } finally {
      await Promise.all(crowd.map(async one => one.stop()))
    }
  })

  it('PAIR-8: who comes from the right place without the link key is heard no further', async () => {
    const a = hers()
    await a.lines.start()
    const heard = await knock(phone.network, Opening.encode({ device: own.device, nonce: randomSeed(), revocation: new Uint8Array(0) }))
    expect(heard).to.have.length(1)
    expect(a.told).to.deep.equal([])
  })

  it('PAIR-8, PAIR-12: a revoked device is shown its revocation, and nothing else', async () => {
    const [a, b] = [hers(), its()]
    const revocation = await issueRevocation(alice.own.identitySeed ?? new Uint8Array(32), own.device, alice.clock.now())
    revocations.set(toString(own.device, 'hex'), revocation)
    await a.lines.start()
    const heard = await knock(phone.network, Opening.encode({ device: own.device, nonce: randomSeed(), revocation: new Uint8Array(0) }))
    expect(heard.map(frame => Opening.decode(frame).revocation)).to.deep.equal([revocation])
    revocations.clear()
    revocations.set(toString(own.device, 'hex'), revocation)
    await b.lines.start()
    expect(await b.revoked.promise).to.deep.equal(revocation)
  })
})
