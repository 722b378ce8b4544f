import { hex } from '../../src/delivery/channel-state.ts'
import { ENVELOPE_PROTOCOL, Frame } from '@sotto/protocols/envelope'
import { KIND_TEXT, Text, directConversation } from '@sotto/protocols/message'
import { Announcement } from '@sotto/protocols/session'
import { expect } from 'chai'
import { StoreError } from '../../src/errors.ts'
import { Delivery, encodeAddresses } from '../../src/delivery/index.ts'
import { issueCertificate } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { createOwn } from '../../src/identity/own.ts'
import { createEntropy } from '../../src/identity/phrase.ts'
import { createMailboxClient } from '../../src/mailbox/index.ts'
import { formatPeerId } from '../../src/network/peer-id.ts'
import { readPage } from '../../src/sync/index.ts'
import { testLogger, testnet } from '../../../../test/support/testnet.ts'
import { memoryStore } from '../store/memory-store.ts'
import type { DirectLinks } from '../../src/delivery/direct.ts'
import type { Channel, ChannelState } from '../../src/delivery/index.ts'
import type { OwnRecord } from '../../src/identity/own.ts'
import type { FrameStream } from '../../src/network/index.ts'
import type { Store } from '../../src/store/index.ts'
import type { TestPeer, Testnet } from '../../../../test/support/testnet.ts'

const none = new Uint8Array(0)

interface Person { own: OwnRecord, peer: TestPeer, store: Store, delivery: Delivery, channel: Channel, blocked: boolean, moved: () => Promise<void> }

describe('the delivery of a device', function () {
  this.timeout(120_000)
  let net: Testnet
  const people: Person[] = []

  beforeEach(async () => { net = await testnet(0) })
  afterEach(async () => {
    for (const { delivery } of people.splice(0)) await delivery.stop()
    await net.stop()
  })

  async function person (): Promise<Person> {
    const own = await createOwn({ entropy: createEntropy(), name: 'somebody', now: Date.now(), restored: false })
    const peer = await net.add({ peerSeed: own.peerSeed })
    const store = await memoryStore()
    const components = { clock: peer.clock, logger: testLogger(), store, network: peer.network, own }
    let moves: Array<() => void> = []
    const move = (): void => { for (const resolve of moves.splice(0)) resolve() }
    const made = { own, peer, store, blocked: false, moved: async () => new Promise<void>(resolve => { moves.push(resolve) }) } as Person
    moves = []
    made.delivery = new Delivery(components, createMailboxClient(components), {
      announcement: async state => announcement(made, state),
      profile: () => ({ name: 'somebody', revision: 1, readReceipts: true }),
      isBlocked: () => made.blocked,
      isRefused: () => false,
      journal: () => [],
      changed: move,
      reachChanged: move,
      mailboxChanged: () => {}
    })
    await made.delivery.start()
    people.push(made)
    return made
  }

  function announcement ({ own, peer }: Person, { record }: ChannelState, more: Announcement['direct'] = []): Uint8Array {
    const direct = [{ certificate: own.certificate, queue: record.direct.queue, wrapKey: record.direct.wrapKey, addresses: encodeAddresses(peer.place()) }, ...more]
    return Announcement.encode({ revision: record.ownRevision, direct, queues: [], grant: none, grantAddresses: [], stun: [] })
  }

  async function friends (): Promise<[Person, Person]> {
    const [alice, bob] = [await person(), await person()]
    const conversation = directConversation(alice.own.identity, bob.own.identity)
    alice.channel = await alice.delivery.open(conversation, bob.own.identity)
    bob.channel = await bob.delivery.open(conversation, alice.own.identity)
    const keyPackages = await alice.channel.offer(new Uint8Array(16))
    await bob.channel.establish({ asked: new Uint8Array(16), own: new Uint8Array(16) }, keyPackages, announcement(alice, alice.channel.state))
    await bob.delivery.reroute(bob.channel.state)
    await until(alice, () => alice.channel.state.session !== undefined && alice.delivery.routes(alice.channel.state).devices.length > 0)
    return [alice, bob]
  }

  async function until (who: Person, holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!await holds()) await Promise.race([who.moved(), new Promise(resolve => { setTimeout(resolve, 50) })])
  }

  async function say (who: Person, text: string): Promise<void> {
    await who.channel.append(KIND_TEXT, Text.encode({ text })).durable
  }

  async function count (who: Person): Promise<number> {
    return (await readPage(who.store, who.channel.state.record.conversation, { limit: 1000, accept: () => true })).length
  }

  async function streamTo (to: Person, from?: TestPeer): Promise<FrameStream> {
    return (from ?? await net.add()).network.open(to.peer.place(), ENVELOPE_PROTOCOL)
  }

  it('two channels are never made of one conversation, however many ask at once', async () => {
    const alice = await person()
    const conversation = directConversation(alice.own.identity, new Uint8Array(32))
    const channels = await Promise.all(Array.from({ length: 20 }, async (_, i) => i % 2 === 0 ? alice.delivery.open(conversation, new Uint8Array(32)) : alice.delivery.find(conversation)))
    expect(new Set(channels.filter(channel => channel !== undefined)).size).to.equal(1)
  })

  it('ENV-11: a full disk drops the conversation from memory; it is loaded again when it is needed, and works when there is room', async () => {
    const [alice, bob] = await friends()
    const write = alice.store.batch.bind(alice.store)
    alice.store.batch = async () => { throw new StoreError('STORE_FULL', 'the disk is full') }
    const { conversation, peer } = alice.channel.state.record
    expect(await say(alice, 'no room').then(() => 'said', (error: unknown) => (error as StoreError).code)).to.equal('STORE_FULL')
    expect(alice.delivery.current(conversation)).to.equal(undefined)
    alice.channel = await alice.delivery.open(conversation, peer)
    expect(await say(alice, 'still none').then(() => 'said', (error: unknown) => (error as StoreError).code)).to.equal('STORE_FULL')
    alice.store.batch = write
    alice.channel = await alice.delivery.open(conversation, peer)
    await say(alice, 'room at last')
    await say(bob, 'I hear you')
    await until(bob, async () => await count(bob) === 2)
    await until(alice, async () => await count(alice) === 2)
  })

  it('PAY-5: a device that is no longer announced is no longer dialled', async () => {
    const [alice, bob] = await friends()
    const peerSeed = randomSeed()
    const gone = formatPeerId(publicKeyOf(peerSeed))
    const certificate = await issueCertificate(bob.own.identitySeed!, bob.own.credential, publicKeyOf(peerSeed), 2, Date.now())
    const addresses = encodeAddresses({ peerId: gone, addresses: ['/memory/nobody-is-here'] })
    const announce = async (more: Announcement['direct']): Promise<void> => {
      bob.channel.state.record.ownRevision++
      alice.channel.state.record.places = { [hex(bob.own.device)]: { announcement: announcement(bob, bob.channel.state, more), revision: bob.channel.state.record.ownRevision, own: false } }
      await alice.delivery.reroute(alice.channel.state)
    }
    await announce([{ certificate, queue: new Uint8Array(16), wrapKey: new Uint8Array(32), addresses }])
    await until(alice, () => alice.delivery.links.isAway(gone))
    await announce([])
    expect(alice.delivery.links.isAway(gone)).to.equal(false)
  })

  /** A stream of bob's device to alice that takes envelopes and handles none. */
  async function deafStream (alice: Person, bob: Person): Promise<{ stream: FrameStream, delivered: () => Promise<void> }> {
    const { peerId } = bob.peer.network
    const links = alice.delivery.links as DirectLinks
    const before = links.link(peerId)
    const stream = await streamTo(alice, bob.peer)
    await stream.send(Frame.encode({ hello: { version: 1, window: 64 } }))
    await until(alice, () => links.link(peerId) !== before)
    const frames = stream.frames()[Symbol.asyncIterator]()
    expect(Frame.decode((await frames.next()).value as Uint8Array).hello?.window).to.equal(64)
    const delivered = async (): Promise<void> => {
      for (let deliver: unknown; deliver === undefined;) deliver = Frame.decode((await frames.next()).value as Uint8Array).deliver
    }
    return { stream, delivered }
  }

  it('ENV-6: what was on a stream that broke is sent on another one that stands, at once', async () => {
    const [alice, bob] = await friends()
    await say(alice, 'first')
    await until(bob, async () => await count(bob) === 1)
    const { stream, delivered } = await deafStream(alice, bob)
    await say(alice, 'on the newest stream')
    await delivered()
    expect(await count(bob)).to.equal(1)
    stream.abort(new Error('gone'))
    await until(bob, async () => await count(bob) === 2)
    expect(alice.delivery.isUp(bob.peer.network.peerId)).to.equal(true)
  })

  it('ENV-14: to who is blocked nothing leaves, not even what was sealed before', async () => {
    const [alice, bob] = await friends()
    await say(alice, 'first')
    await until(bob, async () => await count(bob) === 1)
    const { stream, delivered } = await deafStream(alice, bob)
    await say(alice, 'sealed, and on its way')
    await delivered()
    alice.blocked = true
    await alice.delivery.reroute(alice.channel.state)
    stream.abort(new Error('gone'))
    alice.delivery.wake()
    await say(bob, 'hello?')
    await new Promise(resolve => { setTimeout(resolve, 300) })
    expect(await count(bob), 'bob has what he had, and what he said').to.equal(2)
    alice.blocked = false
    await alice.delivery.renew(alice.channel.state)
    await until(bob, async () => await count(bob) === 3)
    await until(alice, async () => await count(alice) === 3)
  })

  it('ENV-6: strangers who hold streams open take no contact\'s place', async () => {
    const [alice, bob] = await friends()
    const strangers = await Promise.all(Array.from({ length: 20 }, async () => net.add()))
    const streams = await Promise.all(strangers.flatMap(stranger => Array.from({ length: 4 }, async () => streamTo(alice, stranger))))
    const hellos = await Promise.all(streams.map(async stream => {
      const { done } = await stream.frames()[Symbol.asyncIterator]().next()
      return done !== true
    }))
    expect(hellos.filter(Boolean).length).to.be.at.most(64)
    const friend = await streamTo(alice, bob.peer)
    expect((await friend.frames()[Symbol.asyncIterator]().next()).done).to.equal(false)
  })

  it('ENV-1: what a stranger sends opens nothing, is kept nowhere, and is credited like anything else', async () => {
    const [alice] = await friends()
    const stream = await streamTo(alice)
    await stream.send(Frame.encode({ hello: { version: 1, window: 64 } }))
    await stream.send(Frame.encode({ deliver: { number: 1, queue: new Uint8Array(16), envelope: new Uint8Array(600) } }))
    await stream.send(Frame.encode({ deliver: { number: 2, queue: alice.channel.state.record.direct.queue, envelope: new Uint8Array(600) } }))
    let handled = 0
    for await (const frame of stream.frames()) {
      handled = Frame.decode(frame).credit?.handled ?? handled
      if (handled === 2) break
    }
    expect(handled).to.equal(2)
    expect(await count(alice)).to.equal(0)
  })
})
