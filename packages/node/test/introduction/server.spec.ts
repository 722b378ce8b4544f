import { expect } from 'chai'
import type { Frame } from '@sotto/protocols/introduction'
import { ownerBytes, sealedDigest, storedBytes } from '@sotto/protocols/introduction'
import { equals } from 'uint8arrays/equals'
import { movingClock } from '../../../../test/support/clock.ts'
import { publicKeyOf, sign } from '../../src/identity/ed25519.ts'
import { issueInboxRecord } from '../../src/introduction/record.ts'
import { random, town } from './people.ts'
import { dropOf, fetchOf, putOf, registerOf, visit } from './visit.ts'
import type { Keys } from './visit.ts'
import type { Person, Town } from './people.ts'

const day = 86_400_000

/** An inbox of which the test holds the keys. */
async function inboxKeys (now: number, sequence = 1, identitySeed = random(32), verifySeed = random(32)): Promise<Keys & { identitySeed: Uint8Array }> {
  const identity = publicKeyOf(identitySeed)
  const record = await issueInboxRecord({ identitySeed, identity, sequence, notAfter: now / 1000 + 30 * 86_400, inboxKey: random(1216), inboxVerifyKey: publicKeyOf(verifySeed), places: [], recoveryHash: random(32) })
  return { identity, verifySeed, record, identitySeed }
}

describe('a server of requests', () => {
  const clock = movingClock()
  let net: Town, keeper: Person, bob: Awaited<ReturnType<typeof inboxKeys>>
  beforeEach(async () => {
    net = await town(clock)
    bob = await inboxKeys(clock.now())
    keeper = await net.person('Keeper', { server: { volunteer: true, checkGrant: token => equals(token, Uint8Array.of(7)), maxGuests: 1, maxInboxes: 3, maxBytes: 40_000 } })
  })
  afterEach(async () => { await net.stop() })

  it('INT-8: serves itself always, others by grant, and as many guests as it may, and says why not', async () => {
    const asker = await net.add()
    const at = await visit(asker, keeper.peer.place())
    const code = async (keys: Keys, grant?: number[]): Promise<string | undefined> => (await at.ask(await registerOf(at, keys, grant && Uint8Array.from(grant)))).refused?.code
    expect((await at.ask({ getInbox: { identity: bob.identity } })).refused?.code).to.equal('INBOX_UNKNOWN')
    expect((await at.ask({ getInbox: { identity: keeper.own.identity } })).inbox?.workBits).to.equal(4)
    expect(await code(bob)).to.equal(undefined)
    expect((await at.ask({ getInbox: { identity: bob.identity } })).inbox?.record).to.deep.equal(bob.record)
    expect(await code(await inboxKeys(clock.now()))).to.equal('MAILBOX_FULL')
    expect(await code(await inboxKeys(clock.now()), [8])).to.equal('GRANT_UNKNOWN')
    expect(await code(await inboxKeys(clock.now()), [7])).to.equal(undefined)
    expect(await code(await inboxKeys(clock.now()), [7])).to.equal(undefined)
    expect(await code(await inboxKeys(clock.now()), [7])).to.equal('MAILBOX_FULL')
    const shut = await net.person('Shut')
    const there = await visit(asker, shut.peer.place())
    expect((await there.ask(await registerOf(there, bob))).refused?.code).to.equal('GRANT_UNKNOWN')
    shut.server.volunteer()
    expect((await there.ask(await registerOf(there, bob))).refused?.code).to.equal(undefined)
    for (let i = 0; i < 3; i++) await at.ask(putOf(bob.identity, random(12_000), 12))
    expect((await at.ask(putOf(bob.identity, random(12_000), 12))).refused?.code).to.equal('MAILBOX_FULL')
    expect((await at.ask(putOf(keeper.own.identity, random(12_000), 12))).stored).to.not.equal(undefined)
  })

  it('INT-7: obeys only the owner, on this stream, at this server, for this operation', async () => {
    const asker = await net.add()
    const at = await visit(asker, keeper.peer.place())
    const elsewhere = await visit(asker, keeper.peer.place())
    const mallory = { ...bob, verifySeed: random(32) }
    const refused = async (question: Partial<Frame>): Promise<void> => { expect((await at.ask(question)).refused?.code).to.equal('REFUSED') }
    await refused(await registerOf(at, mallory))
    await refused(await registerOf(elsewhere, bob))
    await refused(await registerOf(at, bob, undefined, asker.network.peerId))
    expect((await at.ask(await registerOf(at, bob))).registered).to.not.equal(undefined)
    const sealed = random(9000)
    await at.ask(putOf(bob.identity, sealed, 8))
    await refused(await fetchOf(at, mallory))
    await refused(await fetchOf(elsewhere, bob))
    const { fetch } = await fetchOf(at, bob)
    await refused({ fetch: { ...fetch!, subscribe: true } })
    await refused({ drop: { identity: bob.identity, digests: [], signature: fetch!.signature } })
    await refused(await dropOf(at, mallory, [sealedDigest(sealed)]))
    expect((await at.ask(await fetchOf(at, bob))).requests?.kept[0]?.sealed).to.deep.equal(sealed)
    expect((await at.ask(await dropOf(at, bob, [sealedDigest(sealed)]))).dropped?.count).to.equal(1)
    const record = bob.record.slice()
    record[40]! ^= 1
    await refused({ register: { record, grant: new Uint8Array(), signature: await sign(bob.verifySeed, ownerBytes('register', at.nonce, at.stream.peerId, record, new Uint8Array())) } })
  })

  it('INT-3: keeps the newest record that it saw', async () => {
    const at = await visit(await net.add(), keeper.peer.place())
    await at.ask(await registerOf(at, await inboxKeys(clock.now(), 9, bob.identitySeed, bob.verifySeed)))
    expect((await at.ask(await registerOf(at, bob))).refused?.code).to.equal('OLD_RECORD')
  })

  it('INT-13: signs for what is on its disk, and has it after a restart', async () => {
    const asker = await net.add()
    let at = await visit(asker, keeper.peer.place())
    await at.ask(await registerOf(at, bob))
    const sealed = random(9000)
    const { stored } = await at.ask(putOf(bob.identity, sealed, 8))
    const digest = sealedDigest(sealed)
    const covered = storedBytes(keeper.peer.network.peerId, bob.identity, digest, stored!.expires)
    expect(await asker.network.verify(keeper.peer.network.peerId, covered, stored!.signature)).to.equal(true)
    expect(stored!.ownerSignature).to.have.length(0)
    await keeper.restart()
    at = await visit(asker, keeper.peer.place())
    const { requests } = await at.ask(await fetchOf(at, bob))
    expect(requests?.kept.map(kept => kept.sealed)).to.deep.equal([sealed])
    expect(keeper.server.usage()).to.deep.equal({ inboxes: 1, requests: 1, bytes: 9000 })
  })

  it('INT-14: answers alike whether bob collected the request or not, and keeps it once', async () => {
    const at = await visit(await net.add(), keeper.peer.place())
    await at.ask(await registerOf(at, bob))
    const put = putOf(bob.identity, random(9000), 8)
    const first = await at.ask(put)
    expect(await at.ask(put)).to.deep.equal(first)
    expect(keeper.server.usage().requests).to.equal(1)
    await at.ask(await dropOf(at, bob, [first.stored!.digest]))
    expect(await at.ask(put)).to.deep.equal(first)
    expect(keeper.server.usage().requests).to.equal(0)
  })

  it('INT-21: tells the subscribed owner, page by page what waits, and nobody else', async () => {
    const [at, other] = [await visit(await net.add(), keeper.peer.place()), await visit(await net.add(), keeper.peer.place())]
    await at.ask(await registerOf(at, bob))
    const sealed = [1, 2, 3, 4, 5, 6].map(() => random(5000))
    for (const one of sealed) await other.ask(putOf(bob.identity, one, 8))
    const first = (await at.ask(await fetchOf(at, bob, 0, true))).requests
    const second = (await at.ask(await fetchOf(at, bob, first?.kept.at(-1)?.slot, true))).requests
    expect([...first!.kept, ...second!.kept].map(kept => kept.sealed)).to.deep.equal(sealed)
    expect([first?.more, second?.more]).to.deep.equal([true, false])
    await other.ask(putOf(bob.identity, random(5000), 8))
    expect((await at.next()).notice?.identity).to.deep.equal(bob.identity)
  })

  it('INT-20: deletes a request after thirty days, and an inbox when its registration ends', async () => {
    const at = await visit(await net.add(), keeper.peer.place())
    await at.ask(await registerOf(at, bob))
    await at.ask(putOf(bob.identity, random(9000), 8))
    await at.ask(putOf(keeper.own.identity, random(9000), 8))
    await clock.advance(29 * day)
    expect(keeper.server.usage()).to.include({ inboxes: 1 })
    await clock.advance(2 * day)
    while (keeper.server.usage().inboxes > 0 || keeper.server.usage().requests > 0) await new Promise(resolve => setImmediate(resolve)) // the disk works in real time
    expect(keeper.server.usage()).to.deep.equal({ inboxes: 0, requests: 0, bytes: 0 })
  })

  it('a stream that asks nothing for a minute is closed, a subscribed one is not', async () => {
    const [idle, at] = [await visit(await net.add(), keeper.peer.place()), await visit(await net.add(), keeper.peer.place())]
    await at.ask(await registerOf(at, bob))
    await at.ask(await fetchOf(at, bob, 0, true))
    const closed = new Promise(resolve => { idle.stream.closed.addEventListener('abort', resolve) })
    await clock.advance(61_000)
    await idle.next().catch(() => {}) // ends with the stream
    await closed
    expect((await at.ask(await fetchOf(at, bob))).requests).to.not.equal(undefined)
  })
})
