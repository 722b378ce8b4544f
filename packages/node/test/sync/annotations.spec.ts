import { Edit, KIND_EDIT, KIND_REACTION, KIND_RETRACTION, Reaction, Retraction, messageId } from '@sotto/protocols/message'
import { expect } from 'chai'
import { annotationsOf } from '../../src/sync/index.ts'
import { authors } from './support.ts'
import type { Author } from './support.ts'
import type { Annotated } from '../../src/sync/annotations.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

describe('what is done to a message', () => {
  let alice: Author
  /** alice's other device */
  let tablet: Author
  let bob: Author
  let hello: DecodedEntry

  beforeEach(async () => {
    [alice, tablet, bob] = await authors(3) as [Author, Author, Author]
    hello = await alice.say('helo')
    await Promise.all([tablet.hear([hello]), bob.hear([hello])])
  })

  const identityOf = (device: Uint8Array): Uint8Array | undefined => {
    const number = device[0] ?? 0
    return number <= 2 ? Uint8Array.of(1) : number === 3 ? Uint8Array.of(2) : undefined
  }

  async function seenBy (reader: Author, of = hello): Promise<Annotated> {
    return annotationsOf(reader.store, messageId(of.conversation, of.author, of.sequence), of, identityOf)
  }

  const target = (of = hello): { author: Uint8Array, sequence: number, hash: Uint8Array } => ({ author: of.author, sequence: of.sequence, hash: of.hash })
  const edit = async (who: Author, text: string): Promise<DecodedEntry> => who.append(KIND_EDIT, Edit.encode({ target: target(), text }))
  const retract = async (who: Author): Promise<DecodedEntry> => who.append(KIND_RETRACTION, Retraction.encode({ target: target() }))
  const react = async (who: Author, emoji: string): Promise<DecodedEntry> => who.append(KIND_REACTION, Reaction.encode({ target: target(), emoji }))

  it('MSG-11: an edit counts from any device of its author, and from nobody else', async () => {
    await alice.hear([await edit(bob, 'I am a fool')])
    expect(await seenBy(alice)).to.deep.include({ text: undefined })
    await bob.hear([await edit(tablet, 'hello')])
    expect(await seenBy(bob)).to.deep.include({ text: 'hello' })
  })

  it('MSG-11: a retraction counts from its author only', async () => {
    await alice.hear([await retract(bob)])
    expect(await seenBy(alice)).to.deep.include({ retracted: false })
    await bob.hear([await retract(alice)])
    expect(await seenBy(bob)).to.deep.include({ retracted: true })
  })

  it('MSG-12: of two edits the causally last one counts, in whatever order they come', async () => {
    const first = await edit(alice, 'hello')
    await tablet.hear([first])
    const second = await edit(tablet, 'hello, bob')
    await bob.hear([second])
    await bob.hear([first])
    expect(await seenBy(bob)).to.deep.include({ text: 'hello, bob' })
  })

  it('MSG-12: of two edits at the same time all see the same one', async () => {
    const here = await edit(alice, 'from the phone')
    const there = await edit(tablet, 'from the tablet')
    await alice.hear([there])
    await tablet.hear([here])
    await bob.hear([there])
    await bob.hear([here])
    const seen = await Promise.all([alice, tablet, bob].map(async one => (await seenBy(one)).text))
    expect(new Set(seen).size).to.equal(1)
  })

  it('MSG-12: what was taken back stays taken back, whatever is written over it', async () => {
    await retract(alice)
    await edit(alice, 'hello again')
    expect(await seenBy(alice)).to.deep.include({ retracted: true })
  })

  it('MSG-15: one reaction per person, the last one, and an empty one takes it back', async () => {
    const entries = [await react(bob, '👍'), await react(bob, '❤️')]
    await alice.hear(entries)
    await react(alice, '🎉')
    await react(tablet, '👀')
    expect((await seenBy(alice)).reactions).to.deep.equal([
      { identity: Uint8Array.of(2), emoji: '❤️' },
      { identity: Uint8Array.of(1), emoji: '🎉' }
    ])
    await alice.hear([await react(bob, '')])
    expect((await seenBy(alice)).reactions.map(({ emoji }) => emoji)).to.deep.equal(['🎉'])
  })

  it('MSG-15: a thousand reactions of one device hide nobody\'s edit', async function () {
    this.timeout(120_000)
    await edit(alice, 'hello')
    const spam = Array.from({ length: 1000 }, () => bob.log.append(KIND_REACTION, Reaction.encode({ target: target(), emoji: '👍' })).entry)
    await alice.hear(spam)
    expect(await seenBy(alice)).to.deep.include({ text: 'hello' })
    expect((await seenBy(alice)).reactions).to.have.length(1)
  })

  it('MSG-11: what names another hash was said of another message', async () => {
    await alice.append(KIND_EDIT, Edit.encode({ target: { ...target(), hash: new Uint8Array(32) }, text: 'gone' }))
    expect(await seenBy(alice)).to.deep.equal({ text: undefined, retracted: false, reactions: [] })
  })
})
