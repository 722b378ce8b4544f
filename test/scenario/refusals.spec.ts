import { cp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { Person, befriend, errorOf } from '../support/actors.ts'
import { House } from '../support/process.ts'
import type { Json, Ran } from '../support/process.ts'

/** Clear: a code for scripts, what happened, what to do; not a stack, not a path of the sources. */
function expectRefusal (ran: Ran<unknown>, exit: number, code: string): Json {
  expect(ran.code, ran.stderr).to.equal(exit)
  const error = errorOf(ran.stderr)
  expect(error.code).to.equal(code)
  expect(error.message).to.be.a('string').that.is.not.empty
  expect(error.hint, 'a hint what to do').to.be.a('string').that.is.not.empty
  expect(ran.stderr).to.not.match(/^\s+at |node_modules|\.ts:\d/m)
  expect(ran.stdout).to.equal('')
  return error
}

/** The largest files of a directory, deep: where a store keeps what it holds. */
async function largest (directory: string): Promise<string> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  const sized = await Promise.all(files.map(async entry => {
    const path = join(entry.parentPath, entry.name)
    return { path, size: (await stat(path)).size }
  }))
  sized.sort((one, other) => other.size - one.size)
  const [first] = sized
  if (first === undefined) throw new Error(`${directory} is empty`)
  return first.path
}

describe('what cannot be done is refused clearly, and damages nothing', function () {
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

  it('a wrong passphrase', async () => {
    const carol = new Person(house, 'carol', { passphrase: 'correct horse battery staple' })
    const { id } = await carol.init()
    expectRefusal(await carol.run(['id'], { env: { SOTTO_PASSPHRASE: 'incorrect horse' } }), 5, 'WRONG_PASSPHRASE')
    expectRefusal(await carol.run(['start'], { env: { SOTTO_PASSPHRASE: '' } }), 5, 'PASSPHRASE_REQUIRED')
    expect(await carol.one(['id'])).to.include({ id })
  })

  it('a second node on the profile', async () => {
    await alice.init()
    await alice.start()
    const second = await alice.run(['start'])
    expect(second.code).to.equal(4)
    expect(errorOf(second.stderr).code).to.be.oneOf(['PROFILE_IN_USE', 'ALREADY_RUNNING'])
    expect(await alice.one(['status'])).to.include({ running: true })
  })

  it('a second identity in a profile that has one', async () => {
    const { id } = await alice.init()
    expectRefusal(await alice.run(['init']), 2, 'IDENTITY_EXISTS')
    expect(await alice.one(['id'])).to.include({ id })
  })

  it('a truncated store', async () => {
    const { id } = await alice.init()
    for (let at = 0; at < 3; at++) await alice.one(['send', id, `note ${at}`])
    const kept = join(house.directory, 'kept')
    await cp(alice.profile, kept, { recursive: true })

    const victim = await largest(alice.profile)
    await truncate(victim, Math.floor((await stat(victim)).size / 2))
    const ran = await alice.run(['history', id])
    if (ran.code === 0) {
      expect(ran.lines.length, 'only the end of the log was torn off').to.be.below(3)
    } else {
      expectRefusal(ran, 1, 'STORE_DAMAGED')
    }

    await rm(alice.profile, { recursive: true })
    await cp(kept, alice.profile, { recursive: true })
    expect(await alice.history(id)).to.have.length(3)
  })

  it('a store that belongs to another key', async () => {
    await alice.init()
    await bob.init()
    const kept = join(house.directory, 'kept')
    await cp(alice.profile, kept, { recursive: true })
    for (const entry of await readdir(alice.profile, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        await rm(join(alice.profile, entry.name), { recursive: true })
        await cp(join(bob.profile, entry.name), join(alice.profile, entry.name), { recursive: true })
      }
    }
    const ran = await alice.run(['id'])
    expect(ran.code).to.equal(1)
    expect(errorOf(ran.stderr).code).to.be.oneOf(['STORE_FOREIGN', 'STORE_DAMAGED'])

    await rm(alice.profile, { recursive: true })
    await cp(kept, alice.profile, { recursive: true })
    expect((await alice.run(['id'])).code).to.equal(0)
  })

  it('a link with any one character flipped', async () => {
    await alice.init()
    await bob.init()
    const link = await bob.link()
    const places = [0.25, 0.5, 0.75, 0.999].map(share => Math.floor(share * link.length))
    for (const at of places) {
      const flipped = link.slice(0, at) + (link[at] === 'q' ? 'p' : 'q') + link.slice(at + 1)
      expectRefusal(await alice.run(['contact', 'add', flipped]), 2, 'BAD_LINK')
    }
    expect(await alice.verb(['contact', 'list'])).to.deep.equal([])
  })

  it('a contact that nobody knows, and a verb that does not exist', async () => {
    await alice.init()
    expectRefusal(await alice.run(['send', 'mallory', 'Hello?']), 2, 'UNKNOWN_CONTACT')
    expectRefusal(await alice.run(['history', 'mallory']), 2, 'UNKNOWN_CONTACT')
    expectRefusal(await alice.run(['sned', 'bob', 'Hello?']), 2, 'BAD_ARGUMENT')
  })

  it('one\'s own link', async () => {
    await alice.init()
    expectRefusal(await alice.run(['contact', 'add', await alice.link()]), 2, 'OWN_LINK')
  })

  it('a text over the limit; a text at the limit arrives', async () => {
    await Promise.all([alice.init(), bob.init()])
    await Promise.all([alice.start(), bob.start()])
    await befriend(alice, bob)
    expectRefusal(await alice.run(['send', 'bob', '-'], { input: 'é'.repeat(16 * 1024) + 'x' }), 2, 'TEXT_TOO_LONG')
    const longest = 'é'.repeat(16 * 1024)
    await alice.one(['send', 'bob', '-', '--wait', 'delivered'], { input: longest })
    expect((await bob.history('alice')).at(-1)?.text).to.equal(longest)
    expect(await bob.history('alice')).to.have.length(3)
  })

  it('a network that is down: the node starts, says so, keeps what is written, and sends it later', async () => {
    await Promise.all([alice.init(), bob.init()])
    await Promise.all([alice.start(), bob.start()])
    await befriend(alice, bob)
    await bob.stop()
    await alice.stop()

    const nobody = '/ip4/127.0.0.1/tcp/9/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
    const lonely = new Person(house, 'alice', { bootstrap: [nobody] })
    await lonely.start()
    const status = await lonely.one<{ running: boolean, peers: number, advice: string[] }>(['status'])
    expect(status).to.include({ running: true, peers: 0 })
    const sent = await lonely.run(['send', 'bob', 'Into the dark', '--wait', 'delivered', '--timeout', '2'])
    expectRefusal({ ...sent, stdout: '' }, 3, 'TIMEOUT')
    expect(await lonely.one(['status'])).to.include({ outbox: 1 })
    await bob.start()
    await lonely.send('bob', 'And on', 'delivered', 40)
    expect((await bob.history('alice')).slice(-2).map(view => view.text)).to.deep.equal(['Into the dark', 'And on'])
  })
})
