import { Run, decodeRun } from '@sotto/protocols/message'
import { expect } from 'chai'
import { collectRuns } from '../../src/sync/index.ts'
import { SIGNATURE, authors, textBody } from './support.ts'
import type { Author } from './support.ts'

const CREDENTIAL = new Uint8Array(150).fill(9)

describe('runs for whoever lacks them', () => {
  let alice: Author
  let bob: Author

  beforeEach(async () => { [alice, bob] = await authors(2) as [Author, Author] })

  /** Says `count` things as one run. */
  async function sayRun (who: Author, count: number, size = 20): Promise<void> {
    const said = Array.from({ length: count }, () => who.log.append(1, textBody('x'.repeat(size))))
    const last = said.at(-1)!
    await who.write([...said.flatMap(({ ops }) => ops), ...who.log.signed(last.entry, SIGNATURE)])
  }

  const ask = (author: Uint8Array, from: number, to: number): { author: Uint8Array, from: number, to: number } => ({ author, from, to })

  it('SYN-3: a run ends where the author signed, so it may go on beyond what was asked for', async () => {
    await sayRun(alice, 3)
    await sayRun(alice, 4)
    const { runs, upTo } = await collectRuns(alice.log, ask(alice.device, 2, 4), 50_000, CREDENTIAL)
    expect(upTo).to.equal(7)
    expect(runs.map(run => decodeRun(run, 50_000)?.entries.map(({ sequence }) => sequence))).to.deep.equal([[2, 3], [4, 5, 6, 7]])
  })

  it('SYN-3: what its author never signed is not handed out', async () => {
    await sayRun(alice, 2)
    const { ops } = alice.log.append(1, textBody('a draft'))
    await alice.write(ops)
    expect((await collectRuns(alice.log, ask(alice.device, 1, 3), 50_000, CREDENTIAL)).upTo).to.equal(2)
  })

  it('SYN-3: runs that another one got in pieces are handed on whole', async () => {
    await sayRun(alice, 6)
    const entries = await Promise.all([1, 2, 3, 4, 5, 6].map(async sequence => (await alice.log.read(alice.device, sequence))!.entry))
    await bob.hear(entries.slice(2))
    await bob.hear(entries.slice(0, 4))
    const { runs } = await collectRuns(bob.log, ask(alice.device, 1, 6), 50_000, CREDENTIAL)
    expect(runs.flatMap(run => decodeRun(run, 50_000)!.entries.map(({ sequence }) => sequence))).to.deep.equal([1, 2, 3, 4, 5, 6])
  })

  it('SYN-5: the credential stands in the first run, once', async () => {
    await sayRun(alice, 1)
    await sayRun(alice, 1)
    const { runs } = await collectRuns(alice.log, ask(alice.device, 1, 2), 50_000, CREDENTIAL)
    expect(runs.map(run => Run.decode(run).credential.byteLength)).to.deep.equal([150, 0])
  })

  it('SYN-3: no answer is longer than its limit', async () => {
    for (let n = 0; n < 30; n++) await sayRun(alice, 1, 100)
    const { runs, upTo } = await collectRuns(alice.log, ask(alice.device, 1, 30), 2000, CREDENTIAL)
    expect(runs.reduce((sum, run) => sum + run.byteLength, 0)).to.be.within(1000, 2000)
    expect(upTo).to.be.within(3, 20)
  })
})
