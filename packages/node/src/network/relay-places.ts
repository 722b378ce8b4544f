/**
 * The places at the relay that this node is. The library keeps one for two hours though who holds it is gone, so that a stranger of many names
 * would keep everybody else out for good. Here a place lasts as long as its connection (circuit relay v2, "Reservation"), and where all
 * are taken somebody who is needed more takes the place of who is needed least.
 */
import type { Crowd } from './crowd.ts'
import type { Host } from './host.ts'
import type { PeerId } from '@libp2p/interface'

/** The parts of the library's list that are wrapped. `expire`: only of a place that is given. */
interface Places {
  reservations: Map<PeerId, { signal: { clear: () => void } }>
  reserve: (peer: PeerId, ...how: unknown[]) => { expire?: number }
}

export function mindRelayPlaces ({ libp2p }: Host, crowd: Crowd): void {
  const places = (libp2p.services as { relay?: { reservationStore?: Places } }).relay?.reservationStore
  if (places === undefined) return // no relay
  const { reservations } = places
  const free = (peer: PeerId): void => {
    reservations.get(peer)?.signal.clear() // it would end the next one of this peer
    reservations.delete(peer)
  }
  libp2p.addEventListener('peer:disconnect', ({ detail }) => { free(detail) })
  const reserve = places.reserve.bind(places)
  places.reserve = (peer, ...how) => {
    const answer = reserve(peer, ...how)
    if (answer.expire !== undefined) return answer
    let least: PeerId | undefined
    let worth = crowd.worth(peer)
    for (const holder of reservations.keys()) {
      const its = crowd.worth(holder)
      if (its < worth) [least, worth] = [holder, its]
    }
    if (least === undefined) return answer
    free(least)
    return reserve(peer, ...how)
  }
}
