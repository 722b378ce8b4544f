import { expect } from 'chai'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { isKnown, issueMove, knownToken, verifyMove } from '../../src/identity/move.ts'
import { createEntropy, deriveKeys } from '../../src/identity/phrase.ts'

const NOW = Date.UTC(2026, 0, 1)

describe('a move', () => {
  it('IDN-9: is signed by the recovery key and by who is moved to, and is refused with any byte changed', async () => {
    const alice = await deriveKeys(createEntropy())
    const identity = publicKeyOf(alice.identitySeed)
    const successorSeed = randomSeed()
    const bytes = await issueMove({ identity, recoverySeed: alice.recoverySeed, successorSeed, now: NOW })
    expect(await verifyMove(bytes)).to.deep.equal({ identity, successor: publicKeyOf(successorSeed), recoveryHash: alice.recoveryHash, time: NOW, bytes })
    for (let at = 0; at < bytes.byteLength; at++) {
      const bent = Uint8Array.from(bytes)
      bent[at] = (bent[at] ?? 0) ^ 1
      expect(await verifyMove(bent), `byte ${at}`).to.equal(undefined)
    }
    expect(await verifyMove(Uint8Array.of(...bytes, 0x22, 0))).to.equal(undefined)
  })

  it('IDN-9: leads nobody to an identity that did not agree, or nowhere', async () => {
    const alice = await deriveKeys(createEntropy())
    const identity = publicKeyOf(alice.identitySeed)
    expect(await verifyMove(await issueMove({ identity, recoverySeed: alice.recoverySeed, successorSeed: alice.identitySeed, now: NOW }))).to.equal(undefined)
    const [one, other] = await Promise.all([randomSeed(), randomSeed()].map(async successorSeed => issueMove({ identity, recoverySeed: alice.recoverySeed, successorSeed, now: NOW })))
    if (one === undefined || other === undefined) throw new Error('no moves')
    const mixed = Uint8Array.from(one)
    mixed.set(other.subarray(-64), one.byteLength - 64) // agreed to by somebody else
    expect(await verifyMove(mixed)).to.equal(undefined)
  })

  it('IDN-11: what a contact was given is made again from the phrase, fits that contact alone, and no other identity', async () => {
    const entropy = createEntropy()
    const [before, after, mallory] = await Promise.all([entropy, entropy, createEntropy()].map(async one => (await deriveKeys(one)).identitySeed))
    if (before === undefined || after === undefined || mallory === undefined) throw new Error('no keys')
    const [bob, carol] = [publicKeyOf(randomSeed()), publicKeyOf(randomSeed())]
    const token = knownToken(before, bob)
    expect(isKnown(after, bob, token)).to.equal(true)
    expect(isKnown(after, carol, token)).to.equal(false)
    expect(isKnown(mallory, bob, token)).to.equal(false)
    expect(isKnown(after, bob, token.slice(1))).to.equal(false)
    expect(isKnown(after, bob, new Uint8Array(0))).to.equal(false)
  })
})
