import { expect } from 'chai'
import { Person, befriend, eventually } from '../support/actors.ts'
import { crowd, volunteers } from '../support/crowd.ts'
import type { Crowd } from '../support/crowd.ts'
import type { ContactView, Messenger, StatusView } from '@sotto/node'

describe('people who have nothing of each other but an id', function () {
  this.timeout(120_000)
  let here: Crowd

  beforeEach(async () => { here = await crowd({ mailboxes: volunteers(3), strangers: true }) })
  afterEach(async () => { await here.close() })

  /** Until what no event tells of is so. */
  async function seen<T> (person: Person, probe: (messenger: Messenger) => Promise<{ fits: boolean, view: T }>): Promise<T> {
    const messenger = await person.messenger()
    for (const deadline = Date.now() + 60_000; ; await new Promise(resolve => { setTimeout(resolve, 250) })) {
      const { fits, view } = await probe(messenger)
      if (fits) return view
      if (Date.now() > deadline) throw new Error(`${person.name}: ${JSON.stringify(view)}`)
    }
  }

  /** Until what waits for the contact is said in words that fit. */
  async function waits (person: Person, who: string, words: RegExp): Promise<ContactView> {
    return seen(person, async messenger => {
      const view = await messenger.contacts.show(who)
      return { fits: words.test(view.waiting ?? ''), view }
    })
  }

  it('find each other, ask, and talk', async () => {
    const { alice, bob } = here
    expect((await alice.one<StatusView & Record<string, unknown>>(['status'])).directory).to.equal('server')
    const added = await alice.one(['contact', 'add', bob.ready.id, '--name', 'bob'])
    expect(added).to.include({ id: bob.ready.id, state: 'requested' })
    await bob.acceptAs('alice', 60_000)
    await alice.send('bob', 'Found you.', 'delivered')
    await bob.send('alice', 'By what?', 'delivered')
  })

  it('find the mailbox of who is away; who is nowhere is looked for, visibly', async () => {
    const { alice, bob, house } = here
    await seen(bob, async messenger => {
      const view = await messenger.mailboxes.list()
      return { fits: view.some(({ trouble }) => trouble === undefined), view }
    })
    // alice asks while he is there, so that he is known to be found; carol asks when he is gone
    await alice.verb(['contact', 'add', bob.ready.id, '--name', 'bob'])
    await bob.request(60_000)
    const { id } = bob.ready
    await bob.stop()
    const carol = new Person(house, 'carol', { bootstrap: here.mailboxes.flatMap(mailbox => mailbox.ready.addresses) })
    await carol.start()
    await carol.verb(['contact', 'add', id, '--name', 'bob'])
    await waits(carol, 'bob', /waits in .*mailbox/)
    await bob.start()
    const asked = await eventually(bob, 'carol to ask bob', 60_000, async messenger => (await messenger.requests.list()).find(({ name }) => name === 'carol'))
    expect(asked.id).to.equal(carol.ready.id)

    const nobody = await new Person(house, 'nobody').init()
    await carol.verb(['contact', 'add', nobody.id, '--name', 'nobody'])
    await waits(carol, 'nobody', /not found yet/)
  })

  it('DIR-22: who was robbed moves by the recovery phrase, and contacts follow, visibly', async () => {
    const { alice, bob, house } = here
    await befriend(alice, bob)
    const { phrase } = await alice.one<{ phrase: string }>(['phrase'])
    const old = alice.ready.id
    const again = new Person(house, 'alice-again', { bootstrap: here.mailboxes.flatMap(mailbox => mailbox.ready.addresses) })
    const made = await again.one<{ id: string, from: string, phrase: string }>(['restore', '--move', '--name', 'alice'], { input: phrase })
    expect(made.from).to.equal(old)
    expect(made.phrase).to.not.equal(phrase)
    await again.start()
    await eventually(bob, 'bob to follow', 60_000, async messenger => (await messenger.contacts.list()).find(({ id }) => id === made.id))
    const [shown, before] = await Promise.all([bob.one<ContactView & Record<string, unknown>>(['contact', 'show', 'alice']), bob.one<ContactView & Record<string, unknown>>(['contact', 'show', old])])
    expect(shown).to.include({ id: made.id, verified: false, movedFrom: old })
    expect(before).to.include({ state: 'moved', movedTo: made.id })
    expect((await bob.run(['send', old, 'Still there?'])).stderr).to.match(/MOVED_CONTACT/).and.match(/write to alice instead/)
    await again.acceptAs('bob', 60_000)
    await bob.send('alice', 'Is it you?', 'delivered')
    expect((await bob.history('alice'))[0]).to.include({ kind: 'notice' })
  })
})
