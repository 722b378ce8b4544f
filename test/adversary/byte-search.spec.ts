import { expect } from 'chai'
import { tables } from '../../packages/node/src/store/index.ts'
import { befriend, say, until, Village } from './people.ts'
import { everything, found, merged, secretsOf, texts } from './secrets.ts'
import { tappedRelay } from './tapped-relay.ts'
import type { Resident } from './people.ts'
import type { Stored } from './secrets.ts'
import type { MessageId } from '@sotto/node'

const SAID = ['The heron stands at the weir at dusk', 'Bring the blue umbrella 🌂', 'Nine o\'clock, the third bench']
const EDITED = 'Ten o\'clock, the second bench'
const QUEUE_TABLES: number[] = [tables.queues, tables.queueItems, tables.queueIds, tables.grants]
const INBOX_TABLES: number[] = [tables.inboxes, tables.inboxSlots]

const bytesOf = (stored: readonly Stored[]): Uint8Array[] => stored.flatMap(({ key, value }) => [key, value])
const inTables = (stored: readonly Stored[], wanted: number[]): Uint8Array[] => bytesOf(stored.filter(({ table }) => wanted.includes(table)))

describe('what those in between can find, byte by byte', function () {
  this.timeout(120_000)
  let village: Village

  beforeEach(async () => { village = await Village.open() })
  afterEach(async () => { await village.close() })

  async function stored (from: Resident, to: Resident, text: string): Promise<MessageId> {
    const { message } = await from.node.conversations.send(to.id, { text })
    await from.node.conversations.wait(message, 'stored', { signal: AbortSignal.timeout(60_000) })
    return message
  }

  it('T6, T8, T47: the store of a mailbox that carried a whole conversation names nobody, and nothing that was said', async () => {
    const mia = await village.move('mailbox', { resident: true, mailbox: 'volunteer' })
    const bootstrap = mia.node.addresses()
    const listen = bootstrap.map(address => address.replace(/\/p2p\/.*$/, ''))
    // nobody can dial these: all that they say to each other goes through the mailbox
    const [alice, bob, carol] = await village.hidden(['alice of the weir', 'bob of the ferry', 'carol of the mill'], bootstrap) as [Resident, Resident, Resident]

    // alice asks and goes; what waits for her there is the Welcome and all that comes with the first message
    await alice.node.contacts.add(await bob.link(), { name: 'bobby from the ferry', note: 'We met below the weir' })
    await until(bob.node, 'a request', async () => (await bob.node.requests.list())[0])
    await alice.stop()
    await bob.node.requests.accept(alice.id, { name: 'alissa from the weir' })
    await stored(bob, alice, SAID[0]!)
    const link = await bob.link()
    await bob.stop()
    await mia.stop()
    const first = await everything(mia.profile)

    // bob is away while alice speaks, and carol asks
    await mia.start({ listen })
    await Promise.all([alice.hide(), bob.hide()])
    await until(alice.node, 'what bob said', async () => (await alice.texts(bob.id))[0])
    const { message } = await alice.node.conversations.send(bob.id, { text: SAID[1]! })
    await until(alice.node, 'bob\'s mailbox to be known', async () => (await alice.node.conversations.delivery(message)).mailboxes > 0 ? true : undefined)
    await bob.stop()
    await stored(alice, bob, SAID[2]!)
    await alice.node.conversations.edit(message, EDITED)
    await alice.node.conversations.react(message, '🌂')
    await stored(alice, bob, 'And the last')
    await carol.node.contacts.add(link, { name: 'bobby from the ferry', note: 'Is the mill still yours?' })
    await until(carol.node, 'the request to be kept', async () => (await carol.node.contacts.show(bob.id)).waiting?.includes('waits in') === true ? true : undefined)
    await Promise.all([alice.stop(), carol.stop()])
    await mia.stop()
    const second = await everything(mia.profile)

    const said = texts('said', [...SAID, EDITED, 'And the last', 'bobby from the ferry', 'alissa from the weir', 'We met below the weir', 'Is the mill still yours?'])
    const bobs = await secretsOf('bob', bob.profile)
    const others = merged(said, await secretsOf('alice', alice.profile), await secretsOf('carol', carol.profile))
    for (const [when, snapshot] of [['while alice was away', first], ['while bob was away', second]] as const) {
      expect(snapshot.filter(({ table, value }) => table === tables.queueItems && value.byteLength > 512), `items ${when}`).to.not.be.empty
      expect(found(merged(others, bobs), inTables(snapshot, QUEUE_TABLES)), `in queues ${when}`).to.deep.equal([])
      // an inbox stands under its owner's identity; of those who ask it holds nothing
      expect(found(said, bytesOf(snapshot)), `anywhere ${when}`).to.deep.equal([])
    }
    const requests = inTables(second, [tables.inboxSlots])
    expect(requests, 'carol\'s request').to.not.be.empty
    expect(found(others, requests), 'in the requests').to.deep.equal([])
    // the search finds what is there: the inbox is public under bob's identity
    expect(found(bobs, inTables(second, INBOX_TABLES))).to.include('bob: identity')
  })

  it('T17, T48: of a conversation that crosses a relay, the relay forwards nothing that names anybody, or that was said', async () => {
    const relay = await tappedRelay()
    try {
      const listen = [`${relay.address}/p2p-circuit`]
      const [alice, bob] = await Promise.all(['alice of the weir', 'bob of the ferry'].map(async name => {
        const person = await village.settle(name, { bootstrap: [relay.address] })
        await person.hide({ listen })
        await until(person.node, 'an address at the relay', () => person.node.addresses().find(address => address.includes('p2p-circuit')))
        return person
      })) as [Resident, Resident]
      await befriend(alice, bob)
      for (const line of SAID) {
        await say(alice, bob, line)
        await say(bob, alice, `You say: ${line}`)
      }
      await Promise.all([alice.stop(), bob.stop()])

      const needles = merged(texts('said', SAID), await secretsOf('alice', alice.profile), await secretsOf('bob', bob.profile))
      const forwarded = relay.forwarded()
      expect(forwarded.reduce((sum, bytes) => sum + bytes.byteLength, 0), 'bytes that crossed the relay').to.be.above(20_000)
      expect(found(needles, forwarded)).to.deep.equal([])
      // whole streams too: a needle may be cut by the edge of a packet
      expect(found(needles, relay.streams())).to.deep.equal([])
    } finally {
      await relay.stop()
    }
  })
})
