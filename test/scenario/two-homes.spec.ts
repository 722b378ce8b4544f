import { expect } from 'chai'
import { Person, befriend, eventually } from '../support/actors.ts'
import { House } from '../support/process.ts'
import type { MessageView } from '@sotto/node'

const shown = ({ id, from, text, kind }: MessageView): object => ({ id, from, text, kind })

describe('two homes that share nothing but a link', function () {
  this.timeout(120_000)
  let house: House
  let alice: Person
  let bob: Person

  beforeEach(async () => {
    house = await House.open()
    alice = new Person(house, 'alice')
    bob = new Person(house, 'bob')
  })

  afterEach(async () => { await house.close() })

  it('meet, talk, and hold the same log', async () => {
    const made = await alice.init()
    expect(made.id).to.match(/^sotto1/)
    expect(made.phrase.split(' ')).to.have.length(24)
    await bob.init()
    await Promise.all([alice.start(), bob.start()])

    const added = await alice.one<{ id: string, state: string, name: string }>(['contact', 'add', await bob.link(), '--name', 'bob', '--note', 'From the market'])
    expect(added).to.include({ id: bob.ready.id, name: 'bob', state: 'requested' })
    const request = await bob.request()
    expect(request).to.include({ id: alice.ready.id, name: 'alice', note: 'From the market' })
    expect(await bob.one(['request', 'accept', 'alice'])).to.include({ id: alice.ready.id, state: 'accepted' })

    const wait = ['--wait', 'delivered', '--timeout', '20']
    expect(await alice.one(['send', 'bob', 'Is this seat taken?', ...wait])).to.include({ state: 'delivered' })
    expect(await bob.one(['send', 'alice', 'It is yours.', ...wait])).to.include({ state: 'delivered' })
    expect(await alice.send(bob.ready.id, 'Thanks — ½ an hour, 你好, 👋', 'delivered')).to.include({ state: 'delivered' })

    const [hers, his] = await Promise.all([alice.history('bob'), bob.history('alice')])
    expect(hers.map(shown)).to.deep.equal(his.map(shown))
    expect(hers.map(view => view.text)).to.deep.equal(['Is this seat taken?', 'It is yours.', 'Thanks — ½ an hour, 你好, 👋'])
  })

  it('add each other at the same moment, and have one conversation', async () => {
    await Promise.all([alice.start(), bob.start()])
    const [hers, his] = await Promise.all([alice.link(), bob.link()])
    await Promise.all([
      alice.verb(['contact', 'add', his, '--name', 'bob']),
      bob.verb(['contact', 'add', hers, '--name', 'alice'])
    ])
    for (const [person, who] of [[alice, 'bob'], [bob, 'alice']] as const) {
      await eventually(person, `${who} to be a contact of ${person.name}`, 60_000, async messenger =>
        (await messenger.contacts.list()).find(contact => contact.state === 'accepted'))
    }
    await alice.send('bob', 'You too?', 'delivered')
    await bob.send('alice', 'At once!', 'delivered')

    for (const [person, who] of [[alice, 'bob'], [bob, 'alice']] as const) {
      const history = await person.history(who)
      expect(history.map(view => view.text)).to.deep.equal(['You too?', 'At once!'])
      const inbox = await person.verb<{ with: string }>(['inbox'])
      expect(inbox.filter(line => line.with !== person.ready.id)).to.have.length(1)
      expect(await person.verb(['request', 'list'])).to.deep.equal([])
    }
    const [one, two] = await Promise.all([alice.history('bob'), bob.history('alice')])
    expect(one[0]?.conversation).to.equal(two[0]?.conversation)
  })

  it('talk without a resident node on one side: a command runs one for as long as it needs', async () => {
    await Promise.all([alice.init(), bob.init()])
    await Promise.all([alice.start(), bob.start()])
    await befriend(alice, bob)
    await alice.stop()

    expect(await alice.send('bob', 'In passing', 'delivered')).to.include({ state: 'delivered' })
    expect((await bob.history('alice')).at(-1)).to.include({ text: 'In passing', from: alice.ready.id })
    expect((await alice.history('bob')).at(-1)).to.include({ text: 'In passing', state: 'delivered' })
  })

  it('send once what is sent twice under the same id', async () => {
    await Promise.all([alice.init(), bob.init()])
    await Promise.all([alice.start(), bob.start()])
    await befriend(alice, bob)
    const first = await alice.one(['send', 'bob', 'Once', '--id', 'order-7', '--wait', 'delivered'])
    const second = await alice.one(['send', 'bob', 'Once', '--id', 'order-7', '--wait', 'delivered'])
    expect(second.message).to.equal(first.message)
    expect((await bob.history('alice')).filter(view => view.text === 'Once')).to.have.length(1)
  })

  it('keep a note to oneself at once, with nobody there', async () => {
    const { id } = await alice.init()
    await alice.one(['send', id, 'Buy milk'])
    expect((await alice.history(id)).map(view => view.text)).to.deep.equal(['Buy milk'])
  })
})
