/** The part `devices`, tied to the others: what they hear of it, and it of them. */
import { equals } from 'uint8arrays/equals'
import { createDevices } from './devices/index.ts'
import { verifyCertificate } from './identity/certificate.ts'
import { ownOps } from './identity/own.ts'
import { SharedMail } from './mailbox/index.ts'
import { ownFacts } from './own-facts.ts'
import type { CallsPart } from './calls/index.ts'
import type { ContactBook } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { Devices, DevicesComponents } from './devices/index.ts'
import type { Directory } from './directory/index.ts'
import type { Journal } from './journal/index.ts'
import type { MailboxKeeper } from './mailbox/index.ts'

export interface OwnDevicesParts extends Omit<DevicesComponents, 'progress' | 'caughtUp' | 'changed' | 'certified' | 'wasRevoked' | 'mail' | 'moveMail'> {
  book: ContactBook
  calls: Pick<CallsPart, 'review'>
  contacts: Contacts
  directory: Directory
  journal: Journal
  keeper: MailboxKeeper
}

export async function createOwnDevices (parts: OwnDevicesParts): Promise<Devices> {
  const { book, calls, contacts, delivery, directory, journal, keeper, logger, own, store } = parts
  const mail = own.identitySeed === undefined ? new SharedMail(parts, own.device) : undefined
  const tell = (work: Promise<unknown>, what: string): void => { work.catch((error: unknown) => logger('%s: %s', what, error instanceof Error ? error.message : '')) }
  const note = async (entries: Parameters<Journal['record']>[0]): Promise<void> => {
    const { ops, publish } = journal.record(entries)
    await store.batch(ops)
    publish()
  }
  const devices = await createDevices({
    ...parts,
    progress: left => journal.whisper({ event: 'history', left }),
    caughtUp: peer => { if (!equals(peer, own.identity)) tell(note([{ event: 'contact', identity: peer }]), 'an event could not be kept') },
    // who looks us up must find that the device is ours, or no longer is
    changed: () => { if (own.identitySeed !== undefined) tell(directory.publish(), 'the own record was not put') },
    certified: async bytes => {
      const [certificate, present] = await Promise.all([verifyCertificate(bytes), verifyCertificate(own.certificate)])
      if (certificate === undefined || present === undefined || !equals(certificate.credential.bytes, own.credential) || !equals(certificate.peerKey, present.peerKey) || certificate.revision <= present.revision) return
      own.certificate = bytes
      await store.batch(ownOps(own))
      await delivery.announceAnew()
    },
    mail: mail === undefined ? undefined : { start: async () => mail.start(async item => delivery.mail(item.conversation, item.wrapKey, item.items)), stop: async () => mail.stop(), fetched: async () => mail.fetched(), keepers: () => mail.keepers() },
    moveMail: () => { tell(keeper.rotate(), 'the mailboxes were not told of other queues') },
    wasRevoked: () => {
      calls.review()
      tell(note([{ event: 'revoked' }]), 'an event could not be kept')
    }
  }, shelf => ownFacts({ ...parts, mail, renamed: () => { tell(delivery.announceAnew(), 'the name was not told') } }, shelf))
  contacts.requests.onChange = () => devices.factsChanged()
  book.onChange = () => {
    calls.review()
    devices.factsChanged()
  }
  keeper.addEventListener('queues:change', () => devices.factsChanged())
  return devices
}
