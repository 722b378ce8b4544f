/** What calls ask of the rest of the house. */
import { Calls } from './calls/index.ts'
import { UnreachableError, UsageError } from './errors.ts'
import { formatId } from './identity/identity-id.ts'
import type { Components } from './components.ts'
import type { ContactBook } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { Journal } from './journal/index.ts'
import type { IceServer } from './platform/media.ts'

export interface CallsHostComponents extends Pick<Components, 'own' | 'clock' | 'logger' | 'network'> {
  book: ContactBook
  contacts: Contacts
  journal: Journal
  nameOf: (identity: Uint8Array) => string
  iceServers: readonly IceServer[]
}

export function createCalls (components: CallsHostComponents): Calls {
  const { book, contacts, journal, network, iceServers } = components
  return new Calls({
    ...components,
    callee: async who => {
      const contact = book.find(who)
      if (contact.blocked) throw new UsageError('BLOCKED_CONTACT', 'this contact is blocked', { hint: 'sotto contact unblock WHO, then call again' })
      if (contact.state !== 'accepted') throw new UnreachableError('UNREACHABLE', `${contact.name} has not accepted your request yet: nobody would ring`, { hint: 'call again when it is accepted: sotto contact show WHO' })
      return contact.identity
    },
    accepts: identity => {
      const contact = book.get(identity)
      return contact?.state === 'accepted' && !contact.blocked
    },
    channel: async identity => contacts.channel(identity),
    formatId,
    publish: call => { journal.whisper({ event: 'call', call }) },
    loopbackOnly: network.reachability === 'loopback',
    iceServers: () => iceServers,
    // CALL-8: only a TURN server lets a call be without telling where one is
    hides: identity => iceServers.some(({ url }) => /^turns?:/.test(url)) && book.get(identity)?.verifiedDevices === undefined
  })
}
