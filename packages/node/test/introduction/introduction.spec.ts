import { expect } from 'chai'
import { equals } from 'uint8arrays/equals'
import { movingClock } from '../../../../test/support/clock.ts'
import { eventOf } from '../../../../test/support/testnet.ts'
import { codeOf, requestOf, town } from './people.ts'
import type { Person, Town } from './people.ts'
import type { Inbox } from '../../src/introduction/index.ts'

async function asks (asker: Person, asked: Person, at: Person[] = [asked], change = {}, options = {}): Promise<Awaited<ReturnType<Person['introduction']['send']>>> {
  return asker.introduction.send(requestOf(asker.own, asked.own.identity, change), at.map(one => one.peer.place()), options)
}

describe('introduction', () => {
  let net: Town
  beforeEach(async () => { net = await town() })
  afterEach(async () => { await net.stop() })

  it('INT-6: bob receives what alice asked, from alice, and her device is proved', async () => {
    const alice = await net.person('Alice')
    const bob = await net.person('Bob')
    const lines: string[] = []
    const sent = await asks(alice, bob, [bob], { note: 'hello from the fair' }, { onProgress: (line: string) => lines.push(line) })
    const [request] = await bob.receivedAll(1)
    expect(request).to.include({ name: 'Alice', note: 'hello from the fair', invited: false })
    expect(request?.identity).to.deep.equal(alice.own.identity)
    expect(request?.certificate).to.deep.equal(alice.own.certificate)
    expect(sent).to.deep.include({ delivered: true, storedAt: [bob.peer.network.peerId] })
    expect(lines).to.include('their device has the request')
  })

  it('INT-4: bob does not learn who asks before he opens, and INT-23: he answers nobody', async () => {
    const alice = await net.person('Alice')
    const bob = await net.person('Bob')
    const seen: string[] = []
    bob.peer.network.addEventListener('peer:connect', ({ detail }) => { seen.push(detail.peerId) })
    await asks(alice, bob)
    await bob.receivedAll(1)
    expect(seen).to.not.include(alice.peer.network.peerId)
    expect(bob.peer.network.connections().every(one => one.direction === 'inbound')).to.equal(true)
    const carol = await net.person('Carol')
    await asks(alice, carol)
    expect(new Set(seen).size).to.equal(1)
    expect(carol.peer.network.connections().map(one => one.peerId)).to.not.include(seen[0])
  })

  it('INT-21: a mailbox keeps what alice asks while bob is away, and tells him at once when he is there', async () => {
    const [alice, bob, keeper] = [await net.person('Alice'), await net.person('Bob'), await net.person('Keeper', { server: { volunteer: true } })]
    const changed = eventOf<{ inbox: Inbox }>(bob.introduction, 'inbox:change')
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    const { inbox } = await changed
    expect(inbox.places.map(place => place.peerId)).to.deep.equal([keeper.peer.network.peerId])
    const sent = await asks(alice, bob, [keeper])
    expect(sent).to.deep.include({ delivered: false, storedAt: [keeper.peer.network.peerId] })
    await bob.receivedAll(1)
    await bob.stop()
    await asks(alice, bob, [keeper])
    expect(keeper.server.usage().requests).to.be.at.least(1)
    await bob.restart()
    expect((await bob.introduction.inbox()).sequence).to.equal(inbox.sequence)
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    await bob.receivedAll(2)
    expect(bob.received).to.have.length(2)
  })

  it('INT-25: the record lists the mailboxes that took bob, and his device where there are none', async () => {
    const [bob, kind, closed] = [await net.person('Bob'), await net.person('Kind', { server: { checkGrant: token => equals(token, Uint8Array.of(7)) } }), await net.person('Closed')]
    expect((await bob.introduction.inbox()).places[0]?.peerId).to.equal(bob.peer.network.peerId)
    await bob.introduction.setPlaces([kind, closed].map(one => ({ place: one.peer.place(), grant: Uint8Array.of(7), anonymous: true })))
    const listed = await bob.introduction.inbox()
    expect(listed.places.map(place => place.peerId)).to.deep.equal([kind.peer.network.peerId])
    expect(kind.peer.network.connections().map(one => one.peerId)).to.not.include(bob.peer.network.peerId)
    await bob.introduction.setPlaces([])
    const own = await bob.introduction.inbox()
    expect(own.places[0]?.peerId).to.equal(bob.peer.network.peerId)
    expect(own.sequence).to.be.greaterThan(listed.sequence)
  })

  it('INT-16: one request over device, mailbox and retries reaches bob once', async () => {
    const [alice, bob, keeper] = [await net.person('Alice'), await net.person('Bob'), await net.person('Keeper', { server: { volunteer: true } })]
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    const request = requestOf(alice.own, bob.own.identity)
    const places = [bob.peer.place(), keeper.peer.place()]
    const sent = await alice.introduction.send(request, places, {})
    expect(sent.storedAt).to.deep.equal([bob.peer.network.peerId, keeper.peer.network.peerId])
    await alice.introduction.send(request, places, {})
    await bob.restart()
    await alice.introduction.send({ ...request, reply: new Uint8Array(20) }, places, {}) // sealed anew
    await asks(alice, bob)
    await bob.receivedAll(2)
    expect(bob.received).to.have.length(2)
    expect(bob.received[0]?.nonce).to.not.deep.equal(bob.received[1]?.nonce)
  })

  it('INT-22: what bob could not make durable stays in its slot, and comes again after a restart', async () => {
    const [alice, bob] = [await net.person('Alice'), await net.person('Bob')]
    const failed = Promise.withResolvers<void>()
    bob.onRequest = async () => {
      failed.resolve()
      throw new Error('the disk is full')
    }
    await asks(alice, bob)
    await failed.promise
    expect(bob.server.usage().requests).to.equal(1)
    bob.onRequest = async () => {}
    await bob.restart()
    await bob.receivedAll(1)
  })

  it('INT-12: an invite of bob\'s takes no work, and serves one request', async () => {
    const [alice, carol, bob] = [await net.person('Alice'), await net.person('Carol'), await net.person('Bob', { server: { limits: { workBits: 4 } } })]
    const invite = await bob.introduction.invite()
    const lines: string[] = []
    const options = { invite, onProgress: (line: string) => lines.push(line) }
    await asks(alice, bob, [bob], {}, options)
    expect((await bob.receivedAll(1))[0]?.invited).to.equal(true)
    expect(lines).to.not.include('working for a place in their inbox')
    await asks(carol, bob, [bob], {}, options)
    expect((await bob.receivedAll(2))[1]?.invited).to.equal(false)
    expect(lines).to.include('the invite was used already: asking as a stranger')
  })

  it('says what is the matter: nobody there, own link, text too long, too much work', async () => {
    const [alice, bob] = [await net.person('Alice'), await net.person('Bob', { server: { limits: { workBits: 40 } } })]
    expect(await codeOf(asks(alice, alice))).to.equal('OWN_LINK')
    expect(await codeOf(asks(alice, bob, [bob], { name: 'x'.repeat(65) }))).to.equal('TEXT_TOO_LONG')
    expect(await codeOf(asks(alice, bob, [bob], { keyPackages: Array.from({ length: 11 }, () => new Uint8Array(9)) }))).to.equal('LIMIT_EXCEEDED')
    expect(await codeOf(asks(alice, bob, [bob]))).to.equal('WORK_TOO_LOW')
    await bob.peer.network.stop()
    expect(await codeOf(asks(alice, bob, [bob]))).to.equal('UNREACHABLE')
    expect(await codeOf(asks(alice, bob, [bob], {}, { signal: AbortSignal.abort() }))).to.equal('ABORTED')
  })

  it('alice asks by a record that she knows when the link\'s address is dead', async () => {
    const [alice, bob, keeper] = [await net.person('Alice'), await net.person('Bob'), await net.person('Keeper', { server: { volunteer: true } })]
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    const { record } = await bob.introduction.inbox()
    const sent = await asks(alice, bob, [], {}, { known: record })
    expect(sent.storedAt).to.deep.equal([keeper.peer.network.peerId])
    await bob.receivedAll(1)
  })
})

describe('introduction over time', () => {
  it('INT-24: bob signs anew when half of the time is over; a record past its end shows as stale', async () => {
    const clock = movingClock()
    const net = await town(clock)
    const day = 86_400_000
    const [alice, bob] = [await net.person('Alice'), await net.person('Bob')]
    const first = await bob.introduction.inbox()
    await clock.advance(14 * day)
    expect((await bob.introduction.inbox()).sequence).to.equal(first.sequence)
    await clock.advance(2 * day)
    const second = await bob.introduction.inbox()
    expect(second.sequence).to.be.greaterThan(first.sequence)
    await bob.introduction.stop()
    await clock.advance(31 * day)
    const lines: string[] = []
    const { inbox } = await alice.introduction.send(requestOf(alice.own, bob.own.identity), [bob.peer.place()], { onProgress: line => lines.push(line) })
    expect(inbox).to.include({ stale: true, sequence: second.sequence })
    expect(lines.join()).to.contain('expired')
    await net.stop()
    expect(clock.pending).to.equal(0)
  })

  it('INT-3: the sequence grows by the clock, and by one where the clock stands', async () => {
    const clock = movingClock()
    const net = await town(clock)
    const [bob, keeper] = [await net.person('Bob'), await net.person('Keeper', { server: { volunteer: true } })]
    const first = await bob.introduction.inbox()
    expect(first.sequence).to.equal(Math.floor(clock.now() / 1000))
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    expect((await bob.introduction.inbox()).sequence).to.equal(first.sequence + 1)
    await net.stop()
  })
})
