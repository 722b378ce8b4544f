import { expect } from 'chai'
import { routingKey } from '@sotto/protocols/directory'
import { realClock } from '../../../../test/support/clock.ts'
import { eventOf } from '../../../../test/support/testnet.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { issueMove } from '../../src/identity/move.ts'
import { deriveKeys } from '../../src/identity/phrase.ts'
import { acquainted, DAY, home, inboxOf, lookUp, mover, person, putOn, recordOf, servers } from './house.ts'
import { RESOLVE_TIMEOUT_MS } from '../../src/config.ts'
import { Resolver } from '../../src/directory/resolver.ts'
import { liar, seedsNear } from './hostile.ts'
import type { Clock } from '../../src/components.ts'
import type { Found, Published } from '../../src/directory/index.ts'
import type { PeerPlace } from '../../src/network/index.ts'
import type { Home, PersonAtHome, PersonInit } from './house.ts'
import type { Liar } from './hostile.ts'
import type { Service } from '@sotto/protocols/directory'

const SERVERS = 8
/** PeerIds that are tried for ten next to a key. */
const NEAR = 300

/** A clock that is off by so much, and whose timers run as usual. */
function shifted (ms: () => number): Clock {
  const real = realClock()
  return { now: () => real.now() + ms(), after: (wait, run) => real.after(wait, run) }
}

describe('the directory on a DHT of eight servers', function () {
  this.timeout(120_000)
  const open: Array<{ stop: () => Promise<void> }> = []
  let all: Home[]
  let offset = 0

  const join = (): { bootstrap: string[] } => ({ bootstrap: all[0]?.network.addresses() ?? [] })
  async function someone (init: PersonInit = {}): Promise<PersonAtHome> {
    const one = await person({ ...join(), ...init })
    open.push(one)
    return one
  }

  before(async () => {
    all = await servers(SERVERS, { clock: shifted(() => offset) })
    await acquainted(all, 4)
  })

  afterEach(async () => {
    offset = 0
    await Promise.all(open.splice(0).map(async one => one.stop()))
  })

  after(async () => { await Promise.all(all.map(async one => one.stop())) })

  it('DIR-8, DIR-11: bob finds alice by her id alone; she knows how many keep her record', async () => {
    const alice = await someone()
    expect(alice.directory.mode).to.equal('client')
    expect(all[0]?.network.dht.mode).to.equal('server')
    const published = await alice.directory.publish()
    expect(published.replicas).to.be.greaterThan(0) // a server that is slow today counts as silent
    expect(published.confirmations).to.be.at.most(published.replicas)
    const bob = await someone()
    const found = await lookUp(bob, alice.own.identity, ({ confirmations }) => confirmations > 0)
    expect(found.stale).to.equal(undefined)
    expect(found.inbox.record).to.deep.equal((await alice.introduction.inbox()).record)
    expect(await bob.directory.resolve(randomSeed())).to.equal(undefined)
  })

  it('DIR-12: she puts it by herself, and again when her inbox changes', async () => {
    const alice = await someone()
    await eventOf<Published>(alice.directory, 'published')
    const now = Date.now()
    const changed = await inboxOf({ identitySeed: alice.own.identitySeed ?? new Uint8Array(), sequence: Math.floor(now / 1000) + 1, now, recoveryHash: alice.own.recoveryHash })
    const again = eventOf<Published>(alice.directory, 'published')
    alice.introduction.change(changed)
    await again
    const bob = await someone()
    expect((await bob.directory.resolve(alice.own.identity))?.inbox.record).to.deep.equal(changed.record)
  })

  it('DIR-4: an older record that is put again replaces the newer one nowhere', async () => {
    const seed = randomSeed()
    const key = routingKey(publicKeyOf(seed))
    const now = Date.now()
    const [older, newer] = [await recordOf(seed, now - DAY), await recordOf(seed, now)]
    const mallory = await home(join()) // takes what is put through it at its word: nothing was seen there
    const alice = await someone()
    open.push(mallory)
    await putOn(all, mallory, key, older)
    await putOn(all, alice, key, newer)
    expect(await mallory.network.dht.put(key, older)).to.deep.equal([])
    for (const { network } of all.slice(0, 3)) {
      for await (const { value } of network.dht.values(key)) expect(value).to.deep.equal(newer)
    }
    const bob = await someone()
    expect((await bob.directory.resolve(publicKeyOf(seed)))?.bytes).to.deep.equal(newer)
  })

  it('DIR-7: two primary devices of alice write, and neither loses what the other said', async () => {
    const entropy = randomSeed()
    const [laptop, phone] = [await someone({ entropy, sources: { revocations: async () => [Uint8Array.of(1)] } }), await someone({ entropy, lost: true, sources: { revocations: async () => [Uint8Array.of(2)] } })]
    const first = await laptop.directory.publish()
    const second = await phone.directory.publish()
    const bob = await someone()
    const isWhole = (found: Found): boolean => found.certificates.length === 2 && found.revocations.length === 2
    // where nobody answered the reading in time, both read and put once more
    for (let found = await bob.directory.resolve(laptop.own.identity); found === undefined || !isWhole(found); found = await bob.directory.resolve(laptop.own.identity)) {
      await laptop.directory.publish()
      await phone.directory.publish()
    }
    const found = await lookUp(bob, laptop.own.identity, isWhole)
    expect(second.sequence).to.be.at.least(first.sequence)
    expect(found.sequence).to.be.at.least(second.sequence) // whoever sees the other one's puts both together anew
    expect(found.lost).to.equal(true)
  })

  it('DIR-7: both at once agree in the end', async () => {
    const entropy = randomSeed()
    const [laptop, phone] = [await someone({ entropy }), await someone({ entropy })]
    await Promise.allSettled([laptop.directory.publish(), phone.directory.publish()])
    const bob = await someone()
    for (let found: Found | undefined; found?.certificates.length !== 2; found = await bob.directory.resolve(laptop.own.identity)) await laptop.directory.publish()
  })

  it('DIR-7: a linked device cannot sign, and keeps alive what the primary one said', async () => {
    const entropy = randomSeed()
    const [primary, linked] = [await someone({ entropy }), await someone({ entropy, linked: true })]
    const { sequence } = await primary.directory.publish()
    expect(await linked.directory.publish()).to.include({ sequence }).and.to.have.property('replicas').greaterThan(0)
  })

  it('DIR-15, DIR-10: a record of 29 days is found and shown as old; after 31 it is gone, and a contact shows what they remember', async () => {
    const seed = randomSeed()
    const identity = publicKeyOf(seed)
    offset = 29 * DAY
    const clock = shifted(() => offset)
    const [bob, carol] = [await someone({ clock, sources: { contacts: () => [identity] } }), await someone({ clock })]
    bob.records.follow(identity)
    const [first, ...others] = all as [Home, ...Home[]]
    await putOn(others, first, routingKey(identity), await recordOf(seed, Date.now()))
    const found = await lookUp(bob, identity, ({ confirmations }) => confirmations > 0)
    expect(found.stale).to.equal('old')
    offset = 31 * DAY
    expect(await bob.directory.resolve(identity)).to.include({ stale: 'expired', confirmations: 0 })
    expect(await carol.directory.resolve(identity)).to.equal(undefined)
  })

  it('DIR-10: what nobody has any more is shown as unconfirmed', async () => {
    const seed = randomSeed()
    const bob = await someone({ sources: { contacts: () => [publicKeyOf(seed)] } })
    bob.records.follow(publicKeyOf(seed))
    await bob.records.validate(routingKey(publicKeyOf(seed)), await recordOf(seed, Date.now()))
    expect(await bob.directory.resolve(publicKeyOf(seed))).to.include({ stale: 'unconfirmed', confirmations: 0 })
  })

  it('DIR-12: a contact away for eight days is put again by carol, as it stood', async () => {
    const seed = randomSeed()
    const identity = publicKeyOf(seed)
    const bytes = await recordOf(seed, Date.now() - 8 * DAY)
    const carol = await someone({ sources: { contacts: () => [identity] } })
    carol.records.follow(identity)
    await carol.records.validate(routingKey(identity), bytes)
    await eventOf<Published>(carol.directory, 'published') // her first round follows it
    const bob = await someone()
    const found = await lookUp(bob, identity, () => true)
    expect(found.bytes).to.deep.equal(bytes)
    expect(found.stale).to.equal('old')
  })

  it('DIR-13: contacts are looked up by schedule: who was looked up today is not, however often one starts', async () => {
    const seed = randomSeed()
    const identity = publicKeyOf(seed)
    const key = routingKey(identity)
    const [peerSeed = randomSeed()] = seedsNear(key, 1, 50)
    const witness = await liar(peerSeed, join().bootstrap[0] ?? '', key, undefined)
    open.push(witness)
    const bob = await someone({ sources: { contacts: () => [identity] } })
    bob.records.follow(identity)
    await bob.records.validate(key, await recordOf(seed, Date.now()))
    await eventOf<Published>(bob.directory, 'published')
    await bob.directory.stop()
    await bob.directory.start()
    await bob.directory.publish()
    expect(witness.asked()).to.equal(0)
    await bob.directory.resolve(identity)
    expect(witness.asked()).to.equal(1)
  })

  it('DIR-14: who volunteers as a mailbox is found by who lacks one', async () => {
    let told = (_: PeerPlace[]): void => {}
    const suggested = new Promise<PeerPlace[]>(resolve => { told = resolve })
    const offers: Service[] = ['mailbox']
    const volunteer = await someone({ sources: { offers: () => [...offers] } })
    await eventOf<Published>(volunteer.directory, 'published')
    const bob = await someone({ sources: { wantsMailboxes: () => true, suggest: places => { told(places) } } })
    let found: PeerPlace[] = []
    while (found.length === 0) found = await bob.directory.volunteers('mailbox')
    expect(found.map(({ peerId }) => peerId)).to.deep.equal([volunteer.network.peerId])
    expect(found[0]?.addresses[0]).to.contain('/ip4/127.0.0.1/tcp/')
    expect((await suggested).map(({ peerId }) => peerId)).to.include(volunteer.network.peerId)
    expect(await bob.directory.volunteers('relay')).to.deep.equal([])
    offers.push('relay')
    volunteer.directory.offer()
    let relays: PeerPlace[] = []
    while (relays.length === 0) relays = await bob.directory.volunteers('relay') // told by and by
    expect(relays.map(({ peerId }) => peerId)).to.deep.equal([volunteer.network.peerId])
  })

  it('DIR-18, DIR-21: alice moves: a thief who signs newer records with the stolen key puts them nowhere, and bob finds where she went', async () => {
    const now = Date.now()
    const { identitySeed, identity, recoveryHash, moveTo } = await mover(now)
    const key = routingKey(identity)
    const thief = await home(join())
    open.push(thief)
    await putOn(all, thief, key, await recordOf(identitySeed, now, Math.floor(now / 1000) + 100, { recoveryHash }))
    const entropy = randomSeed()
    const successor = (await deriveKeys(entropy)).identitySeed
    const moved = await someone({ entropy, givenUp: { identitySeed, move: await moveTo(successor) } })
    const newer = await recordOf(identitySeed, now, Math.floor(now / 1000) + 10_000, { recoveryHash })
    // once all servers heard of the move, none takes it
    do await moved.directory.publish()
    while ((await thief.network.dht.put(key, newer)).length > 0)
    const bob = await someone()
    const found = await lookUp(bob, identity, ({ move }) => move !== undefined)
    expect(found.move?.successor).to.deep.equal(moved.own.identity)
    await lookUp(bob, moved.own.identity, ({ stale }) => stale === undefined)
    // a month later it is signed anew: it does not run out while she is there
    offset = 20 * DAY
    const later = await someone({ entropy, givenUp: { identitySeed, move: found.move?.bytes ?? new Uint8Array() }, clock: shifted(() => offset) })
    const carol = await someone({ clock: shifted(() => offset) })
    for (let expires = 0; expires < Date.now() + 45 * DAY; expires = (await carol.directory.resolve(identity))?.expires ?? 0) await later.directory.publish()
  })

  it('DIR-20: the stolen device sees that the identity moved, and signs nothing more in its name', async () => {
    const entropy = randomSeed()
    const stolen = await someone({ entropy })
    await stolen.directory.publish()
    const { identitySeed, recoverySeed } = await deriveKeys(entropy)
    const successor = randomSeed()
    const moved = await someone({ entropy: successor, givenUp: { identitySeed, move: await issueMove({ identity: publicKeyOf(identitySeed), recoverySeed, successorSeed: (await deriveKeys(successor)).identitySeed, now: Date.now() }) } })
    const bob = await someone()
    for (const reader of [bob, stolen]) {
      while ((await reader.directory.resolve(stolen.own.identity))?.move === undefined) await moved.directory.publish()
    }
    const before = await bob.directory.resolve(stolen.own.identity)
    expect(before?.move?.successor).to.deep.equal(moved.own.identity)
    stolen.introduction.change(await inboxOf({ identitySeed, sequence: Math.floor(Date.now() / 1000) + 5, now: Date.now(), recoveryHash: stolen.own.recoveryHash }))
    expect(await stolen.directory.publish()).to.include({ sequence: before?.sequence })
    expect((await bob.directory.resolve(stolen.own.identity))?.bytes).to.deep.equal(before?.bytes)
  })

  for (const [role, text] of [['contacts', 'a contact'], ['kept', 'who keeps her inbox']] as const) {
    it(`DIR-12, DIR-15: alice’s devices were off for 29 days, and every server was replaced: found by id, because ${text} put her record again`, async () => {
      const seed = randomSeed()
      const identity = publicKeyOf(seed)
      const bytes = await recordOf(seed, Date.now())
      offset = 29 * DAY
      const clock = shifted(() => offset)
      const others = await servers(3, { clock }) // nobody of them ever heard of her
      try {
        await acquainted(others, 2)
        const bootstrap = others[0]?.network.addresses() ?? []
        const dave = await someone({ clock, bootstrap })
        expect(await dave.directory.resolve(identity), 'nobody has it').to.equal(undefined)
        const carol = await someone({ clock, bootstrap, sources: { [role]: () => [identity] } })
        carol.records.follow(identity)
        await carol.records.validate(routingKey(identity), bytes)
        await eventOf<Published>(carol.directory, 'published') // her first round follows it
        const found = await lookUp(dave, identity, () => true)
        expect(found.bytes).to.deep.equal(bytes)
        expect(found.stale).to.equal('old')
      } finally {
        await Promise.all([...open.splice(0), ...others].map(async one => one.stop()))
      }
    })
  }

  describe('with ten hostile servers next to the key', () => {
    // somebody else each time: honest servers keep what they were given
    let seed: Uint8Array
    let identity: Uint8Array
    let key: Uint8Array
    const liars: Liar[] = []

    beforeEach(() => {
      seed = randomSeed()
      identity = publicKeyOf(seed)
      key = routingKey(identity)
    })

    async function surround (lies: Array<Uint8Array | undefined>): Promise<void> {
      const seeds = seedsNear(key, 10, NEAR)
      const [bootstrap] = join().bootstrap
      liars.push(...await Promise.all(seeds.map(async (peerSeed, i) => liar(peerSeed, bootstrap ?? '', key, lies[i % lies.length]))))
    }

    afterEach(async () => { await Promise.all(liars.splice(0).map(async one => one.stop())) })

    it('DIR-9: that withhold, forge, or answer with 4 MB, alice is still found', async () => {
      const forged = await recordOf(randomSeed(), Date.now())
      await surround([undefined, forged, new Uint8Array(3_900_000).fill(1)])
      const alice = await home(join())
      open.push(alice)
      const record = await recordOf(seed, Date.now())
      await putOn(all, alice, key, record, 1) // the hostile ones take most places
      const found = await lookUp(await someone(), identity, ({ confirmations }) => confirmations > 0)
      expect(found.bytes).to.deep.equal(record)
      expect(found.stale).to.equal(undefined)
    })

    it('DIR-9: that take questions and never answer, a lookup ends by itself, at its time', async () => {
      const bootstrap = join().bootstrap[0] ?? ''
      liars.push(...await Promise.all(seedsNear(key, 10, NEAR).map(async peerSeed => liar(peerSeed, bootstrap, key, 'silence'))))
      const bob = await someone()
      const reader = new Resolver(bob, { timeoutMs: 500 })
      while (liars.every(one => one.asked() === 0)) expect(await reader.resolve(identity)).to.equal(undefined)
      expect(RESOLVE_TIMEOUT_MS).to.be.at.most(10_000)
    })

    it('DIR-18: that serve newer records of a thief with the stolen key, her move is found', async () => {
      const now = Date.now()
      const alice = await mover(now)
      const at = routingKey(alice.identity)
      const bootstrap = join().bootstrap[0] ?? ''
      const newer = await recordOf(alice.identitySeed, now, Math.floor(now / 1000) + 10_000, { recoveryHash: alice.recoveryHash })
      liars.push(...await Promise.all(seedsNear(at, 10, NEAR).map(async peerSeed => liar(peerSeed, bootstrap, at, newer))))
      const successor = randomSeed()
      const owner = await home(join())
      open.push(owner)
      const record = await recordOf(alice.identitySeed, now, 1, { recoveryHash: alice.recoveryHash, move: await alice.moveTo(successor) })
      await putOn(all, owner, at, record, 1)
      const bob = await someone({ sources: { contacts: () => [alice.identity] } })
      // who is asked in time is chance; what was found once stays
      const found = await lookUp(bob, alice.identity, ({ move }) => move !== undefined)
      expect(found.move?.successor).to.deep.equal(publicKeyOf(successor))
      expect((await bob.directory.resolve(alice.identity))?.move?.successor).to.deep.equal(publicKeyOf(successor))
    })

    it('DIR-9, DIR-10: that keep to a stale record, she is found, or what is found is shown as stale; who saw the newer one is not led back', async () => {
      const now = Date.now()
      const older = await recordOf(seed, now - 10 * DAY)
      await surround([older])
      const alice = await home(join())
      open.push(alice)
      const record = await recordOf(seed, now + 1000)
      await putOn(all, alice, key, record, 1) // the hostile ones take most places
      const carol = await someone({ sources: { contacts: () => [identity] } })
      carol.records.follow(identity)
      await carol.records.validate(key, record)
      expect((await carol.directory.resolve(identity))?.bytes).to.deep.equal(record)
      for (let i = 0; i < 3; i++) {
        const bob = await someone()
        const found = await lookUp(bob, identity, () => true)
        if (found.sequence !== Math.floor((now + 1000) / 1000)) expect(found.stale).to.equal('old')
      }
    })
  })
})
