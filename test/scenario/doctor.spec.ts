import { execFile, execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { Person, eventually } from '../support/actors.ts'
import { crowd, volunteers } from '../support/crowd.ts'
import { commandLine, parseLines } from '../support/process.ts'
import type { Crowd } from '../support/crowd.ts'
import type { RunOptions } from '../support/process.ts'
import type { Finding } from '@sotto/node'
import type { AddressInfo } from 'node:net'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

interface Diagnosis { code: number | null, found: Finding[] }

/** A process whose `Date` is so far off: nobody sets the clock of the machine that tests run on. */
function shifted (ms: number): Record<string, string> {
  const code = `const real = Date; globalThis.Date = class Date extends real { constructor (...given) { if (given.length === 0) super(real.now() + ${ms}); else super(...given) } static now () { return real.now() + ${ms} } }`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` }
}

/** The way into a network without interfaces, where the system lets us make one. */
function emptyNetwork (): string[] | undefined {
  return [['-n'], ['-rn']].map(flags => ['unshare', ...flags]).find(([program = '', ...args]) => {
    try {
      execFileSync(program, [...args, 'true'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

describe('sotto doctor', function () {
  this.timeout(120_000)
  let town: Crowd
  let alice: Person
  let bob: Person
  /** the first piece of advice for each broken set-up */
  const advice = new Map<string, string>()

  before(async () => {
    town = await crowd({ mailboxes: volunteers(1) });
    ({ alice, bob } = town)
    await eventually(alice, 'a mailbox that answers', 60_000, async messenger => (await messenger.mailboxes.list()).find(({ trouble, lastSeen }) => trouble === undefined && lastSeen > 0))
  })

  after(async () => { await town.close() })

  async function diagnose (person: Person, args: string[] = [], options: RunOptions = {}): Promise<Diagnosis> {
    const ran = await person.run<Finding>(['doctor', ...args], options)
    expect(ran.lines, ran.stderr).not.to.be.empty
    expect(ran.stderr).not.to.match(/^\s+at |node_modules|\.ts:\d/m)
    return { code: ran.code, found: ran.lines }
  }

  /** It is the first thing said, a problem, and has its own advice. */
  function expectFirst ({ code, found }: Diagnosis, cause: Finding['code']): void {
    expect(found.map(finding => `${finding.level} ${finding.code}`)[0]).to.equal(`problem ${cause}`)
    expect(code).to.equal(1)
    advice.set(cause, found[0]?.advice ?? '')
  }

  it('of a node that is well names no problem: who is direct, who keeps mail and how well, and that the clocks agree', async () => {
    await bob.send('alice', 'Are you well?', 'delivered')
    // what was said may have come through the mailbox, and be there before the two are connected
    await eventually(alice, 'bob to be there', 60_000, async messenger => (await messenger.doctor()).find(({ code, finding }) => code === 'contacts' && finding.includes('directly (bob)')))
    const { code, found } = await diagnose(alice)
    expect(code).to.equal(0)
    expect(found.filter(({ level }) => level === 'problem')).to.deep.equal([])
    const says = (wanted: Finding['code']): string => found.find(finding => finding.code === wanted)?.finding ?? ''
    expect(says('running')).to.match(/has been running for/)
    expect(says('contacts')).to.match(/1 connected directly \(bob\)/)
    expect(says('mailbox')).to.match(/keeps your mail.*last answered/)
    expect(says('clock')).to.match(/agrees with \d other nodes|agrees with another node/)
    expect(says('outbox')).to.match(/Nothing of yours waits/)
  })

  it('of a node whose mail waits says for whom, and why', async () => {
    await town.mailboxes[0]?.stop()
    await bob.stop()
    await alice.send('bob', 'Where is everybody?')
    const { found } = await diagnose(alice)
    const waiting = found.find(({ code }) => code === 'waiting')
    expect(waiting?.finding).to.match(/1 message for bob is kept on this device alone/)
    await town.mailboxes[0]?.start()
    await bob.start()
    await eventually(alice, 'an empty outbox', 60_000, async messenger => (await messenger.status()).outbox === 0 ? true : undefined)
    await eventually(alice, 'the mailbox again', 60_000, async messenger => (await messenger.mailboxes.list()).find(({ trouble }) => trouble === undefined))
    await alice.stop()
  })

  it('of a clock that is a year ahead: first, set the date', async () => {
    expectFirst(await diagnose(alice, [], { env: shifted(YEAR_MS) }), 'clock-wrong')
  })

  it('of a port that is taken: first, which; and everything else all the same', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => { server.once('listening', resolve) })
    try {
      const { port } = server.address() as AddressInfo
      const diagnosis = await diagnose(alice, ['--listen', `/ip4/127.0.0.1/tcp/${port}`])
      expectFirst(diagnosis, 'port-taken')
      expect(diagnosis.found[0]?.finding).to.include(`port ${port}`)
      expect(diagnosis.found.map(finding => finding.code)).to.include.members(['contacts', 'mailbox', 'disk'])
    } finally {
      server.close()
    }
  })

  it('of a full disk: first, make room', async () => {
    expectFirst(await diagnose(alice, [], { maxFileBytes: 512 }), 'disk-full')
  })

  it('of a machine without a network: first, plug it in; and nobody else is blamed', async function () {
    const way = emptyNetwork()
    if (way === undefined) return this.skip()
    const { argv, env, cwd } = commandLine(alice.house.home('alice'), ['--json', '--profile', alice.profile, 'doctor', '--listen', '/ip4/0.0.0.0/tcp/0'])
    const [program = '', ...args] = [...way, ...argv]
    const ran = await promisify(execFile)(program, args, { env, cwd }).then(({ stdout }) => ({ stdout, code: 0 }), (error: { stdout: string, code: number }) => error)
    const found = parseLines<Finding>(ran.stdout)
    expectFirst({ code: ran.code, found }, 'no-network')
    expect(found.filter(({ level }) => level === 'problem')).to.have.length(1)
  })

  it('of a node that is frozen says so, and does not touch its profile', async () => {
    bob.resident.freeze()
    try {
      expectFirst(await diagnose(bob), 'node-frozen')
    } finally {
      bob.resident.thaw()
    }
  })

  it('of mailboxes that are gone: first, keep the node running and find others', async () => {
    await Promise.all([town.mailboxes[0]?.kill(), bob.kill()])
    const diagnosis = await diagnose(alice)
    expectFirst(diagnosis, 'mailboxes-gone')
    expect(diagnosis.found.find(({ code }) => code === 'mailbox-trouble')?.finding).to.match(/mailbox of bob has trouble|of a volunteer, has trouble/)
  })

  it('has five different pieces of advice for these', () => {
    expect([...advice.keys()].sort()).to.include.members(['clock-wrong', 'disk-full', 'mailboxes-gone', 'port-taken'])
    expect(new Set(advice.values()).size).to.equal(advice.size)
  })

  it('of a profile that cannot be opened says why: no identity, a wrong passphrase, a store that is gone', async () => {
    const carol = new Person(town.house, 'carol', { passphrase: 'correct horse' })
    expectFirst(await diagnose(carol), 'no-identity')
    await carol.init()
    expectFirst(await diagnose(carol, [], { env: { SOTTO_PASSPHRASE: 'wrong horse' } }), 'passphrase')
    await rm(join(carol.profile, 'store'), { recursive: true })
    expectFirst(await diagnose(carol), 'store-damaged')
  })
})
