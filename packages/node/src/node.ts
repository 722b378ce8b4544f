/** Composition root: builds the parts, starts and stops them, decides nothing. */
import { equals } from 'uint8arrays/equals'
import { platform } from '#platform'
import { systemClock } from './clock.ts'
import { FETCH_MS, GRANT_BYTES } from './config.ts'
import { ContactBook } from './contacts/book.ts'
import { Contacts } from './contacts/contacts.ts'
import { Conversations } from './conversations/conversations.ts'
import { Delivery } from './delivery/index.ts'
import { createDirectory, loadRecordShelf } from './directory/index.ts'
import { metricsOf } from './diagnosis/metrics.ts'
import { createWatch } from './diagnosis/watch.ts'
import { createOwnDevices } from './own-devices.ts'
import { publicKeyOf } from './identity/ed25519.ts'
import { formatDeviceId } from './identity/device-id.ts'
import { formatId } from './identity/identity-id.ts'
import { checkWebHost } from './identity/link.ts'
import { loadOwn, ownOps, renewOwn } from './identity/own.ts'
import { createRevocations } from './identity/revocations.ts'
import { createInboxServer } from './introduction/index.ts'
import { createLateIntroduction } from './introduction/late.ts'
import { Journal } from './journal/index.ts'
import { createLogger } from './log.ts'
import { createMailboxClient, createMailboxKeeper } from './mailbox/index.ts'
import { openMailboxServer } from './mailbox/no-server.ts'
import { createMessenger } from './messenger.ts'
import { createNetwork } from './network/index.ts'
import { isLoopbackOnly } from './network/addresses.ts'
import { createCalls, openStun } from './calls-host.ts'
import { buildAnnouncement } from './announcement.ts'
import { SearchIndex } from './search/index.ts'
import { directorySources } from './directory-sources.ts'
import { createDeliveryHost } from './delivery-host.ts'
import { openProfile } from './store/profile.ts'
import type { CallId, DeviceId, IdentityId, Messenger } from './api.ts'
import type { Clock, Logger } from './components.ts'
import type { Calls } from './calls/index.ts'
import type { IceServer } from './platform/media.ts'
import type { ContactRecord } from './contacts/book.ts'
import type { Devices } from './devices/index.ts'
import type { ViewComponents } from './conversations/views.ts'
import type { NetworkInit } from './network/index.ts'
import type { Parts } from './parts.ts'

export { initProfile, moveProfile, restoreProfile } from './identity/profile.ts'
export { profileExists, removeProfile } from './store/profile.ts'

/** Asks that what this node keeps is not thrown away when the disk is short of room. @returns whether that is so; in Node it always is */
export const keepStorage = async (): Promise<boolean> => platform.keepStorage()
export type { ProfileInit, ProfileMade, RestoreInit } from './identity/profile.ts'

/** Where a node listens unless told otherwise: every interface, a free port each. */
export const DEFAULT_LISTEN: readonly string[] = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']
/** A page opens no socket: others come through a relay, or are brought together by one. */
const PAGE_LISTEN: readonly string[] = ['/p2p-circuit', '/webrtc']

export interface NodeInit {
  profile: string
  passphrase?: string | undefined
  /** public (default): joins the public IPFS DHT. local: only what is given, and the LAN */
  network?: 'public' | 'local' | undefined
  /** multiaddrs with /p2p to join by, beside the usual ones of `public` */
  bootstrap?: string[] | undefined
  /** multiaddrs; all loopback means that only loopback is ever contacted */
  listen?: string[] | undefined
  /** whose mail this node keeps. Default: off; for a resident node `contacts`, and `volunteer` where it is publicly reachable */
  mailbox?: 'off' | 'contacts' | 'volunteer' | undefined
  /** bytes for all mail of others */
  mailboxBytes?: number | undefined
  /** a personal node that stays: serves as relay and mailbox */
  resident?: boolean | undefined
  signal?: AbortSignal | undefined
  onProgress?: ((line: string) => void) | undefined
  /** lines for developers; see DEBUG in CONTRIBUTING.md */
  log?: { enabled: (scope: string) => boolean, write: (line: string) => void } | undefined
  /** `https://…`: the page that `self().webLink` leads to; http on loopback alone */
  webHost?: string | undefined
  /** servers for calls: `stun:host:port`, `turn:host:port` with name and secret. Default: none of anybody */
  iceServers?: IceServer[] | undefined
  /** for tests that move time, or stay in one process */
  clock?: Clock
  transports?: NetworkInit['transports']
  /** tell contacts who call how they are seen (STUN). Default: where this node is resident and not on loopback alone */
  stun?: boolean | undefined
  networkLimits?: NetworkInit['limits']
  /** counts what libp2p does too, for `metrics()` */
  metrics?: boolean | undefined
}

export interface SottoNode extends Messenger {
  readonly id: IdentityId
  readonly device: DeviceId
  readonly peerId: string
  /** sentences for the user: what was found wrong at the start and put right */
  readonly warnings: string[]
  /** own multiaddrs, each ending in /p2p/… */
  addresses (): string[]
  /** In a page: the MediaStreams of a call that goes on, the same two for its whole length; their tracks come and go. */
  callStreams (call: CallId): { local: unknown, remote: unknown } | undefined
  /** Aborts, with a NodeError as its reason, when the node cannot go on (a full disk closed its store): stop it, and start anew. */
  readonly failed: AbortSignal
  /** Numbers for a monitor, as Prometheus text: nobody is named, and nothing tells who talks to whom. */
  metrics (): Promise<string>
  /** Ends everything and lets other processes in. Resolves when all is on disk. */
  stop (): Promise<void>
}

/**
 * Opens the profile and starts: resolves when the node listens and serves. What takes longer (peers, mailboxes) goes on by itself.
 *
 * @throws StoreError PROFILE_IN_USE, WRONG_PASSPHRASE, PASSPHRASE_REQUIRED, STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER;
 * UsageError NO_IDENTITY; NodeError PORT_IN_USE
 */
export async function createNode (init: NodeInit): Promise<SottoNode> {
  const clock = init.clock ?? systemClock
  const logger = createLogger('sotto', init.log?.enabled ?? (() => false), init.log?.write ?? (() => {}))
  init.onProgress?.('opening the profile')
  const profile = await openProfile({ profile: init.profile, passphrase: init.passphrase })
  const stops: Array<() => Promise<void> | void> = [async () => profile.close()]
  try {
    const parts = await build(init, profile, clock, logger, stops)
    const messenger = createMessenger(parts)
    const stop = once(async () => unwind(stops, logger))
    init.signal?.addEventListener('abort', () => { stop().catch((error: unknown) => logger.error('stopping failed', error)) }, { once: true })
    return {
      ...messenger,
      id: formatId(parts.own.identity),
      device: formatDeviceId(parts.own.device),
      peerId: parts.network.peerId,
      warnings: profile.warnings,
      addresses: () => parts.network.addresses(),
      callStreams: call => parts.calls.streams(call),
      failed: profile.store.failed,
      metrics: async () => metricsOf(parts),
      stop
    }
  } catch (error) {
    await unwind(stops, logger)
    throw error
  }
}

async function build (init: NodeInit, profile: Awaited<ReturnType<typeof openProfile>>, clock: Clock, logger: Logger, stops: Array<() => Promise<void> | void>): Promise<Parts> {
  const { store } = profile
  const webHost = init.webHost === undefined ? undefined : checkWebHost(init.webHost)
  const stored = await loadOwn(store)
  const renewed = await renewOwn(stored, clock.now())
  const own = renewed ?? stored
  if (renewed !== undefined) await store.batch(ownOps(renewed))
  const mode = init.network ?? 'public'
  const resident = init.resident ?? false

  init.onProgress?.('starting the network')
  const records = await loadRecordShelf({ store, clock, logger }, { peerKey: publicKeyOf(own.peerSeed) })
  const watch = createWatch(clock, init.listen ?? (platform.name === 'browser' ? PAGE_LISTEN : DEFAULT_LISTEN))
  const network = createNetwork({ clock, logger, store }, {
    peerSeed: own.peerSeed,
    mode,
    listen: [...watch.listen],
    metrics: init.metrics === true,
    bootstrap: init.bootstrap ?? [],
    resident,
    records,
    ...(init.transports === undefined ? {} : { transports: init.transports }),
    ...(init.networkLimits === undefined ? {} : { limits: init.networkLimits })
  })
  const base = { clock, clocks: watch.clocks, logger, store, network, own }
  stops.push(async () => network.stop())
  await network.start()

  const mailboxMode = init.mailbox ?? (resident ? (network.reachability === 'public' ? 'volunteer' : 'contacts') : 'off')
  const mailbox = await openMailboxServer(base, {
    mode: mailboxMode,
    ...(init.mailboxBytes === undefined ? {} : { bytes: init.mailboxBytes, volunteerBytes: init.mailboxBytes })
  }, platform.name === 'browser')
  const client = createMailboxClient(base)
  const keeper = createMailboxKeeper(base, { device: own.device, isShared: () => (late.devices?.certificates().length ?? 0) > 0 })
  const inboxServer = createInboxServer(base, { checkGrant: async token => mailbox.isGranted(token), volunteer: mailboxMode === 'volunteer' })
  const introduction = createLateIntroduction({ ...base, inboxServer }, { patient: platform.name === 'browser' })
  const journal = await Journal.open(store, () => clock.now())
  const book = await ContactBook.load({ store, own })
  const nameOf = (identity: Uint8Array): string => equals(identity, own.identity) ? 'Note to self' : book.get(identity)?.name ?? 'somebody'
  const loopbackOnly = isLoopbackOnly(watch.listen)
  const stun = await openStun(base, init.stun ?? (resident && !loopbackOnly), loopbackOnly)
  if (stun !== undefined) stops.push(async () => stun.stop())
  const announcement = buildAnnouncement({ ...base, keeper, mailbox, resident, grantBytes: GRANT_BYTES, stun: () => stun?.announced(network.addresses()) ?? [] })

  const revocations = createRevocations({ store })
  const directory = createDirectory({ ...base, records, introduction }, directorySources({ ...base, book, inboxServer, keeper, mailbox, revocations, networkMode: mode, resident }), { lost: own.restored, restored: own.restored ? own.created : 0, ...(own.movedFrom === undefined ? {} : { givenUp: own.movedFrom }) })

  // contacts, conversations and delivery meet through these three late bindings
  const late: { contacts?: Contacts, conversations?: Conversations, calls?: Calls, devices?: Devices } = {}
  const host = watch.counting(createDeliveryHost({ ...base, book, journal, keeper, announcement, contacts: () => late.contacts, conversations: () => late.conversations, calls: () => late.calls, devices: () => late.devices }), own.device)
  const delivery: Delivery = new Delivery(base, client, host)
  const views: ViewComponents = {
    own,
    store,
    delivery,
    nameOf,
    waiting: peer => {
      const contact: ContactRecord | undefined = book.get(peer)
      return contact === undefined ? undefined : late.contacts?.waiting(contact)
    }
  }
  const contacts = late.contacts = await Contacts.load({ ...base, book, delivery, introduction, journal, directory, locate: async (identity, signal) => directory.resolve(identity, { signal }), announcement: async channel => announcement(channel.state) })
  const index = new SearchIndex(base)
  stops.push(async () => index.stop())
  const conversations = late.conversations = new Conversations({ ...views, contacts: () => book.list(), findContact: who => book.find(who), tried: async () => contacts.tried(), revoked: () => late.devices?.revoked ?? false, index })

  const devices = late.devices = await createOwnDevices({ ...base, book, contacts, delivery, directory, journal, keeper, revocations, announcement })
  const calls = late.calls = createCalls({ ...base, book, contacts, journal, nameOf, iceServers: init.iceServers ?? [] })

  keeper.addEventListener('queues:change', ({ detail }) => { delivery.announceAnew(detail.conversations).catch((error: unknown) => logger.error('cannot announce', error)) })
  keeper.addEventListener('keepers:change', () => {
    introduction.setPlaces(keeper.inboxPlaces()).catch((error: unknown) => logger.error('cannot register the inbox', error))
  })
  keeper.addEventListener('keeper:liar', ({ detail }) => { host.mailboxChanged(detail.peer, `not used any more: ${detail.reason}`) })
  network.addEventListener('addresses:change', () => { delivery.announceAnew().catch((error: unknown) => logger.error('cannot announce', error)) })
  network.addEventListener('network:change', () => delivery.wake())
  network.findRelaysBy(async signal => directory.volunteers('relay', { signal }))
  network.addEventListener('peer:connect', ({ detail }) => delivery.wake(detail.peerId))

  for (const part of [mailbox, client, delivery, inboxServer, introduction, keeper]) stops.push(async () => part.stop())
  await mailbox.start()
  await client.start()
  await delivery.start()
  if (resident) conversations.indexAll().catch((error: unknown) => logger.error('the index of the history was not brought up to date', error))
  await inboxServer.start()
  await introduction.start(async request => contacts.incoming(request))
  await keeper.start(async mail => delivery.mail(mail.conversation, mail.wrapKey, mail.items))
  stops.push(async () => directory.stop())
  await directory.start()
  stops.push(() => contacts.stop())
  contacts.start()
  stops.push(async () => devices.stop())
  await devices.start()
  stops.push(async () => calls.stop())

  return {
    ...base,
    networkMode: mode,
    resident,
    webHost,
    profile,
    started: clock.now(),
    watch,
    grantBytes: GRANT_BYTES,
    journal,
    book,
    contacts,
    conversations,
    calls,
    views,
    delivery,
    introduction,
    directory,
    keeper,
    mailbox,
    fetched: once(async () => {
      if (!resident) await withTimeout(Promise.all([keeper.fetched(), devices.fetched()]), FETCH_MS, clock)
    }),
    devices,
    nameOf
  }
}

/** Last built, first stopped; a part that fails to stop does not keep the others running. */
async function unwind (stops: Array<() => Promise<void> | void>, logger: Logger): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop()
    } catch (error) {
      logger.error('a part did not stop well', error)
    }
  }
}

async function withTimeout (work: Promise<unknown>, ms: number, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = clock.after(ms, late.resolve)
  await Promise.race([work, late.promise])
  cancel()
}

function once (run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return async () => {
    running ??= run()
    return running
  }
}
