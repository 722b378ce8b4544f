import { expect } from 'chai'
import fc from 'fast-check'
import { cleanText, decodeQuestion, decodeAnswer, Frame, MAX_QUESTION_BYTES, padRequest, RequestBody, sealedDigest, SealedRequest, unpadRequest } from '@sotto/protocols/introduction'
import { encodeSigned } from '../../src/identity/signed.ts'
import { publicKeyOf } from '../../src/identity/ed25519.ts'
import { issueInvite, proveInvite, verifyInvite } from '../../src/introduction/invite.ts'
import { decodePlace, encodePlace, mergePlaces } from '../../src/introduction/place.ts'
import { issueInboxRecord, SequenceMemory, verifyInboxRecord } from '../../src/introduction/record.ts'
import { signRequest, verifyRequest } from '../../src/introduction/request.ts'
import { inboxKeyHash, kemPair, openRequest, sealRequest } from '../../src/introduction/seal.ts'
import { ownDevice, random, requestOf } from './people.ts'
import type { KemPair } from '../../src/introduction/seal.ts'

const now = Date.UTC(2026, 0, 10)
const day = 86_400_000
type Own = Awaited<ReturnType<typeof ownDevice>>

describe('a sealed request', () => {
  let alice: Own, bob: Own, carol: Own, bobKey: KemPair, carolKey: KemPair
  before(async () => {
    ;[alice, bob, carol] = [await ownDevice('Alice', random(32), now), await ownDevice('Bob', random(32), now), await ownDevice('Carol', random(32), now)]
    ;[bobKey, carolKey] = [await kemPair(random(32)), await kemPair(random(32))]
  })

  /** What bob makes of a request with these changes in its signed body. */
  async function verdict (change: Partial<RequestBody>, signer = alice): Promise<unknown> {
    const { recipient, nonce, certificate, certificates, keyPackages, reply, name, note } = requestOf(alice, bob.identity)
    const body = { recipient, nonce, certificate, certificates, keyPackages, reply, name, note, time: now, inboxKeyHash: inboxKeyHash(bobKey.publicKey), ...change }
    const bytes = await encodeSigned('introduction/request', RequestBody.encode(body), signer.leafSeed)
    const result = await verifyRequest(bytes, bob.identity, inboxKeyHash(bobKey.publicKey), now)
    return typeof result === 'string' ? result : result.name
  }

  it('INT-5: opens for bob alone, in one of few sizes, and not with a flipped bit', async () => {
    const signed = await signRequest(requestOf(alice, bob.identity), inboxKeyHash(bobKey.publicKey), alice.leafSeed, now)
    const sealed = await sealRequest(signed, bob.identity, bobKey.publicKey)
    expect(await openRequest(sealed, bob.identity, bobKey)).to.deep.equal(signed)
    expect(await openRequest(sealed, carol.identity, bobKey)).to.equal(undefined)
    expect(await openRequest(sealed, bob.identity, carolKey)).to.equal(undefined)
    expect(SealedRequest.decode(sealed).ciphertext.byteLength).to.equal(8192 + 16)
    for (let i = 0; i < sealed.length; i += 499) {
      const bad = Uint8Array.from(sealed)
      bad[i]! ^= 4
      expect(await openRequest(bad, bob.identity, bobKey), `byte ${i}`).to.equal(undefined)
    }
  })

  it('INT-5: pads so that any length comes back, and takes no other padding', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 * 1024 }), bytes => {
      const padded = padRequest(bytes)
      expect(unpadRequest(padded)).to.deep.equal(bytes)
      padded[padded.length - 1]! ^= 1
      if (bytes.length + 4 < padded.length) expect(unpadRequest(padded)).to.equal(undefined)
    }), { numRuns: 30 })
    expect(unpadRequest(new Uint8Array(8191))).to.equal(undefined)
  })

  it('INT-15: carol cannot forward to bob what alice asked her', async () => {
    const signed = await signRequest(requestOf(alice, carol.identity), inboxKeyHash(carolKey.publicKey), alice.leafSeed, now)
    const opened = await openRequest(await sealRequest(signed, carol.identity, carolKey.publicKey), carol.identity, carolKey)
    expect(await verifyRequest(opened!, carol.identity, inboxKeyHash(carolKey.publicKey), now)).to.include({ name: 'Alice' })
    const forwarded = await openRequest(await sealRequest(opened!, bob.identity, bobKey.publicKey), bob.identity, bobKey)
    expect(await verifyRequest(forwarded!, bob.identity, inboxKeyHash(bobKey.publicKey), now)).to.equal('for another identity')
    expect(await verdict({ inboxKeyHash: inboxKeyHash(carolKey.publicKey) })).to.equal('for another inbox key')
  })

  it('INT-6: must be signed by the device of a certificate that verifies and is in its time', async () => {
    expect(await verdict({})).to.equal('Alice')
    expect(await verdict({}, carol)).to.equal('bad signature')
    expect(await verdict({ certificate: carol.certificate })).to.equal('bad signature')
    expect(await verdict({ certificate: random(200) })).to.equal('bad certificate')
    expect(await verdict({ certificates: [carol.certificate] })).to.equal('bad certificate of another device')
    const sibling = await ownDevice('Alice', random(32), now, alice.identitySeed)
    expect(await verdict({ certificates: [sibling.certificate] })).to.equal('Alice')
    const old = await ownDevice('Alice', random(32), now - 400 * day)
    expect(await verdict({ certificate: old.certificate }, old)).to.equal('certificate out of its time')
    expect(await verdict({ certificate: bob.certificate }, bob)).to.equal('from ourselves')
  })

  it('INT-16: is refused when it is older than its nonce is remembered, or from tomorrow\'s tomorrow', async () => {
    expect(await verdict({ time: now - 31 * day })).to.equal('Alice')
    expect(await verdict({ time: now - 33 * day })).to.equal('out of its time')
    expect(await verdict({ time: now + 3 * day })).to.equal('out of its time')
  })

  it('INT-17: is refused as a whole when one part is too large', async () => {
    expect(await verdict({ name: '💙'.repeat(64), note: 'x'.repeat(512) })).to.equal('💙'.repeat(64))
    expect(await verdict({ name: 'x'.repeat(65) })).to.equal('malformed')
    expect(await verdict({ note: 'x'.repeat(513) })).to.equal('malformed')
    expect(await verdict({ keyPackages: [] })).to.equal('malformed')
    expect(await verdict({ keyPackages: Array.from({ length: 11 }, () => random(9)) })).to.equal('malformed')
    expect(await verdict({ keyPackages: [random(4097)] })).to.equal('malformed')
    expect(await verdict({ certificates: Array.from({ length: 11 }, () => alice.certificate) })).to.equal('malformed')
    expect(await verdict({ reply: random(16 * 1024 + 1) })).to.equal('malformed')
    expect(await verdict({ nonce: random(15) })).to.equal('malformed')
  })

  it('INT-18: shows a name without what would imitate or hide', async () => {
    expect(await verdict({ name: 'Alice\u202e\u2066\u0007\u200b' })).to.equal('Alice')
    expect(cleanText('line\u2028one\r\n\ttwo')).to.equal('line one two')
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u.test(cleanText(text))).to.equal(false)
    }))
  })

  it('INT-12: a token is worth nothing to who sees it used, after its end, or at another inbox', async () => {
    const verifySeed = random(32)
    const keys = [publicKeyOf(verifySeed)]
    const token = await issueInvite(bob.identity, verifySeed, now / 1000 + 60)
    const digest = sealedDigest(random(9))
    const proof = (await proveInvite(token, bob.identity, digest))!
    expect(await verifyInvite(proof, bob.identity, digest, keys, now)).to.include({ notAfter: now + 60_000 })
    expect(await verifyInvite(proof, bob.identity, sealedDigest(random(9)), keys, now), 'stolen on the way').to.equal(undefined)
    expect(await verifyInvite(proof, bob.identity, digest, keys, now + 60_000), 'expired').to.equal(undefined)
    expect(await verifyInvite(proof, carol.identity, digest, keys, now)).to.equal(undefined)
    expect(await verifyInvite(proof, bob.identity, digest, [publicKeyOf(random(32))], now)).to.equal(undefined)
    expect(await proveInvite(random(90), bob.identity, digest)).to.equal(undefined)
  })
})

describe('an inbox record', () => {
  async function recordOf (own: Own, sequence: number, change = {}): Promise<Uint8Array> {
    const kem = { inboxKey: random(1216), inboxVerifyKey: random(32), recoveryHash: random(32) }
    return issueInboxRecord({ identitySeed: own.identitySeed, identity: own.identity, sequence, notAfter: now / 1000 + 60, places: [], ...kem, ...change })
  }

  it('INT-1: verifies when whole and signed by the identity in it, and not with a flipped bit', async () => {
    const [bob, mallory] = [await ownDevice('Bob'), await ownDevice('Mallory')]
    const places = [{ peerId: '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN', addresses: Array.from({ length: 20 }, (_, i) => `/ip4/192.0.2.${i}/tcp/4001`) }]
    const record = await recordOf(bob, 1, { places: Array.from({ length: 9 }, () => places[0]) })
    const inbox = await verifyInboxRecord(record, now)
    expect(inbox?.places).to.have.length(6)
    expect(inbox?.places[0]?.addresses).to.have.length(8)
    for (let i = 0; i < record.length; i += 131) {
      const bad = Uint8Array.from(record)
      bad[i]! ^= 1
      expect(await verifyInboxRecord(bad, now), `byte ${i}`).to.equal(undefined)
    }
    expect(await verifyInboxRecord(await recordOf(mallory, 1, { identity: bob.identity }), now)).to.equal(undefined)
    expect(await verifyInboxRecord(await recordOf(bob, 1, { inboxKey: random(1215) }), now)).to.equal(undefined)
  })

  it('INT-3: an older one, another under the same number, and one from the far future are refused; memory is bounded', async () => {
    const bob = await ownDevice('Bob')
    const seen = new SequenceMemory(2)
    const inbox = async (sequence: number, own = bob): Promise<boolean> => seen.accept((await verifyInboxRecord(await recordOf(own, sequence), now))!)
    expect(await inbox(7)).to.equal(true)
    expect(await inbox(6)).to.equal(false)
    expect(await inbox(7)).to.equal(false)
    expect(await inbox(7 + 2 ** 32 + 1)).to.equal(false)
    expect(await inbox(8)).to.equal(true)
    expect(seen.best(bob.identity)?.sequence).to.equal(8)
    for (const name of ['a', 'b']) await inbox(1, await ownDevice(name))
    expect(seen.best(bob.identity)).to.equal(undefined)
  })
})

describe('frames of an introduction', () => {
  it('INT-9: whatever bytes come, they decode to a question within its limits or to nothing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const frame = decodeQuestion(bytes)
      if (frame !== undefined) expect([frame.getInbox, frame.putRequest, frame.register, frame.fetch, frame.drop].filter(one => one !== undefined)).to.have.length(1)
      decodeAnswer(bytes)
    }), { numRuns: 500 })
    const fields = fc.record({ identity: fc.uint8Array({ maxLength: 40 }), digests: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 200 }), signature: fc.uint8Array({ maxLength: 70 }) })
    fc.assert(fc.property(fields, drop => {
      const fits = drop.identity.length === 32 && drop.signature.length === 64 && drop.digests.length <= 128 && drop.digests.every(one => one.length === 32)
      expect(decodeQuestion(Frame.encode({ drop })) !== undefined).to.equal(fits)
    }))
    expect(decodeQuestion(new Uint8Array(MAX_QUESTION_BYTES + 1))).to.equal(undefined)
  })
})

describe('places of a record', () => {
  const peerId = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
  const other = '12D3KooWBfmETW1ZbkdZbKKPpE3jpjyQ5WBXoDF8y9oE51m6qK4V'

  it('INT-1: name one peer each, by addresses that can be shown', () => {
    const place = encodePlace({ peerId, addresses: ['/ip4/192.0.2.1/tcp/1', `/dns4/example.org/tcp/443/wss/p2p/${peerId}`, 'nonsense', `/unix/${'x'.repeat(300)}`] })!
    expect(decodePlace(place)).to.deep.equal({ peerId, addresses: [`/ip4/192.0.2.1/tcp/1/p2p/${peerId}`, `/dns4/example.org/tcp/443/wss/p2p/${peerId}`] })
    expect(encodePlace({ peerId, addresses: ['nonsense'] })).to.equal(undefined)
    expect(decodePlace({ addresses: [...place.addresses, ...encodePlace({ peerId: other, addresses: ['/ip4/192.0.2.1/tcp/1'] })!.addresses] })).to.equal(undefined)
    expect(decodePlace({ addresses: [Uint8Array.of(0xff, 0xff, 0x7f, 1, 2, 3), ...place.addresses] })?.addresses, 'one of a kind that nobody knows').to.have.length(2)
    const shouting = encodePlace({ peerId, addresses: ['/dns4/exa\u001b[2Jmple.org/tcp/1', '/ip4/192.0.2.1/tcp/1'] })!
    expect(decodePlace(shouting)?.addresses).to.deep.equal([`/ip4/192.0.2.1/tcp/1/p2p/${peerId}`])
    expect(mergePlaces([{ peerId, addresses: ['a'] }, { peerId: other, addresses: [] }, { peerId, addresses: ['b', 'a'] }])).to.deep.equal([{ peerId, addresses: ['a', 'b'] }, { peerId: other, addresses: [] }])
  })
})
