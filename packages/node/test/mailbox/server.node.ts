import { cp } from 'node:fs/promises'
import { chain, decodeHeadBody, decodeReceiptBody, Frame, genesis, hashOf, MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { decodeSigned } from '../../src/identity/signed.ts'
import { MailboxConnection } from '../../src/mailbox/connection.ts'
import { createMailboxServer } from '../../src/mailbox/index.ts'
import { openStore, tables } from '../../src/store/index.ts'
import { movingClock } from '../../../../test/support/clock.ts'
import { temporaryDirectory, testLogger } from '../../../../test/support/testnet.ts'
import { fullable, items, random, rawQueue, World } from './support.ts'
import type { MovingClock } from '../../../../test/support/clock.ts'

const DAY = 24 * 60 * 60 * 1000

describe('mailbox server', () => {
  let world: World
  let clock: MovingClock
  beforeEach(async () => {
    clock = movingClock(Date.now())
    world = await World.create({ clock })
  })
  afterEach(async () => { await world.stop() })

  /** Lets hours pass, each with time for the disk, until `check` holds. */
  async function hours (check: () => boolean): Promise<void> {
    while (!check()) {
      await clock.advance(DAY / 24)
      for (let turn = 0; turn < 200 && !check(); turn++) await new Promise(resolve => setImmediate(resolve))
    }
  }

  it('MBX-1: a malformed frame ends the stream, and the mailbox serves on', async () => {
    const mailbox = await world.mailbox()
    const peer = await world.peer()
    const queue = rawQueue()
    const good = Frame.encode({ id: 1, put: { queue: queue.queue, items: items(1), signature: random(64) } })
    const bad = [
      new Uint8Array(0), random(100), new Uint8Array(200_000), good.subarray(0, good.length - 1),
      Frame.encode({ id: 0, info: {} }), Frame.encode({ id: 7 }),
      Frame.encode({ id: 1, put: { queue: queue.queue, items: [], signature: random(64) } }),
      Frame.encode({ id: 1, put: { queue: random(15), items: items(1), signature: random(64) } }),
      Frame.encode({ id: 1, put: { queue: queue.queue, items: items(257, 1), signature: random(64) } }),
      Frame.encode({ id: 1, get: { queue: queue.queue, slot: random(3), after: 0, maxBytes: 1, subscribe: true, signature: random(64) } })
    ]
    for (const [index, bytes] of bad.entries()) {
      const stream = await peer.network.open(mailbox.place, MAILBOX_PROTOCOL)
      await stream.send(bytes).catch(() => {})
      const frames: Uint8Array[] = []
      for await (const frame of stream.frames()) frames.push(frame)
      expect(frames.length, `frame ${index}`).to.be.at.most(1) // the challenge, and no answer
      await stream.close()
    }
    for (let i = 0; i < 200; i++) {
      const stream = await peer.network.open(mailbox.place, MAILBOX_PROTOCOL)
      const mutated = Uint8Array.from(good)
      for (let flips = 0; flips < 4; flips++) mutated[Math.floor(Math.random() * 80)]! ^= 1 << Math.floor(Math.random() * 8)
      await stream.send(mutated).catch(() => {}) // the one before may have taken the connection's patience
      await stream.close()
    }
    const asker = await world.asker(mailbox.place)
    expect((await asker.info()).capacity?.volunteers).to.equal(true)
    expect(mailbox.server.usage()).to.include({ queues: 0, items: 0 })
  })

  it('MBX-2: a reader’s signature holds for one stream and one mailbox only', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const other = await world.asker(mailbox.place)
    const queue = rawQueue()
    expect((await asker.create(queue, { nonce: other.connection.nonce })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.create(queue, { mailbox: asker.connection.peerId + 'x' })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.create(queue, { seed: random(32) })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.create(queue)).created?.limitItems).to.equal(16384)
    expect((await asker.create(queue)).created, 'again').to.not.equal(undefined)
    expect((await asker.create({ ...rawQueue(), queue: queue.queue })).refused?.code).to.equal('QUEUE_EXISTS')
    expect((await asker.get(queue, { nonce: other.connection.nonce })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.get(queue, { seed: queue.writeSeed })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.ack(queue, 0, { nonce: other.connection.nonce })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.del(queue, { nonce: other.connection.nonce })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.get(queue)).items?.links).to.deep.equal([])
  })

  it('MBX-3: a PUT counts only under the write key, at this mailbox', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    expect((await asker.put(queue, items(1))).refused?.code).to.equal('QUEUE_UNKNOWN')
    await asker.create(queue)
    expect((await asker.put(queue, items(1), { seed: queue.readSeed })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.put(queue, items(1), { mailbox: asker.connection.peerId + 'x' })).refused?.code).to.equal('BAD_SIGNATURE')
    expect((await asker.put(queue, items(1))).stored).to.not.equal(undefined)
    expect(mailbox.server.usage().items).to.equal(1)
  })

  it('MBX-5: the same item again is stored once, and other bytes under its id are refused', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    await asker.create(queue)
    const [one, two, three] = items(3)
    const receipt = async (mail: typeof one[]): Promise<number> => decodeReceiptBody(decodeSigned((await asker.put(queue, mail as [])).stored!.receipt)!.body)!.position
    expect(await receipt([one, two])).to.equal(2)
    expect(await receipt([one])).to.equal(1)
    expect(await receipt([three, one])).to.equal(3)
    expect((await asker.put(queue, [{ id: one!.id, bytes: random(3) }])).refused?.code).to.equal('CONFLICT')
    expect(mailbox.server.usage().items).to.equal(3)
  })

  it('MBX-6: what is over a limit is refused with the limit and what is used, and nothing of it is stored', async () => {
    const mailbox = await world.mailbox({ limits: { items: 3, bytes: 1024 + 3 * 1000 } })
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    expect((await asker.create(queue)).created).to.include({ limitItems: 3, limitBytes: 4024 })
    expect((await asker.put(queue, items(4, 10))).refused).to.include({ code: 'QUEUE_FULL', limit: 3, used: 0 })
    expect((await asker.put(queue, items(1, 5000))).refused).to.include({ code: 'QUEUE_FULL', limit: 4024, used: 1024 })
    expect((await asker.put(queue, items(1, 64 * 1024 + 1))).refused).to.include({ code: 'REFUSED', limit: 64 * 1024, used: 64 * 1024 + 1 })
    await asker.put(queue, items(3, 10))
    expect((await asker.put(queue, items(1, 10))).refused).to.include({ code: 'QUEUE_FULL', limit: 3, used: 3 })
    expect((await asker.get(queue)).items?.links).to.have.length(3)
    expect(mailbox.server.usage()).to.include({ items: 3, used: 1024 + 3 * 266 })
  })

  it('MBX-7: what was signed for is there after a crash, and nothing is signed for on a full disk', async () => {
    const stores: Array<ReturnType<typeof fullable>> = []
    const mailbox = await world.mailbox({}, {
      wrap: store => {
        const wrapped = fullable(store)
        stores.push(wrapped)
        return wrapped
      }
    })
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    await asker.create(queue)
    await asker.put(queue, items(5))
    stores[0]!.full = true
    expect((await asker.put(queue, items(5))).refused?.code).to.equal('MAILBOX_FULL')
    expect((await asker.create(rawQueue())).refused?.code).to.equal('MAILBOX_FULL')
    expect(mailbox.server.usage()).to.include({ queues: 1, items: 5 })
    stores[0]!.full = false
    const mail = items(5)
    expect((await asker.put(queue, mail)).stored).to.not.equal(undefined)
    // what kill -9 leaves: the files as they are now
    const crashed = await temporaryDirectory()
    await cp(mailbox.path, crashed.path, { recursive: true, filter: path => !path.endsWith('LOCK') })
    const store = await openStore({ location: crashed.path, dataKey: mailbox.dataKey, create: false })
    const peer = await world.peer()
    const server = createMailboxServer({ clock, logger: testLogger(), store, network: peer.network }, { mode: 'contacts' })
    await server.start()
    const again = await world.asker(peer.place())
    const links = (await again.get(queue)).items?.links ?? []
    expect(links.slice(5).map(({ id, bytes }) => ({ id, bytes }))).to.deep.equal(mail)
    await server.stop()
    await store.close()
    await crashed.remove()
  })

  it('MBX-8: receipts, answers and DEL carry the signed head of one chain', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    await asker.create(queue)
    const mail = items(5)
    const receipt = decodeReceiptBody(decodeSigned((await asker.put(queue, mail)).stored!.receipt)!.body)!
    const answer = (await asker.get(queue)).items!
    let head = genesis(queue.queue)
    for (const link of answer.links) head = chain(head, { ...link, hash: hashOf(link.bytes) })
    const signed = decodeHeadBody(decodeSigned(answer.head)!.body)!
    expect(signed).to.deep.include({ position: 5, head, queue: queue.queue })
    expect(receipt).to.deep.include({ position: 5, head })
    expect(decodeHeadBody(decodeSigned((await asker.get(queue, { after: 2, maxBytes: 1 })).items!.head)!.body)!.position).to.equal(3)
    const deleted = decodeHeadBody(decodeSigned((await asker.del(queue)).deleted!.head)!.body)!
    expect(deleted).to.deep.include({ position: 5, head })
    expect((await asker.get(queue)).refused?.code).to.equal('QUEUE_UNKNOWN')
    expect(mailbox.server.usage()).to.include({ queues: 0, items: 0, used: 0 })
    expect(await left(mailbox.store)).to.equal(0)
  })

  it('MBX-9: a reader that does not acknowledge gets one window and no more', async () => {
    const mailbox = await world.mailbox()
    const writer = await world.asker(mailbox.place)
    const reader = await world.asker(mailbox.place)
    const queue = rawQueue()
    await writer.create(queue)
    const mail = items(60, 60_000)
    for (let i = 0; i < mail.length; i += 3) await writer.put(queue, mail.slice(i, i + 3))
    await reader.get(queue, { subscribe: true })
    await reader.frames(7)
    for (let i = 0; i < 50; i++) await reader.info() // round trips in which a mailbox that pushes on would push on
    const sent = reader.pushes.flatMap(frame => frame.links)
    expect(sent.length, 'one window, and what overhangs its end').to.equal(18)
    const before = reader.pushes.length
    await reader.ack(queue, sent.at(-1)!.position)
    await reader.frames(before + 1)
    while (reader.pushes.at(-1)!.links.at(-1)!.position < 60) {
      const { length } = reader.pushes
      await reader.ack(queue, reader.pushes.at(-1)!.links.at(-1)!.position)
      if (reader.pushes.at(-1)!.links.at(-1)!.position < 60) await reader.frames(length + 1)
    }
    expect(reader.pushes.flatMap(frame => frame.links).map(({ id, bytes }) => ({ id, bytes }))).to.deep.equal(mail)
  })

  it('MBX-10: an item goes when every device has it; a device silent for 7 days holds nothing back, and can still verify', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    const tablet = random(16)
    await asker.create(queue)
    await asker.get(queue)
    await asker.get(queue, { slot: tablet })
    await asker.put(queue, items(4))
    await asker.ack(queue, 4)
    expect(mailbox.server.usage().items).to.equal(4)
    await asker.ack(queue, 2, { slot: tablet })
    expect(mailbox.server.usage()).to.include({ items: 2, used: 1024 + 2 * 856 })
    await clock.advance(7 * DAY)
    const later = await world.asker(mailbox.place) // the idle stream was closed
    await later.put(queue, items(2))
    await later.ack(queue, 5)
    expect(mailbox.server.usage().items, 'the tablet is silent').to.equal(1)
    const links = (await later.get(queue, { slot: tablet, after: 2 })).items!.links
    expect(links.map(link => [link.position, link.bytes.byteLength, link.hash.byteLength])).to.deep.equal([[3, 0, 32], [4, 0, 32], [5, 0, 32], [6, 600, 0]])
    await later.ack(queue, 6, { slot: tablet })
    await later.ack(queue, 6)
    expect(mailbox.server.usage()).to.include({ items: 0, used: 1024 })
    expect(await left(mailbox.store)).to.equal(0)
  })

  it('MBX-11: after 30 days an item goes and its link stays; a queue that nobody reads goes after 60', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    await asker.create(queue)
    await asker.get(queue)
    await asker.put(queue, items(2))
    await clock.advance(10 * DAY)
    const [late] = items(1)
    await (await world.asker(mailbox.place)).put(queue, [late!])
    await clock.advance(20 * DAY)
    await hours(() => mailbox.server.usage().items === 1) // the sweep, which nobody asked for
    const again = await world.asker(mailbox.place) // the idle stream was closed
    const { links, head } = (await again.get(queue)).items!
    expect(links.map(link => link.bytes.byteLength)).to.deep.equal([0, 0, 600])
    let at = genesis(queue.queue)
    for (const link of links) at = chain(at, { ...link, hash: link.bytes.byteLength > 0 ? hashOf(link.bytes) : link.hash })
    expect(decodeHeadBody(decodeSigned(head)!.body)!.head).to.deep.equal(at)
    const receipt = decodeReceiptBody(decodeSigned((await again.put(queue, [late!])).stored!.receipt)!.body)!
    expect(receipt.expires - clock.now(), 'what is left of its 30 days').to.be.within(DAY, 10 * DAY)
    await clock.advance(60 * DAY)
    await hours(() => mailbox.server.usage().queues === 0)
    expect(mailbox.server.usage()).to.include({ queues: 0, items: 0, used: 0 })
    expect(await left(mailbox.store)).to.equal(0)
  })

  it('MBX-13: a flood on one stream is refused, and of too many streams the silent stranger goes first', async () => {
    const mailbox = await world.mailbox({ maxStreams: 3 })
    const asker = await world.asker(mailbox.place)
    const answers = await Promise.all(Array.from({ length: 4200 }, async () => asker.info()))
    expect(answers.filter(answer => answer.refused?.code === 'RATE_LIMITED').length).to.equal(4200 - 4096)
    await clock.advance(1000)
    expect((await asker.info()).capacity).to.not.equal(undefined)
    const queue = rawQueue()
    await asker.create(queue)
    await asker.get(queue, { subscribe: true })
    const strangers = [await world.asker(mailbox.place), await world.asker(mailbox.place)]
    await world.asker(mailbox.place)
    if (!strangers[0]!.connection.closed.aborted) await new Promise(resolve => { strangers[0]!.connection.closed.addEventListener('abort', resolve) })
    expect(asker.connection.closed.aborted).to.equal(false)
    expect(strangers[1]!.connection.closed.aborted).to.equal(false)
  })

  it('MBX-14: a grant pays for queues and items, guests only where the mailbox volunteers, within what it volunteers', async () => {
    const mailbox = await world.mailbox({ mode: 'contacts' })
    const asker = await world.asker(mailbox.place)
    expect((await asker.info()).capacity).to.include({ volunteers: false, freeBytes: 0 })
    expect((await asker.create(rawQueue())).refused?.code).to.equal('GRANT_UNKNOWN')
    expect((await asker.create(rawQueue(), { token: random(32) })).refused?.code).to.equal('GRANT_UNKNOWN')
    const identity = random(32)
    const token = await mailbox.server.grant(identity, 5000)
    expect(await mailbox.server.grant(identity, 5000)).to.deep.equal(token)
    expect(await mailbox.server.isGranted(token)).to.equal(true)
    const [one, two] = [rawQueue(), rawQueue()]
    expect((await asker.create(one, { token })).created?.grantBytes).to.equal(5000)
    await asker.create(two, { token })
    expect((await asker.put(one, items(1, 2000))).stored).to.not.equal(undefined)
    expect((await asker.put(two, items(1, 2000))).refused).to.include({ code: 'GRANT_EXHAUSTED', limit: 5000, used: 4304 })
    expect(await mailbox.server.grants()).to.deep.equal([{ id: (await mailbox.server.grants())[0]!.id, identity, used: 4304, limit: 5000 }])
    await mailbox.restart({ queuesPerGrant: 2 })
    const again = await world.asker(mailbox.place)
    expect((await mailbox.server.grants())[0]).to.include({ used: 4304 })
    expect((await again.create(rawQueue(), { token })).refused?.code).to.equal('GRANT_EXHAUSTED')
    await mailbox.server.revoke(identity)
    expect(await mailbox.server.isGranted(token)).to.equal(false)
    expect((await again.put(one, items(1, 10))).refused?.code).to.equal('GRANT_UNKNOWN')
    expect((await again.get(one)).items).to.include({ closed: true })
    await mailbox.restart({ mode: 'volunteer', volunteerBytes: 3000, guestQueues: 2 })
    const guest = await world.asker(mailbox.place)
    const third = rawQueue()
    await guest.create(third)
    expect((await guest.info()).capacity).to.include({ volunteers: true, freeBytes: 1976 })
    expect((await guest.put(third, items(1, 1900))).refused).to.include({ code: 'MAILBOX_FULL', limit: 3000, used: 1024 })
    const flood = await Promise.all(Array.from({ length: 50 }, async () => guest.create(rawQueue())))
    expect(flood.filter(answer => answer.created !== undefined).length).to.equal(1)
    expect(mailbox.server.usage().queues).to.equal(4)
  })

  it('MBX-14: a mailbox that begins to volunteer while it runs takes guests from then on, within what it volunteers', async () => {
    const mailbox = await world.mailbox({ mode: 'contacts', bytes: 10_000, volunteerBytes: 3000, guestQueues: 2 })
    const guest = await world.asker(mailbox.place)
    expect((await guest.create(rawQueue())).refused?.code).to.equal('GRANT_UNKNOWN')
    expect(mailbox.server.usage().limit).to.equal(10_000)
    mailbox.server.volunteer()
    expect(mailbox.server.mode).to.equal('volunteer')
    expect(mailbox.server.usage().limit).to.equal(13_000)
    mailbox.server.volunteer()
    expect(mailbox.server.usage().limit, 'said twice').to.equal(13_000)
    const queue = rawQueue()
    expect((await guest.create(queue)).created).to.not.equal(undefined)
    expect((await guest.info()).capacity).to.include({ volunteers: true, freeBytes: 1976 })
    expect((await guest.put(queue, items(1, 1900))).refused).to.include({ code: 'MAILBOX_FULL', limit: 3000, used: 1024 })
    const off = await world.mailbox({ mode: 'off' })
    off.server.volunteer()
    expect(off.server.mode).to.equal('off')
  })

  it('closes streams that ask nothing, and none that subscribes', async () => {
    const mailbox = await world.mailbox()
    const idle = await world.asker(mailbox.place)
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    await asker.create(queue)
    await asker.get(queue, { subscribe: true })
    await clock.advance(7 * 60 * 1000)
    if (!idle.connection.closed.aborted) await new Promise(resolve => { idle.connection.closed.addEventListener('abort', resolve) })
    expect((await asker.info()).capacity).to.not.equal(undefined)
  })

  it('MBX-15: writes nothing down but what the wire shows, and that sealed', async () => {
    const mailbox = await world.mailbox({ mode: 'contacts' })
    const identity = random(32)
    const token = await mailbox.server.grant(identity, 1e6)
    const peer = await world.peer()
    const asker = await world.asker(mailbox.place, peer)
    const queue = rawQueue()
    await asker.create(queue, { token })
    await asker.put(queue, items(3))
    await asker.get(queue, { subscribe: true })
    const secrets = [identity, new TextEncoder().encode(peer.network.peerId), token]
    for (const table of [tables.queues, tables.queueItems, tables.queueIds]) {
      for await (const { key, value } of mailbox.store.range({ gte: Uint8Array.of(table), lt: Uint8Array.of(table + 1) })) {
        for (const secret of secrets) {
          for (const form of [Buffer.from(secret), Buffer.from(Buffer.from(secret).toString('base64url')), Buffer.from(Buffer.from(secret).toString('hex'))]) {
            expect(Buffer.concat([key, value]).includes(form)).to.equal(false)
          }
        }
      }
    }
  })

  it('two askers at once share the last room fairly: never more than there is', async () => {
    const mailbox = await world.mailbox({ volunteerBytes: 20_000, bytes: 0 })
    const askers = [await world.asker(mailbox.place), await world.asker(mailbox.place)]
    const queues = [rawQueue(), rawQueue()]
    await Promise.all(askers.map(async (asker, i) => asker.create(queues[i]!)))
    const answers = await Promise.all(Array.from({ length: 40 }, async (_, i) => askers[i % 2]!.put(queues[i % 2]!, items(1, 744))))
    expect(answers.filter(answer => answer.stored !== undefined).length).to.equal(17)
    expect(mailbox.server.usage().used).to.be.at.most(20_000)
  })

  it('is closed by stop, also in the middle of requests', async () => {
    const mailbox = await world.mailbox()
    const asker = await world.asker(mailbox.place)
    const queue = rawQueue()
    await asker.create(queue)
    const puts = Array.from({ length: 20 }, async () => asker.put(queue, items(50)))
    await mailbox.stop()
    const results = await Promise.allSettled(puts)
    expect(results.length).to.equal(20)
    expect(asker.connection.closed.aborted || asker.connection instanceof MailboxConnection).to.equal(true)
  })
})

async function left (store: { range: (range: { gte: Uint8Array, lt: Uint8Array }) => AsyncIterable<unknown> }): Promise<number> {
  let count = 0
  for (const table of [tables.queueItems, tables.queueIds]) {
    for await (const entry of store.range({ gte: Uint8Array.of(table), lt: Uint8Array.of(table + 1) })) count += entry === undefined ? 0 : 1
  }
  return count
}
