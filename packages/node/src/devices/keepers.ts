/** Our own devices that stay on, as what keeps our mail while the others are away: whatever comes to one of them, comes to all. */
import { SETTLED_MS } from '../diagnosis/config.ts'
import { reason, sentenceOf } from '../reasons.ts'
import type { KnownDevice } from './shelf.ts'
import type { KeeperView } from '../mailbox/index.ts'

export interface Standing {
  now: number
  /** since when this device looks for the others */
  started: number
  connected: boolean
}

export function keeperOf ({ peerId, addresses, lastSeen }: KnownDevice, { now, started, connected }: Standing): KeeperView {
  // whoever just started has met nobody yet
  const isAway = !connected && now - Math.max(lastSeen, started) > SETTLED_MS
  const troubled = !isAway ? undefined : lastSeen === 0 ? reason('not-reached') : reason('not-reached-since', { since: lastSeen })
  return {
    peer: peerId,
    kind: 'own',
    addresses,
    used: 0,
    limit: 0,
    lastSeen: connected ? now : lastSeen,
    up: 1,
    measured: 0,
    ...(troubled === undefined ? {} : { trouble: sentenceOf(troubled), troubled })
  }
}
