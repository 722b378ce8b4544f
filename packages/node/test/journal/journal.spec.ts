import { expect } from 'chai'
import { Journal, MAX_JOURNAL_ENTRIES } from '../../src/journal/index.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import type { JournalEntry, Numbered } from '../../src/journal/index.ts'
import type { Store } from '../../src/store/index.ts'

const now = (): number => 1_760_000_000_000
const warning = (text: string): JournalEntry => ({ event: 'warning', text })

/** Records and writes, as a part does: in one turn. */
async function write (journal: Journal, store: Store, ...entries: JournalEntry[]): Promise<void> {
  const { ops, publish } = journal.record(entries)
  await store.batch(ops)
  publish()
}

/** Takes `count` events. */
async function take (journal: Journal, since: number, count: number): Promise<Numbered[]> {
  const ends = new AbortController()
  const taken: Numbered[] = []
  for await (const item of journal.follow(since, ends.signal)) {
    taken.push(item)
    if (taken.length === count) ends.abort()
  }
  return taken
}

const said = (items: Numbered[]): string[] => items.map(({ entry }) => entry.event === 'warning' ? entry.text : entry.event)

describe('the journal of events', () => {
  let store: Store
  let journal: Journal

  beforeEach(async () => {
    store = await memoryStore()
    journal = await Journal.open(store, now)
  })

  it('tells everything after a cursor, and nothing from before it', async () => {
    await write(journal, store, warning('1'), warning('2'), warning('3'))
    expect(said(await take(journal, 0, 3))).to.deep.equal(['1', '2', '3'])
    expect(said(await take(journal, 2, 1))).to.deep.equal(['3'])
    const live = take(journal, journal.last, 1)
    await write(journal, store, warning('4'))
    expect(said(await live)).to.deep.equal(['4'])
  })

  it('a cursor is good after a restart, and numbers go on', async () => {
    const database = memoryDatabase()
    const first = await memoryStore(database)
    const before = await Journal.open(first, now)
    await write(before, first, warning('1'), warning('2'))
    const [{ number }] = await take(before, 0, 1) as [Numbered]
    const again = await Journal.open(await memoryStore(database), now)
    expect(again.last).to.equal(2)
    const rest = take(again, number, 2)
    await write(again, first, warning('3'))
    expect(said(await rest)).to.deep.equal(['2', '3'])
  })

  it('a slow reader misses nothing under load', async function () {
    this.timeout(120_000)
    const ends = new AbortController()
    const heard: string[] = []
    const reading = (async () => {
      for await (const item of journal.follow(0, ends.signal)) {
        heard.push(...said([item]))
        if (heard.length % 500 === 0) await new Promise(resolve => setImmediate(resolve))
        if (heard.length === 5000) ends.abort()
      }
    })()
    await Promise.all(Array.from({ length: 1000 }, async (_, i) => write(journal, store, ...Array.from({ length: 5 }, (_, n) => warning(`${i}.${n}`)))))
    await reading
    expect(new Set(heard).size).to.equal(5000)
    expect(heard).to.deep.equal(Array.from({ length: 5000 }, (_, i) => `${Math.floor(i / 5)}.${i % 5}`))
  })

  it('who begins to follow while something is on its way to the disk hears of it', async () => {
    const { ops, publish } = journal.record([warning('on its way')])
    const next = take(journal, journal.last, 1)
    await store.batch(ops)
    publish()
    expect(said(await next)).to.deep.equal(['on its way'])
  })

  it('what could not be written was nothing, and the rest goes on', async () => {
    journal.record([warning('the disk was full')])
    await write(journal, store, warning('there is room'))
    expect(said(await take(journal, 0, 1))).to.deep.equal(['there is room'])
  })

  it('typing is told to who listens, and stored nowhere; its cursor repeats what was read', async () => {
    await write(journal, store, warning('1'))
    const both = take(journal, 0, 2)
    await new Promise(resolve => setImmediate(resolve))
    journal.whisper({ event: 'typing', identity: new Uint8Array(32), active: true })
    const [first, typing] = await both
    expect(typing).to.deep.include({ number: first?.number })
    expect(typing?.entry.event).to.equal('typing')
    await write(journal, store, warning('2'))
    expect(said(await take(journal, 0, 2))).to.deep.equal(['1', '2'])
  })

  it('a flood of typing fills nothing: the newest is told', async () => {
    const ends = new AbortController()
    const heard: number[] = []
    const reading = (async () => {
      for await (const { entry } of journal.follow(0, ends.signal)) {
        if (entry.event === 'typing') heard.push(entry.identity[0] ?? 0)
        else ends.abort()
      }
    })()
    await new Promise(resolve => setImmediate(resolve))
    for (let n = 0; n < 200; n++) journal.whisper({ event: 'typing', identity: Uint8Array.of(n), active: true })
    await new Promise(resolve => setImmediate(resolve))
    await write(journal, store, warning('the end'))
    await reading
    expect(heard.length).to.be.at.most(16)
    expect(heard.at(-1)).to.equal(199)
  })

  it('keeps the last 20,000, and who was away longer begins there', async function () {
    this.timeout(120_000)
    for (let n = 0; n < MAX_JOURNAL_ENTRIES + 1000; n += 500) await write(journal, store, ...Array.from({ length: 500 }, (_, i) => warning(`${n + i}`)))
    let kept = 0
    for await (const { key } of store.range({})) if (key[0] === 0x20) kept++
    expect(kept).to.be.within(MAX_JOURNAL_ENTRIES, MAX_JOURNAL_ENTRIES + 256)
    const [first] = await take(journal, 0, 1)
    expect(first?.number).to.be.within(700, 1001)
  })

  it('ends when the listener goes, or says so', async () => {
    const ends = new AbortController()
    const reading = (async () => { for await (const item of journal.follow(0, ends.signal)) expect(item).to.equal(undefined) })()
    ends.abort()
    await reading
    await write(journal, store, warning('1'))
    const following = journal.follow(0, undefined)
    expect((await following.next()).value).to.deep.include({ number: 1 })
    expect(await following.return(undefined)).to.deep.include({ done: true })
  })
})
