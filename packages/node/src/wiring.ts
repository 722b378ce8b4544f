/** Which part hears of what another one noticed. The listeners end with the parts. */
import type { Delivery } from './delivery/index.ts'
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
