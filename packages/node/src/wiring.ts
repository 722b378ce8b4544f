/** Which part hears of what another one noticed. The listeners end with the parts. */
import { directConversation } from '@sotto/protocols/message/conversation'
import { reason } from './reasons.ts'
import type { Reason } from './api.ts'
import type { Delivery } from './delivery/index.ts'
import type { InboxServer } from './introduction/index.ts'
import type { PeerPlace } from './network/index.ts'
import type { Parts } from './parts.ts'

export interface WiredParts extends Pick<Parts, 'keeper' | 'network' | 'introduction' | 'directory' | 'logger'> {
  delivery: Pick<Delivery, 'announceAnew' | 'wake'>
  host: { mailboxChanged (peer: string, trouble: Reason): void }
}

export function connectParts ({ keeper, network, delivery, introduction, directory, logger, host }: WiredParts): void {
  keeper.addEventListener('queues:change', ({ detail }) => { delivery.announceAnew(detail.conversations).catch((error: unknown) => logger.error('cannot announce', error)) })
  keeper.addEventListener('keepers:change', () => {
    introduction.setPlaces(keeper.inboxPlaces()).catch((error: unknown) => logger.error('cannot register the inbox', error))
  })
  keeper.addEventListener('keeper:liar', ({ detail }) => { host.mailboxChanged(detail.peer, reason('banned', { message: detail.reason })) })
  network.addEventListener('addresses:change', () => { delivery.announceAnew().catch((error: unknown) => logger.error('cannot announce', error)) })
  network.addEventListener('network:change', () => delivery.wake())
  network.findRelaysBy(async signal => directory.volunteers('relay', { signal }))
  network.addEventListener('peer:connect', ({ detail }) => delivery.wake(detail.peerId))
}

export interface ServingParts extends Pick<Parts, 'network' | 'mailbox'> {
  inboxServer: Pick<InboxServer, 'volunteer'>
  directory: Pick<Parts['directory'], 'offer'>
}

/**
 * A personal node serves strangers from when others can reach it, which is often known only after its start: a router forwards a
 * port, somebody calls back. Never the other way round while it runs: what guests left here stays where they look for it, and whoever
 * cannot reach it chooses another mailbox. `auto`: the user did not say whom to serve.
 */
export function serveWhenReached ({ network, mailbox, inboxServer, directory }: ServingParts, auto: boolean): void {
  const look = (): void => {
    if (auto && network.reachability === 'public') {
      mailbox.volunteer()
      inboxServer.volunteer()
    }
    directory.offer() // relays are offered on the same evidence
  }
  look()
  network.addEventListener('reachability:change', look)
}

export interface SeekingParts extends Pick<Parts, 'own' | 'directory'> {
  delivery: Pick<Delivery, 'current' | 'links' | 'routes'>
}

/** DIR-13: where no device of a contact answers for long, the directory is asked, and what it says is tried: they may have moved while we did. */
export function seekSilent ({ own, directory, delivery }: SeekingParts): void {
  const devicesOf = (identity: Uint8Array): PeerPlace[] => {
    const state = delivery.current(directConversation(own.identity, identity))?.state
    return state === undefined ? [] : delivery.routes(state).devices.flatMap(device => device.own ? [] : [device.place])
  }
  directory.silentSince = identity => {
    const away = devicesOf(identity).map(({ peerId }) => delivery.links.awaySince(peerId) ?? Infinity)
    const since = Math.max(...away)
    return Number.isFinite(since) ? since : undefined
  }
  directory.addEventListener('resolve', ({ detail: { identity, found } }) => {
    // only where it names a device that the contact announced to us: a record can make us dial no other
    const devices = new Set(devicesOf(identity).map(({ peerId }) => peerId))
    for (const place of found?.inbox.places ?? []) if (devices.has(place.peerId)) delivery.links.tryAt(place)
  })
}
