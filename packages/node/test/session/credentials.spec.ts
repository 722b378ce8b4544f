import { expect } from 'chai'
import { ROLE_LINKED, issueCredential } from '../../src/identity/certificate.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { createSession } from '../../src/session/index.ts'
import { createSession as createWith, joinSession } from '../../src/session/create-session.ts'
import { CLASSICAL_SUITE } from '../../src/session/provider.ts'
import { DAY, START, deliver, device, group, hexOf, joinWith, keyPackage, person, read, text } from './people.ts'
import { oddPackage, rawCommit, rawState, thrown, unjudgedCommit } from './mallory.ts'
import type { Session } from '../../src/session/index.ts'

describe('who sits in a session', () => {
  it('SES-1: alice and bob talk under suite 83, each device a leaf', async () => {
    const alice = person()
    const bob = person()
    const phone = await device(bob)
    const { sessions: [a, b, c], devices } = await group([await device(alice), phone, await device(bob)], 'MLS_256_XWING_AES256GCM_SHA512_Ed25519')
    expect(a!.members().map(member => hexOf(member.device))).to.deep.equal(devices.map(each => hexOf(each.device)))
    expect(b!.members()).to.deep.equal(a!.members())
    const sealed = await a!.seal(text('hello'))
    const opened = await deliver(sealed, b!)
    expect(read(opened)).to.equal('hello')
    expect(opened.kind === 'message' && hexOf(opened.sender.identity)).to.equal(hexOf(alice.id))
    expect(read(await deliver(sealed, c!))).to.equal('hello')
    expect(await a!.exporter('x', new Uint8Array(), 32)).to.deep.equal(await b!.exporter('x', new Uint8Array(), 32))
  })

  it('SES-1: a session of one device keeps notes to oneself and takes in a second device later', async () => {
    const alice = person()
    const [phone, laptop] = [await device(alice), await device(alice)]
    const of = await group([phone])
    const [p] = of.sessions as [Session]
    await p.update()
    await p.seal(text('note'))
    const pair = await keyPackage(laptop)
    const { commit, welcome } = await p.add([pair.publicPackage])
    expect(commit.message).to.be.instanceOf(Uint8Array)
    const l = await joinWith(laptop, pair, welcome, of)
    expect(read(await deliver(await p.seal(text('note')), l))).to.equal('note')
    expect(read(await deliver(await l.seal(text('seen')), p))).to.equal('seen')
  })

  it('SES-1: refuses KeyPackages of another suite and a 65th leaf', async () => {
    const alice = person()
    const own = await device(alice)
    const classical = (await keyPackage(await device(alice))).publicPackage
    const error = await thrown(() => createSession({ own, groupId: new Uint8Array(32), keyPackages: [classical], identities: [alice.id], now: START }))
    expect(error.name).to.equal('IntegrityError')
    const many = await Promise.all(Array.from({ length: 64 }, async () => (await keyPackage(await device(alice))).publicPackage))
    const crowd = await thrown(() => createWith({ own, groupId: new Uint8Array(32), keyPackages: many, identities: [alice.id], now: START }, CLASSICAL_SUITE))
    expect(crowd.name).to.equal('PeerError')
  })

  it('SES-2: a KeyPackage needs a credential of an allowed identity for exactly its leaf key', async () => {
    const alice = person()
    const bob = person()
    const mallory = person()
    const own = await device(alice)
    const create = (bytes: Uint8Array): Promise<unknown> => createWith({ own, groupId: new Uint8Array(32), keyPackages: [bytes], identities: [alice.id, bob.id], now: START }, CLASSICAL_SUITE)
    const phone = await device(bob)
    const wrong = [
      await oddPackage(await device(mallory)),
      await oddPackage(phone, { leafSeed: randomSeed() }),
      await oddPackage(phone, { credential: await issueCredential(mallory.seed, publicKeyOf(phone.leafSeed), ROLE_LINKED) }),
      await oddPackage(phone, { credential: text('bob') })
    ]
    for (const { bytes } of wrong) expect((await thrown(() => create(bytes))).name).to.equal('IntegrityError')
    await create((await oddPackage(phone)).bytes)
  })

  it('SES-2: bob does not join a group in which somebody sits who may not', async () => {
    const [alice, bob, carol] = [person(), person(), person()]
    const own = await device(bob)
    const pair = await keyPackage(own)
    const made = await createWith({
      own: await device(alice),
      groupId: new Uint8Array(32),
      keyPackages: [pair.publicPackage, (await keyPackage(await device(carol))).publicPackage],
      identities: [alice.id, bob.id, carol.id],
      now: START
    }, CLASSICAL_SUITE)
    const join = (identities: Uint8Array[]): Promise<unknown> => joinSession({ own, welcome: made.welcome!, keyPackages: [pair], identities, now: START }, CLASSICAL_SUITE)
    expect((await thrown(() => join([alice.id, bob.id]))).name).to.equal('IntegrityError')
    await join([alice.id, bob.id, carol.id])
  })

  it('SES-3: a commit that changes the credential of a leaf is refused', async () => {
    const alice = person()
    const bob = person()
    const b = await device(bob)
    const { sessions } = await group([await device(alice), b])
    const [first, second] = sessions as [Session, Session]
    for (const issuer of [bob, alice, person()]) {
      const state = rawState(second, b)
      const leaf = state.ratchetTree[2]
      const identity = await issueCredential(issuer.seed, publicKeyOf(b.leafSeed), ROLE_LINKED)
      if (leaf?.nodeType !== 'leaf') throw new Error('no leaf')
      state.ratchetTree = state.ratchetTree.with(2, { nodeType: 'leaf', leaf: { ...leaf.leaf, credential: { credentialType: 'basic', identity } } })
      expect((await deliver(await rawCommit(state), first)).kind).to.equal('rejected')
    }
    expect((await deliver(await rawCommit(rawState(second, b)), first)).kind).to.equal('commit')
  })

  it('SES-3: a device that sits in the session already cannot be added beside itself', async () => {
    const alice = person()
    const bob = person()
    const b = await device(bob)
    const { sessions: [first, second] } = await group([await device(alice), b])
    const { keyPackage: twin } = await oddPackage(b)
    const state = rawState(second!, b)
    const keyPackageEqualityConfig = { compareKeyPackages: () => false, compareKeyPackageToLeafNode: () => false }
    const commit = await unjudgedCommit({ ...state, clientConfig: { ...state.clientConfig, keyPackageEqualityConfig } }, [{ proposalType: 'add', add: { keyPackage: twin } }])
    expect((await deliver(commit, first!)).kind).to.equal('rejected')
  })

  it('SES-4: KeyPackages live at most 90 days, are added only while alive, and say exactly what they can', async () => {
    const alice = person()
    const own = await device(alice)
    const phone = await device(alice)
    const create = (bytes: Uint8Array, now = START): Promise<unknown> => createWith({ own, groupId: new Uint8Array(32), keyPackages: [bytes], identities: [alice.id], now }, CLASSICAL_SUITE)
    const fresh = await keyPackage(phone)
    await create(fresh.publicPackage)
    await create(fresh.publicPackage, START + 89 * DAY)
    expect((await thrown(() => create(fresh.publicPackage, START + 90 * DAY))).name, 'expired').to.equal('PeerError')
    expect((await thrown(() => create(fresh.publicPackage, START - DAY))).name, 'not yet').to.equal('PeerError')
    const odd = [{ seconds: 91 * 24 * 3600 }, { capabilities: { extensions: [0x0a0a] } }, { capabilities: { proposals: [0x1a1a] } }, { capabilities: { credentials: ['basic' as const, 'x509' as const] } }]
    for (const how of odd) expect((await thrown(async () => create((await oddPackage(phone, how)).bytes))).name, JSON.stringify(how)).to.equal('IntegrityError')
  })

  it('SES-4: who merges a commit does not look at dates: late mail has the same members', async () => {
    const alice = person()
    const bob = person()
    const of = await group([await device(alice), await device(bob)])
    const [a, b] = of.sessions as [Session, Session]
    const tablet = await device(alice)
    const pair = await keyPackage(tablet)
    const { commit, welcome } = await a.add([pair.publicPackage])
    of.clock.move(400 * DAY)
    expect((await deliver(commit, b)).kind).to.equal('commit')
    const t = await joinWith(tablet, pair, welcome, of)
    expect(t.members()).to.deep.equal(b.members())
    expect(read(await deliver(await t.seal(text('late')), b))).to.equal('late')
  })
})
