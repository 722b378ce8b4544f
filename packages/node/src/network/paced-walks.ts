/**
 * Pauses between walks through the DHT. The library walks on for as long as a relay is wanted: whose only node is gone, dialled it with
 * each walk, every few seconds, for ever.
 *
 * Invariants: pauses double up to MAX_RELAY_SEARCH_MS, with jitter, and begin anew when one is hurried, or after a long rest.
 */
import { MAX_RELAY_SEARCH_MS, WALK_PAUSE_MS } from '../config.ts'
import { jittered } from './jitter.ts'
import type { Host } from './host.ts'
import type { Clock } from '../components.ts'
import type { PeerRouting } from '@libp2p/interface'

export interface PacedWalks {
  /** No more waiting: the next one begins now. */
  hurry: () => void
}

/** From now on the walks of this host are paced. */
export function paceWalks (clock: Clock, { components }: Pick<Host, 'components'>): PacedWalks {
  // private in its types: whom the walk asks
  const walk = components.randomWalk as unknown as { peerRouting: Pick<PeerRouting, 'getClosestPeers'> }
  const inner = walk.peerRouting
  let pause = 0
  let last = 0
  let wake = (): void => {}
  walk.peerRouting = {
    async * getClosestPeers (key, options) {
      if (clock.now() - last > 2 * MAX_RELAY_SEARCH_MS) pause = 0
      if (pause > 0) {
        await new Promise<void>(resolve => {
          const done = (): void => {
            cancel()
            options?.signal?.removeEventListener('abort', done)
            resolve()
          }
          const cancel = clock.after(jittered(pause), done)
          wake = done
          options?.signal?.addEventListener('abort', done, { once: true })
        })
      }
      options?.signal?.throwIfAborted()
      pause = Math.min(Math.max(2 * pause, WALK_PAUSE_MS), MAX_RELAY_SEARCH_MS)
      last = clock.now()
      yield * inner.getClosestPeers(key, options)
    }
  }
  return {
    hurry: () => {
      pause = 0
      wake()
    }
  }
}
