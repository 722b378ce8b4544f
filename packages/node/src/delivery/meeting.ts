/**
 * How the session of a conversation comes to be: one side hands out KeyPackages, the other creates, the first joins.
 * Each of these changes the channel's state and returns what is to be written; its owner runs them one at a time.
 */
import { MAX_ENVELOPE_BYTES } from '@sotto/protocols/envelope'
import { equals } from 'uint8arrays/equals'
import { PeerError } from '../errors.ts'
import { createKeyPackage, createSession, joinSession } from '../session/index.ts'
import { deliveredUpTo, hex, putSealed } from './channel-state.ts'
import { meetingId } from './meeting-id.ts'
import { keepPlace } from './places.ts'
import { remember } from './receive.ts'
import type { Meeting } from './meeting-id.ts'
import type { ChannelComponents, ChannelState } from './channel-state.ts'
import type { StoreOp } from '../store/index.ts'

/** Largest Welcome that fits one envelope, bytes: the rest is for its wrapping. */
const MAX_WELCOME_BYTES = MAX_ENVELOPE_BYTES - 1024

/** KeyPackages for the request of this nonce: the same over its retries, fresh ones for another. */
export async function offerKeyPackages ({ own, clock }: ChannelComponents, { record }: ChannelState, nonce: Uint8Array): Promise<Uint8Array[]> {
  if (record.asked !== hex(nonce) || record.keyPackages.length === 0) {
    record.keyPackages = [await createKeyPackage({ own, now: clock.now() })]
    record.asked = hex(nonce)
    record.askedAt = clock.now()
  }
  return record.keyPackages.map(pair => pair.publicPackage)
}

/** A session for the asker's devices, and its Welcome in the outbox. @throws PeerError when the KeyPackages are bad */
export async function makeSession ({ own, clock }: ChannelComponents, state: ChannelState, meeting: Meeting, keyPackages: Uint8Array[], theirs: Uint8Array): Promise<StoreOp[]> {
  const { record } = state
  const { session, welcome } = await createSession({
    own,
    groupId: meetingId(meeting),
    keyPackages,
    identities: [own.identity, record.peer],
    now: clock.now(),
    clock
  })
  if (welcome === undefined) throw new PeerError('PROTOCOL_VIOLATION', 'the request names no device')
  if (welcome.byteLength > MAX_WELCOME_BYTES) throw new PeerError('PROTOCOL_VIOLATION', 'the request names too many devices')
  const ops = adopt(own.identity, state, session, hex(own.identity))
  await keepPlace(record, theirs)
  if (hex(own.identity) < hex(record.peer)) {
    // ENV-17: no Welcome for what we handed out before counts any more, the session of the lower identity stays
    record.keyPackages = []
    record.asked = ''
  }
  return [...ops, ...putSealed(state, 'welcome', { branch: session.branch, message: welcome }, clock.now()).ops]
}

/** Enters by a Welcome. @returns undefined where it is refused */
export async function joinByWelcome ({ own, clock, logger }: ChannelComponents, state: ChannelState, welcome: Uint8Array): Promise<StoreOp[] | undefined> {
  const { record } = state
  try {
    const { session, used } = await joinSession({ own, welcome, keyPackages: [...record.keyPackages, ...record.siblingPackages], identities: [own.identity, record.peer], now: clock.now(), clock })
    const ops = adopt(own.identity, state, session, hex(record.peer))
    record.keyPackages = record.keyPackages.filter(pair => pair !== used)
    record.siblingPackages = record.siblingPackages.filter(pair => pair !== used)
    record.confirmed = true
    state.due.update = session.shouldUpdate(clock.now())
    return ops
  } catch (error) {
    // for a package that was used or retired, or not for us: a retry, the other half of crossed requests, or a forgery
    logger('a Welcome was refused: %s', error instanceof Error ? error.message : 'unknown')
    return undefined
  }
}

/**
 * Replaces the session: what the peer has not signed for will be sealed anew. In the same group once more (another device of ours took us
 * in again), what brings the peer there is needed as before: nobody else may have it.
 */
function adopt (own: Uint8Array, state: ChannelState, session: NonNullable<ChannelState['session']>, creator: string): StoreOp[] {
  const { record, outbox } = state
  const again = state.session !== undefined && equals(state.session.groupId, session.groupId)
  state.session = session
  record.creator = creator
  record.confirmed = false
  if (!again) record.tips = []
  record.seen = {} // perhaps other devices, which were told nothing
  remember(state, session.members())
  record.sealedUpTo = deliveredUpTo(state, own)
  state.due.receipts = true
  state.lastAnnounced = 0
  return outbox.remove(outbox.list().filter(({ kind }) => !again || (kind !== 'welcome' && kind !== 'commit')).map(({ number }) => number))
}
