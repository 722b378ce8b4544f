import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { sha256 } from '@noble/hashes/sha2.js'
import { routingKey } from '@sotto/protocols/directory'
import { movingClock } from '../../../../test/support/clock.ts'
import { temporaryDirectory, testLogger } from '../../../../test/support/testnet.ts'
import { loadRecordShelf } from '../../src/directory/index.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { openStore } from '../../src/store/index.ts'
import { BoundedDatastore } from '../../src/network/bounded-datastore.ts'
import { issueMove } from '../../src/identity/move.ts'
import { DAY, mover, recordOf } from './house.ts'
import type { MovingClock } from '../../../../test/support/clock.ts'
import type { RecordShelf } from '../../src/directory/index.ts'

const START = Date.UTC(2026, 0, 1)
const alice = randomSeed()
const key = routingKey(publicKeyOf(alice))

async function codeOf (run: Promise<void>): Promise<string> {
  try {
    await run
    return 'taken'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('the shelf of best records', () => {
  let shelf: RecordShelf
  let clock: MovingClock
  let reopen: (limit?: number) => Promise<void>
  let close: () => Promise<void>

  beforeEach(async () => {
    clock = movingClock(START)
    const directory = await temporaryDirectory()
    const dataKey = Uint8Array.from(randomBytes(32))
    const peerKey = publicKeyOf(randomSeed())
    let store = await openStore({ location: directory.path, dataKey })
    reopen = async limit => {
      await store.close()
      store = await openStore({ location: directory.path, dataKey })
      shelf = await loadRecordShelf({ store, clock, logger: testLogger() }, { peerKey, ...(limit === undefined ? {} : { limit }) })
    }
    close = async () => {
      await store.close()
      await directory.remove()
    }
    await reopen()
  })

  afterEach(async () => { await close() })

  it('DIR-4: refuses an older record, also after a restart', async () => {
    const [older, newer] = [await recordOf(alice, START, 10), await recordOf(alice, START, 11)]
    expect(await codeOf(shelf.validate(key, older))).to.equal('taken')
    expect(await codeOf(shelf.validate(key, newer))).to.equal('taken')
    expect(await codeOf(shelf.validate(key, older))).to.equal('REPLAYED')
    await reopen()
    expect(await codeOf(shelf.validate(key, older))).to.equal('REPLAYED')
    expect(await codeOf(shelf.validate(key, newer))).to.equal('taken')
    expect(shelf.sequence(publicKeyOf(alice))).to.equal(11)
  })

  it('DIR-4: of many that come at once, the best stays', async () => {
    const records = await Promise.all(Array.from({ length: 12 }, async (_, i) => recordOf(alice, START, 100 + (i * 5) % 12)))
    await Promise.all(records.map(async bytes => codeOf(shelf.validate(key, bytes))))
    expect(shelf.sequence(publicKeyOf(alice))).to.equal(111)
    expect(records[shelf.select(key, records)]).to.deep.equal(await recordOf(alice, START, 111))
  })

  it('DIR-5: refuses a sequence that jumps, and takes the next one', async () => {
    expect(await codeOf(shelf.validate(key, await recordOf(alice, START, START / 1000 + 2 ** 32 + 1)))).to.equal('REPLAYED')
    expect(await codeOf(shelf.validate(key, await recordOf(alice, START, START / 1000 + 2 ** 32)))).to.equal('taken')
    expect(await codeOf(shelf.validate(key, await recordOf(alice, START, START / 1000 + 2 ** 32 + 1)))).to.equal('taken')
  })

  it('DIR-6: two with one sequence end the same in any order', async () => {
    const [a, b] = [await recordOf(alice, START, 5), await recordOf(alice, START, 5, { lost: true })]
    await codeOf(shelf.validate(key, a))
    await codeOf(shelf.validate(key, b))
    const first = shelf.select(key, [a, b])
    expect(await codeOf(shelf.validate(key, [a, b][1 - first] ?? a))).to.equal('REPLAYED')
  })

  it('DIR-15: takes a record of 29 days and refuses it after 31, by its own clock', async () => {
    const bytes = await recordOf(alice, START)
    await clock.advance(29 * DAY)
    expect(await codeOf(shelf.validate(key, bytes))).to.equal('taken')
    await clock.advance(2 * DAY)
    expect(await codeOf(shelf.validate(key, bytes))).to.equal('REPLAYED')
  })

  it('DIR-2: looks at no record above 10 KiB, and at no other key', async () => {
    expect(await codeOf(shelf.validate(key, new Uint8Array(4_000_000)))).to.equal('BAD_SIGNATURE')
    expect(await codeOf(shelf.validate(key.slice(0, 20), await recordOf(alice, START)))).to.equal('BAD_SIGNATURE')
    expect(shelf.size.all).to.equal(0)
  })

  it('DIR-16: remembers the nearest strangers only, and all who are followed', async () => {
    await reopen(8)
    shelf.follow(publicKeyOf(alice))
    expect(await codeOf(shelf.validate(key, await recordOf(alice, START)))).to.equal('taken')
    const answers: string[] = []
    for (let i = 0; i < 30; i++) {
      const stranger = randomSeed()
      answers.push(await codeOf(shelf.validate(routingKey(publicKeyOf(stranger)), await recordOf(stranger, START))))
    }
    expect(answers.slice(0, 8)).to.deep.equal(Array.from({ length: 8 }, () => 'taken'))
    expect(answers).to.include('LIMIT_EXCEEDED')
    expect(shelf.size).to.deep.equal({ all: 9, strangers: 8 })
    await reopen(8)
    expect(shelf.size).to.deep.equal({ all: 9, strangers: 8 })
    expect((await shelf.entry(publicKeyOf(alice)))?.sequence).to.equal(START / 1000)
    // those who expired make room first
    await clock.advance(31 * DAY)
    const late = randomSeed()
    expect(await codeOf(shelf.validate(routingKey(publicKeyOf(late)), await recordOf(late, START + 31 * DAY)))).to.equal('taken')
    expect(shelf.size).to.deep.equal({ all: 2, strangers: 1 })
  })

  it('DIR-16: forgets whom nobody follows any more', async () => {
    const [a, b] = [publicKeyOf(alice), publicKeyOf(randomSeed())]
    shelf.follow(a)
    shelf.follow(b)
    await shelf.validate(key, await recordOf(alice, START))
    await shelf.followOnly([a])
    expect([shelf.isFollowed(a), shelf.isFollowed(b), shelf.size.all]).to.deep.equal([true, false, 1])
    await shelf.followOnly([])
    expect(shelf.size).to.deep.equal({ all: 0, strangers: 0 })
    await reopen()
    expect(shelf.size.all).to.equal(0)
  })

  it('DIR-16: what libp2p keeps is bounded by kind, the oldest going first', () => {
    const store = new BoundedDatastore({ records: 3, providers: 6, perKey: 2 })
    const at = (name: string): Parameters<typeof store.get>[0] => ({ toString: () => name }) as Parameters<typeof store.get>[0]
    for (let i = 0; i < 10; i++) store.put(at(`/dht/record/${i}`), Uint8Array.of(i))
    for (let i = 0; i < 10; i++) for (let peer = 0; peer < 4; peer++) store.put(at(`/dht/provider/${i}/${peer}`), Uint8Array.of(peer))
    store.put(at('/peers/1'), Uint8Array.of(1))
    const names = (prefix: string): string[] => [...store.queryKeys({ prefix })].map(String)
    expect(names('/dht/record/')).to.deep.equal(['/dht/record/7', '/dht/record/8', '/dht/record/9'])
    expect(names('/dht/provider/')).to.deep.equal(['/dht/provider/7/2', '/dht/provider/7/3', '/dht/provider/8/2', '/dht/provider/8/3', '/dht/provider/9/2', '/dht/provider/9/3'])
    expect([...store.query({ prefix: '/peers' })]).to.have.length(1)
    expect(() => store.get(at('/dht/record/0'))).to.throw()
  })

  it('DIR-18: once a move was seen, nothing of the identity without it is taken, whatever its sequence, also after a restart', async () => {
    const { identitySeed, identity, recoveryHash, moveTo } = await mover(START)
    const at = routingKey(identity)
    const record = async (sequence: number, move?: Uint8Array): Promise<Uint8Array> => recordOf(identitySeed, START, sequence, { recoveryHash, ...(move === undefined ? {} : { move }) })
    const move = await moveTo(randomSeed())
    const last = START / 1000
    expect(await codeOf(shelf.validate(at, await record(last)))).to.equal('taken')
    expect(await codeOf(shelf.validate(at, await record(5, move)))).to.equal('taken')
    for (let i = 0; i < 2; i++) {
      expect(await codeOf(shelf.validate(at, await record(last + 1000)))).to.equal('REPLAYED')
      await reopen()
    }
    expect(await codeOf(shelf.validate(at, await record(6, move))), 'put again, signed anew').to.equal('taken')
    expect(await codeOf(shelf.validate(at, await record(7, await moveTo(randomSeed())))), 'another move: the first stays').to.equal('REPLAYED')
  })

  it('DIR-19: a recovery hash never changes: who holds the identity key alone brings no other, nor moves with it', async () => {
    const { identitySeed, identity, recoveryHash, moveTo } = await mover(START)
    const at = routingKey(identity)
    expect(await codeOf(shelf.validate(at, await recordOf(identitySeed, START, 1, { recoveryHash })))).to.equal('taken')
    await reopen()
    const recoverySeed = randomSeed()
    const forged = sha256(publicKeyOf(recoverySeed))
    const move = await issueMove({ identity, recoverySeed, successorSeed: randomSeed(), now: START })
    expect(await codeOf(shelf.validate(at, await recordOf(identitySeed, START, 2, { recoveryHash: forged })))).to.equal('BAD_SIGNATURE')
    expect(await codeOf(shelf.validate(at, await recordOf(identitySeed, START, 3, { recoveryHash: forged, move })))).to.equal('BAD_SIGNATURE')
    expect(await codeOf(shelf.validate(at, await recordOf(identitySeed, START, 2, { recoveryHash, move: await moveTo(randomSeed()) })))).to.equal('taken')
  })

  it('DIR-19: what is known of it from a session counts before what the directory says first', async () => {
    const { identitySeed, identity, recoveryHash } = await mover(START)
    shelf.recoveryOf = () => recoveryHash
    expect(await codeOf(shelf.validate(routingKey(identity), await recordOf(identitySeed, START, 1, { recoveryHash: new Uint8Array(32) })))).to.equal('BAD_SIGNATURE')
    expect(await codeOf(shelf.validate(routingKey(identity), await recordOf(identitySeed, START, 1, { recoveryHash })))).to.equal('taken')
  })
})
