/** This process as a World, and its end. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import { run } from './cli.ts'
import { createSink, createSource } from './streams.ts'
import { PATIENCE } from './world.ts'
import type { Door, World } from './world.ts'

/** Errors that a lost connection throws past its owner: a resident node survives them. */
const LOST_CONNECTION = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNABORTED', 'ENOTCONN', 'EADDRNOTAVAIL'])

function version (): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function flushed (stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writable) await new Promise<void>(resolve => { stream.write('', () => { resolve() }) })
}

function surviveLostConnections (stderr: NodeJS.WriteStream, crashing: ReadonlySet<() => void>): void {
  const survive = (error: unknown): void => {
    if (LOST_CONNECTION.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')) return
    for (const listener of crashing) listener()
    stderr.write(`sotto: something is broken: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', survive).on('unhandledRejection', survive)
}

/** Runs the command line of this process to its end. */
export async function main (door: () => Promise<Door>): Promise<void> {
  const { stdout, stderr } = process
  const stop = new AbortController()
  const onSignal = (): void => {
    // asked twice: somebody is in a hurry
    if (stop.signal.aborted) process.exit(1)
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  // nobody reads any more (`sotto listen | head`): that ends the command, and is no fault
  stdout.on('error', () => { stop.abort() })
  stderr.on('error', () => {
    // there is nobody left to tell
  })
  // started by an old Node that could not step aside: its death must not leave a node behind
  if (process.channel !== undefined) {
    process.on('disconnect', () => { process.kill(process.pid, 'SIGKILL') })
    process.channel?.unref()
  }
  const crashing = new Set<() => void>()
  surviveLostConnections(stderr, crashing)

  const world: World = {
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    home: homedir(),
    stdin: createSource(() => process.stdin, isatty(0), stderr),
    stdout: createSink(stdout),
    stderr: createSink(stderr),
    screen: () => isatty(0) && stdout.isTTY ? { stdin: process.stdin, stdout, stderr } : undefined,
    onCrash (listener) {
      crashing.add(listener)
      return () => { crashing.delete(listener) }
    },
    signal: stop.signal,
    door,
    relaunch: { command: process.execPath, args: [...process.execArgv, process.argv[1] ?? ''] },
    get version () { return version() },
    now: () => Date.now(),
    patience: PATIENCE
  }
  const code = await run(process.argv.slice(2), world)
  await Promise.all([flushed(stdout), flushed(stderr)])
  process.exit(code)
}
