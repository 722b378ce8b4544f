/** What happens in channels, as the journal, the people and those who wait must hear of it. */
import { equals } from 'uint8arrays/equals'
import { decodeAddresses } from './delivery/index.ts'
import { formatPeerId } from './network/peer-id.ts'
import type { Components } from './components.ts'
import type { ContactBook } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { Conversations } from './conversations/conversations.ts'
import type { ChannelChange, ChannelState, DeliveryHost } from './delivery/index.ts'
import type { OwnRecord } from './identity/own.ts'
import type { Journal, JournalEntry } from './journal/index.ts'
import type { MailboxKeeper } from './mailbox/index.ts'
import type { Announcement } from '@sotto/protocols/session'

export interface DeliveryHostComponents extends Pick<Components, 'clock' | 'logger' | 'store'> {
  own: OwnRecord
  book: ContactBook
  journal: Journal
  keeper: MailboxKeeper
  announcement: (state: ChannelState) => Promise<Uint8Array>
  contacts: () => Contacts | undefined
  conversations: () => Conversations | undefined
}

const COPIED = 'This profile runs in two places, or was restored from a copy: messages may be lost. Stop the other one, and restore from the recovery phrase instead.'

export function createDeliveryHost (components: DeliveryHostComponents): DeliveryHost {
  const { own, journal, keeper, logger } = components
  const publishing = new WeakMap<readonly ChannelChange[], () => void>()

  const entriesOf = (state: ChannelState, change: ChannelChange): JournalEntry[] => {
    const { conversation } = state.record
    switch (change.change) {
      case 'added': return change.entries.map(({ author, sequence }) => ({ event: 'message', conversation, author, sequence }))
      case 'delivered':
      case 'read':
      case 'copied': return [{ event: 'state', conversation, from: change.from, to: change.to }]
      case 'equivocation': return change.parents.some(parent => equals(parent.author, own.device)) ? [{ event: 'warning', text: COPIED }] : []
      default: return []
    }
  }

  /** The peer said something under our session. */
  const isHeard = (change: ChannelChange): boolean => change.change === 'added'
    ? change.entries.some(({ author }) => !equals(author, own.device))
    : change.change !== 'copied' && change.change !== 'equivocation'

  const offered = async (state: ChannelState, announcement: Announcement): Promise<void> => {
    const place = decodeAddresses(announcement.grantAddresses)
    if (place === undefined) return
    await keeper.offered(state.record.peer, place, announcement.grant.byteLength === 32 ? announcement.grant : undefined)
  }

  const react = async (state: ChannelState, change: ChannelChange): Promise<void> => {
    switch (change.change) {
      case 'announcement': return offered(state, change.announcement)
      case 'profile': return components.contacts()?.profile(state.record.peer, change.name)
      case 'typing': return journal.whisper({ event: 'typing', identity: state.record.peer, active: change.active })
      case 'proof': return keeper.checkProof(formatPeerId(change.mailbox), change.receipt)
      default:
    }
  }

  return {
    announcement: components.announcement,
    profile: () => ({ name: own.name, revision: own.nameRevision ?? own.created, readReceipts: true }),
    isBlocked: peer => components.contacts()?.isBlocked(peer) ?? false,
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
      components.conversations()?.stateChanged()
    },
    reachChanged: () => components.conversations()?.stateChanged(),
    mailboxChanged: (peer, trouble) => {
      const { ops, publish } = journal.record([{ event: 'mailbox', peer, ...(trouble === undefined ? {} : { trouble }) }])
      components.store.batch(ops).then(publish, (error: unknown) => logger.error('an event could not be kept', error))
      components.conversations()?.stateChanged()
    }
  }
}
