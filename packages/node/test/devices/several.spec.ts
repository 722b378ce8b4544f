import { expect } from 'chai'
import { befriend, codeOf, texts, village } from '../conversations/people.ts'
import { keeperOf } from '../../src/devices/keepers.ts'
import type { KnownDevice } from '../../src/devices/shelf.ts'
import type { Home, Village } from '../conversations/people.ts'
import type { PairingView } from '../../src/index.ts'

const COUNT = 40

describe('a person with several devices', function () {
  this.timeout(120_000)
  let town: Village
  let alice: Home
  let bob: Home

  beforeEach(async () => {
    town = await village();
    [alice, bob] = await Promise.all([town.home('alice'), town.home('bob')])
    await befriend(alice, bob)
  })
  afterEach(async () => { await town.stop() })

  /** Another device of somebody; resolves when it has everything. */
  async function pair (of: Home, name: string): Promise<{ device: Home, steps: PairingView[] }> {
    const steps: PairingView[] = []
    let device: Home | undefined
    for await (const step of of.node.devices.link({ signal: AbortSignal.timeout(60_000) })) {
      steps.push(step)
      if (step.state === 'waiting') device = await town.home(name, { code: step.code })
    }
    if (device === undefined) throw new Error('no device came')
    return { device, steps }
  }

  async function has (one: Home, who: string, wanted: readonly string[]): Promise<void> {
    await one.until(`what was said: ${wanted.join()}`, async () => [...await texts(one, who)].sort().join('\n') === [...wanted].sort().join('\n'))
  }

  it('PAIR-9, PAIR-10, PAIR-11: a new device has the name, the contacts, the whole history and the notes, and talks', async () => {
    const said = Array.from({ length: COUNT }, (_, i) => `${i % 3 === 0 ? 'bob' : 'alice'} ${i}`)
    for (const text of said) await (text.startsWith('bob') ? bob.node.conversations.send('alice', { text }) : alice.node.conversations.send('bob', { text }))
    await has(alice, 'bob', said)
    await alice.node.conversations.markRead('bob')
    await alice.node.conversations.send('self', { text: 'buy milk' })
    const { device: phone, steps } = await pair(alice, 'phone')
    expect(steps.map(({ state }) => state).filter(state => state !== 'history')).to.deep.equal(['waiting', 'paired', 'done'])
    expect(phone.node.id).to.equal(alice.node.id)
    expect((await phone.node.self()).name).to.equal('alice')
    await has(phone, 'bob', said)
    await has(phone, 'self', ['buy milk'])
    expect((await phone.node.conversations.list()).map(({ unread }) => unread)).to.deep.equal([0, 0])

    await phone.node.conversations.send('bob', { text: 'from the phone' })
    await bob.node.conversations.send('alice', { text: 'to both' })
    for (const one of [alice, phone]) await has(one, 'bob', [...said, 'from the phone', 'to both'])
    await has(bob, 'alice', [...said, 'from the phone', 'to both'])
    const words = (await texts(alice, 'bob')).join()
    expect((await texts(phone, 'bob')).join()).to.equal(words)
    expect((await texts(bob, 'alice')).join()).to.equal(words)

    await phone.node.conversations.send('self', { text: 'and bread' })
    await has(alice, 'self', ['buy milk', 'and bread'])
    expect((await alice.node.devices.list()).map(({ role, current, connected, revoked }) => ({ role, current, connected, revoked }))).to.deep.equal([
      { role: 'primary', current: true, connected: true, revoked: false },
      { role: 'linked', current: false, connected: true, revoked: false }
    ])
    expect((await phone.node.devices.list()).map(({ role }) => role)).to.deep.equal(['linked', 'primary'])
  })

  it('PAIR-14: what was said on another device is shown as far as the contact’s devices signed for it', async () => {
    const stateOf = async (one: Home, text: string): Promise<string | undefined> => (await one.node.conversations.history('bob')).find(message => message.text === text)?.state
    await alice.node.conversations.send('bob', { text: 'before' })
    await has(bob, 'alice', ['before'])
    await bob.node.conversations.send('alice', { text: 'an answer' })
    await has(alice, 'bob', ['before', 'an answer'])
    const { device: phone } = await pair(alice, 'phone')
    await phone.until('that bob had it', async () => await stateOf(phone, 'before') === 'delivered')
    await bob.stop()
    await alice.node.conversations.send('bob', { text: 'bob is away' })
    await has(phone, 'bob', ['before', 'an answer', 'bob is away'])
    expect(await stateOf(phone, 'bob is away')).to.equal('sealed')
    await bob.start()
    await has(bob, 'alice', ['before', 'an answer', 'bob is away'])
    await phone.until('that bob has it', async () => await stateOf(phone, 'bob is away') === 'delivered')
    await bob.node.conversations.markRead('alice')
    await phone.until('that bob has read it', async () => await stateOf(phone, 'bob is away') === 'read')
    await phone.until('the news of it', () => phone.events.some(event => event.event === 'state' && event.state === 'read'))
    await phone.stop()
    await phone.start()
    expect(await stateOf(phone, 'bob is away')).to.equal('read')
  })

  it('PAIR-16: a linked device has its own node that stays for a keeper, and the mailboxes that this one chose', async () => {
    const node = await town.home('dave', { resident: true })
    const { device: phone } = await pair(node, 'phone')
    const kept = await phone.until('the node that stays', async ({ mailboxes }) => (await mailboxes.list())[0])
    expect(kept).to.deep.include({ peer: node.node.peerId, kind: 'own' }).and.not.to.have.property('trouble')
    expect((await phone.node.devices.list()).map(({ role, stays }) => ({ role, stays }))).to.deep.equal([{ role: 'linked', stays: undefined }, { role: 'primary', stays: true }])
    expect((await phone.node.status()).mailboxes).to.have.length(1)
    expect((await phone.node.doctor()).filter(({ code, level }) => level !== 'ok' && code.includes('mailbox'))).to.deep.equal([])
    expect((await node.node.mailboxes.list()), 'a phone that comes and goes is none').to.deep.equal([])
    await phone.stop()
    await phone.start()
    expect((await phone.node.mailboxes.list()).map(({ kind }) => kind)).to.deep.equal(['own'])
    const { device: other } = await pair(alice, 'other')
    expect(await other.node.mailboxes.list()).to.deep.equal([])
  })

  it('PAIR-16: one that is away for longer than a start takes is said to be away, since when it was last there', () => {
    const known = { peerId: '12D3KooWNode', addresses: [], lastSeen: Date.UTC(2026, 0, 2, 3, 4) } as unknown as KnownDevice
    const at = (ms: number, connected: boolean): string | undefined => keeperOf(known, { now: known.lastSeen + 60_000 + ms, started: known.lastSeen + 60_000, connected }).trouble
    expect(at(1000, false)).to.equal(undefined)
    expect(at(16_000, false)).to.equal('not reached since 2026-01-02 03:04 UTC')
    expect(at(16_000, true)).to.equal(undefined)
  })

  async function saysThatItWasRevoked ({ node }: Home): Promise<void> {
    expect((await node.self()).revoked).to.equal(true)
    const status = await node.status()
    expect(status.revoked).to.equal(true)
    expect(status.advice.join('\n')).to.contain('This device was revoked').and.not.contain('mailbox')
    const found = await node.doctor()
    expect(found[0]).to.include({ code: 'revoked', level: 'problem' })
    const { conversations, contacts, requests, calls, mailboxes, devices } = node
    const [message] = await conversations.history('bob')
    if (message === undefined) throw new Error('nothing was said')
    const link = devices.link()[Symbol.asyncIterator]()
    const sending = [
      conversations.send('bob', { text: 'still me' }), conversations.send('self', { text: 'still me' }), conversations.edit(message.id, 'no'), conversations.retract(message.id),
      conversations.react(message.id, '👍'), conversations.typing('bob', true), contacts.add(bob.node.id), requests.accept('carol'), calls.start('bob'),
      mailboxes.offer('bob'), mailboxes.revoke('bob'), node.rename('nobody'), link.next()
    ]
    expect(new Set(await Promise.all(sending.map(codeOf)))).to.deep.equal(new Set(['DEVICE_REVOKED']))
    await conversations.flushed({ signal: AbortSignal.timeout(60_000) })
  }

  it('PAIR-12: a revoked device reads nothing new, is told, and says so; the others go on', async () => {
    const { device: phone } = await pair(alice, 'phone')
    await bob.node.conversations.send('alice', { text: 'before' })
    await has(phone, 'bob', ['before'])
    await bob.until('the phone to be known to him too', async node => (await node.contacts.show('alice')).devices.length === 2)
    await alice.node.contacts.verify('bob', { confirm: true })
    await bob.node.contacts.verify('alice', { confirm: true })
    expect((await bob.node.contacts.show('alice')).devicesChanged).to.equal(false)

    expect(await codeOf(phone.node.devices.revoke(alice.node.device))).to.equal('NOT_PRIMARY')
    expect(await codeOf(phone.node.phrase(undefined))).to.equal('NOT_PRIMARY')
    expect(await codeOf(alice.node.devices.revoke(alice.node.device))).to.equal('BAD_ARGUMENT')
    expect(await codeOf(alice.node.devices.revoke('0000'))).to.equal('UNKNOWN_DEVICE')
    const gone = await alice.node.devices.revoke(phone.node.device.slice(0, 8))
    expect(gone).to.include({ device: phone.node.device, revoked: true, connected: false })
    await phone.until('the revocation', async node => (await node.devices.list())[0]?.revoked)
    await phone.until('the news of it', () => phone.events.some(({ event }) => event === 'revoked'))
    await saysThatItWasRevoked(phone)

    await bob.node.conversations.send('alice', { text: 'after' })
    await alice.node.conversations.send('bob', { text: 'indeed' })
    await has(alice, 'bob', ['before', 'after', 'indeed'])
    await has(bob, 'alice', ['before', 'after', 'indeed'])
    await alice.node.conversations.send('self', { text: 'secret' })
    await phone.stop()
    await phone.start()
    await bob.node.conversations.send('alice', { text: 'and more' })
    await has(alice, 'bob', ['before', 'after', 'indeed', 'and more'])
    expect(await texts(phone, 'bob')).to.deep.equal(['before'])
    expect(await texts(phone, 'self')).to.deep.equal([])
    expect((await phone.node.devices.list())[0]?.revoked).to.equal(true)
    await saysThatItWasRevoked(phone)
    expect(await alice.node.self()).not.to.have.property('revoked')
    expect((await alice.node.devices.list()).map(({ revoked }) => revoked)).to.deep.equal([false, true])
  })

  it('PAIR-9: who asks alice is seen on every device, and may be answered on any', async () => {
    const { device: phone } = await pair(alice, 'phone')
    const [carol, dave] = await Promise.all([town.home('carol'), town.home('dave')])
    await carol.node.contacts.add(await phone.link(), { name: 'alice', note: 'from school' })
    const request = await phone.until('the request', async node => (await node.requests.list())[0])
    expect(request).to.include({ name: 'carol', note: 'from school' })
    await phone.node.requests.accept('carol')
    await carol.node.conversations.send('alice', { text: 'hello alice' })
    for (const one of [alice, phone]) {
      await one.until('carol', async node => (await node.contacts.list()).some(({ name, state }) => name === 'carol' && state === 'accepted'))
      await has(one, 'carol', ['hello alice'])
      await one.until('no request', async node => (await node.requests.list()).length === 0)
    }

    await phone.node.contacts.add(await dave.link(), { name: 'dave' })
    await alice.until('dave', async node => (await node.contacts.list()).some(({ name, state }) => name === 'dave' && state === 'requested'))
    await dave.node.requests.accept((await dave.until('the request', async node => (await node.requests.list())[0])).id, { name: 'alice' })
    await dave.node.conversations.send('alice', { text: 'I am dave' })
    for (const one of [alice, phone]) await has(one, 'dave', ['I am dave'])
    await alice.node.contacts.rename('dave', 'David')
    await phone.until('the name', async node => (await node.contacts.list()).some(({ name }) => name === 'David'))
    await phone.node.contacts.block('David')
    await alice.until('the block', async node => (await node.contacts.show('David')).blocked)
    await phone.node.tellReads(false)
    await alice.until('that nobody is told what alice reads', async node => !(await node.self()).readReceipts)
  })

  it('PAIR-9: who was away when a device of alice answered comes in when they are back, whatever her other devices said meanwhile', async () => {
    const { device: phone } = await pair(alice, 'phone')
    const carol = await town.home('carol')
    await carol.node.contacts.add(await alice.link(), { name: 'alice' })
    await phone.until('the request', async node => (await node.requests.list())[0])
    await carol.stop()
    await phone.node.requests.accept('carol')
    await alice.until('carol', async node => (await node.contacts.list()).some(({ name, state }) => name === 'carol' && state === 'accepted'))
    await alice.node.conversations.send('carol', { text: 'from the desk' })
    await has(phone, 'carol', ['from the desk'])
    await carol.start()
    await has(carol, 'alice', ['from the desk'])
    await carol.node.conversations.send('alice', { text: 'here I am' })
    for (const one of [alice, phone]) await has(one, 'carol', ['from the desk', 'here I am'])
  })

  it('PAIR-9: what alice chose for bob outlives what a device that had not heard of it learned of him later', async () => {
    const { device: phone } = await pair(alice, 'phone')
    await phone.stop()
    await alice.node.contacts.rename('bob', 'Robert')
    await alice.node.contacts.verify('Robert', { confirm: true })
    await alice.node.contacts.block('Robert')
    await alice.stop()
    await phone.start()
    await bob.node.rename('Bobby')
    await bob.node.conversations.send('alice', { text: 'I am Bobby now' })
    await phone.until('what bob calls himself', async node => (await node.contacts.show('bob')).profileName === 'Bobby')
    await alice.start()
    for (const one of [phone, alice]) {
      await one.until('all that is known of bob', async node => (await node.contacts.list()).some(({ name, profileName, verified, blocked }) => name === 'Robert' && profileName === 'Bobby' && verified && blocked))
    }
  })

  it('PAIR-11: what is said while a device is away comes when it is back, from whoever has it', async () => {
    const { device: phone } = await pair(alice, 'phone')
    await phone.stop()
    const said = Array.from({ length: COUNT }, (_, i) => `while away ${i}`)
    for (const text of said) await bob.node.conversations.send('alice', { text })
    await has(alice, 'bob', said)
    await alice.node.conversations.send('self', { text: 'noted' })
    await alice.stop()
    // only bob is there
    await phone.start()
    await has(phone, 'bob', said)
    await phone.node.conversations.send('bob', { text: 'alone' })
    await has(bob, 'alice', [...said, 'alone'])
    await bob.stop()
    await alice.start()
    await has(alice, 'bob', [...said, 'alone'])
    await has(phone, 'self', ['noted'])
    await bob.start()
  })
})
