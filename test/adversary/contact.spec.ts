import { createServer } from 'node:net'
import { Kind } from '@sotto/protocols/envelope'
import { grantBytes, Profile } from '@sotto/protocols/session'
import { expect } from 'chai'
import { REPAIR_BURST_BYTES } from '../../packages/node/src/delivery/seal.ts'
import { encodeAddresses } from '../../packages/node/src/delivery/index.ts'
import { deviceIdOf, issueCertificate, issueCredential, ROLE_LINKED } from '../../packages/node/src/identity/certificate.ts'
import { publicKeyOf, sign } from '../../packages/node/src/identity/ed25519.ts'
import { formatPeerId } from '../../packages/node/src/network/peer-id.ts'
import { tables } from '../../packages/node/src/store/index.ts'
import { Impostor } from './impostor.ts'
import { befriend, say, until, Village } from './people.ts'
import { seeded } from './raw-peer.ts'
import { everything } from './secrets.ts'
import type { Pen } from './impostor.ts'
import type { Resident } from './people.ts'
import type { AddressInfo, Server } from 'node:net'

const SEED = 1
const MIB = 1024 * 1024
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const random = seeded(SEED)

describe('an accepted contact who means harm', function () {
  this.timeout(120_000)
  let village: Village
  let impostors: Impostor[]
  let servers: Server[]

  beforeEach(async () => {
    village = await Village.open()
    impostors = []
    servers = []
  })

  afterEach(async () => {
    await Promise.all(impostors.map(async impostor => { await impostor.stop() }))
    await village.close()
    for (const server of servers) server.close()
  })

  async function harm (mallory: Resident, victim: Resident): Promise<Impostor> {
    await mallory.stop()
    const impostor = await Impostor.of(mallory, victim)
    impostors.push(impostor)
    return impostor
  }

  /** Alice has two friends: bob, who is one, and mallory, who is none. */
  async function friends (names = ['alice', 'bob', 'mallory']): Promise<[Resident, Resident, Resident]> {
    const [alice, bob, mallory] = await Promise.all(names.map(async name => await village.move(name))) as [Resident, Resident, Resident]
    await befriend(alice, bob)
    await befriend(mallory, alice)
    return [alice, bob, mallory]
  }

  /** Alice and bob talk as if nothing was. */
  async function undisturbed (alice: Resident, bob: Resident): Promise<void> {
    await say(alice, bob, 'Is all well?', 60_000)
    await say(bob, alice, 'All is well.', 60_000)
  }

  /** Ports where nobody speaks, but callers are counted. */
  async function victims (count: number): Promise<{ addresses: string[], knocks: () => number }> {
    let knocks = 0
    const addresses = await Promise.all(many(count, async () => {
      const server = createServer(caller => { knocks++; caller.on('error', () => {}).destroy() }).listen(0, '127.0.0.1')
      servers.push(server)
      await new Promise(resolve => server.once('listening', resolve))
      return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`
    }))
    return { addresses, knocks: () => knocks }
  }

  it('T25, T54: bytes that open and are nonsense change nothing, and the next honest word is heard', async () => {
    const [alice, bob, mallory] = await friends()
    const impostor = await harm(mallory, alice)
    for (let round = 0; round < 60; round++) await impostor.sealed(random.bytes(1 + random.below(3000)))
    for (const kind of [Kind.MESSAGE, Kind.WELCOME, Kind.READD, Kind.UNKNOWN]) {
      await impostor.body({ kind, branch: random.bytes(16), bytes: random.bytes(4000), part: 0, parts: 0, digest: new Uint8Array(0) })
      await impostor.body({ kind, branch: random.bytes(3), bytes: new Uint8Array(0), part: 2 ** 31, parts: 2 ** 31, digest: random.bytes(900) })
    }
    await impostor.envelope(random.bytes(64 * 1024))
    await impostor.say({ heads: many(256, () => ({ author: random.bytes(16), sequence: 2 ** 52, hash: new Uint8Array(0) })) })
    await impostor.say({ proofs: many(16, () => ({ mailbox: random.bytes(32), queue: random.bytes(16), receipt: random.bytes(300) })) })
    await impostor.handled()
    await undisturbed(alice, bob)
    const { pen } = impostor
    const head = impostor.entry(pen, { sequence: 2, depth: 3, text: 'an honest word', parents: await impostor.heads() })
    await impostor.say({ runs: [await impostor.run(pen, [head])] })
    await until(alice.node, 'the word', async () => (await alice.texts(mallory.id)).includes('an honest word') ? true : undefined)
  })

  it('T56: who asks for everything, over and over, gets it once in a while', async () => {
    const [alice, bob, mallory] = await friends()
    const long = 'x'.repeat(20_000)
    for (let count = 0; count < 150; count++) await alice.node.conversations.send(mallory.id, { text: `${count} ${long}` })
    await until(mallory.node, 'all of it', async () => (await mallory.texts(alice.id)).length === 152 ? true : undefined)
    const impostor = await harm(mallory, alice)
    const began = performance.now()
    const [author] = await impostor.others()
    const wants = many(64, at => ({ author: at === 0 ? author! : random.bytes(16), from: 1, to: 1024 }))
    for (let round = 0; round < 200; round++) await impostor.say({ wants })
    await impostor.handled()
    await impostor.heard(() => impostor.bytes > MIB ? true : undefined)
    await undisturbed(alice, bob)
    for (let round = 0; round < 200; round++) await impostor.say({ wants })
    await impostor.handled()
    const seconds = (performance.now() - began) / 1000
    expect(impostor.bytes, 'bytes for 400 questions of a kilobyte').to.be.below(REPAIR_BURST_BYTES * 1.5 + seconds * 256 * 1024)
  })

  it('T55: who names addresses of others, in announcement after announcement, makes alice knock at few of them', async () => {
    const [alice, bob, mallory] = await friends()
    const { addresses, knocks } = await victims(8)
    const impostor = await harm(mallory, alice)
    const stranger = (): { seed: Uint8Array, key: Uint8Array, addresses: Uint8Array[] } => {
      const seed = random.bytes(32)
      const key = publicKeyOf(seed)
      return { seed, key, addresses: encodeAddresses({ peerId: formatPeerId(key), addresses }) }
    }
    let revision = Date.now()
    for (let round = 0; round < 40; round++) {
      const direct = await Promise.all(many(15, async () => {
        const { key, addresses } = stranger()
        const certificate = await issueCertificate(impostor.own.identitySeed!, impostor.own.credential, key, 5, Date.now())
        return { certificate, queue: random.bytes(16), wrapKey: random.bytes(32), addresses }
      }))
      const queues = many(8, () => ({ addresses: stranger().addresses, queue: random.bytes(16), writeSeed: random.bytes(32), wrapKey: random.bytes(32) }))
      const mailbox = stranger()
      const grant = random.bytes(32)
      const grantSignature = await sign(mailbox.seed, grantBytes(impostor.own.identity, grant))
      await impostor.announce({ revision: ++revision, direct: [...impostor.places(), ...direct], queues, grant, grantAddresses: mailbox.addresses, grantSignature })
      await alice.node.conversations.send(mallory.id, { text: 'where are you?' })
    }
    await impostor.handled()
    await until(alice.node, 'knocks', () => knocks() > 50 ? true : undefined)
    await undisturbed(alice, bob)
    // 40 announcements name 960 places at 8 addresses each
    expect(knocks()).to.be.below(1000)
    await alice.stop()
    const keepers = (await everything(alice.profile)).filter(({ table }) => table === tables.keepers)
    expect(keepers.length, 'mailboxes of one contact that are remembered').to.be.below(8)
  })

  it('PAY-9, T57: who calls the mailboxes of alice her own cannot take them from her', async () => {
    const mailboxes = await Promise.all(['one', 'two', 'three'].map(async name => await village.move(name, { resident: true, mailbox: 'volunteer' })))
    const bootstrap = mailboxes.flatMap(mailbox => mailbox.node.addresses())
    const [alice, bob, mallory] = await Promise.all(['alice', 'bob', 'mallory'].map(async name => await village.move(name, { bootstrap }))) as [Resident, Resident, Resident]
    const working = async (): Promise<number> => (await alice.node.mailboxes.list()).filter(({ trouble }) => trouble === undefined).length
    await until(alice.node, 'three mailboxes', async () => await working() === 3 ? true : undefined)
    await befriend(alice, bob)
    await befriend(mallory, alice)
    const carol = await village.move('carol', { resident: true, mailbox: 'contacts' })
    await befriend(carol, alice)
    const ofCarol = async (): Promise<boolean> => (await alice.node.mailboxes.list()).some(({ peer, kind, trouble }) => peer === carol.node.peerId && kind === 'contact' && trouble === undefined)
    await until(alice.node, 'the mailbox of a friend', async () => await ofCarol() ? true : undefined)
    const impostor = await harm(mallory, alice)
    let revision = Date.now()
    for (const { node } of [...mailboxes, carol]) {
      await impostor.announce({ revision: ++revision, grant: random.bytes(32), grantAddresses: encodeAddresses({ peerId: node.peerId, addresses: ['/ip4/127.0.0.1/tcp/9'] }) })
    }
    await impostor.announce({ revision: ++revision, grant: random.bytes(32), grantAddresses: encodeAddresses(impostor.place()) })
    await impostor.announce({ revision: ++revision })
    await impostor.handled()
    await undisturbed(alice, bob) // what a change of mailboxes makes alice announce has come to bob by now
    expect(await working()).to.be.at.least(3)
    expect(await ofCarol()).to.equal(true)
    await alice.stop()
    const { message } = await bob.node.conversations.send(alice.id, { text: 'until you are back' })
    const copies = await until(bob.node, 'copies', async () => { const { copies } = await bob.node.conversations.delivery(message); return copies >= 2 ? copies : undefined })
    expect(copies).to.be.at.least(2)
    await alice.start()
    await until(alice.node, 'what waited', async () => (await alice.texts(bob.id)).includes('until you are back') ? true : undefined)
  })

  it('T58: runs with gaps fill what waits for its parents, and not the disk; what follows in order is still heard', async () => {
    const [alice, bob, mallory] = await friends()
    const impostor = await harm(mallory, alice)
    const { pen } = impostor
    const before = (await alice.node.status()).storeBytes
    const body = random.bytes(30_000)
    for (let at = 0; at < 500; at++) {
      const sequence = 1000 + 2 * at
      const entry = impostor.entry(pen, { sequence, depth: 2 ** 39, kind: 77, body, parents: [{ author: pen.device, sequence: sequence - 1, hash: random.bytes(32) }] })
      await impostor.say({ runs: [await impostor.run(pen, [entry])] })
    }
    await impostor.handled()
    expect((await alice.node.status()).storeBytes - before, 'bytes on the disk for 15 MB of gaps').to.be.below(14 * MIB)
    const gaps = (await alice.history(mallory.id)).filter(view => view.kind === 'gap')
    expect(gaps).to.have.length.within(1, 64)
    const next = impostor.entry(pen, { sequence: 2, depth: 3, text: 'in order', parents: await impostor.heads() })
    await impostor.say({ runs: [await impostor.run(pen, [next])] })
    await until(alice.node, 'the next in order', async () => (await alice.texts(mallory.id)).includes('in order') ? true : undefined)
    await undisturbed(alice, bob)
    // and after a start anew
    await alice.stop()
    await alice.start()
    await undisturbed(alice, bob)
  })

  it('T59: three hundred devices of one person: as many speak as a session has leaves', async () => {
    const [alice, bob, mallory] = await friends()
    const impostor = await harm(mallory, alice)
    const pens = await Promise.all(many(300, async (): Promise<Pen> => {
      const leafSeed = random.bytes(32)
      const leafKey = publicKeyOf(leafSeed)
      return { device: deviceIdOf(leafKey), leafSeed, credential: await issueCredential(impostor.own.identitySeed!, leafKey, ROLE_LINKED) }
    }))
    for (const [at, pen] of pens.entries()) {
      await impostor.say({ runs: [await impostor.run(pen, [impostor.entry(pen, { sequence: 1, text: `device ${at}` })])] })
    }
    await impostor.handled()
    const { devices } = await alice.node.contacts.show(mallory.id)
    expect(devices.length).to.be.within(60, 64)
    expect((await alice.texts(mallory.id)).filter(text => text.startsWith('device'))).to.have.length.within(60, 64)
    await undisturbed(alice, bob)
  })

  it('T60: depths and times without measure: a false depth counts for nothing, a false time is shown as such', async () => {
    const [alice, bob, mallory] = await friends()
    const impostor = await harm(mallory, alice)
    const { pen } = impostor
    const parents = await impostor.heads()
    for (const depth of [2 ** 40, 2 ** 40 + 1, 1, 2]) {
      await impostor.say({ runs: [await impostor.run(pen, [impostor.entry(pen, { sequence: 2, depth, text: `depth ${depth}`, parents })])] })
    }
    const right = impostor.entry(pen, { sequence: 2, depth: 3, time: 2 ** 52, text: 'from the year 144683', parents })
    await impostor.say({ runs: [await impostor.run(pen, [right])] })
    await impostor.handled()
    const view = await until(alice.node, 'the message', async () => (await alice.history(mallory.id)).find(({ text }) => text.startsWith('from')))
    expect(view.clockWrong).to.equal(true)
    expect((await alice.texts(mallory.id)).filter(text => text.startsWith('depth'))).to.deep.equal([])
    await undisturbed(alice, bob)
  })

  it('T61: a thousand names and a thousand times "is typing" cost little, and leave one name', async () => {
    const [alice, bob, mallory] = await friends()
    const impostor = await harm(mallory, alice)
    for (let count = 0; count < 1000; count++) {
      await impostor.say({ typing: { active: count % 2 === 0 }, profile: Profile.encode({ name: `mallory ${count}`, revision: 2 ** 50 + count, readReceipts: true }) })
      if (count % 250 === 0) await undisturbed(alice, bob)
    }
    await impostor.handled()
    expect((await alice.node.contacts.show(mallory.id)).profileName).to.equal('mallory 999')
    await undisturbed(alice, bob)
  })
})
