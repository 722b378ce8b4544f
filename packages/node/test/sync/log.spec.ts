import { Call, CallOutcome, Entry, KIND_CALL, MAX_PARENTS, decodeEntry } from '@sotto/protocols/message'
import { expect } from 'chai'
import { MAX_CONFLICTS, MAX_HELD_ENTRIES } from '../../src/sync/index.ts'
import { Author, CONVERSATION, SIGNATURE, authors, deviceOf, name, textBody } from './support.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

/** An entry as somebody else would have made it. */
function forged (of: DecodedEntry, change: Partial<Entry>): DecodedEntry {
  const { hash, bytes, ...entry } = of
  const made = decodeEntry(Entry.encode({ ...entry, ...change }))
  if (made === undefined) throw new Error('out of bounds')
  return made
}

describe('the log of a conversation', () => {
  let alice: Author
  let bob: Author
  let carol: Author

  beforeEach(async () => { [alice, bob, carol] = await authors(3) as [Author, Author, Author] })

  it('MSG-16: an entry names the author\'s last one first, then what it answers to, deepest first', async () => {
    const first = await alice.say('hello')
    expect(first).to.include({ sequence: 1, depth: 1 })
    expect(first.parents).to.deep.equal([])
    await bob.hear([first])
    const second = await bob.say('hello alice')
    const third = await bob.say('are you there?')
    await alice.hear([second, third])
    const fourth = await alice.say('yes')
    expect(fourth).to.include({ sequence: 2, depth: 4 })
    expect(fourth.parents.map(({ author, sequence }) => `${author[0]}:${sequence}`)).to.deep.equal(['1:1', '2:2'])
    const fifth = await alice.say('what is it?')
    expect(fifth.parents.map(({ author }) => author[0]), 'bob\'s are below the one before').to.deep.equal([1])
  })

  it('MSG-16: no entry names more than 16 parents; the others come with the next', async () => {
    const crowd = await Promise.all(Array.from({ length: 20 }, async (_, i) => Author.create(deviceOf(100 + i))))
    for (const one of crowd) await alice.hear([await one.say('me too')])
    expect((await alice.say('all of you')).parents).to.have.length(MAX_PARENTS - 1)
    const { parents } = await alice.say('and you')
    expect(parents.map(({ author }) => author[0])).to.have.length(1 + 20 - (MAX_PARENTS - 1)).and.include(1)
  })

  it('MSG-13: what was said at the same depth stands by sequence, then by device, on both sides', async () => {
    const [a1, b1, c1] = [await alice.say('a'), await bob.say('b'), await carol.say('c')]
    const c2 = await carol.say('c again')
    await alice.hear([c1, c2])
    await alice.hear([b1])
    await bob.hear([a1])
    await bob.hear([c1, c2])
    expect(await alice.page()).to.deep.equal(['1:1', '2:1', '3:1', '3:2'])
    expect(await bob.page()).to.deep.equal(await alice.page())
  })

  it('MSG-13: an answer stands after what it answers, whatever the clocks say', async () => {
    bob.clock.time += 3_600_000
    const question = await bob.say('from tomorrow')
    await alice.hear([question])
    const answer = await alice.say('from yesterday')
    expect(answer.time).to.be.lessThan(question.time + 1)
    expect(await alice.page()).to.deep.equal(['2:1', '1:1'])
  })

  it('MSG-9: a gap is visible, with how much is missing, and closes when it comes', async () => {
    const said = [await bob.say('1'), await bob.say('2'), await bob.say('3'), await bob.say('4')]
    await alice.hear(said.slice(0, 1))
    const { held, added } = await alice.hear(said.slice(3))
    expect({ held, added: added.length }).to.deep.equal({ held: 1, added: 0 })
    expect(alice.log.gaps()).to.deep.equal([{ author: bob.device, from: 2, to: 3 }])
    await alice.reload()
    expect(alice.log.gaps(), 'also after a restart').to.deep.equal([{ author: bob.device, from: 2, to: 3 }])
    const repaired = await alice.hear(said.slice(1, 3))
    expect(repaired.added.map(name)).to.deep.equal(['2:2', '2:3', '2:4'])
    expect(alice.log.gaps()).to.deep.equal([])
    expect(alice.log.heldCount).to.equal(0)
    await alice.reload()
    expect(alice.log.heldCount).to.equal(0)
  })

  it('MSG-9: what a waiting entry answers to is a gap too, each once', async () => {
    const asked = [await carol.say('1'), await carol.say('2'), await carol.say('3')]
    await bob.hear(asked)
    const answers = [await bob.say('to all three'), await bob.say('and once more')]
    await alice.hear(answers)
    expect(alice.log.gaps()).to.deep.equal([{ author: carol.device, from: 1, to: 3 }])
    await alice.hear(asked.slice(1, 2))
    expect(alice.log.gaps()).to.deep.equal([
      { author: carol.device, from: 1, to: 1 },
      { author: carol.device, from: 3, to: 3 }
    ])
    await alice.hear(asked)
    expect(await alice.page()).to.deep.equal(['3:1', '3:2', '3:3', '2:1', '2:2'])
  })

  it('SYN-4: an entry is applied after all its parents, once, however often it comes', async () => {
    const said = [await bob.say('1'), await bob.say('2')]
    await alice.hear(said.slice(1))
    await alice.hear(said.slice(1))
    expect((await alice.hear(said)).added.map(name)).to.deep.equal(['2:1', '2:2'])
    expect((await alice.hear(said)).added).to.deep.equal([])
    expect(alice.log.unread).to.equal(2)
    expect(await alice.page()).to.deep.equal(['2:1', '2:2'])
  })

  it('SYN-4: what waits is bounded by number, and what had no room can come again', async function () {
    this.timeout(120_000)
    const [first, ...rest] = Array.from({ length: MAX_HELD_ENTRIES + 10 }, () => bob.log.append(1, textBody('x')).entry)
    const { held, rejected } = await alice.hear(rest)
    expect({ held, rejected }).to.deep.equal({ held: MAX_HELD_ENTRIES, rejected: 9 })
    await alice.hear([first!])
    expect(alice.log.head(bob.device)?.sequence).to.equal(MAX_HELD_ENTRIES + 1)
    await alice.hear(rest.slice(-9))
    expect(alice.log.head(bob.device)?.sequence).to.equal(MAX_HELD_ENTRIES + 10)
  })

  it('SYN-4: what waits is bounded by bytes too', async () => {
    const big = new Uint8Array(35 * 1024)
    const rest = Array.from({ length: 300 }, () => bob.log.append(99, big).entry).slice(1)
    const { held, rejected } = await alice.hear(rest)
    expect(held).to.be.within(200, 245)
    expect(held + rejected).to.equal(299)
  })

  it('MSG-10: a depth that the parents do not give is refused, and so is what stands on it', async () => {
    const said = [await bob.say('1'), await bob.say('2')]
    for (const depth of [1, 3, 2 ** 40]) {
      const { rejected, added } = await alice.hear([forged(said[0]!, { depth: depth === 1 ? 2 : depth })])
      expect({ rejected, added: added.length }).to.deep.equal({ rejected: 1, added: 0 })
    }
    expect((await alice.hear([said[0]!, forged(said[1]!, { depth: 1 })])).rejected).to.equal(1)
    expect(await alice.page()).to.deep.equal(['2:1'])
  })

  it('MSG-8: two entries for one place: the first stays and is marked, the other is kept beside it, and both are known', async () => {
    const first = await bob.say('I owe you ten')
    const other = forged(first, { body: textBody('I owe you one') })
    await alice.hear([first])
    const { equivocations } = await alice.hear([other])
    expect(equivocations).to.deep.equal([{ author: bob.device, sequence: 1, hash: other.hash }])
    expect((await alice.log.read(bob.device, 1))).to.deep.include({ equivocation: true, entry: first })
    expect((await alice.log.conflicts(bob.device, 1)).map(({ entry }) => entry.hash)).to.deep.equal([other.hash])
    await alice.reload()
    expect((await alice.hear([other])).equivocations, 'said once').to.deep.equal([])
  })

  it('MSG-8: a chain that goes on from another entry than ours is no chain of ours', async () => {
    const first = await bob.say('1')
    const other = forged(first, { body: textBody('another 1') })
    const next = await bob.say('2')
    const astray = forged(next, { parents: [{ author: bob.device, sequence: 1, hash: other.hash }] })
    await alice.hear([first])
    const { added, equivocations } = await alice.hear([astray])
    expect({ added: added.length, equivocations: equivocations.length }).to.deep.equal({ added: 0, equivocations: 1 })
    expect((await alice.log.read(bob.device, 1))?.equivocation).to.equal(true)
    expect((await alice.hear([next])).added.map(name), 'the rest of what we know goes on').to.deep.equal(['2:2'])
  })

  it('MSG-8: an answer to what we have in another form is shown, and marked', async () => {
    const first = await bob.say('1')
    const other = forged(first, { body: textBody('another 1') })
    await carol.hear([other])
    const answer = await carol.say('I heard something else')
    await alice.hear([first])
    expect((await alice.hear([answer])).added.map(name)).to.deep.equal(['3:1'])
    expect((await alice.log.read(carol.device, 1))?.equivocation).to.equal(true)
    expect((await alice.log.read(bob.device, 1))?.equivocation, 'carol cannot mark what bob said').to.equal(false)
  })

  it('MSG-8: a flood of claims fills nothing', async () => {
    const first = await bob.say('1')
    await alice.hear([first])
    let flagged = 0
    for (let n = 0; n < MAX_CONFLICTS + 20; n++) flagged += (await alice.hear([forged(first, { time: n })])).equivocations.length
    expect(flagged).to.equal(MAX_CONFLICTS)
    expect(await alice.log.conflicts(bob.device, 1)).to.have.length(MAX_CONFLICTS)
  })

  it('counts as unread what others said, and not what a device of one\'s own said', async () => {
    await alice.hear([await bob.say('1'), await bob.say('2')])
    await alice.hear([await carol.say('my old phone')], true)
    expect(alice.log.unread).to.equal(2)
    await alice.reload()
    expect(alice.log.unread).to.equal(2)
    expect(alice.log.markRead()).to.equal(true)
    await alice.write([])
    await alice.reload()
    expect(alice.log.unread).to.equal(0)
  })

  const called = (call: number, outcome: CallOutcome, caller: boolean): Uint8Array => Call.encode({ call: new Uint8Array(16).fill(call), outcome, video: false, seconds: 0, caller, withdrawn: false })

  it('CALL-10: a call that alice missed is unread, whoever wrote it down, and once; her own calls and those she took or refused are not', async () => {
    await alice.append(KIND_CALL, called(1, CallOutcome.MISSED, false)) // bob was lost: her node writes it
    expect(alice.log.unread).to.equal(1)
    await alice.hear([await carol.append(KIND_CALL, called(1, CallOutcome.MISSED, false))], true) // so does her phone
    await alice.hear([await bob.append(KIND_CALL, called(1, CallOutcome.MISSED, true))]) // and bob, when he is back
    expect(alice.log.unread).to.equal(1)
    await alice.hear([await carol.append(KIND_CALL, called(2, CallOutcome.OCCUPIED, false))], true)
    await alice.hear([await bob.append(KIND_CALL, called(3, CallOutcome.MISSED, true))])
    expect(alice.log.unread).to.equal(3)
    alice.log.markRead()
    await alice.write([])
    await alice.reload()
    for (const [who, caller] of [[alice, true], [carol, true], [bob, false]] as const) { // calls that she made, on either device, or of which bob tells
      const entry = await who.append(KIND_CALL, called(4, CallOutcome.MISSED, caller))
      if (who !== alice) await alice.hear([entry], who === carol)
    }
    for (const [n, outcome] of [CallOutcome.ANSWERED, CallOutcome.REFUSED, CallOutcome.CUT_OFF, CallOutcome.NO_WAY].entries()) {
      await alice.hear([await carol.append(KIND_CALL, called(5 + n, outcome, false))], true)
      await alice.hear([await bob.append(KIND_CALL, called(15 + n, outcome, true))])
    }
    await alice.hear([await bob.append(KIND_CALL, called(3, CallOutcome.MISSED, true))]) // said again: it is known, also after a restart
    expect(alice.log.unread).to.equal(0)
  })

  it('goes on where it was after a restart', async () => {
    await alice.hear([await bob.say('1')])
    await alice.say('2')
    await alice.reload()
    expect(await alice.say('3')).to.deep.include({ sequence: 2, depth: 3 })
    expect((await alice.log.read(alice.device, 1))?.signature).to.deep.equal(SIGNATURE)
    expect(alice.log.conversation).to.deep.equal(CONVERSATION)
  })
})
