/**
 * How far what our other devices said came. A contact's devices sign their receipts for the whole group, so this device hears them
 * too; and an entry of theirs that stands upon one of ours shows that they had it. Nothing but that counts here.
 */
import { equals } from 'uint8arrays/equals'
import { hex, isPeerDevice } from './channel-state.ts'
import type { ChannelChange, ChannelComponents, ChannelState } from './channel-state.ts'
import type { DecodedEntry, Parent } from '@sotto/protocols/message'
import type { Head } from '@sotto/protocols/session'

type Own = Pick<ChannelComponents, 'own'>

function isSibling ({ own }: Own, state: ChannelState, author: Uint8Array): boolean {
  if (equals(author, own.device)) return false
  const identity = state.record.authors[hex(author)]?.identity
  return identity !== undefined && equals(identity, own.identity)
}

/** What we do not have of it yet, and what we have otherwise, is not confirmed: the receipts say it again. */
async function raise (components: Own, state: ChannelState, field: 'delivered' | 'read', heads: ReadonlyArray<Head | Parent>): Promise<ChannelChange[]> {
  const changes: ChannelChange[] = []
  for (const { author, sequence, hash } of heads) {
    if (!isSibling(components, state, author)) continue
    const name = hex(author)
    const known = state.record.siblings[name] ?? { delivered: 0, read: 0 }
    const here = state.log.head(author)?.sequence ?? 0
    const to = Math.min(sequence, here)
    if (to <= known[field]) continue
    if (hash.byteLength > 0 && sequence <= here) {
      const ours = await state.log.hashAt(author, sequence)
      if (ours === undefined || !equals(ours, hash)) continue
    }
    state.record.siblings = { ...state.record.siblings, [name]: { ...known, [field]: to } }
    changes.push({ change: field, author, from: known[field] + 1, to })
  }
  return changes
}

/** A device of the contact said what it has, and what its user has read. */
export async function siblingReceipts (components: Own, state: ChannelState, sender: string, heads: readonly Head[], reads: readonly Head[]): Promise<ChannelChange[]> {
  if (!isPeerDevice(state, components.own.identity, sender)) return []
  return [...await raise(components, state, 'delivered', heads), ...await raise(components, state, 'read', reads)]
}

/** Entries came: of ours, for which receipts may have come before; of the contact, which stand upon some of ours. */
export async function siblingsConfirmed (components: Own, state: ChannelState, added: readonly DecodedEntry[]): Promise<ChannelChange[]> {
  const changes: ChannelChange[] = []
  const [first] = added
  if (first === undefined) return changes
  if (isSibling(components, state, first.author)) {
    for (const [device, heads] of state.peerHeads) changes.push(...await siblingReceipts(components, state, device, heads, []))
  }
  for (const entry of added) {
    if (isPeerDevice(state, components.own.identity, hex(entry.author))) changes.push(...await raise(components, state, 'delivered', entry.parents))
  }
  return changes
}
