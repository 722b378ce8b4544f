/** Journal entries as the events that a face sees. */
import { formatId } from './identity/identity-id.ts'
import { later } from './late.ts'
import type { ContactView, NodeEvent, RequestView } from './api.ts'
import type { ViewComponents } from './conversations/views.ts'
import type { Numbered } from './journal/index.ts'

export interface EventComponents extends ViewComponents {
  contactView: (identity: Uint8Array) => ContactView | undefined
  requestView: (identity: Uint8Array) => RequestView | undefined
}

const spoken = later(async () => import('./conversations/events.ts'))

/** Events of one journal entry: none where what it speaks of is gone, several where a receipt covers several messages. */
export async function eventsOf (components: EventComponents, { number, time, entry }: Numbered): Promise<NodeEvent[]> {
  const base = { cursor: String(number), time }
  switch (entry.event) {
    case 'message':
    case 'changed':
    case 'state': return (await spoken()).spokenEvents(components, base, entry)
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
    case 'warning': return [{ ...base, event: 'warning', text: entry.text, ...(entry.reason === undefined ? {} : { reason: entry.reason }) }]
  }
}
