/**
 * `npm test`: every test, in two lanes side by side, since most of what tests do is wait.
 *
 *   npm test                                      everything
 *   npm test -- --reporter dot                    with options of mocha's, for both lanes
 *   npm test -- test/scenario/chat.spec.ts        only this, in one process
 *   SOTTO_UPDATE=1 npm test                       also writes down how long each file took, by which the lanes are made
 *
 * Each lane is one run of mocha with its own report at its end; what both say meanwhile is shown suite by suite. Ends with the
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
  return spawn(process.execPath, [MOCHA, ...args], { cwd: ROOT, stdio: ['inherit', stdio, stdio], env: { ...process.env, ...env } })
}

/** Shows what a lane says, a suite at a time; the rest once it has ended. */
function show (child: ReturnType<typeof spawn>): () => void {
  let block: string[] = []
  const flush = (): void => {
    if (block.length > 0) process.stdout.write(`${block.join('\n')}\n`)
    block = []
  }
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', line => {
      // eslint-disable-next-line no-control-regex
      if (SUITE.test(line.replace(/\u001b\[[\d;]*m/g, ''))) flush()
      block.push(line)
    })
  }
  return flush
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
  const codes = await Promise.all(lanes.map(async lane => {
    const child = start([...process.stdout.isTTY ? ['--color'] : [], ...args, ...lane], 'pipe', { SOTTO_TEST_TIMES: times })
    const flush = show(child)
    const code = await ended(child)
    flush()
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
