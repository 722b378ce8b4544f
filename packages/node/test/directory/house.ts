/** People and servers of a directory on loopback: real libp2p over TCP, real stores, no public host. */
import { randomBytes } from 'node:crypto'
import { routingKey } from '@sotto/protocols/directory'
import { TypedEventEmitter } from 'main-event'
import { realClock } from '../../../../test/support/clock.ts'
import { temporaryDirectory, testLogger } from '../../../../test/support/testnet.ts'
import { createDirectory, loadRecordShelf } from '../../src/directory/index.ts'
import { issueDirectoryRecord } from '../../src/directory/record.ts'
import { publicKeyOf, randomSeed } from '../../src/identity/ed25519.ts'
import { issueMove } from '../../src/identity/move.ts'
import { createOwn } from '../../src/identity/own.ts'
import { deriveKeys } from '../../src/identity/phrase.ts'
import { issueInboxRecord, verifyInboxRecord } from '../../src/introduction/record.ts'
import { createNetwork } from '../../src/network/index.ts'
import { openStore } from '../../src/store/index.ts'
import type { Clock } from '../../src/components.ts'
import type { Directory, DirectorySources, Found, GivenUp, RecordShelf } from '../../src/directory/index.ts'
import type { OwnRecord } from '../../src/identity/own.ts'
import type { Inbox, IntroductionEvents } from '../../src/introduction/index.ts'
import type { Network, PeerPlace } from '../../src/network/index.ts'
import type { Store } from '../../src/store/index.ts'

/** Tests change one thing at a time, ms. */
const SETTLE_MS = 200
export const DAY = 24 * 60 * 60 * 1000
/** X-Wing keys are not opened here: only their length counts. */
const INBOX_KEY = Uint8Array.from(randomBytes(1216))

export interface InboxInit { identitySeed: Uint8Array, sequence: number, now: number, places?: PeerPlace[], recoveryHash?: Uint8Array }

export async function inboxOf ({ identitySeed, sequence, now, places, recoveryHash }: InboxInit): Promise<Inbox> {
  const bytes = await issueInboxRecord({
    identitySeed,
    identity: publicKeyOf(identitySeed),
    sequence,
    notAfter: Math.floor((now + 30 * DAY) / 1000),
    inboxKey: INBOX_KEY,
    inboxVerifyKey: new Uint8Array(32),
    places: places ?? [{ peerId: '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp', addresses: ['/ip4/127.0.0.1/tcp/4001'] }],
    recoveryHash: recoveryHash ?? new Uint8Array(32)
  })
  const inbox = await verifyInboxRecord(bytes, now)
  if (inbox === undefined) throw new Error('the inbox record does not verify')
  return inbox
}

/** A signed record of somebody, as its owner would put it. */
export async function recordOf (identitySeed: Uint8Array, now: number, sequence = Math.floor(now / 1000), { recoveryHash, ...more }: Partial<Parameters<typeof issueDirectoryRecord>[0]> & { recoveryHash?: Uint8Array } = {}): Promise<Uint8Array> {
  const inbox = await inboxOf({ identitySeed, sequence, now, ...(recoveryHash === undefined ? {} : { recoveryHash }) })
  return issueDirectoryRecord({ identitySeed, sequence, now, inbox: inbox.record, certificates: [], revocations: [], lost: false, ...more })
}

/** Somebody with a phrase, who may move: to `successorSeed`, or to whom the test wants. */
export async function mover (now: number): Promise<{ identitySeed: Uint8Array, identity: Uint8Array, recoveryHash: Uint8Array, moveTo: (successorSeed: Uint8Array) => Promise<Uint8Array> }> {
  const { identitySeed, recoverySeed, recoveryHash } = await deriveKeys(Uint8Array.from(randomBytes(32)))
  const identity = publicKeyOf(identitySeed)
  return { identitySeed, identity, recoveryHash, moveTo: async successorSeed => issueMove({ identity, recoverySeed, successorSeed, now }) }
}

export interface Home {
  network: Network
  records: RecordShelf
  store: Store
  clock: Clock
  place (): PeerPlace
  stop (): Promise<void>
}

export interface HomeInit {
  clock?: Clock
  resident?: boolean
  bootstrap?: string[]
  peerSeed?: Uint8Array
}

/** One node with its shelf. */
export async function home (init: HomeInit = {}): Promise<Home> {
  const clock = init.clock ?? realClock()
  const logger = testLogger()
  const peerSeed = init.peerSeed ?? randomSeed()
  const directory = await temporaryDirectory()
  const store = await openStore({ location: directory.path, dataKey: Uint8Array.from(randomBytes(32)) })
  const records = await loadRecordShelf({ store, clock, logger }, { peerKey: publicKeyOf(peerSeed) })
  const network = createNetwork({ clock, logger }, {
    peerSeed,
    mode: 'local',
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: init.bootstrap ?? [],
    resident: init.resident ?? false,
    limits: { inboundPerSecond: 10_000, maxPendingInbound: 1000 },
    records
  })
  await network.start()
  return {
    network,
    records,
    store,
    clock,
    place: () => ({ peerId: network.peerId, addresses: network.addresses() }),
    stop: async () => {
      await network.stop()
      await store.close()
      await directory.remove()
    }
  }
}

/** `count` servers that know each other. */
export async function servers (count: number, init: HomeInit = {}): Promise<Home[]> {
  const first = await home({ ...init, resident: true })
  const rest = await Promise.all(Array.from({ length: count - 1 }, async () => home({ bootstrap: first.network.addresses(), ...init, resident: true })))
  return [first, ...rest]
}

/** The introduction's part that the directory sees. */
export class InboxSource extends TypedEventEmitter<IntroductionEvents> {
  #inbox: Inbox
  constructor (inbox: Inbox) {
    super()
    this.#inbox = inbox
  }

  async inbox (): Promise<Inbox> { return this.#inbox }
  change (inbox: Inbox): void {
    this.#inbox = inbox
    this.safeDispatchEvent('inbox:change', { detail: { inbox } })
  }
}

export interface PersonAtHome extends Home { own: OwnRecord, directory: Directory, introduction: InboxSource, sources: DirectorySources }

export interface PersonInit extends HomeInit { entropy?: Uint8Array, linked?: boolean, sources?: Partial<DirectorySources>, lost?: boolean, givenUp?: GivenUp }

/** Somebody with an identity, an inbox and a directory that is not started. */
export async function person (init: PersonInit = {}): Promise<PersonAtHome> {
  const base = await home(init)
  const now = base.clock.now()
  const full = await createOwn({ entropy: init.entropy ?? Uint8Array.from(randomBytes(32)), name: '', now, restored: false })
  const own: OwnRecord = init.linked === true ? { ...full, identitySeed: undefined } : full
  const introduction = new InboxSource(await inboxOf({ identitySeed: full.identitySeed ?? new Uint8Array(32), sequence: Math.floor(now / 1000), now, places: [base.place()], recoveryHash: full.recoveryHash }))
  const sources: DirectorySources = { contacts: () => [], kept: () => [], certificates: async () => ({ inUse: [own.certificate], withdrawn: [] }), revocations: async () => [], recoveryOf: () => undefined, offers: () => [], wantsMailboxes: () => false, suggest: () => {}, ...init.sources }
  const directory = createDirectory({ ...base, logger: testLogger(), own, introduction }, sources, { lost: init.lost ?? false, settleMs: SETTLE_MS, ...(init.givenUp === undefined ? {} : { givenUp: init.givenUp }) })
  await directory.start()
  return {
    ...base,
    own,
    directory,
    introduction,
    sources,
    stop: async () => {
      await directory.stop()
      await base.stop()
    }
  }
}

/**
 * Resolves once everybody's routing table has this many peers. Who comes while the others come hears of few, and looks again minutes
 * later: a lookup is what makes people acquainted sooner.
 */
export async function acquainted (homes: readonly Home[], peers: number): Promise<void> {
  await Promise.all(homes.map(async ({ network }) => {
    while (network.dht.peers < peers) {
      for await (const { value } of network.dht.values(routingKey(publicKeyOf(randomSeed())))) if (value === undefined) break
      await new Promise(resolve => { setTimeout(resolve, 50) }) // who was met is pinged before they count
    }
  }))
}

/** Puts until each of these (or so many of them) said that they keep it: one that is slow today counts as silent. */
export async function putOn (servers: readonly Home[], from: Home, key: Uint8Array, value: Uint8Array, wanted = servers.length): Promise<void> {
  const kept = new Set([from.network.peerId])
  while (servers.filter(({ network }) => kept.has(network.peerId)).length < wanted) {
    for (const peerId of await from.network.dht.put(key, value)) kept.add(peerId)
  }
}

/** Looks somebody up until what is found is as wanted: a lookup ends in its time, whether or not a busy machine answered in it. */
export async function lookUp (who: PersonAtHome, identity: Uint8Array, isWanted: (found: Found) => boolean): Promise<Found> {
  for (;;) {
    const found = await who.directory.resolve(identity)
    if (found !== undefined && isWanted(found)) return found
  }
}
