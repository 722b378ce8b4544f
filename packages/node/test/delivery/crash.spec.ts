import { expect } from 'chai'
import { copyOf, friends, generations, introduce, reconnect, strangers } from './people.ts'
import type { Pair, TestPerson } from './people.ts'

type Act = (pair: Pair) => Promise<void>

const says = (who: 'alice' | 'bob', ...texts: string[]): Act => async pair => {
  const person = pair[who]
  for (const text of texts) {
    if (!(await person.texts()).includes(text)) await person.say(text) // as a script does under one id
  }
}
const hear: Act = async ({ alice, bob, wire }) => { await wire.settle(alice, bob) }
const later: Act = async ({ clock }) => { clock.move(3000) }
const read = (who: 'alice' | 'bob'): Act => async pair => { await pair[who].channel.markRead() }
/** Sealed, and on the way when the stream breaks. */
const breakOff: Act = async ({ alice, bob }) => {
  await alice.channel.flush()
  await bob.channel.flush()
  reconnect(alice, bob)
}

const TALK: Act[] = [
  says('alice', 'a1'), hear,
  says('bob', 'b1', 'b2'), says('alice', 'a2'), hear, read('bob'), hear,
  says('alice', 'a3', 'a4', 'a5'), breakOff, hear,
  says('bob', 'b3'), says('alice', 'a6'), hear, later, hear
]
const SAID = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'b2', 'b3']

/** Plays the acts; whoever dies on the way comes back from disk, and the act is played again. @returns how often somebody died */
async function play (pair: Pair, acts: readonly Act[]): Promise<number> {
  let deaths = 0
  for (const act of acts) {
    for (;;) {
      try {
        await act(pair)
        break
      } catch (error) {
        const dead = [pair.alice, pair.bob].find(person => person.dead)
        if (dead === undefined) throw error
        deaths++
        await dead.open()
        reconnect(pair.alice, pair.bob)
      }
    }
  }
  return deaths
}

async function check (pair: Pair, said: readonly string[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    pair.clock.move(11_000)
    await play(pair, [hear])
  }
  const [hers, his] = await Promise.all([pair.alice.texts(), pair.bob.texts()])
  expect([...hers].sort(), 'nothing lost, nothing doubled').to.deep.equal([...said].sort())
  expect(his).to.deep.equal(hers)
  expect(pair.alice.state.outbox.size + pair.bob.state.outbox.size, 'nothing waits').to.equal(0)
  for (const [place, messages] of await generations(pair.wire.sealed)) expect(messages.size, place).to.equal(1)
}

async function writesOf (from: Pair, who: 'alice' | 'bob', acts: readonly Act[]): Promise<number> {
  const pair = await copyOf(from)
  await Promise.all([pair.alice.open(), pair.bob.open()])
  const before = pair[who].written
  await play(pair, acts)
  return pair[who].written - before
}

describe('killed between any two writes', function () {
  this.timeout(120_000)

  for (const who of ['alice', 'bob'] as const) {
    it(`ENV-11: ${who} loses nothing, says nothing twice, and uses no key twice, over a whole conversation`, async () => {
      const start = await friends()
      const writes = await writesOf(start, who, TALK)
      expect(writes).to.be.greaterThan(10)
      for (let lives = 0; lives <= writes; lives++) {
        const pair = await copyOf(start)
        const victim: TestPerson = pair[who]
        await Promise.all([victim.open(lives), victim.peer.open()])
        const deaths = await play(pair, TALK)
        expect(deaths, `killed before write ${lives + 1}`).to.equal(lives < writes ? 1 : 0)
        await check(pair, SAID)
      }
    })

    it(`ENV-11: ${who} is killed while the session is made: there is one, or none and the request stands`, async () => {
      const start = await strangers()
      const nonce = new Uint8Array(16).fill(1)
      const meet: Act[] = [
        async ({ alice, bob }) => { if (bob.state.session === undefined) await introduce(alice, bob, nonce) },
        hear, ...TALK
      ]
      const writes = Math.min(10, await writesOf(start, who, meet))
      for (let lives = 0; lives < writes; lives++) {
        const pair = await copyOf(start)
        const victim: TestPerson = pair[who]
        await Promise.all([victim.open(lives), victim.peer.open()])
        expect(await play(pair, meet)).to.equal(1)
        await check(pair, SAID)
      }
    })
  }
})
