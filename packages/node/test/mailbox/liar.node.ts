import { genesis } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { eventOf } from '../../../../test/support/testnet.ts'
import { headOf, lie, rebuilt, receiptOf, signHead, signReceipt } from './liar.ts'
import { items, queuesOf, random, World } from './support.ts'
import type { TestMailbox, TestReader } from './support.ts'
import type { Twist } from './liar.ts'
import type { MailboxClient, MailItem, OwnQueue, StoredReceipt } from '../../src/mailbox/index.ts'

interface Scene { mailbox: TestMailbox, bob: TestReader, queue: OwnQueue, alice: MailboxClient }

describe('a mailbox that lies', () => {
  let world: World
  let twist: Twist | undefined
  beforeEach(async () => {
    twist = undefined
    world = await World.create()
  })
  afterEach(async () => { await world.stop() })

  /** Bob reads honestly stored mail until the twist begins. */
  async function scene (handler?: () => Promise<void>): Promise<Scene> {
    twist = undefined
    const peer = await world.peer()
    lie(peer.network, () => twist)
    const mailbox = await world.mailbox({}, { peer })
    const bob = await world.reader({ candidates: [mailbox.place], copies: 1 }, handler === undefined ? {} : { handler })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    return { mailbox, bob, queue: queue!, alice: await world.writer() }
  }

  async function named ({ bob, mailbox }: Scene): Promise<string> {
    const { peer, reason } = await eventOf<{ peer: string, reason: string }>(bob.keeper, 'keeper:liar')
    expect(peer).to.equal(mailbox.place.peerId)
    return reason
  }

  async function caught (twisting: Twist, mail: MailItem[] = items(3)): Promise<{ reason: string, stage: Scene }> {
    const stage = await scene()
    await stage.alice.put(stage.queue, items(2))
    await stage.bob.arrived(2)
    const liar = named(stage)
    twist = twisting
    await stage.alice.put(stage.queue, mail)
    return { reason: await liar, stage }
  }

  it('MBX-8: is named when it leaves an item out', async () => {
    const { reason, stage } = await caught(async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.filter(link => link.position !== 4) } })
    expect(reason).to.equal('it left out positions of the chain')
    expect(stage.bob.mail).to.have.length(2)
    expect(await stage.bob.keeper.queuesFor(random(32))).to.deep.equal([])
  })

  it('MBX-8: is named when it changes the order', async () => {
    const { reason } = await caught(async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.toReversed() } })
    expect(reason).to.equal('it left out positions of the chain')
    const swapped = await caught(async frame => {
      const [a, b, c] = frame.items?.links ?? []
      if (frame.items === undefined || a === undefined || b === undefined || c === undefined) return frame
      return { ...frame, items: { ...frame.items, links: [{ ...b, position: a.position }, { ...a, position: b.position }, c] } }
    })
    expect(swapped.reason).to.equal('its chain does not hold')
  })

  it('MBX-8: is named when it changes bytes, or swaps in what alice never wrote', async () => {
    const { reason } = await caught(async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.map(link => ({ ...link, bytes: random(600) })) } })
    expect(reason).to.equal('its chain does not hold')
  })

  it('MBX-8: is named when it does not sign, or signs with another key', async () => {
    const { reason } = await caught(async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, head: random(100) } })
    expect(reason).to.equal('it answered without its signature')
    const other = await world.peer()
    const foreign = await caught(async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, head: await signHead(other.network, headOf(frame.items)) } })
    expect(foreign.reason).to.equal('it answered without its signature')
  })

  it('MBX-8: is named when it calls an item expired that is not', async () => {
    const { reason } = await caught(async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.map(link => ({ ...link, bytes: new Uint8Array(0), hash: random(32) })) } })
    expect(reason).to.equal('it lost an item that it had promised to keep')
  })

  it('MBX-8: is named when its chain is shorter or another than before', async () => {
    const stage = await scene()
    await stage.alice.put(stage.queue, items(2))
    await stage.bob.arrived(2)
    await stage.bob.stop()
    const reasons: string[] = []
    for (const position of [1, 2]) {
      twist = async (frame, network) => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: [], head: await signHead(network, { ...headOf(frame.items), position, head: genesis(random(16)) }) } }
      const again = await world.reader({ copies: 1 }, { peer: stage.bob.peer, store: await copyOf(stage.bob) })
      reasons.push((await eventOf<{ reason: string }>(again.keeper, 'keeper:liar')).reason)
    }
    expect(reasons).to.deep.equal(['its chain is shorter than it was', 'it shows another chain than before'])
  })

  it('MBX-8: is named when it lost a whole queue', async () => {
    const stage = await scene()
    const liar = named(stage)
    twist = async frame => frame.items === undefined ? frame : { id: frame.id, refused: { code: 'QUEUE_UNKNOWN', detail: '', limit: 0, used: 0 } }
    await stage.mailbox.restart()
    expect(await liar).to.equal('it lost a queue that it had agreed to keep')
  })

  it('MBX-8: alice’s receipt convicts it when it shows bob another chain', async () => {
    const stage = await scene()
    const liar = named(stage)
    const kept: MailItem[] = items(3)
    twist = async (frame, network) => frame.items === undefined || frame.items.links.length === 0 ? frame : { ...frame, items: await rebuilt(network, frame.items, frame.items.links.slice(1)) }
    const receipt = await stage.alice.put(stage.queue, kept)
    expect(await stage.bob.arrived(2)).to.deep.equal(kept.slice(1))
    // bob has read two, alice's receipt says three: he asks afresh
    twist = async (frame, network) => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, head: await signHead(network, { ...headOf(frame.items), position: 2 }) } }
    await stage.bob.keeper.checkProof(receipt.mailbox, receipt.proof)
    expect(await liar).to.be.oneOf(['it signed for an item that it does not have', 'it shows another chain than before'])
  })

  it('MBX-8: alice’s receipt convicts it when the head differs at one position', async () => {
    const stage = await scene()
    await stage.alice.put(stage.queue, items(2))
    await stage.bob.arrived(2)
    const liar = named(stage)
    const receipt = await signReceipt(stage.mailbox.peer.network, { queue: stage.queue.queue, position: 2, head: random(32), items: random(32), time: Date.now(), expires: Date.now() + 1e6 })
    await stage.bob.keeper.checkProof(stage.mailbox.place.peerId, receipt)
    expect(await liar).to.equal('it showed us another chain than it showed a writer')
  })

  it('MBX-8: a true receipt, and a writer’s invention, convict nobody', async () => {
    const stage = await scene()
    let liars = 0
    stage.bob.keeper.addEventListener('keeper:liar', () => { liars++ })
    const receipts: StoredReceipt[] = []
    for (let i = 0; i < 5; i++) receipts.push(await stage.alice.put(stage.queue, items(4)))
    for (const receipt of receipts) await stage.bob.keeper.checkProof(receipt.mailbox, receipt.proof)
    await stage.bob.arrived(20)
    for (const receipt of receipts) await stage.bob.keeper.checkProof(receipt.mailbox, receipt.proof)
    const stranger = await world.peer()
    const forged = await signReceipt(stranger.network, { ...receiptOf(receipts[0]!.proof), head: random(32) })
    await stage.bob.keeper.checkProof(stage.mailbox.place.peerId, forged)
    await stage.bob.keeper.checkProof(stranger.network.peerId, forged)
    await stage.bob.keeper.checkProof(stage.mailbox.place.peerId, random(200))
    expect(liars).to.equal(0)
  })

  it('MBX-4: alice believes no receipt that is not the mailbox’s own, about her items', async () => {
    const stage = await scene()
    const other = await world.peer()
    const twists: Twist[] = [
      async frame => frame.stored === undefined ? frame : { ...frame, stored: { receipt: random(200) } },
      async frame => frame.stored === undefined ? frame : { ...frame, stored: { receipt: await signReceipt(other.network, receiptOf(frame.stored.receipt)) } },
      async (frame, network) => frame.stored === undefined ? frame : { ...frame, stored: { receipt: await signReceipt(network, { ...receiptOf(frame.stored.receipt), queue: random(16) }) } },
      async (frame, network) => frame.stored === undefined ? frame : { ...frame, stored: { receipt: await signReceipt(network, { ...receiptOf(frame.stored.receipt), items: random(32) }) } },
      async (frame, network) => frame.stored === undefined ? frame : { ...frame, stored: { receipt: await signReceipt(network, { ...receiptOf(frame.stored.receipt), expires: 1 }) } }
    ]
    for (const [index, one] of twists.entries()) {
      twist = one
      const code = await stage.alice.put(stage.queue, items(1)).then(() => 'stored', (error: { code: string }) => error.code)
      expect(code, `twist ${index}`).to.equal('BAD_SIGNATURE')
    }
    twist = async frame => frame.stored === undefined ? frame : { id: frame.id, capacity: { volunteers: true, freeBytes: 0, queueBytes: 0, ttl: 0 } }
    expect(await stage.alice.put(stage.queue, items(1)).then(() => 'stored', (error: { code: string }) => error.code)).to.equal('PROTOCOL_VIOLATION')
  })

  it('MBX-16: is replaced by another, never used again, also after a restart', async () => {
    const stage = await scene()
    const honest = await world.mailbox()
    const liar = named(stage)
    twist = async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, head: random(100) } }
    await stage.alice.put(stage.queue, items(1))
    await liar
    await stage.bob.stop()
    const again = await world.reader({ copies: 1, candidates: [stage.mailbox.place, honest.place] }, { peer: stage.bob.peer, store: stage.bob.store })
    const conversation = random(32)
    const [queue] = await queuesOf(again.keeper, conversation, 1)
    expect(queue!.mailbox.peerId).to.equal(honest.place.peerId)
    await stage.alice.put(queue!, items(2))
    expect(await again.arrived(2)).to.have.length(2)
  })

  /** The reader's store as it is, for a keeper of its own. */
  async function copyOf (reader: TestReader): Promise<TestReader['store']> {
    const { store } = await world.store()
    const ops = []
    for await (const { key, value } of reader.store.range({ gte: Uint8Array.of(0), lt: Uint8Array.of(0xff) })) ops.push({ type: 'put' as const, key, value })
    await store.batch(ops)
    return store
  }
})
