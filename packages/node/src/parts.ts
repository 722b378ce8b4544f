/** Everything a running node is made of; only node.ts builds it, only the messenger's views read it. */
import type { Clock, Logger } from './components.ts'
import type { CallsKept } from './call-settings.ts'
import type { CallsPart } from './calls/index.ts'
import type { ContactBook } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { ConversationsPart } from './conversations/late.ts'
import type { ViewComponents } from './conversations/views.ts'
import type { DeliveryPart } from './delivery/index.ts'
import type { Watch } from './diagnosis/watch.ts'
import type { Directory } from './directory/index.ts'
import type { Devices } from './devices/index.ts'
import type { OwnRecord } from './identity/own.ts'
import type { Introduction } from './introduction/index.ts'
import type { Journal } from './journal/index.ts'
import type { MailboxKeeper, MailboxServer } from './mailbox/index.ts'
import type { Network } from './network/index.ts'
import type { Store } from './store/index.ts'

export interface Parts {
  clock: Clock
  logger: Logger
  store: Store
  own: OwnRecord
  network: Network
  networkMode: 'public' | 'local'
  resident: boolean
  /** in front of `#` where a link is shown as an address to open */
  webHost: string | undefined
  profile: { path: string, atRest: 'passphrase' | 'keyfile' | 'browser' }
  started: number
  grantBytes: number
  watch: Watch
  journal: Journal
  book: ContactBook
  contacts: Contacts
  conversations: ConversationsPart
  calls: CallsPart
  callSettings: CallsKept
  views: ViewComponents
  delivery: DeliveryPart
  introduction: Introduction
  directory: Directory
  keeper: MailboxKeeper
  mailbox: MailboxServer
  devices: Devices
  nameOf: (identity: Uint8Array) => string
  /** resolves when what waited in mailboxes is here; at once in a resident node, and soon in any */
  fetched: () => Promise<void>
}
