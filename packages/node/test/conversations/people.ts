/** People with whole nodes, in one process, over the memory transport and real profiles in temporary directories. */
import { join } from 'node:path'
import { createNode, initProfile, joinProfile, moveProfile, restoreProfile } from '../../src/index.ts'
import { PATIENCE_MS } from '../../../../test/support/patience.ts'
import { temporaryDirectory } from '../../../../test/support/testnet.ts'
import type { NodeEvent, NodeInit, SottoNode } from '../../src/index.ts'

let homes = 0

export interface Home {
  readonly name: string
  readonly profile: string
  readonly phrase: string
  readonly listen: string
  node: SottoNode
  /** everything that happened since the start */
  events: NodeEvent[]
  start (init?: Partial<NodeInit>): Promise<SottoNode>
  stop (): Promise<void>
  /** Resolves with what `look` gives, asked again after every event. */
  until<T> (what: string, look: (node: SottoNode) => Promise<T | undefined | false> | T | undefined | false): Promise<T>
  link (): Promise<string>
}

export interface Village {
  home (name: string, init?: Partial<NodeInit> & { phrase?: string, code?: string, move?: boolean }): Promise<Home>
  stop (): Promise<void>
}

export async function village (): Promise<Village> {
  const directory = await temporaryDirectory()
  const all: Home[] = []

  async function home (name: string, { phrase, code, move = false, ...given }: Partial<NodeInit> & { phrase?: string, code?: string, move?: boolean } = {}): Promise<Home> {
    const number = homes++
    const profile = join(directory.path, `${name}-${number}`)
    const made = code !== undefined
      ? { ...await joinProfile({ profile, code, listen: [`/memory/village-${number}`], transports: 'memory' }), phrase: '' }
      : phrase === undefined ? await initProfile({ profile, name }) : move ? await moveProfile({ profile, name, phrase }) : await restoreProfile({ profile, name, phrase })
    let listening: AbortController | undefined
    const looks = new Set<() => void>()
    const one: Home = {
      name,
      profile,
      phrase: made.phrase,
      listen: `/memory/village-${number}`,
      node: undefined as unknown as SottoNode,
      events: [],
      start: async init => {
        one.node = await createNode({ profile, network: 'local', listen: [one.listen], bootstrap: [], transports: 'memory', ...given, ...init })
        one.events = []
        const ends = listening = new AbortController()
        void (async () => {
          for await (const event of one.node.events({ signal: ends.signal })) {
            one.events.push(event)
            for (const look of [...looks]) look()
          }
        })().catch(() => {}) // it ends with the node
        return one.node
      },
      stop: async () => {
        listening?.abort()
        await one.node.stop()
      },
      until: async (what, look) => {
        const ends = Date.now() + PATIENCE_MS
        for (;;) {
          const found = await look(one.node)
          if (found !== undefined && found !== false) return found
          if (Date.now() > ends) throw new Error(`${name}: ${what}: not within ${PATIENCE_MS} ms`)
          await new Promise<void>(resolve => {
            // an event of this node, or, for what has none, a quarter of a second
            const timer = setTimeout(done, 250)
            function done (): void {
              clearTimeout(timer)
              looks.delete(done)
              resolve()
            }
            looks.add(done)
          })
        }
      },
      link: async () => (await one.node.self()).link
    }
    await one.start()
    all.push(one)
    return one
  }

  return {
    home,
    stop: async () => {
      await Promise.all(all.map(async one => one.stop()))
      await directory.remove()
    }
  }
}

/** Alice asks, bob says yes; resolves when both are told so. */
export async function befriend (alice: Home, bob: Home): Promise<void> {
  await alice.node.contacts.add(await bob.link(), { name: bob.name })
  await accept(bob, alice)
  await alice.until('the contact to be accepted', async node => (await node.contacts.show(bob.name)).state === 'accepted')
}

export async function accept (bob: Home, alice: Home): Promise<void> {
  const request = await bob.until('the request to come', async node => (await node.requests.list()).find(({ id }) => id === alice.node.id))
  await bob.node.requests.accept(request.id, { name: alice.name })
}

export async function texts (of: Home, who: string): Promise<string[]> {
  return (await of.node.conversations.history(who)).filter(({ kind }) => kind !== 'gap' && kind !== 'notice').map(({ text }) => text)
}

/** Resolves once both have all of these, in the same order. */
export async function agree (alice: Home, bob: Home, expected: readonly string[]): Promise<void> {
  const wanted = [...expected].sort().join('\n')
  for (const [one, other] of [[alice, bob], [bob, alice]] as const) {
    await one.until(`what was said: ${expected.join()}`, async () => [...await texts(one, other.name)].sort().join('\n') === wanted)
  }
  const [hers, his] = [await texts(alice, bob.name), await texts(bob, alice.name)]
  if (hers.join('\n') !== his.join('\n')) throw new Error(`the logs differ in order: ${hers.join()} and ${his.join()}`)
}

/** The code with which a promise rejects. */
export async function codeOf (promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (error: unknown) => (error as { code?: unknown }).code ?? error)
}
