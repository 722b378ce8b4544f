import { expect } from 'chai'
import { systemClock } from '../../src/clock.ts'
import { agree, befriend, codeOf, texts, village } from './people.ts'
import type { Home, Village } from './people.ts'
import type { MessageId } from '../../src/index.ts'

const soon = (ms = 60_000): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(ms) })

describe('what people do in a conversation', function () {
  this.timeout(120_000)
  let town: Village
  let alice: Home
  let bob: Home

  before(async () => {
    town = await village();
    [alice, bob] = await Promise.all([town.home('alice'), town.home('bob')])
    await befriend(alice, bob)
  })

  after(async () => { await town.stop() })

  const send = async (from: Home, text: string, more = {}): Promise<MessageId> => (await from.node.conversations.send(from === alice ? 'bob' : 'alice', { text, ...more })).message
  const seen = async (by: Home, id: MessageId) => (await by.node.conversations.history(by === alice ? 'bob' : 'alice')).find(view => view.id === id)

  it('MSG-16: what one person says stands in the order in which it was said, however fast', async () => {
    const said = Array.from({ length: 50 }, (_, i) => `fast ${i}`)
    const ids = await Promise.all(said.map(async text => send(alice, text)))
    await alice.node.conversations.wait(ids.at(-1)!, 'delivered', soon())
    expect((await texts(bob, 'alice')).filter(text => text.startsWith('fast'))).to.deep.equal(said)
  })

  it('--id: the same id twice sends once, one after the other, at once, and after a restart', async () => {
    const first = await send(alice, 'only once', { id: 'job-1' })
    expect(await send(alice, 'only once', { id: 'job-1' })).to.equal(first)
    const many = await Promise.all(Array.from({ length: 10 }, async () => send(alice, 'once at once', { id: 'job-2' })))
    expect(new Set(many).size).to.equal(1)
    await alice.stop()
    await alice.start()
    expect(await send(alice, 'only once', { id: 'job-1' })).to.equal(first)
    await alice.node.conversations.wait(many[0]!, 'delivered', soon())
    for (const text of ['only once', 'once at once']) expect((await texts(bob, 'alice')).filter(one => one === text)).to.have.length(1)
    expect(await codeOf(send(alice, 'x', { id: '' }))).to.equal('BAD_ARGUMENT')
    expect(await codeOf(send(alice, 'x', { id: 'x'.repeat(129) }))).to.equal('BAD_ARGUMENT')
  })

  it('ENV-16: a later state satisfies an earlier wait, and a state that did not come is named', async () => {
    const message = await send(alice, 'wait for me')
    expect(await alice.node.conversations.wait(message, 'delivered', soon())).to.include({ state: 'delivered' })
    expect(await alice.node.conversations.wait(message, 'sealed', soon())).to.include({ state: 'delivered' })
    expect(await alice.node.conversations.wait(message, 'stored', soon())).to.include({ state: 'delivered' })
    const late = await alice.node.conversations.wait(message, 'read', soon(300)).catch((error: unknown) => error)
    expect(late).to.include({ code: 'TIMEOUT' })
    expect((late as Error).message).to.match(/delivered, not yet read/)
    await bob.node.conversations.markRead('alice')
    expect(await alice.node.conversations.wait(message, 'read', soon())).to.include({ state: 'read' })
    expect(await codeOf(bob.node.conversations.wait(message, 'read', soon(100)))).to.equal('NOT_OWN_MESSAGE')
    expect(await codeOf(alice.node.conversations.wait('a'.repeat(26) as MessageId, 'read', soon(100)))).to.equal('UNKNOWN_MESSAGE')
  })

  it('PAY-7: who does not tell what they read learns it of nobody either, until they tell again', async () => {
    expect(await bob.node.tellReads(false)).to.include({ readReceipts: false })
    const message = await send(alice, 'for your eyes only')
    await alice.node.conversations.wait(message, 'delivered', soon())
    await bob.node.conversations.markRead('alice')
    // what bob says later was said with that in mind
    const answer = await send(bob, 'an answer')
    await bob.node.conversations.wait(answer, 'delivered', soon())
    expect((await alice.node.conversations.delivery(message)).state).to.equal('delivered')
    await alice.node.conversations.markRead('bob')
    const more = await send(alice, 'one more')
    await alice.node.conversations.wait(more, 'delivered', soon())
    expect((await bob.node.conversations.delivery(answer)).state).to.equal('delivered')
    expect(await bob.node.tellReads(true)).to.include({ readReceipts: true })
    expect(await alice.node.conversations.wait(message, 'read', soon())).to.include({ state: 'read' })
    expect(await bob.node.conversations.wait(answer, 'read', soon())).to.include({ state: 'read' })
  })

  it('counts what is unread, and forgets it when it is read', async () => {
    await bob.node.conversations.markRead('alice')
    const before = (await bob.node.conversations.list()).find(({ name }) => name === 'alice')
    expect(before?.unread).to.equal(0)
    await send(alice, 'news 1')
    const last = await send(alice, 'news 2')
    await alice.node.conversations.wait(last, 'delivered', soon())
    expect((await bob.node.conversations.list())[0]).to.deep.include({ name: 'alice', unread: 2, with: alice.node.id })
    expect((await bob.node.conversations.list())[0]?.last?.text).to.equal('news 2')
    expect((await alice.node.conversations.list()).find(({ name }) => name === 'bob')?.unread, 'one\'s own words are no news').to.equal(0)
    await bob.node.conversations.history('alice', { markRead: true })
    expect((await bob.node.conversations.list()).find(({ name }) => name === 'alice')?.unread).to.equal(0)
  })

  it('MSG-11: corrects, takes back and answers, and both see the same', async () => {
    const question = await send(alice, 'Shall we meat?')
    await alice.node.conversations.edit(question, 'Shall we meet?')
    const slip = await send(alice, 'I hate monday')
    await alice.node.conversations.retract(slip)
    await alice.node.conversations.wait((await alice.node.conversations.delivery(slip)).message, 'delivered', soon())
    await bob.until('the edit', async () => (await seen(bob, question))?.edited)
    await bob.until('the retraction', async () => (await seen(bob, slip))?.retracted)
    const answer = await send(bob, 'Gladly', { replyTo: question })
    await bob.node.conversations.react(question, '👍')
    await alice.until('the answer', async () => seen(alice, answer))
    await alice.until('the reaction', async () => (await seen(alice, question))?.reactions.length === 1)
    for (const one of [alice, bob]) {
      expect(await seen(one, question)).to.deep.include({ text: 'Shall we meet?', edited: true, reactions: [{ from: bob.node.id, emoji: '👍' }] })
      expect(await seen(one, slip)).to.deep.include({ text: '', retracted: true })
      expect(await seen(one, answer)).to.deep.include({ kind: 'reply', replyTo: question, from: bob.node.id })
    }
    await bob.node.conversations.react(question, '')
    await alice.until('it to be taken back', async () => (await seen(alice, question))?.reactions.length === 0)
  })

  it('MSG-11: nobody changes what another one said', async () => {
    const message = await send(alice, 'mine')
    await alice.node.conversations.wait(message, 'delivered', soon())
    expect(await codeOf(bob.node.conversations.edit(message, 'yours'))).to.equal('NOT_OWN_MESSAGE')
    expect(await codeOf(bob.node.conversations.retract(message))).to.equal('NOT_OWN_MESSAGE')
    expect(await codeOf(bob.node.conversations.react(message, 'x'.repeat(65)))).to.equal('BAD_ARGUMENT')
  })

  it('MSG-7: a text of 32 KiB arrives, a longer or an empty one is refused', async () => {
    const longest = '€'.repeat(10_922)
    const message = await send(alice, longest)
    await alice.node.conversations.wait(message, 'delivered', soon())
    expect((await seen(bob, message))?.text).to.equal(longest)
    expect(await codeOf(send(alice, longest + '€'))).to.equal('TEXT_TOO_LONG')
    expect(await codeOf(alice.node.conversations.edit(message, longest + '€'))).to.equal('TEXT_TOO_LONG')
    expect(await codeOf(send(alice, ' \n '))).to.equal('BAD_ARGUMENT')
  })

  it('finds: by words, by time, the last few', async () => {
    await send(alice, 'The quick brown fox')
    const found = await alice.node.conversations.history('bob', { search: 'BROWN' })
    expect(found.map(({ text }) => text)).to.deep.equal(['The quick brown fox'])
    expect(await alice.node.conversations.history('bob', { limit: 2 })).to.have.length(2)
    expect(await alice.node.conversations.history('bob', { since: Date.now() + 60_000 })).to.deep.equal([])
    expect(await codeOf(alice.node.conversations.history('carol'))).to.equal('UNKNOWN_CONTACT')
  })

  it('PAY-8: that somebody types is told at once, and kept nowhere', async () => {
    await bob.node.conversations.typing('alice', true)
    await alice.until('the typing', () => alice.events.find(event => event.event === 'typing'))
    expect(alice.events.find(event => event.event === 'typing')).to.include({ with: bob.node.id, active: true })
    const again: string[] = []
    const ends = new AbortController()
    for await (const event of alice.node.events({ since: '0', signal: ends.signal })) {
      again.push(event.event)
      if (event.cursor === alice.events.at(-1)?.cursor) ends.abort()
    }
    expect(again).to.include('message').and.not.include('typing')
  })

  it('keeps notes to oneself at once, and they are delivered', async () => {
    const { message, state } = await alice.node.conversations.send('self', { text: 'buy milk' })
    expect(state).to.equal('delivered')
    await alice.node.conversations.wait(message, 'delivered', soon(100))
    expect(await texts(alice, 'self')).to.deep.equal(['buy milk'])
    expect(await texts(alice, alice.node.id)).to.deep.equal(['buy milk'])
    expect((await alice.node.conversations.list()).find(({ with: who }) => who === alice.node.id)).to.include({ name: 'Note to self', unread: 0 })
    await alice.node.conversations.flushed(soon())
  })

  it('a search in all conversations finds the newest first, each with whom it was and where the words stand; the next page goes on', async () => {
    await alice.node.conversations.send('self', { text: 'buy a Kumquat tree' })
    const gone = await send(alice, 'kumquat, taken back')
    await alice.node.conversations.retract(gone)
    const changed = await send(alice, 'a pear tree')
    await alice.node.conversations.edit(changed, 'a kumquat tree')
    await bob.until('all that alice said: what he says next comes after it', async () => (await seen(bob, changed))?.edited)
    const last = await send(bob, 'Kumquats are ripe')
    await alice.until('the last word of bob', async () => (await seen(alice, last)) !== undefined)
    const found = await alice.node.conversations.search('kumq')
    expect(found.map(({ name, message }) => `${name}: ${message.text}`)).to.deep.equal(['bob: Kumquats are ripe', 'bob: a kumquat tree', 'Note to self: buy a Kumquat tree'])
    expect(found.map(({ marks }) => marks)).to.deep.equal([[[0, 4]], [[2, 6]], [[6, 10]]])
    expect(found[0]?.with).to.equal(bob.node.id)
    const first = await alice.node.conversations.search('kumq', { limit: 1 })
    const rest = await alice.node.conversations.search('kumq', { before: first[0]!.message.id })
    expect([...first, ...rest]).to.deep.equal(found)
    expect(await alice.node.conversations.search('  ')).to.deep.equal([])
    expect(await alice.node.conversations.search('kumquat pear')).to.deep.equal([])
    expect(await alice.node.conversations.search(',')).to.be.an('array')
    const ended = AbortSignal.abort(new Error('enough'))
    expect(await alice.node.conversations.search('kumq', {}, { signal: ended }).catch((error: Error) => error.message)).to.equal('enough')
  })
})

describe('a clock that runs ahead', function () {
  this.timeout(120_000)
  let town: Village

  beforeEach(async () => { town = await village() })
  afterEach(async () => { await town.stop() })

  it('MSG-14: is shown as wrong, and moves nothing: neither the order nor who stands on top', async () => {
    const ahead = { now: () => Date.now() + 20 * 60 * 1000, after: systemClock.after }
    const [alice, bob, carol] = await Promise.all([town.home('alice'), town.home('bob', { clock: ahead }), town.home('carol')])
    await befriend(alice, bob)
    await befriend(alice, carol)
    await bob.node.conversations.send('alice', { text: 'from later' })
    await agree(alice, bob, ['from later'])
    await alice.node.conversations.send('bob', { text: 'an answer' })
    await carol.node.conversations.send('alice', { text: 'from now' })
    await agree(alice, carol, ['from now'])
    const [question, answer] = await alice.node.conversations.history('bob')
    expect([question?.clockWrong, answer?.clockWrong]).to.deep.equal([true, undefined])
    expect([question?.text, answer?.text]).to.deep.equal(['from later', 'an answer'])
    expect((await alice.node.conversations.list())[0]?.name).to.equal('carol')
  })
})

describe('while the other one is away', function () {
  this.timeout(120_000)
  let town: Village
  let alice: Home
  let bob: Home

  beforeEach(async () => {
    town = await village();
    [alice, bob] = await Promise.all([town.home('alice'), town.home('bob')])
    await befriend(alice, bob)
    const { message } = await alice.node.conversations.send('bob', { text: 'here we are' })
    await alice.node.conversations.wait(message, 'delivered', soon())
  })

  afterEach(async () => { await town.stop() })

  it('with no mailbox to keep it, waiting for `stored` ends at once and says why', async () => {
    await bob.stop()
    await alice.until('bob to be away', async node => !node.addresses().length || (await node.status()).peers === 0)
    const { message } = await alice.node.conversations.send('bob', { text: 'nobody keeps this' })
    const error = await alice.node.conversations.wait(message, 'stored', soon()).catch((thrown: unknown) => thrown)
    expect(error).to.include({ code: 'NO_MAILBOX' })
    expect((error as Error).message).to.match(/until both are online/)
    expect(await codeOf(alice.node.conversations.wait(message, 'delivered', soon(300)))).to.equal('TIMEOUT')
    expect(await codeOf(alice.node.conversations.flushed(soon(300)))).to.equal('TIMEOUT')
    expect((await alice.node.status()).outbox).to.equal(1)
    expect((await alice.node.conversations.history('bob')).at(-1)?.waiting).to.match(/until both are online/)
    await bob.start()
    await alice.node.conversations.wait(message, 'delivered', soon())
    await alice.node.conversations.flushed(soon())
    await agree(alice, bob, ['here we are', 'nobody keeps this'])
  })

  it('ENV-9: what was said while both were out of reach of each other arrives when they meet, once, on both sides alike', async () => {
    await bob.stop()
    for (let n = 0; n < 20; n++) await alice.node.conversations.send('bob', { text: `a${n}` })
    await alice.stop()
    await bob.start()
    for (let n = 0; n < 20; n++) await bob.node.conversations.send('alice', { text: `b${n}` })
    await alice.start()
    const said = Array.from({ length: 20 }, (_, n) => [`a${n}`, `b${n}`]).flat()
    await agree(alice, bob, ['here we are', ...said])
    expect((await texts(bob, 'alice')).filter(text => text.startsWith('a'))).to.deep.equal(Array.from({ length: 20 }, (_, n) => `a${n}`))
  })
})
