import { MAX_RECONCILE_BYTES, MAX_ROUNDS, Reconcile, decodeReconcile } from '@sotto/protocols/sync'
import { expect } from 'chai'
import { Reconciliation, answerReconcile, reconcile } from '../../src/sync/index.ts'
import { LargeLog, chainOf, dice } from './large.ts'
import { deviceOf } from './support.ts'
import type { Difference } from '../../src/sync/index.ts'
import type { LargeAuthor } from './large.ts'

const EMPTY = new Uint8Array(0)

/** Alice asks, bob answers; what went over the wire, and what alice found. */
async function compare (alice: LargeLog, bob: LargeLog): Promise<{ bytes: number, largest: number, difference: Difference }> {
  let bytes = 0
  let largest = 0
  const difference = await reconcile(alice, async question => {
    const answer = await answerReconcile(bob, question)
    if (answer === undefined) throw new Error('no answer')
    bytes += question.byteLength + answer.byteLength
    largest = Math.max(largest, question.byteLength, answer.byteLength)
    return answer
  })
  return { bytes, largest, difference }
}

function exchange (alice: LargeLog, bob: LargeLog, { needs, haves }: Difference): number {
  return needs.reduce((sum, stretch) => sum + alice.gain(stretch), 0) + haves.reduce((sum, stretch) => sum + bob.gain(stretch), 0)
}

describe('two copies of a log are compared', () => {
  const people = (count: number, entries: number): LargeAuthor[] => Array.from({ length: count }, (_, at) => chainOf(deviceOf(at + 1), entries))

  it('SYN-9: two logs of 100,000 entries that differ in 10, at places drawn by lot, agree within 6 round trips and 64 KiB', async function () {
    this.timeout(120_000)
    const authors = people(4, 25_000)
    for (let seed = 1; seed <= 20; seed++) {
      const roll = dice(seed)
      const [alice, bob] = [new LargeLog(authors), new LargeLog(authors)]
      for (let n = 0; n < 10; n++) (roll(2) === 0 ? alice : bob).lack(authors[roll(4)]!.author, 1 + roll(25_000))
      const first = await compare(alice, bob)
      expect(exchange(alice, bob, first.difference)).to.equal(10)
      const second = await compare(alice, bob)
      expect(second.difference).to.include({ rounds: 1, complete: true })
      expect(first.difference.rounds + second.difference.rounds).to.be.at.most(3)
      expect(first.bytes + second.bytes).to.be.below(4096)
      expect(alice.lookups + bob.lookups).to.be.below(100)
    }
  })

  it('SYN-10: two that have the same say so with one fingerprint, and one more empty message', async () => {
    const authors = people(3, 50)
    const { bytes, difference } = await compare(new LargeLog(authors), new LargeLog(authors))
    expect(difference).to.deep.equal({ needs: [], haves: [], forks: [], complete: true, rounds: 1 })
    expect(bytes).to.be.below(64)
  })

  it('SYN-10: of a thousand authors only those are named that differ, and those beside them', async () => {
    const authors = Array.from({ length: 1000 }, (_, at) => chainOf(Uint8Array.of(...new Uint8Array(14), at >> 8, at & 255), 3))
    const [alice, bob] = [new LargeLog(authors), new LargeLog(authors)]
    alice.lack(authors[3]!.author, 3)
    bob.lack(authors[997]!.author, 2)
    const { bytes, difference } = await compare(alice, bob)
    expect(difference.needs).to.deep.equal([{ author: authors[3]!.author, from: 3, to: 3 }])
    expect(difference.haves).to.deep.equal([{ author: authors[997]!.author, from: 2, to: 2 }])
    expect(bytes).to.be.below(16_384)
  })

  it('SYN-9: who has nothing learns of everything, and who has everything of nothing', async () => {
    const authors = people(2, 1000)
    const { difference } = await compare(new LargeLog([]), new LargeLog(authors))
    expect(difference.needs).to.deep.equal(authors.map(({ author }) => ({ author, from: 1, to: 1000 })))
    const other = await compare(new LargeLog(authors), new LargeLog([]))
    expect(other.difference).to.deep.include({ needs: [], haves: authors.map(({ author }) => ({ author, from: 1, to: 1000 })) })
  })

  it('SYN-13: where an author has two chains, the first place that differs is found', async function () {
    this.timeout(120_000)
    const honest = people(2, 100)
    for (const [length, other, fork] of [[100_000, 100_000, 63_211], [100_000, 90_000, 1], [80_000, 90_000, 80_000], [500, 300, 299], [2, 2, 2]] as const) {
      const [alice, bob] = [new LargeLog([...honest, chainOf(deviceOf(9), length)]), new LargeLog([...honest, chainOf(deviceOf(9), other, fork)])]
      const { difference, bytes } = await compare(alice, bob)
      expect(difference.forks).to.deep.equal([{ author: deviceOf(9), sequence: fork }])
      // each gets what the other one has there, and nothing beyond
      expect(difference.needs).to.deep.equal([{ author: deviceOf(9), from: fork, to: fork }])
      expect(difference.haves).to.deep.equal([{ author: deviceOf(9), from: fork, to: fork }])
      expect(difference.rounds).to.be.at.most(MAX_ROUNDS)
      expect(bytes).to.be.below(16_384)
    }
  })

  it('SYN-11: many holes are told in parts; nobody takes a cut list for the whole', async () => {
    const authors = people(3, 1000)
    const [alice, bob] = [new LargeLog(authors), new LargeLog(authors)]
    for (const { author } of authors) for (let n = 1; n < 1000; n += 3) alice.lack(author, n)
    let found = 0
    let passes = 0
    for (; passes < 20; passes++) {
      const { difference, largest } = await compare(alice, bob)
      expect(largest).to.be.at.most(MAX_RECONCILE_BYTES)
      expect(difference.haves).to.deep.equal([])
      found += exchange(alice, bob, difference)
      if (difference.needs.length === 0) break
    }
    expect(found).to.equal(3 * 333)
    expect(passes).to.equal(1)
    for (const { author } of authors) for (let n = 1; n < 1000; n += 3) bob.lack(author, n)
    for (found = 0, passes = 0; passes < 20; passes++) {
      const { difference } = await compare(alice, bob)
      expect(difference.needs).to.deep.equal([])
      found += exchange(alice, bob, difference)
      if (difference.haves.length === 0) break
    }
    expect(found).to.equal(3 * 333)
  })

  it('SYN-12: an answer is no longer than its limit and costs no more than its question, whatever is asked', async () => {
    const authors = Array.from({ length: 300 }, (_, at) => chainOf(Uint8Array.of(...new Uint8Array(14), at >> 8, at & 255), 40))
    const bob = new LargeLog(authors)
    for (const { author } of authors) for (let n = 2; n <= 40; n += 2) bob.lack(author, n)
    const bound = (at: number): Uint8Array => at === 0 || at === 64 ? EMPTY : authors[at * 4]!.author
    const asked = Array.from({ length: 64 }, (_, at) => ({ from: bound(at), to: bound(at + 1), fingerprint: new Uint8Array(32), chains: [], known: false }))
    const probes = Array.from({ length: 8 }, () => ({ author: authors[0]!.author, low: 0, high: 1, points: [] }))
    for (const spans of [asked, asked.map(span => ({ ...span, fingerprint: EMPTY }))]) {
      const answer = await answerReconcile(bob, Reconcile.encode({ to: EMPTY, answer: false, more: false, spans, probes }))
      expect(answer?.byteLength).to.be.at.most(MAX_RECONCILE_BYTES)
      expect(decodeReconcile(answer!)?.more).to.equal(true)
    }
    expect(bob.lookups).to.be.below(8 * 40)
  })

  it('SYN-12: what is malformed, too long, or an answer is answered by nothing', async () => {
    const bob = new LargeLog(people(1, 10))
    const span = { from: EMPTY, to: EMPTY, fingerprint: new Uint8Array(32), chains: [], known: false }
    const message = { to: EMPTY, answer: false, more: false, spans: [span], probes: [] }
    const chain = { author: deviceOf(1), ranges: [{ from: 3, to: 2, hash: new Uint8Array(32) }] }
    for (const bytes of [
      new Uint8Array(MAX_RECONCILE_BYTES + 1),
      Uint8Array.of(0xff),
      Reconcile.encode({ ...message, answer: true }),
      Reconcile.encode({ ...message, to: new Uint8Array(3) }),
      Reconcile.encode({ ...message, spans: [span, span] }),
      Reconcile.encode({ ...message, spans: [{ ...span, from: deviceOf(2), to: deviceOf(1) }] }),
      Reconcile.encode({ ...message, spans: [{ ...span, fingerprint: new Uint8Array(31) }] }),
      Reconcile.encode({ ...message, spans: [{ ...span, fingerprint: EMPTY, chains: [chain] }] }),
      Reconcile.encode({ ...message, probes: [{ author: deviceOf(1), low: 5, high: 5, points: [] }] }),
      Reconcile.encode({ ...message, probes: [{ author: deviceOf(1), low: 5, high: 9, points: [{ sequence: 9, hash: new Uint8Array(32) }] }] })
    ]) expect(await answerReconcile(bob, bytes)).to.equal(undefined)
  })

  it('SYN-12: a peer that differs anew with every answer is left after six questions', async () => {
    const alice = new LargeLog(people(1, 1000))
    const reconciliation = new Reconciliation(alice)
    let questions = 0
    for (let question: Uint8Array | undefined = await reconciliation.open(); question !== undefined; questions++) {
      const probes = [{ author: deviceOf(1), low: 0, high: 1000, points: [{ sequence: 500 + questions, hash: new Uint8Array(32) }] }]
      question = await reconciliation.take(Reconcile.encode({ to: EMPTY, answer: true, more: false, spans: [], probes }))
    }
    expect(questions).to.equal(MAX_ROUNDS)
    expect(reconciliation.difference).to.include({ complete: false, rounds: MAX_ROUNDS })
  })
})
