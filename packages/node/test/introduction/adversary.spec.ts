import { expect } from 'chai'
import { toString } from 'uint8arrays/to-string'
import fc from 'fast-check'
import { Frame, INTRODUCTION_PROTOCOL, MAX_QUESTION_BYTES, sealedDigest, storedBytes } from '@sotto/protocols/introduction'
import { publicKeyOf } from '../../src/identity/ed25519.ts'
import { issueInboxRecord } from '../../src/introduction/record.ts'
import { issueInvite, proveInvite } from '../../src/introduction/invite.ts'
import { codeOf, ownDevice, random, requestOf, town } from './people.ts'
import { putOf, StreamEnded, visit } from './visit.ts'
import type { Person, Town } from './people.ts'
import type { Visit } from './visit.ts'
import type { TestPeer } from '../../../../test/support/testnet.ts'

type Answer = (question: Frame) => Partial<Frame> | Promise<Partial<Frame>>

/** A peer that speaks the protocol as it likes. */
async function liar (net: Town, answer: Answer): Promise<TestPeer> {
  const peer = await net.add()
  await peer.network.handle(INTRODUCTION_PROTOCOL, async stream => {
    await stream.send(Frame.encode({ challenge: { nonce: random(16) } }))
    for await (const bytes of stream.frames()) await stream.send(Frame.encode(await answer(Frame.decode(bytes))))
  }, { maxStreams: 10, maxStreamsPerPeer: 10 })
  return peer
}

describe('an adversary of introductions', () => {
  let net: Town
  beforeEach(async () => { net = await town() })
  afterEach(async () => { await net.stop() })

  /** Bob's inbox at a mailbox, while he is away. */
  async function away (): Promise<{ bob: Person, keeper: Person }> {
    const [bob, keeper] = [await net.person('Bob'), await net.person('Keeper', { server: { volunteer: true } })]
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    await bob.stop()
    return { bob, keeper }
  }

  it('INT-11: who floods bob with a thousand requests fills 64 slots; alice works more and gets through, or shows an invite', async () => {
    const { bob, keeper } = await away()
    const identity = bob.own.identity
    const floods: Visit[] = []
    for (let i = 0; i < 10; i++) floods.push(await visit(await net.add(), keeper.peer.place()))
    let bits = 4
    let kept = 0
    const began = process.cpuUsage()
    for (let i = 0; i < 1000; i++) {
      const flood = floods[i % floods.length]!
      // works as long as it is cheap, then only tries
      const answer = await flood.ask(kept < 64 ? putOf(identity, random(8200), bits) : { putRequest: { identity, sealed: random(8200), workNonce: 0, invite: new Uint8Array() } }).catch(() => undefined)
      if (answer?.stored !== undefined) kept++
      bits = Math.max(bits, answer?.refused?.workBits ?? 0)
      if (i % 40 === 39) floods.splice(0, 1, await visit(await net.add(), keeper.peer.place()))
    }
    expect(keeper.server.usage().requests).to.equal(64)
    expect(process.cpuUsage(began).user / 1000, 'ms of CPU for both sides').to.be.below(8000)
    const [alice, carol] = [await net.person('Alice'), await net.person('Carol')]
    await alice.introduction.send(requestOf(alice.own, identity), [keeper.peer.place()], {})
    expect(keeper.server.usage().requests).to.equal(64)
    const invite = await bob.introduction.invite()
    await carol.introduction.send(requestOf(carol.own, identity), [keeper.peer.place()], { invite })
    expect(keeper.server.usage().requests).to.equal(65)
    await bob.restart()
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    expect((await bob.receivedAll(2)).map(request => request.name).sort()).to.deep.equal(['Alice', 'Carol'])
  }).timeout(120_000)

  it('INT-9: malformed frames end their stream and nothing else', async () => {
    const bob = await net.person('Bob')
    const mallory = await net.add()
    const good = await visit(mallory, bob.peer.place())
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async bytes => {
      const bad = await visit(mallory, bob.peer.place())
      const answer = await bad.raw(bytes).catch((error: unknown) => error)
      if (!(answer instanceof Error)) expect((answer as Frame).refused).to.not.equal(undefined)
      bad.stream.abort(new Error('done'))
    }), { numRuns: 60 })
    const large = await visit(mallory, bob.peer.place())
    expect(await large.ask(putOf(bob.own.identity, random(MAX_QUESTION_BYTES), 4)).catch((error: unknown) => error)).to.be.instanceOf(StreamEnded)
    expect((await good.ask({ getInbox: { identity: bob.own.identity } })).inbox).to.not.equal(undefined)
    expect(bob.received).to.have.length(0)
  })

  it('INT-19: who asks without end is refused, then loses the stream', async () => {
    const bob = await net.person('Bob')
    const greedy = await visit(await net.add(), bob.peer.place())
    const codes: Array<string | undefined> = []
    const ended = await (async () => {
      for (let i = 0; i < 500; i++) codes.push((await greedy.ask({ getInbox: { identity: bob.own.identity } })).refused?.code)
    })().catch((error: unknown) => error)
    expect(ended).to.be.instanceOf(Error)
    expect(codes.slice(0, 48).every(code => code === undefined)).to.equal(true)
    expect(codes.filter(code => code === 'RATE_LIMITED')).to.have.length(64)
  })

  it('INT-10: a request with too little work is refused and told how much it needs', async () => {
    const bob = await net.person('Bob', { server: { limits: { workBits: 12 } } })
    const at = await visit(await net.add(), bob.peer.place())
    const { refused } = await at.ask({ putRequest: { identity: bob.own.identity, sealed: random(8200), workNonce: 1, invite: new Uint8Array() } })
    expect(refused).to.include({ code: 'WORK_TOO_LOW', workBits: 12 })
    expect(bob.server.usage().requests).to.equal(0)
  })

  it('INT-12: an invite that was stolen, has expired, is somebody else\'s, or was used is refused', async () => {
    const { bob, keeper } = await away()
    const identity = bob.own.identity
    const at = await visit(await net.add(), keeper.peer.place())
    const put = async (sealed: Uint8Array, invite: Uint8Array): Promise<string> => (await at.ask({ putRequest: { identity, sealed, workNonce: 0, invite } })).refused?.code ?? 'stored'
    const token = await bob.introduction.invite()
    const [first, second] = [random(8200), random(8200)]
    const proof = (await proveInvite(token, identity, sealedDigest(first)))!
    expect(await put(second, proof), 'seen on the way').to.equal('INVITE_INVALID')
    expect(await put(first, proof)).to.equal('stored')
    expect(await put(first, proof)).to.equal('stored')
    expect(await put(second, (await proveInvite(token, identity, sealedDigest(second)))!)).to.equal('INVITE_SPENT')
    const foreign = await issueInvite(identity, random(32), Date.now() / 1000 + 1000 | 0)
    expect(await put(second, (await proveInvite(foreign, identity, sealedDigest(second)))!)).to.equal('INVITE_INVALID')
    expect(await put(second, random(200))).to.equal('INVITE_INVALID')
    expect(keeper.server.usage().requests).to.equal(1)
  })

  it('INT-13: a place that says Stored and signs badly counts for nothing, and is not called a device', async () => {
    const [alice, bob] = [await net.person('Alice'), await net.person('Bob')]
    const { record } = await bob.introduction.inbox()
    const honest = bob.peer.place()
    await bob.stop()
    await bob.peer.network.stop()
    const bad = async (sign: (peer: TestPeer) => Uint8Array): Promise<unknown> => {
      const peer: TestPeer = await liar(net, ({ putRequest }) => putRequest === undefined ? { inbox: { record, workBits: 4 } } : { stored: { digest: sealedDigest(putRequest.sealed), expires: Date.now() + 1e6, signature: sign(peer), ownerSignature: random(64) } })
      return codeOf(alice.introduction.send(requestOf(alice.own, bob.own.identity), [peer.place(), honest], {}))
    }
    expect(await bad(() => random(64))).to.equal('BAD_SIGNATURE')
    expect(await bad(() => new Uint8Array())).to.equal('BAD_SIGNATURE')
  })

  it('INT-26: a clock that is days off is said, and the request is not called kept', async () => {
    const [alice, bob] = [await net.person('Alice'), await net.person('Bob')]
    const { record } = await bob.introduction.inbox()
    const honest = bob.peer.place()
    await bob.stop()
    await bob.peer.network.stop()
    for (const days of [-365, -5, 5, 365]) {
      const peer: TestPeer = await liar(net, async ({ putRequest }) => {
        if (putRequest === undefined) return { inbox: { record, workBits: 4 } }
        const digest = sealedDigest(putRequest.sealed)
        const expires = Date.now() + (30 + days) * 86_400_000
        return { stored: { digest, expires, signature: await peer.network.sign(storedBytes(peer.network.peerId, bob.own.identity, digest, expires)), ownerSignature: new Uint8Array() } }
      })
      expect(await codeOf(alice.introduction.send(requestOf(alice.own, bob.own.identity), [peer.place(), honest], {})), `${days} days`).to.equal('CLOCK_WRONG')
    }
  })

  it('INT-2: a place that answers with a record of its own is not believed, nor INT-3 one that answers with an old one', async () => {
    const [alice, bob, mallory] = [await net.person('Alice'), await net.person('Bob'), await net.person('Mallory')]
    const old = (await bob.introduction.inbox()).record
    const foreign = (await mallory.introduction.inbox()).record
    const other = await ownDevice('Mallory')
    const forged = await issueInboxRecord({ identitySeed: other.identitySeed, identity: bob.own.identity, sequence: 9e9, notAfter: 9e9, inboxKey: random(1216), inboxVerifyKey: random(32), recoveryHash: random(32), places: [mallory.peer.place()] })
    const keeper = await net.person('Keeper', { server: { volunteer: true } })
    await bob.introduction.setPlaces([{ place: keeper.peer.place(), grant: undefined, anonymous: false }])
    const asked: string[] = []
    const lies = await Promise.all([['foreign', foreign], ['forged', forged], ['old', old]].map(async ([name, record]) => (await liar(net, question => {
      if (question.putRequest !== undefined) asked.push(String(name))
      return { inbox: { record: record as Uint8Array, workBits: 4 } }
    })).place()))
    const known = (await bob.introduction.inbox()).record
    const sent = await alice.introduction.send(requestOf(alice.own, bob.own.identity), lies, { known })
    expect(sent.inbox.record).to.deep.equal(known)
    expect(sent.storedAt).to.deep.equal([keeper.peer.network.peerId])
    expect(asked).to.deep.equal([])
    const carol = await net.person('Carol')
    expect(await codeOf(carol.introduction.send(requestOf(carol.own, bob.own.identity), lies.slice(0, 2), {}))).to.equal('UNREACHABLE')
  })

  it('INT-5: a mailbox finds no name, text, identity, device or PeerId of alice in anything that she sends', async () => {
    const [alice, bob] = [await net.person('Alice Liddell'), await net.person('Bob')]
    const { record } = await bob.introduction.inbox()
    await bob.peer.network.stop()
    const frames: Uint8Array[] = []
    const peer = await liar(net, question => {
      frames.push(Frame.encode(question))
      return question.getInbox !== undefined ? { inbox: { record, workBits: 4 } } : { refused: { code: 'REFUSED', detail: '', workBits: 0 } }
    })
    const request = requestOf(alice.own, bob.own.identity, { note: 'down the rabbit hole' })
    expect(await codeOf(alice.introduction.send(request, [peer.place()], {}))).to.equal('REFUSED')
    expect(frames).to.have.length(2)
    const text = (value: string): Uint8Array => new TextEncoder().encode(value)
    const secrets = [text('Alice'), text('Liddell'), text('rabbit hole'), alice.own.identity, alice.own.certificate.slice(20, 52), publicKeyOf(alice.own.leafSeed), publicKeyOf(alice.own.peerSeed), text(alice.peer.network.peerId), request.nonce, request.reply.slice(0, 32), request.keyPackages[0]!.slice(0, 32)]
    const includes = (frame: Uint8Array, secret: Uint8Array): boolean => toString(frame, 'latin1').includes(toString(secret, 'latin1'))
    for (const frame of frames) for (const secret of secrets) expect(includes(frame, secret)).to.equal(false)
    expect(includes(frames[1]!, bob.own.identity), 'the search finds what is there').to.equal(true)
  })

  it('INT-10: a place that asks for ever more work is left', async () => {
    const [alice, bob] = [await net.person('Alice'), await net.person('Bob')]
    const { record } = await bob.introduction.inbox()
    await bob.peer.network.stop()
    let asked = 0
    const peer = await liar(net, ({ getInbox }) => getInbox !== undefined ? { inbox: { record, workBits: 4 } } : { refused: { code: 'WORK_TOO_LOW', detail: '', workBits: 5 + asked++ } })
    expect(await codeOf(alice.introduction.send(requestOf(alice.own, bob.own.identity), [peer.place()], {}))).to.equal('WORK_TOO_LOW')
    expect(asked).to.be.below(10)
  })

  it('INT-15: a mailbox that hands bob rubbish, forgeries and endless notices costs him little and shows him nothing', async () => {
    const bob = await net.person('Bob')
    let fetches = 0
    const peer = await net.add()
    await peer.network.handle(INTRODUCTION_PROTOCOL, async stream => {
      await stream.send(Frame.encode({ challenge: { nonce: random(16) } }))
      for await (const bytes of stream.frames()) {
        const question = Frame.decode(bytes)
        if (question.register !== undefined) await stream.send(Frame.encode({ registered: { expires: 9e12 } }))
        if (question.drop !== undefined) await stream.send(Frame.encode({ dropped: { count: 1 } }))
        if (question.putRequest !== undefined) await stream.send(Frame.encode({ refused: { code: 'NEW_CODE', detail: '', workBits: 0 } }))
        if (question.fetch !== undefined) {
          fetches++
          const sealed = Frame.encode({ inbox: { record: random(9000), workBits: 0 } })
          await stream.send(Frame.encode({ requests: { kept: [{ slot: fetches, sealed, invite: random(180) }], more: fetches % 3 !== 0 } }))
          for (let i = 0; i < 200; i++) await stream.send(Frame.encode({ notice: { identity: bob.own.identity } }))
        }
      }
    }, { maxStreams: 10, maxStreamsPerPeer: 10 })
    await bob.introduction.setPlaces([{ place: peer.place(), grant: undefined, anonymous: false }])
    const alice = await net.person('Alice')
    await alice.introduction.send(requestOf(alice.own, bob.own.identity), [bob.peer.place()], {})
    await bob.receivedAll(1)
    expect(bob.received).to.have.length(1)
    expect(fetches).to.be.below(120)
  })
})
