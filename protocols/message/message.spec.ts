import { expect } from 'chai'
import fc from 'fast-check'
import { Edit, Entry, KIND_EDIT, KIND_REACTION, KIND_RETRACTION, KIND_TEXT, MAX_ENTRY_BYTES, MAX_NUMBER, MAX_RUN_ENTRIES, MAX_TEXT_BYTES, MAX_TIME, Reaction, Retraction, Run, Text, decodeBody, decodeEntry, decodeRun, directConversation, entryHash, messageId, runBytes } from './index.ts'
import type { DecodedEntry } from './index.ts'

const conversation = new Uint8Array(32).fill(1)
const alice = new Uint8Array(16).fill(2)
const bob = new Uint8Array(16).fill(3)
const hash = new Uint8Array(32).fill(4)
const signature = new Uint8Array(64).fill(5)
const none = new Uint8Array(0)

const first: Entry = { conversation, author: alice, sequence: 1, depth: 1, parents: [], time: 1_760_000_000_000, kind: KIND_TEXT, body: Text.encode({ text: 'hello' }) }

function entry (change: Partial<Entry> = {}): DecodedEntry | undefined { return decodeEntry(Entry.encode({ ...first, ...change })) }

function next (before: DecodedEntry, change: Partial<Entry> = {}): DecodedEntry {
  const made = entry({ sequence: before.sequence + 1, depth: before.depth + 1, parents: [{ author: before.author, sequence: before.sequence, hash: before.hash }], ...change })
  if (made === undefined) throw new Error('out of bounds')
  return made
}

function chain (length: number): DecodedEntry[] {
  const made = [entry()!]
  while (made.length < length) made.push(next(made.at(-1)!))
  return made
}

function run (entries: readonly DecodedEntry[], sign = signature): Uint8Array {
  return Run.encode({ entries: entries.map(({ bytes }) => bytes), signature: sign, credential: none })
}

describe('entries', () => {
  it('MSG-1: the hash covers the exact bytes, under its own label', () => {
    const { bytes } = entry()!
    expect(entry()!.hash).to.deep.equal(entryHash(bytes))
    const longer = Uint8Array.from([...bytes, 0x50, 0x01]) // a field that nobody knows yet
    expect(decodeEntry(longer)).to.not.equal(undefined)
    expect(entryHash(longer)).to.not.deep.equal(entryHash(bytes))
  })

  it('MSG-3: an id names the place of an entry, whatever stands there', () => {
    const id = messageId(conversation, alice, 1)
    expect(id).to.match(/^[a-z2-7]{26}$/)
    const others = [messageId(conversation, alice, 2), messageId(conversation, bob, 1), messageId(new Uint8Array(32), alice, 1)]
    expect(new Set([id, ...others]).size).to.equal(4)
  })

  it('MSG-4: both sides name their conversation alike, and so does who writes to oneself', () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    expect(directConversation(a, b)).to.deep.equal(directConversation(b, a))
    expect(directConversation(a, a)).to.not.deep.equal(directConversation(a, b))
  })

  it('MSG-5: what exceeds a limit is no entry', () => {
    expect(entry()).to.not.equal(undefined)
    const bad: Array<Partial<Entry>> = [
      { conversation: conversation.subarray(1) },
      { author: alice.subarray(1) },
      { sequence: 0 },
      { sequence: MAX_NUMBER + 1, parents: [{ author: alice, sequence: MAX_NUMBER, hash }] },
      { depth: 0 },
      { depth: MAX_NUMBER + 1 },
      { time: MAX_TIME + 1 },
      { parents: Array.from({ length: 17 }, () => ({ author: bob, sequence: 1, hash })) },
      { parents: [{ author: bob.subarray(1), sequence: 1, hash }] },
      { parents: [{ author: bob, sequence: 0, hash }] },
      { parents: [{ author: bob, sequence: 1, hash: hash.subarray(1) }] },
      { body: new Uint8Array(MAX_ENTRY_BYTES) }
    ]
    for (const change of bad) expect(entry(change), Object.keys(change).join()).to.equal(undefined)
    expect(entry({ time: MAX_TIME })).to.not.equal(undefined)
    expect(new Date(MAX_TIME).getTime(), 'what is taken can be shown').to.equal(MAX_TIME)
  })

  it('MSG-5: no bytes make decoding throw', () => {
    const { bytes } = entry()!
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(bytes.byteLength - 1), fc.nat(255), (junk, at, value) => {
      decodeEntry(junk)
      decodeRun(junk, 1000)
      for (const kind of [KIND_TEXT, KIND_REACTION, KIND_EDIT, KIND_RETRACTION, 99]) decodeBody(kind, junk)
      const flipped = Uint8Array.from(bytes)
      flipped[at] = value
      decodeEntry(flipped)
    }))
  })

  it('MSG-6: from the second on, the author\'s previous entry comes first', () => {
    const parent = { author: alice, sequence: 1, hash }
    const other = { author: bob, sequence: 7, hash }
    expect(entry({ sequence: 2, depth: 8, parents: [parent, other] })).to.not.equal(undefined)
    expect(entry({ sequence: 2, depth: 8, parents: [other, parent] })).to.equal(undefined)
    expect(entry({ sequence: 2, depth: 8, parents: [] })).to.equal(undefined)
    expect(entry({ sequence: 3, depth: 8, parents: [parent] })).to.equal(undefined)
    expect(entry({ sequence: 1, depth: 8, parents: [other] }), 'a first entry answers to others').to.not.equal(undefined)
    expect(entry({ sequence: 1, depth: 8, parents: [other, parent] }), '… and to nothing of its own').to.equal(undefined)
  })

  it('MSG-7: a body is read by its kind; a later kind is unknown, a malformed body is none', () => {
    const target = { author: bob, sequence: 7, hash }
    expect(decodeBody(KIND_TEXT, Text.encode({ text: 'hi', replyTo: target }))).to.deep.equal({ kind: 'text', text: 'hi', replyTo: target })
    expect(decodeBody(KIND_REACTION, Reaction.encode({ target, emoji: '👍🏽' }))).to.deep.equal({ kind: 'reaction', target, emoji: '👍🏽' })
    expect(decodeBody(KIND_EDIT, Edit.encode({ target, text: 'ho' }))).to.deep.equal({ kind: 'edit', target, text: 'ho' })
    expect(decodeBody(KIND_RETRACTION, Retraction.encode({ target }))).to.deep.equal({ kind: 'retraction', target })
    expect(decodeBody(99, Uint8Array.of(1, 2, 3))).to.deep.equal({ kind: 'unknown' })
    expect(decodeBody(KIND_EDIT, Edit.encode({ text: 'without a target' }))).to.equal(undefined)
    expect(decodeBody(KIND_REACTION, Reaction.encode({ target, emoji: 'x'.repeat(65) }))).to.equal(undefined)
    expect(decodeBody(KIND_TEXT, Text.encode({ text: 'hi', replyTo: { ...target, hash: none } }))).to.equal(undefined)
    expect(decodeBody(KIND_TEXT, Uint8Array.of(0x0a, 0xff))).to.equal(undefined)
  })

  it('MSG-7: a text has at most 32 KiB, an edit too, counted in UTF-8', () => {
    const target = { author: bob, sequence: 7, hash }
    const fits = '€'.repeat(Math.floor(MAX_TEXT_BYTES / 3))
    expect(decodeBody(KIND_TEXT, Text.encode({ text: fits }))).to.deep.include({ text: fits })
    expect(decodeBody(KIND_TEXT, Text.encode({ text: fits + '€' }))).to.equal(undefined)
    expect(decodeBody(KIND_EDIT, Edit.encode({ target, text: fits + '€' }))).to.equal(undefined)
  })

  it('MSG-7: what is no Unicode is shown as U+FFFD', () => {
    const lone = Uint8Array.of(0x0a, 4, 0x61, 0xed, 0xa0, 0x80) // an 'a' and half of a surrogate pair
    expect(decodeBody(KIND_TEXT, lone)).to.deep.equal({ kind: 'text', text: 'a\ufffd', replyTo: undefined })
  })
})

describe('runs', () => {
  it('MSG-2: a run is a chain of one author, and its signature covers the last hash', () => {
    const entries = chain(5)
    expect(decodeRun(run(entries), 10_000)?.entries.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3, 4, 5])
    expect(runBytes(conversation, entries[4]!.hash)).to.not.deep.equal(runBytes(conversation, entries[3]!.hash))
    expect(decodeRun(run(entries.slice(2)), 10_000)?.entries, 'it may begin anywhere').to.have.length(3)
  })

  it('MSG-2: a changed, missing, foreign or repeated entry breaks it', () => {
    const entries = chain(5)
    const [one, two, three] = entries as [DecodedEntry, DecodedEntry, DecodedEntry]
    const changed = next(one, { body: Text.encode({ text: 'I never said that' }) })
    expect(decodeRun(run([one, changed, three]), 10_000), 'changed').to.equal(undefined)
    expect(decodeRun(run([one, three]), 10_000), 'missing').to.equal(undefined)
    expect(decodeRun(run([one, two, two]), 10_000), 'repeated').to.equal(undefined)
    expect(decodeRun(run([two, one]), 10_000), 'turned round').to.equal(undefined)
    const foreign = entry({ author: bob, sequence: 2, depth: 2, parents: [{ author: bob, sequence: 1, hash: one.hash }] })!
    expect(decodeRun(run([one, foreign]), 10_000), 'of another author').to.equal(undefined)
    const elsewhere = next(one, { conversation: new Uint8Array(32) })
    expect(decodeRun(run([one, elsewhere]), 10_000), 'of another conversation').to.equal(undefined)
  })

  it('MSG-2: an empty or too long run, or another signature than 64 bytes, is refused', () => {
    const entries = chain(2)
    expect(decodeRun(run([]), 10_000)).to.equal(undefined)
    expect(decodeRun(run(entries, signature.subarray(1)), 10_000)).to.equal(undefined)
    expect(decodeRun(run(entries), 100)).to.equal(undefined)
    expect(decodeRun(run(chain(MAX_RUN_ENTRIES + 1)), 1_000_000)).to.equal(undefined)
  })
})
