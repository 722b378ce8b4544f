/**
 * What to do where a head has another hash than our log at that place (SYN-14): the logs are compared over the session, and
 * each side gets the other's entry of the first place that differs. One comparison at a time asks; answers keep no state.
 */
import { MAX_WANTED_ENTRIES, MAX_WANTS, decodeReconcile } from '@sotto/protocols/sync'
import { equals } from 'uint8arrays/equals'
import { PeerError } from '../errors.ts'
import { Reconciliation, answerReconcile, rangesOf } from '../sync/index.ts'
import { hex } from './channel-state.ts'
import { askedFor } from './repair.ts'
import { refillRepairs } from './seal.ts'
import type { ChannelComponents, ChannelState } from './channel-state.ts'
import type { RangeSource } from '../sync/index.ts'
import type { Head } from '@sotto/protocols/session'

/** A comparison that shows nothing new is not begun again for this long, ms. */
const AGAIN_MS = 60_000
/** An answer that did not come in this time does not come, ms. */
const PATIENCE_MS = 30_000
/** Messages of comparisons that wait to be sealed: one of each device that speaks here, and more only of who floods. */
const MAX_WAITING = 8
/** What an answer costs of the bytes for repairs, at least: finding it is work too (SYN-6). */
const MIN_COST_BYTES = 4096

export interface Audit { with: string, machine: Reconciliation, at: number }

function sourceOf ({ own }: ChannelComponents, { log, record }: ChannelState): RangeSource {
  return rangesOf(log, { device: own.device, sealedUpTo: record.sealedUpTo })
}

/**
 * Looks at the heads that a device says it has. `disowned`: it has entries of ours that are not ours; such a head is no receipt.
 * Where an author's chain forks, the logs are compared.
 */
export async function checkHeads (components: ChannelComponents, state: ChannelState, sender: Uint8Array, heads: readonly Head[]): Promise<{ disowned: boolean }> {
  const { log, peerHeads } = state
  const before = peerHeads.get(hex(sender))
  let disowned = false
  let forked = false
  for (const head of heads) {
    const own = equals(head.author, components.own.device)
    // what was looked at before is not looked at again; of our own it says each time whether it is a receipt
    if (head.hash.byteLength !== 32 || head.sequence === 0 || (!own && before?.some(other => equals(other.hash, head.hash)) === true)) continue
    const here = log.head(head.author)?.sequence ?? 0
    const hash = head.sequence <= here ? await log.hashAt(head.author, head.sequence) : undefined
    const differs = hash === undefined ? own && head.sequence > here : !equals(hash, head.hash)
    if (!differs) continue
    disowned ||= own
    forked ||= !log.claims(head.author).some(({ sequence }) => sequence <= head.sequence)
  }
  if (forked) await begin(components, state, sender)
  return { disowned }
}

async function begin (components: ChannelComponents, state: ChannelState, sender: Uint8Array): Promise<void> {
  const now = components.clock.now()
  if (state.audit !== undefined && now - state.audit.at < PATIENCE_MS) return
  const last = state.audited.get(hex(sender))
  if ((last !== undefined && now - last < AGAIN_MS) || state.due.reconciles.length >= MAX_WAITING) return
  state.audited.set(hex(sender), now)
  const machine = new Reconciliation(sourceOf(components, state), sender)
  state.audit = { with: hex(sender), machine, at: now }
  state.due.reconciles.push(await machine.open())
}

/** A question or an answer came. */
export async function takeReconcile (components: ChannelComponents, state: ChannelState, sender: Uint8Array, bytes: Uint8Array): Promise<void> {
  const message = decodeReconcile(bytes)
  if (message === undefined || !equals(message.to, components.own.device) || state.due.reconciles.length >= MAX_WAITING) return
  if (!message.answer) {
    refillRepairs(state, components.clock.now())
    if (state.repairBudget.bytes < MIN_COST_BYTES) return
    const answer = await answerReconcile(sourceOf(components, state), bytes, sender)
    state.repairBudget.bytes -= Math.max(MIN_COST_BYTES, answer?.byteLength ?? 0)
    if (answer !== undefined) state.due.reconciles.push(answer)
    return
  }
  const { audit } = state
  if (audit?.with !== hex(sender)) return
  audit.at = components.clock.now()
  try {
    const question = await audit.machine.take(bytes)
    if (question !== undefined) {
      state.due.reconciles.push(question)
      return
    }
  } catch (error) {
    if (!(error instanceof PeerError)) throw error
    state.audit = undefined // it answers what was not asked: whatever it has, we get it in the usual way
    return
  }
  state.audit = undefined
  const { needs, haves } = audit.machine.difference
  state.due.wants = needs.slice(0, MAX_WANTS).map(({ author, from, to }) => ({ author, from, to: Math.min(to, from + MAX_WANTED_ENTRIES - 1) }))
  askedFor(state, haves.slice(0, MAX_WANTS))
}
