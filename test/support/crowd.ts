/** Whole neighbourhoods of people and mailboxes, as most scenarios need them. */
import { befriend, Person } from './actors.ts'
import { House } from './process.ts'
import type { PersonOptions } from './actors.ts'

/** Requests in flight over one control socket: a bot that pipelines. */
const PIPELINE = 200

export interface Crowd { house: House, mailboxes: Person[], alice: Person, bob: Person, close: () => Promise<void> }

export interface CrowdOptions {
  /** one mailbox node for each */
  mailboxes?: PersonOptions[]
  strangers?: boolean
}

/** Mailbox nodes and two running people who know them; friends already, unless they are to be strangers. */
export async function crowd ({ mailboxes: wanted = [], strangers = false }: CrowdOptions = {}): Promise<Crowd> {
  const house = await House.open()
  try {
    const mailboxes = wanted.map((options, at) => new Person(house, `mailbox-${at + 1}`, options))
    await Promise.all(mailboxes.map(async mailbox => await mailbox.start()))
    const bootstrap = mailboxes.flatMap(mailbox => mailbox.ready.addresses)
    const [alice, bob] = ['alice', 'bob'].map(name => new Person(house, name, { bootstrap })) as [Person, Person]
    await Promise.all([alice, bob].map(async person => { await person.start() }))
    if (!strangers) await befriend(alice, bob)
    return { house, mailboxes, alice, bob, close: async () => { await house.close() } }
  } catch (error) {
    await house.close()
    throw error
  }
}

export const volunteers = (count: number): PersonOptions[] => Array.from({ length: count }, () => ({ mailbox: 'volunteer' as const }))

/** `text 0001`, `text 0002`, … */
export function numbered (word: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${word} ${String(at + 1).padStart(4, '0')}`)
}

/** Sends all, each under an id of its own (so that sending again sends nothing twice), in order; ids of the messages. */
export async function sendAll (from: Person, who: string, lines: readonly string[]): Promise<string[]> {
  const messenger = await from.messenger()
  const ids: string[] = []
  for (let at = 0; at < lines.length; at += PIPELINE) {
    const sent = await Promise.all(lines.slice(at, at + PIPELINE).map(async text => await messenger.conversations.send(who, { text, id: text })))
    ids.push(...sent.map(view => view.message))
  }
  return ids
}
