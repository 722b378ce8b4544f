import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { decodeRun } from '@sotto/protocols/message'
import { expect } from 'chai'
import { answerReconcile, collectRuns, rangesOf, reconcile } from '../../src/sync/index.ts'
import { dice } from './large.ts'
import { authors } from './support.ts'
import type { Author } from './support.ts'
import type { AuthorStretch, Difference, RangeSource } from '../../src/sync/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

describe('the logs of two devices are compared and mended', () => {
  let alice: Author
  let bob: Author
  let carol: Author
  let dave: Author

  beforeEach(async () => { [alice, bob, carol, dave] = await authors(4) as [Author, Author, Author, Author] })

  const source = ({ log, device }: Author): RangeSource => rangesOf(log, { device, sealedUpTo: log.head(device)?.sequence ?? 0 })

  async function compare (asker: Author, other: Author): Promise<Difference> {
    return reconcile(source(asker), async question => (await answerReconcile(source(other), question))!)
  }

  /** Hands out what was found, in batches as a payload takes them. */
  async function hand (from: Author, to: Author, stretches: readonly AuthorStretch[]): Promise<number> {
    let runs = 0
    for (const stretch of stretches) {
      for (let next = stretch.from; next <= stretch.to;) {
        const collected = await collectRuns(from.log, { ...stretch, from: next }, 2000, new Uint8Array(0))
        if (collected.runs.length === 0) break
        for (const run of collected.runs) await to.hear(decodeRun(run, 60_000)!.entries)
        runs += collected.runs.length
        next = collected.upTo + 1
      }
    }
    return runs
  }

  /** Alice and bob talk, each hears the other; in causal order. */
  async function talk (turns: number, said: DecodedEntry[] = []): Promise<DecodedEntry[]> {
    for (let n = 0; n < turns; n++) {
      const [speaker, listener] = n % 3 === 0 ? [bob, alice] : [alice, bob]
      const entry = await speaker.say(`turn ${n}`)
      await listener.hear([entry])
      said.push(entry)
    }
    return said
  }

  it('SYN-9: holes drawn by lot, on both sides: what is missing is named exactly, and mended from what waits elsewhere', async () => {
    const said = await talk(600)
    const roll = dice(5)
    const [lostByCarol, lostByDave] = [new Set<number>(), new Set<number>()]
    while (lostByCarol.size < 5) lostByCarol.add(roll(600))
    while (lostByDave.size < 5) { const n = roll(600); if (!lostByCarol.has(n)) lostByDave.add(n) }
    for (const [n, entry] of said.entries()) {
      if (!lostByCarol.has(n)) await carol.hear([entry])
      if (!lostByDave.has(n)) await dave.hear([entry])
    }
    expect(carol.log.heldCount + dave.log.heldCount).to.be.above(600)
    const found = await compare(carol, dave)
    const places = (stretches: readonly AuthorStretch[]): string[] => stretches.flatMap(({ author, from, to }) => Array.from({ length: to - from + 1 }, (_, at) => `${hex(author)}:${from + at}`)).sort()
    const names = (lost: Set<number>): string[] => [...lost].map(n => `${hex(said[n]!.author)}:${said[n]!.sequence}`).sort()
    expect(places(found.needs)).to.deep.equal(names(lostByCarol))
    expect(places(found.haves)).to.deep.equal(names(lostByDave))
    // neither has applied what the other one lacks: it waits there, and is handed out from there
    expect(await hand(dave, carol, found.needs) + await hand(carol, dave, found.haves)).to.equal(10)
    expect(carol.log.heldCount + dave.log.heldCount).to.equal(0)
    expect(await carol.page()).to.deep.equal(await alice.page())
    expect((await compare(dave, carol)).rounds).to.equal(1)
  })

  it('SYN-13: two chains of one device: both sides keep both entries of the first place that differs, and then agree', async () => {
    const first = await talk(40)
    for (const entry of first) for (const reader of [carol, dave]) await reader.hear([entry])
    // alice's profile is copied here
    const copy = await alice.copy()
    for (let n = 0; n < 20; n++) await carol.hear([await alice.say(`here ${n}`)])
    for (let n = 0; n < 12; n++) await dave.hear([await copy.say(`there ${n}`)])
    const found = await compare(carol, dave)
    const fork = first.filter(({ author }) => hex(author) === hex(alice.device)).length + 1
    expect(found.forks).to.deep.equal([{ author: alice.device, sequence: fork }])
    await hand(dave, carol, found.needs)
    await hand(carol, dave, found.haves)
    for (const reader of [carol, dave]) expect(await reader.log.conflicts(alice.device, fork)).to.have.length(1)
    expect((await compare(carol, dave))).to.deep.equal({ needs: [], haves: [], forks: [], complete: true, rounds: 1 })
    await carol.reload()
    expect((await compare(carol, dave)).rounds).to.equal(1)
  })

  it('SYN-9: own entries count as far as they were sealed', async () => {
    await talk(9)
    const drafts = rangesOf(alice.log, { device: alice.device, sealedUpTo: 2 })
    const { haves } = await reconcile(drafts, async question => (await answerReconcile(source(carol), question))!)
    expect(haves.find(({ author }) => hex(author) === hex(alice.device))).to.include({ from: 1, to: 2 })
  })
})
