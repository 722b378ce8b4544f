/** A mailbox that keeps for us, in plain words. */
import { KEEPER_MEASURED_MS, KEEPER_MIN_UP } from '../config.ts'
import { reason, sentenceOf } from '../reasons.ts'
import { share } from './keeper.machine.ts'
import type { Reason } from '../api.ts'
import type { KeeperView, SharedQueue } from './index.ts'
import type { ReadQueue } from './keeper-book.ts'
import type { KeeperRecord } from './keeper.machine.ts'

function troubleOf (keeper: KeeperRecord, used: number, limit: number, connected: boolean): Reason | undefined {
  if (keeper.state === 'banned') return reason('banned', { message: keeper.refusal })
  if (keeper.refusal !== '') return reason('refused', { message: keeper.refusal })
  if (!connected && keeper.failedSince > 0) return keeper.lastSeen === 0 ? reason('never-reached') : reason('unreachable-since', { since: keeper.failedSince })
  if (!connected) return keeper.lastSeen === 0 ? reason('not-reached') : undefined
  if (limit > 0 && used >= limit * 0.95) return reason('nearly-full')
  if (keeper.upMs + keeper.downMs >= KEEPER_MEASURED_MS && share(keeper) < KEEPER_MIN_UP) return reason('often-away', { percent: Math.round(share(keeper) * 100) })
  return undefined
}

export function keeperView (keeper: KeeperRecord, queues: readonly ReadQueue[], connected: boolean): KeeperView {
  const created = queues.filter(queue => queue.state === 'created')
  const used = created.reduce((sum, queue) => sum + queue.used, 0)
  const limit = created.reduce((max, queue) => Math.max(max, queue.limit), 0)
  const trouble = troubleOf(keeper, used, limit, connected)
  return {
    peer: keeper.peerId,
    kind: keeper.kind,
    addresses: keeper.addresses,
    used,
    limit,
    lastSeen: keeper.lastSeen,
    up: share(keeper),
    measured: keeper.upMs + keeper.downMs,
    ...(keeper.identity === undefined ? {} : { identity: keeper.identity }),
    ...(trouble === undefined ? {} : { trouble: sentenceOf(trouble), troubled: trouble })
  }
}

/** What other devices need to read a queue; nothing of one that is replaced, or not made yet. */
export function sharedQueue ({ queue, mailbox, conversation, readSeed, wrapKey, state, rotated, ttl }: ReadQueue, keeper: KeeperRecord | undefined): SharedQueue[] {
  if (state !== 'created' || rotated !== undefined || keeper === undefined || keeper.state === 'banned') return []
  return [{ queue, mailbox, addresses: keeper.addresses, kind: keeper.kind, conversation, readSeed, wrapKey, ttl }]
}
