/** A World that a test can look into. */
import { UsageError } from '@sotto/node/errors'
import { run } from '../../src/cli.ts'
import { actorDoor } from './door.ts'
import type { ActorDoor } from './door.ts'
import type { World } from '../../src/world.ts'

export interface TestWorld extends World {
  out: () => string
  err: () => string
  /** the JSON lines of stdout */
  lines: () => Array<Record<string, unknown>>
  errors: () => Array<Record<string, unknown>>
  stop: () => void
  /** resolves when stdout holds so many lines */
  printed: (count: number) => Promise<void>
  /** resolves when stdout holds this text */
  says: (text: string) => Promise<void>
  /** resolves when stderr holds this text */
  noted: (text: string) => Promise<void>
}

export interface TestWorldInit {
  door?: ActorDoor
  env?: Record<string, string>
  stdin?: string
  terminal?: boolean
  /** what somebody types, question by question */
  answers?: string[]
  cwd?: string
  home?: string
  /** the directory of a built page */
  site?: string
}

function parseLines (text: string): Array<Record<string, unknown>> {
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Record<string, unknown>)
}

export function testWorld (init: TestWorldInit = {}): TestWorld {
  let out = ''
  let err = ''
  const stop = new AbortController()
  const waiters = new Set<() => void>()
  const door = init.door ?? actorDoor()
  const terminal = init.terminal === true
  const answers = [...init.answers ?? []]
  async function until (holds: () => boolean): Promise<void> {
    await new Promise<void>(resolve => {
      const check = (): void => {
        if (!holds()) return
        waiters.delete(check)
        resolve()
      }
      waiters.add(check)
      check()
    })
  }
  return {
    env: init.env ?? {},
    cwd: init.cwd ?? '/',
    platform: 'linux',
    home: init.home ?? '/home/alice',
    stdin: {
      terminal,
      all: async limit => {
        if ((init.stdin ?? '').length > limit) throw new UsageError('BAD_ARGUMENT', 'too long')
        return init.stdin ?? ''
      },
      line: async () => (init.stdin ?? '').split('\n')[0] ?? '',
      ask: async question => {
        err += question
        const answer = answers.shift()
        if (answer === undefined) throw new Error(`nobody answers ‘${question}’`)
        return answer
      }
    },
    stdout: {
      write: text => {
        out += text
        for (const waiter of waiters) waiter()
      },
      terminal,
      columns: 80
    },
    stderr: {
      write: text => {
        err += text
        for (const waiter of waiters) waiter()
      },
      terminal,
      columns: 80
    },
    screen: () => undefined,
    onCrash: () => () => {},
    signal: stop.signal,
    door: async () => door,
    site: async () => {
      if (init.site === undefined) throw new UsageError('BAD_ARGUMENT', 'there is no page')
      return init.site
    },
    relaunch: { command: 'false', args: [] },
    version: '1.2.3',
    now: () => 1_700_000_000_000,
    patience: { linger: 50, busy: 200, ring: 15_000 },
    out: () => out,
    err: () => err,
    lines: () => parseLines(out),
    errors: () => parseLines(err),
    stop: () => { stop.abort() },
    async printed (count) { await until(() => out.split('\n').length > count) },
    async says (text) { await until(() => out.includes(text)) },
    async noted (text) { await until(() => err.includes(text)) }
  }
}

export interface Ran { code: number, out: string, err: string, lines: () => Array<Record<string, unknown>>, errors: () => Array<Record<string, unknown>> }

/** Runs one command line to its end. */
export async function sotto (argv: string[], init: TestWorldInit = {}): Promise<Ran> {
  const world = testWorld(init)
  const code = await run(argv, world)
  return { code, out: world.out(), err: world.err(), lines: world.lines, errors: world.errors }
}
