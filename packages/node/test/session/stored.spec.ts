import { expect } from 'chai'
import { decodeSession } from '../../src/session/create-session.ts'
import { CLASSICAL_SUITE } from '../../src/session/provider.ts'
import { deliver, device, group, hexOf, packed, person, read, restart, text } from './people.ts'
import { thrown } from './mallory.ts'
import { dice } from './dice.ts'
import type { Session } from '../../src/session/index.ts'

describe('a stored session', () => {
  it('SES-17: continues where it was when it was stored: no generation twice, no commit forgotten', async () => {
    const of = await group([await device(person()), await device(person())])
    const [own] = of.devices
    const b = of.sessions[1]!
    let a = of.sessions[0]!
    const generations = []
    for (let i = 0; i < 5; i++) {
      const sealed = await a.seal(text(`${i}`))
      generations.push(sealed.generation)
      a = await restart(a, own!, of)
      expect(read(await deliver(sealed, b))).to.equal(`${i}`)
    }
    expect(generations).to.deep.equal([0, 1, 2, 3, 4])
    const commit = await a.update()
    a = await restart(a, own!, of)
    await deliver(commit, b)
    expect(hexOf(a.branch)).to.equal(hexOf(b.branch))
    expect(read(await deliver(await b.seal(text('on')), a))).to.equal('on')
  })

  it('SES-17: a stored form that is older than what was sealed hands out the same generation again: it must be stored first', async () => {
    const of = await group([await device(person()), await device(person())])
    const [a] = of.sessions as [Session]
    const before = a.encode()
    const sealed = await a.seal(text('sent before it was stored'))
    const cloned = await decodeSession(before, { own: of.devices[0]!, clock: of.clock }, CLASSICAL_SUITE)
    expect((await cloned.seal(text('never do this'))).generation).to.equal(sealed.generation)
  })

  it('SES-17: remembers forks, skipped keys, who was heard and what was forgotten', async () => {
    const of = await group([await device(person()), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    const sent = []
    for (let i = 0; i < 4; i++) sent.push(await a.seal(text(`${i}`)))
    await deliver(sent[3]!, b)
    const [ours, theirs] = [await b.update(), await a.update()]
    await deliver(theirs, b)
    const again = await restart(b, of.devices[1]!, of)
    expect(hexOf(packed(again))).to.equal(hexOf(packed(b)))
    expect(hexOf(again.branch)).to.equal(hexOf(b.branch))
    expect(again.members()).to.deep.equal(b.members())
    expect(read(await deliver(sent[1]!, again))).to.equal('1')
    expect((await deliver(sent[3]!, again)).kind).to.equal('duplicate')
    expect((await deliver(theirs, again)).kind).to.equal('duplicate')
    expect((await deliver(ours, a)).kind).to.equal('commit')
  })

  it('SES-22: holds no signing key, opens for its own device only, and refuses newer versions', async () => {
    const of = await group([await device(person()), await device(person())])
    const stored = of.sessions[0]!.encode()
    const [own, other] = of.devices
    expect(hexOf(packed(of.sessions[0]!))).to.not.include(hexOf(own!.leafSeed))
    expect(await thrown(() => decodeSession(stored, { own: other! }, CLASSICAL_SUITE))).to.include({ name: 'StoreError', code: 'STORE_FOREIGN' })
    const newer = { ...stored, head: stored.head.with(0, 2) }
    expect(await thrown(() => decodeSession(newer, { own: own! }, CLASSICAL_SUITE))).to.include({ name: 'StoreError', code: 'STORE_NEWER' })
  })

  it('SES-22: damaged bytes are a StoreError, never a crash, and later changes to the caller\'s buffer do not reach it', async function () {
    this.timeout(120_000)
    const of = await group([await device(person()), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    await deliver(await b.update(), a)
    const stored = a.encode()
    const roll = dice(3)
    const spoil = (bytes: Uint8Array, way: number): Uint8Array => way === 0 ? bytes.slice(0, roll(bytes.length)) : way === 1 ? bytes.with(roll(bytes.length), roll(256)) : crypto.getRandomValues(new Uint8Array(roll(400)))
    for (let i = 0; i < 300; i++) {
      const states = new Map(stored.states)
      for (const [branch, state] of states) {
        if (i % 4 === 1) states.set(branch, spoil(state, i % 3))
        if (i % 50 === 3) states.delete(branch)
      }
      try {
        await decodeSession({ head: i % 2 === 0 ? spoil(stored.head, i % 3) : stored.head, states }, { own: of.devices[0]!, clock: of.clock }, CLASSICAL_SUITE)
      } catch (error) {
        expect((error as Error).name, String((error as Error).stack)).to.equal('StoreError')
      }
    }
    const again = await decodeSession(stored, { own: of.devices[0]!, clock: of.clock }, CLASSICAL_SUITE)
    stored.head.fill(0)
    for (const state of stored.states.values()) state.fill(0)
    expect(read(await deliver(await again.seal(text('fine')), b))).to.equal('fine')
  })

  it('SES-17: a message moves the head alone; a state is the same bytes from its commit until it is forgotten', async () => {
    const of = await group([await device(person()), await device(person())])
    const [a, b] = of.sessions as [Session, Session]
    const before = a.encode()
    await deliver(await a.seal(text('hello')), b)
    await deliver(await b.seal(text('hello too')), a)
    const after = a.encode()
    expect(after.states).to.deep.equal(before.states)
    expect(hexOf(after.head)).to.not.equal(hexOf(before.head))
    await a.update()
    const updated = a.encode()
    expect(updated.states.size).to.equal(2)
    for (const [branch, state] of after.states) expect(updated.states.get(branch)).to.equal(state)
  })
})
