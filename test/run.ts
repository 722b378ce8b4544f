/**
 * `npm test`: every test, in two lanes side by side, since most of what tests do is wait.
 *
 *   npm test                                      everything
 *   npm test -- --reporter dot                    with options of mocha's, for both lanes
 *   npm test -- test/scenario/chat.spec.ts        only this, in one process
 *   SOTTO_UPDATE=1 npm test                       also writes down how long each file took, by which the lanes are made
 *
 * Each lane is one run of mocha with its own report at its end; what they say is told apart suite by suite. Ends with the
 * number of failures, as mocha does.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { lanesOf } from './support/lanes.ts'

const ROOT = dirname(import.meta.dirname)
const MOCHA = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'))
const TIMES = join(import.meta.dirname, 'times.json')
const EVERYTHING = ['protocols/**/*.spec.ts', 'packages/*/test/**/*.{spec,node}.ts', 'test/**/*.spec.ts']
/** Options of mocha's that take the next word. */
const WITH_VALUE = new Set(['-R', '--reporter', '-O', '--reporter-option', '-g', '--grep', '-f', '--fgrep', '-t', '--timeout', '-s', '--slow', '--retries', '-r', '--require'])
/** A suite of the top begins: by it what two lanes say at a time is told apart. */
const SUITE = /^ {2}\S/

function files (): string[] {
  const found = EVERYTHING.flatMap(pattern => globSync(pattern, { cwd: ROOT, exclude: name => name === 'node_modules' || name === 'dist' }))
  return [...new Set(found.map(path => path.split(sep).join('/')))].sort()
}

function namesFiles (args: readonly string[]): boolean {
  return args.some((arg, at) => !arg.startsWith('-') && !WITH_VALUE.has(args[at - 1] ?? ''))
}

async function ended (child: ReturnType<typeof spawn>): Promise<number> {
  return await new Promise(resolve => { child.once('close', code => { resolve(code ?? 1) }) })
}

function start (args: readonly string[], stdio: 'inherit' | 'pipe', env: NodeJS.ProcessEnv = {}): ReturnType<typeof spawn> {
  const lane = stdio === 'pipe'
  const child = spawn(process.execPath, [MOCHA, ...args], { cwd: ROOT, stdio: [lane ? 'ignore' : 'inherit', stdio, stdio], env: { ...process.env, ...env }, detached: lane })
  // mocha hands no signal on to the Node that it starts: each lane is a group, which ends as a whole
  if (lane) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => { if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal) })
    }
  }
  return child
}

/** One lane is shown as it speaks, what the others say a suite at a time in its pauses; when it has ended the next one is. */
class Floor {
  readonly #lanes: Array<{ told: string[], telling: string[], ended: boolean }>
  #live = 0

  constructor (count: number) { this.#lanes = Array.from({ length: count }, () => ({ told: [], telling: [], ended: false })) }

  line (at: number, text: string): void {
    const lane = this.#lanes[at]
    // eslint-disable-next-line no-control-regex
    if (SUITE.test(text.replace(/\u001b\[[\d;]*m/g, ''))) {
      if (at === this.#live) this.#pause()
      else lane?.told.push(...lane.telling.splice(0))
    }
    if (at === this.#live) console.log(text)
    else lane?.telling.push(text)
  }

  end (at: number): void {
    const lane = this.#lanes[at]
    if (lane === undefined) return
    lane.ended = true
    lane.told.push(...lane.telling.splice(0))
    if (at !== this.#live) return
    this.#pause()
    this.#live = this.#lanes.findIndex(({ ended }) => !ended)
    for (const text of this.#lanes[this.#live]?.telling.splice(0) ?? []) console.log(text)
  }

  #pause (): void {
    for (const lane of this.#lanes) for (const text of lane.told.splice(0)) console.log(text)
  }
}

function known (): Record<string, number> {
  try {
    return JSON.parse(readFileSync(TIMES, 'utf8')) as Record<string, number>
  } catch {
    return {} // all take the same then
  }
}

async function everything (args: readonly string[]): Promise<number> {
  const lanes = lanesOf(files(), known(), Math.min(2, availableParallelism()))
  const directory = mkdtempSync(join(tmpdir(), 'sotto-times-'))
  const times = join(directory, 'times')
  appendFileSync(times, '')
  const floor = new Floor(lanes.length)
  const codes = await Promise.all(lanes.map(async (lane, at) => {
    const child = start([...process.stdout.isTTY ? ['--color'] : [], ...args, ...lane], 'pipe', { SOTTO_TEST_TIMES: times })
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', line => { floor.line(at, line) })
    const code = await ended(child)
    floor.end(at)
    return code
  }))
  if (process.env.SOTTO_UPDATE !== undefined) {
    const lines = readFileSync(times, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Record<string, number>)
    const sorted = Object.entries(Object.assign({}, ...lines) as Record<string, number>).sort(([a], [b]) => a < b ? -1 : 1)
    writeFileSync(TIMES, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`)
  }
  rmSync(directory, { recursive: true })
  return Math.min(255, codes.reduce((sum, code) => sum + code, 0))
}

const args = process.argv.slice(2)
process.exitCode = namesFiles(args) ? await ended(start(args, 'inherit')) : await everything(args)
