import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { COMMANDS, allCommands } from '../../src/commands/index.ts'
import { globalOptions } from '../../src/globals.ts'
import { BOB, CAROL, DEVICE } from '../support/actor.ts'
import { station } from '../support/control.ts'
import { temporaryDirectory } from '../support/profile.ts'
import { sotto } from '../support/world.ts'
import type { ContactView } from '@sotto/node'
import type { Station } from '../support/control.ts'

const BIN = fileURLToPath(new URL('../../bin/sotto.js', import.meta.url))

const contact = (name: string, id: ContactView['id']): ContactView => ({ id, name, profileName: '', note: '', state: 'accepted', verified: false, blocked: false, devicesChanged: false, devices: [DEVICE] })

async function script (shell: string): Promise<string> { return (await sotto(['completion', shell])).out }

function has (shell: string): boolean { return spawnSync(shell, ['-c', 'true']).status === 0 }

describe('completion', function () {
  this.timeout(120_000)
  let alice: Station
  let directory: { path: string, remove: () => void }

  before(async () => {
    alice = await station()
    alice.actor.contactsByName.set('bob', contact('bob', BOB))
    alice.actor.contactsByName.set('Aunt Carol', contact('Aunt Carol', CAROL))
    alice.actor.contactsByName.set('$(touch /tmp/pwned)', contact('$(touch /tmp/pwned)', BOB))
    alice.actor.waitingRequests.push({ id: CAROL, name: 'mallory', note: '', time: 0 })
    directory = temporaryDirectory()
    writeFileSync(join(directory.path, 'sotto'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
    chmodSync(join(directory.path, 'sotto'), 0o755)
    for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(directory.path, `${shell}.completion`), await script(shell))
  })

  after(async () => {
    await alice.close()
    directory.remove()
  })

  async function run (shell: string, args: readonly string[]): Promise<string[]> {
    const { stdout } = await promisify(execFile)(shell, args, { env: { ...process.env, PATH: `${directory.path}${delimiter}${process.env.PATH ?? ''}`, SOTTO_PROFILE: alice.profile, HOME: directory.path } })
    return stdout.split('\n').filter(line => line !== '')
  }

  /** What a real bash offers for a line, its last word begun. */
  async function bash (...words: string[]): Promise<string[]> {
    const ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sotto; for reply in "$' + '{COMPREPLY[@]}"; do echo "$reply"; done'
    return await run('bash', ['--norc', '-c', ask, 'bash', join(directory.path, 'bash.completion'), 'sotto', ...words])
  }

  it('in bash offers every verb, and those that begin so', async () => {
    expect(await bash('')).to.include.members(Object.keys(COMMANDS))
    expect(await bash('re')).to.have.members(['restore', 'request', 'retract', 'react'])
  })

  it('in bash offers second words, options and their values where they stand', async () => {
    expect(await bash('contact', 've')).to.deep.equal(['verify'])
    expect(await bash('send', '--wa')).to.deep.equal(['--wait'])
    expect(await bash('send', 'bob', 'hello', '--wait', '')).to.have.members(['sealed', 'stored', 'delivered', 'read'])
    expect(await bash('--network', 'l')).to.deep.equal(['local'])
    expect(await bash('completion', '')).to.have.members(['bash', 'zsh', 'fish'])
    expect(await bash('send', 'bob', '')).to.deep.equal([])
  })

  it('in bash offers names of contacts from the resident node, and what a shell could run never', async () => {
    expect(await bash('send', 'b')).to.deep.equal(['bob'])
    expect(await bash('--profile', alice.profile, 'chat', 'Au')).to.deep.equal(['Aunt\\ Carol'])
    expect(await bash('contact', 'verify', '')).to.have.members(['bob', 'Aunt\\ Carol', BOB])
    expect(await bash('request', 'accept', '')).to.deep.equal(['mallory'])
  })

  it('offers nothing, quickly and silently, where no node runs', async () => {
    const away = await sotto(['--profile', join(directory.path, 'nobody'), 'completion', '--names', 'contacts'])
    expect(away).to.include({ code: 0, out: '', err: '' })
  })

  it('knows every verb, second word and shown option, in every shell', async () => {
    const commands = await allCommands()
    for (const shell of ['bash', 'zsh', 'fish']) {
      const text = await script(shell)
      for (const command of commands) {
        for (const spec of [command, ...command.subcommands ?? []]) {
          expect(text, shell).to.include(spec.name)
          for (const option of [...globalOptions, ...spec.options ?? []]) {
            if (option.hidden !== true) expect(text, `${shell} ${spec.name}`).to.include(shell === 'fish' ? `-l ${option.name}` : `--${option.name}`)
          }
        }
      }
      expect(text).not.to.include('passphrase-stdin')
    }
  })

  it('is a script that its shell can read', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      // zsh and fish are read where they are installed; what they are given is made from the table that bash proves
      if (has(shell)) expect(spawnSync(shell, ['-n', join(directory.path, `${shell}.completion`)], { encoding: 'utf8' })).to.include({ status: 0, stderr: '' })
    }
  })

  it('in fish, where there is one, offers the same', async () => {
    if (!has('fish')) return
    const fish = async (line: string): Promise<string[]> => (await run('fish', ['--no-config', '-c', `source ${join(directory.path, 'fish.completion')}; complete -C '${line}'`])).map(offered => offered.split('\t')[0] ?? '')
    expect(await fish('sotto re')).to.have.members(['restore', 'request', 'retract', 'react'])
    expect(await fish('sotto contact ve')).to.deep.equal(['verify'])
    expect(await fish('sotto send bob hello --wait ')).to.include.members(['sealed', 'stored', 'delivered', 'read'])
    expect(await fish('sotto send ')).to.include.members(['bob', 'Aunt Carol'])
    expect(await fish('sotto request accept ')).to.include('mallory')
  })

  it('asks which shell', async () => {
    expect((await sotto(['completion'])).code).to.equal(2)
    expect((await sotto(['completion', 'csh'])).code).to.equal(2)
  })
})

describe('the manual page', () => {
  it('has every verb, option and exit code, and every example as it can be typed', async () => {
    const { out } = await sotto(['man'])
    const plain = out.replaceAll('\\-', '-').replaceAll('\\e', '\\').replace(/\\f[BRI]/g, '').replaceAll('\\&', '')
    for (const command of await allCommands()) {
      for (const spec of [command, ...command.subcommands ?? []]) {
        expect(plain).to.include(spec.summary)
        for (const option of spec.options ?? []) if (option.hidden !== true) expect(plain).to.include(`--${option.name}`)
        for (const example of spec.examples) expect(plain.split('\n')).to.include(example.line)
      }
    }
    expect(plain).to.include('EXIT STATUS')
  })

  it('is roff: every line that begins with a dot is a macro that man knows', async () => {
    const { out } = await sotto(['man'])
    const macros = new Set(out.split('\n').filter(line => /^['.]/.test(line)).map(line => line.split(' ')[0]))
    expect([...macros]).to.have.members(['.TH', '.SH', '.SS', '.TP', '.PP', '.nf', '.fi', '.RS', '.RE'])
    const reader = 'groff'
    if (spawnSync(reader, ['--version']).status !== 0) return
    const read = spawnSync(reader, ['-man', '-Tutf8', '-k', '-ww', '-z'], { input: out, encoding: 'utf8' })
    expect(read).to.include({ status: 0, stderr: '' })
  })
})
