import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { Person, errorOf } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { say, until, Village } from './people.ts'
import { seeded } from './raw-peer.ts'
import type { Resident, Somebody } from './people.ts'
import type { IdentityId } from '@sotto/node'

/** `SOTTO_KILLS=10` strikes ten times as often. */
const TIMES = Number(process.env.SOTTO_KILLS ?? 1)
/** The same seed strikes after the same times; where that hits depends on the machine. */
const SEED = Number(process.env.SOTTO_SEED ?? 1)
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

describe(`kill -9 at every step (seed ${SEED})`, function () {
  this.timeout(120_000 * TIMES)
  const random = seeded(SEED)
  let house: House
  let village: Village
  let alice: Person
  let bob: Resident

  beforeEach(async () => {
    house = await House.open()
    village = await Village.open()
    alice = new Person(house, 'alice')
  })

  afterEach(async () => {
    await village.close()
    await house.close()
  })

  /** Strikes a verb after a time below `ms`, as often as asked; what it did by then stands, or does not, as a whole. */
  async function strike (times: number, ms: number, args: (at: number) => string[]): Promise<void> {
    for (let at = 0; at < times * TIMES; at++) await alice.run(args(at), { killMs: random.below(ms) })
  }

  async function seen (): Promise<Somebody> {
    return { name: 'alice', id: alice.ready.id as IdentityId, node: await alice.messenger(), link: async () => alice.ready.link }
  }

  /** Bob's node runs here and is never struck. */
  async function friend (): Promise<void> { bob = await village.move('bob') }

  it('T70: while an identity is made: then there is none, or it is whole; and it can be made', async () => {
    await strike(8, 1500, () => ['init', '--name', 'alice'])
    const last = await alice.run<{ id: string }>(['init', '--name', 'alice'])
    if (last.code !== 0) expect(errorOf(last.stderr)).to.include({ code: 'IDENTITY_EXISTS' })
    const { id } = await alice.one<{ id: string }>(['id'])
    await alice.one(['send', id, 'to myself'])
    expect((await alice.history(id)).map(({ text }) => text)).to.deep.equal(['to myself'])
  })

  it('T70: while a node starts: the next one starts, with all that was there', async () => {
    const { id } = await alice.init()
    await alice.one(['send', id, 'before'])
    await strike(6, 2500, () => ['start'])
    await alice.start()
    expect((await alice.history(id)).map(({ text }) => text)).to.deep.equal(['before'])
    await alice.stop()
  })

  it('T70: while somebody is added, and while notes are written: once or not at all, never twice, never in part', async () => {
    await friend()
    const { id } = await alice.init()
    const link = await bob.link()
    await strike(5, 2500, () => ['contact', 'add', link, '--name', 'bob'])
    await strike(5, 2500, at => ['send', id, `note ${at}`, '--id', `note-${at}`])
    const notes = many(5 * TIMES, at => `note ${at}`)
    await alice.start()
    for (const [at, text] of notes.entries()) await (await alice.messenger()).conversations.send(id, { text, id: `note-${at}` })
    expect((await alice.history(id)).map(({ text }) => text).sort()).to.deep.equal([...notes].sort())
    await alice.verb(['contact', 'add', link, '--name', 'bob'])
    expect(await alice.verb(['contact', 'list'])).to.have.length(1)
    await until(bob.node, 'one request', async () => (await bob.node.requests.list())[0])
    expect(await bob.node.requests.list()).to.have.length(1)
  })

  for (const role of ['asks', 'is asked'] as const) {
    it(`T70: while the first session comes to be, one who ${role} is struck: they find together, have one conversation, and each word once`, async () => {
      await friend()
      await alice.init()
      await alice.start()
      const said: string[] = []
      if (role === 'asks') await (await alice.messenger()).contacts.add(await bob.link(), { name: 'bob' })
      else await bob.node.contacts.add(alice.ready.link, { name: 'alice' })
      const accept = async (): Promise<void> => {
        if (role === 'asks') {
          const request = (await bob.node.requests.list())[0]
          if (request !== undefined) await bob.node.requests.accept(request.id)
        } else {
          const { requests } = await alice.messenger()
          const request = (await requests.list())[0]
          if (request !== undefined) await requests.accept(request.id)
        }
      }
      for (let at = 0; at < 4 * TIMES; at++) {
        // what goes on when it is struck: an acceptance, if it came so far; words of both
        const going = [accept(), ...[`${role} ${at} a`, `${role} ${at} b`].map(async text => {
          if (!said.includes(text)) said.push(text)
          await (await alice.messenger()).conversations.send(bob.id, { text, id: text })
        })]
        const done = Promise.allSettled(going)
        await sleep(random.below(400))
        await alice.kill()
        await done
        await alice.start()
      }
      const node = await alice.messenger()
      for (let met = false; !met;) {
        await accept().catch(() => {})
        met = (await node.contacts.list()).some(({ state }) => state === 'accepted') && (await bob.node.contacts.list()).some(({ state }) => state === 'accepted')
        if (!met) await sleep(50)
      }
      for (const text of said) await node.conversations.send(bob.id, { text, id: text })
      const person = await seen()
      await say(bob, person, 'the last word')
      await until(bob.node, 'each word', async () => (await bob.texts(alice.ready.id)).length >= said.length + 1 ? true : undefined)
      const theirs = await bob.history(alice.ready.id)
      expect(theirs.map(({ text }) => text).sort()).to.deep.equal([...said, 'the last word'].sort())
      expect((await node.conversations.history(bob.id)).map(({ id }) => id).sort()).to.deep.equal(theirs.map(({ id }) => id).sort())
      expect(await node.conversations.list()).to.have.length(2) // bob, and notes to herself
    })
  }

  it('T70: in the middle of a talk, both ways: nothing is lost, doubled or put out of order', async () => {
    await friend()
    await alice.init()
    await alice.start()
    await (await alice.messenger()).contacts.add(await bob.link(), { name: 'bob' })
    await until(bob.node, 'a request', async () => (await bob.node.requests.list())[0])
    await bob.node.requests.accept(alice.ready.id)
    await say(bob, await seen(), 'hello')
    const mine: string[] = []
    const his: string[] = []
    for (let at = 0; at < 6 * TIMES; at++) {
      const words = many(10, n => `alice ${at} ${n}`)
      const answers = many(10, n => `bob ${at} ${n}`)
      mine.push(...words)
      his.push(...answers)
      const { conversations } = await alice.messenger()
      const going = [
        ...words.map(async text => { await conversations.send(bob.id, { text, id: text }) }),
        ...answers.map(async text => { await bob.node.conversations.send(alice.ready.id, { text, id: text }) })
      ]
      const done = Promise.allSettled(going)
      await sleep(random.below(150))
      await alice.kill()
      await done
      await alice.start()
      for (const text of words) await (await alice.messenger()).conversations.send(bob.id, { text, id: text })
    }
    const node = await alice.messenger()
    await until(bob.node, 'all that alice said', async () => (await bob.texts(alice.ready.id)).length === mine.length + his.length + 1 ? true : undefined, 60_000)
    const hers = async (): Promise<string[]> => (await node.conversations.history(bob.id, { limit: 5000 })).filter(({ kind }) => kind !== 'gap').map(({ text }) => text)
    await until(node, 'all that bob said', async () => (await hers()).length === mine.length + his.length + 1 ? true : undefined, 60_000)
    const [theirs, ours] = [await bob.texts(alice.ready.id), await hers()]
    expect(theirs).to.deep.equal(ours)
    expect(theirs.filter(text => text.startsWith('alice'))).to.deep.equal(mine)
    expect(theirs.filter(text => text.startsWith('bob'))).to.deep.equal(his)
  })
})
