/** People of the tests: each has a home of their own, and does what a user does, through the `sotto` command. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectControl } from '../../packages/cli/src/remote/client.ts'
import { PATIENCE_MS } from './patience.ts'
import type { Json, Ran, Ready, Resident, RunOptions } from './process.ts'
import type { House } from './process.ts'
import type { Messenger, MessageState, MessageView, RequestView } from '@sotto/node'

/** The whole log of these tests; by itself `history` gives the latest page. */
export const ALL = { limit: 5000 }

export interface PersonOptions {
  /** multiaddrs of the nodes that this person knows from the start */
  bootstrap?: readonly string[]
  passphrase?: string
  mailbox?: 'off' | 'contacts' | 'volunteer'
  mailboxBytes?: number
}

/** Not all that changes is an event (a mailbox that answers again): it is looked again at least this often, ms. */
const LOOK_MS = 1000

/** A verb that ended with another code than 0. */
export class VerbError extends Error {
  readonly code: number | null
  readonly error: Json

  constructor (args: readonly string[], ran: Ran<unknown>) {
    super(`sotto ${args.join(' ')} ended with ${ran.code}\n${ran.stderr}`)
    this.code = ran.code
    this.error = errorOf(ran.stderr)
  }
}

/** The `{"error":{…}}` line among what a verb wrote to stderr. */
export function errorOf (stderr: string): Json {
  const line = stderr.split('\n').find(text => text.startsWith('{"error"'))
  return line === undefined ? {} : (JSON.parse(line) as { error: Json }).error
}

export class Person {
  readonly name: string
  readonly house: House
  readonly options: PersonOptions
  #resident: Resident | undefined
  #control: ReturnType<typeof connectControl> | undefined

  constructor (house: House, name: string, options: PersonOptions = {}) {
    this.house = house
    this.name = name
    this.options = options
    house.onClose(() => { this.hangUp() })
  }

  get profile (): string { return join(this.house.home(this.name), 'profile') }

  get #env (): Record<string, string> {
    const { bootstrap = [], passphrase } = this.options
    return {
      ...(bootstrap.length === 0 ? {} : { SOTTO_BOOTSTRAP: bootstrap.join(' ') }),
      ...(passphrase === undefined ? {} : { SOTTO_PASSPHRASE: passphrase })
    }
  }

  get resident (): Resident {
    if (this.#resident === undefined) throw new Error(`${this.name} is not running`)
    return this.#resident
  }

  get ready (): Ready { return this.resident.ready }

  /** Runs a verb with --json, whatever comes of it. */
  async run<T = Json> (args: readonly string[], options: RunOptions = {}): Promise<Ran<T>> {
    return await this.house.run<T>(this.name, ['--json', ...args], { ...options, env: { ...this.#env, ...options.env } })
  }

  /** The lines of a verb. @throws VerbError */
  async verb<T = Json> (args: readonly string[], options: RunOptions = {}): Promise<T[]> {
    const ran = await this.run<T>(args, options)
    if (ran.code !== 0) throw new VerbError(args, ran)
    return ran.lines
  }

  /** The one line of a verb. */
  async one<T = Json> (args: readonly string[], options: RunOptions = {}): Promise<T> {
    const [line] = await this.verb<T>(args, options)
    if (line === undefined) throw new Error(`sotto ${args.join(' ')} said nothing`)
    return line
  }

  async init (): Promise<{ id: string, device: string, phrase: string, profile: string }> {
    return await this.one(['init', '--name', this.name])
  }

  /** The resident node; where there is no identity yet it is made, so `init` is for who wants its phrase. */
  async start (args: readonly string[] = [], options: RunOptions = {}): Promise<Ready> {
    const { mailbox, mailboxBytes } = this.options
    const given = [
      ...(existsSync(this.profile) ? [] : ['--name', this.name]),
      ...(mailbox === undefined ? [] : ['--mailbox', mailbox]),
      ...(mailboxBytes === undefined ? [] : ['--mailbox-bytes', String(mailboxBytes)])
    ]
    // a home keeps its address over restarts, as a machine does
    const known = this.#resident?.ready.addresses.map(address => address.replace(/\/p2p\/.*$/, '')) ?? []
    const env = known.length === 0 ? this.#env : { ...this.#env, SOTTO_LISTEN: known.join(' ') }
    this.#resident = await this.house.start(this.name, [...given, ...args], { ...options, env: { ...env, ...options.env } })
    return this.ready
  }

  async stop (): Promise<void> {
    this.hangUp()
    await this.resident.stop()
  }

  async kill (): Promise<void> {
    await this.resident.kill()
    this.hangUp() // not before: a call that was made over this connection would be hung up (CTL-23)
  }

  /** The resident node over its control socket, as a bot has it: for what would be too many processes. */
  async messenger (): Promise<Messenger> {
    // one connection for all who ask at once; and what a hang-up overtakes is not taken for a connection to the next node
    const asked = this.#control ??= connectControl(this.profile, { signal: AbortSignal.timeout(PATIENCE_MS) })
    const control = await asked.catch(error => {
      if (this.#control === asked) this.#control = undefined
      throw error
    })
    if (control !== undefined) return control.messenger
    if (this.#control === asked) this.#control = undefined
    throw new Error(`${this.name} has no resident node`)
  }

  hangUp (): void {
    this.#control?.then(control => control?.close(), () => {})
    this.#control = undefined
  }

  // What follows is said to the resident node over its socket, as bots do, where one runs: a process for each sentence would be
  // most of the time that the tests take. The verbs themselves are shown with `run`, `verb` and `one`.

  get #runs (): boolean { return this.#resident?.running === true }

  async link (): Promise<string> {
    return this.#runs ? (await (await this.messenger()).self()).link : (await this.one<{ link: string }>(['id'])).link
  }

  async add (who: { name: string, link: () => Promise<string> }): Promise<void> {
    const link = await who.link()
    if (this.#runs) await (await this.messenger()).contacts.add(link, { name: who.name })
    else await this.verb(['contact', 'add', link, '--name', who.name])
  }

  /** Waits until somebody asks, and says yes. */
  async acceptAs (name: string, timeoutMs = PATIENCE_MS): Promise<void> {
    const request = await this.request(timeoutMs)
    await (await this.messenger()).requests.accept(request.id, { name })
  }

  /** The first request that waits, or comes within the time. */
  async request (timeoutMs = PATIENCE_MS): Promise<RequestView> {
    return await eventually(this, `somebody to ask ${this.name}`, timeoutMs, async messenger => (await messenger.requests.list())[0])
  }

  async send (who: string, text: string, wait?: MessageState, timeout = PATIENCE_MS / 1000): Promise<{ message: string, state: MessageState, copies: number }> {
    if (this.#runs) {
      const { conversations } = await this.messenger()
      const sent = await conversations.send(who, { text })
      return wait === undefined ? sent : await conversations.wait(sent.message, wait, { signal: AbortSignal.timeout(timeout * 1000) })
    }
    const waiting = wait === undefined ? [] : ['--wait', wait, '--timeout', String(timeout)]
    return await this.one(['send', who, text, ...waiting], { timeoutMs: (timeout + 20) * 1000 })
  }

  async history (who: string, args: readonly string[] = []): Promise<MessageView[]> {
    if (this.#runs && args.length === 0) return await (await this.messenger()).conversations.history(who)
    return await this.verb<MessageView>(['history', who, ...args])
  }
}

/** Two who know each other: `a` asked, `b` said yes, and one message went each way. */
export async function befriend (a: Person, b: Person): Promise<void> {
  await a.add(b)
  await b.acceptAs(a.name)
  await a.send(b.name, `I am ${a.name}`, 'delivered')
  await b.send(a.name, `I am ${b.name}`, 'delivered')
}

/** Somebody is in front of the resident node until what this returns is called: whoever calls is told that it rings. */
export async function attend (person: Person): Promise<() => void> {
  const leaves = new AbortController()
  const next = (await person.messenger()).events({ signal: leaves.signal })[Symbol.asyncIterator]().next()
  next.catch(() => {}) // nothing of it is read
  return () => { leaves.abort() }
}

/**
 * What `probe` gives once it gives something: asked now, after every event of the resident node, and every LOOK_MS.
 * `skip` says how many further events it takes at least until asking again at once is of use.
 */
export async function eventually<T> (person: Person, what: string, timeoutMs: number, probe: (messenger: Messenger) => Promise<T | undefined>, skip: () => number = () => 1): Promise<T> {
  const messenger = await person.messenger()
  const found = new AbortController()
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), found.signal])
  const events = messenger.events({ signal })[Symbol.asyncIterator]()
  let next = events.next() // subscribed before the first look: nothing falls in between
  try {
    for (;;) {
      const answer = await probe(messenger)
      if (answer !== undefined) return answer
      const again = pause(LOOK_MS, undefined, { ref: false })
      for (let left = skip(); left > 0; left--) {
        const step = await Promise.race([next, again])
        if (step === undefined) break
        if (step.done === true) throw new Error('the events ended')
        next = events.next()
      }
    }
  } catch (cause) {
    throw new Error(`${what}: not within ${timeoutMs} ms\n${person.resident.stderr()}`, { cause })
  } finally {
    next.catch(() => {}) // nobody waits for it any more
    found.abort()
  }
}

/** Resolves once a conversation holds at least `count` texts; the texts in order. */
export async function texts (person: Person, who: string, count: number, timeoutMs: number): Promise<string[]> {
  let missing = count
  return await eventually(person, `${count} messages for ${person.name}`, timeoutMs, async messenger => {
    const views = await messenger.conversations.history(who, ALL)
    const known = views.filter(view => view.kind !== 'gap' && view.kind !== 'notice').map(view => view.text)
    missing = count - known.length
    return missing <= 0 ? known : undefined
  }, () => missing)
}
