/** People whose nodes run in the test's own process: quick to make, with a clock of their own where wanted, easy to look into. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createNode, initProfile } from '@sotto/node'
import { PATIENCE_MS } from '../support/patience.ts'
import type { IdentityId, Messenger, MessageView, NodeEvent, NodeInit, SottoNode } from '@sotto/node'

export const LOOPBACK = ['/ip4/127.0.0.1/tcp/0']

export class Resident {
  readonly name: string
  readonly profile: string
  readonly id: IdentityId
  readonly init: Partial<NodeInit>
  #node: SottoNode | undefined

  constructor (name: string, profile: string, id: IdentityId, init: Partial<NodeInit>) {
    this.name = name
    this.profile = profile
    this.id = id
    this.init = init
  }

  get node (): SottoNode {
    if (this.#node === undefined) throw new Error(`${this.name} is not running`)
    return this.#node
  }

  async start (init: Partial<NodeInit> = {}): Promise<SottoNode> {
    this.#node = await createNode({ network: 'local', listen: LOOPBACK, bootstrap: [], ...this.init, ...init, profile: this.profile })
    return this.#node
  }

  /** A node that nobody can dial: it listens on a socket in the file system, whose file is taken away. */
  async hide (init: Partial<NodeInit> = {}): Promise<SottoNode> {
    const socket = `${this.profile}.sock`
    const listen = [`/unix/${encodeURIComponent(socket)}`, ...init.listen ?? []]
    const node = await this.start({ ...init, listen })
    await rm(socket)
    return node
  }

  async stop (): Promise<void> {
    const node = this.#node
    this.#node = undefined
    await node?.stop()
  }

  async link (): Promise<string> { return (await this.node.self()).link }
  async history (who: string): Promise<MessageView[]> { return await this.node.conversations.history(who) }
  async texts (who: string): Promise<string[]> { return (await this.history(who)).filter(view => view.kind !== 'gap').map(view => view.text) }
}

/** A directory with the profiles of one test. */
export class Village {
  readonly directory: string
  readonly #residents: Resident[] = []

  private constructor (directory: string) { this.directory = directory }

  static async open (): Promise<Village> { return new Village(await mkdtemp(join(tmpdir(), 'sotto-adversary-'))) }

  async settle (name: string, init: Partial<NodeInit> = {}): Promise<Resident> {
    const profile = join(this.directory, name)
    const { id } = await initProfile({ profile, name })
    const resident = new Resident(name, profile, id, init)
    this.#residents.push(resident)
    return resident
  }

  /**
   * People whom nobody can dial, each with so many mailboxes that keep for them: all that they say goes through those. The mailbox at
   * `first` is one of them: whoever keeps already goes before others that are met later.
   */
  async hidden (names: readonly string[], bootstrap: readonly string[], mailboxes = 1, first: readonly string[] = []): Promise<Resident[]> {
    return await Promise.all(names.map(async name => {
      const person = await this.settle(name, { bootstrap: [...bootstrap] })
      if (first.length > 0) {
        await person.hide({ bootstrap: [...first] })
        await kept(person)
        await person.stop()
      }
      await person.hide()
      await kept(person, mailboxes)
      return person
    }))
  }

  /** The same profile once more, as a copy of its directory. */
  async copy (person: Resident, name: string): Promise<Resident> {
    const profile = join(this.directory, name)
    await cp(person.profile, profile, { recursive: true })
    const resident = new Resident(name, profile, person.id, person.init)
    this.#residents.push(resident)
    return resident
  }

  async move (name: string, init: Partial<NodeInit> = {}): Promise<Resident> {
    const resident = await this.settle(name, init)
    await resident.start()
    return resident
  }

  async close (): Promise<void> {
    await Promise.all(this.#residents.map(async resident => { await resident.stop() }))
    await rm(this.directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Whoever has a node, here or in a process of its own. */
export interface Somebody {
  readonly name: string
  readonly id: IdentityId
  readonly node: Messenger
  link (): Promise<string>
}

/** Not all that changes is an event (a mailbox that was chosen, a dial that failed): it is looked again at least this often, ms. */
const LOOK_MS = 50

/** What `probe` gives once it gives something: asked now, after every event, and every LOOK_MS. */
export async function until<T> (node: Messenger, what: string, probe: () => Promise<T | undefined> | T | undefined, timeoutMs = PATIENCE_MS): Promise<T> {
  const ended = new AbortController()
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(timeoutMs)])
  const events = node.events({ signal })[Symbol.asyncIterator]()
  try {
    let next: Promise<IteratorResult<NodeEvent>> = events.next() // subscribed before the first look: nothing falls in between
    for (;;) {
      const found = await probe()
      if (found !== undefined) return found
      if (signal.aborted) throw new Error(`${what}: not within ${timeoutMs} ms`)
      const event = await Promise.race([next, setTimeout(LOOK_MS, undefined)])
      if (event !== undefined) next = events.next()
    }
  } finally {
    ended.abort()
  }
}

/** The mailboxes that keep for somebody and answered, by PeerId. */
export async function keeping (person: Pick<Somebody, 'node'>): Promise<string[]> {
  return (await person.node.mailboxes.list()).filter(({ trouble, lastSeen }) => trouble === undefined && lastSeen > 0).map(({ peer }) => peer)
}

/** Resolves once so many mailboxes keep for somebody. */
export async function kept (person: Pick<Somebody, 'node'>, mailboxes = 1): Promise<void> {
  await until(person.node, mailboxes === 1 ? 'a mailbox' : `${mailboxes} mailboxes`, async () => (await keeping(person)).length >= mailboxes ? true : undefined)
}

/** `a` asks, `b` says yes, one message goes each way. */
export async function befriend (a: Somebody, b: Somebody): Promise<void> {
  await a.node.contacts.add(await b.link(), { name: b.name })
  await until(b.node, `a request of ${a.name}`, async () => (await b.node.requests.list()).find(request => request.id === a.id))
  await b.node.requests.accept(a.id, { name: a.name })
  await say(a, b, `I am ${a.name}`)
  await say(b, a, `I am ${b.name}`)
}

/** Says something, and waits until the other device has signed for it. */
export async function say (from: Somebody, to: Somebody, text: string, timeoutMs = PATIENCE_MS): Promise<void> {
  const { message } = await from.node.conversations.send(to.id, { text })
  await from.node.conversations.wait(message, 'delivered', { signal: AbortSignal.timeout(timeoutMs) })
}
