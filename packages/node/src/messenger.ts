/** The public interface over the parts: views, and which part does what. Holds no state. */
import { formatDeviceId } from './identity/device-id.ts'
import { equals } from 'uint8arrays/equals'
import { UsageError } from './errors.ts'
import { sentenceOf } from './reasons.ts'
import { formatId } from './identity/identity-id.ts'
import { formatLink, formatWebLink } from './identity/link.ts'
import { loadPhrase, ownOps } from './identity/own.ts'
import { checkName } from './identity/own.ts'
import { safetyNumber } from './identity/safety-number.ts'
import { checkPassphrase } from './store/profile.ts'
import { hex } from './delivery/index.ts'
import { collectFacts, keeperInfos } from './diagnosis/collect.ts'
import { eventsOf } from './events.ts'
import { later } from './late.ts'
import { untilRevoked } from './revoked.ts'
import { statusOf } from './status.ts'
import type { ContactView, DeviceId, MailboxStatusView, Messenger, NodeEvent, RequestView, SafetyView, SelfView } from './api.ts'
import type { ContactRecord } from './contacts/book.ts'
import type { RequestRecord } from './contacts/request-desk.ts'
import type { Parts } from './parts.ts'

/** Own addresses in a link: enough to be reached at home and away, few enough for a QR code. */
const LINK_OWN_ADDRESSES = 3
/** Mailboxes in a link: where a request can be left while this device is away. */
const LINK_KEEPERS = 3
/** The same for a code, of each: twice as many make its squares much smaller. A page's first address leads through a relay, from everywhere. */
const CODE_OWN_ADDRESSES = 2
const CODE_KEEPERS = 1

const examined = later(async () => import('./diagnosis/findings.ts'))

export function createMessenger (parts: Parts): Messenger {
  const { own, book, contacts, conversations, delivery, keeper, mailbox, journal } = parts

  const requestView = (request: RequestRecord): RequestView => ({ id: formatId(request.identity), name: request.name, note: request.note, time: request.time })

  const view = (contact: ContactRecord): ContactView => {
    const state = delivery.loaded().find(channel => equals(channel.state.record.peer, contact.identity))?.state
    const devices = Object.entries(state?.record.authors ?? {}).filter(([, author]) => equals(author.identity, contact.identity)).map(([device]) => device as DeviceId).sort()
    const waiting = contacts.waiting(contact)
    const directory = contacts.directoryView(contact)
    return {
      id: formatId(contact.identity),
      name: contact.name,
      profileName: contact.profileName,
      note: contact.note,
      state: contact.asking === undefined ? contact.state : 'accepted',
      ...(contact.movedTo === undefined ? {} : { movedTo: formatId(contact.movedTo) }),
      ...(contact.movedFrom === undefined ? {} : { movedFrom: formatId(contact.movedFrom.identity) }),
      verified: contact.verifiedDevices !== undefined,
      blocked: contact.blocked,
      devicesChanged: contact.verifiedDevices !== undefined && state !== undefined && devices.join() !== contact.verifiedDevices.join(),
      devices,
      ...(contact.unlisted === undefined || contact.unlisted.length === 0 ? {} : { unlisted: contact.unlisted as DeviceId[] }),
      ...(directory === undefined ? {} : { directory }),
      ...(waiting === undefined ? {} : { waiting: sentenceOf(waiting), waitingFor: waiting })
    }
  }

  const self = async (invite: boolean): Promise<SelfView> => {
    // a linked device has no inbox: who asks goes to the primary one
    const ours = own.identitySeed === undefined ? parts.devices.primary()?.addresses ?? [] : parts.network.addresses()
    const kept = keeper.list().filter(mailbox => mailbox.trouble === undefined && mailbox.addresses.length > 0).map(({ peer, addresses }) => {
      const address = addresses[0] ?? ''
      return address.endsWith(`/p2p/${peer}`) ? address : `${address}/p2p/${peer}`
    })
    const token = invite && own.identitySeed !== undefined ? await parts.introduction.invite() : undefined
    const links = (first: number, keepers: number): { link: string, webLink?: string } => {
      const link = formatLink({ identity: own.identity, addresses: [...ours.slice(0, first), ...kept.slice(0, keepers)], invite: token })
      return { link, ...(parts.webHost === undefined ? {} : { webLink: formatWebLink(parts.webHost, link) }) }
    }
    return {
      id: formatId(own.identity),
      name: own.name,
      device: formatDeviceId(own.device),
      ...(parts.devices.revoked ? { revoked: true } : {}),
      ...links(LINK_OWN_ADDRESSES, LINK_KEEPERS),
      short: links(ours[0]?.includes('/p2p-circuit') === true ? 1 : CODE_OWN_ADDRESSES, CODE_KEEPERS),
      profile: parts.profile.path,
      readReceipts: own.hidesReads !== true
    }
  }

  const mailboxStatus = async (): Promise<MailboxStatusView> => ({
    mode: mailbox.mode,
    ...mailbox.usage(),
    grants: (await mailbox.grants()).map(grant => ({
      id: hex(grant.id),
      ...(grant.identity === undefined ? {} : { who: formatId(grant.identity), name: parts.nameOf(grant.identity) }),
      used: grant.used,
      limit: grant.limit
    }))
  })

  const changeGrant = async (who: string, change: (identity: Uint8Array) => Promise<unknown>): Promise<MailboxStatusView> => {
    if (mailbox.mode === 'off') throw new UsageError('BAD_ARGUMENT', 'this node keeps no mail for others', { hint: 'start it with: sotto start --mailbox contacts' })
    const { identity } = book.find(who)
    await change(identity)
    await delivery.announceAnew([(await contacts.channel(identity)).state.record.conversation])
    return mailboxStatus()
  }

  /** What contacts are told of oneself has changed. */
  const tellAnew = async (): Promise<SelfView> => {
    own.nameRevision = Math.max((own.nameRevision ?? 0) + 1, parts.clock.now())
    await parts.store.batch(ownOps(own))
    parts.devices.factsChanged()
    await delivery.announceAnew()
    return self(false)
  }

  return untilRevoked({
    self: async options => self(options?.invite === true),
    phrase: async passphrase => {
      if (parts.profile.atRest === 'passphrase') await checkPassphrase({ profile: parts.profile.path, passphrase })
      const phrase = await loadPhrase(parts.store)
      if (phrase === undefined) throw new UsageError('NOT_PRIMARY', 'this device never had the recovery phrase', { hint: 'ask a primary device: sotto device list' })
      return phrase
    },
    rename: async name => {
      own.name = checkName(name)
      return tellAnew()
    },
    tellReads: async tell => {
      own.hidesReads = !tell
      return tellAnew()
    },
    status: async options => statusOf(parts, options),
    doctor: async options => (await examined()).findings(await collectFacts(parts, { ...options, ask: true })),
    hurry: async () => { parts.network.hurry() },
    contacts: {
      add: async (link, options) => view(await contacts.add(link, options)),
      list: async () => book.list().sort((a, b) => a.name.localeCompare(b.name)).map(view),
      show: async who => view(book.find(who)),
      rename: async (who, name) => {
        const contact = book.find(who)
        await contacts.rename(contact, name)
        return view(contact)
      },
      block: async who => {
        const contact = book.find(who)
        await parts.calls.shutOut(contact.identity)
        await contacts.block(contact, true)
        return view(contact)
      },
      unblock: async who => {
        const contact = book.find(who)
        await contacts.block(contact, false)
        return view(contact)
      },
      remove: async who => {
        const contact = book.find(who)
        const last = view(contact)
        await parts.calls.shutOut(contact.identity)
        await contacts.remove(contact)
        return last
      },
      verify: async (who, options): Promise<SafetyView> => {
        const contact = book.find(who)
        if (options?.confirm === true) await contacts.verify(contact, view(contact).devices)
        const { digits, words, qr } = safetyNumber(own.identity, contact.identity)
        return { id: formatId(contact.identity), name: contact.name, verified: contact.verifiedDevices !== undefined, safety: digits, words, qr }
      }
    },
    requests: {
      list: async () => {
        await parts.fetched()
        return contacts.requests.list().map(requestView)
      },
      accept: async (who, options) => view(await contacts.accept(contacts.requests.find(who), options?.name)),
      decline: async who => {
        const request = contacts.requests.find(who)
        await contacts.decline(request)
        return requestView(request)
      }
    },
    conversations: withFetched(conversations.api(), parts.fetched),
    calls: {
      start: async (who, answer) => parts.calls.start(who, answer),
      answer: async (call, answer) => parts.calls.answer(call, answer),
      invite: async (call, who) => parts.calls.invite(call, who),
      hangUp: async call => parts.calls.hangUp(call),
      send: async (call, tracks) => parts.calls.send(call, tracks),
      list: async () => parts.calls.list(),
      settings: async () => parts.callSettings.view(),
      configure: async change => parts.callSettings.change(change)
    },
    mailboxes: {
      list: async () => keeperInfos(parts),
      offer: async (who, options) => changeGrant(who, async identity => mailbox.grant(identity, options?.bytes ?? parts.grantBytes)),
      revoke: async who => changeGrant(who, async identity => mailbox.revoke(identity)),
      status: mailboxStatus
    },
    devices: {
      list: async () => parts.devices.list(),
      link: options => parts.devices.link(options),
      revoke: async device => parts.devices.revoke(device)
    },
    async * events (options): AsyncGenerator<NodeEvent> {
      const since = options?.since === undefined ? journal.last : Number(options.since)
      if (!Number.isSafeInteger(since) || since < 0) throw new UsageError('BAD_ARGUMENT', 'this is no cursor', { hint: 'take the cursor of an event, or 0 for all that is kept' })
      const components = {
        ...parts.views,
        contactView: (identity: Uint8Array) => {
          const contact = book.get(identity)
          return contact === undefined ? undefined : view(contact)
        },
        requestView: (identity: Uint8Array) => {
          const request = contacts.requests.get(identity)
          return request === undefined ? undefined : requestView(request)
        }
      }
      const leave = options?.unattended === true ? undefined : parts.calls.attend()
      try {
        for await (const item of journal.follow(since, options?.signal)) yield * await eventsOf(components, item)
      } finally {
        leave?.()
      }
    }
  }, () => parts.devices.revoked)
}

/** A node that just started first takes in what waited for it, then shows what there is. */
function withFetched (api: Messenger['conversations'], fetched: () => Promise<void>): Messenger['conversations'] {
  return {
    ...api,
    list: async options => {
      await fetched()
      return api.list(options)
    },
    history: async (who, query, options) => {
      await fetched()
      return api.history(who, query, options)
    },
    search: async (text, query, options) => {
      await fetched()
      return api.search(text, query, options)
    }
  }
}
