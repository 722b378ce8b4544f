import { mkdir } from 'node:fs/promises'
import { Edit, KIND_EDIT, KIND_REACTION, Reaction } from '@sotto/protocols/message'
import { Profile } from '@sotto/protocols/session'
import { expect } from 'chai'
import { loadOwn, ownOps } from '../../packages/node/src/identity/own.ts'
import { openProfile } from '../../packages/node/src/store/profile.ts'
import { runVerb } from '../support/process.ts'
import { Impostor } from './impostor.ts'
import { befriend, until, Village } from './people.ts'
import type { Resident } from './people.ts'

/** What steers a terminal, hides, or turns the direction of letters. Line feeds are ours to write. */
// eslint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u
const NAMES = ['\u001b]0;owned\u0007bob', 'b\u202eob', '\u2066bob\u2069', 'bob\nalice', 'bob\u0000', '\u009b2Jbob', '\u{e0062}\u{e006f}\u{e0062}bob', 'b\u200fob']
const TEXTS = [
  'clear \u001b[2J\u001b[H the screen', 'title \u001b]0;owned\u0007', 'clipboard \u001b]52;c;cm0gLXJm\u0007', 'c1 \u009b31m \u0090q\u009c', 'back\b\b\b\b', '\u007f\u0000',
  'photo_\u202egnp.exe', '\u2066\u2069\u061c\u200e', 'tags \u{e0041}\u{e0042}', 'first\n12:00  you: I owe you 100', 'first\r12:00  you: I owe you 100', 'line\u2028separator\u2029',
  `pile${'\u0301'.repeat(300)}`, '\ud800 alone', 'x'.repeat(32 * 1024)
]

describe('text of others on a terminal', function () {
  this.timeout(120_000)
  let village: Village
  let home: string

  beforeEach(async () => {
    village = await Village.open()
    home = `${village.directory}/terminal`
    await mkdir(home, { mode: 0o700 })
  })

  afterEach(async () => { await village.close() })

  /** A verb for people, on the profile of somebody who is not running. */
  async function shown (person: Resident, args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runVerb(home, ['--profile', person.profile, ...args])
    expect(code, stderr).to.equal(0)
    expect(stdout, args.join(' ')).to.not.match(STEERING)
    expect(stderr, args.join(' ')).to.not.match(STEERING)
    return stdout
  }

  it('T44, T62: a name and a note in a request, chosen to steer, hide or pretend, are shown as harmless letters on one line', async () => {
    const alice = await village.move('alice')
    for (const [at, name] of NAMES.entries()) {
      const mallory = await village.settle(`mallory-${at}`)
      const { store, close } = await openProfile({ profile: mallory.profile })
      await store.batch(ownOps({ ...await loadOwn(store), name }))
      await close()
      await mallory.start()
      await mallory.node.contacts.add(await alice.link(), { note: TEXTS[at]! })
      await until(alice.node, `request ${at}`, async () => (await alice.node.requests.list()).find(({ id }) => id === mallory.id))
      await mallory.stop()
    }
    await alice.node.requests.accept((await alice.node.requests.list())[0]!.id)
    await alice.stop()
    const list = await shown(alice, ['request', 'list'])
    expect(list.split('\n').filter(line => line.includes('sotto1'))).to.have.length.of.at.least(NAMES.length - 1)
  })

  it('T44, T62: messages, edits, reactions and a name from a contact', async () => {
    const [alice, mallory] = await Promise.all(['alice', 'mallory'].map(async name => await village.move(name))) as [Resident, Resident]
    await befriend(mallory, alice)
    await mallory.stop()
    const impostor = await Impostor.of(mallory, alice)
    try {
      const { pen } = impostor
      let last = await impostor.heads()
      let sequence = 1
      let target = last[0]!
      const write = async (more: object): Promise<void> => {
        sequence++
        const entry = impostor.entry(pen, { sequence, depth: sequence + 1, parents: last, ...more })
        last = [{ author: pen.device, sequence, hash: entry.hash }]
        await impostor.say({ runs: [await impostor.run(pen, [entry])] })
      }
      for (const text of TEXTS) await write({ text: text.toWellFormed() })
      target = last[0]!
      for (const text of TEXTS.slice(0, 3)) await write({ kind: KIND_EDIT, body: Edit.encode({ target, text }) })
      await write({ kind: KIND_REACTION, body: Reaction.encode({ target, emoji: '\u001b[31m\u202e!' }) })
      for (const [at, name] of NAMES.entries()) await impostor.say({ profile: Profile.encode({ name, revision: Date.now() + at, readReceipts: true }) })
      await impostor.handled()
    } finally {
      await impostor.stop()
    }
    await until(alice.node, 'all of it', async () => (await alice.texts(mallory.id)).length === TEXTS.length + 2 ? true : undefined)
    await alice.stop()
    const history = await shown(alice, ['history', 'mallory', '--ids'])
    // whoever writes a line that looks like another's message writes it behind a bar
    expect(history.split('\n').filter(line => /^\d\d:\d\d {2}you: I owe/.test(line))).to.deep.equal([])
    for (const args of [['inbox'], ['contact', 'show', 'mallory']]) await shown(alice, args)
  })
})
