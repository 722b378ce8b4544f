import { expect } from 'chai'
import { ALL, eventually, texts } from '../support/actors.ts'
import { crowd, numbered, volunteers } from '../support/crowd.ts'
import type { Person } from '../support/actors.ts'
import type { Crowd } from '../support/crowd.ts'

/** `npm run chaos` asks for 20. */
const ROUNDS = Number(process.env.SOTTO_ROUNDS ?? 3)
/** The same seed kills the same processes at the same places of the stream. */
const SEED = Number(process.env.SOTTO_SEED ?? 1)
const COUNT = 1000
/** Sends in flight at a time. */
const PIPELINE = 100

/** mulberry32: small, seeded, good enough to choose victims. */
function seeded (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Blow { at: number, victim: Person }

/** Sends all lines, each under an id of its own; strikes as the stream passes each blow, and sends again what its sender did not confirm. */
async function sendUnderFire (alice: Person, lines: readonly string[], blows: readonly Blow[]): Promise<void> {
  const due = [...blows]
  let confirmed = 0
  let repair = Promise.resolve()
  const strike = (): void => {
    for (let blow = due[0]; blow !== undefined && blow.at <= confirmed; blow = due[0]) {
      const { victim } = blow
      due.shift()
      repair = repair.then(async () => { await victim.kill(); await victim.start() })
    }
  }
  for (let from = 0; from < lines.length;) {
    const chunk = lines.slice(from, from + PIPELINE)
    try {
      const { conversations } = await alice.messenger()
      await Promise.all(chunk.map(async (text, index) => {
        await conversations.send('bob', { text, id: text })
        confirmed = Math.max(confirmed, from + index + 1)
        strike()
      }))
      from += chunk.length
    } catch (error) {
      if (due.length === blows.length) throw error // nobody was struck yet
      await repair
    }
  }
  await repair
}

describe('kill -9 in the middle of a stream of 1,000 messages', function () {
  this.timeout(360_000)
  let scene: Crowd | undefined

  afterEach(async () => {
    await scene?.close()
    scene = undefined
  })

  for (let round = 1; round <= ROUNDS; round++) {
    it(`loses nothing, doubles nothing, keeps the order (round ${round}, seed ${SEED})`, async () => {
      const random = seeded(SEED * 1000 + round)
      scene = await crowd({ mailboxes: volunteers(3) })
      const { alice, bob, mailboxes } = scene
      const lines = numbered(`round ${round}`, COUNT)
      const blows = [alice, bob, mailboxes[Math.floor(random() * mailboxes.length)] as Person]
        .map(victim => ({ victim, at: Math.floor(random() * COUNT) }))
        .sort((one, other) => one.at - other.at)
      await sendUnderFire(alice, lines, blows)

      const told = `killed ${blows.map(({ at, victim }) => `${victim.name} at ${at}`).join(', ')}`
      const log = await texts(bob, 'alice', COUNT + 2, 90_000)
      expect(log.slice(2), told).to.deep.equal(lines)
      expect((await texts(alice, 'bob', COUNT + 2, 60_000)).slice(2), told).to.deep.equal(lines)
      await eventually(alice, `alice to see all delivered (${told})`, 60_000, async node =>
        (await node.conversations.history('bob', ALL)).every(view => view.state === 'delivered') || undefined)
    })
  }
})
