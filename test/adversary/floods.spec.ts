import { connect } from 'node:net'
import { Frame as Direct, ENVELOPE_PROTOCOL } from '@sotto/protocols/envelope'
import { Frame as Introduction, INTRODUCTION_PROTOCOL } from '@sotto/protocols/introduction'
import { decodeAnswer, Frame as Mailbox, hashOf, itemsDigest, MAILBOX_PROTOCOL, newBytes, putBytes } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { INBOUND_PER_SECOND, INBOUND_UPGRADE_TIMEOUT_MS } from '../../packages/node/src/config.ts'
import { publicKeyOf, sign } from '../../packages/node/src/identity/ed25519.ts'
import { parseId } from '../../packages/node/src/identity/identity-id.ts'
import { FrameBuffer } from '../../packages/node/src/network/frame-buffer.ts'
import { befriend, say, until, Village } from './people.ts'
import { framed, over, rawPeer, seeded } from './raw-peer.ts'
import type { Resident } from './people.ts'
import type { RawPeer } from './raw-peer.ts'
import type { Stream, StreamMessageEvent } from '@libp2p/interface'
import type { Socket } from 'node:net'

const SEED = 1
const MIB = 1024 * 1024
/** What an honest message may take in a flood, ms. */
const PATIENCE_MS = 60_000
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

/** Answers of a stream, one by one. */
function answers (stream: Stream): () => Promise<Uint8Array | undefined> {
  const buffer = new FrameBuffer(256 * 1024)
  let wake = (): void => {}
  let ended = false
  stream.addEventListener('message', (event: StreamMessageEvent) => {
    buffer.push(event.data instanceof Uint8Array ? event.data : event.data.subarray())
    wake()
  })
  over(stream).then(() => { ended = true; wake() }, () => {})
  return async () => {
    for (;;) {
      const frame = buffer.shift()
      if (frame !== undefined) return frame
      if (ended) return undefined
      await new Promise<void>(resolve => { wake = resolve })
    }
  }
}

describe('floods', function () {
  this.timeout(120_000)
  let village: Village
  let strangers: RawPeer[]

  beforeEach(async () => {
    village = await Village.open()
    strangers = []
  })

  afterEach(async () => {
    await Promise.all(strangers.map(async stranger => { await stranger.stop() }))
    await village.close()
  })

  async function stranger (): Promise<RawPeer> {
    const peer = await rawPeer()
    strangers.push(peer)
    return peer
  }

  async function people (...names: string[]): Promise<Resident[]> {
    return await Promise.all(names.map(async name => await village.move(name)))
  }

  /** Somebody new gets through: asks, is accepted, says something. */
  async function newcomer (to: Resident, name = 'carol'): Promise<void> {
    const carol = await village.move(name)
    await befriend(carol, to)
  }

  it('T29, T32, T51: a thousand requests without enough work reach nobody, and an honest one gets in among them', async () => {
    const [alice] = await people('alice') as [Resident]
    const random = seeded(SEED)
    const identity = parseId(alice.id)
    const refusals: string[] = []
    const pour = async (peer: RawPeer): Promise<void> => {
      const stream = await peer.open(alice.node.addresses()[0]!, INTRODUCTION_PROTOCOL)
      const next = answers(stream)
      await next() // the challenge
      for (let sent = 0; sent < 42; sent++) {
        stream.send(framed(Introduction.encode({ putRequest: { identity, sealed: random.bytes(9000), invite: new Uint8Array(), workNonce: sent } })))
        const answer = await next()
        if (answer === undefined) return
        refusals.push(Introduction.decode(answer).refused?.code ?? 'stored')
      }
      stream.abort(new Error('done'))
    }
    const peers = await Promise.all(many(6, stranger))
    const flood = Promise.all(peers.flatMap(peer => many(4, async () => { await pour(peer) })))
    await newcomer(alice)
    await flood
    expect(refusals).to.have.length.of.at.least(1000)
    expect(refusals.filter(code => !['WORK_TOO_LOW', 'RATE_LIMITED'].includes(code)), 'by luck a hash in 65,536 is work enough').to.have.length.of.at.most(1)
    expect(await alice.node.requests.list()).to.have.length.of.at.most(0)
  })

  it('T50: sockets that never speak, as many as one host may open in time, keep nobody else out', async () => {
    const [alice, bob] = await people('alice', 'bob') as [Resident, Resident]
    await befriend(alice, bob)
    const port = Number(/\/tcp\/(\d+)/.exec(alice.node.addresses()[0]!)?.[1])
    const sockets = new Set<Socket>()
    let held = true
    const hold = (): void => {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        if (held) hold() // whoever is thrown out comes again
      })
    }
    for (let count = 0; count < INBOUND_PER_SECOND * INBOUND_UPGRADE_TIMEOUT_MS / 1000; count++) hold()
    try {
      await say(alice, bob, 'Do you still hear me?', PATIENCE_MS)
      await newcomer(alice)
      expect(sockets.size).to.be.above(16)
    } finally {
      held = false
      for (const socket of sockets) socket.destroy()
    }
  })

  it('T50: thousands of streams, and connections beyond the limit, cut no conversation', async () => {
    const victim = await village.move('alice', { networkLimits: { maxConnections: 24 } })
    const bob = await village.move('bob')
    await befriend(victim, bob)
    const address = victim.node.addresses()[0]!
    const peers = await Promise.all(many(32, stranger))
    await Promise.all(peers.map(async peer => {
      for (let count = 0; count < 64; count++) {
        for (const protocol of [ENVELOPE_PROTOCOL, INTRODUCTION_PROTOCOL]) {
          await peer.open(address, protocol).catch(() => { /* refused: as it should be, after a few */ })
        }
      }
    }))
    await until(victim.node, 'no more peers than are kept', async () => (await victim.node.status()).peers <= 24 ? true : undefined)
    await say(victim, bob, 'And now?', PATIENCE_MS)
    await say(bob, victim, 'Loud and clear.', PATIENCE_MS)
    await newcomer(victim)
  })

  it('T50: ten thousand envelopes for queues that nobody has are credited and forgotten', async () => {
    const [alice, bob] = await people('alice', 'bob') as [Resident, Resident]
    await befriend(alice, bob)
    const random = seeded(SEED)
    const peer = await stranger()
    const stream = await peer.open(alice.node.addresses()[0]!, ENVELOPE_PROTOCOL)
    const next = answers(stream)
    stream.send(framed(Direct.encode({ hello: { version: 1, window: 64 } })))
    const { hello } = Direct.decode((await next())!)
    let credited = 0
    for (let number = 1; number <= 10_000; number++) {
      stream.send(framed(Direct.encode({ deliver: { number, queue: random.bytes(16), envelope: random.bytes(600) } })))
      while (number - credited >= hello!.window) credited = Direct.decode((await next())!).credit!.handled
      if (number % 2500 === 0) await say(bob, alice, `over the noise ${number}`, PATIENCE_MS)
    }
    const before = await alice.node.status()
    expect(before.storeBytes).to.be.below(4 * MIB)
    expect(await alice.texts(bob.id)).to.have.length(6)
  })

  it('T52: a stranger who fills a volunteer is refused by name at the limit, and those who are there are not disturbed', async () => {
    const mailboxBytes = MIB
    const mia = await village.move('mia', { resident: true, mailbox: 'volunteer', mailboxBytes })
    const [alice, bob] = await village.hidden(['alice', 'bob'], mia.node.addresses()) as [Resident, Resident]
    await befriend(alice, bob)

    const random = seeded(SEED)
    const peer = await stranger()
    const stream = await peer.open(mia.node.addresses()[0]!, MAILBOX_PROTOCOL)
    const next = answers(stream)
    const nonce = decodeAnswer((await next())!)!.challenge!.nonce
    const seed = random.bytes(32)
    const codes: string[] = []
    for (let queue = 0, id = 1; codes.filter(code => code !== '').length < 20 && queue < 40; queue++) {
      const made = { queue: random.bytes(16), readKey: publicKeyOf(seed), writeKey: publicKeyOf(seed), grant: new Uint8Array(0) }
      stream.send(framed(Mailbox.encode({ id: id++, new: { ...made, signature: await sign(seed, newBytes(mia.node.peerId, nonce, made)) } })))
      codes.push(decodeAnswer((await next())!)!.refused?.code ?? '')
      for (let put = 0; put < 3; put++) {
        const items = many(3, () => ({ id: random.bytes(16), bytes: random.bytes(60 * 1024) }))
        const digest = itemsDigest(items.map(item => ({ id: item.id, hash: hashOf(item.bytes) })))
        stream.send(framed(Mailbox.encode({ id: id++, put: { queue: made.queue, items, signature: await sign(seed, putBytes(mia.node.peerId, made.queue, digest)) } })))
        codes.push(decodeAnswer((await next())!)!.refused?.code ?? '')
      }
    }
    expect(new Set(codes.filter(code => code !== '')), 'what the stranger was told').to.satisfy((told: Set<string>) => [...told].every(code => ['GRANT_EXHAUSTED', 'MAILBOX_FULL', 'QUEUE_FULL', 'QUEUE_UNKNOWN'].includes(code)) && told.size > 0)
    const { used, limit } = await mia.node.mailboxes.status()
    expect(used).to.be.at.most(limit)
    expect((await mia.node.status()).storeBytes, 'bytes on the disk').to.be.below(8 * mailboxBytes)
    // what the people hold there, they go on holding; where there is no room, the sender is told
    expect(await bob.texts(alice.id)).to.have.length(2)
    const { message } = await alice.node.conversations.send(bob.id, { text: 'Is there room?' })
    const waiting = await until(alice.node, 'to be told', async () => {
      const view = await alice.node.conversations.delivery(message)
      return view.state !== 'sealed' ? view.state : view.waiting?.includes('full') === true ? view.waiting : undefined
    })
    expect(waiting).to.match(/full|stored|delivered/)
  })
})
