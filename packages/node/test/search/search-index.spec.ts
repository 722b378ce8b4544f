import { Edit, Text } from '@sotto/protocols/message'
import { expect } from 'chai'
import { createLogger } from '../../src/log.ts'
import { SearchIndex } from '../../src/search/index.ts'
import { KEEP_MS, MAX_KEPT, Tails } from '../../src/search/tails.ts'
import { ConversationLog } from '../../src/sync/index.ts'
import { keyRange, tables } from '../../src/store/index.ts'
import { authors } from '../sync/support.ts'
import type { DecodedEntry } from '@sotto/protocols/message'
import type { State } from '../../src/search/tails.ts'
import type { Store } from '../../src/store/index.ts'
import type { Author } from '../sync/support.ts'

describe('the search index', () => {
  let alice: Author
  let bob: Author
  let index: SearchIndex

  beforeEach(async () => {
    [alice, bob] = await authors(2) as [Author, Author]
    index = open()
  })
  afterEach(async () => { await index.stop() })

  const open = (): SearchIndex => new SearchIndex({ store: alice.store, clock: alice.clock, logger: createLogger('test', () => false, () => {}) })

  async function say (text: string): Promise<DecodedEntry> { return alice.append(1, Text.encode({ text })) }

  /** Many at once, as one write. */
  async function sayMany (count: number, text: (n: number) => string): Promise<void> {
    const said = Array.from({ length: count }, (_, n) => alice.log.append(1, Text.encode({ text: text(n) })))
    await alice.write(said.flatMap(({ ops }) => ops))
  }

  async function find (...words: string[]): Promise<number[]> {
    const found: number[] = []
    for await (const { sequence, author } of index.find(alice.log, words)) found.push(author[0] === bob.device[0] ? -sequence : sequence)
    return found
  }

  const rows = async (): Promise<number> => {
    let count = 0
    for await (const { key } of alice.store.range(keyRange(tables.search))) count += Number(key.byteLength > 17)
    return count
  }

  it('finds what is not indexed yet, what is, and both', async () => {
    await say('the first apple')
    expect(await find('apple')).to.deep.equal([1])
    expect(await rows()).to.equal(0)
    await sayMany(600, n => `filler ${n}`)
    expect(await find('apple')).to.deep.equal([1])
    expect(await rows()).to.be.above(0)
    await say('the last apple')
    expect(await find('appl', 'the')).to.deep.equal([602, 1])
    expect(await find('apples')).to.deep.equal([])
  })

  it('goes on where it was after a restart, and indexes a long history in the same way however often it is cut off', async () => {
    await sayMany(5000, n => `word${n % 10} message ${n}`)
    const signal = AbortSignal.abort()
    for (let n = 0; n < 5; n++) await index.catchUp(alice.log, signal)
    expect(await rows()).to.equal(0)
    const progress: number[] = []
    await index.catchUp(alice.log, undefined, done => progress.push(done))
    expect(progress.at(-1)).to.be.at.least(5000 - 256)
    await index.stop()
    await alice.reload()
    index = open()
    const before = await rows()
    expect(await find('word7')).to.have.length(500)
    expect((await find('message'))[0]).to.equal(5000)
    expect(await rows()).to.equal(before)
  })

  it('what comes late and stands before is found all the same', async () => {
    const late = await bob.append(1, Text.encode({ text: 'late apple' }))
    const then = await bob.append(1, Text.encode({ text: 'pear' }))
    await sayMany(4000, n => `filler ${n}`)
    const half = index.catchUp(alice.log)
    await alice.hear([late, then])
    await half
    expect(await find('apple')).to.deep.equal([-1])
    await sayMany(600, n => `filler ${n}`)
    expect(await find('late', 'apple')).to.deep.equal([-1])
    expect((await find('filler'))).to.have.length(4600)
  })

  it('an edit is found under the message that it changes', async () => {
    const { author, sequence, hash } = await say('helo world')
    await sayMany(300, n => `filler ${n}`)
    await alice.append(3, Edit.encode({ target: { author, sequence, hash }, text: 'hello world' }))
    expect(await find('hello')).to.deep.equal([1])
    await sayMany(600, n => `filler ${n}`)
    expect(await find('hello', 'world')).to.deep.equal([1])
  })

  it('stands only before where it is asked for', async () => {
    const said = [await say('apple 1'), await say('apple 2'), await say('apple 3')]
    const found: number[] = []
    for await (const { sequence } of index.find(alice.log, ['apple'], { before: said[2] })) found.push(sequence)
    expect(found).to.deep.equal([2, 1])
  })

  it('reads what is in no row once, not at each search, and what came since with the next', async () => {
    let reads = 0
    alice.store = counting(alice.store, () => { reads++ })
    await alice.reload()
    await index.stop()
    index = open()
    await sayMany(200, n => `filler ${n}`)
    const { author, sequence, hash } = await say('helo world')
    await alice.reload() // what was just said is no longer at hand
    expect(await find('world')).to.deep.equal([201])
    expect(reads).to.be.above(200)
    reads = 0
    expect(await find('filler')).to.have.length(200)
    expect(await find('world')).to.deep.equal([201])
    expect(reads).to.be.below(20)
    await alice.append(3, Edit.encode({ target: { author, sequence, hash }, text: 'hello there' }))
    await say('world apple')
    expect(await find('world')).to.deep.equal([203, 201])
    expect(await find('hello')).to.deep.equal([201])
    await sayMany(300, n => `filler ${n}`)
    expect(await find('filler')).to.have.length(500)
    expect(await rows()).to.be.above(0)
    await say('a last world')
    expect(await find('world')).to.deep.equal([504, 203, 201])
  })

  it('searches that run at once, while rows are written and others speak, each find everything', async () => {
    await sayMany(200, n => `filler ${n} ${n % 2 === 0 ? 'apple' : 'pear'}`)
    const spoken = [await bob.append(1, Text.encode({ text: 'apple of bob' })), await bob.append(1, Text.encode({ text: 'pear of bob' }))]
    const { author, sequence, hash } = await say('nothing')
    await alice.append(3, Edit.encode({ target: { author, sequence, hash }, text: 'apple after all' }))
    await alice.hear(spoken)
    for (const round of [0, 1, 2]) {
      const found = await Promise.all([find('apple'), find('apple'), find('pear'), find('apple')])
      expect(found.map(places => new Set(places).size)).to.deep.equal(found.map(places => places.length))
      expect(found.map(places => places.length)).to.deep.equal([102 + 150 * round, 102 + 150 * round, 101 + 150 * round, 102 + 150 * round])
      await sayMany(300, n => `filler ${n} ${n % 2 === 0 ? 'apple' : 'pear'}`)
    }
  })

  it('keeps so many words of what is in no row and no more, and what it does not keep is found all the same', () => {
    const tails = new Tails(alice.clock)
    const state: State = { version: 1, authors: [], upTo: [], next: 0, depth: 0 }
    const other = { conversation: new Uint8Array(32).fill(9) }
    const placed = (count: number): Map<string, Map<string, Array<{ author: number, sequence: number, depth: number }>>> =>
      new Map([['ap', new Map([['apple', Array.from({ length: count }, (_, n) => ({ author: 0, sequence: n + 1, depth: n + 1 }))]])]])
    const much = { state, words: placed(MAX_KEPT) }
    tails.keep(alice.log, much)
    expect(tails.of(alice.log, { ...state })).to.have.property('words', much.words)
    tails.keep(other, { state, words: placed(1) })
    expect(tails.of(other, state).words.size).to.equal(0)
    // there are rows now: what they hold is let go, and makes room
    expect(tails.of(alice.log, { ...state, next: 1 }).words.size).to.equal(0)
    tails.keep(other, { state, words: placed(1) })
    expect(tails.of(other, state).words.size).to.equal(1)
  })

  it('keeps no words for longer than somebody searches, and none after the end', () => {
    const timers = new Set<{ ms: number, run: () => void }>()
    const tails = new Tails({
      after: (ms, run) => {
        const timer = { ms, run }
        timers.add(timer)
        return () => { timers.delete(timer) }
      }
    })
    const tail = { state: { version: 1, authors: [], upTo: [], next: 0, depth: 0 }, words: new Map([['ap', new Map([['apple', [{ author: 0, sequence: 1, depth: 1 }]]])]]) }
    const kept = (): number => tails.of(alice.log, tail.state).words.size
    tails.keep(alice.log, tail)
    tails.keep(alice.log, tail)
    expect(kept()).to.equal(1)
    expect([...timers].map(({ ms }) => ms)).to.deep.equal([KEEP_MS])
    for (const { run } of timers) run()
    expect(kept()).to.equal(0)
    tails.keep(alice.log, tail)
    tails.stop()
    expect(kept()).to.equal(0)
    tails.keep(alice.log, tail) // a search was under way
    expect(kept()).to.equal(0)
  })

  it('an index of another version is made anew', async () => {
    await sayMany(600, n => `filler ${n}`)
    await find('filler')
    for await (const { key, value } of alice.store.range({ ...keyRange(tables.search), limit: 1 })) {
      const older = new TextDecoder().decode(value).replace('"version":1', '"version":0')
      await alice.store.batch([{ type: 'put', key, value: new TextEncoder().encode(older) }])
    }
    expect(await find('filler')).to.have.length(600)
  })

  it('no two conversations share anything', async () => {
    await sayMany(600, () => 'apple')
    await find('apple')
    const found: unknown[] = []
    const other = await ConversationLog.load(alice, new Uint8Array(32).fill(9), alice.device)
    for await (const place of index.find(other, ['apple'])) found.push(place)
    expect(found).to.deep.equal([])
  })
})

/** The same store, and a word for each read. */
function counting (store: Store, read: () => void): Store {
  return {
    failed: store.failed,
    get: async key => {
      read()
      return store.get(key)
    },
    range: range => {
      read()
      return store.range(range)
    },
    batch: async ops => store.batch(ops),
    blind: (...parts) => store.blind(...parts),
    close: async () => store.close()
  }
}
