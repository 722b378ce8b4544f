/** Composition root: builds the parts, starts and stops them, decides nothing. */
import { equals } from 'uint8arrays/equals'
import { platform } from '#platform'
import { systemClock } from './clock.ts'
import { FETCH_MS, GRANT_BYTES } from './config.ts'
import { CallsKept } from './call-settings.ts'
import { ContactBook } from './contacts/book.ts'
import { Contacts } from './contacts/contacts.ts'
import { LateConversations } from './conversations/late.ts'
import { openDelivery } from './delivery/late.ts'
import { createDirectory, loadRecordShelf } from './directory/index.ts'
import { createWatch } from './diagnosis/watch.ts'
import { openOwnDevices } from './late-devices.ts'
import { publicKeyOf } from './identity/ed25519.ts'
import { formatDeviceId } from './identity/device-id.ts'
import { formatId } from './identity/identity-id.ts'
import { checkWebHost } from './identity/link.ts'
import { loadOwn, ownOps, renewOwn } from './identity/own.ts'
import { createRevocations } from './identity/revocations.ts'
import { createInboxServer } from './introduction/index.ts'
import { createLateIntroduction } from './introduction/late.ts'
import { Journal } from './journal/index.ts'
import { once, unwind, withTimeout } from './lifecycle.ts'
import { createLogger } from './log.ts'
import { createMailboxClient, createMailboxKeeper } from './mailbox/index.ts'
import { openMailboxServer } from './mailbox/no-server.ts'
import { createMessenger } from './messenger.ts'
import { DEFAULT_LISTEN, PAGE_LISTEN } from './node-init.ts'
import { connectParts, seekSilent, serveWhenReached } from './wiring.ts'
import { createNetwork } from './network/index.ts'
import { isLoopbackOnly } from './network/addresses.ts'
import { createLateCalls, openLateStun } from './late-calls.ts'
import { buildAnnouncement } from './announcement.ts'
import { directorySources } from './directory-sources.ts'
import { createDeliveryHost } from './delivery-host.ts'
import { openProfile } from './store/profile.ts'
import { reason } from './reasons.ts'
import type { Clock, Logger } from './components.ts'
import type { CallsPart } from './calls/index.ts'
import type { ContactRecord } from './contacts/book.ts'
import type { ConversationsPart } from './conversations/late.ts'
import type { DeliveryPart } from './delivery/index.ts'
import type { Devices } from './devices/index.ts'
import type { ViewComponents } from './conversations/views.ts'
import type { NodeInit, SottoNode } from './node-init.ts'
import type { Parts } from './parts.ts'

export { initProfile, moveProfile, restoreProfile } from './identity/profile.ts'
export { profileExists, removeProfile } from './store/profile.ts'

/** Asks that what this node keeps is not thrown away when the disk is short of room. @returns whether that is so; in Node it always is */
export const keepStorage = async (): Promise<boolean> => platform.keepStorage()
export type { ProfileInit, ProfileMade, RestoreInit } from './identity/profile.ts'

/**
 * Opens the profile and starts: resolves when the node listens and serves. What takes longer (peers, mailboxes) goes on by itself.
 *
 * @throws StoreError PROFILE_IN_USE, WRONG_PASSPHRASE, PASSPHRASE_REQUIRED, STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER;
 * UsageError NO_IDENTITY, BAD_ARGUMENT (webHost); NodeError PORT_IN_USE
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
      metrics: async () => (await import('./diagnosis/metrics.ts')).metricsOf(parts),
      stop
    }
  } catch (error) {
    await unwind(stops, logger)
    throw error
  }
}

async function build (init: NodeInit, profile: Awaited<ReturnType<typeof openProfile>>, clock: Clock, logger: Logger, stops: Array<() => Promise<void> | void>): Promise<Parts> {
  const { store } = profile
  /** a page loads what is wanted; here it lies on the disk */
  const lean = platform.name === 'browser'
  const webHost = init.webHost === undefined ? undefined : checkWebHost(init.webHost)
  const stored = await loadOwn(store)
  const renewed = await renewOwn(stored, clock.now())
  const own = renewed ?? stored
  if (renewed !== undefined) await store.batch(ownOps(renewed))
  const mode = init.network ?? 'public'
  const resident = init.resident ?? false

  init.onProgress?.('starting the network')
  const records = await loadRecordShelf({ store, clock, logger }, { peerKey: publicKeyOf(own.peerSeed) })
  const watch = createWatch(clock, init.listen ?? (lean ? PAGE_LISTEN : DEFAULT_LISTEN))
  const loopbackOnly = isLoopbackOnly(watch.listen)
  const network = createNetwork({ clock, logger, store }, {
    peerSeed: own.peerSeed,
    mode,
    listen: [...watch.listen, ...init.pageListen ?? []],
    loopbackOnly,
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
  }, lean)
  const client = createMailboxClient(base)
  const keeper = createMailboxKeeper(base, { device: own.device, isShared: () => (late.devices?.certificates().length ?? 0) > 0 })
  const inboxServer = createInboxServer(base, { checkGrant: async token => mailbox.isGranted(token), volunteer: mailboxMode === 'volunteer' })
  const introduction = createLateIntroduction({ ...base, inboxServer }, { patient: lean && init.transports !== 'memory' })
  const journal = await Journal.open(store, () => clock.now())
  const book = await ContactBook.load({ store, own })
  const nameOf = (identity: Uint8Array): string => equals(identity, own.identity) ? 'Note to self' : book.get(identity)?.name ?? 'somebody'
  const stun = await openLateStun(base, init.stun ?? (resident && !loopbackOnly), loopbackOnly)
  if (stun !== undefined) stops.push(async () => stun.stop())
  const announcement = buildAnnouncement({ ...base, keeper, mailbox, resident, grantBytes: GRANT_BYTES, stun: () => stun?.announced(network.addresses()) ?? [] })

  const revocations = createRevocations({ store })
  const directory = createDirectory({ ...base, records, introduction }, directorySources({ ...base, book, inboxServer, keeper, mailbox, revocations, networkMode: mode, resident }), { lost: own.restored, restored: own.restored ? own.created : 0, ...(own.movedFrom === undefined ? {} : { givenUp: own.movedFrom }) })

  // contacts, conversations and delivery meet through these three late bindings
  const late: { contacts?: Contacts, conversations?: ConversationsPart, calls?: CallsPart, devices?: Devices } = {}
  const host = watch.counting(createDeliveryHost({ ...base, book, journal, keeper, announcement, contacts: () => late.contacts, conversations: () => late.conversations, calls: () => late.calls, devices: () => late.devices }), own.device)
  const delivery: DeliveryPart = await openDelivery(base, client, host, lean)
  const views: ViewComponents = {
    own,
    store,
    delivery,
    nameOf,
    waiting: peer => {
      if (late.devices?.revoked === true) return reason('revoked')
      const contact: ContactRecord | undefined = book.get(peer)
      return contact === undefined ? undefined : late.contacts?.waiting(contact)
    }
  }
  const contacts = late.contacts = await Contacts.load({ ...base, book, delivery, introduction, journal, directory, locate: async (identity, signal) => directory.resolve(identity, { signal }), announcement: async channel => announcement(channel.state) })
  const conversations = late.conversations = new LateConversations({ ...base, ...views, contacts: () => book.list(), findContact: who => book.find(who), tried: async () => contacts.tried() })
  stops.push(async () => conversations.stop())
  if (!lean) await conversations.open()

  const callSettings = await CallsKept.load(store, init.iceServers)
  const calls = late.calls = createLateCalls({ ...base, book, contacts, journal, nameOf, isRevoked: () => late.devices?.revoked === true, kept: callSettings, createMedia: init.media, handover: init.handover, mayReload: lean })
  stops.push(async () => calls.stop()) // its microphone is open already, whatever becomes of this start
  await calls.resume(init.handover?.kept ?? [])
  const devices = late.devices = await openOwnDevices({ ...base, stays: resident, book, calls, contacts, delivery, directory, journal, keeper, revocations, announcement }, lean)

  connectParts({ keeper, network, delivery, introduction, directory, logger, host })
  seekSilent({ own, directory, delivery })
  serveWhenReached({ network, mailbox, inboxServer, directory }, init.mailbox === undefined && resident)

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
    callSettings,
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
