import { execFileSync } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { Person, errorOf } from '../support/actors.ts'
import { House } from '../support/process.ts'
import { befriend, kept, say, until, Village } from './people.ts'
import type { Resident, Somebody } from './people.ts'
import type { IdentityId, MessageView } from '@sotto/node'

const LONG = 'x'.repeat(20_000)
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const shown = (views: readonly MessageView[]): string[] => views.filter(({ kind }) => kind !== 'gap').map(({ text }) => text.slice(0, 20))

describe('bad days', function () {
  this.timeout(120_000)
  let house: House
  let village: Village

  beforeEach(async () => {
    house = await House.open()
    village = await Village.open()
  })

  afterEach(async () => {
    await village.close()
    await house.close()
  })

  /** A person in a process of their own, as the others see them. */
  async function somebody (person: Person): Promise<Somebody> {
    return { name: person.name, id: person.ready.id as IdentityId, node: await person.messenger(), link: async () => person.ready.link }
  }

  describe('a full disk', () => {
    /** Somebody whose disk takes so many bytes into one file, and then fails. */
    async function tight (name: string, maxFileBytes: number, args: string[] = []): Promise<Person> {
      const person = new Person(house, name)
      await person.init()
      await person.start(args, { maxFileBytes })
      return person
    }

    it('T69: of a sender: what could not be kept is refused with a reason, what was kept arrives, in order, once there is room', async () => {
      const bob = await village.move('bob')
      const person = await tight('alice', 500_000)
      const alice = await somebody(person)
      await befriend(alice, bob)
      const kept: string[] = []
      const refused: string[] = []
      const ends = ['STORE_CLOSED', 'NOT_RUNNING'] // a disk that does not even take what opening the store anew writes ends the node
      for (let at = 0; at < 40 && !ends.includes(refused.at(-1) ?? ''); at++) {
        const text = `${at} ${LONG}`
        await alice.node.conversations.send(bob.id, { text }).then(() => { kept.push(text) }, (error: { code: string, hint?: string }) => {
          refused.push(error.code)
          if (!ends.includes(error.code)) expect(error.hint).to.match(/free some space/i)
        })
      }
      expect(refused[0]).to.equal('STORE_FULL')
      if (ends.includes(refused.at(-1) ?? '')) expect(await person.resident.ended()).to.equal(1)
      expect(kept.length).to.be.within(5, 39)
      if (person.resident.running) await person.stop()
      person.hangUp()
      await person.start()
      const again = await somebody(person)
      await say(again, bob, 'there is room again')
      const said = ['I am alice', 'I am bob', ...kept, 'there is room again'].map(text => text.slice(0, 20))
      expect(shown(await bob.node.conversations.history(again.id))).to.deep.equal(said)
      expect(shown(await again.node.conversations.history(bob.id))).to.deep.equal(said)
    })

    it('T69: of a receiver: nothing is confirmed that was not kept; with room again all of it is there, once', async () => {
      const alice = await village.move('alice')
      const person = await tight('bob', 500_000)
      const bob = await somebody(person)
      await befriend(alice, bob)
      const texts = many(60, at => `${at} ${LONG}`)
      for (const text of texts.slice(0, 5)) await say(alice, bob, text)
      for (const text of texts.slice(5)) await alice.node.conversations.send(bob.id, { text })
      await until(bob.node, 'as much as the disk takes', async () => await bob.node.conversations.history(alice.id).then(views => views.length > 7 ? true : undefined, () => true))
      await person.kill()
      const confirmed = shown((await alice.node.conversations.history(bob.id)).filter(({ state }) => state === 'delivered'))
      await person.start()
      const again = await somebody(person)
      expect(shown(await again.node.conversations.history(alice.id))).to.include.members(confirmed)
      await until(again.node, 'all of it', async () => shown(await again.node.conversations.history(alice.id)).length === 62 ? true : undefined, 60_000)
      expect(shown(await again.node.conversations.history(alice.id))).to.deep.equal(['I am alice', 'I am bob', ...texts].map(text => text.slice(0, 20)))
    })

    it('T69: of a mailbox: it refuses by name, keeps what it signed for, and goes on', async () => {
      const mailbox = await tight('mailbox', 150_000, ['--mailbox', 'volunteer'])
      const [alice, bob] = await village.hidden(['alice', 'bob'], mailbox.ready.addresses) as [Resident, Resident]
      await befriend(alice, bob)
      await bob.stop()
      const texts = many(60, at => `${at} ${LONG}`)
      for (const text of texts) await alice.node.conversations.send(bob.id, { text })
      await until(alice.node, 'a refusal', async () => (await alice.node.conversations.history(bob.id)).find(({ waiting }) => waiting?.includes('the mailbox is full') === true))
      expect(mailbox.resident.running, 'the mailbox is up').to.equal(true)
      await mailbox.stop()
      await mailbox.start(['--mailbox', 'volunteer'])
      await alice.stop()
      await Promise.all([alice.hide(), bob.hide()])
      await until(bob.node, 'all of it', async () => (await bob.texts(alice.id)).length === 62 ? true : undefined, 60_000)
      expect((await bob.texts(alice.id)).map(text => text.slice(0, 20))).to.deep.equal(['I am alice', 'I am bob', ...texts].map(text => text.slice(0, 20)))
    })

    it('T69: to the last byte: the node ends and says why, no command pretends; with room again it starts, and nothing is lost', async function () {
      const alice = new Person(house, 'alice')
      await mkdir(alice.profile, { recursive: true })
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', alice.profile], { stdio: 'ignore' })
      } catch {
        this.skip() // only root may make a disk that is full
      }
      try {
        const { id } = await alice.init()
        await alice.start()
        const kept: string[] = []
        const { conversations } = await alice.messenger()
        const { bavail, bsize } = await statfs(alice.profile)
        await writeFile(join(alice.profile, 'ballast'), new Uint8Array(bavail * bsize - 100_000))
        let code = ''
        for (let at = 0; at < 20 && code === ''; at++) {
          await conversations.send(id, { text: `${at} ${LONG}` }).then(() => { kept.push(`${at} ${LONG}`) }, (error: { code: string }) => { code = error.code })
        }
        expect(code).to.equal('STORE_FULL')
        expect(await alice.resident.ended()).to.equal(1)
        expect(errorOf(alice.resident.stderr()), alice.resident.stderr()).to.include({ code: 'STORE_FULL' })
        alice.hangUp()
        for (const verb of [['start'], ['history', id], ['send', id, 'More?']]) {
          const ran = await alice.run(verb)
          expect(ran.code, ran.stderr).to.equal(1)
          expect(errorOf(ran.stderr), ran.stderr).to.include({ code: 'STORE_FULL' })
          expect(errorOf(ran.stderr).hint).to.match(/free some space/i)
        }
        await rm(join(alice.profile, 'ballast'))
        await alice.one(['send', id, 'Room again'])
        expect(shown(await alice.history(id))).to.deep.equal([...kept, 'Room again'].map(text => text.slice(0, 20)))
      } finally {
        await alice.kill()
        execFileSync('umount', [alice.profile])
      }
    })
  })

  it('T70: one who is frozen, not gone, holds nobody up: mail waits with the mailboxes within seconds, and is there once when they thaw', async () => {
    const mailboxes = await Promise.all(['one', 'two'].map(async name => await village.move(name, { resident: true, mailbox: 'volunteer' })))
    const bootstrap = mailboxes.flatMap(({ node }) => node.addresses())
    const alice = await village.move('alice', { bootstrap })
    const person = new Person(house, 'bob', { bootstrap })
    await person.init()
    await person.start()
    const bob = await somebody(person)
    await kept(bob, 2)
    await befriend(alice, bob)
    await say(alice, bob, 'before')
    person.resident.freeze()
    const texts = many(20, at => `while you stand still ${at}`)
    for (const text of texts) await alice.node.conversations.send(bob.id, { text })
    await alice.node.conversations.flushed({ signal: AbortSignal.timeout(60_000) })
    person.resident.thaw()
    await until(alice.node, 'all of it delivered', async () => (await alice.node.conversations.history(bob.id)).every(({ state }) => state === 'delivered' || state === 'read') ? true : undefined)
    expect(shown(await bob.node.conversations.history(alice.id)).slice(3)).to.deep.equal(texts.map(text => text.slice(0, 20)))
    expect(person.resident.stderr()).to.not.include('"error"')
  })
})
