/** What is compared and counted while a node runs, for `doctor`, `status` and the metrics. Numbers only: nobody is named. */
import { Clocks } from './clocks.ts'
import type { Clock } from '../components.ts'
import type { DeliveryHost } from '../delivery/index.ts'

export interface Tally {
  /** entries of others that were taken into a log: messages, reactions, edits */
  received: number
  /** own entries for which a device of the recipient signed */
  delivered: number
  /** own entries for which a mailbox signed, once per mailbox */
  stored: number
}

export interface Watch {
  /** what the node was told to listen on */
  readonly listen: readonly string[]
  readonly clocks: Clocks
  readonly tally: Tally
  /** The same host; what passes it is counted. */
  counting (host: DeliveryHost, own: Uint8Array): DeliveryHost
}

export function createWatch (clock: Clock, listen: readonly string[]): Watch {
  const tally: Tally = { received: 0, delivered: 0, stored: 0 }
  const isOwn = (author: Uint8Array, own: Uint8Array): boolean => author.byteLength === own.byteLength && author.every((byte, at) => byte === own[at])
  return {
    listen,
    clocks: new Clocks(clock),
    tally,
    counting: (host, own) => ({
      ...host,
      changed: (state, changes) => {
        for (const change of changes) {
          if (change.change === 'added') tally.received += change.entries.filter(({ author }) => !isOwn(author, own)).length
          else if (change.change === 'delivered' && change.author === undefined) tally.delivered += change.to - change.from + 1
          else if (change.change === 'copied') tally.stored += change.to - change.from + 1
        }
        host.changed(state, changes)
      }
    })
  }
}
