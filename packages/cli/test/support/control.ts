/** A control socket with a test actor behind it, and a client that writes bytes of its own. */
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { CONTROL_REVISION } from '../../src/remote/limits.ts'
import { serveControl } from '../../src/remote/server.ts'
import { ALICE, Actor } from './actor.ts'
import { temporaryDirectory } from './profile.ts'
import type { ControlInit, ControlServer } from '../../src/remote/server.ts'
import type { ActorInit } from './actor.ts'
import type { Socket } from 'node:net'

export interface Station {
  actor: Actor
  profile: string
  env: NodeJS.ProcessEnv
  server: ControlServer
  stops: () => number
  raw: () => Promise<Raw>
  close: () => Promise<void>
}

export interface Answer { id?: unknown, method?: string, params?: Record<string, unknown>, result?: unknown, error?: { code: number, message: string, data?: Record<string, unknown> } }

/** A connection without our client: lines in, lines out. */
export class Raw {
  readonly #socket: Socket
  readonly #lines: Answer[] = []
  readonly #wakes = new Set<() => void>()
  #text = ''
  ended = false

  constructor (socket: Socket) {
    this.#socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      const lines = (this.#text + chunk).split('\n')
      this.#text = lines.pop() ?? ''
      this.#lines.push(...lines.map(line => JSON.parse(line) as Answer))
      this.#wake()
    })
    socket.on('close', () => { this.ended = true; this.#wake() })
    socket.on('error', () => {})
  }

  #wake (): void { for (const wake of [...this.#wakes]) wake() }

  send (message: object): void { this.#socket.write(`${JSON.stringify(message)}\n`) }
  write (bytes: string | Uint8Array): void { this.#socket.write(bytes) }
  pause (): void { this.#socket.pause() }

  async #until (holds: () => boolean): Promise<void> {
    await new Promise<void>(resolve => {
      const check = (): void => {
        if (!holds()) return
        this.#wakes.delete(check)
        resolve()
      }
      this.#wakes.add(check)
      check()
    })
  }

  /** The next line, or nothing where the connection has ended. */
  async next (): Promise<Answer | undefined> {
    await this.#until(() => this.#lines.length > 0 || this.ended)
    return this.#lines.shift()
  }

  /** The answer to a request; notifications before it are dropped. */
  async call (id: number, method: string, params: object = {}): Promise<Answer> {
    this.send({ jsonrpc: '2.0', id, method, params })
    for (;;) {
      const answer = await this.next()
      if (answer === undefined) throw new Error('the connection ended')
      if (answer.id === id) return answer
    }
  }

  get waiting (): number { return this.#lines.length }
  async closed (): Promise<void> { await this.#until(() => this.ended) }
  close (): void { this.#socket.destroy() }
}

export async function station (init: ActorInit = {}, more: Partial<ControlInit> = {}): Promise<Station> {
  const directory = temporaryDirectory()
  const profile = join(directory.path, 'profile')
  const runtime = join(directory.path, 'run')
  mkdirSync(profile, { mode: 0o700 })
  mkdirSync(runtime, { mode: 0o700 })
  const env = { XDG_RUNTIME_DIR: runtime }
  const actor = new Actor({ profile, ...init })
  let stops = 0
  const raws: Raw[] = []
  const server = await serveControl({
    messenger: actor,
    profile,
    hello: { revision: CONTROL_REVISION, version: '1.2.3', pid: process.pid, profile, id: ALICE },
    onStop: () => { stops++ },
    env,
    ...more
  })
  return {
    actor,
    profile,
    env,
    server,
    stops: () => stops,
    async raw () {
      const socket = connect(server.path)
      await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('error', reject) })
      const raw = new Raw(socket)
      raws.push(raw)
      return raw
    },
    async close () {
      for (const raw of raws) raw.close()
      actor.end()
      await server.close()
      directory.remove()
    }
  }
}
