/** Turns entries into what a face shows: current text, reactions, how far it came. */
import { compareBytes, decodeBody, messageId } from '@sotto/protocols/message'
import { equals } from 'uint8arrays/equals'
import { deliveredUpTo, hex, readUpTo } from '../delivery/index.ts'
import { formatId } from '../identity/identity-id.ts'
import { callView, inWords } from './calls.ts'
import { reason, sentenceOf } from '../reasons.ts'
import { annotationsOf } from '../sync/index.ts'
import type { ConversationId, DeliveryView, DeviceId, MessageId, MessageState, MessageView, Reason } from '../api.ts'
import type { Components } from '../components.ts'
import type { ChannelState, DeliveryPart } from '../delivery/index.ts'
import type { Routes } from '../delivery/routes.ts'
import type { StoredEntry } from '../sync/index.ts'
import type { DecodedEntry } from '@sotto/protocols/message'

/** A clock that differs from the time of receipt by more than this, into the future, is shown as wrong, ms. */
const CLOCK_TOLERANCE_MS = 10 * 60 * 1000

export interface ViewComponents extends Pick<Components, 'own' | 'store'> {
  delivery: DeliveryPart
  /** why nothing goes out to this peer, where something is known */
  waiting: (peer: Uint8Array) => Reason | undefined
  nameOf: (peer: Uint8Array) => string
}

export function idOf (entry: Pick<DecodedEntry, 'conversation' | 'author' | 'sequence'>): MessageId {
  return messageId(entry.conversation, entry.author, entry.sequence) as MessageId
}

export function identityOf (components: Pick<Components, 'own'>, state: ChannelState, device: Uint8Array): Uint8Array | undefined {
  if (equals(device, components.own.device)) return components.own.identity
  return state.record.authors[hex(device)]?.identity
}

/** How far one of our own entries came, and why not further. */
export function deliveryOf (components: ViewComponents, state: ChannelState, sequence: number, message?: MessageId): DeliveryView {
  message ??= messageId(state.record.conversation, components.own.device, sequence) as MessageId
  const { own, delivery } = components
  if (equals(state.record.peer, own.identity)) return { message, state: 'delivered', copies: 0, mailboxes: 0 }
  const routes = delivery.routes(state)
  const mailboxes = routes.mailboxes.length
  const holders = new Set(state.outbox.list().filter(record => record.from <= sequence && sequence <= record.to).flatMap(record => record.copies))
  const copies = holders.size
  if (readUpTo(state, own.identity) >= sequence) return { message, state: 'read', copies, mailboxes }
  if (deliveredUpTo(state, own.identity) >= sequence) return { message, state: 'delivered', copies, mailboxes }
  const reached: MessageState = copies > 0 ? 'stored' : 'sealed'
  const waiting = whyWaiting(components, state, copies)
  return { message, state: reached, copies, mailboxes, keepers: keepersOf(components, routes, holders), ...waits(waiting) }
}

/** As a sentence, and as what it says. */
function waits (waiting: Reason | undefined): Pick<DeliveryView, 'waiting' | 'waitingFor'> {
  return waiting === undefined ? {} : { waiting: sentenceOf(waiting), waitingFor: waiting }
}

/** A mailbox that left the announcement still holds what it signed for. */
function keepersOf ({ delivery }: ViewComponents, { mailboxes }: Routes, holders: ReadonlySet<string>): NonNullable<DeliveryView['keepers']> {
  return [...new Set([...mailboxes.map(({ mailbox }) => mailbox.peerId), ...holders])].map(peer => {
    const trouble = delivery.trouble(peer)
    return { peer, has: holders.has(peer), ...(trouble === undefined ? {} : { trouble: sentenceOf(trouble), troubled: trouble }) }
  })
}

/** How far an entry of another own device came, by what the contact's devices signed for; its copies that device alone knows. */
export function siblingState ({ record }: ChannelState, author: Uint8Array, sequence: number): MessageState {
  const { delivered, read } = record.siblings[hex(author)] ?? { delivered: 0, read: 0 }
  return sequence <= read ? 'read' : sequence <= delivered ? 'delivered' : 'sealed'
}

/** Why our own entries do not go further, where that is known. */
export function whyWaiting (components: ViewComponents, state: ChannelState, copies: number): Reason | undefined {
  const { delivery } = components
  const { peer } = state.record
  const before = components.waiting(peer)
  if (before !== undefined) return before
  const { devices, mailboxes } = delivery.routes(state)
  const name = components.nameOf(peer)
  if (copies === 0 && devices.some(device => delivery.isUp(device.place.peerId))) return reason('on-its-way', { name })
  if (mailboxes.length === 0) {
    return reason('no-mailbox', { name })
  }
  if (copies > 0) return reason('in-mailboxes', { name, copies, mailboxes: mailboxes.length })
  const troubles = mailboxes.flatMap(({ mailbox }) => delivery.trouble(mailbox.peerId) ?? [])
  if (troubles.length === mailboxes.length) return reason('none-takes', { name, mailboxes: mailboxes.length, troubles: [...new Set(troubles.map(sentenceOf))].join('; ') })
  return undefined
}

/** Of what was not said on this device: of ours, how far it came; of others, whether it was read here. */
function stateHere ({ own }: ViewComponents, state: ChannelState, { author, sequence }: DecodedEntry): MessageState {
  const identity = state.record.authors[hex(author)]?.identity
  const toOther = !equals(state.record.peer, own.identity)
  if (toOther && identity !== undefined && equals(identity, own.identity)) return siblingState(state, author, sequence)
  return (state.record.reads[hex(author)] ?? 0) >= sequence ? 'read' : 'delivered'
}

export async function messageView (components: ViewComponents, state: ChannelState, stored: StoredEntry): Promise<MessageView> {
  const { entry } = stored
  const own = equals(entry.author, components.own.device)
  const body = decodeBody(entry.kind, entry.body)
  const id = idOf(entry)
  const identity = identityOf(components, state, entry.author)
  const annotated = await annotationsOf(components.store, id, entry, device => identityOf(components, state, device))
  const text = body?.kind === 'text' ? body : undefined
  const from = identity ?? state.record.peer
  const call = body?.kind === 'call' ? callView(body) : undefined
  const delivery = own
    ? deliveryOf(components, state, entry.sequence)
    : { waiting: undefined, waitingFor: undefined, state: stateHere(components, state, entry), copies: 0 }
  return {
    id,
    conversation: hex(entry.conversation) as ConversationId,
    from: formatId(from),
    device: hex(entry.author) as DeviceId,
    time: entry.time,
    ...(entry.time > stored.received + CLOCK_TOLERANCE_MS ? { clockWrong: true } : {}),
    kind: call === undefined ? text?.replyTo === undefined ? 'text' : 'reply' : 'call',
    ...(call === undefined ? {} : { call }),
    text: call !== undefined ? inWords(call, equals(from, components.own.identity)) : annotated.retracted ? '' : annotated.text ?? text?.text ?? '',
    ...(text?.replyTo === undefined ? {} : { replyTo: messageId(entry.conversation, text.replyTo.author, text.replyTo.sequence) as MessageId }),
    ...(annotated.text === undefined || annotated.retracted ? {} : { edited: true }),
    ...(annotated.retracted ? { retracted: true } : {}),
    reactions: annotated.reactions
      .sort((a, b) => compareBytes(a.identity, b.identity))
      .map(reaction => ({ from: formatId(reaction.identity), emoji: reaction.emoji })),
    state: delivery.state,
    copies: delivery.copies,
    ...(delivery.waiting === undefined ? {} : { waiting: delivery.waiting }),
    ...(delivery.waitingFor === undefined ? {} : { waitingFor: delivery.waitingFor }),
    ...(stored.equivocation ? { equivocation: true } : {})
  }
}

/** A line that nobody said: what this device noticed of the contact. */
export function noticeView (state: ChannelState, time: number, notice: Reason): MessageView {
  const { conversation, peer } = state.record
  const nobody = new Uint8Array(16)
  return {
    id: messageId(conversation, nobody, 0) as MessageId,
    conversation: hex(conversation) as ConversationId,
    from: formatId(peer),
    device: hex(nobody) as DeviceId,
    time,
    kind: 'notice',
    text: sentenceOf(notice),
    notice,
    reactions: [],
    state: 'read',
    copies: 0
  }
}

/** Missing stretches, as lines of their own: a gap is never hidden. */
export function gapViews (components: ViewComponents, state: ChannelState): MessageView[] {
  return state.log.gaps().map(gap => ({
    id: messageId(state.record.conversation, gap.author, gap.from) as MessageId,
    conversation: hex(state.record.conversation) as ConversationId,
    from: formatId(identityOf(components, state, gap.author) ?? state.record.peer),
    device: hex(gap.author) as DeviceId,
    time: 0,
    kind: 'gap',
    text: '',
    reactions: [],
    state: 'sealed',
    copies: 0,
    missing: gap.to - gap.from + 1
  }))
}
