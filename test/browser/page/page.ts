/** A page without a face: the tests drive what is exported here. */
import * as sotto from '@sotto/node'
import { eraseProfile, openMessenger } from '../../../packages/web/src/tabs/index.ts'
import { hear, see } from './hearing.ts'
import { microphones, take, unplug } from './devices.ts'
import type { CallId, NodeInit } from '@sotto/node'
import type { Tabs } from '../../../packages/web/src/tabs/index.ts'

export interface Opening extends Pick<NodeInit, 'bootstrap' | 'network'> {
  profile: string
  /** makes the profile where there is none */
  name: string
  /** as often as it is asked for; the last one again and again */
  passphrases?: string[]
  log?: boolean
}

let tabs: Tabs | undefined
/** how many events there were, and who waits for the next */
const heard = { events: 0, wake: Promise.withResolvers<void>() }

async function listen (messenger: Tabs['messenger'], since: string): Promise<void> {
  for await (const event of messenger.events({ since })) {
    if (event.event === 'typing') continue
    heard.events++
    heard.wake.resolve()
    heard.wake = Promise.withResolvers()
  }
}

/** Resolves with the number of events, once there are more than `seen`. */
async function more (seen: number): Promise<number> {
  while (heard.events <= seen) await heard.wake.promise
  return heard.events
}

async function open ({ profile, name, bootstrap, network = 'local', passphrases = [], log = false }: Opening): Promise<void> {
  if (!await sotto.profileExists(profile)) await sotto.initProfile({ profile, name, passphrase: passphrases[0] })
  let asked = 0
  tabs = await openMessenger({
    profile,
    passphrase: async () => passphrases[Math.min(asked++, passphrases.length - 1)] ?? '',
    node: { network, bootstrap, ...(log ? { log: { enabled: () => true, write: line => { console.log(line) } } } : {}) }
  })
  // from here on: what happens before a tab that does not lead has asked for its events is among them
  const { cursor } = await tabs.messenger.status({ brief: true })
  listen(tabs.messenger, cursor).catch(() => {}) // it ends with the tab
}

function opened (): Tabs {
  if (tabs === undefined) throw new Error('nothing is open in this tab')
  return tabs
}

/** A method of Messenger by its path. Errors come as their code and text, which survive the way to the test. */
async function call (path: string, args: unknown[]): Promise<unknown> {
  const [first = '', second] = path.split('.')
  const messenger = opened().messenger as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>
  try {
    return await (second === undefined ? (messenger as unknown as Record<string, (...args: unknown[]) => unknown>)[first]?.(...args) : messenger[first]?.[second]?.(...args))
  } catch (error) {
    throw error instanceof sotto.NodeError ? new Error(`${error.code}: ${error.message}`, { cause: error }) : error
  }
}

const page = { ...sotto, eraseProfile, openMessenger, open, call, more, happened: () => heard.events, role: () => opened().role, addresses: () => opened().addresses(), hear: async (call: CallId, at?: number) => hear(opened(), call, at), see: async (call: CallId) => see(opened(), call), microphones: async (call: CallId) => microphones(opened(), call), take: async (call: CallId, microphone?: string) => take(opened(), call, microphone), unplug: async (call: CallId) => unplug(opened(), call), close: async () => opened().close() }
export type Page = typeof page
Object.assign(globalThis, { sotto: page })
