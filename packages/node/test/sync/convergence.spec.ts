import { expect } from 'chai'
import fc from 'fast-check'
import { Author, authors, deviceOf, name } from './support.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

/** Somebody speaks, or hears the next of what another one said. */
type Move = { does: 'say', who: number } | { does: 'hear', who: number, of: number, count: number }

const move = (people: number): fc.Arbitrary<Move> => fc.oneof(
  fc.record({ does: fc.constant('say' as const), who: fc.nat(people - 1) }),
  fc.record({ does: fc.constant('hear' as const), who: fc.nat(people - 1), of: fc.nat(people - 1), count: fc.integer({ min: 1, max: 5 }) })
)

/** Plays a conversation: everybody writes on what they have heard. @returns all that was said, by author */
async function play (people: Author[], moves: readonly Move[]): Promise<DecodedEntry[][]> {
  const said: DecodedEntry[][] = people.map(() => [])
  for (const one of moves) {
    const who = people[one.who]!
    if (one.does === 'say') {
      said[one.who]!.push(await who.say(`${said[one.who]!.length}`))
    } else if (one.who !== one.of) {
      const have = who.log.head(people[one.of]!.device)?.sequence ?? 0
      const next = said[one.of]!.slice(have, have + one.count)
      if (next.length > 0) await who.hear(next)
    }
  }
  return said
}

interface Parcel { author: number, from: number, count: number }

const parcels = (people: number): fc.Arbitrary<Parcel[]> => fc.array(
  fc.record({ author: fc.nat(people - 1), from: fc.nat(20), count: fc.integer({ min: 1, max: 6 }) }), { maxLength: 30 })

/** What sync does: asks for each author from where the log has all, until nothing is missing. */
async function heal (reader: Author, said: readonly DecodedEntry[][]): Promise<void> {
  for (let moved = true; moved;) {
    moved = false
    for (const entries of said) {
      const have = reader.log.head(entries[0]?.author ?? deviceOf(0))?.sequence ?? 0
      if (have >= entries.length) continue
      const { added } = await reader.hear(entries.slice(have, have + 3))
      moved ||= added.length > 0
    }
  }
}

describe('two copies of one conversation', function () {
  this.timeout(120_000)

  for (const people of [2, 3]) {
    it(`SYN-7: whatever of what ${people} said arrives, in whatever order and however often, after repair the pages are the same`, async () => {
      await fc.assert(fc.asyncProperty(
        fc.array(move(people), { minLength: 1, maxLength: 40 }), parcels(people), parcels(people), fc.boolean(),
        async (moves, first, second, restart) => {
          const writers = await authors(people)
          const said = await play(writers, moves)
          const readers = [await Author.create(deviceOf(200)), await Author.create(deviceOf(201))]
          for (const [i, order] of [first, second].entries()) {
            const reader = readers[i]!
            for (const { author, from, count } of order) {
              const run = said[author]!.slice(from, from + count)
              if (run.length > 0) await reader.hear(run)
            }
            if (restart) await reader.reload()
            await heal(reader, said)
          }
          const pages = await Promise.all(readers.map(async reader => reader.page()))
          expect(pages[0]).to.deep.equal(pages[1])
          expect([...pages[0]!].sort()).to.deep.equal(said.flat().map(name).sort())
          for (const reader of readers) {
            expect(reader.log.heldCount).to.equal(0)
            expect(reader.log.gaps()).to.deep.equal([])
            expect(reader.log.unread).to.equal(said.flat().length)
          }
          // and those who spoke, once they have all of it, see the same
          for (const writer of writers) {
            await heal(writer, said)
            expect(await writer.page()).to.deep.equal(pages[0])
          }
        }), { numRuns: 40 })
    })
  }

  it('SYN-7: nobody stands before what it answers to', async () => {
    await fc.assert(fc.asyncProperty(fc.array(move(3), { minLength: 10, maxLength: 40 }), async moves => {
      const writers = await authors(3)
      const said = await play(writers, moves)
      const reader = await Author.create(deviceOf(200))
      await heal(reader, said)
      const places = new Map((await reader.page()).map((entry, i) => [entry, i]))
      for (const entry of said.flat()) {
        for (const { author, sequence } of entry.parents) {
          expect(places.get(`${author[0]}:${sequence}`)).to.be.lessThan(places.get(name(entry))!)
        }
      }
    }), { numRuns: 30 })
  })
})
