import { expect } from 'chai'
import { issueRevocation } from '../../src/identity/certificate.ts'
import { faultOfTree } from '../../src/session/tree.ts'
import { START, deliver, device, group, hexOf, joinWith, keyPackage, person, read, text } from './people.ts'
import { dice } from './dice.ts'
import { rawState, suite } from './mallory.ts'
import type { Device } from './people.ts'
import type { Session } from '../../src/session/index.ts'
import type { RatchetTree } from 'ts-mls/ratchetTree.js'

describe('joining by Welcome', () => {
  for (const seed of [1, 2]) {
    it(`SES-18: up to 24 devices come, go and renew at random, and every joiner accepts the tree (run ${seed})`, async function () {
      this.timeout(120_000)
      const roll = dice(seed)
      const alice = person()
      const of = await group([await device(alice), await device(alice), await device(alice)])
      const members = new Map<Device, Session>(of.devices.map((own, index) => [own, of.sessions[index]!]))
      for (let step = 0; step < 40; step++) {
        const all = [...members]
        const [, session] = all[roll(all.length)]!
        const chance = roll(100)
        if (all.length < 3 || (chance < 50 && all.length < 24)) {
          const count = Math.min(1 + roll(3), 24 - all.length)
          const fresh = await Promise.all(Array.from({ length: count }, async () => { const own = await device(alice); return { own, pair: await keyPackage(own) } }))
          const { commit, welcome } = await session.add(fresh.map(each => each.pair.publicPackage))
          for (const [, other] of all) if (other !== session) expect((await deliver(commit, other)).kind).to.equal('commit')
          for (const { own, pair } of fresh) members.set(own, await joinWith(own, pair, welcome, of))
        } else if (chance < 72) {
          const gone = all.filter(([, other]) => other !== session)[roll(all.length - 1)]!
          const commit = await session.remove([gone[0].device], [await issueRevocation(alice.seed, gone[0].device, START)])
          for (const [, other] of all) if (other !== session) expect(await deliver(commit, other)).to.include({ kind: 'commit', removedMe: other === gone[1] })
          members.delete(gone[0])
        } else {
          const commit = await session.update()
          for (const [, other] of all) if (other !== session) expect((await deliver(commit, other)).kind).to.equal('commit')
        }
        expect(new Set([...members.values()].map(each => hexOf(each.branch))).size, `step ${step}`).to.equal(1)
      }
      const [first, ...rest] = [...members.values()]
      const sealed = await first!.seal(text('everybody'))
      for (const other of rest) expect(read(await deliver(sealed, other))).to.equal('everybody')
    })
  }

  it('SES-18: refuses a tree with a changed hash, list of unmerged leaves, key, leaf or parent', async () => {
    const alice = person()
    const devices = await Promise.all(Array.from({ length: 5 }, () => device(alice)))
    const of = await group(devices)
    const commit = await of.sessions[0]!.update()
    for (const other of of.sessions.slice(1)) await deliver(commit, other)
    const newcomer = await device(alice)
    await of.sessions[0]!.remove([devices[1]!.device])
    await of.sessions[0]!.update()
    await of.sessions[0]!.add([(await keyPackage(newcomer)).publicPackage])
    const { ratchetTree: tree, groupContext } = rawState(of.sessions[0]!, devices[0]!)
    expect(await faultOfTree(tree, groupContext, suite)).to.equal(undefined)
    const at = tree.findIndex(node => node?.nodeType === 'parent' && node.parent.unmergedLeaves.length > 0)
    const parent = tree[at]
    if (parent?.nodeType !== 'parent') throw new Error('no parent with unmerged leaves')
    const bad: Array<[string, RatchetTree]> = [
      ['no unmerged leaf', tree.with(at, { ...parent, parent: { ...parent.parent, unmergedLeaves: [] } })],
      ['a leaf that is not there', tree.with(at, { ...parent, parent: { ...parent.parent, unmergedLeaves: [60] as never } })],
      ['a leaf elsewhere', tree.with(at, { ...parent, parent: { ...parent.parent, unmergedLeaves: [...parent.parent.unmergedLeaves, 7] as never } })],
      ['another key', tree.with(at, { ...parent, parent: { ...parent.parent, hpkePublicKey: new Uint8Array(32) } })],
      ['a key twice', tree.with(0, tree[4])],
      ['a leaf less', tree.with(0, undefined)],
      ['a parent in a leaf', tree.with(0, parent)],
      ['a leaf in a parent', tree.with(at, tree[0])]
    ]
    for (const [what, changed] of bad) expect(await faultOfTree(changed, groupContext, suite), what).to.be.a('string')
  })
})
