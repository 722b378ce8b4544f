/** Facts of a running node. `ask`: mailboxes and the directory are asked too, within DOCTOR_MS in all. */
import { platform } from '#platform'
import { equals } from 'uint8arrays/equals'
import { toString } from 'uint8arrays/to-string'
import { DOCTOR_MS, EARLIEST_NOW, SETTLED_MS } from './config.ts'
import type { DirectoryFact, Facts, PersonFact, WaitingFact } from './index.ts'
import { sentenceOf } from '../reasons.ts'
import type { DirectoryNews, KeeperInfo, ProgressOptions } from '../api.ts'
import type { ConnectionView } from '../network/index.ts'
import type { Parts } from '../parts.ts'

export interface CollectOptions extends ProgressOptions {
  ask?: boolean
  /** nobody is named */
  discreet?: boolean
}

/** A node that just started meets the first others within this time, ms. */
const MEET_MS = 2500
/** Between two looks whether it did, ms. */
const LOOK_MS = 50

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

export async function collectFacts (parts: Parts, options: CollectOptions = {}): Promise<Facts> {
  const { clock, network, own, mailbox, watch } = parts
  if (options.ask === true) await settle(parts, options)
  const directory = await directoryFact(parts, options)
  const people = peopleOf(parts)
  const paths = byPeer(network.connections())
  const free = await platform.diskFree(parts.profile.path)
  const count = (path: PersonFact['path']): number => people.filter(person => person.path === path).length
  const connected = [...paths.values()]
  return {
    now: clock.now(),
    revoked: parts.devices.revoked,
    resident: parts.resident,
    uptime: clock.now() - parts.started,
    mode: parts.networkMode,
    listen: watch.listen,
    addresses: network.addresses(),
    reach: network.reach(),
    direct: connected.filter(({ direct }) => direct).length,
    relayed: connected.filter(({ direct }) => !direct).length,
    relayedWhy: connected.filter(({ direct }) => !direct).map(({ why }) => why ?? 'no-address'),
    contacts: { total: people.length, direct: count('direct'), relayed: count('relayed') },
    people: options.discreet === true ? [] : people,
    asked: askedOf(parts, options.discreet === true),
    requests: parts.contacts.requests.list().length,
    mailboxes: keeperInfos(parts),
    mailboxNames: options.discreet === true ? {} : mailboxNames(parts),
    outbox: parts.conversations.outbox(),
    waiting: waitingOf(parts, options.discreet === true),
    directory,
    clock: { ahead: watch.clocks.ahead(), notBefore: Math.max(EARLIEST_NOW, own.created) },
    disk: { path: options.discreet === true ? 'your profile' : parts.profile.path, ...(free === undefined ? {} : { free }), store: await platform.diskUsage(parts.profile.path) },
    atRest: parts.profile.atRest,
    keeping: { mode: mailbox.mode, used: mailbox.usage().used, limit: mailbox.usage().limit }
  }
}

function mailboxNames ({ keeper, nameOf }: Parts): Record<string, string> {
  return Object.fromEntries(keeper.list().flatMap(({ peer, identity }) => identity === undefined ? [] : [[peer, nameOf(identity)]]))
}

/** On a linked device those that the primary one chose: nothing comes by any other. */
export function keeperInfos ({ devices, keeper, own }: Pick<Parts, 'devices' | 'keeper' | 'own'>): KeeperInfo[] {
  const chosen = own.identitySeed === undefined ? [] : keeper.list()
  return [...devices.keepers(), ...chosen].map(({ peer, kind, used, limit, lastSeen, up, measured, trouble, troubled }) => ({ peer, kind, used, limit, lastSeen, up, measured, ...(trouble === undefined ? {} : { trouble }), ...(troubled === undefined ? {} : { troubled }) }))
}

export function publishedOf ({ directory }: Pick<Parts, 'directory'>): { published?: DirectoryNews } {
  const { published } = directory
  return published === undefined ? {} : { published: { time: published.time, replicas: published.replicas, confirmations: published.confirmations } }
}

/** The best connection with each peer. */
export function byPeer (connections: readonly ConnectionView[]): Map<string, ConnectionView> {
  const best = new Map<string, ConnectionView>()
  for (const connection of connections) if (connection.direct || !best.has(connection.peerId)) best.set(connection.peerId, connection)
  return best
}

/** How every accepted contact is connected, by the best of their devices. */
function peopleOf ({ book, delivery, network }: Parts): PersonFact[] {
  const paths = byPeer(network.connections())
  const channels = new Map(delivery.loaded().map(channel => [hex(channel.state.record.peer), channel.state]))
  return book.list().filter(contact => contact.state === 'accepted' && !contact.blocked && !contact.removed).map(({ identity, name }): PersonFact => {
    const state = channels.get(hex(identity))
    const devices = state === undefined ? [] : delivery.routes(state).devices.flatMap(({ place }) => paths.get(place.peerId) ?? [])
    const [relayed] = devices
    if (devices.some(({ direct }) => direct)) return { name, path: 'direct' }
    if (relayed === undefined) return { name, path: 'away' }
    return { name, path: 'relayed', why: relayed.why ?? 'no-address', ...(relayed.relay === undefined ? {} : { relay: relayed.relay }) }
  })
}

function askedOf ({ book, contacts }: Parts, discreet: boolean): Facts['asked'] {
  const asked = book.list().filter(contact => contact.state === 'requested' && !contact.blocked && !contact.removed)
  return { count: asked.length, why: discreet ? [] : asked.flatMap(contact => contacts.waiting(contact) ?? []).map(sentenceOf) }
}

function waitingOf ({ conversations, nameOf }: Parts, discreet: boolean): WaitingFact[] {
  const waits = conversations.waits()
  if (discreet) return waits.length === 0 ? [] : [{ count: waits.reduce((sum, { count }) => sum + count, 0) }]
  return waits.map(({ peer, count, why }) => ({ name: nameOf(peer), count, ...(why === undefined ? {} : { why }) }))
}

async function directoryFact (parts: Parts, { ask, signal, onProgress }: CollectOptions): Promise<DirectoryFact> {
  const { directory, network, own } = parts
  const fact: DirectoryFact = { mode: directory.mode, peers: network.dht.peers, ...publishedOf(parts), canSign: own.identitySeed !== undefined }
  if (ask !== true || fact.mode === 'off' || fact.peers === 0) return fact
  onProgress?.('asking the directory how others see you')
  const late = AbortSignal.timeout(DOCTOR_MS)
  const found = await directory.resolve(own.identity, { signal: signal === undefined ? late : AbortSignal.any([signal, late]) })
  signal?.throwIfAborted()
  if (found === undefined || !equals(found.identity, own.identity)) return { ...fact, read: 'none' }
  const { time, expires, confirmations, stale } = found
  return { ...fact, ...publishedOf(parts), read: { time, expires, confirmations, ...(stale === undefined ? {} : { stale }) } }
}

/** Until it has met others and its mailboxes answered, or is not going to. Real time: it is peers that are waited for. */
async function settle ({ clock, delivery, keeper, network, started }: Parts, { signal, onProgress }: CollectOptions): Promise<void> {
  await delivery.ready()
  onProgress?.('asking the mailboxes')
  await Promise.race([keeper.fetched(), pause(DOCTOR_MS / 2, signal)])
  const hasMet = (): boolean => network.dht.mode === 'off' ? network.connections().length > 0 : network.dht.peers > 0
  if (clock.now() - started > SETTLED_MS) return
  for (let waited = 0; waited < MEET_MS && !hasMet(); waited += LOOK_MS) await pause(LOOK_MS, signal)
}

async function pause (ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => { clearTimeout(timer); reject(signal?.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError')) }
    const timer = setTimeout(() => { signal?.removeEventListener('abort', abort); resolve() }, ms)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
  })
}
