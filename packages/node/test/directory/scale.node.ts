/** Twenty servers in ten processes, a hundred people, fresh readers: SOTTO_SCALE=1, some minutes. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { routingKey } from '@sotto/protocols/directory'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { home, person, recordOf } from './house.ts'
import type { ChildProcess } from 'node:child_process'

const PROCESSES = 10
const PER_PROCESS = 2
const PEOPLE = 100
const CHILD = fileURLToPath(new URL('servers.child.ts', import.meta.url))

interface Group { child: ChildProcess, addresses: string[] }

async function group (bootstrap: string[]): Promise<Group> {
  const child = spawn(process.execPath, [...process.execArgv, '--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning', CHILD, String(PER_PROCESS), ...bootstrap], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  const addresses = await new Promise<string[]>((resolve, reject) => {
    lines.once('line', line => { resolve(JSON.parse(line)) })
    child.once('exit', code => { reject(new Error(`a server process ended with ${code}`)) })
  })
  return { child, addresses }
}

async function ended (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise(resolve => { child.once('exit', resolve) })
}

const quantile = (times: number[], q: number): number => Math.round([...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0)

describe('the directory at size', function () {
  this.timeout(20 * 60_000)
  if (process.env.SOTTO_SCALE === undefined) return

  const groups: Group[] = []
  const people = Array.from({ length: PEOPLE }, () => randomSeed())

  /** Each by a node of its own that was never there before. @returns times of the lookup alone, and from the node's start, ms */
  async function findAll (through: Group[]): Promise<{ lookup: number[], start: number[] }> {
    const bootstrap = through.flatMap(({ addresses }) => addresses)
    const lookup: number[] = []
    const start: number[] = []
    for (const [i, seed] of people.entries()) {
      const began = performance.now()
      const bob = await person({ bootstrap: bootstrap.slice(i % bootstrap.length, i % bootstrap.length + 1) })
      const ready = performance.now()
      const found = await bob.directory.resolve(publicKeyOf(seed))
      lookup.push(performance.now() - ready)
      start.push(performance.now() - began)
      expect(found?.stale, `person ${i}`).to.equal(undefined)
      await bob.stop()
    }
    return { lookup, start }
  }

  function report (what: string, { lookup, start }: { lookup: number[], start: number[] }): void {
    console.log(`      ${what}: ${lookup.length} of ${PEOPLE}; lookup p50 ${quantile(lookup, 0.5)} p95 ${quantile(lookup, 0.95)} ms; from start p50 ${quantile(start, 0.5)} p95 ${quantile(start, 0.95)} ms`)
  }

  before(async () => {
    groups.push(await group([]))
    const bootstrap = groups[0]?.addresses ?? []
    for (let i = 1; i < PROCESSES; i++) groups.push(await group(bootstrap))
    const writer = await home({ bootstrap })
    const replicated: number[] = []
    const rest = [...people]
    await Promise.all(Array.from({ length: 4 }, async () => {
      for (let seed = rest.pop(); seed !== undefined; seed = rest.pop()) {
        const replicas = await writer.network.dht.put(routingKey(publicKeyOf(seed)), await recordOf(seed, Date.now()))
        replicated.push(replicas.length)
      }
    }))
    await writer.stop()
    console.log(`      replicas: p5 ${quantile(replicated, 0.05)} p50 ${quantile(replicated, 0.5)}`)
    expect(quantile(replicated, 0)).to.be.greaterThan(PROCESSES)
  })

  after(async () => {
    for (const { child } of groups) {
      child.kill('SIGCONT')
      child.stdin?.end()
    }
    await Promise.all(groups.map(async ({ child }) => ended(child)))
  })

  it('DIR-8: finds 100 of 100 by id alone, each by a fresh node', async () => {
    const times = await findAll(groups)
    report('all well', times)
    expect(quantile(times.lookup, 0.5)).to.be.lessThan(1000)
    expect(quantile(times.lookup, 0.95)).to.be.lessThan(3000)
  })

  it('DIR-9: with 30 % of the servers frozen, all are found in at most twice the time', async () => {
    const frozen = groups.slice(-3)
    for (const { child } of frozen) child.kill('SIGSTOP')
    try {
      const times = await findAll(groups.slice(0, -3))
      report('30 % frozen', times)
      expect(quantile(times.lookup, 0.5)).to.be.lessThan(2000)
      expect(quantile(times.lookup, 0.95)).to.be.lessThan(6000)
    } finally {
      for (const { child } of frozen) child.kill('SIGCONT')
    }
  })

  it('DIR-9: with 30 % of the servers killed, all are found in at most twice the time', async () => {
    const killed = groups.splice(-3)
    for (const { child } of killed) child.kill('SIGKILL')
    await Promise.all(killed.map(async ({ child }) => ended(child)))
    const times = await findAll(groups)
    report('30 % killed', times)
    expect(quantile(times.lookup, 0.5)).to.be.lessThan(2000)
    expect(quantile(times.lookup, 0.95)).to.be.lessThan(6000)
  })
})
