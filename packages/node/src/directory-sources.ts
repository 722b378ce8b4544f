/** What the directory asks of the other parts: whom to look after, what this node offers, where candidates go. */
import { MAILBOX_COPIES } from './config.ts'
import { hex } from './delivery/index.ts'
import { DeviceShelf } from './devices/shelf.ts'
import type { Components } from './components.ts'
import type { ContactBook } from './contacts/book.ts'
import type { DirectorySources } from './directory/index.ts'
import type { Revocations } from './identity/revocations.ts'
import type { InboxServer } from './introduction/index.ts'
import type { MailboxKeeper, MailboxServer } from './mailbox/index.ts'

export interface SourceParts extends Pick<Components, 'own' | 'network' | 'store'> {
  book: ContactBook
  inboxServer: InboxServer
  keeper: MailboxKeeper
  mailbox: MailboxServer
  revocations: Revocations
  networkMode: 'public' | 'local'
  resident: boolean
}

export function directorySources ({ own, network, store, book, inboxServer, keeper, mailbox, revocations, networkMode, resident }: SourceParts): DirectorySources {
  return {
    contacts: () => book.list().filter(contact => !contact.removed && !contact.blocked).map(({ identity }) => identity),
    kept: () => inboxServer.identities(),
    certificates: async () => {
      const others = (await DeviceShelf.load(store)).list()
      const revoked = new Set((await revocations.list(own.identity)).map(({ device }) => hex(device)))
      return {
        inUse: [own.certificate, ...others.filter(({ id }) => !revoked.has(id)).map(({ certificate }) => certificate)],
        withdrawn: others.filter(({ id }) => revoked.has(id)).map(({ certificate }) => certificate)
      }
    },
    revocations: async () => (await revocations.list(own.identity)).map(({ bytes }) => bytes),
    recoveryOf: identity => book.get(identity)?.recovery,
    offers: () => [
      ...(mailbox.mode === 'volunteer' ? ['mailbox' as const] : []),
      // who is behind a router cannot lend others a way around theirs
      ...(resident && (networkMode === 'local' ? network.reach().relaysWanted === 0 : network.reachability === 'public') ? ['relay' as const] : [])
    ],
    wantsMailboxes: () => keeper.list().filter(({ trouble }) => trouble === undefined).length < MAILBOX_COPIES,
    suggest: places => { keeper.suggest(places) }
  }
}
