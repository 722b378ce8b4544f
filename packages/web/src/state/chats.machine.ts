/** How the lists change with a message, and what stands where in them. Values only. */
import { isMissed } from './call-line.ts'
import type { CallView, ContactView, ConversationView, IdentityId, NodeEvent, StatusView } from '@sotto/node'

interface Lists { readonly conversations: readonly ConversationView[], readonly self: { readonly id: IdentityId } }

const places = new WeakMap<readonly ConversationView[], ReadonlyMap<IdentityId, ConversationView>>()

/** The one with somebody: each row of the list asks at each change, so they are not looked through each time. */
export function conversationWith ({ conversations }: Pick<Lists, 'conversations'>, who: IdentityId): ConversationView | undefined {
  let known = places.get(conversations)
  if (known === undefined) places.set(conversations, known = new Map(conversations.map(one => [one.with, one])))
  return known.get(who)
}

/** The conversation shows its newest message and counts it, unless somebody looks at it; the messenger's own list follows soon. */
export function withMessage<T extends Lists> (state: T, { message, with: who }: Extract<NodeEvent, { event: 'message' }>, looked = false): T {
  const at = state.conversations.findIndex(one => one.with === who)
  const conversation = state.conversations[at]
  if (conversation === undefined || conversation.last?.id === message.id) return state
  const own = message.from === state.self.id
  // a missed call is new whoever wrote it down: where the caller was lost, that was our own node
  const known = looked || (message.call === undefined ? own || message.state === 'read' : !isMissed(message.call, own) || (!own && message.state === 'read'))
  const unread = conversation.unread + (known ? 0 : 1)
  return { ...state, conversations: state.conversations.with(at, { ...conversation, last: message, unread }) }
}

/** One call at a time is shown; what ended is, where one was in it or had called. */
export function withCall<T extends { readonly call?: CallView | undefined }> (state: T, call: CallView): T {
  const { call: shown } = state
  if (call.phase !== 'ended') return shown === undefined || shown.phase === 'ended' || shown.id === call.id || shown.phase === 'ringing' ? { ...state, call } : state
  if (shown?.id !== call.id) return state
  const was = call.seconds !== undefined || call.direction === 'outgoing' || shown.phase === 'connecting'
  return { ...state, call: was && call.end !== 'elsewhere' && call.end !== 'merged' ? call : undefined }
}

/** Newest first. A clock that is ahead lifts nobody above the present. */
export function sorted (conversations: readonly ConversationView[], now: number): ConversationView[] {
  const when = ({ last }: ConversationView): number => Math.min(last?.time ?? 0, now)
  return conversations.toSorted((a, b) => when(b) - when(a) || a.name.localeCompare(b.name))
}

/** People by what they are called, or by their id. */
export function matching (conversations: readonly ConversationView[], contacts: ReadonlyMap<IdentityId, ContactView>, query: string): ConversationView[] {
  const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()
  const wanted = fold(query.trim())
  return conversations.filter(one => {
    const contact = contacts.get(one.with)
    return [one.name, contact?.profileName ?? '', one.with].some(text => fold(text).includes(wanted))
  })
}

/** new: there is nobody yet to talk to. own: an own node keeps what comes while this one is away. unkept: nobody does. */
export type Connection = 'starting' | 'revoked' | 'offline' | 'alone' | 'new' | 'unkept' | 'own' | 'connected'

/** In one word how it stands; what it means and what to do say the catalogues. `hasPeople`: somebody can write to us. */
export function connectionOf (status: StatusView | undefined, online: boolean, hasPeople: boolean): Connection {
  if (status === undefined) return 'starting'
  if (status.revoked === true) return 'revoked'
  // a page is not told of networks but by the browser: to its node, being alone looks the same
  if (!online) return 'offline'
  if (status.peers === 0) return 'alone'
  const keeping = status.mailboxes.filter(mailbox => mailbox.trouble === undefined)
  if (keeping.some(({ kind }) => kind === 'own')) return 'own'
  if (keeping.length > 0) return 'connected'
  return hasPeople ? 'unkept' : 'new'
}
