import { cp, rm } from 'node:fs/promises'
import { expect } from 'chai'
import { createMailboxServer } from '../../packages/node/src/mailbox/index.ts'
import { lie } from '../../packages/node/test/mailbox/liar.ts'
import { testnet } from '../support/testnet.ts'
import { befriend, keeping, say, until, Village } from './people.ts'
import type { Resident } from './people.ts'
import type { Testnet } from '../support/testnet.ts'
import type { Twist } from '../../packages/node/test/mailbox/liar.ts'
import type { MailboxServer } from '../../packages/node/src/mailbox/index.ts'

const lines = (word: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${word} ${at + 1}`)

describe('mailboxes that lie, among three', function () {
  this.timeout(120_000)
  let village: Village
  let mailboxes: Resident[]
  let alice: Resident
  let bob: Resident
  let net: Testnet | undefined
  let servers: MailboxServer[]

  beforeEach(async () => {
    village = await Village.open()
    net = undefined
    servers = []
  })

  afterEach(async () => {
    await village.close()
    await Promise.all(servers.map(async server => { await server.stop() }))
    await net?.stop()
  })

  /** Alice and bob, and mailboxes that they know from the start, that of `first` before the others; nobody can dial the two, so all goes through mailboxes. */
  async function scene (honest: string[], first: string[] = []): Promise<void> {
    mailboxes = await Promise.all(honest.map(async name => await village.move(name, { resident: true, mailbox: 'volunteer' })))
    const bootstrap = [...mailboxes.flatMap(({ node }) => node.addresses()), ...first];
    [alice, bob] = await village.hidden(['alice', 'bob'], bootstrap, 3, first) as [Resident, Resident]
    await befriend(alice, bob)
  }

  async function send (texts: readonly string[], copies: number): Promise<void> {
    for (const text of texts) {
      const { message } = await alice.node.conversations.send(bob.id, { text })
      await until(alice.node, `${copies} copies of ${text}`, async () => (await alice.node.conversations.delivery(message)).copies >= copies ? true : undefined)
    }
  }

  async function arrived (texts: readonly string[]): Promise<void> {
    await until(bob.node, 'all of it', async () => (await bob.texts(alice.id)).length >= texts.length ? true : undefined)
    expect(await bob.texts(alice.id)).to.deep.equal(texts)
  }

  /** It is said by name, once, and another takes its place. */
  async function named (liar: string): Promise<void> {
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(60_000)])
    const said: string[] = []
    for await (const event of bob.node.events({ since: '0', signal })) {
      if (event.event === 'mailbox' && event.peer === liar && event.trouble !== undefined) said.push(event.trouble)
      if (said.at(-1)?.startsWith('not used any more') === true) break
    }
    ended.abort()
    expect(said.at(-1), said.join(', ')).to.match(/^not used any more: its? /)
    await until(bob.node, 'three others', async () => (await keeping(bob)).length === 3 ? true : undefined)
    expect(await keeping(bob)).to.not.include(liar)
  }

  /** The mailbox goes back to an older copy of its own directory. */
  async function rollBack (mailbox: Resident, meanwhile: () => Promise<void>): Promise<void> {
    const listen = mailbox.node.addresses().map(address => address.replace(/\/p2p\/.*$/, ''))
    const copy = `${mailbox.profile}.before`
    await mailbox.stop()
    await cp(mailbox.profile, copy, { recursive: true })
    await mailbox.start({ listen })
    await until(bob.node, 'it to be back', async () => (await keeping(bob)).includes(mailbox.node.peerId) ? true : undefined)
    await meanwhile()
    await mailbox.stop()
    await rm(mailbox.profile, { recursive: true })
    await cp(copy, mailbox.profile, { recursive: true })
    await mailbox.start({ listen })
  }

  it('T67: one that goes back behind what bob has read is named and replaced; nothing is lost', async () => {
    await scene(['one', 'two', 'three', 'four'])
    const kept = await keeping(bob)
    const liar = mailboxes.find(({ node }) => node.peerId === kept[0])!
    const said = ['I am alice', 'I am bob']
    await rollBack(liar, async () => {
      await bob.stop()
      await send(lines('before', 5), 3)
      said.push(...lines('before', 5))
      await bob.hide()
      await arrived(said)
      await until(liar.node, 'bob to have read it here too', async () => (await liar.node.mailboxes.status()).items === 0 ? true : undefined)
      await bob.stop()
    })
    await send(lines('after', 5), 2)
    said.push(...lines('after', 5))
    await bob.hide()
    await arrived(said)
    await named(liar.node.peerId)
  })

  it('T67: one that forgets what it signed for, before bob has read it, is named by what alice was promised', async () => {
    await scene(['one', 'two', 'three', 'four'])
    const kept = await keeping(bob)
    const liar = mailboxes.find(({ node }) => node.peerId === kept[0])!
    await rollBack(liar, async () => {
      await bob.stop()
      await send(lines('while away', 5), 3)
    }).catch((error: unknown) => { throw error })
    await bob.hide()
    await arrived(['I am alice', 'I am bob', ...lines('while away', 5)])
    await say(alice, bob, 'and the promise with it')
    await named(liar.node.peerId)
  })

  for (const [what, twist] of [
    ['leaves out what it keeps', async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.slice(1) } }],
    ['changes the order', async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.toReversed() } }],
    ['changes bytes', async frame => frame.items === undefined ? frame : { ...frame, items: { ...frame.items, links: frame.items.links.map(link => ({ ...link, bytes: link.bytes.map(byte => byte ^ 1) })) } }],
    ['keeps silent about all of it', async frame => frame.items === undefined ? frame : undefined]
  ] as Array<[string, Twist]>) {
    it(`T67: one that ${what} loses nothing of what was said`, async () => {
      net = await testnet(0, { transport: 'tcp' })
      const peer = await net.add()
      const lying: { twist?: Twist } = {}
      lie(peer.network, () => lying.twist)
      const server = createMailboxServer({ ...peer, store: await peer.store() }, { mode: 'volunteer' })
      servers.push(server)
      await server.start()
      await scene(['one', 'two', 'three'], peer.network.addresses())
      expect(await keeping(bob)).to.include(peer.network.peerId)
      lying.twist = twist
      await bob.stop()
      await send(lines('while away', 5), 2)
      await bob.hide()
      await arrived(['I am alice', 'I am bob', ...lines('while away', 5)])
      if (!what.includes('silent')) await named(peer.network.peerId)
    })
  }
})
