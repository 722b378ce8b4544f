/** What we tell the other side of a conversation: where envelopes for us may be left, and a grant at our own mailbox. */
import { Announcement, grantBytes as signedGrant } from '@sotto/protocols/session/announced'
import { equals } from 'uint8arrays/equals'
import { encodeAddresses } from './delivery/index.ts'
import { knownToken } from './identity/move.ts'
import type { Components } from './components.ts'
import type { ChannelState } from './delivery/index.ts'
import type { MailboxKeeper, MailboxServer } from './mailbox/index.ts'

const EMPTY = new Uint8Array(0)

export interface AnnouncementComponents extends Pick<Components, 'own' | 'network'> {
  keeper: MailboxKeeper
  mailbox: MailboxServer
  resident: boolean
  grantBytes: number
  /** where this node tells callers how they are seen, as `host:port` */
  stun: () => string[]
}

export function buildAnnouncement (components: AnnouncementComponents): (state: ChannelState) => Promise<Uint8Array> {
  const { own, network, keeper, mailbox, resident, grantBytes, stun } = components
  return async ({ record }) => {
    const self = { peerId: network.peerId, addresses: network.addresses() }
    // one set of queues for all our devices: those with the identity's key keep it
    const queues = own.identitySeed === undefined ? [] : await keeper.queuesFor(record.conversation, record.peer)
    // contacts get a grant by default, where this node stays: a mailbox that comes and goes would be no help
    const grants = resident && mailbox.mode !== 'off' && !equals(record.peer, own.identity)
    const grant = grants ? await mailbox.grant(record.peer, grantBytes) : EMPTY
    return Announcement.encode({
      revision: record.ownRevision,
      direct: [{ certificate: own.certificate, queue: record.direct.queue, wrapKey: record.direct.wrapKey, addresses: encodeAddresses(self) }],
      queues: queues.map(({ mailbox: place, queue, writeSeed, wrapKey }) => ({ addresses: encodeAddresses(place), queue, writeSeed, wrapKey })),
      grant,
      stun: stun(),
      ...(own.identitySeed === undefined ? {} : { known: knownToken(own.identitySeed, record.peer) }),
      recoveryHash: own.recoveryHash,
      grantAddresses: grants ? encodeAddresses(self) : [],
      ...(grants ? { grantSignature: await network.sign(signedGrant(own.identity, grant)) } : {})
    })
  }
}
