import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { run } from '../src/cli.ts'
import { ALICE, BOB, CAROL, DEVICE } from './support/actor.ts'
import { actorDoor } from './support/door.ts'
import { stage, withBob } from './support/stage.ts'
import { sotto, testWorld } from './support/world.ts'
import type { Actor } from './support/actor.ts'
import type { CallId, ConversationId, IdentityId, MessageId } from '@sotto/node'

describe('the verbs, with a node in their own process', () => {
  const scene = stage()
  const { as, initialise } = scene

  describe('init, restore, phrase, id', () => {
    it('init gives id, device, phrase and profile as JSON, and nothing else on stdout', async () => {
      const { code, lines } = await as(['init', '--json'])
      expect(code).to.equal(0)
      expect(lines()).to.have.length(1)
      expect(lines()[0]).to.include({ id: ALICE, device: DEVICE, profile: scene.profile })
      expect(String(lines()[0]?.phrase).split(' ')).to.have.length(24)
    })

    it('init says that the key lies in a file, where no passphrase was given', async () => {
      expect((await as(['init'])).err).to.contain('only you can read')
    })

    it('init a second time is wrong use and harms nothing', async () => {
      await initialise()
      const { code, errors } = await as(['init', '--json'])
      expect(code).to.equal(2)
      expect(errors().at(-1)?.error).to.include({ code: 'IDENTITY_EXISTS' })
    })

    it('restore takes the phrase from stdin, however it is spaced', async () => {
      const phrase = Array.from({ length: 24 }, (_, at) => `Word${at}`).join('\n  ')
      const { code, lines } = await as(['restore', '--json'], { stdin: phrase })
      expect(code).to.equal(0)
      expect(lines()[0]).to.deep.equal({ id: ALICE, device: DEVICE, profile: scene.profile })
    })

    it('restore of something else is wrong use, with a hint', async () => {
      expect((await as(['restore'], { stdin: 'hello' })).code).to.equal(2)
      expect((await as(['restore'], { stdin: '' })).err).to.contain('no phrase on stdin')
    })

    it('restore --move shows who one is now, and new words', async () => {
      const phrase = Array.from({ length: 24 }, () => 'word').join(' ')
      const { code, lines } = await as(['restore', '--move', '--json'], { stdin: phrase })
      expect(code).to.equal(0)
      expect(lines()[0]).to.include({ id: ALICE, from: BOB })
      expect(String(lines()[0]?.phrase).split(' ')).to.have.length(24)
      rmSync(scene.profile, { recursive: true })
      expect((await as(['restore', '--move'], { stdin: phrase })).out).to.match(/and no longer sotto1b/).and.match(/recovery phrase. Write it on paper/)
    })

    it('restore asks on a terminal', async () => {
      const { code } = await as(['restore'], { terminal: true, answers: [Array.from({ length: 24 }, () => 'word').join(' ')] })
      expect(code).to.equal(0)
    })

    it('phrase gives the phrase; of a locked profile only for the passphrase', async () => {
      await as(['init'], { env: { SOTTO_PASSPHRASE: 'moon' } })
      expect((await as(['phrase', '--json'], { env: { SOTTO_PASSPHRASE: 'moon' } })).lines()[0]).to.have.all.keys('phrase')
      expect((await as(['phrase'], { env: { SOTTO_PASSPHRASE: 'sun' } })).code).to.equal(5)
    })

    it('id gives id, name, device and link; a QR code on demand; another name', async () => {
      await initialise()
      expect((await as(['id', '--json', '--name', 'Alicia'])).lines()[0]).to.include({ id: ALICE, name: 'Alicia', device: DEVICE, link: 'sotto:alice' })
      expect((await as(['id', '--json', '--read-receipts', 'off'])).lines()[0]).to.include({ readReceipts: false })
      expect((await as(['id', '--read-receipts', 'off'])).out).to.contain('--read-receipts on')
      expect((await as(['id', '--read-receipts', 'perhaps'])).code).to.equal(2)
      expect((await as(['id', '--qr'])).out).to.contain('█')
      expect((await as(['id', '--invite', '--json'])).lines()[0]?.link).to.contain('invite')
    })
  })

  describe('contacts and requests', () => {
    beforeEach(initialise)

    it('contact add gives id, name and state, tells its progress on stderr, and stays to hand the request on', async () => {
      const door = actorDoor()
      const { code, lines, errors } = await sotto(['--profile', scene.profile, 'contact', 'add', 'sotto:bob', '--name', 'Bob', '--note', 'hi', '--json'], { door })
      expect(code).to.equal(0)
      expect(lines()).to.have.length(1)
      expect(lines()[0]).to.include({ id: BOB, name: 'Bob', state: 'requested', note: 'hi' })
      expect(errors()).to.deep.include({ progress: 'Looking for them …' })
      expect(door.last?.asked).to.contain('flushed')
    })

    it('a link that is none is wrong use', async () => {
      const { code, errors } = await as(['contact', 'add', 'hello', '--json'])
      expect(code).to.equal(2)
      expect(errors().at(-1)?.error).to.include({ code: 'BAD_LINK' })
    })

    it('list, show, rename, block, unblock and remove give the contact', async () => {
      for (const argv of [['list'], ['show', 'bob'], ['rename', 'bob', 'Robert'], ['block', 'bob'], ['unblock', 'bob'], ['remove', 'bob']]) {
        const { code, lines } = await as(['contact', ...argv, '--json'])
        expect(code, argv.join(' ')).to.equal(0)
        expect(lines()).to.have.length(1)
        expect(lines()[0]).to.include.keys('id', 'name', 'verified', 'blocked')
      }
      expect((await as(['contact', 'rename', 'bob', 'Robert', '--json'])).lines()[0]?.name).to.equal('Robert')
      expect((await as(['contact', 'block', 'bob'])).out).to.contain('blocked')
    })

    it('verify shows the safety number as words, digits and QR, and marks it when told', async () => {
      const { out } = await as(['contact', 'verify', 'bob'])
      expect(out).to.contain('12345 67890').and.contain('apple river').and.contain('█').and.contain('--confirm')
      expect((await as(['contact', 'verify', 'bob', '--confirm', '--json'])).lines()[0]).to.include({ id: BOB, verified: true, blocked: false, safety: '12345 67890' })
    })

    it('an unknown contact is told by code and hint', async () => {
      const { code, errors } = await as(['contact', 'show', 'eve', '--json'])
      expect(code).to.equal(2)
      expect(errors().at(-1)?.error).to.include({ code: 'UNKNOWN_CONTACT' }).and.include.keys('message', 'hint')
    })

    it('an empty list says what to do next, and is empty as JSON', async () => {
      expect((await as(['contact', 'list'], { arrange: () => {} })).out).to.contain('sotto contact add')
      expect((await as(['contact', 'list', '--json'], { arrange: () => {} })).out).to.equal('')
      expect((await as(['request', 'list'])).out).to.contain('sotto id')
    })

    const asked = (actor: Actor): void => { actor.waitingRequests.push({ id: BOB, name: 'bob', note: 'hi\u001b[2J', time: 5 }) }
    const bothAsked = (actor: Actor): void => {
      asked(actor)
      actor.waitingRequests.push({ id: CAROL, name: 'carol', note: '', time: 6 })
    }

    it('request list, accept and decline give id, name, note and time', async () => {
      for (const argv of [['list'], ['accept', 'bob'], ['accept'], ['decline', 'bob'], ['decline']]) {
        const { code, lines } = await as(['request', ...argv, '--json'], { arrange: asked })
        expect(code, argv.join(' ')).to.equal(0)
        expect(lines()[0]).to.include({ id: BOB, name: 'bob', note: 'hi\u001b[2J', time: 5 })
      }
      expect((await as(['request', 'list'], { arrange: asked })).out).not.to.contain('\u001b')
    })

    it('request accept without a name wants exactly one request', async () => {
      expect((await as(['request', 'accept'], { arrange: bothAsked })).code).to.equal(2)
      expect((await as(['request', 'accept', '--json'])).errors().at(-1)?.error).to.include({ code: 'UNKNOWN_REQUEST' })
    })
  })

  describe('messages', () => {
    beforeEach(initialise)

    it('send returns at sealed with message, state and copies, and hands it on', async () => {
      const door = actorDoor({}, withBob)
      const { code, lines } = await sotto(['--profile', scene.profile, 'send', 'bob', 'hello', '--json'], { door })
      expect(code).to.equal(0)
      expect(lines()).to.have.length(1)
      expect(lines()[0]).to.include({ state: 'sealed', copies: 0 }).and.include.keys('message', 'waiting')
      expect(door.last?.asked).to.deep.equal(['send bob', 'flushed'])
      expect(door.inits[0]).not.to.have.property('resident')
    })

    it('send - reads stdin, without the last line break', async () => {
      let actor: Actor | undefined
      const { code } = await as(['send', 'bob', '-'], { stdin: 'two\nlines\n', arrange: made => { actor = made; withBob(made) } })
      expect(code).to.equal(0)
      expect(actor?.log[0]?.text).to.equal('two\nlines')
    })

    it('send of nothing is wrong use; of too much too', async () => {
      expect((await as(['send', 'bob', ''])).code).to.equal(2)
      expect((await as(['send', 'bob', '-'], { stdin: '\n' })).code).to.equal(2)
      const { code, errors } = await as(['send', 'bob', 'x'.repeat(33 * 1024), '--json'])
      expect(code).to.equal(2)
      expect(errors().at(-1)?.error).to.include({ code: 'TEXT_TOO_LONG' })
    })

    it('--wait ends with 0 when the state, or a later one, is reached', async () => {
      const { code, lines } = await as(['send', 'bob', 'hi', '--wait', 'stored', '--json'], { behaviour: { reach: 'read' } })
      expect(code).to.equal(0)
      expect(lines()[0]).to.include({ state: 'read' })
    })

    it('--wait that is not reached in time ends with 3, says why, and still gives the message', async () => {
      const { code, lines, errors } = await as(['send', 'bob', 'hi', '--wait', 'delivered', '--timeout', '0.05', '--json'])
      expect(code).to.equal(3)
      expect(lines()[0]).to.include({ state: 'sealed' })
      expect(errors().at(-1)?.error).to.deep.include({ code: 'TIMEOUT', hint: 'It waits on this device until both are online.' })
    })

    it('--wait stored where nobody keeps mail ends with 3 at once, and says why', async () => {
      const { code, errors } = await as(['send', 'bob', 'hi', '--wait', 'stored', '--json'])
      expect(code).to.equal(3)
      expect(errors().at(-1)?.error).to.include({ code: 'NO_MAILBOX', hint: 'It waits on this device until both are online.' })
    })

    it('--timeout without --wait, and a state that is none, are wrong use', async () => {
      expect((await as(['send', 'bob', 'hi', '--timeout', '3'])).code).to.equal(2)
      expect((await as(['send', 'bob', 'hi', '--wait', 'soon'])).code).to.equal(2)
    })

    it('the same --id twice sends once', async () => {
      let actor: Actor | undefined
      const arrange = (made: Actor): void => {
        withBob(made)
        if (actor !== undefined) made.log.push(...actor.log)
        actor = made
      }
      const first = await as(['send', 'bob', 'hi', '--id', 'one', '--json'], { arrange })
      const second = await as(['send', 'bob', 'hi', '--id', 'one', '--json'], { arrange })
      expect(second.lines()[0]?.message).to.equal(first.lines()[0]?.message)
      expect(actor?.log).to.have.length(1)
    })

    const said = (actor: Actor): void => {
      withBob(actor)
      for (const [at, text] of ['hello', 'there', '\u001b[2Jevil'].entries()) {
        actor.log.push({ id: `m${at}`.padEnd(26, '0') as MessageId, conversation: 'e'.repeat(64) as ConversationId, from: at === 1 ? ALICE : BOB, device: DEVICE, time: 1_700_000_000_000 + at, kind: 'text', text, reactions: [], state: 'delivered', copies: 0 })
      }
    }
    const id = 'm0'.padEnd(26, '0')

    it('edit, retract and react give message and state', async () => {
      for (const argv of [['edit', id, 'changed'], ['retract', id], ['react', id, '👍']]) {
        const { code, lines } = await as([...argv, '--json'], { arrange: said })
        expect(code, argv.join(' ')).to.equal(0)
        expect(lines()[0]).to.include({ message: id, state: 'delivered' })
      }
      expect((await as(['retract', 'nothing', '--json'], { arrange: said })).errors().at(-1)?.error).to.include({ code: 'UNKNOWN_MESSAGE' })
    })

    it('history gives every message with the fields that scripts rely on', async () => {
      const { code, lines } = await as(['history', 'bob', '--json'], { arrange: said })
      expect(code).to.equal(0)
      expect(lines()).to.have.length(3)
      for (const line of lines()) expect(line).to.include.keys('id', 'conversation', 'from', 'time', 'kind', 'text', 'state')
    })

    it('history for people has days, names and states, and nothing that steers the terminal', async () => {
      const { out } = await as(['history', 'bob'], { arrange: said })
      expect(out).to.contain('November 2023').and.contain('bob: hello').and.contain('you: there  [delivered]').and.contain('␛[2Jevil')
      expect(out).not.to.contain('\u001b')
    })

    it('history says of a call what it was for who reads', async () => {
      const called = (from: IdentityId, text: string): ((actor: Actor) => void) => actor => {
        said(actor)
        actor.log.push({ id: 'm7'.padEnd(26, '0') as MessageId, conversation: 'e'.repeat(64) as ConversationId, from, device: DEVICE, time: 1_700_000_000_007, kind: 'call', text, reactions: [], state: 'sealed', copies: 0, call: { id: 'f'.repeat(32) as CallId, outcome: 'missed', video: false, seconds: 0, caller: true, withdrawn: false } })
      }
      const missed = called(BOB, 'Missed call')
      expect((await as(['history', 'bob'], { arrange: missed })).out).to.match(/^\d\d:\d\d {2}☎ Missed call$/m)
      expect((await as(['history', 'bob'], { arrange: called(ALICE, 'Outgoing call: no answer') })).out).to.match(/^\d\d:\d\d {2}☎ Outgoing call: no answer$/m)
    })

    it('history takes --limit, --search and --since', async () => {
      expect((await as(['history', 'bob', '--limit', '1', '--json'], { arrange: said })).lines()).to.have.length(1)
      expect((await as(['history', 'bob', '--search', 'hell', '--json'], { arrange: said })).lines()).to.have.length(1)
      expect((await as(['history', 'bob', '--since', '1700000000002', '--json'], { arrange: said })).lines()).to.have.length(1)
      expect((await as(['history', 'bob', '--limit', 'all'], { arrange: said })).code).to.equal(2)
    })

    it('search finds in all conversations, marks the words for people, and gives whole views to scripts', async () => {
      const { code, lines } = await as(['search', 'hell', '--json'], { arrange: said })
      expect(code).to.equal(0)
      expect(lines()).to.have.length(1)
      expect(lines()[0]).to.deep.include({ with: BOB, name: 'bob', marks: [[0, 4]] }).and.include.keys('message')
      expect((await as(['search', 'hell'], { arrange: said })).out).to.contain('bob: hello').and.not.contain('\u001b')
      expect((await as(['search', 'evil'], { arrange: said })).out).to.contain('␛[2Jevil').and.not.contain('\u001b')
      expect((await as(['search', 'nothing', 'like', 'it'], { arrange: said })).out).to.contain('Nothing found')
      expect((await as(['search'], { arrange: said })).code).to.equal(2)
      expect((await as(['search', 'hell', '--limit', '501'], { arrange: said })).code).to.equal(2)
    })

    it('an empty history and an empty inbox say what to do next', async () => {
      expect((await as(['history', 'bob'])).out).to.contain("sotto send bob 'hello'")
      expect((await as(['inbox'], { arrange: () => {} })).out).to.contain('sotto contact add')
    })

    it('inbox gives conversation, with, unread and last', async () => {
      const { lines } = await as(['inbox', '--json'], { arrange: said })
      expect(lines()[0]).to.include({ with: BOB, unread: 2 }).and.include.keys('conversation', 'last')
      expect((await as(['inbox'], { arrange: said })).out).to.contain('2 unread').and.not.contain('\u001b')
    })

    it('mailbox list, offer, revoke and status, and device list', async () => {
      expect((await as(['mailbox', 'list', '--json'])).lines()[0]).to.include({ peer: '12D3KooWKeeper', kind: 'contact', used: 1024 }).and.include.keys('limit')
      expect((await as(['mailbox', 'offer', 'bob', '--bytes', '1MiB', '--json'])).lines()[0]).to.deep.include({ grants: [{ id: 'g', who: BOB, name: 'bob', used: 0, limit: 2 ** 20 }] })
      expect((await as(['mailbox', 'revoke', 'bob', '--json'])).lines()[0]).to.deep.include({ grants: [] })
      expect((await as(['mailbox', 'status', '--json'])).lines()[0]).to.include({ used: 2048, limit: 2 ** 28 })
      expect((await as(['mailbox', 'status'])).out).to.contain('2 KiB of 256 MiB')
      expect((await as(['device', 'list', '--json'])).lines()[0]).to.include({ device: DEVICE, current: true })
    })

    it('device link shows a code, and how far the other device is', async () => {
      const { code, lines } = await as(['device', 'link', '--json', '--minutes', '5'])
      expect(code).to.equal(0)
      expect(lines().map(line => line.state)).to.deep.equal(['waiting', 'paired', 'history', 'done'])
      expect(lines()[0]).to.include({ code: 'sotto:pair:code', expires: 1_700_000_300_000 })
      expect(lines()[2]).to.include({ left: 7 })
      const shown = await as(['device', 'link'], { terminal: true, env: { NO_COLOR: '1' } })
      expect(shown.out).to.contain("sotto device join 'sotto:pair:code'").and.contain('█').and.contain('It has everything')
      expect((await as(['device', 'link', '--minutes', '61'])).code).to.equal(2)
    })

    it('device revoke puts one out, and says so', async () => {
      expect((await as(['device', 'revoke', 'ffff', '--json'])).lines()[0]).to.include({ revoked: true, role: 'linked' })
      expect((await as(['device', 'revoke', 'ffff'])).out).to.contain('reads nothing')
      expect((await as(['device', 'revoke', 'abcd', '--json'])).errors().at(-1)?.error).to.include({ code: 'UNKNOWN_DEVICE' })
      expect((await as(['device', 'revoke'])).code).to.equal(2)
    })

    it('status of a device that was revoked says so first, and proposes no node', async () => {
      const behaviour = { revoked: true }
      expect((await as(['status', '--json'], { behaviour })).lines()[0]).to.include({ revoked: true })
      const { out } = await as(['status'], { behaviour })
      expect(out.split('\n')[0]).to.contain('This device was revoked')
      expect(out).not.to.contain('start --detach')
      expect((await as(['status', '--json'])).lines()[0]).not.to.have.property('revoked')
    })

    it('status without a resident node says that none is running', async () => {
      expect((await as(['status', '--json'])).lines()[0]).to.include({ running: false, peers: 0, reachable: 'loopback', directory: 'off', outbox: 0 }).and.deep.include({ mailboxes: [] })
      expect((await as(['status'])).out).to.contain('not running')
    })

    it('listen tells what happens as it happens, until it is stopped, and ends with 0', async () => {
      const door = actorDoor({}, actor => { withBob(actor); actor.happen({ event: 'warning', text: 'old' }) })
      const world = testWorld({ door })
      const running = run(['--profile', scene.profile, 'listen', '--since', '0', '--json'], world)
      await world.printed(1)
      door.last?.happen({ event: 'typing', with: BOB, active: true })
      await world.printed(2)
      world.stop()
      expect(await running).to.equal(0)
      expect(world.lines().map(line => line.event)).to.deep.equal(['warning', 'typing'])
      expect(world.lines()[0]).to.include.keys('cursor')
    })
  })
})
