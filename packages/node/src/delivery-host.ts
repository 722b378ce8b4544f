/** What happens in channels, as the journal, the people and those who wait must hear of it. */
import { decodeAnnouncement, grantBytes } from '@sotto/protocols/session/announced'
import { equals } from 'uint8arrays/equals'
import { announcementsOf, decodeAddresses, hex } from './delivery/index.ts'
import { formatPeerId } from './network/peer-id.ts'
import { reason, sentenceOf, warningOf } from './reasons.ts'
import type { Reason } from './api.ts'
import type { CallsPart } from './calls/index.ts'
import type { Components } from './components.ts'
import type { ContactBook } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { ConversationsPart } from './conversations/late.ts'
import type { ChannelChange, ChannelState, DeliveryHost } from './delivery/index.ts'
import type { Devices } from './devices/index.ts'
import type { OwnRecord } from './identity/own.ts'
import type { Journal, JournalEntry } from './journal/index.ts'
import type { MailboxKeeper } from './mailbox/index.ts'
import type { Announcement } from '@sotto/protocols/session'

export interface DeliveryHostComponents extends Pick<Components, 'clock' | 'logger' | 'network' | 'store'> {
  own: OwnRecord
  book: ContactBook
  journal: Journal
  keeper: MailboxKeeper
  announcement: (state: ChannelState) => Promise<Uint8Array>
  contacts: () => Contacts | undefined
  conversations: () => ConversationsPart | undefined
  calls: () => CallsPart | undefined
  devices: () => Devices | undefined
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Mailboxes that one contact may name in a day: theirs is where their node runs, and each that is named is dialled and remembered. */
const MAX_OFFERS_PER_DAY = 4

export function createDeliveryHost (components: DeliveryHostComponents): DeliveryHost {
  const { own, clock, journal, keeper, logger, network } = components
  /** by contact (hex), of whom there are at most MAX_CONTACTS */
  const offers = new Map<string, { day: number, mailboxes: Set<string> }>()
  const publishing = new WeakMap<readonly ChannelChange[], () => void>()

  let warned = false
  /** Said once in a run: it concerns the profile, not the conversation that showed it. */
  const copied = (told: Reason): JournalEntry[] => {
    if (warned) return []
    warned = true
    return [warningOf(told)]
  }

  const entriesOf = (state: ChannelState, change: ChannelChange): JournalEntry[] => {
    const { conversation } = state.record
    switch (change.change) {
      case 'added': return change.entries.map(({ author, sequence }) => ({ event: 'message', conversation, author, sequence }))
      case 'delivered':
      case 'read': return [{ event: 'state', conversation, from: change.from, to: change.to, ...(change.author === undefined ? {} : { author: change.author }) }]
      case 'copied': return [{ event: 'state', conversation, from: change.from, to: change.to }]
      case 'equivocation': return change.parents.some(parent => equals(parent.author, own.device)) ? copied(reason('profile-copied')) : []
      case 'disowned': return copied(reason('disowned')) // a receipt says so, without proof
      default: return []
    }
  }

  /** The peer said something under our session. */
  const isHeard = (change: ChannelChange): boolean => change.change === 'added'
    ? change.entries.some(({ author }) => !equals(author, own.device))
    : change.change !== 'copied' && change.change !== 'equivocation'

  const isAllowed = (peer: Uint8Array, mailbox: string): boolean => {
    const day = Math.floor(clock.now() / DAY_MS)
    const before = offers.get(hex(peer))
    const today = before?.day === day ? before.mailboxes : new Set<string>()
    if (today.size >= MAX_OFFERS_PER_DAY && !today.has(mailbox)) return false
    offers.set(hex(peer), { day, mailboxes: today.add(mailbox) })
    return true
  }

  const offered = async (state: ChannelState, announcement: Announcement): Promise<void> => {
    const { grant, grantAddresses, grantSignature } = announcement
    const { peer } = state.record
    const place = decodeAddresses(grantAddresses)
    if (place === undefined) return
    if (grant.byteLength === 0) return keeper.offered(peer, place, undefined)
    // PAY-9: the mailbox itself says so, or a contact could make away with the mailboxes of others
    if (grantSignature === undefined || !await network.verify(place.peerId, grantBytes(peer, grant), grantSignature)) return
    if (!isAllowed(peer, place.peerId)) return
    await keeper.offered(peer, place, grant)
  }

  const react = async (state: ChannelState, change: ChannelChange): Promise<void> => {
    switch (change.change) {
      case 'added': return components.conversations()?.added(state)
      case 'announcement':
        if (change.own) return undefined
        for (const said of announcementsOf(state.record)) await components.contacts()?.learned(state.record.peer, said)
        return offered(state, change.announcement)
      case 'session': {
        for (const said of announcementsOf(state.record)) await components.contacts()?.learned(state.record.peer, said)
        // they came with the request, before there was a session
        for (const first of announcementsOf(state.record).map(decodeAnnouncement)) if (first !== undefined) await offered(state, first)
        return undefined
      }
      case 'profile': return components.contacts()?.profile(state.record.peer, change.name)
      case 'signal': return components.calls()?.heard(change.identity, state.record.peer, change.device, change.signal)
      case 'typing': return journal.whisper({ event: 'typing', identity: state.record.peer, active: change.active })
      case 'proof': return keeper.checkProof(formatPeerId(change.mailbox), change.receipt)
      default:
    }
  }

  return {
    announcement: components.announcement,
    profile: () => ({ name: own.name, revision: own.nameRevision ?? own.created, readReceipts: own.hidesReads !== true }),
    isBlocked: peer => components.contacts()?.isBlocked(peer) ?? false,
    isRefused: (identity, device) => components.contacts()?.isUnlisted(identity, device) ?? false,
    journal: (state, changes) => {
      const accepting = changes.some(isHeard) ? components.contacts()?.accepting(state) : undefined
      const entries = changes.flatMap(change => entriesOf(state, change))
      if (accepting !== undefined) entries.push(accepting.entry)
      if (entries.length === 0) return []
      const { ops, publish } = journal.record(entries)
      publishing.set(changes, () => {
        accepting?.done()
        publish()
      })
      return accepting === undefined ? ops : [accepting.op, ...ops]
    },
    changed: (state, changes) => {
      publishing.get(changes)?.()
      for (const change of changes) {
        react(state, change).catch((error: unknown) => logger.error('cannot act on what a contact said', error))
      }
      components.devices()?.heard(state, changes)
      components.conversations()?.stateChanged()
    },
    reachChanged: () => components.conversations()?.stateChanged(),
    mailboxChanged: (peer, trouble) => {
      const { ops, publish } = journal.record([{ event: 'mailbox', peer, ...(trouble === undefined ? {} : { trouble: sentenceOf(trouble) }) }])
      components.store.batch(ops).then(publish, (error: unknown) => logger.error('an event could not be kept', error))
      components.conversations()?.stateChanged()
    }
  }
}
