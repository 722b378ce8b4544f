import { expect } from 'chai'
import { SETTLE_MS } from '../../src/config.ts'
import { issueRevocation } from '../../src/identity/certificate.ts'
import { dice } from './dice.ts'
import { deliver, device, group, hexOf, keyPackage, packed, person, read, restart, START, text } from './people.ts'
import { oddPackage, rawCommit, rawState, unjudgedCommit } from './mallory.ts'
import type { Opened, Sealed, Session } from '../../src/session/index.ts'

function sameTip (sessions: Session[]): void {
  expect(new Set(sessions.map(session => hexOf(session.branch))).size).to.equal(1)
}

describe('sessions that fork', () => {
  it('SES-13: alice and bob renew at the same time and meet again, and mail of both branches opens', async () => {
    const of = await group([await device(person()), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    const [fromA, fromB] = [await a.update(), await b.update()]
    const [mailA, mailB] = [await a.seal(text('on my branch')), await b.seal(text('on mine'))]
    expect((await deliver(mailA, b)).kind).to.equal('held')
    const [atB, atA] = [await deliver(fromA, b), await deliver(fromB, a)]
    expect([atA.kind, atB.kind]).to.deep.equal(['commit', 'commit'])
    sameTip(of.sessions)
    expect(read(await deliver(mailA, b))).to.equal('on my branch')
    expect(read(await deliver(mailB, a))).to.equal('on mine')
    expect(read(await deliver(await a.seal(text('together')), b))).to.equal('together')
  })

  it('SES-13: five devices of three people commit and write at random over a bad network, restart, and agree', async function () {
    this.timeout(120_000)
    const roll = dice(7)
    const [alice, bob, carol] = [person(), person(), person()]
    const of = await group([await device(alice), await device(bob), await device(carol), await device(alice), await device(bob)])
    const sessions = of.sessions
    const inbox: Sealed[][] = sessions.map(() => [])
    const seen: string[][] = sessions.map(() => [])
    const written: string[] = []
    const cast = (from: number, sealed: Sealed): void => { for (const [to, box] of inbox.entries()) if (to !== from) box.push(sealed) }
    const take = async (to: number, count: number): Promise<void> => {
      for (let i = 0; i < count && inbox[to]!.length > 0; i++) {
        const [sealed] = inbox[to]!.splice(roll(inbox[to]!.length), 1)
        const opened: Opened = await deliver(sealed!, sessions[to]!)
        if (opened.kind === 'held') inbox[to]!.push(sealed!)
        else if (opened.kind === 'message') seen[to]!.push(read(opened))
        else expect(opened.kind).to.equal('commit')
      }
    }
    for (let round = 0; round < 10; round++) {
      for (const committer of new Set([roll(5), roll(5)])) cast(committer, await sessions[committer]!.update())
      for (let i = 0; i < 2; i++) {
        const from = roll(5)
        written.push(`${round}/${i}`)
        seen[from]!.push(`${round}/${i}`)
        cast(from, await sessions[from]!.seal(text(`${round}/${i}`)))
      }
      for (let to = 0; to < 5; to++) await take(to, roll(inbox[to]!.length + 1))
      const again = roll(5)
      sessions[again] = await restart(sessions[again]!, of.devices[again]!, of)
    }
    for (let to = 0; to < 5; to++) while (inbox[to]!.length > 0) await take(to, 1)
    sameTip(sessions)
    for (const each of seen) expect(each.sort()).to.deep.equal([...written].sort())
  })

  it('SES-14: a removed device cannot undo its removal with a commit it kept from before', async () => {
    const [alice, bob] = [person(), person()]
    const [phone, stolen, tablet] = [await device(bob), await device(bob), await device(bob)]
    const of = await group([await device(alice), phone, stolen])
    const [a, p, s] = of.sessions as [Session, Session, Session]
    const old = rawState(s, stolen)
    const update = await a.update()
    for (const other of [p, s]) await deliver(update, other)
    const removal = await p.remove([stolen.device], [await issueRevocation(bob.seed, stolen.device, START)])
    await deliver(removal, a)
    const after = hexOf(a.branch)

    const { keyPackage: accomplice } = await oddPackage(tablet)
    const revealed = [
      await rawCommit(old),
      await unjudgedCommit(old, [{ proposalType: 'remove', remove: { removed: 1 } }]),
      await unjudgedCommit(old, [{ proposalType: 'add', add: { keyPackage: accomplice } }])
    ]
    for (const commit of revealed) {
      for (const honest of [a, p]) expect(await deliver(commit, honest)).to.deep.include({ kind: 'commit', added: [], removed: [], removedMe: false })
    }
    expect([hexOf(a.branch), hexOf(p.branch)]).to.deep.equal([after, after])
    expect(a.members().map(member => hexOf(member.device))).to.not.include(hexOf(stolen.device))
    expect(p.removed).to.equal(false)
  })

  it('SES-14: the removal wins also where it comes last', async () => {
    const [alice, bob] = [person(), person()]
    const [phone, stolen] = [await device(bob), await device(bob)]
    const of = await group([await device(alice), phone, stolen])
    const [a, p, s] = of.sessions as [Session, Session, Session]
    const evil = await s.remove([phone.device])
    const removal = await p.remove([stolen.device], [await issueRevocation(bob.seed, stolen.device, START)])
    const first = await deliver(evil, a)
    expect(first.kind === 'commit' && first.removed.map(member => hexOf(member.device))).to.deep.equal([hexOf(phone.device)])
    const then = await deliver(removal, a)
    expect(then.kind === 'commit' && [then.added, then.removed].map(list => list.map(member => hexOf(member.device)))).to.deep.equal([[hexOf(phone.device)], [hexOf(stolen.device)]])
    expect(await deliver(evil, p)).to.include({ kind: 'commit', removedMe: false })
    sameTip([a, p])
    expect(await deliver(removal, s)).to.include({ removedMe: true })
  })

  it('SES-15: once everybody was heard on the new state, the old one is forgotten, and its late mail is lost, not held', async () => {
    const of = await group([await device(person()), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    const late = await b.seal(text('late'))
    const alone = packed(a).byteLength
    const commit = await a.update()
    await deliver(commit, b)
    await deliver(await b.seal(text('here')), a)
    expect(packed(a).byteLength).to.be.above(1.5 * alone)
    of.clock.move(SETTLE_MS)
    await a.seal(text('x'))
    expect(packed(a).byteLength).to.be.below(1.3 * alone)
    expect((await deliver(late, a)).kind).to.equal('lost')
    expect((await deliver(await b.seal(text('on')), a)).kind).to.equal('message')
    const again = await restart(a, of.devices[0]!, of)
    expect((await deliver(late, again)).kind).to.equal('lost')
  })

  it('SES-15: who joined later loses only mail from before its time', async () => {
    const alice = person()
    const tablet = await device(alice)
    const of = await group([await device(alice), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    const before = await b.seal(text('before'))
    const pair = await keyPackage(tablet)
    const { commit, welcome } = await a.add([pair.publicPackage])
    const { joinWith } = await import('./people.ts')
    const t = await joinWith(tablet, pair, welcome, of)
    expect((await deliver(before, t)).kind).to.equal('lost')
    expect((await deliver(commit, t)).kind).to.equal('lost')
    await deliver(commit, b)
    expect(read(await deliver(await b.seal(text('now')), t))).to.equal('now')
  })
})
