import { expect } from 'chai'
import { MemoryLevel } from 'memory-level'
import { Journal, MAX_JOURNAL_ENTRIES } from '../../src/journal/index.ts'
import { openStore, keyRange, tables } from '../../src/store/index.ts'
import type { JournalEntry, Numbered } from '../../src/journal/index.ts'
import type { Store } from '../../src/store/index.ts'

const conversation = new Uint8Array(32).fill(1)
const alice = new Uint8Array(16).fill(2)
const bob = new Uint8Array(16).fill(3)

function message (sequence: number, author = alice): JournalEntry {
  return { event: 'message', conversation, author, sequence }
}

function messages (from: number, to: number): JournalEntry[] {
  return Array.from({ length: to - from + 1 }, (_, i) => message(from + i))
}

async function setUp (): Promise<{ store: Store, journal: Journal, write: (entries: JournalEntry[]) => Promise<void> }> {
  const database = new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })
  const store = await openStore({ database, dataKey: new Uint8Array(32) })
  const journal = await Journal.open(store, () => 1000)
  const write = async (entries: JournalEntry[]): Promise<void> => {
    const { ops, publish } = journal.record(entries)
    await store.batch(ops)
    publish()
  }
  return { store, journal, write }
}

/** The first `count` items after a cursor. */
async function read (journal: Journal, since: number, count: number): Promise<Numbered[]> {
  const items: Numbered[] = []
  for await (const item of journal.follow(since, undefined)) {
    items.push(item)
    if (items.length === count) break
  }
  return items
}

async function records (store: Store): Promise<number> {
  let count = 0
  for await (const { value } of store.range(keyRange(tables.journal))) count += value.byteLength > 0 ? 1 : 0
  return count
}

describe('the journal', () => {
  it('gives what happened in order, each with a cursor of its own, however it was written', async () => {
    const { journal, write, store } = await setUp()
    const all = [...messages(1, 3), message(7), message(8, bob), message(9, bob), { event: 'request', identity: bob } as const, ...messages(8, 9)]
    await write(all.slice(0, 5))
    await write(all.slice(5))
    expect(await read(journal, 0, all.length)).to.deep.equal(all.map((entry, i) => ({ number: i + 1, time: 1000, entry })))
    expect(journal.last).to.equal(all.length)
    expect(await records(store)).to.equal(6)
    expect((await Journal.open(store, () => 0)).last).to.equal(all.length)
  })

  it('goes on in the middle of a burst, from any cursor', async () => {
    const { journal, write, store } = await setUp()
    await write(messages(1, 1000))
    expect(await records(store)).to.equal(4)
    for (const cursor of [0, 1, 254, 255, 256, 257, 700, 998]) {
      const items = await read(journal, cursor, 1000 - cursor)
      expect(items.map(({ number }) => number)).to.deep.equal(Array.from({ length: 1000 - cursor }, (_, i) => cursor + 1 + i))
      expect(items.map(({ entry }) => entry)).to.deep.equal(messages(cursor + 1, 1000))
    }
  })

  it('wakes who follows, and ends on abort', async () => {
    const { journal, write } = await setUp()
    const abort = new AbortController()
    const seen: number[] = []
    const following = (async () => {
      for await (const { number } of journal.follow(0, abort.signal)) {
        seen.push(number)
        if (number < 3) await write([message(number + 1)])
        else abort.abort()
      }
    })()
    await write([message(1)])
    await following
    expect(seen).to.deep.equal([1, 2, 3])
  })

  it('keeps the newest and drops what is older, a stride at a time', async function () {
    this.timeout(30_000)
    const { journal, write } = await setUp()
    for (let at = 0; at < MAX_JOURNAL_ENTRIES + 2048; at += 1024) await write(messages(at + 1, at + 1024))
    const [first] = await read(journal, 0, 1)
    expect(first?.number).to.be.within(journal.last - MAX_JOURNAL_ENTRIES - 512, journal.last - MAX_JOURNAL_ENTRIES + 1)
  })
})
