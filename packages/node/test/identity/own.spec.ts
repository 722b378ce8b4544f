import { expect } from 'chai'
import { NodeError } from '../../src/errors.ts'
import { deviceIdOf, isInDate, issueRevocation, verifyCertificate } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { checkName, createOwn, loadOwn, loadPhrase, ownOps, phraseOps, renewOwn } from '../../src/identity/own.ts'
import { createEntropy, deriveKeys, formatPhrase } from '../../src/identity/phrase.ts'
import { createRevocations, MAX_REVOCATIONS } from '../../src/identity/revocations.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'

const now = 1_760_000_000_000
const DAY = 24 * 60 * 60 * 1000

describe('own device', () => {
  it('DEV-2: has keys of its own for peer and leaf, certified by the identity of the phrase, and an id from its leaf key', async () => {
    const entropy = createEntropy()
    const own = await createOwn({ entropy, name: ' alice ', now, restored: false })
    const keys = await deriveKeys(entropy)
    expect(own.identity).to.deep.equal(publicKeyOf(keys.identitySeed))
    expect(own.recoveryHash).to.deep.equal(keys.recoveryHash)
    expect(own.name).to.equal('alice')
    const certificate = await verifyCertificate(own.certificate)
    expect(certificate?.credential.identity).to.deep.equal(own.identity)
    expect(certificate?.credential.leafKey).to.deep.equal(publicKeyOf(own.leafSeed))
    expect(certificate?.peerKey).to.deep.equal(publicKeyOf(own.peerSeed))
    expect(own.device).to.deep.equal(deviceIdOf(publicKeyOf(own.leafSeed)))
    expect(new Set([own.leafSeed, own.peerSeed, own.identitySeed].map(String)).size).to.equal(3)
    const second = await createOwn({ entropy, name: 'alice', now, restored: true })
    expect(second.identity).to.deep.equal(own.identity)
    expect(second.device).to.not.deep.equal(own.device)
  })

  it('IDN-8: comes back after a restart with everything but the recovery key, which is in no record', async () => {
    const entropy = createEntropy()
    const own = await createOwn({ entropy, name: 'alice', now, restored: false })
    const { recoverySeed } = await deriveKeys(entropy)
    expect(Object.values(own).map(String)).to.not.include(String(recoverySeed))
    const database = memoryDatabase()
    let store = await memoryStore(database)
    await store.batch([...ownOps(own), ...phraseOps(entropy)])
    await store.close()
    store = await memoryStore(database)
    expect(await loadOwn(store)).to.deep.equal(own)
    expect(await loadPhrase(store)).to.equal(formatPhrase(entropy))
    await store.batch(ownOps({ ...own, name: 'alicia', identitySeed: undefined }))
    const linked = await loadOwn(store)
    expect([linked.name, linked.identitySeed]).to.deep.equal(['alicia', undefined])
    await store.close()
  })

  it('says so when the store holds no keys or damaged ones', async () => {
    const store = await memoryStore()
    for (const ops of [[], ownOps({} as never)]) {
      await store.batch(ops)
      const error = await loadOwn(store).then(() => undefined, (error: unknown) => error)
      expect(error).to.be.instanceOf(NodeError).with.property('code', 'STORE_DAMAGED')
    }
    expect(await loadPhrase(store)).to.equal(undefined)
    await store.close()
  })

  it('DEV-3: has a certificate that still verifies when it is out of date, and a date that gates only what is added', async () => {
    const own = await createOwn({ entropy: createEntropy(), name: '', now, restored: false })
    const certificate = await verifyCertificate(own.certificate)
    if (certificate === undefined) throw new Error('it did not verify')
    expect(isInDate(certificate, now)).to.equal(true)
    expect(isInDate(certificate, now - DAY)).to.equal(false)
    expect(isInDate(certificate, now + 366 * DAY)).to.equal(false)
  })

  it('DEV-4: gets a certificate of the next revision in good time, for the same keys', async () => {
    const own = await createOwn({ entropy: createEntropy(), name: '', now, restored: false })
    expect(await renewOwn(own, now + 200 * DAY)).to.equal(undefined)
    const renewed = await renewOwn(own, now + 300 * DAY)
    const certificate = await verifyCertificate(renewed?.certificate ?? new Uint8Array())
    expect(certificate?.revision).to.equal(2)
    expect(certificate?.credential.bytes).to.deep.equal(own.credential)
    expect(certificate?.peerKey).to.deep.equal(publicKeyOf(own.peerSeed))
    expect(certificate !== undefined && isInDate(certificate, now + 500 * DAY)).to.equal(true)
    expect(await renewOwn({ ...own, identitySeed: undefined }, now + 300 * DAY)).to.equal(undefined)
  })

  it('DEV-4: gets another certificate where the present one begins in the future: the clock was wrong, and nobody would take it', async () => {
    const own = await createOwn({ entropy: createEntropy(), name: '', now: now + 365 * DAY, restored: false })
    const certificate = await verifyCertificate((await renewOwn(own, now))?.certificate ?? new Uint8Array())
    expect(certificate?.revision).to.equal(2)
    expect(certificate !== undefined && isInDate(certificate, now)).to.equal(true)
  })

  it('takes a name that fits in a line, and none that poses as something else', () => {
    expect(checkName('  Zo\u0065\u0308 ')).to.equal('Zo\u00eb')
    expect(checkName('')).to.equal('')
    expect(checkName('👩‍🚀 Ada')).to.equal('👩‍🚀 Ada')
    for (const name of ['a\nb', '\u001b[31mred', 'x'.repeat(65), 'a\u202eb']) expect(() => checkName(name)).to.throw(NodeError)
  })
})

describe('revocations', () => {
  it('DEV-6: stay once seen, over restarts and whatever comes later', async () => {
    const seed = randomSeed()
    const identity = publicKeyOf(seed)
    const device = new Uint8Array(16).fill(4)
    const database = memoryDatabase()
    let store = await memoryStore(database)
    let revocations = createRevocations({ store })
    const bytes = await issueRevocation(seed, device, now)
    expect(await revocations.isRevoked(identity, device)).to.equal(false)
    expect((await revocations.add(bytes, identity)).verdict).to.equal('accepted')
    expect((await revocations.add(await issueRevocation(seed, device, now + DAY), identity)).verdict).to.equal('ignored')
    await store.close()
    store = await memoryStore(database)
    revocations = createRevocations({ store })
    expect(await revocations.isRevoked(identity, device)).to.equal(true)
    expect(await revocations.isRevoked(identity, new Uint8Array(16))).to.equal(false)
    expect((await revocations.list(identity)).map(({ bytes }) => bytes)).to.deep.equal([bytes])
    await store.close()
  })

  it('DEV-5: of somebody else, or with a flipped bit, are rejected', async () => {
    const [alice, mallory] = [randomSeed(), randomSeed()]
    const device = new Uint8Array(16).fill(4)
    const store = await memoryStore()
    const revocations = createRevocations({ store })
    const bytes = await issueRevocation(mallory, device, now)
    expect((await revocations.add(bytes, publicKeyOf(alice))).verdict).to.equal('rejected')
    bytes[5]! ^= 1
    expect((await revocations.add(bytes, publicKeyOf(mallory))).verdict).to.equal('rejected')
    expect(await revocations.isRevoked(publicKeyOf(alice), device)).to.equal(false)
    await store.close()
  })

  it('DEV-7: are kept up to 256 for one identity, so that nobody fills a disk with them', async () => {
    const seed = randomSeed()
    const identity = publicKeyOf(seed)
    const store = await memoryStore()
    const revocations = createRevocations({ store })
    const issue = (n: number): Promise<Uint8Array> => issueRevocation(seed, Uint8Array.from({ length: 16 }, (_, i) => i === 0 ? n & 255 : n >> 8), now)
    for (let n = 0; n < MAX_REVOCATIONS; n++) expect((await revocations.add(await issue(n), identity)).verdict).to.equal('accepted')
    expect((await revocations.add(await issue(MAX_REVOCATIONS), identity)).verdict).to.equal('rejected')
    const other = randomSeed()
    expect((await revocations.add(await issueRevocation(other, new Uint8Array(16), now), publicKeyOf(other))).verdict).to.equal('accepted')
    await store.close()
  }).timeout(120_000)
})
