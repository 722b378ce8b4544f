/** Real `sotto` processes for tests: own home, loopback only, bounded in time, ended whatever the test does. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from './patience.ts'
import type { ChildProcess } from 'node:child_process'

const SOTTO = fileURLToPath(new URL('../../packages/cli/bin/sotto.js', import.meta.url))
/** Compiled sources are shared by all processes of all runs: a cold start is not what these tests look at. */
const CACHE = fileURLToPath(new URL('../artifacts/compile-cache', import.meta.url))
const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

/** Output kept of a process for error messages, characters. */
const MAX_KEPT = 64 * 1024

export type Json = Record<string, unknown>

/** What a verb did. */
export interface Ran<T = Json> { code: number | null, lines: T[], stdout: string, stderr: string, ms: number }

export interface RunOptions {
  input?: string
  timeoutMs?: number
  env?: Record<string, string>
  /** after this it is killed, wherever it is, and that is no failure */
  killMs?: number
  /** as `killMs`, at a moment that is not known yet */
  signal?: AbortSignal
  /** what runs it: `ip netns exec …` */
  within?: readonly string[]
  /** no file of the process grows beyond this: what a full disk is, for whoever may not fill one */
  maxFileBytes?: number
}

/** The first line of `sotto start --json`. */
export interface Ready { event: 'ready', id: string, device: string, peerId: string, addresses: string[], link: string }

const living = new Set<ChildProcess>()
process.on('exit', () => { for (const child of living) child.kill('SIGKILL') })

function environment (home: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    XDG_RUNTIME_DIR: home,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: CACHE,
    SOTTO_NETWORK: 'local',
    SOTTO_LISTEN: LOOPBACK,
    SOTTO_BOOTSTRAP: 'none',
    ...extra
  }
}

/** A `sotto` command line as any process may start it: for what needs a terminal. */
export function commandLine (home: string, args: readonly string[], env: Record<string, string> = {}): { argv: string[], env: NodeJS.ProcessEnv, cwd: string } {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  return { argv: [process.execPath, SOTTO, ...args], env: environment(home, env), cwd: home }
}

/** Bytes of one block of `ulimit -f`, in the shell that POSIX describes. */
const BLOCK_BYTES = 512

function launch (home: string, args: readonly string[], { env, maxFileBytes, within = [] }: RunOptions): ChildProcess {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const command = [process.execPath, SOTTO, ...args]
  // the signal that goes with the limit ends a process; ignored, a write fails as it does on a full disk
  const limited = ['/bin/sh', '-c', `trap '' XFSZ; ulimit -f ${Math.ceil((maxFileBytes ?? 0) / BLOCK_BYTES)}; exec "$0" "$@"`, ...command]
  const [program = '', ...rest] = [...within, ...(maxFileBytes === undefined ? command : limited)]
  const child = spawn(program, rest, { cwd: home, env: environment(home, env), stdio: ['pipe', 'pipe', 'pipe'] })
  living.add(child)
  child.once('close', () => living.delete(child))
  child.stdin?.on('error', () => {}) // it may end before it read its input: its exit code says so
  return child
}

function collect (stream: NodeJS.ReadableStream | null): { text: () => string } {
  let text = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => { text = (text + chunk).slice(-MAX_KEPT * 16) })
  return { text: () => text }
}

function ended (child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (!living.has(child)) resolve()
    else child.once('close', () => { resolve() })
  })
}

async function killAfter (child: ChildProcess, ms: number, signal?: AbortSignal): Promise<boolean> {
  let late = false
  const timer = setTimeout(() => { late = true; child.kill('SIGKILL') }, ms)
  const kill = (): void => { child.kill('SIGKILL') }
  signal?.addEventListener('abort', kill)
  if (signal?.aborted === true) kill()
  await ended(child)
  signal?.removeEventListener('abort', kill)
  clearTimeout(timer)
  return late
}

export function parseLines<T> (text: string): T[] {
  return text.split('\n').filter(line => line !== '').map(line => {
    try {
      return JSON.parse(line) as T
    } catch (cause) {
      throw new Error(`not a line of JSON: ${line}`, { cause })
    }
  })
}

/** One verb in a process of its own, to its end. Never rejects for what the verb did: `code` says it. */
export async function runVerb<T = Json> (home: string, args: readonly string[], options: RunOptions = {}): Promise<Ran<T>> {
  const started = performance.now()
  const child = launch(home, args, options)
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  child.stdin?.end(options.input ?? '')
  const timeoutMs = options.killMs ?? options.timeoutMs ?? PATIENCE_MS
  if (await killAfter(child, timeoutMs, options.signal) && options.killMs === undefined) throw new Error(`sotto ${args.join(' ')} did not end within ${timeoutMs} ms\n${stderr.text()}`)
  const lines = args.includes('--json') && child.signalCode === null ? parseLines<T>(stdout.text()) : []
  return { code: child.exitCode, lines, stdout: stdout.text(), stderr: stderr.text(), ms: performance.now() - started }
}

/** A running `sotto start --json`. */
export class Resident {
  readonly #child: ChildProcess
  readonly #stderr: { text: () => string }
  readonly ready: Ready
  /** from spawn to the ready line, ms */
  readonly readyMs: number

  private constructor (child: ChildProcess, stderr: { text: () => string }, ready: Ready, readyMs: number) {
    this.#child = child
    this.#stderr = stderr
    this.ready = ready
    this.readyMs = readyMs
  }

  static async start (home: string, args: readonly string[], options: RunOptions = {}): Promise<Resident> {
    const started = performance.now()
    const child = launch(home, ['start', '--json', ...args], options)
    const stderr = collect(child.stderr)
    child.stdin?.end()
    if (child.stdout === null) throw new Error('no stdout')
    const lines = createInterface({ input: child.stdout })
    const timeoutMs = options.timeoutMs ?? PATIENCE_MS
    const ready = await new Promise<Ready>((resolve, reject) => {
      const fail = (why: string): void => {
        child.kill('SIGKILL')
        reject(new Error(`sotto start ${args.join(' ')}: ${why}\n${stderr.text()}`))
      }
      const timer = setTimeout(() => { fail(`not ready within ${timeoutMs} ms`) }, timeoutMs)
      child.once('close', (code, signal) => { clearTimeout(timer); fail(`ended with ${code ?? signal} before it was ready`) })
      lines.once('line', line => {
        clearTimeout(timer)
        try {
          const parsed = JSON.parse(line) as Ready
          if (parsed.event === 'ready') resolve(parsed)
          else fail(`its first line is ${line}`)
        } catch {
          fail(`its first line is ${line}`)
        }
      })
    })
    lines.on('line', () => {}) // further lines are read, so that the pipe never fills
    return new Resident(child, stderr, ready, performance.now() - started)
  }

  get pid (): number {
    if (this.#child.pid === undefined) throw new Error('no process')
    return this.#child.pid
  }

  get running (): boolean { return living.has(this.#child) }

  /** Resolves when it has ended by itself, with its exit code. */
  async ended (): Promise<number | null> {
    await ended(this.#child)
    return this.#child.exitCode
  }

  stderr (): string { return this.#stderr.text() }

  /** Resident memory, bytes (Linux). */
  rss (): number {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  }

  /** CPU time used since its start, ms (Linux, clock ticks of 10 ms). */
  cpuMs (): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** As `kill -9`: nothing is flushed, nothing said. */
  async kill (): Promise<void> {
    this.#child.kill('SIGKILL')
    await ended(this.#child)
  }

  /** In good order. @throws where it takes too long or does not end with 0 */
  async stop (): Promise<void> {
    if (!this.running) return
    this.#child.kill('SIGTERM')
    if (await killAfter(this.#child, PATIENCE_MS)) throw new Error(`did not stop within ${PATIENCE_MS} ms\n${this.stderr()}`)
    if (this.#child.exitCode !== 0) throw new Error(`ended with ${this.#child.exitCode ?? this.#child.signalCode} when asked to stop\n${this.stderr()}`)
  }

  /** Frozen: its peers see silence, not an end. */
  freeze (): void { this.#child.kill('SIGSTOP') }
  thaw (): void { this.#child.kill('SIGCONT') }
}

/** A directory for the homes of one test, and the end of everything that was started in it. */
export class House {
  readonly directory: string
  readonly #residents = new Set<Resident>()
  readonly #closers: Array<() => void | Promise<void>> = []
  #closed = false

  private constructor (directory: string) { this.directory = directory }

  static async open (): Promise<House> { return new House(await mkdtemp(join(tmpdir(), 'sotto-'))) }

  home (name: string): string { return join(this.directory, name) }

  async start (name: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Resident> {
    const resident = await Resident.start(this.home(name), ['--profile', join(this.home(name), 'profile'), ...args], options)
    this.#residents.add(resident)
    // a test that ran out of time goes on for a while after its end
    if (this.#closed) {
      await resident.kill()
      throw new Error(`${name} starts in a house that is closed`)
    }
    return resident
  }

  async run<T = Json> (name: string, args: readonly string[], options: RunOptions = {}): Promise<Ran<T>> {
    return await runVerb<T>(this.home(name), ['--profile', join(this.home(name), 'profile'), ...args], options)
  }

  /** Runs before the processes end. */
  onClose (close: () => void | Promise<void>): void { this.#closers.push(close) }

  /** Ends every process of this house and removes its homes. */
  async close (): Promise<void> {
    this.#closed = true
    for (const close of this.#closers.reverse()) await close()
    await Promise.all([...this.#residents].map(async resident => { resident.thaw(); await resident.kill() }))
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 })
  }
}
