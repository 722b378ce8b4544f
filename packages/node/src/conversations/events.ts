/** What was said, and how far it came, as the events that a face sees. */
import { KIND_CALL, KIND_TEXT, decodeBody } from '@sotto/protocols/message'
import { toString } from 'uint8arrays/to-string'
import { formatId } from '../identity/identity-id.ts'
import { deliveryOf, idOf, messageView, siblingState } from './views.ts'
import type { ConversationId, NodeEvent } from '../api.ts'
import type { JournalEntry } from '../journal/index.ts'
import type { ViewComponents } from './views.ts'

export type SpokenEntry = Extract<JournalEntry, { event: 'message' | 'changed' | 'state' }>

/** `base`: what all events have. */
export async function spokenEvents (components: ViewComponents, base: { cursor: string, time: number }, entry: SpokenEntry): Promise<NodeEvent[]> {
  switch (entry.event) {
    case 'message':
    case 'changed': {
      const state = (await components.delivery.find(entry.conversation))?.state
      const stored = await state?.log.read(entry.author, entry.sequence)
      if (state === undefined || stored === undefined) return []
      const peer = formatId(state.record.peer)
      if (stored.entry.kind === KIND_TEXT || stored.entry.kind === KIND_CALL) {
        const message = await messageView(components, state, stored)
        return [{ ...base, event: 'message', message, with: peer, name: components.nameOf(state.record.peer) }]
      }
      const body = decodeBody(stored.entry.kind, stored.entry.body)
      if (body === undefined || body.kind === 'text' || body.kind === 'call' || body.kind === 'unknown') return []
      const target = await state.log.read(body.target.author, body.target.sequence)
      return target === undefined ? [] : [{ ...base, event: 'changed', message: await messageView(components, state, target), with: peer }]
    }
    case 'state': {
      const state = (await components.delivery.find(entry.conversation))?.state
      if (state === undefined) return []
      const events: NodeEvent[] = []
      for (let sequence = entry.from; sequence <= entry.to; sequence++) {
        const stored = await state.log.read(entry.author ?? components.own.device, sequence)
        if (stored?.entry.kind !== KIND_TEXT) continue
        const delivery = entry.author === undefined ? deliveryOf(components, state, sequence) : { state: siblingState(state, entry.author, sequence), copies: 0 }
        events.push({ ...base, event: 'state', message: idOf(stored.entry), state: delivery.state, copies: delivery.copies, conversation: toString(entry.conversation, 'hex') as ConversationId })
      }
      return events
    }
  }
}
