import { expect } from 'chai'
import { createApplicationMessage, createGroupInfoWithExternalPubAndRatchetTree, emptyPskIndex, encodeMlsMessage, joinGroupExternal, processPrivateMessage } from 'ts-mls'
import { encodePrivateMessage, decodePrivate } from '../../src/session/messages.ts'
import { branchOf } from '../../src/session/state.ts'
import { startRatchet, turnTo } from '../../src/session/ratchet.ts'
import { deliver, device, group, hexOf, keyPackage, packed, person, read, text } from './people.ts'
import { oddPackage, rawCommit, rawState, suite } from './mallory.ts'
import type { Device, Group } from './people.ts'
import type { Session } from '../../src/session/index.ts'

async function pair (): Promise<{ a: Session, b: Session, own: Device, other: Device, of: Group }> {
  const own = await device(person())
  const other = await device(person())
  const of = await group([own, other])
  const [a, b] = of.sessions as [Session, Session]
  return { a, b, own, other, of }
}

describe('messages of a session', () => {
  it('SES-5: opens PrivateMessages only: no public message, external commit, Welcome, group information or KeyPackage', async () => {
    const { a, b, other, of } = await pair()
    const state = rawState(b, other)
    const info = await createGroupInfoWithExternalPubAndRatchetTree(state, [], suite)
    const stranger = await device(person())
    const { keyPackage: outside } = await oddPackage(stranger)
    const keys = await suite.hpke.generateKeyPair()
    const secret = await suite.hpke.exportPrivateKey(keys.privateKey)
    const external = await joinGroupExternal(info, outside, { initPrivateKey: secret, hpkePrivateKey: secret, signaturePrivateKey: stranger.leafSeed }, false, suite)
    const wrong = [
      (await rawCommit(state, { wireAsPublicMessage: true })).message,
      encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage: external.publicMessage }),
      encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo: info }),
      of.welcome,
      (await keyPackage(other)).publicPackage
    ]
    for (const message of wrong) expect((await a.open(message, a.branch)).kind).to.equal('rejected')
    expect(a.epoch).to.equal(1)
  })

  it('SES-5: refuses trailing bytes, too long messages and mail of another session', async () => {
    const { a, b } = await pair()
    const sealed = await b.seal(text('x'))
    expect((await a.open(Uint8Array.of(...sealed.message, 0), sealed.branch)).kind).to.equal('rejected')
    expect((await a.open(new Uint8Array(512 * 1024 + 1), sealed.branch)).kind).to.equal('rejected')
    expect((await a.open(sealed.message, new Uint8Array(15))).kind).to.equal('rejected')
    const elsewhere = await pair()
    expect((await deliver(await elsewhere.b.seal(text('x')), a)).kind).to.equal('rejected')
    expect(read(await deliver(sealed, a))).to.equal('x')
  })

  it('SES-5: any implementation of RFC 9420 opens what alice seals, and she what it seals', async () => {
    const { a, b, own, other } = await pair()
    const sealed = await a.seal(text('to the library'))
    const result = await processPrivateMessage(rawState(b, other), decodePrivate(sealed.message)!, emptyPskIndex, suite)
    expect(result.kind === 'applicationMessage' && new TextDecoder().decode(result.message)).to.equal('to the library')
    const made = await createApplicationMessage(rawState(b, other), text('from the library'), suite)
    expect(read(await a.open(encodePrivateMessage(made.privateMessage), a.branch))).to.equal('from the library')
    expect(hexOf(branchOf(rawState(a, own)))).to.equal(hexOf(a.branch))
  })

  it('SES-8: opens what was overtaken, and says lost beyond a jump of 1000', async () => {
    const { a, b } = await pair()
    const sent = []
    for (let i = 0; i < 1002; i++) sent.push(await a.seal(text(`${i}`)))
    expect((await deliver(sent[1001]!, b)).kind).to.equal('lost')
    expect(read(await deliver(sent[1000]!, b))).to.equal('1000')
    for (const index of [3, 999, 0, 1001, 500]) expect(read(await deliver(sent[index]!, b))).to.equal(`${index}`)
  })

  it('SES-8: keeps keys of 1000 overtaken messages, the newest, and never a secret from which others follow', async () => {
    let ratchet = startRatchet(new Uint8Array(32).fill(7))
    const far = await turnTo(ratchet, 1000, suite)
    if (far.kind !== 'key') throw new Error('out of reach')
    const farther = await turnTo(far.next, 1501, suite)
    if (farther.kind !== 'key') throw new Error('out of reach')
    ratchet = farther.next
    expect(ratchet.skipped.size).to.equal(1000)
    expect((await turnTo(ratchet, 499, suite)).kind).to.equal('beyond')
    expect((await turnTo(ratchet, 500, suite)).kind).to.equal('key')
    expect((await turnTo(ratchet, 1000, suite)).kind).to.equal('used')
    expect(ratchet.skipped.get(600)).to.have.all.keys('key', 'nonce')
    const direct = await turnTo(startRatchet(new Uint8Array(32).fill(7)), 600, suite)
    expect(direct.kind === 'key' && direct.key).to.deep.equal(ratchet.skipped.get(600))
  })

  it('SES-8: a jump costs linear time', async () => {
    let derived = 0
    const counting = { ...suite, kdf: { ...suite.kdf, expand: async (...given: Parameters<typeof suite.kdf.expand>) => { derived++; return suite.kdf.expand(...given) } } }
    for (const far of [10, 1000]) {
      derived = 0
      expect((await turnTo(startRatchet(new Uint8Array(32)), far, counting)).kind).to.equal('key')
      expect(derived, 'a key, a nonce and the next secret of each').to.equal(3 * (far + 1))
    }
  })

  it('SES-9: opens a message once; the second time it is a duplicate', async () => {
    const { a, b } = await pair()
    const [one, two] = [await a.seal(text('one')), await a.seal(text('two'))]
    expect(read(await deliver(two, b))).to.equal('two')
    expect(read(await deliver(one, b))).to.equal('one')
    expect((await deliver(one, b)).kind).to.equal('duplicate')
    expect((await deliver(two, b)).kind).to.equal('duplicate')
    expect((await deliver(two, a)).kind, 'our own, come back').to.equal('duplicate')
    const commit = await b.update()
    expect((await deliver(commit, a)).kind).to.equal('commit')
    expect((await deliver(commit, a)).kind).to.equal('duplicate')
    expect((await deliver(commit, b)).kind).to.equal('duplicate')
  })

  it('SES-9: two calls at once never share a generation', async () => {
    const { a, b } = await pair()
    const sealed = await Promise.all(Array.from({ length: 20 }, (_, i) => a.seal(text(`${i}`))))
    expect(new Set(sealed.map(each => each.generation)).size).to.equal(20)
    const opened = await Promise.all(sealed.map(each => deliver(each, b)))
    expect(opened.map(read)).to.deep.equal(sealed.map((_, i) => `${i}`))
    const [commit, after] = await Promise.all([a.update(), a.seal(text('after'))])
    expect((await deliver(after, b)).kind).to.equal('held')
    await deliver(commit, b)
    expect(read(await deliver(after, b))).to.equal('after')
  })

  it('SES-10: both sides name a state alike, by 16 bytes that change with every commit', async () => {
    const { a, b } = await pair()
    const before = a.branch
    expect(before).to.have.length(16)
    expect(hexOf(b.branch)).to.equal(hexOf(before))
    const commit = await a.update()
    expect(hexOf(commit.branch), 'a commit is sealed under the state that it leaves').to.equal(hexOf(before))
    await deliver(commit, b)
    expect(hexOf(b.branch)).to.equal(hexOf(a.branch)).and.not.equal(hexOf(before))
  })

  it('SES-11: mail ahead is held, not dropped, and opens after its commit', async () => {
    const { a, b } = await pair()
    const commit = await a.update()
    const ahead = await a.seal(text('ahead'))
    expect((await deliver(ahead, b)).kind).to.equal('held')
    await deliver(commit, b)
    expect(read(await deliver(ahead, b))).to.equal('ahead')
  })

  it('SES-11: an epoch that does not belong to the branch is rejected', async () => {
    const { a, b } = await pair()
    const old = b.branch
    await deliver(await a.update(), b)
    const sealed = await a.seal(text('x'))
    expect((await b.open(sealed.message, old)).kind).to.equal('rejected')
    expect(read(await deliver(sealed, b))).to.equal('x')
  })

  it('SES-20: a call that fails leaves everything as it was', async () => {
    const { a, b } = await pair()
    const sealed = await a.seal(text('x'))
    const before = hexOf(packed(b))
    const bad = sealed.message.slice()
    bad[bad.length - 20]! ^= 1
    expect((await b.open(bad, sealed.branch)).kind).to.equal('rejected')
    await b.add([text('nonsense')]).catch(() => undefined)
    await b.remove([a.members()[0]!.device]).catch(() => undefined)
    expect(hexOf(packed(b))).to.equal(before)
    expect(read(await deliver(sealed, b))).to.equal('x')
  })
})
