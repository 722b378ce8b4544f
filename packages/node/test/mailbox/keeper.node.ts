import { MAILBOX_PROTOCOL } from '@sotto/protocols/mailbox'
import { expect } from 'chai'
import { movingClock } from '../../../../test/support/clock.ts'
import { eventOf } from '../../../../test/support/testnet.ts'
import { msToNextDay } from '../../src/mailbox/writer-pool.ts'
import { eventually, items, queuesOf, random, World } from './support.ts'
import type { KeeperView, OwnQueue } from '../../src/mailbox/index.ts'
import type { TestReader } from './support.ts'

function peersOf (queues: OwnQueue[]): string[] {
  return queues.map(queue => queue.mailbox.peerId).sort()
}

async function viewed (bob: TestReader, match: (keepers: KeeperView[]) => boolean): Promise<KeeperView[]> {
  const now = bob.keeper.list()
  return match(now) ? now : (await eventOf<{ keepers: KeeperView[] }>(bob.keeper, 'keepers:change', ({ keepers }) => match(keepers))).keepers
}

describe('the keeper chooses who keeps bob’s mail', () => {
  let world: World
  beforeEach(async () => { world = await World.create() })
  afterEach(async () => { await world.stop() })

  it('MBX-16: takes three, own before contacts before volunteers, never itself', async () => {
    const [own, contact, ...volunteers] = await Promise.all([
      world.mailbox({ mode: 'contacts' }), world.mailbox({ mode: 'contacts' }), world.mailbox(), world.mailbox(), world.mailbox()
    ])
    const peer = await world.peer()
    const self = await world.mailbox({}, { peer })
    const bob = await world.reader({
      own: [{ ...own.place, token: await own.server.grant(random(32), 1e6) }],
      candidates: [self.place, ...volunteers.map(mailbox => mailbox.place)]
    }, { peer })
    const conversation = random(32)
    const before = await queuesOf(bob.keeper, conversation, 3)
    expect(peersOf(before)).to.include(own.place.peerId).and.not.include(self.place.peerId)
    const carol = random(32)
    await bob.keeper.offered(carol, contact.place, await contact.server.grant(random(32), 1e6))
    const kinds = (await viewed(bob, keepers => keepers.length === 4 && keepers.some(keeper => keeper.kind === 'contact'))).map(keeper => keeper.kind)
    expect(kinds.sort()).to.deep.equal(['contact', 'own', 'volunteer', 'volunteer'])
    const after = await queuesOf(bob.keeper, conversation, 3, [own.place.peerId, contact.place.peerId])
    // a mailbox of carol's own would be none in the conversation with carol: the spare one stands in
    expect(peersOf(await bob.keeper.queuesFor(conversation, carol))).to.have.members(peersOf(before))
    // writers learn slowly: what is left with the one that was replaced still arrives
    const replaced = before.find(queue => !peersOf(after).includes(queue.mailbox.peerId))!
    const alice = await world.writer()
    await alice.put(replaced, items(1))
    expect(await bob.arrived(1)).to.have.length(1)
  })

  it('MBX-16: a grant that was withdrawn, or that the mailbox does not know, is said and replaced', async () => {
    const contact = await world.mailbox({ mode: 'contacts' })
    const volunteer = await world.mailbox()
    const bob = await world.reader({ copies: 1 })
    const [carol, owner] = [random(32), random(32)]
    const token = await contact.server.grant(owner, 1e6)
    const conversation = random(32)
    await bob.keeper.queuesFor(conversation)
    await bob.keeper.offered(carol, contact.place, random(32))
    const [refused] = await viewed(bob, keepers => keepers[0]?.trouble?.startsWith('the mailbox refused') === true)
    expect(refused?.trouble).to.equal('the mailbox refused: this grant is not known here')
    await bob.keeper.offered(carol, contact.place, token)
    const [queue] = await queuesOf(bob.keeper, conversation, 1, [contact.place.peerId])
    expect(queue?.mailbox.peerId).to.equal(contact.place.peerId)
    expect(bob.keeper.list()[0]).to.deep.include({ kind: 'contact', limit: 1e6 }).and.not.have.property('trouble')
    await bob.peer.network.open(volunteer.place, MAILBOX_PROTOCOL)
    await bob.keeper.offered(carol, contact.place, undefined)
    const moved = await viewed(bob, keepers => keepers.some(keeper => keeper.kind === 'volunteer'))
    expect(moved.find(keeper => keeper.kind === 'contact')?.trouble).to.equal('the grant was withdrawn')
    expect(peersOf(await queuesOf(bob.keeper, conversation, 1, [volunteer.place.peerId]))).to.deep.equal([volunteer.place.peerId])
    // what alice leaves in the old queue is still read
    await (await world.writer()).put(queue!, items(1))
    await bob.arrived(1)
    // and when its owner withdraws it without a word, bob learns it from the mailbox
    await bob.keeper.offered(carol, contact.place, token)
    await viewed(bob, keepers => keepers.some(keeper => keeper.kind === 'contact' && keeper.trouble === undefined))
    await contact.server.revoke(owner)
    const alice = await world.writer()
    expect(await alice.put(queue!, items(1)).then(() => '', (error: { code: string }) => error.code)).to.be.oneOf(['GRANT_UNKNOWN', 'QUEUE_UNKNOWN'])
    await viewed(bob, keepers => keepers.find(keeper => keeper.kind === 'contact')?.trouble === 'the grant was withdrawn')
    await eventually(() => contact.server.usage().queues === 0) // read out and deleted
    // another grant, another queue
    await bob.keeper.offered(carol, contact.place, await contact.server.grant(owner, 1e6))
    await viewed(bob, keepers => keepers.some(keeper => keeper.kind === 'contact' && keeper.trouble === undefined))
    expect(peersOf(await queuesOf(bob.keeper, conversation, 1, [contact.place.peerId]))).to.deep.equal([contact.place.peerId])
    await bob.keeper.offered(carol, contact.place, undefined)
    await viewed(bob, keepers => keepers.some(keeper => keeper.kind === 'volunteer'))
    expect(peersOf(await queuesOf(bob.keeper, conversation, 1, [volunteer.place.peerId]))).to.deep.equal([volunteer.place.peerId])
  })

  it('asks for queues before any mailbox is known, and tells when there are some, also after a restart', async () => {
    const conversation = random(32)
    const bob = await world.reader({ copies: 2 })
    expect(await bob.keeper.queuesFor(conversation)).to.deep.equal([])
    expect(bob.keeper.list()).to.deep.equal([])
    await bob.stop()
    const mailboxes = await Promise.all([world.mailbox(), world.mailbox()])
    const again = await world.reader({ copies: 2, candidates: mailboxes.map(mailbox => mailbox.place) }, { peer: bob.peer, store: bob.store })
    await eventOf<{ conversations: Uint8Array[] }>(again.keeper, 'queues:change', ({ conversations }) => conversations.some(id => Buffer.from(id).equals(conversation)))
    expect(peersOf(await queuesOf(again.keeper, conversation, 2))).to.deep.equal(mailboxes.map(mailbox => mailbox.place.peerId).sort())
  })

  it('finds volunteers among connected peers', async () => {
    const volunteer = await world.mailbox()
    const contactsOnly = await world.mailbox({ mode: 'contacts' })
    const bob = await world.reader({ copies: 2 })
    await Promise.all([volunteer, contactsOnly].map(async mailbox => bob.peer.network.open(mailbox.place, MAILBOX_PROTOCOL)))
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    expect(queue?.mailbox.peerId).to.equal(volunteer.place.peerId)
  })

  it('says of a mailbox that does not answer since when, and takes another', async () => {
    const gone = await world.mailbox()
    await gone.peer.network.stop()
    const volunteer = await world.mailbox()
    const bob = await world.reader({ copies: 1, own: [gone.place], candidates: [volunteer.place] })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    expect(queue?.mailbox.peerId).to.equal(volunteer.place.peerId)
    const view = bob.keeper.list().find(keeper => keeper.peer === gone.place.peerId)
    expect(view?.trouble).to.equal('never reached yet')
    await world.mailbox({ mode: 'off' })
  })

  it('comes back to a mailbox that was away, and reads what came meanwhile', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ copies: 1, candidates: [mailbox.place] })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    await mailbox.stop()
    expect((await viewed(bob, ([keeper]) => keeper?.trouble !== undefined))[0]?.trouble).to.match(/^unreachable since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/)
    await mailbox.restart()
    const alice = await world.writer()
    await alice.put(queue!, items(3))
    expect(await bob.arrived(3)).to.have.length(3)
    expect((await viewed(bob, ([keeper]) => keeper?.trouble === undefined))[0]?.lastSeen).to.be.greaterThan(0)
  })

  it('reads many conversations over one stream, two clients writing at once', async () => {
    const mailbox = await world.mailbox()
    const bob = await world.reader({ copies: 1, candidates: [mailbox.place] })
    const queues = (await Promise.all(Array.from({ length: 30 }, async () => queuesOf(bob.keeper, random(32), 1)))).flat()
    const writers = [await world.writer(), await world.writer()]
    await Promise.all(queues.flatMap(queue => writers.map(async writer => writer.put(queue, items(5)))))
    await bob.arrived(300)
    expect(new Set(bob.mail.map(item => Buffer.from(item.id).toString('hex'))).size).to.equal(300)
    expect(bob.keeper.list()[0]?.limit).to.be.greaterThan(0)
  })
})

describe('the keeper and the calendar', () => {
  it('MBX-11: after two months away the queue is gone, nobody is blamed, and another is made', async () => {
    const clock = movingClock(Date.now())
    const world = await World.create({ clock })
    const mailbox = await world.mailbox()
    const bob = await world.reader({ copies: 1, candidates: [mailbox.place] })
    const conversation = random(32)
    const [before] = await queuesOf(bob.keeper, conversation, 1)
    await bob.stop()
    await clock.advance(61 * 24 * 60 * 60 * 1000)
    await mailbox.restart()
    const again = await world.reader({ copies: 1 }, { peer: bob.peer, store: bob.store })
    let liars = 0
    again.keeper.addEventListener('keeper:liar', () => { liars++ })
    let after = await queuesOf(again.keeper, conversation, 1)
    while (Buffer.from(after[0]!.queue).equals(before!.queue)) {
      await eventOf(again.keeper, 'queues:change')
      after = await queuesOf(again.keeper, conversation, 1)
    }
    expect(liars).to.equal(0)
    const alice = await world.writer()
    await alice.put(after[0]!, items(1))
    await again.arrived(1)
    await world.stop()
  })

  it('MBX-12: shows a mailbox another PeerId every day', async () => {
    const clock = movingClock(Date.now())
    const world = await World.create({ clock })
    const peer = await world.peer()
    const seen: string[] = []
    const handle = peer.network.handle.bind(peer.network)
    peer.network.handle = async (protocol, handler, options) => handle(protocol, async stream => {
      seen.push(stream.peerId)
      await handler(stream)
    }, options)
    const mailbox = await world.mailbox({}, { peer })
    const bob = await world.reader({ copies: 1, candidates: [mailbox.place] })
    const [queue] = await queuesOf(bob.keeper, random(32), 1)
    const alice = await world.writer()
    await alice.put(queue!, items(1))
    await bob.arrived(1)
    await eventually(() => mailbox.server.usage().items === 0) // nothing is under way when time jumps
    await clock.advance(msToNextDay(clock.now()))
    const isAway = (): boolean => bob.keeper.list()[0]?.trouble !== undefined
    for (let second = 0; second <= 60 && !isAway(); second++) await clock.advance(1000)
    await eventually(isAway) // the stream ends in real time
    await clock.advance(1000) // its pause before it comes again
    await eventually(() => !isAway())
    await alice.put(queue!, items(1))
    expect(await bob.arrived(2)).to.have.length(2)
    expect(new Set(seen).size, 'two readers and two writers').to.equal(4)
    await world.stop()
  })
})
