import { Frame, MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { items, queuesOf, random, World } from './support.ts'

describe('mailbox: alice writes, bob reads', () => {
  let world: World
  beforeEach(async () => { world = await World.create() })
  afterEach(async () => { await world.stop() })

  it('MBX-7: keeps what alice leaves, signs for it, and hands it to bob', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    const mail = items(3)
    const receipt = await alice.put(queue!, mail)
    expect(receipt.position).to.equal(3)
    expect(receipt.mailbox).to.equal(mailbox.place.peerId)
    expect(await bob.arrived(3)).to.deep.equal(mail)
  })

  it('keeps mail while bob is away, over a restart of the mailbox, and hands it on in order, once', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    await bob.stop()
    const alice = await world.writer()
    const mail = items(1000)
    for (let i = 0; i < mail.length; i += 100) await alice.put(queue!, mail.slice(i, i + 100))
    await mailbox.restart()
    expect(mailbox.server.usage()).to.include({ limit: 4 * 1024 ** 3 + 256 * 1024 ** 2 })
    const again = await world.reader({ copies: 1 }, { peer: bob.peer, store: bob.store })
    expect(await again.arrived(1000)).to.deep.equal(mail)
    expect(again.mail).to.have.length(1000)
  })

  it('MBX-12: writes and reads under throw-away PeerIds, another for each', async () => {
    const mailbox = await world.mailbox()
    const seen = new Set<string>()
    const handle = mailbox.peer.network.handle.bind(mailbox.peer.network)
    await mailbox.stop()
    mailbox.peer.network.handle = async (protocol, handler, options) => handle(protocol, async stream => {
      seen.add(stream.peerId)
      await handler(stream)
    }, options)
    await mailbox.restart()
    const peer = await world.peer()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 }, { peer })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const writer = await world.writer(peer)
    await writer.put(queue!, items(1))
    await bob.arrived(1)
    expect(seen).to.have.length(2)
    expect([...seen]).to.not.include(peer.network.peerId)
  })

  it('shares one PUT between calls that wait, and one refusal does not fail the others', async () => {
    const mailbox = await world.mailbox({ limits: { items: 5 } })
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 }, { handler: async () => { throw new Error('bob does not take mail') } })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    const results = await Promise.allSettled([items(2), items(4), items(2)].map(async mail => alice.put(queue!, mail)))
    expect(results.map(result => result.status === 'fulfilled' ? result.value.position : (result.reason as { code: string }).code)).to.deep.equal([2, 'QUEUE_FULL', 4])
    const shared = await Promise.all([items(1)].map(async mail => alice.put(queue!, mail)))
    expect(shared[0]?.position).to.equal(5)
  })

  it('gives one receipt to calls that shared a PUT', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    const receipts = await Promise.all(Array.from({ length: 50 }, async () => alice.put(queue!, items(1))))
    expect(new Set(receipts.map(receipt => receipt.position))).to.deep.equal(new Set([50]))
    await bob.arrived(50)
  })

  it('MBX-5: the same item again is stored once, and other bytes under its id are refused', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 }, { handler: async () => { throw new Error('bob does not take mail') } })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    const [mail] = items(1)
    const first = await alice.put(queue!, [mail!])
    const second = await alice.put(queue!, [mail!])
    expect(second.position).to.equal(first.position)
    expect(second.head).to.deep.equal(first.head)
    expect(mailbox.server.usage().items).to.equal(1)
    const other = await alice.put(queue!, [{ id: mail!.id, bytes: random(10) }]).then(() => '', (error: { code: string }) => error.code)
    expect(other).to.equal('REFUSED')
  })

  it('deletes the queues of a conversation that bob drops', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 })
    const conversation = random(32)
    const [queue] = await queuesOf(bob.keeper, conversation, 1)
    await bob.keeper.drop(conversation)
    expect(mailbox.server.usage().queues).to.equal(0)
    const alice = await world.writer()
    expect(await alice.put(queue!, items(1)).then(() => '', (error: { code: string }) => error.code)).to.equal('QUEUE_UNKNOWN')
  })

  it('tells alice when nobody answers, when she gives up, and when her node stops', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    const code = async (put: Promise<unknown>): Promise<string> => put.then(() => 'stored', (error: { code: string }) => error.code)
    const given = new AbortController()
    given.abort()
    expect(await code(alice.put(queue!, items(1), { signal: given.signal }))).to.equal('ABORTED')
    expect(await code(alice.put(queue!, []))).to.equal('BAD_ARGUMENT')
    expect(await code(alice.put(queue!, items(1, 64 * 1024 + 1)))).to.equal('LIMIT_EXCEEDED')
    expect(await code(alice.put(queue!, items(1)))).to.equal('stored')
    await mailbox.peer.network.stop()
    expect(await code(alice.put(queue!, items(1)))).to.equal('UNREACHABLE')
    const silent = await world.peer()
    await silent.network.handle(MAILBOX_PROTOCOL, async stream => { await stream.frames()[Symbol.asyncIterator]().next() }, { maxStreams: 9, maxStreamsPerPeer: 9 })
    const later = new AbortController()
    const waiting = code(alice.put({ ...queue!, mailbox: silent.place() }, items(1), { signal: later.signal }))
    later.abort()
    expect(await waiting).to.equal('ABORTED')
    const stopped = code(alice.put({ ...queue!, mailbox: silent.place() }, items(1)))
    await alice.stop()
    expect(await stopped).to.be.oneOf(['NETWORK_STOPPED', 'UNREACHABLE'])
    expect(await code(alice.put(queue!, items(1)))).to.be.oneOf(['NETWORK_STOPPED', 'NOT_RUNNING'])
  })

  it('MBX-1: leaves a mailbox that talks nonsense', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const nonsense = await world.peer()
    let kind = 0
    await nonsense.network.handle(MAILBOX_PROTOCOL, async stream => {
      if (kind > 0) await stream.send(Frame.encode({ id: 0, challenge: { nonce: random(16) } }))
      if (kind === 2) await stream.send(Frame.encode({ id: 0, items: { queue: random(16), links: [], head: random(9), more: false, closed: false, used: 0 } }))
      for await (const frame of stream.frames()) {
        const bytes = kind === 3 ? Frame.encode({ ...Frame.decode(frame), put: { queue: random(16), items: [], signature: random(3) } }) : random(200)
        await stream.send(bytes)
      }
    }, { maxStreams: 9, maxStreamsPerPeer: 9 })
    const alice = await world.writer()
    for (kind = 1; kind < 4; kind++) {
      const code = await alice.put({ ...queue!, mailbox: nonsense.place() }, items(1)).then(() => 'stored', (error: { code: string }) => error.code)
      expect(code, `kind ${kind}`).to.equal('PROTOCOL_VIOLATION')
    }
    expect(await alice.put(queue!, items(1))).to.have.property('position', 1)
  })

  it('hands mail on again that bob could not make durable', async () => {
    const mailbox = await world.mailbox()
    let failures = 1
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 }, { handler: async () => { if (failures-- > 0) throw new Error('disk') } })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    const mail = items(2)
    await alice.put(queue!, mail)
    expect(await bob.arrived(2)).to.deep.equal(mail)
  })
})
