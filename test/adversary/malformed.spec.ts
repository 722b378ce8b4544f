import { ENVELOPE_PROTOCOL, Frame as Direct } from '@sotto/protocols/envelope'
import { Frame as Introduction, INTRODUCTION_PROTOCOL } from '@sotto/protocols/introduction'
import { Frame as Mailbox, MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { DEVICES_PROTOCOL, PAIRING_PROTOCOL } from '@sotto/protocols/pairing'
import { expect } from 'chai'
import { Person } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { befriend, say, Village } from './people.ts'
import { framed, over, rawPeer, seeded } from './raw-peer.ts'
import type { Resident } from './people.ts'
import type { RawPeer } from './raw-peer.ts'
import type { Stream } from '@libp2p/interface'

const SEED = Number(process.env.SOTTO_SEED ?? 1)
/** What an honest message may take while somebody pours rubbish over the mailbox, ms. */
const PATIENCE_MS = 60_000
/** Memory that rubbish may cost the mailbox, bytes: the floods of network/README.md stay under 100 MB, and so must this. */
const MAX_GROWTH_BYTES = 160 * 1024 * 1024

const MIB = 1024 * 1024
const bytes = (length: number, value = 0): Uint8Array => new Uint8Array(length).fill(value)
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

/** Frames that are well-formed protobuf and wrong in every other way, by protocol. */
const WRONG: Record<string, Uint8Array[]> = {
  [MAILBOX_PROTOCOL]: [
    // before anything was created; no signature that holds; lengths that do not fit; answers where questions belong
    { id: 1, ack: { queue: bytes(16), slot: bytes(16), position: 2 ** 50, signature: bytes(64) } },
    { id: 2, del: { queue: bytes(16), signature: bytes(64) } },
    { id: 3, get: { queue: bytes(16), slot: bytes(16), after: Number.MAX_SAFE_INTEGER, maxBytes: 2 ** 32 - 1, subscribe: true, signature: bytes(64) } },
    { id: 4, put: { queue: bytes(16), items: many(256, at => ({ id: bytes(16, at), bytes: bytes(64, at + 1) })), signature: bytes(64) } },
    { id: 5, new: { queue: bytes(16), readKey: bytes(32), writeKey: bytes(32), grant: bytes(32), signature: bytes(64) } },
    { id: 6, new: { queue: bytes(16), readKey: bytes(32, 255), writeKey: bytes(32, 255), grant: bytes(0), signature: bytes(64, 255) } },
    { id: 7, new: { queue: bytes(15), readKey: bytes(33), writeKey: bytes(0), grant: bytes(7), signature: bytes(1) } },
    { id: 0, info: {} },
    { id: 8, stored: { receipt: bytes(900) } },
    { id: 9, items: { queue: bytes(16), links: many(512, at => ({ position: at, id: bytes(16), hash: bytes(0), bytes: bytes(1), time: at })), head: bytes(0), more: true, closed: false, used: 0 } },
    { id: 10 }
  ].map(frame => Mailbox.encode(frame)),
  [INTRODUCTION_PROTOCOL]: [
    { fetch: { identity: bytes(32), after: 2 ** 52, subscribe: true, signature: bytes(64) } },
    { drop: { identity: bytes(32), digests: many(5000, at => bytes(32, at)), signature: bytes(64) } },
    { register: { record: bytes(20_000, 7), grant: bytes(32), signature: bytes(64) } },
    { putRequest: { identity: bytes(32), sealed: bytes(48 * 1024, 9), invite: bytes(200, 3), workNonce: 0 } },
    { putRequest: { identity: bytes(1), sealed: bytes(0), invite: bytes(9000), workNonce: Number.MAX_SAFE_INTEGER } },
    { getInbox: { identity: bytes(31) } },
    { requests: { kept: [], more: true } },
    {}
  ].map(frame => Introduction.encode(frame)),
  [ENVELOPE_PROTOCOL]: [
    { credit: { handled: 5 } },
    { credit: { handled: Number.MAX_SAFE_INTEGER } },
    { hello: { version: 2 ** 31, window: 2 ** 32 - 1 } },
    { hello: { version: 1, window: 0 } },
    { deliver: { number: 2, queue: bytes(16), envelope: bytes(600, 1) } },
    { deliver: { number: 1, queue: bytes(3), envelope: bytes(600, 1) } },
    { deliver: { number: 1, queue: bytes(16), envelope: bytes(0) } },
    { deliver: { number: 1, queue: bytes(16), envelope: bytes(64 * 1024, 1) } },
    {}
  ].map(frame => Direct.encode(frame))
}

describe('rubbish poured over a mailbox through which two people talk', function () {
  this.timeout(120_000)
  let house: House
  let village: Village
  let mailbox: Person
  let alice: Resident
  let bob: Resident
  let mallory: RawPeer
  let count = 0
  let calm = 0
  let most = 0

  before(async () => {
    [house, village, mallory] = await Promise.all([House.open(), Village.open(), rawPeer()])
    mailbox = new Person(house, 'mailbox', { mailbox: 'volunteer' })
    await mailbox.start();
    // nobody can dial these two: all that they say goes through the mailbox
    [alice, bob] = await village.hidden(['alice', 'bob'], mailbox.ready.addresses) as [Resident, Resident]
    await befriend(alice, bob)
    calm = most = mailbox.resident.rss()
  })

  after(async () => {
    await mallory.stop()
    await village.close()
    await house.close()
  })

  /** An honest message there and back, and a look at the mailbox. */
  async function talk (): Promise<void> {
    await say(alice, bob, `message ${++count}`, PATIENCE_MS)
    await say(bob, alice, `answer ${count}`, PATIENCE_MS)
    most = Math.max(most, mailbox.resident.rss())
    expect(mailbox.resident.running, 'the mailbox is up').to.equal(true)
    expect(most - calm, 'bytes of memory more than before').to.be.below(MAX_GROWTH_BYTES)
  }

  const open = async (protocol: string): Promise<Stream> => await mallory.open(mailbox.ready.addresses[0]!, protocol)

  /** Says these bytes on a stream of their own, in writes of at most `step`; where they must end the stream, waits for that. */
  async function pour (protocol: string, rubbish: Uint8Array, ends: boolean): Promise<void> {
    const stream = await open(protocol)
    try {
      stream.send(rubbish)
    } catch {
      return // it ended while we spoke
    }
    if (ends) await over(stream)
    else await stream.close({ signal: AbortSignal.timeout(5_000) }).catch(() => { /* it was ended for us */ })
  }

  for (const [name, protocol] of [['mailbox', MAILBOX_PROTOCOL], ['introduction', INTRODUCTION_PROTOCOL], ['direct', ENVELOPE_PROTOCOL]] as const) {
    it(`T33, T49: ${name}: random, truncated, oversized frames, and lengths without end, disturb nobody (seed ${SEED})`, async () => {
      const random = seeded(SEED)
      for (let round = 0; round < 10; round++) {
        await Promise.all([
          pour(protocol, framed(random.bytes(1 + random.below(4096))), true),
          pour(protocol, random.bytes(64 * 1024), true),
          pour(protocol, bytes(16, 0xff), true), // a length that does not end
          pour(protocol, Uint8Array.of(0x80, 0x80, 0x7f), true), // 2 MiB are announced
          pour(protocol, framed(random.bytes(1000)).subarray(0, 500), false), // the end is missing
          pour(protocol, framed(bytes(0)), false)
        ])
        if (round % 5 === 0) await talk()
      }
      await talk()
    })

    it(`T33, T49: ${name}: frames that decode and are wrong, alone, in disorder, and bent (seed ${SEED})`, async () => {
      const random = seeded(SEED + 1)
      const frames = WRONG[protocol] ?? []
      await Promise.all(frames.map(async frame => { await pour(protocol, framed(frame), false) }))
      await talk()
      for (let round = 0; round < 30; round++) {
        const parts = many(8, () => {
          const frame = Uint8Array.from(frames[random.below(frames.length)]!)
          for (let flips = random.below(4); flips > 0 && frame.byteLength > 0; flips--) frame[random.below(Math.min(frame.byteLength, 200))] = random.byte()
          return framed(frame)
        })
        await pour(protocol, Uint8Array.from(Buffer.concat(parts)), false)
      }
      await talk()
    })

    it(`T33, T49: ${name}: a hundred streams that each drip a byte and stop, or pour without listening`, async () => {
      const streams = await Promise.all(many(100, async () => await open(protocol).catch(() => undefined)))
      for (const stream of streams) {
        try { stream?.send(Uint8Array.of(0xff, 0xff, 0x0f)) } catch { /* refused: better still */ }
      }
      await talk()
      // one of them goes on: as much as the stream takes
      const [flood] = streams.filter(stream => stream?.status === 'open')
      for (let sent = 0; flood?.status === 'open' && sent < 64 * MIB; sent += 64 * 1024) {
        try {
          if (!flood.send(bytes(64 * 1024, 1))) break
        } catch {
          break
        }
      }
      await talk()
      for (const stream of streams) stream?.abort(new Error('enough'))
    })
  }

  it(`T33, T49: pairing and own devices: rubbish, and streams that hang, end alone (seed ${SEED})`, async () => {
    const random = seeded(SEED + 3)
    for (const protocol of [PAIRING_PROTOCOL, DEVICES_PROTOCOL]) {
      // one stream of a peer at a time: each ends by itself before the next
      for (const rubbish of [random.bytes(4096), bytes(16, 0xff), Uint8Array.of(0x80, 0x80, 0x7f), framed(random.bytes(500)), framed(bytes(0)), framed(bytes(64 * 1024, 1))]) {
        await pour(protocol, rubbish, true)
      }
      await talk()
      const hanging = await open(protocol)
      try { hanging.send(Uint8Array.of(0xff, 0x01)) } catch { /* refused: better still */ }
      await talk()
      hanging.abort(new Error('enough'))
    }
  })

  it('T49: protocols of the library: rubbish to identify, ping, relay and DHT ends those streams only', async () => {
    const random = seeded(SEED + 2)
    for (const protocol of ['/ipfs/id/1.0.0', '/ipfs/id/push/1.0.0', '/ipfs/ping/1.0.0', '/libp2p/circuit/relay/0.2.0/hop', '/libp2p/circuit/relay/0.2.0/stop', '/sotto/kad/1.0.0', '/meshsub/1.1.0']) {
      await Promise.all(many(8, async at => {
        await pour(protocol, at % 2 === 0 ? random.bytes(4096) : framed(random.bytes(500)), false).catch(() => { /* not spoken here */ })
      }))
    }
    await talk()
  })

  it('nothing was lost, doubled or put out of order, and the mailbox has nothing to complain of', async () => {
    const said = many(count, at => [`message ${at + 1}`, `answer ${at + 1}`]).flat()
    for (const [person, other] of [[alice, bob], [bob, alice]] as const) {
      expect((await person.texts(other.id)).slice(2)).to.deep.equal(said)
    }
    const lines = mailbox.resident.stderr().split('\n').filter(line => line !== '').map(line => Object.keys(JSON.parse(line) as object))
    expect(lines.filter(keys => keys.some(key => !['progress', 'note'].includes(key))), mailbox.resident.stderr()).to.deep.equal([])
    await mailbox.stop()
  })
})
