import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { temporaryDirectory } from './support/profile.ts'
import { station } from './support/control.ts'
import type { ChildProcess } from 'node:child_process'

const launcher = fileURLToPath(new URL('../bin/sotto.js', import.meta.url))
const actorBin = fileURLToPath(new URL('./support/actor-bin.ts', import.meta.url))
const loaded = pathToFileURL(fileURLToPath(new URL('./support/loaded.mjs', import.meta.url))).href
const FLAGS = ['--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning']
const OLD_NODE = pathToFileURL(fileURLToPath(new URL('./support/old-node.mjs', import.meta.url))).href
/** Compiled sources are shared by all processes of all runs. */
const CACHE = fileURLToPath(new URL('../../../test/artifacts/compile-cache', import.meta.url))

interface Ended { code: number | null, signal: NodeJS.Signals | null, out: string, err: string }

describe('sotto as a process', () => {
  let directory: string
  let remove: () => void
  const children = new Set<ChildProcess>()

  beforeEach(() => {
    const made = temporaryDirectory()
    directory = made.path
    remove = made.remove
  })

  afterEach(async () => {
    await Promise.all([...children].map(async child => await new Promise(resolve => {
      if (child.exitCode !== null || child.signalCode !== null) { resolve(undefined); return }
      child.once('close', resolve)
      child.kill('SIGKILL')
    })))
    children.clear()
    remove()
  })

  function environment (more: Record<string, string> = {}): NodeJS.ProcessEnv {
    return { PATH: process.env.PATH, HOME: directory, XDG_RUNTIME_DIR: directory, NODE_COMPILE_CACHE: CACHE, SOTTO_PROFILE: join(directory, 'profile'), ...more }
  }

  function launch (args: string[], more: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, args, { cwd: directory, env: environment(more), stdio: ['pipe', 'pipe', 'pipe'] })
    children.add(child)
    return child
  }

  async function ended (child: ChildProcess, input = ''): Promise<Ended> {
    let out = ''
    let err = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => { out += text })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { err += text })
    child.stdin?.end(input)
    return await new Promise(resolve => { child.once('close', (code, signal) => { resolve({ code, signal, out, err }) }) })
  }

  const sotto = async (argv: string[], more?: Record<string, string>, input?: string): Promise<Ended> => await ended(launch([launcher, ...argv], more), input)
  const actor = async (argv: string[], more?: Record<string, string>, input?: string): Promise<Ended> => await ended(launch([...FLAGS, actorBin, ...argv], more), input)

  /** Resolves with the first line of stdout. */
  async function firstLine (child: ChildProcess): Promise<string> {
    return await new Promise((resolve, reject) => {
      let text = ''
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (text.includes('\n')) resolve(text.split('\n')[0] ?? '')
      })
      child.once('close', () => { reject(new Error(`it ended: ${text}`)) })
    })
  }

  describe('the launcher', () => {
    it('runs from any directory, also through a link, and hands arguments, output and exit code on', async () => {
      expect(await sotto(['--version'])).to.deep.include({ code: 0, err: '' })
      const link = join(directory, 'sotto')
      symlinkSync(launcher, link)
      expect(await ended(launch([link, 'snd', '--json']))).to.deep.include({ code: 2, out: '' }).and.have.property('err').that.contains('sotto send')
    })

    it('finds the Node that npm brought where the one in use is too old', async () => {
      const { code, out, err } = await sotto(['--version'], { NODE_OPTIONS: `--import=${OLD_NODE}` })
      expect(code, err).to.equal(0)
      expect(out).to.match(/^\d+\.\d+\.\d+\n$/)
      expect((await sotto(['snd'], { NODE_OPTIONS: `--import=${OLD_NODE}` })).code).to.equal(2)
    })

    it('is executable, and plain enough for an old Node', () => {
      expect(statSync(launcher).mode & 0o111).to.equal(0o111)
      const code = readFileSync(launcher, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      expect(code).not.to.match(/\?\.|\?\?|node:|\bawait\b|#\w+ ?\(/)
    })

    it('a verb through a resident node loads neither libp2p nor the node', async () => {
      const alice = await station()
      const file = join(directory, 'loaded')
      const { code, out, err } = await sotto(['status', '--json'], { SOTTO_PROFILE: alice.profile, LOADED: file, NODE_OPTIONS: `--import=${loaded}` })
      await alice.close()
      expect(code, err).to.equal(0)
      expect(JSON.parse(out)).to.include({ running: true })
      const modules = readFileSync(file, 'utf8').split('\n').filter(url => url.startsWith('file:'))
      expect(modules.some(url => url.endsWith('/remote/client.ts'))).to.equal(true)
      const heavy = modules.filter(url => /libp2p|ts-mls|\/level\/|multiformats|packages\/node\/src\/(?!errors\.ts)|protocols\//.test(url))
      expect(heavy).to.deep.equal([])
      const others = modules.filter(url => /commands\/\w+\//.test(url) && !url.includes('/commands/status/'))
      expect(others, 'other verbs').to.deep.equal([])
    })
  })

  describe('a resident node', () => {
    it('says ready, answers verbs of other processes, and ends with 0 on SIGTERM and SIGINT', async () => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const node = launch([...FLAGS, actorBin, 'start', '--json'])
        expect(JSON.parse(await firstLine(node))).to.include({ event: 'ready' })
        expect((await sotto(['status', '--json'])).code).to.equal(0)
        const end = ended(node)
        node.kill(signal)
        expect(await end).to.include({ code: 0, signal: null })
        expect(existsSync(join(directory, 'profile', 'lock'))).to.equal(false)
        expect(existsSync(join(directory, 'profile', 'control'))).to.equal(false)
      }
    })

    it('--detach returns when it is ready; stop ends it and waits until it is gone', async () => {
      const started = await actor(['start', '--detach', '--json', '--network', 'local'])
      expect(started.code, started.err).to.equal(0)
      expect(JSON.parse(started.out)).to.include({ event: 'ready', link: 'sotto:alice' })
      expect(started.err).to.contain('sotto phrase').and.not.contain('not used')
      expect((await actor(['start', '--detach', '--json'])).code).to.equal(4)
      expect(JSON.parse(readFileSync(join(directory, 'profile', 'settings.json'), 'utf8'))).to.include({ network: 'local' })
      const stopped = await sotto(['stop', '--json'])
      expect(stopped.code, stopped.err).to.equal(0)
      expect(existsSync(join(directory, 'profile', 'lock'))).to.equal(false)
    })

    it('--detach hands the passphrase on, and tells what went wrong in the background', async () => {
      expect((await actor(['init'], { SOTTO_PASSPHRASE: 'moon' })).code).to.equal(0)
      const wrong = await actor(['start', '--detach', '--json'], { SOTTO_PASSPHRASE: 'sun' })
      expect(wrong.code, wrong.err).to.equal(5)
      expect(wrong.err).to.contain('WRONG_PASSPHRASE')
      const right = await actor(['start', '--detach', '--json'], { SOTTO_PASSPHRASE: 'moon' })
      expect(right.code, right.err).to.equal(0)
      expect((await sotto(['phrase', '--json'])).code).to.equal(5)
      expect((await sotto(['phrase', '--json'], { SOTTO_PASSPHRASE: 'moon' })).code).to.equal(0)
      expect((await sotto(['stop'])).code).to.equal(0)
    })

    it('killed outright leaves a socket that nobody takes for a node', async () => {
      const node = launch([...FLAGS, actorBin, 'start', '--json'])
      await firstLine(node)
      const end = ended(node)
      node.kill('SIGKILL')
      expect((await end).signal).to.equal('SIGKILL')
      const socket = readFileSync(join(directory, 'profile', 'control'), 'utf8').trim()
      expect(existsSync(socket)).to.equal(true)
      expect((await actor(['stop', '--json'])).out).to.contain('"running":false')
    })

    it('does not outlive a launcher on an old Node that was killed', async () => {
      const alice = await station()
      const events = alice.actor.events.bind(alice.actor)
      const gone = new Promise<void>(resolve => {
        alice.actor.events = options => {
          options?.signal?.addEventListener('abort', () => { resolve() })
          return events(options)
        }
      })
      alice.actor.happen({ event: 'warning', text: 'one' })
      const child = launch([launcher, 'listen', '--since', '0', '--json'], { SOTTO_PROFILE: alice.profile, NODE_OPTIONS: `--import=${OLD_NODE}` })
      await firstLine(child)
      child.kill('SIGKILL')
      await gone
      await alice.close()
    })
  })

  it('a reader that goes away ends a command quietly', async () => {
    const alice = await station()
    const child = launch([launcher, 'listen', '--since', '0', '--json'], { SOTTO_PROFILE: alice.profile })
    alice.actor.happen({ event: 'warning', text: 'one' })
    await firstLine(child)
    const end = new Promise<number | null>(resolve => { child.once('exit', code => { resolve(code) }) })
    child.stdout?.destroy()
    const flood = setInterval(() => { alice.actor.happen({ event: 'warning', text: 'more' }) }, 5)
    expect(await end).to.equal(0)
    clearInterval(flood)
    await alice.close()
  })

  it('two commands at once on a profile without a node do not damage it: the later one waits its turn', async () => {
    expect((await actor(['init'])).code).to.equal(0)
    const results = await Promise.all([actor(['status', '--json']), actor(['id', '--json'])])
    expect(results.map(result => result.code)).to.deep.equal([0, 0])
  })

  it('reads a long text from a pipe', async () => {
    const alice = await station()
    await alice.actor.contacts.add('sotto:bob')
    const text = 'ü'.repeat(16 * 1024)
    const { code, err } = await sotto(['send', 'bob', '-', '--json'], { SOTTO_PROFILE: alice.profile }, text)
    expect(code, err).to.equal(0)
    expect(alice.actor.log[0]?.text).to.equal(text)
    expect((await sotto(['send', 'bob', '-'], { SOTTO_PROFILE: alice.profile }, 'x'.repeat(100_000))).code).to.equal(2)
    await alice.close()
  })
})
