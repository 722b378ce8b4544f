import { oneLine } from './harmless.ts'
import { callLine } from './call.ts'
import { REVOKED, callWords, clock, name, state } from './text.ts'
import type { Paint } from './paint.ts'
import type { IdentityId, NodeEvent } from '@sotto/node'

/** One event on one line for people; nothing for what is of no interest to them. */
export function eventLine (event: NodeEvent, self: IdentityId, paint: Paint): string | undefined {
  const at = paint('dim', clock(event.time))
  switch (event.event) {
    case 'message': {
      const { message } = event
      if (message.kind === 'gap') return `${at}  ${paint('yellow', `… messages of ${name(event.name, event.with)} are missing, asked for`)}`
      const who = message.from === self ? `you → ${name(event.name, event.with)}` : name(event.name, event.with)
      if (message.kind === 'call') return `${at}  ${paint('bold', `${name(event.name, event.with)}:`)} ${callWords(message)}`
      return `${at}  ${paint('bold', `${who}:`)} ${oneLine(message.text, 500)}`
    }
    case 'changed':
      return `${at}  ${event.message.retracted === true ? 'a message was retracted' : event.message.edited === true ? `edited: ${oneLine(event.message.text, 500)}` : `reactions: ${event.message.reactions.map(reaction => oneLine(reaction.emoji, 16)).join(' ')}`}`
    case 'state':
      return `${at}  ${paint('dim', `${event.message} ${state(event.state, event.copies)}`)}`
    case 'request':
      return `${at}  ${paint('yellow', `${name(event.request.name, event.request.id)} wants to talk`)}: sotto request accept ${event.request.id}`
    case 'contact':
      return `${at}  ${name(event.contact.name, event.contact.id)}: ${event.contact.state}${event.contact.devicesChanged ? ', devices changed' : ''}`
    case 'mailbox':
      return event.trouble === undefined ? undefined : `${at}  ${paint('yellow', `mailbox ${event.peer}: ${oneLine(event.trouble, 300)}`)}`
    case 'revoked':
      return `${at}  ${paint('red', REVOKED)}`
    case 'warning':
      return `${at}  ${paint('yellow', oneLine(event.text, 500))}`
    case 'call':
      return event.call.stats === undefined ? `${at}  ${callLine(event.call)}` : undefined
    case 'history':
      return event.left === 0 ? `${at}  ${paint('dim', 'the history is here')}` : undefined
    case 'typing':
      return undefined
  }
}
