import { Kind } from '@sotto/protocols/envelope'
import { KIND_TEXT, Text } from '@sotto/protocols/message'
import { expect } from 'chai'
import { hex } from '../../src/delivery/channel-state.ts'
import { MAX_EARLY } from '../../src/delivery/early.ts'
import { StoreError } from '../../src/errors.ts'
import { bodyOf, friends, generations, introduce, payloadOf, reconnect, strangers } from './people.ts'
import type { Pair, TestPerson } from './people.ts'
import type { Store } from '../../src/store/index.ts'

const MEETING = { asked: new Uint8Array(16).fill(1), own: new Uint8Array(16).fill(2) }

/** The code with which a promise rejects. */
async function codeOf (promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (error: unknown) => (error as { code?: unknown }).code ?? error)
}

/** Replaces how the store of a person writes. */
async function writing (person: TestPerson, batch: (ops: Parameters<Store['batch']>[0], store: Store) => Promise<void>): Promise<void> {
  await person.open()
  const { store } = person
  const write = store.batch.bind(store)
  store.batch = async ops => batch(ops, { ...store, batch: write })
}

describe('a conversation of two', () => {
  let pair: Pair
  let alice: TestPerson
  let bob: TestPerson

  beforeEach(async () => {
    pair = await friends();
    ({ alice, bob } = pair)
  })

  const settle = async (): Promise<number> => pair.wire.settle(alice, bob)

  it('talks, and both have the same', async () => {
    await alice.say('hello')
    await bob.say('hello alice')
    await settle()
    await alice.say('how are you?')
    await settle()
    expect(await alice.texts()).to.deep.equal(await bob.texts())
    expect(await alice.texts()).to.have.members(['hello', 'hello alice', 'how are you?'])
    expect(alice.state.outbox.size + bob.state.outbox.size, 'nothing waits').to.equal(0)
    for (const messages of (await generations(pair.wire.sealed)).values()) expect(messages.size).to.equal(1)
  })

  it('ENV-5: what waited while there was no way out goes out as one envelope, under one signature', async () => {
    alice.up = false
    const texts = Array.from({ length: 100 }, (_, i) => `line ${i}`)
    for (const text of texts) await alice.say(text)
    expect(alice.state.outbox.size, 'nothing is sealed for nobody').to.equal(0)
    alice.up = true
    await alice.channel.flush()
    expect(alice.state.outbox.list().filter(({ kind }) => kind === 'message')).to.have.length(1)
    await settle()
    expect(await bob.texts()).to.deep.equal(texts)
  })

  it('ENV-11: nothing leaves before it is durable: not a message, and not a receipt', async () => {
    const gates: Array<() => void> = []
    await writing(bob, async (ops, store) => {
      await new Promise<void>(resolve => { gates.push(resolve) })
      await store.batch(ops)
    })
    await alice.say('hello')
    const receiving = Promise.all(alice.state.outbox.list().map(async record => bob.channel.receive(bodyOf(record))))
    const acknowledged = { yet: false }
    receiving.then(() => { acknowledged.yet = true }, () => {})
    while (gates.length === 0) await new Promise(resolve => setImmediate(resolve))
    const receipt = (): number => bob.state.outbox.list().filter(({ kind }) => kind === 'control').length
    const sendable = (): number => bob.planInput(bob.state).records.filter(({ kind }) => kind === 'control').length
    expect([receipt(), sendable()], 'the receipt is sealed, and goes nowhere yet').to.deep.equal([1, 0])
    // ENV-12: nor is the envelope acknowledged
    expect(acknowledged.yet).to.equal(false)
    while (!acknowledged.yet) {
      gates.splice(0).forEach(open => { open() })
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(sendable()).to.equal(1)
  })

  it('ENV-12: an envelope is acknowledged when all it caused is durable, and not when that failed', async () => {
    await writing(bob, async () => { throw new StoreError('STORE_FULL', 'the disk is full') })
    await alice.say('hello')
    const [record] = alice.state.outbox.list()
    expect(await codeOf(bob.channel.receive(bodyOf(record!)))).to.equal('STORE_FULL')
    expect(bob.failed).to.equal(true)
    await bob.open()
    reconnect(alice, bob)
    await settle()
    expect(await bob.texts()).to.deep.equal(['hello'])
  })

  it('ENV-12: a receipt that comes alone is known at once, and acknowledged when it is durable: with the next write, or soon', async () => {
    alice.patient = true
    const writes: number[] = []
    await writing(alice, async (ops, store) => {
      writes.push(ops.length)
      await store.batch(ops)
    })
    const receipt = async (): Promise<void> => {
      await alice.say('hello')
      for (const record of alice.state.outbox.list()) await bob.channel.receive(bodyOf(record))
      const record = bob.state.outbox.list().findLast(({ kind }) => kind === 'control')
      if (record === undefined) throw new Error('no receipt')
      writes.length = 0
      return alice.channel.receive(bodyOf(record))
    }
    const known = async (sequence: number): Promise<void> => {
      while ((alice.state.record.delivered[hex(bob.device)] ?? 0) < sequence) await new Promise(resolve => setImmediate(resolve))
    }
    await receipt()
    await known(1)
    expect(writes, 'by itself, soon').to.have.length(1)

    const done = receipt()
    await known(2)
    expect(writes).to.deep.equal([])
    await alice.say('and more')
    expect(writes, 'with the next message').to.have.length(1)
    await done
    await alice.open()
    expect(alice.state.record.delivered[hex(bob.device)]).to.equal(2)
  })

  it('a receipt that could not be written is not acknowledged, and comes again', async () => {
    await alice.say('hello')
    for (const record of alice.state.outbox.list()) await bob.channel.receive(bodyOf(record))
    await writing(alice, async () => { throw new StoreError('STORE_FULL', 'full') })
    const record = bob.state.outbox.list().findLast(({ kind }) => kind === 'control')
    if (record === undefined) throw new Error('no receipt')
    expect(await codeOf(alice.channel.receive(bodyOf(record)))).to.equal('STORE_FULL')
    await alice.open()
    reconnect(alice, bob)
    await settle()
    expect(alice.state.record.delivered[hex(bob.device)]).to.equal(1)
    expect(alice.state.outbox.size).to.equal(0)
  })

  it('ENV-11: a full disk is told to who writes, nothing later is written past the hole, and it works again when there is room', async () => {
    const disk = Promise.withResolvers<void>()
    const writing1 = Promise.withResolvers<void>()
    let writes = 0
    await writing(alice, async (ops, store) => {
      if (++writes > 1) return store.batch(ops)
      writing1.resolve()
      await disk.promise
      throw new StoreError('STORE_FULL', 'the disk is full')
    })
    const first = codeOf(alice.say('lost'))
    await writing1.promise
    const second = codeOf(alice.say('said while it is written'))
    disk.resolve() // and from now on there is room
    expect(await first).to.equal('STORE_FULL')
    expect(await second).to.be.oneOf(['STORE_FULL', 'STORE_CLOSED'])
    expect(await codeOf(alice.say('to a channel that is gone'))).to.equal('STORE_CLOSED')
    expect(writes).to.equal(1)
    await alice.open()
    expect(await alice.texts()).to.deep.equal([])
    await alice.say('here I am')
    reconnect(alice, bob)
    await settle()
    expect(await bob.texts()).to.deep.equal(['here I am'])
    expect(bob.state.log.gaps()).to.deep.equal([])
  })

  it('ENV-11: what is said while something comes in is written with it, or after it', async () => {
    await bob.say('1')
    await bob.say('2')
    const receiving = Promise.all(bob.state.outbox.list().map(async record => alice.channel.receive(bodyOf(record))))
    const said = Promise.all(['a', 'b', 'c'].map(async text => alice.say(text)))
    await Promise.all([receiving, said])
    await alice.open()
    expect(await alice.texts()).to.have.members(['1', '2', 'a', 'b', 'c'])
    for (const head of alice.state.log.heads()) {
      for (let sequence = 1; sequence <= head.sequence; sequence++) expect(await alice.state.log.read(head.author, sequence), 'no head without its entry').to.not.equal(undefined)
    }
  })

  it('a channel that was closed takes nothing more: there would be two of one session', async () => {
    await alice.say('hello')
    const { channel } = bob
    await bob.open()
    const [record] = alice.state.outbox.list()
    expect(await codeOf(channel.receive(bodyOf(record!)))).to.equal('STORE_CLOSED')
    expect(await codeOf(channel.markRead())).to.equal('STORE_CLOSED')
    expect(await codeOf(channel.save())).to.equal('STORE_CLOSED')
    expect(await channel.flush()).to.equal(false)
  })

  it('ENV-16: delivered is what a device of the other side has signed for, and never more than was sealed', async () => {
    alice.up = false
    await alice.say('1')
    await alice.say('2')
    await bob.inject({ heads: [{ author: alice.device, sequence: 1_000_000, hash: new Uint8Array(0) }] })
    expect(Object.values(alice.state.record.delivered)).to.not.include(1_000_000)
    expect(alice.changes.some(({ change }) => change === 'delivered')).to.equal(false)
    alice.up = true
    await settle()
    expect(alice.changes.filter(({ change }) => change === 'delivered')).to.deep.equal([{ change: 'delivered', from: 1, to: 2 }])
    expect(await bob.texts()).to.deep.equal(['1', '2'])
  })

  it('ENV-18: an envelope in parts, of an unknown kind or without a branch is dropped, and nothing with it', async () => {
    await alice.say('hello')
    const [message] = alice.state.outbox.list().map(bodyOf)
    for (const change of [{ parts: 2 }, { kind: Kind.UNKNOWN }, { kind: Kind.READD }, { branch: new Uint8Array(15) }]) await bob.channel.receive({ ...message!, ...change })
    expect(await bob.texts()).to.deep.equal([])
    await bob.channel.receive(message!)
    expect(await bob.texts()).to.deep.equal(['hello'])
  })

  it('ENV-15: a newer receipt takes the place of an older one that has not left', async () => {
    bob.window = 0
    for (const text of ['1', '2', '3']) {
      await alice.say(text)
      await pair.wire.step(alice)
    }
    expect(bob.state.outbox.size).to.equal(0)
    bob.window = 64
    await bob.channel.flush()
    bob.channel.greet()
    await bob.channel.flush()
    expect(bob.state.outbox.list().filter(({ kind }) => kind === 'control').length).to.be.at.most(2) // one with our places, one with receipts
  })

  it('PAY-8: typing reaches a device that is there, is stored nowhere, and is not told late', async () => {
    bob.channel.typing(true)
    await settle()
    expect(alice.changes.filter(({ change }) => change === 'typing')).to.deep.equal([{ change: 'typing', active: true }])
    for await (const [key] of bob.database.iterator()) expect(key[0], 'nothing in the outbox').to.not.equal(0x16)
    bob.up = false
    bob.channel.typing(true)
    await bob.channel.flush()
    expect(bob.state.outbox.size).to.equal(0)
    bob.channel.typing(true)
    pair.clock.move(10_000)
    bob.up = true
    await settle()
    expect(alice.changes.filter(({ change }) => change === 'typing')).to.have.length(1)
  })

  it('PAY-8: a message carries no typing, so that no mailbox keeps it', async () => {
    alice.channel.typing(true)
    await alice.say('hello')
    const seen = bob.changes.length
    const [message] = alice.state.outbox.list().filter(({ kind }) => kind === 'message')
    await bob.channel.receive(bodyOf(message!))
    expect(bob.changes.slice(seen).map(({ change }) => change)).to.not.include('typing')
  })

  it('ENV-14: from somebody who is blocked nothing is taken, to them nothing goes, and afterwards it heals', async () => {
    await alice.say('before')
    await settle()
    bob.blocked = true
    await alice.say('while blocked')
    await bob.say('held back')
    const left = pair.wire.sealed.length
    await pair.wire.step(alice)
    bob.channel.typing(true)
    bob.channel.greet()
    await bob.channel.flush()
    expect(pair.wire.sealed.slice(left).map(({ from }) => from)).to.deep.equal(['alice'])
    expect(await bob.texts()).to.deep.equal(['before', 'held back'])
    expect(bob.changes.filter(({ change }) => change === 'added')).to.have.length(2)
    expect(alice.changes.filter(({ change }) => change === 'delivered')).to.deep.equal([{ change: 'delivered', from: 1, to: 1 }])
    bob.blocked = false
    reconnect(alice, bob)
    await settle()
    pair.clock.move(3000)
    await settle()
    expect(await bob.texts()).to.have.members(['before', 'while blocked', 'held back'])
    expect(await alice.texts()).to.deep.equal(await bob.texts())
  })
})

describe('what comes before its time', () => {
  it('ENV-13: what comes before the Welcome waits, in the store, and is opened by it', async () => {
    const pair = await strangers()
    const { alice, bob } = pair
    await introduce(alice, bob)
    await bob.channel.flush()
    await bob.say('before you could know me')
    await bob.say('and again')
    const records = bob.state.outbox.list()
    const [welcome, ...rest] = records.map(bodyOf)
    for (const body of rest) await alice.channel.receive(body)
    expect(await alice.texts()).to.deep.equal([])
    await alice.open()
    await alice.channel.receive(welcome!)
    expect(await alice.texts()).to.deep.equal(['before you could know me', 'and again'])
    for await (const [key] of alice.database.iterator()) expect(key[0], 'none waits any more').to.not.equal(0x19)
  })

  it('ENV-13: what waits is bounded; the oldest makes room', async () => {
    const pair = await strangers()
    const { alice, bob } = pair
    await introduce(alice, bob)
    for (let n = 0; n < MAX_EARLY + 10; n++) {
      const sealed = await bob.state.session!.seal(payloadOf({}))
      await alice.channel.receive({ kind: Kind.MESSAGE, branch: sealed.branch, bytes: sealed.message, part: 0, parts: 0, digest: new Uint8Array(0) })
    }
    let kept = 0
    for await (const [key] of alice.database.iterator()) if (key[0] === 0x19) kept++
    expect(kept).to.equal(MAX_EARLY)
    await bob.say('the newest')
    const message = bob.state.outbox.list().find(({ kind }) => kind === 'message')!
    await alice.channel.receive(bodyOf(message))
    await alice.channel.receive(bodyOf(bob.state.outbox.list().find(({ kind }) => kind === 'welcome')!))
    expect(await alice.texts()).to.deep.equal(['the newest'])
  })
})

describe('crossed requests', () => {
  it('ENV-17: both made a session at the same moment: the one of the lower identity stays, on both sides', async () => {
    const pair = await strangers()
    const { alice, bob, wire } = pair
    const [hers, his] = [await alice.channel.offer(new Uint8Array(16).fill(1)), await bob.channel.offer(new Uint8Array(16).fill(2))]
    await alice.channel.establish(MEETING, his, bob.announcement(bob.state))
    await bob.channel.establish(MEETING, hers, alice.announcement(alice.state))
    alice.channel.append(KIND_TEXT, Text.encode({ text: 'from alice' })).durable.catch(() => {})
    bob.channel.append(KIND_TEXT, Text.encode({ text: 'from bob' })).durable.catch(() => {})
    await wire.settle(alice, bob)
    reconnect(alice, bob)
    await wire.settle(alice, bob)
    expect(alice.state.session?.branch).to.deep.equal(bob.state.session?.branch)
    expect(alice.state.record.creator).to.equal(bob.state.record.creator)
    expect(await alice.texts()).to.have.members(['from alice', 'from bob'])
    expect(await bob.texts()).to.deep.equal(await alice.texts())
  })

  it('ENV-17: a Welcome of the higher one that comes late, from a mailbox, parts nobody', async () => {
    const { alice, bob, wire } = await strangers()
    const [low, high] = compare(alice.own.identity, bob.own.identity) < 0 ? [alice, bob] : [bob, alice]
    const [lows, highs] = [await low.channel.offer(new Uint8Array(16).fill(1)), await high.channel.offer(new Uint8Array(16).fill(2))]
    await high.channel.establish(MEETING, lows, low.announcement(low.state))
    const late = bodyOf(high.state.outbox.list().find(({ kind }) => kind === 'welcome')!)
    await low.channel.establish(MEETING, highs, high.announcement(high.state))
    await wire.settle(low, high)
    await low.say('one')
    await high.say('two')
    await wire.settle(low, high)
    await low.channel.receive(late)
    await low.say('three')
    await high.say('four')
    await wire.settle(low, high)
    expect(await high.texts()).to.have.members(['one', 'two', 'three', 'four'])
    expect(await low.texts()).to.deep.equal(await high.texts())
  })
})

function compare (a: Uint8Array, b: Uint8Array): number {
  for (const [i, byte] of a.entries()) if (byte !== b[i]) return byte - (b[i] ?? 0)
  return 0
}
