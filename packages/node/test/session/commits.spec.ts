import { expect } from 'chai'
import { emptyPskIndex, makePskIndex, processPrivateMessage } from 'ts-mls'
import { issueRevocation } from '../../src/identity/certificate.ts'
import { decodePrivate } from '../../src/session/messages.ts'
import { START, deliver, device, group, hexOf, joinWith, keyPackage, person, read, text } from './people.ts'
import { oddPackage, rawCommit, rawProposal, rawState, suite, thrown, unjudgedCommit } from './mallory.ts'
import type { Device, Group, Person } from './people.ts'
import type { Sealed, Session } from '../../src/session/index.ts'
import type { Proposal } from 'ts-mls/proposal.js'

interface Cast { alice: Person, bob: Person, phone: Device, laptop: Device, a: Session, p: Session, l: Session, of: Group }

/** Alice with one device, Bob with a phone and a laptop. */
async function cast (): Promise<Cast> {
  const [alice, bob] = [person(), person()]
  const [desk, phone, laptop] = [await device(alice), await device(bob), await device(bob)]
  const of = await group([desk, phone, laptop])
  const [a, p, l] = of.sessions as [Session, Session, Session]
  return { alice, bob, phone, laptop, a, p, l, of }
}

describe('commits of a session', () => {
  it('SES-6: refuses every proposal but an inline add or remove', async () => {
    const { a, p, phone, of } = await cast()
    const state = rawState(p, phone)
    const pskId = { psktype: 'external' as const, pskId: text('id'), pskNonce: new Uint8Array(suite.kdf.size) }
    const forbidden: Proposal[] = [
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [{ extensionType: 'external_senders', extensionData: new Uint8Array() }] } },
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } },
      { proposalType: 'reinit', reinit: { groupId: new Uint8Array(32), version: 'mls10', cipherSuite: suite.name, extensions: [] } },
      { proposalType: 0xf0a0, proposalData: text('custom') },
      { proposalType: 'psk', psk: { preSharedKeyId: pskId } }
    ]
    const psk = makePskIndex(state, { [btoa('id')]: text('secret') })
    for (const proposal of forbidden) {
      const made = await rawCommitWith(state, proposal, psk)
      if (made === undefined) continue // not even the library makes it
      const opened = await deliver(made, a)
      expect(opened, String(proposal.proposalType)).to.deep.equal({ kind: 'rejected', reason: 'a proposal that is not allowed' })
    }
    expect(a.epoch).to.equal(1)
    expect(read(await deliver(await of.sessions[2]!.seal(text('still here')), a))).to.equal('still here')
  })

  it('SES-6: refuses proposals on their own, and commits that refer to them', async () => {
    const { a, p, phone, of } = await cast()
    const proposed = await rawProposal(rawState(p, phone), { proposalType: 'remove', remove: { removed: 2 } })
    expect((await deliver(proposed, a)).kind).to.equal('rejected')
    expect((await deliver(await rawCommit(proposed.state), a)).kind).to.equal('rejected')
    expect(of.sessions[2]!.epoch).to.equal(1)
  })

  it('SES-7: who owns a device may remove it, and nobody else without its revocation', async () => {
    const { a, p, l, phone, laptop, bob } = await cast()
    expect((await thrown(() => a.remove([laptop.device]))).code).to.equal('BAD_ARGUMENT')
    const byForce = await rawCommit(rawState(p, phone), { extraProposals: [{ proposalType: 'remove', remove: { removed: 0 } }] })
    expect(await deliver(byForce, l)).to.deep.equal({ kind: 'rejected', reason: 'a removal without right' })
    const foreign = await issueRevocation(person().seed, laptop.device, START)
    const other = await issueRevocation(bob.seed, phone.device, START)
    for (const revocation of [foreign, other]) expect((await thrown(() => a.remove([laptop.device], [revocation]))).code).to.equal('BAD_ARGUMENT')

    const lawful = await a.remove([laptop.device], [await issueRevocation(bob.seed, laptop.device, START)])
    const opened = await deliver(lawful, p)
    expect(opened.kind === 'commit' && opened.removed.map(member => hexOf(member.device))).to.deep.equal([hexOf(laptop.device)])
    expect((await deliver(lawful, l))).to.include({ kind: 'commit', removedMe: true })
  })

  it('SES-7: a device that lost its state is replaced by whoever gets its new KeyPackage', async () => {
    const { a, p, l, laptop, of } = await cast()
    const pair = await keyPackage(laptop)
    const { commit, welcome } = await a.add([pair.publicPackage])
    const opened = await deliver(commit, p)
    expect(opened).to.deep.include({ kind: 'commit', added: [], removed: [] })
    expect(await deliver(commit, l)).to.include({ removedMe: true })
    const again = await joinWith(laptop, pair, welcome, of)
    expect(read(await deliver(await again.seal(text('back')), a))).to.equal('back')
    expect(read(await deliver(await p.seal(text('welcome back')), again))).to.equal('welcome back')
  })

  it('SES-7: devices of identities that are not in the conversation cannot be added', async () => {
    const { a, p, phone } = await cast()
    const stranger = await device(person())
    expect((await thrown(async () => a.add([(await keyPackage(stranger)).publicPackage]))).name).to.equal('IntegrityError')
    const state = rawState(p, phone)
    const { keyPackage: smuggled } = await oddPackage(stranger)
    const made = await unjudgedCommit({ ...state, clientConfig: { ...state.clientConfig, authService: { validateCredential: async () => true } } }, [{ proposalType: 'add', add: { keyPackage: smuggled } }])
    expect((await deliver(made, a)).kind).to.equal('rejected')
  })

  it('SES-12: takes at most four commits of one device on one state', async () => {
    const { a, p, phone } = await cast()
    const state = rawState(p, phone)
    const kinds = []
    for (let i = 0; i < 6; i++) kinds.push((await deliver(await rawCommit(state), a)).kind)
    expect(kinds).to.deep.equal(['commit', 'commit', 'commit', 'commit', 'rejected', 'rejected'])
  })

  it('SES-19: who was removed reads nothing that follows and does not learn the new exporter', async () => {
    const { a, p, l, laptop, bob } = await cast()
    const stolen = rawState(l, laptop)
    const removal = await p.remove([laptop.device], [await issueRevocation(bob.seed, laptop.device, START)])
    await deliver(removal, a)
    expect(await deliver(removal, l)).to.include({ kind: 'commit', removedMe: true })
    const secret = await a.seal(text('without you'))
    expect((await deliver(secret, l)).kind).to.be.oneOf(['held', 'rejected', 'lost'])
    expect(l.removed).to.equal(true)
    expect((await thrown(() => l.seal(text('let me in')))).code).to.equal('NOT_A_MEMBER')
    expect((await thrown(() => l.exporter('x', new Uint8Array(), 32))).code).to.equal('NOT_A_MEMBER')

    // nor with the bare library on everything the device had
    const result = await processPrivateMessage(stolen, decodePrivate(removal.message)!, emptyPskIndex, suite)
    if (result.kind !== 'newState') throw new Error('not a commit')
    const exporter = await a.exporter('x', new Uint8Array(), 32)
    expect(result.newState.groupActiveState.kind).to.equal('removedFromGroup')
    expect(hexOf(result.newState.keySchedule.exporterSecret)).to.equal(hexOf(stolen.keySchedule.exporterSecret))
    expect((await thrown(() => processPrivateMessage({ ...result.newState, groupContext: { ...stolen.groupContext, epoch: 2n } }, decodePrivate(secret.message)!, emptyPskIndex, suite))).name).to.be.a('string')
    expect(hexOf(exporter)).to.equal(hexOf(await p.exporter('x', new Uint8Array(), 32)))
    expect(read(await deliver(await a.seal(text('go on')), p))).to.equal('go on')
  })

  it('SES-19: a member whose slot is taken in the commit that removes it sees its removal', async () => {
    const { a, p, l, phone, bob } = await cast()
    const tablet = await device(bob)
    const { keyPackage: fresh } = await oddPackage(tablet)
    const swap = await unjudgedCommit(rawState(p, phone), [{ proposalType: 'remove', remove: { removed: 2 } }, { proposalType: 'add', add: { keyPackage: fresh } }])
    const opened = await deliver(swap, a)
    expect(opened.kind === 'commit' && opened.added.map(member => [member.leaf, hexOf(member.device)])).to.deep.equal([[2, hexOf(tablet.device)]])
    expect(await deliver(swap, l)).to.include({ kind: 'commit', removedMe: true })
  })
})

async function rawCommitWith (state: ReturnType<typeof rawState>, proposal: Proposal, psk: ReturnType<typeof makePskIndex>): Promise<Sealed | undefined> {
  const { createCommit, encodeMlsMessage } = await import('ts-mls')
  const { branchOf } = await import('../../src/session/state.ts')
  try {
    const made = await createCommit({ state, cipherSuite: suite, pskIndex: psk }, { extraProposals: [proposal] })
    return { message: encodeMlsMessage(made.commit), branch: branchOf(state), generation: 0 }
  } catch {
    return undefined
  }
}
