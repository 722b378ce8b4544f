import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { COMMANDS } from '../src/commands/index.ts'
import { run } from '../src/cli.ts'
import { ALICE, DEVICE } from './support/actor.ts'
import { actorDoor } from './support/door.ts'
import { stage, withBob } from './support/stage.ts'
import { sotto, testWorld } from './support/world.ts'

describe('profiles, settings, the resident node, and what goes wrong', () => {
  const scene = stage()
  const { as, initialise } = scene

  describe('passphrases', () => {
    beforeEach(async () => { await as(['init'], { env: { SOTTO_PASSPHRASE: 'moon' } }) })

    it('a wrong one ends with 5', async () => {
      const { code, errors } = await as(['status', '--json'], { env: { SOTTO_PASSPHRASE: 'sun' } })
      expect(code).to.equal(5)
      expect(errors().at(-1)?.error).to.include({ code: 'WRONG_PASSPHRASE', hint: 'Try again.' })
    })

    it('none at all ends with 5 and asks nobody where there is no terminal', async () => {
      expect((await as(['status'])).code).to.equal(5)
    })

    it('is asked for on a terminal, and only where the profile needs one', async () => {
      const { code, err } = await as(['status'], { terminal: true, answers: ['moon'] })
      expect(code).to.equal(0)
      expect(err).to.contain('Passphrase: ').and.not.contain('moon')
    })

    it('a file comes before the environment; its last line break does not count', async () => {
      const file = join(scene.profile, 'secret')
      writeFileSync(file, 'moon\n')
      expect((await as(['status', '--passphrase-file', file], { env: { SOTTO_PASSPHRASE: 'sun' } })).code).to.equal(0)
      expect((await as(['status', '--passphrase-file', join(scene.profile, 'none')])).code).to.equal(2)
    })
  })

  describe('settings', () => {
    beforeEach(initialise)

    async function settingsOf (argv: string[], env: Record<string, string> = {}): Promise<Record<string, unknown>> {
      const door = actorDoor()
      const { code, err } = await sotto(['--profile', scene.profile, 'id', ...argv], { door, env })
      expect(code, err).to.equal(0)
      const { network, bootstrap, listen } = door.inits[0] ?? {}
      return { network, bootstrap, listen }
    }

    function remember (settings: object): void { writeFileSync(join(scene.profile, 'settings.json'), JSON.stringify({ version: 1, ...settings })) }

    it('an option comes before the environment, before what the profile remembers, before the default', async () => {
      expect(await settingsOf([])).to.deep.equal({ network: undefined, bootstrap: undefined, listen: undefined })
      remember({ network: 'local', listen: ['/ip4/127.0.0.1/tcp/1'], bootstrap: ['/a'] })
      expect(await settingsOf([])).to.deep.equal({ network: 'local', listen: ['/ip4/127.0.0.1/tcp/1'], bootstrap: ['/a'] })
      const env = { SOTTO_NETWORK: 'public', SOTTO_LISTEN: '/ip4/127.0.0.1/tcp/2', SOTTO_BOOTSTRAP: '/b,/c /d' }
      expect(await settingsOf([], env)).to.deep.equal({ network: 'public', listen: ['/ip4/127.0.0.1/tcp/2'], bootstrap: ['/b', '/c', '/d'] })
      expect(await settingsOf(['--network', 'local', '--listen', '/x', '--listen', '/y', '--bootstrap', 'none'], env)).to.deep.equal({ network: 'local', listen: ['/x', '/y'], bootstrap: [] })
    })

    it('links go through the page that was named, everywhere a link is shown, until it is taken back', async () => {
      const host = 'https://chat.example/'
      expect((await as(['id', '--json'])).lines()[0]).not.to.have.property('webLink')
      expect((await as(['id', '--json'], { env: { SOTTO_WEB_HOST: host } })).lines()[0]).to.include({ link: 'sotto:alice', webLink: `${host}#alice` })
      const world = testWorld({ door: actorDoor() })
      const running = run(['--profile', scene.profile, 'start', '--web-host', host, '--json'], world)
      await world.printed(1)
      expect(world.lines()[0]).to.include({ event: 'ready', link: 'sotto:alice', webLink: `${host}#alice` })
      expect((await as(['id'])).out, 'through the resident node').to.contain('sotto:alice\n').and.contain(`${host}#alice`)
      world.stop()
      await running
      expect((await as(['id', '--json'])).lines()[0], 'remembered').to.include({ webLink: `${host}#alice` })
      expect((await as(['id', '--json'], { env: { SOTTO_WEB_HOST: 'none' } })).lines()[0]).not.to.have.property('webLink')
      const terminal = testWorld({ door: actorDoor(), terminal: true, env: { NO_COLOR: '1' } })
      const shown = run(['--profile', scene.profile, 'start'], terminal)
      await terminal.printed(1)
      expect(terminal.out()).to.contain('  sotto:alice\n').and.contain(`  ${host}#alice\n`)
      terminal.stop()
      await shown
    })

    it('a wrong network or address is wrong use', async () => {
      expect((await as(['id', '--network', 'moon'])).code).to.equal(2)
      expect((await as(['id'], { env: { SOTTO_NETWORK: 'moon' } })).code).to.equal(2)
      expect((await as(['id', '--listen', '127.0.0.1:80'])).code).to.equal(2)
    })

    it('damaged settings are an error, and never silently the public network', async () => {
      for (const text of ['{', '[]', '{"version":1,"network":"moon"}', '{"version":2}', '{"version":1,"listen":"x"}', '{"version":1,"webHost":1}', 'null']) {
        writeFileSync(join(scene.profile, 'settings.json'), text)
        const { code, errors } = await as(['id', '--json'])
        expect(code, text).to.equal(1)
        expect(errors().at(-1)?.error).to.include({ code: 'STORE_DAMAGED' })
      }
    })

    it('a profile is given by option, environment, or the data directory of the platform', async () => {
      expect((await sotto(['status', '--json'], { env: { SOTTO_PROFILE: scene.profile } })).lines()[0]?.profile).to.equal(scene.profile)
      const home = join(scene.profile, 'home')
      expect((await sotto(['init', '--json'], { home })).lines()[0]?.profile).to.equal(join(home, '.local/share/sotto'))
      expect((await sotto(['init', '--json'], { env: { XDG_DATA_HOME: join(home, 'data') } })).lines()[0]?.profile).to.equal(join(home, 'data/sotto'))
    })
  })

  describe('device join', () => {
    it('makes a profile by a code, from an argument or stdin, and only where there is none', async () => {
      const joined = await as(['device', 'join', 'sotto:pair:code', '--json'])
      expect(joined.lines()[0]).to.include({ id: ALICE, device: DEVICE, name: 'Alice', profile: scene.profile })
      expect((await as(['device', 'join', 'sotto:pair:code', '--json'])).errors().at(-1)?.error).to.include({ code: 'IDENTITY_EXISTS' })
      const other = join(scene.profile, 'other')
      expect((await sotto(['--profile', other, 'device', 'join', '-'], { stdin: 'sotto:pair:code\n' })).out).to.contain('sotto start')
      expect((await sotto(['--profile', join(scene.profile, 'third'), 'device', 'join', 'sotto:link', '--json'])).errors().at(-1)?.error).to.include({ code: 'BAD_PAIRING_CODE' })
    })
  })

  describe('start', () => {
    it('makes an identity first, says ready, remembers its options, serves the socket, and stops cleanly', async () => {
      const door = actorDoor()
      const world = testWorld({ door })
      const running = run(['--profile', scene.profile, 'start', '--network', 'local', '--listen', '/ip4/127.0.0.1/tcp/0', '--mailbox', 'contacts', '--mailbox-bytes', '1GiB', '--json'], world)
      await world.printed(1)
      expect(world.lines()[0]).to.deep.equal({ event: 'ready', id: ALICE, device: DEVICE, peerId: '12D3KooWActor', addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWActor'], link: 'sotto:alice' })
      expect(world.err()).to.contain('sotto phrase').and.not.contain('word1')
      expect(door.inits[0]).to.include({ resident: true, network: 'local', mailbox: 'contacts', mailboxBytes: 2 ** 30 })
      expect(statSync(join(scene.profile, 'settings.json')).mode & 0o777).to.equal(0o600)
      expect(JSON.parse(readFileSync(join(scene.profile, 'settings.json'), 'utf8'))).to.deep.equal({ version: 1, network: 'local', listen: ['/ip4/127.0.0.1/tcp/0'], mailbox: 'contacts', mailboxBytes: 2 ** 30 })

      expect((await as(['status', '--json'])).lines()[0]).to.include({ running: true })
      expect((await as(['start'])).code, 'a second node').to.equal(4)

      world.stop()
      expect(await running).to.equal(0)
      expect(existsSync(join(scene.profile, 'lock'))).to.equal(false)
      expect((await as(['status', '--json'])).lines()[0]).to.include({ running: false })
    })

    it('tells what happens after ready, as JSON', async () => {
      const door = actorDoor()
      const world = testWorld({ door })
      const running = run(['--profile', scene.profile, 'start', '--json'], world)
      await world.printed(1)
      door.last?.happen({ event: 'warning', text: 'hello' })
      await world.printed(2)
      expect(world.lines()[1]).to.include({ event: 'warning', text: 'hello' })
      world.stop()
      expect(await running).to.equal(0)
    })

    it('shows phrase, link, QR code and the next step on a terminal only', async () => {
      for (const terminal of [true, false]) {
        const home = join(scene.profile, String(terminal))
        const world = testWorld({ terminal, env: { NO_COLOR: '1' } })
        const running = run(['--profile', home, 'start'], world)
        await world.says('Ctrl-C ends')
        expect(world.out().includes('word1')).to.equal(terminal)
        expect(world.out().includes('█')).to.equal(terminal)
        expect(world.out()).to.contain('sotto:alice').and.contain('sotto contact add')
        world.stop()
        expect(await running).to.equal(0)
      }
    })

    it('without a terminal a log of it holds no messages', async () => {
      const door = actorDoor({}, withBob)
      const world = testWorld({ door })
      const running = run(['--profile', scene.profile, 'start'], world)
      await world.says('Ctrl-C ends')
      await door.last?.conversations.send('bob', { text: 'private words' })
      world.stop()
      expect(await running).to.equal(0)
      expect(world.out() + world.err()).not.to.contain('private words')
    })

    it('verbs go through the resident node, and stop ends it', async () => {
      const door = actorDoor({}, withBob)
      const world = testWorld({ door })
      const running = run(['--profile', scene.profile, 'start', '--json'], world)
      await world.printed(1)
      // this door would make a node of its own, which the lock forbids
      const sent = await as(['send', 'bob', 'by the socket', '--json', '--network', 'public'])
      expect(sent.code, sent.err).to.equal(0)
      expect(sent.errors()[0]?.note).to.contain('--network changes nothing')
      expect(door.last?.log[0]?.text).to.equal('by the socket')
      expect((await as(['stop', '--json'])).lines()[0]).to.deep.equal({ running: false, stopped: true })
      expect(await running).to.equal(0)
      expect((await as(['stop', '--json'])).lines()[0]).to.deep.equal({ running: false, stopped: false })
    })
  })

  describe('what goes wrong', () => {
    it('a profile that another process keeps without answering ends with 4 after a while', async () => {
      await initialise()
      writeFileSync(join(scene.profile, 'lock'), '1')
      const started = performance.now()
      const { code, errors } = await as(['status', '--json'])
      expect(code).to.equal(4)
      expect(errors().at(-1)?.error).to.include({ code: 'PROFILE_IN_USE' }).and.include.keys('hint')
      expect(performance.now() - started).to.be.above(190)
    })

    it('a profile without identity is wrong use, and says what makes one', async () => {
      const { code, errors } = await as(['status', '--json'])
      expect(code).to.equal(2)
      expect(errors().at(-1)?.error).to.include({ code: 'NO_IDENTITY', hint: '`sotto init` makes one.' })
    })

    it('a defect ends with 1, and tells its place but not its text', async () => {
      await initialise()
      const { code, err } = await as(['status'], { arrange: () => { throw new TypeError('secret plaintext') } })
      expect(code).to.equal(1)
      expect(err).to.contain('TypeError').and.not.contain('secret')
    })

    it('unknown verbs and options are wrong use, with the nearest', async () => {
      expect(await as(['snd', 'bob', 'x'])).to.include({ code: 2 }).and.have.property('err').that.contains('sotto send')
      expect((await as(['contact', 'ad', 'x'])).err).to.contain('sotto contact add')
      expect((await as(['contact'])).code).to.equal(2)
      expect((await as(['send', '--jsn'])).err).to.contain('--json')
      expect((await as(['constructor'])).code).to.equal(2)
      expect((await as(['--json', 'send', 'bob'])).errors()[0]?.error).to.include({ code: 'BAD_ARGUMENT' })
      expect((await as([])).code).to.equal(2)
    })
  })

  describe('help', () => {
    it('every verb has help with an example, and its options stand in it', async () => {
      for (const [name, load] of Object.entries(COMMANDS)) {
        const command = await load()
        expect(command.name).to.equal(name)
        const { code, out } = await as([name, '--help'])
        expect(code, name).to.equal(0)
        expect(out, name).to.match(/Examples?:\n {2}\S/)
        for (const option of command.options ?? []) expect(out.includes(`--${option.name}`), `${name} --${option.name}`).to.equal(option.hidden !== true)
        for (const sub of command.subcommands ?? []) {
          expect(command.handlers, `${name} ${sub.name}`).to.have.property(sub.name)
          const help = await as([name, sub.name, '--help'])
          expect(help.out, `${name} ${sub.name}`).to.match(/Examples?:\n {2}sotto /)
        }
      }
    })

    it('the overview names every verb; --version tells the version', async () => {
      const { out } = await as(['--help'])
      for (const name of Object.keys(COMMANDS)) expect(out).to.contain(`\n  ${name}`)
      expect((await as(['help', 'send'])).out).to.contain('--wait')
      expect((await as(['--version'])).out).to.equal('1.2.3\n')
      expect((await as(['--version', '--json'])).lines()[0]).to.deep.equal({ version: '1.2.3' })
    })

    it('help is not hindered by words that are missing', async () => {
      expect((await as(['send', '-h'])).code).to.equal(0)
    })
  })

  it('colours are for a terminal, and not with NO_COLOR', async () => {
    await initialise()
    expect((await as(['contact', 'list'], { terminal: true })).out).to.contain('\u001b[')
    expect((await as(['contact', 'list'], { terminal: true, env: { NO_COLOR: '1' } })).out).not.to.contain('\u001b[')
    expect((await as(['contact', 'list'])).out).not.to.contain('\u001b[')
  })

  it('what could not be handed on is said on stderr, and is no failure', async () => {
    await initialise()
    const { code, out, errors } = await as(['send', 'bob', 'hello', '--json'], { behaviour: { stuck: true } })
    expect(code).to.equal(0)
    expect(out).to.contain('sealed')
    expect(errors().some(line => String(line.note).includes('Not handed on yet'))).to.equal(true)
  })
})
