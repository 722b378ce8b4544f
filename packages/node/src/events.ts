/** Journal entries as the events that a face sees. */
import { toString } from 'uint8arrays/to-string'
import { KIND_CALL, KIND_TEXT, decodeBody } from '@sotto/protocols/message'
import { idOf, messageView } from './conversations/views.ts'
import { deliveryOf, siblingState } from './conversations/views.ts'
import { formatId } from './identity/identity-id.ts'
import type { ConversationId, ContactView, NodeEvent, RequestView } from './api.ts'
import type { ViewComponents } from './conversations/views.ts'
import type { Numbered } from './journal/index.ts'

export interface EventComponents extends ViewComponents {
  contactView: (identity: Uint8Array) => ContactView | undefined
  requestView: (identity: Uint8Array) => RequestView | undefined
}

/** Events of one journal entry: none where what it speaks of is gone, several where a receipt covers several messages. */
export async function eventsOf (components: EventComponents, { number, time, entry }: Numbered): Promise<NodeEvent[]> {
  const base = { cursor: String(number), time }
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
    case 'request': {
      const request = components.requestView(entry.identity)
      return request === undefined ? [] : [{ ...base, event: 'request', request }]
    }
    case 'contact': {
      const contact = components.contactView(entry.identity)
      return contact === undefined ? [] : [{ ...base, event: 'contact', contact }]
    }
    case 'typing': return [{ ...base, event: 'typing', with: formatId(entry.identity), active: entry.active }]
    case 'call': return [{ ...base, event: 'call', call: entry.call }]
    case 'history': return [{ ...base, event: 'history', left: entry.left }]
    case 'mailbox': return [{ ...base, event: 'mailbox', peer: entry.peer, ...(entry.trouble === undefined ? {} : { trouble: entry.trouble }) }]
    case 'revoked': return [{ ...base, event: 'revoked' }]
    case 'warning': return [{ ...base, event: 'warning', text: entry.text }]
  }
}
