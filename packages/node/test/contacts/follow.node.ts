import { expect } from 'chai'
import { realClock } from '../../../../test/support/clock.ts'
import { routingKey } from '@sotto/protocols/directory'
import { parseId } from '../../src/identity/identity-id.ts'
import { deriveKeys, parsePhrase } from '../../src/identity/phrase.ts'
import { home as network, recordOf } from '../directory/house.ts'
import { agree, befriend, codeOf, texts, village } from '../conversations/people.ts'
import type { Clock } from '../../src/components.ts'
import type { Home, Village } from '../conversations/people.ts'

const DAY = 24 * 60 * 60 * 1000
/** What a server of the directory is given it acts on by then, ms, unless it was not given it. */
const SOON_MS = 15_000

describe('contacts of somebody who lost a device', function () {
  this.timeout(120_000)
  let town: Village
  let alice: Home
  let bob: Home
  let server: Home
  let offset = 0

  /** A clock that is off by so much, and whose timers run as usual. */
  const clock: Clock = { now: () => realClock().now() + offset, after: (ms, run) => realClock().after(ms, run) }

  const warned = (home: Home, words: RegExp): boolean => home.events.some(event => event.event === 'warning' && words.test(event.text))

  /** The directory needs TCP: over memory there is none. */
  const home = async (name: string, init: Parameters<Village['home']>[1] = {}): Promise<Home> => town.home(name, { transports: 'all', listen: ['/ip4/127.0.0.1/tcp/0'], clock, ...init })

  /** Whoever knows both from the start puts with both: a server that is busy may introduce others late. */
  const both = (): string[] => [server, bob].flatMap(({ node }) => node.addresses())

  beforeEach(async () => {
    offset = 0
    town = await village()
    // a directory of two servers, one of them bob: what is put near him he sees at once
    server = await home('server', { resident: true, mailbox: 'volunteer' })
    const bootstrap = server.node.addresses();
    [alice, bob] = await Promise.all([home('alice', { bootstrap }), home('bob', { bootstrap, resident: true })])
  })

  afterEach(async () => { await town.stop() })

  it('DIR-23, IDN-11, SYN-5: she comes back from the phrase with nothing, and bob goes on with her by himself, with the history', async () => {
    await befriend(alice, bob)
    await bob.node.contacts.verify('alice', { confirm: true })
    await alice.node.conversations.send('bob', { text: 'one' })
    await bob.node.conversations.send('alice', { text: 'two' })
    await agree(alice, bob, ['one', 'two'])
    await alice.stop()
    await bob.node.conversations.send('alice', { text: 'while you were gone' })
    // certificates count in seconds: who comes back within the one in which she came was never away. Profiles are made by the real clock
    await new Promise(resolve => { realClock().after(1500, () => { resolve(undefined) }) })
    offset = 5000
    const again = await home('alice', { phrase: alice.phrase, bootstrap: both() })
    expect(again.node.id).to.equal(alice.node.id)
    // a server that the record was put with sees it at once; who was not among them, when he looks next
    const began = Date.now()
    const known = await again.until('bob to be back', async node => {
      if (offset < DAY && Date.now() - began > SOON_MS) {
        offset = 4 * DAY
        await bob.stop()
        await bob.start()
      }
      return (await node.contacts.list()).find(({ id }) => id === bob.node.id)
    })
    expect(known).to.include({ name: 'bob', state: 'accepted' })
    await agree(again, bob, ['one', 'two', 'while you were gone'])
    await again.node.conversations.send('bob', { text: 'here again' })
    await agree(again, bob, ['one', 'two', 'while you were gone', 'here again'])
    await bob.until('the warning', () => warned(bob, /alice came back from their recovery phrase/) ? true : undefined)
    const view = await bob.node.contacts.show('alice')
    expect(view).to.include({ state: 'accepted', devicesChanged: true })
    expect(view.directory?.lost).to.be.a('number')
    expect(view.directory?.text).to.match(/came back from the recovery phrase/)
  })

  it('IDN-11: a stranger who asks the restored device waits for her yes', async () => {
    await alice.stop()
    const again = await home('alice', { phrase: alice.phrase, bootstrap: both() })
    await bob.node.contacts.add(await again.link(), { name: 'alice' })
    await again.until('the request', async node => (await node.requests.list())[0])
    expect(await again.node.contacts.list()).to.deep.equal([])
  })

  it('DIR-20, DIR-22: her device was stolen: she moves by the phrase, bob follows, visibly; the thief is heard no more', async () => {
    await befriend(alice, bob)
    await bob.node.contacts.verify('alice', { confirm: true })
    await alice.node.conversations.send('bob', { text: 'before' })
    await agree(alice, bob, ['before'])
    const old = alice.node.id
    // the thief goes on with the stolen device
    const moved = await home('alice', { phrase: alice.phrase, move: true, bootstrap: both() })
    expect(moved.node.id).to.not.equal(old)
    const view = await bob.until('bob to follow', async node => (await node.contacts.list()).find(({ id }) => id === moved.node.id))
    expect(view).to.include({ name: 'alice', verified: false, movedFrom: old })
    const before = await bob.node.contacts.show(old)
    expect(before).to.include({ name: 'alice (before)', state: 'moved', movedTo: moved.node.id })
    expect(before.waiting).to.match(/write to alice instead/)
    await bob.until('the warning', () => warned(bob, /gave up their identity/) ? true : undefined)
    expect(await codeOf(bob.node.conversations.send(old, { text: 'still you?' }))).to.equal('MOVED_CONTACT')

    await alice.node.conversations.send('bob', { text: 'send me money' })
    const request = await moved.until('bob to ask', async node => (await node.requests.list())[0])
    expect(request.id).to.equal(bob.node.id)
    await moved.node.requests.accept(request.id)
    await bob.node.conversations.send('alice', { text: 'is it you?' })
    await moved.node.conversations.send('bob', { text: 'it is me' })
    await agree(moved, bob, ['is it you?', 'it is me'])
    const [notice] = await bob.node.conversations.history('alice')
    expect(notice).to.include({ kind: 'notice', from: moved.node.id })
    expect(notice?.text).to.match(/gave up/)
    expect(await texts(bob, 'alice (before)')).to.deep.equal(['before'])
    // a client sees its own record when it signs the next one
    await alice.stop()
    await alice.start()
    await alice.until('the stolen device to be told', () => warned(alice, /This identity was given up/) ? true : undefined)
  })

  it('DIR-22: bob, whose node only asks, follows at his next scheduled look', async () => {
    const dave = await home('dave', { bootstrap: server.node.addresses() })
    await befriend(alice, dave)
    await befriend(alice, bob)
    // by the beginning of the id, as who was added without a name
    await dave.node.contacts.rename('alice', alice.node.id)
    await alice.stop()
    await dave.stop()
    const moved = await home('alice', { phrase: alice.phrase, move: true, bootstrap: both() })
    await bob.until('bob, who is a server, to see it', async node => (await node.contacts.list()).some(({ id }) => id === moved.node.id))
    offset = 4 * DAY
    await dave.start()
    const view = await dave.until('dave to follow', async node => (await node.contacts.list()).find(({ id }) => id === moved.node.id))
    expect(view, 'the old id names nobody new').to.include({ name: moved.node.id.slice(0, 12), state: 'requested' })
  })

  it('DIR-22, IDN-10: she says to a friend herself who she was: he believes the recovery key that he knew, and no other', async () => {
    await befriend(alice, bob)
    const link = await bob.link()
    await alice.stop()
    await server.stop() // nobody to ask: only her own word
    const moved = await home('alice', { phrase: alice.phrase, move: true })
    await moved.node.contacts.add(link, { name: 'bob' })
    await moved.until('bob to answer by himself', async node => (await node.contacts.show('bob')).state === 'accepted')
    await bob.until('alice to be heard', async node => (await node.contacts.show('alice')).state === 'accepted')
    expect(await bob.node.contacts.show('alice')).to.include({ id: moved.node.id, verified: false })
    await moved.node.conversations.send('bob', { text: 'a new phone' })
    await agree(moved, bob, ['a new phone'])
  })

  it('DIR-10, DIR-12: all her devices were off for 29 days and the servers are others now: somebody new finds her by id, because bob cared', async () => {
    await befriend(alice, bob)
    await bob.until('her record to be known to him', async node => (await node.contacts.show('alice')).directory !== undefined)
    const { id } = alice.node
    await Promise.all([alice.stop(), bob.stop(), server.stop()])
    offset = 29 * DAY
    const other = await home('server', { resident: true })
    const bootstrap = other.node.addresses()
    await bob.start({ bootstrap })
    const carol = await home('carol', { bootstrap })
    await carol.node.contacts.add(id, { name: 'alice' })
    // found: what she lacks now is only alice herself
    const found = await carol.until('the record to be found', async node => {
      const view = await node.contacts.show('alice')
      if (view.directory === undefined) await node.contacts.add(id)
      return view.directory === undefined || /not found yet/.test(view.waiting ?? '') ? undefined : view // where her requests go is known
    })
    expect(found.directory).to.include({ stale: 'old' })
    expect(found.directory?.text).to.match(/may be outdated: alice signed it 29 days ago/)
  })

  it('DIR-24: a device that her record no longer lists is named, and nothing more is taken from it', async () => {
    await befriend(alice, bob)
    await alice.node.conversations.send('bob', { text: 'still mine' })
    await agree(alice, bob, ['still mine'])
    // her device has said what it has to say: else it soon says that it is listed
    await alice.until('a mailbox to keep for her', async node => (await node.mailboxes.list()).some(({ trouble, lastSeen }) => trouble === undefined && lastSeen > 0))
    await alice.until('her record to be put', async node => (await node.status()).published)
    const { identitySeed, recoveryHash } = await deriveKeys(parsePhrase(alice.phrase))
    const other = await network({ bootstrap: both() })
    try {
      // two days later her record, by another primary device, lists that one alone
      const record = async (now: number, certificates: Uint8Array[]): Promise<Uint8Array> => recordOf(identitySeed, now, Math.floor(now / 1000) + 10, { recoveryHash, certificates })
      const key = routingKey(parseId(alice.node.id))
      offset = 2 * DAY
      const bytes = await record(clock.now(), [new Uint8Array(32)])
      const view = await bob.until('bob to be told', async node => {
        // whoever is met only now, or answers late, is not among those who keep it at first
        await other.network.dht.put(key, bytes)
        const contact = await node.contacts.show('alice')
        return contact.unlisted === undefined ? undefined : contact
      })
      expect(view.unlisted).to.deep.equal([alice.node.device])
      await bob.until('the warning', () => warned(bob, /no longer lists a device/) ? true : undefined)
      const { message } = await alice.node.conversations.send('bob', { text: 'from the thief' })
      expect(await codeOf(alice.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(2000) }))).to.equal('TIMEOUT')
      expect(await texts(bob, 'alice')).to.deep.equal(['still mine'])
    } finally {
      await other.stop()
    }
  })
})
