import { expect } from 'chai'
import { toString } from 'uint8arrays/to-string'
import { parseId } from '../../src/identity/identity-id.ts'
import { accept, agree, befriend, codeOf, texts, village } from '../conversations/people.ts'
import type { Home, Village } from '../conversations/people.ts'

describe('people who meet', function () {
  this.timeout(120_000)
  let town: Village
  let alice: Home
  let bob: Home

  beforeEach(async () => {
    town = await village();
    [alice, bob] = await Promise.all([town.home('alice'), town.home('bob')])
  })

  afterEach(async () => { await town.stop() })

  it('ask, are accepted, and talk', async () => {
    await alice.node.contacts.add(await bob.link(), { name: 'bob', note: 'from the choir' })
    const request = await bob.until('the request', async node => (await node.requests.list())[0])
    expect(request).to.include({ name: 'alice', note: 'from the choir' })
    await alice.node.conversations.send('bob', { text: 'said before you agreed' })
    await bob.node.requests.accept('alice')
    await bob.node.conversations.send('alice', { text: 'welcome' })
    await agree(alice, bob, ['said before you agreed', 'welcome'])
    expect(await bob.node.requests.list()).to.deep.equal([])
  })

  it('ENV-17: ask each other at the same moment, and have one conversation, whose request ever comes late', async () => {
    const pairs = [[alice, bob], ...await Promise.all(Array.from({ length: 5 }, async () => Promise.all([town.home('alice'), town.home('bob')])))] as Array<[Home, Home]>
    for (const [one, other] of pairs) {
      const links = await Promise.all([one.link(), other.link()])
      await Promise.all([one.node.contacts.add(links[1], { name: 'bob' }), other.node.contacts.add(links[0], { name: 'alice' })])
      await Promise.all([one.node.conversations.send('bob', { text: 'a1' }), other.node.conversations.send('alice', { text: 'b1' })])
      await agree(one, other, ['a1', 'b1'])
      await Promise.all([one.node.conversations.send('bob', { text: 'a2' }), other.node.conversations.send('alice', { text: 'b2' })])
      await agree(one, other, ['a1', 'b1', 'a2', 'b2'])
      for (const each of [one, other]) {
        expect(await each.node.requests.list()).to.deep.equal([])
        expect((await each.node.contacts.list()).map(({ state }) => state)).to.deep.equal(['accepted'])
      }
    }
  })

  it('ENV-17: ask each other, and one says yes to the request at the same moment', async () => {
    // the one of the higher id takes its request back, gets the other's, and agrees while the answer is on its way
    const [low, high] = hexOf(alice) < hexOf(bob) ? [alice, bob] : [bob, alice]
    const link = await low.link()
    await low.stop()
    await high.node.contacts.add(link, { name: low.name })
    await low.start()
    await low.until('the request', async node => (await node.requests.list())[0])
    await high.node.contacts.remove(low.name)
    const asked = low.node.contacts.add(await high.link(), { name: high.name })
    await asked
    await high.node.contacts.add(link, { name: low.name })
    await Promise.all([low, high].map(async one => {
      const other = one === low ? high : low
      await one.node.conversations.send(other.name, { text: `from ${one.name}` })
    }))
    await agree(low, high, [`from ${low.name}`, `from ${high.name}`])
  })

  it('are meant by the beginning of their id, also as it stands cut off on a screen, and not by what all ids begin with', async () => {
    const [a, b] = [alice.node.id, bob.node.id]
    await alice.node.contacts.add(await bob.link())
    await bob.until('the request', async node => (await node.requests.list())[0])
    for (const all of ['s', 'sotto', 'sotto1']) expect(await codeOf(bob.node.requests.accept(all)), all).to.equal('UNKNOWN_REQUEST')
    await bob.node.requests.accept(a.slice(0, 9))
    expect((await bob.node.contacts.show(`${a.slice(0, 12)}…`)).id).to.equal(a)
    await alice.node.contacts.rename(b.slice(0, 8), 'robert')
    expect((await alice.node.contacts.show(`${b.slice(0, 14)}…`)).name).to.equal('robert')
    for (const all of ['s', 'sotto1']) expect(await codeOf(alice.node.contacts.show(all)), all).to.equal('UNKNOWN_CONTACT')
  })

  it('are asked before a node ends that lives for one order, and what became of it is known', async () => {
    const carol = await town.home('carol')
    const [there, gone] = [await bob.link(), await carol.link()]
    await carol.stop()
    await alice.node.contacts.add(there, { name: 'bob' })
    await alice.node.contacts.add(gone, { name: 'carol' })
    await alice.node.conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    expect((await alice.node.contacts.show('bob')).waiting).to.match(/^(?:bob has your request|your request waits in)/)
    expect((await alice.node.contacts.show('carol')).waiting).to.match(/waits on this device/)
    await alice.stop()
    await bob.until('the request', async node => (await node.requests.list())[0])
  })

  it('are answered before a node ends that lives for one order, or it says that the answer waits', async () => {
    await alice.node.contacts.add(await bob.link(), { name: 'bob' })
    await bob.until('the request', async node => (await node.requests.list())[0])
    await alice.stop()
    await bob.node.requests.accept('alice')
    const late = await bob.node.conversations.flushed({ signal: AbortSignal.timeout(300) }).then(() => 'handed on', (error: unknown) => (error as Error).message)
    expect(late).to.equal('the answer to a request waits on this device')
    await alice.start()
    await bob.node.conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    await bob.stop()
    await alice.until('the answer', async node => (await node.contacts.show('bob')).state === 'accepted')
  })

  it('decline in silence, and are not asked the same again', async () => {
    await alice.node.contacts.add(await bob.link(), { name: 'bob' })
    await bob.until('the request', async node => (await node.requests.list())[0])
    await bob.node.requests.decline('alice')
    expect(await bob.node.requests.list()).to.deep.equal([])
    expect((await alice.node.contacts.show('bob')).state).to.equal('requested')
    // the same request again, as after any loss
    await alice.stop()
    await alice.start()
    await alice.until('it to be left again', async node => /has your request/.test((await node.contacts.show('bob')).waiting ?? ''))
    expect(await bob.node.requests.list()).to.deep.equal([])
    await bob.stop()
    await bob.start()
    expect(await bob.node.requests.list()).to.deep.equal([])
    expect(await codeOf(bob.node.requests.accept('alice'))).to.equal('UNKNOWN_REQUEST')
  })

  it('ENV-14: block in silence: the other sees what everybody sees whose friend is out, and it heals', async () => {
    await befriend(alice, bob)
    await alice.node.conversations.send('bob', { text: 'before' })
    await agree(alice, bob, ['before'])
    await bob.node.contacts.block('alice')
    const { message } = await alice.node.conversations.send('bob', { text: 'while blocked' })
    expect(await codeOf(alice.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(1000) }))).to.equal('TIMEOUT')
    expect((await alice.node.conversations.delivery(message)).state).to.equal('sealed')
    expect(await codeOf(bob.node.conversations.send('alice', { text: 'no' }))).to.equal('BLOCKED_CONTACT')
    expect(await texts(bob, 'alice')).to.deep.equal(['before'])
    expect((await bob.node.conversations.list()).map(({ name }) => name)).to.not.include('alice')
    expect((await alice.node.contacts.show('bob')).state, 'nothing tells alice').to.equal('accepted')
    await bob.node.contacts.unblock('alice')
    await agree(alice, bob, ['before', 'while blocked'])
    await alice.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(60_000) })
  })

  it('ENV-14: who was blocked asks as a new device meanwhile: it is answered when they no longer are', async () => {
    await befriend(alice, bob)
    await bob.node.contacts.block('alice')
    await alice.stop()
    const again = await town.home('alice', { phrase: alice.phrase })
    await again.node.contacts.add(await bob.link(), { name: 'bob' })
    await again.until('the request to be left', async node => /has your request/.test((await node.contacts.show('bob')).waiting ?? ''))
    expect(await bob.node.requests.list()).to.deep.equal([])
    await bob.node.contacts.unblock('alice')
    await again.until('the answer', async node => (await node.contacts.show('bob')).state === 'accepted')
    await again.node.conversations.send('bob', { text: 'it is me' })
    await agree(again, bob, ['it is me'])
  })

  it('remove each other from their lists, and meet again: nothing is lost of what was said', async () => {
    await befriend(alice, bob)
    await alice.node.conversations.send('bob', { text: 'one' })
    await agree(alice, bob, ['one'])
    await alice.node.contacts.remove('bob')
    expect(await codeOf(alice.node.contacts.show('bob'))).to.equal('UNKNOWN_CONTACT')
    const { message } = await bob.node.conversations.send('alice', { text: 'are you there?' })
    expect(await codeOf(bob.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(1000) }))).to.equal('TIMEOUT')
    await alice.node.contacts.add(await bob.link(), { name: 'bob' })
    await agree(alice, bob, ['one', 'are you there?'])
    await alice.node.conversations.send('bob', { text: 'here again' })
    await agree(alice, bob, ['one', 'are you there?', 'here again'])
  })

  it('SYN-5: come back from the phrase: known at once, with their history, and a verified contact is told of the new device', async () => {
    await befriend(alice, bob)
    await bob.node.contacts.verify('alice', { confirm: true })
    await alice.node.conversations.send('bob', { text: 'my phone is about to drown' })
    await bob.node.conversations.send('alice', { text: 'oh no' })
    await agree(alice, bob, ['my phone is about to drown', 'oh no'])
    expect(await bob.node.contacts.show('alice')).to.include({ verified: true, devicesChanged: false })
    await alice.stop()
    const again = await town.home('alice', { phrase: alice.phrase })
    expect(again.node.id).to.equal(alice.node.id)
    await again.node.contacts.add(await bob.link(), { name: 'bob' })
    await again.until('bob to answer by himself', async node => (await node.contacts.show('bob')).state === 'accepted')
    await agree(again, bob, ['my phone is about to drown', 'oh no'])
    expect(await bob.node.contacts.show('alice')).to.include({ verified: true, devicesChanged: true })
    await again.node.conversations.send('bob', { text: 'a new one' })
    await bob.node.conversations.send('alice', { text: 'good to see you' })
    await agree(again, bob, ['my phone is about to drown', 'oh no', 'a new one', 'good to see you'])
  })

  it('ENV-11: a request that was accepted is accepted after kill and start, and no second session is made', async () => {
    await alice.node.contacts.add(await bob.link(), { name: 'bob' })
    await accept(bob, alice)
    await bob.stop()
    await bob.start()
    expect((await bob.node.contacts.list()).map(({ state }) => state)).to.deep.equal(['accepted'])
    expect(await bob.node.requests.list()).to.deep.equal([])
    await alice.node.conversations.send('bob', { text: 'hello' })
    await agree(alice, bob, ['hello'])
  })

  it('PAY-6: nobody is called what means somebody else', async () => {
    await befriend(alice, bob)
    for (const name of [alice.node.id, bob.node.id.slice(0, 14), 'sotto1qqqq…', 'self', 'Note to self', 'sotto:link', '\u202eeve\u0000']) {
      const renamed = await bob.node.contacts.rename('alice', name)
      expect(renamed.name).to.match(/^(?:sotto1[a-z0-9]{6}|eve)$/)
      await bob.node.contacts.rename(renamed.id, 'alice')
    }
    expect(await codeOf(bob.node.contacts.rename('alice', ' \u0000 '))).to.equal('BAD_ARGUMENT')
  })

  it('PAY-6: nor is who asks: mallory, whose name is the beginning of alice\'s id, is shown by an id of her own', async () => {
    const mallory = await town.home(alice.node.id.slice(0, 14))
    await mallory.node.contacts.add(await bob.link(), { name: 'bob' })
    const request = await bob.until('the request', async node => (await node.requests.list())[0])
    expect(request).to.include({ name: '', id: mallory.node.id })
    expect(await codeOf(bob.node.requests.accept(alice.node.id.slice(0, 14)))).to.equal('UNKNOWN_REQUEST')
  })

  it('add themselves to nobody, and no nonsense', async () => {
    expect(await codeOf(alice.link().then(async link => alice.node.contacts.add(link)))).to.equal('OWN_LINK')
    expect(await codeOf(alice.node.contacts.add('sotto:nonsense'))).to.equal('BAD_LINK')
    const link = await bob.link()
    expect(await codeOf(alice.node.contacts.add(link, { name: 'x'.repeat(65) }))).to.equal('BAD_ARGUMENT')
    const once = await alice.node.contacts.add(link, { name: 'bob' })
    expect(await alice.node.contacts.add(link), 'twice is once').to.deep.include({ id: once.id, name: 'bob' })
    expect(await alice.node.contacts.list()).to.have.length(1)
  })
})

function hexOf (home: Home): string {
  const { id } = home.node
  return toString(parseId(id), 'base16')
}
