/** Which part hears of what another one noticed. The listeners end with the parts. */
import type { Delivery } from './delivery/index.ts'
import type { InboxServer } from './introduction/index.ts'
import type { Parts } from './parts.ts'

export interface WiredParts extends Pick<Parts, 'keeper' | 'network' | 'introduction' | 'directory' | 'logger'> {
  delivery: Pick<Delivery, 'announceAnew' | 'wake'>
  host: { mailboxChanged (peer: string, trouble: string): void }
}

export function connectParts ({ keeper, network, delivery, introduction, directory, logger, host }: WiredParts): void {
  keeper.addEventListener('queues:change', ({ detail }) => { delivery.announceAnew(detail.conversations).catch((error: unknown) => logger.error('cannot announce', error)) })
  keeper.addEventListener('keepers:change', () => {
    introduction.setPlaces(keeper.inboxPlaces()).catch((error: unknown) => logger.error('cannot register the inbox', error))
  })
  keeper.addEventListener('keeper:liar', ({ detail }) => { host.mailboxChanged(detail.peer, `not used any more: ${detail.reason}`) })
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
