import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { Person, befriend, texts } from '../support/actors.ts'
import { House, commandLine } from '../support/process.ts'
import { heardIn, NEAR_HZ, writeTone } from '../support/tone.ts'
import type { ChildProcess } from 'node:child_process'

const root = fileURLToPath(new URL('../../', import.meta.url))
const FLAGS = ['--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning']

/** The block of the README that this text stands in. */
function block (language: string, contains: string): string {
  const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
  const found = blocks.filter(match => match[1] === language && match[2]!.includes(contains))
  expect(found, `one ${language} block with ${contains}`).to.have.length(1)
  return found[0]![2]!
}

describe('the bots of the README', function () {
  this.timeout(120_000)
  let house: House
  let alice: Person
  let bot: ChildProcess | undefined

  /** In a group of its own, so that all that it starts ends with it. */
  function begin (command: string, args: readonly string[], options: { cwd: string, env: NodeJS.ProcessEnv }): ChildProcess {
    bot = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    return bot
  }

  /** A home with the script as `bot.sh`, and `sotto` in its PATH. */
  function shell (person: Person, script: string): { cwd: string, env: NodeJS.ProcessEnv } {
    const { argv, env, cwd } = commandLine(house.home(person.name), [])
    const path = join(cwd, 'bin')
    mkdirSync(path)
    writeFileSync(join(path, 'sotto'), `#!/bin/sh\nexec ${argv.map(word => `'${word}'`).join(' ')} "$@"\n`)
    writeFileSync(join(cwd, 'bot.sh'), script)
    chmodSync(join(path, 'sotto'), 0o755)
    return { cwd, env: { ...env, PATH: [path, dirname(process.execPath), process.env.PATH].join(delimiter), SOTTO_PROFILE: person.profile } }
  }

  async function end (): Promise<void> {
    const child = bot
    bot = undefined
    if (child?.pid === undefined || child.exitCode !== null) return
    const closed = new Promise(resolve => { child.once('close', resolve) })
    process.kill(-child.pid, 'SIGKILL')
    await closed
  }

  beforeEach(async () => {
    house = await House.open()
    alice = new Person(house, 'alice')
    await alice.start()
  })

  afterEach(async () => {
    await end()
    await house.close()
  })

  it('in ten lines of shell: it answers, never itself, and nobody twice after it was killed', async () => {
    const echo = new Person(house, 'echo')
    await echo.start()
    await befriend(alice, echo)
    const script = block('sh', 'You said')
    expect(script.trim().split('\n').length).to.be.at.most(12)
    const surroundings = shell(echo, script)
    begin('sh', ['bot.sh'], surroundings)

    await texts(alice, 'echo', 3, 60_000)
    await alice.send('echo', 'It\'s "$(me)"\nand -me', 'delivered')
    expect((await texts(alice, 'echo', 5, 60_000)).slice(2)).to.deep.equal(['You said: I am alice', 'It\'s "$(me)"\nand -me', 'You said: It\'s "$(me)"\nand -me'])

    await end()
    await alice.send('echo', 'Still there?', 'delivered')
    begin('sh', ['bot.sh'], surroundings)
    expect((await texts(alice, 'echo', 7, 60_000)).slice(5)).to.deep.equal(['Still there?', 'You said: Still there?'])
    expect((await alice.history('echo')).map(view => view.text).filter(text => text.includes('You said: You said'))).to.deep.equal([])
  })

  it('in ten lines of TypeScript, with a node of its own: it takes who asks, and answers', async () => {
    const script = block('ts', 'You said')
    expect(script.trim().split('\n').length).to.be.at.most(12)
    // the same text, kept on this machine
    const local = script.replace('createNode({ profile })', 'createNode({ profile, network: \'local\', bootstrap: [], listen: [\'/ip4/127.0.0.1/tcp/0\'] })')
    expect(local).not.to.equal(script)
    const directory = join(root, 'test/artifacts', `bot-${process.pid}`)
    mkdirSync(directory, { recursive: true })
    try {
      const file = join(directory, 'echo.ts')
      writeFileSync(file, local)
      const { env, cwd } = commandLine(house.home('echo'), [])
      const child = begin(process.execPath, [...FLAGS, file], { cwd, env: { ...env, SOTTO_PROFILE: join(cwd, 'profile') } })
      if (child.stdout === null) throw new Error('no stdout')
      const link = await new Promise<string>((resolve, reject) => {
        createInterface({ input: child.stdout! }).once('line', resolve)
        child.once('close', code => { reject(new Error(`the bot ended with ${code}`)) })
      })
      await alice.verb(['contact', 'add', link, '--name', 'echo'])
      await alice.send('echo', 'Hello?', 'delivered', 30)
      await texts(alice, 'echo', 2, 60_000)
      await alice.send('echo', 'Once more', 'delivered')
      expect(await texts(alice, 'echo', 4, 60_000)).to.deep.equal(['Hello?', 'You said: Hello?', 'Once more', 'You said: Once more'])
    } finally {
      await end()
      rmSync(directory, { recursive: true, force: true })
    }
  })

  it('as an answering machine: it greets who calls, and keeps what they say', async () => {
    const machine = new Person(house, 'machine')
    await machine.start()
    await befriend(alice, machine)
    const surroundings = shell(machine, block('sh', 'Your note'))
    await writeTone(join(surroundings.cwd, 'greeting.wav'), 880, 1)
    const question = join(house.directory, 'question.wav')
    await writeTone(question, 440, 2)
    const bot = begin('sh', ['bot.sh'], surroundings)
    const kept = new Promise<string>(resolve => { createInterface({ input: bot.stdout! }).once('line', resolve) })
    const heard = join(house.directory, 'heard.wav')
    await alice.verb(['call', 'start', 'machine', '--audio', question, '--record', heard, '--until-played'])
    expect((await texts(alice, 'machine', 4, 60_000)).at(-1)).to.match(/^Thank you! Your note of \d+ s is kept\.$/)
    const [, name = '', note = ''] = /^(\w+): (.*)$/.exec(await kept) ?? []
    expect(name).to.equal('alice')
    expect((await heardIn(note)).hz).to.be.closeTo(440, NEAR_HZ)
    expect((await heardIn(heard, 0.9)).hz).to.be.closeTo(880, NEAR_HZ)
  })
})
