import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { Person, errorOf } from '../support/actors.ts'
import { House, runVerb } from '../support/process.ts'
import type { Json, Ran } from '../support/process.ts'

const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

/** Clear: a code for scripts, what happened, what to do; not a stack, not a path of the sources, and no defect of ours. */
function expectRefusal (ran: Ran<unknown>, codes: string[], exit?: number): Json {
  const error = errorOf(ran.stderr)
  expect(error.code, ran.stderr).to.be.oneOf(codes)
  if (exit !== undefined) expect(ran.code).to.equal(exit)
  else expect(ran.code).to.be.oneOf([1, 2, 4])
  expect(error.message).to.be.a('string').that.is.not.empty
  expect(error.hint, `a hint what to do about: ${String(error.message)}`).to.be.a('string').that.is.not.empty
  expect(ran.stderr).to.not.match(/^\s+at |node_modules|\.ts:\d/m)
  expect(ran.stdout).to.equal('')
  return error
}

describe('what the machine and its other users do to a profile', function () {
  this.timeout(120_000)
  let house: House
  let alice: Person

  beforeEach(async () => {
    house = await House.open()
    alice = new Person(house, 'alice')
  })

  afterEach(async () => { await house.close() })

  describe('two processes on one profile', () => {
    it('T63: four begin it at the same moment: one identity is made, the others are told', async () => {
      const ran = await Promise.all(many(4, async () => await alice.run<{ id: string }>(['init', '--name', 'alice'])))
      const made = ran.filter(({ code }) => code === 0)
      expect(made).to.have.length(1)
      for (const other of ran.filter(({ code }) => code !== 0)) expectRefusal(other, ['IDENTITY_EXISTS', 'PROFILE_IN_USE'])
      expect((await alice.one<{ id: string }>(['id'])).id).to.equal(made[0]?.lines[0]?.id)
    })

    it('T63: three nodes start at the same moment: one runs, the others end and say why; notes written meanwhile are all there, once', async () => {
      const { id } = await alice.init()
      const starts = await Promise.allSettled(many(3, async () => await house.start('alice')))
      expect(starts.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
      for (const start of starts) if (start.status === 'rejected') expect(String(start.reason)).to.match(/PROFILE_IN_USE|ALREADY_RUNNING/)
      const sent = await Promise.all(many(6, async at => await alice.run(['send', id, `note ${at}`])))
      expect(sent.map(({ code }) => code)).to.deep.equal(many(6, () => 0))
      expect((await alice.history(id)).map(({ text }) => text).sort()).to.deep.equal(many(6, at => `note ${at}`))
    })
  })

  describe('the control socket', () => {
    /** `$XDG_RUNTIME_DIR/sotto`, where the socket goes first. */
    const place = (): string => join(house.home('alice'), 'sotto')
    const pointer = async (): Promise<string> => (await readFile(join(alice.profile, 'control'), 'utf8')).trim()

    /** The node serves from a directory that is its user's alone, and commands find it. */
    async function expectServed (): Promise<void> {
      await alice.start()
      const directory = await stat(dirname(await pointer()))
      expect(directory.mode & 0o077).to.equal(0)
      expect(directory.uid).to.equal(process.getuid?.())
      expect((await stat(await pointer())).mode & 0o077).to.equal(0)
      expect(await alice.one(['status'])).to.include({ running: true })
    }

    beforeEach(async () => { await alice.init() })

    it('CTL-1, T64: a directory that others can enter is closed before it is used', async () => {
      await mkdir(place())
      await chmod(place(), 0o777)
      await expectServed()
      expect(dirname(await pointer())).to.equal(place())
    })

    it('CTL-1, T64: a file, or a link to another\'s directory, at its place: another place is taken', async () => {
      const open = join(house.directory, 'open')
      await mkdir(open)
      await chmod(open, 0o777)
      await symlink(open, place())
      await expectServed()
      expect(await readdir(open)).to.deep.equal([])
      await alice.stop()
      await rm(place())
      await writeFile(place(), 'in the way')
      await expectServed()
    })

    it('CTL-1, T64: a directory of another user at its place is left alone', async function () {
      if (process.getuid?.() !== 0) this.skip() // only root can give it away
      await mkdir(place())
      await chown(place(), 65_534, 65_534)
      await expectServed()
      expect(dirname(await pointer())).to.not.equal(place())
      expect(await readdir(place())).to.deep.equal([])
    })

    it('T64: a directory where the socket goes is said, and nothing is lost', async () => {
      await expectServed()
      const socket = await pointer()
      await alice.stop()
      await mkdir(socket)
      await writeFile(join(socket, 'mine'), 'not to be lost')
      const ran = await alice.run(['start'])
      expectRefusal(ran, ['STORE_FAILED'], 1)
      expect(await readdir(socket)).to.deep.equal(['mine'])
      await rm(socket, { recursive: true })
      await expectServed()
    })

    it('CTL-3, T64: a socket whose node was killed is replaced; commands meanwhile do their own work', async () => {
      await expectServed()
      await alice.kill()
      expect(await alice.one(['status'])).to.include({ running: false })
      await expectServed()
    })

    it('CTL-1, T64: a pointer to a socket in a place that others can enter is not followed', async () => {
      const open = join(house.directory, 'open')
      await mkdir(open)
      await chmod(open, 0o777)
      let callers = 0
      const server = createServer(caller => { callers++; caller.destroy() }).listen(join(open, 'evil.sock'))
      await new Promise(resolve => server.once('listening', resolve))
      await writeFile(join(alice.profile, 'control'), `${join(open, 'evil.sock')}\n`)
      expect(await alice.one(['status'])).to.include({ running: false })
      server.close()
      expect(callers).to.equal(0)
    })

    it('CTL-14, T64: one who answers with rubbish, or never, is not taken for the node', async () => {
      const directory = join(house.directory, 'mine')
      await mkdir(directory, { mode: 0o700 })
      for (const answer of ['rubbish\n', '{"jsonrpc":"2.0","id":0,"result":7}\n', 'x'.repeat(1024 * 1024)]) {
        const path = join(directory, `${answer.length}.sock`)
        const server = createServer(caller => { caller.on('error', () => {}).once('data', () => { caller.write(answer) }) }).listen(path)
        await new Promise(resolve => server.once('listening', resolve))
        await writeFile(join(alice.profile, 'control'), `${path}\n`)
        const ran = await alice.run(['send', 'self', 'to whom?'])
        server.close()
        expectRefusal(ran, ['UNREACHABLE', 'ALREADY_RUNNING', 'NOT_RUNNING', 'PROTOCOL_VIOLATION'])
      }
    })
  })

  describe('arguments and input', () => {
    it('T65: long, empty, many-lined and odd arguments are taken as text or refused clearly', async () => {
      const { id } = await alice.init()
      await alice.start()
      const odd = ['two\nlines', '\u001b[31mred', 'ünï 🌂 \u202e', '--', '-', ' ', '\t']
      for (const text of ['two\nlines', '\u001b[31mred\u202e', 'x'.repeat(32 * 1024)]) await alice.one(['send', id, '--', text])
      expect((await alice.history(id)).map(({ text }) => text)).to.deep.equal(['two\nlines', '\u001b[31mred\u202e', 'x'.repeat(32 * 1024)])
      for (const text of ['x'.repeat(32 * 1024 + 1), 'x'.repeat(100_000), '\u0001'.repeat(100_000)]) expectRefusal(await alice.run(['send', id, '--', text]), ['TEXT_TOO_LONG'], 2)
      expectRefusal(await alice.run(['send', id, '']), ['BAD_ARGUMENT'], 2)
      expectRefusal(await alice.run(['send', id, 'x', '--id', 'x'.repeat(10_000)]), ['BAD_ARGUMENT'], 2)
      expectRefusal(await alice.run(['contact', 'add', `sotto:${'A'.repeat(100_000)}`]), ['BAD_LINK', 'BAD_ARGUMENT'], 2)
      for (const who of [...odd, 'x'.repeat(100_000)]) {
        const ran = await alice.run(['history', '--', who])
        expectRefusal(ran, ['UNKNOWN_CONTACT', 'BAD_ARGUMENT'], 2)
        expect(ran.stderr.length, 'what was typed is not repeated at length').to.be.below(2000)
      }
    })

    it('T65: what stands on stdin beyond the limit, without end, or not as text, is refused; nothing is sent', async () => {
      const { id } = await alice.init()
      await alice.start()
      for (const input of ['x'.repeat(1024 * 1024), 'é'.repeat(600_000)]) expectRefusal(await alice.run(['send', id, '-'], { input }), ['TEXT_TOO_LONG', 'BAD_ARGUMENT'], 2)
      expectRefusal(await alice.run(['send', id, '-'], { input: '' }), ['BAD_ARGUMENT'], 2)
      await alice.one(['send', id, '-'], { input: 'a\u0000b' })
      expect((await alice.history(id)).map(({ text }) => text)).to.deep.equal(['a\u0000b'])
    })

    for (const [name, path] of [
      ['spaces and quotes', "with spaces and 'quotes' \"too\""],
      ['other scripts', 'профиль/プロファイル 🌂'],
      ['more characters than a socket has room for', many(6, at => `${at}`.repeat(50)).join('/')]
    ] as const) {
      it(`T65: a profile under ${name} works, resident or not`, async () => {
        const home = house.home('alice')
        await mkdir(home, { recursive: true, mode: 0o700 })
        const profile = join(home, path)
        const made = await runVerb<{ id: string }>(home, ['--json', '--profile', profile, 'init', '--name', 'alice'])
        expect(made.code, made.stderr).to.equal(0)
        const there = new Person(house, 'alice')
        const resident = await house.start('alice', ['--profile', profile])
        const status = await runVerb<{ running: boolean, profile: string }>(home, ['--json', '--profile', profile, 'status'])
        expect(status.lines[0]).to.include({ running: true, profile })
        await resident.stop()
        there.hangUp()
      })
    }

    it('T65: a profile whose name no file system takes, that is a file, or lies below one, is refused', async () => {
      await mkdir(house.home('alice'), { recursive: true })
      const file = join(house.home('alice'), 'file')
      await writeFile(file, 'I am no profile')
      for (const profile of [join(house.home('alice'), 'x'.repeat(300)), file, join(file, 'below'), '/proc/nowhere/profile']) {
        for (const verb of [['init'], ['status'], ['start']]) {
          const ran = await runVerb(house.home('alice'), ['--json', '--profile', profile, ...verb])
          expectRefusal(ran, ['STORE_FAILED', 'STORE_FOREIGN', 'NO_IDENTITY', 'BAD_ARGUMENT'])
        }
      }
      expect(await readFile(file, 'utf8')).to.equal('I am no profile')
    })
  })
})
