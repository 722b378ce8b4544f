/** What calls ask of the rest of the house. */
import { MAX_STUN_SERVERS, parseStunAddress } from '@sotto/protocols/call'
import { decodeAnnouncement } from '@sotto/protocols/session/announced'
import { CallMemory, Calls } from './calls/index.ts'
import { UnreachableError, UsageError } from './errors.ts'
import { formatId } from './identity/identity-id.ts'
import type { Components } from './components.ts'
import type { CallsKept } from './call-settings.ts'
import type { ContactBook } from './contacts/book.ts'
import type { Contacts } from './contacts/contacts.ts'
import type { Journal } from './journal/index.ts'
import { StunServer } from './calls/stun-server.ts'
import type { CallHandover } from './calls/index.ts'
import type { IceServer, MediaMaker } from './platform/media.ts'

export interface CallsHostComponents extends Pick<Components, 'own' | 'clock' | 'logger' | 'network' | 'store'> {
  book: ContactBook
  contacts: Contacts
  journal: Journal
  nameOf: (identity: Uint8Array) => string
  /** this device is none of ours any more */
  isRevoked: () => boolean
  kept: CallsKept
  createMedia?: MediaMaker | undefined
  handover?: CallHandover | undefined
  /** a page: it may be loaded anew in mid-call */
  mayReload: boolean
}

export function createCalls (components: CallsHostComponents): Calls {
  const { book, contacts, journal, network, kept } = components
  const loopbackOnly = network.reachability === 'loopback'
  return new Calls({
    ...components,
    memory: components.mayReload ? new CallMemory(components.store, components.logger) : undefined,
    callee: async who => {
      const contact = book.find(who)
      if (contact.blocked) throw new UsageError('BLOCKED_CONTACT', 'this contact is blocked', { hint: 'sotto contact unblock WHO, then call again' })
      if (contact.state !== 'accepted') throw new UnreachableError('UNREACHABLE', `${contact.name} has not accepted your request yet: nobody would ring`, { hint: 'call again when it is accepted: sotto contact show WHO' })
      return contact.identity
    },
    accepts: identity => {
      const contact = book.get(identity)
      return contact?.state === 'accepted' && !contact.blocked && !contact.removed && !components.isRevoked()
    },
    channel: async identity => contacts.channel(identity),
    formatId,
    publish: call => { journal.whisper({ event: 'call', call }) },
    loopbackOnly,
    iceServers: async identity => {
      const { places } = (await contacts.channel(identity)).state.record
      return [...kept.servers, ...stunOf(Object.values(places).map(({ announcement }) => announcement), loopbackOnly)]
    },
    hides: identity => kept.canHide && (kept.hide || book.get(identity)?.verifiedDevices === undefined)
  })
}

/** Asked in one call at most, of both sides together. */
const MAX_ASKED = 3

/** CALL-12: the nodes of the two who talk, as they announced themselves in this very conversation. */
export function stunOf (announcements: readonly Uint8Array[], loopbackOnly: boolean): IceServer[] {
  const places = announcements.flatMap(bytes => decodeAnnouncement(bytes)?.stun.slice(0, MAX_STUN_SERVERS).map(parseStunAddress) ?? [])
  const urls = places.flatMap(place => place === undefined || (loopbackOnly && !place.loopback) ? [] : [place.url])
  return [...new Set(urls)].slice(0, MAX_ASKED).map(url => ({ url }))
}

/** At the port of UDP that has the number of the node's own of TCP, where that is free: what is forwarded for one may be for both. */
export async function openStun ({ clock, logger, network }: Pick<Components, 'clock' | 'logger' | 'network'>, wanted: boolean, loopbackOnly: boolean): Promise<StunServer | undefined> {
  if (!wanted) return undefined
  const [, host = '', port = ''] = network.addresses().map(address => /^\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(address)).find(match => match !== null) ?? []
  try {
    return await StunServer.open(clock, loopbackOnly ? host : '0.0.0.0', Number(port))
  } catch (error) {
    logger.error('callers cannot be told how they are seen', error)
    return undefined
  }
}
