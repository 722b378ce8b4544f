/**
 * What a face (CLI, page, bot) sees of a node. Everything is plain data, so that the same interface works in this process
 * and over the control socket. Ids are branded strings; times are Unix milliseconds.
 *
 * Promises take `{ signal }`; what trickles is an AsyncIterable that ends on abort; errors are NodeErrors with a code.
 * `who` is a contact's name, an identity id, a link, or an unambiguous prefix of a name or id.
 */

import type { CallId, CallOutcomeView, CallView, CallsDoor } from './api-calls.ts'
import type { Finding, FindingCode, FindingLevel } from './api-doctor.ts'

export type * from './api-calls.ts'
export type * from './api-doctor.ts'

/** `sotto1…`, bech32m of the Ed25519 identity key */
export type IdentityId = string & { readonly identityId: unique symbol }
/** 32 hex digits */
export type DeviceId = string & { readonly deviceId: unique symbol }
/** 26 characters of lower-case base32: names an entry by conversation, author device and sequence */
export type MessageId = string & { readonly messageId: unique symbol }
/** 64 hex digits */
export type ConversationId = string & { readonly conversationId: unique symbol }

export interface CallOptions { signal?: AbortSignal }
export interface ProgressOptions extends CallOptions { onProgress?: (line: string) => void }

/** sealed: durable in the outbox here. stored: signed for by mailboxes. delivered, read: signed by a device of the recipient. */
export type MessageState = 'sealed' | 'stored' | 'delivered' | 'read'

/** `webLink`: the link as an address to open in a browser, where `webHost` says of which page */
export interface SelfView {
  id: IdentityId
  name: string
  device: DeviceId
  link: string
  webLink?: string
  /** both with the fewest addresses, for a code that a camera reads */
  short?: { link: string, webLink?: string }
  profile: string
  /** contacts learn how far one has read, where they let one see the same of them */
  readReceipts: boolean
  /** this device is none of the identity's any more: it shows what it has, and what would go out is refused with DEVICE_REVOKED */
  revoked?: true
}

/**
 * Why something does not go on, or what one should know, beside each sentence that says it in English: for faces of other languages. Adding
 * one is a minor change, renaming one a breaking change.
 */
export type ReasonCode =
  // a contact, a message
  | 'moved' | 'renewed' | 'revoked' | 'request-unanswered' | 'request-sending' | 'request-delivered' | 'request-kept' | 'request-refused'
  | 'request-unreached' | 'not-found' | 'on-its-way' | 'no-mailbox' | 'in-mailboxes' | 'none-takes'
  // a mailbox
  | 'queue-full' | 'mailbox-full' | 'grant-unknown' | 'grant-exhausted' | 'rate-limited' | 'clock-differs' | 'queue-refused' | 'no-answer'
  | 'banned' | 'refused' | 'never-reached' | 'unreachable-since' | 'not-reached' | 'not-reached-since' | 'nearly-full' | 'often-away'
  // warnings, notices
  | 'identity-given-up' | 'contact-moved' | 'contact-restored' | 'devices-unlisted' | 'came-by-move' | 'profile-copied' | 'disowned'

/** `values`: names, counts, Unix milliseconds (`since`), ids: what stands in the sentence */
export interface Reason { code: ReasonCode, values?: Readonly<Record<string, string | number>> }

export interface ContactView {
  id: IdentityId
  name: string
  /** what they call themselves, where it differs */
  profileName: string
  note: string
  /** moved: they gave this identity up with their recovery phrase; nothing goes there any more */
  state: 'requested' | 'accepted' | 'moved'
  /** who they are now, where they moved */
  movedTo?: IdentityId
  /** who they were before, where they moved here */
  movedFrom?: IdentityId
  verified: boolean
  blocked: boolean
  /** a device came or went since the safety number was verified */
  devicesChanged: boolean
  devices: DeviceId[]
  /** devices that are not in their directory record: nothing is taken from them */
  unlisted?: DeviceId[]
  /** what the directory says of them, where it was heard of since the start or is remembered */
  directory?: DirectoryView
  /** why nothing moves, in words, where nothing moves */
  waiting?: string
  waitingFor?: Reason
}

/** How fresh what is known of somebody is. */
export interface DirectoryView {
  /** Unix milliseconds, when they signed it */
  signed: number
  /** Unix milliseconds, the last lookup since the start; 0 where there was none */
  asked: number
  /** old: signed long ago. unconfirmed: nobody who was asked has it. expired: past its date. Absent: fresh */
  stale?: 'old' | 'unconfirmed' | 'expired'
  /** Unix milliseconds, when they came back from their recovery phrase; earlier devices are lost */
  lost?: number
  /** the same in words */
  text: string
}

export interface SafetyView { id: IdentityId, name: string, verified: boolean, safety: string, words: string, qr: string }

export interface RequestView { id: IdentityId, name: string, note: string, time: number }

/** How far a message came, and why not further. */
export interface DeliveryView {
  message: MessageId
  state: MessageState
  /** signed `stored` receipts from mailboxes that are not our own devices */
  copies: number
  /** mailboxes known that can keep it */
  mailboxes: number
  /** while it is on its way: these mailboxes, by PeerId; which signed for it, and what is the matter with one */
  keepers?: Array<{ peer: string, has: boolean, trouble?: string, troubled?: Reason }>
  /** what it waits for and what to do, where it waits */
  waiting?: string
  waitingFor?: Reason
}

export interface MessageView {
  id: MessageId
  conversation: ConversationId
  from: IdentityId
  device: DeviceId
  /** the author's clock */
  time: number
  /** the author's clock is far from ours */
  clockWrong?: boolean
  /** notice: not said by anybody; what this device noticed of the contact */
  kind: 'text' | 'reply' | 'gap' | 'notice' | 'call'
  text: string
  replyTo?: MessageId
  edited?: boolean
  retracted?: boolean
  reactions: Array<{ from: IdentityId, emoji: string }>
  state: MessageState
  copies: number
  waiting?: string
  waitingFor?: Reason
  /** kind notice: the same as its text */
  notice?: Reason
  /** kind call: what became of it; the author called, unless `caller` is false (the caller was lost, and the other side wrote it down) */
  /** caller: the author called. withdrawn: of a missed one, that the caller took it back before it had rung out */
  call?: { id: CallId, outcome: CallOutcomeView, video: boolean, seconds: number, caller: boolean, withdrawn: boolean }
  /** kind gap: how many entries of this device are missing and being asked for */
  missing?: number
  /** two different messages claim this place: a copied profile, or a cheat */
  equivocation?: boolean
}

export interface ConversationView {
  conversation: ConversationId
  /** the contact's id; our own for Note to self */
  with: IdentityId
  name: string
  unread: number
  last?: MessageView
}

export interface SendRequest {
  text: string
  replyTo?: MessageId
  /** the same id twice sends once */
  id?: string
}

export interface HistoryQuery {
  /** Unix milliseconds; entries at or after */
  since?: number
  /** the last N */
  limit?: number
  /** only what stands before this message in the log: the page above it, without gaps */
  before?: MessageId
  /** instead of the last N the first N after this message, or from the very first: the page below it, without gaps. Goes with neither `before` nor `search` */
  after?: MessageId | 'start'
  /** only messages that have all these words, or words that begin so; case and diacritics do not matter */
  search?: string
  markRead?: boolean
}

/** A search in all conversations. */
export interface SearchQuery {
  /** the newest so many, at most 500; 50 where nothing is said */
  limit?: number
  /** what stands after this one among what was found: the next page */
  before?: MessageId
}

export interface FoundView {
  message: MessageView
  /** whose conversation; our own id for Note to self */
  with: IdentityId
  name: string
  /** where in its text what was looked for stands: from, to (not including), in UTF-16 code units; ascending */
  marks: Array<[from: number, to: number]>
}

export interface KeeperInfo {
  peer: string
  kind: 'own' | 'contact' | 'volunteer'
  used: number
  limit: number
  lastSeen: number
  /** share of the measured time in which it answered, 0 to 1; the last weeks count most */
  up: number
  /** over how much time that was measured, ms; under an hour it says little */
  measured: number
  trouble?: string
  troubled?: Reason
}

export interface MailboxStatusView {
  mode: 'off' | 'contacts' | 'volunteer'
  used: number
  limit: number
  queues: number
  items: number
  grants: Array<{ id: string, who?: IdentityId, name?: string, used: number, limit: number }>
}

export interface StatusView {
  running: boolean
  id: IdentityId
  name: string
  device: DeviceId
  /** as in SelfView */
  revoked?: true
  peerId: string
  profile: string
  network: 'public' | 'local'
  peers: number
  /** peers by how they are connected: directly, or through a relay */
  direct: number
  relayed: number
  reachable: 'offline' | 'loopback' | 'lan' | 'public' | 'unknown'
  /** a sentence that says what reachable means for this person, and what to do */
  advice: string[]
  /** the same as findings, to be told in another language; their sentences stand in `advice` */
  notable?: Array<{ code: FindingCode, level: FindingLevel }>
  addresses: string[]
  directory: 'off' | 'client' | 'server'
  /** the last time that our record was put into the directory; missing before the first */
  published?: DirectoryNews
  /** messages not yet stored or delivered */
  outbox: number
  mailboxes: KeeperInfo[]
  /** browser: a key that the browser keeps and gives to no script */
  atRest: 'passphrase' | 'keyfile' | 'keychain' | 'browser'
  storeBytes: number
  /** bytes free on the disk of the profile, where the platform tells */
  diskFree?: number
  uptime: number
  /** of the latest event: `events({ since: cursor })` goes on from here */
  cursor: string
}

/** The own record in the directory, as it was last put. */
export interface DirectoryNews {
  /** Unix milliseconds */
  time: number
  /** peers that said they keep it */
  replicas: number
  /** peers that gave it back when they were asked afterwards */
  confirmations: number
}

export interface DeviceView {
  device: DeviceId
  role: 'primary' | 'linked'
  /** this one */
  current: boolean
  peerId: string
  /** since: when it became a device of this identity, as this one knows. lastSeen: when it was last connected to this one, 0 for never. */
  since: number
  lastSeen: number
  connected: boolean
  /** a personal node: it is there while others are away */
  stays?: true
  revoked: boolean
}

/** How far a new device is. waiting: until somebody comes with the code, or its time is over (Unix milliseconds). */
export type PairingView =
  | { state: 'waiting', code: string, expires: number }
  /** it has its certificate */
  | { state: 'paired', device: DeviceView }
  /** entries that it does not have yet */
  | { state: 'history', device: DeviceView, left: number }
  | { state: 'done', device: DeviceView }

/** One line of `sotto listen`. `cursor` survives restarts; typing has none of its own and is never stored. */
export type NodeEvent = { cursor: string, time: number } & (
  | { event: 'message', message: MessageView, with: IdentityId, name: string }
  | { event: 'changed', message: MessageView, with: IdentityId }
  | { event: 'state', message: MessageId, state: MessageState, copies: number, conversation: ConversationId }
  | { event: 'request', request: RequestView }
  | { event: 'contact', contact: ContactView }
  | { event: 'typing', with: IdentityId, active: boolean }
  /** entries that are still to come from our other devices; never stored */
  | { event: 'history', left: number }
  /** what happens in a call, and each second how it goes; never stored */
  | { event: 'call', call: CallView }
  | { event: 'mailbox', peer: string, trouble?: string }
  /** this device was revoked, on another one */
  | { event: 'revoked' }
  | { event: 'warning', text: string, reason?: Reason }
)

export interface Messenger {
  self (options?: CallOptions & { invite?: boolean }): Promise<SelfView>
  /** @throws StoreError WRONG_PASSPHRASE; UsageError NOT_PRIMARY: a linked device never had it */
  phrase (passphrase: string | undefined, options?: CallOptions): Promise<string>
  rename (name: string, options?: CallOptions): Promise<SelfView>
  /** Whether contacts learn how far one has read; where not, one learns it of nobody. Holds for all devices of the identity. */
  tellReads (tell: boolean, options?: CallOptions): Promise<SelfView>
  /** `brief`: without `advice`, which is then empty */
  status (options?: CallOptions & { brief?: boolean }): Promise<StatusView>
  /**
   * What is the matter and what to do, the worst first. Asks mailboxes and the directory, up to some seconds. `discreet`: no contact is
   * named and nothing is said about a single one, for who may look over the shoulder.
   */
  doctor (options?: ProgressOptions & { discreet?: boolean }): Promise<Finding[]>

  /** Whoever could not be reached, and is tried again after a pause, is tried now. Returns at once. */
  hurry (options?: CallOptions): Promise<void>

  readonly contacts: {
    /** Returns once the request is durable here; it is then sent and retried until accepted. */
    add (link: string, options?: ProgressOptions & { name?: string, note?: string }): Promise<ContactView>
    list (options?: CallOptions): Promise<ContactView[]>
    show (who: string, options?: CallOptions): Promise<ContactView>
    rename (who: string, name: string, options?: CallOptions): Promise<ContactView>
    block (who: string, options?: CallOptions): Promise<ContactView>
    unblock (who: string, options?: CallOptions): Promise<ContactView>
    remove (who: string, options?: CallOptions): Promise<ContactView>
    verify (who: string, options?: CallOptions & { confirm?: boolean }): Promise<SafetyView>
  }

  readonly requests: {
    list (options?: CallOptions): Promise<RequestView[]>
    accept (who: string, options?: ProgressOptions & { name?: string }): Promise<ContactView>
    decline (who: string, options?: CallOptions): Promise<RequestView>
  }

  readonly conversations: {
    list (options?: CallOptions): Promise<ConversationView[]>
    /** Durable here when it resolves (state `sealed` or better). `who` may be oneself: Note to self. */
    send (who: string, request: SendRequest, options?: CallOptions): Promise<DeliveryView>
    /** The honest await: resolves when the state is reached; on abort rejects with TIMEOUT or ABORTED. NO_MAILBOX where `stored` cannot be. */
    wait (message: MessageId, state: MessageState, options?: CallOptions): Promise<DeliveryView>
    delivery (message: MessageId, options?: CallOptions): Promise<DeliveryView>
    edit (message: MessageId, text: string, options?: CallOptions): Promise<DeliveryView>
    retract (message: MessageId, options?: CallOptions): Promise<DeliveryView>
    /** One reaction of each: another replaces it, an empty text takes it back (MSG-15). */
    react (message: MessageId, emoji: string, options?: CallOptions): Promise<DeliveryView>
    /** A first search may have to index a long history: `onProgress` says how far it is; what was indexed stays. */
    history (who: string, query?: HistoryQuery, options?: ProgressOptions): Promise<MessageView[]>
    /** Messages that have all these words, or words that begin so, in all conversations, newest first. Retracted ones are not found. */
    search (text: string, query?: SearchQuery, options?: ProgressOptions): Promise<FoundView[]>
    markRead (who: string, options?: CallOptions): Promise<void>
    typing (who: string, active: boolean, options?: CallOptions): Promise<void>
    /** Resolves when nothing of ours waits to be handed on (messages, answers to requests: stored or taken) and each request was tried once, or rejects on abort. */
    flushed (options?: CallOptions): Promise<void>
  }

  readonly calls: CallsDoor

  readonly mailboxes: {
    list (options?: CallOptions): Promise<KeeperInfo[]>
    offer (who: string, options?: CallOptions & { bytes?: number }): Promise<MailboxStatusView>
    revoke (who: string, options?: CallOptions): Promise<MailboxStatusView>
    status (options?: CallOptions): Promise<MailboxStatusView>
  }

  readonly devices: {
    list (options?: CallOptions): Promise<DeviceView[]>
    /**
     * A code that makes one other device one of ours, for ten minutes or as many as are asked for (at most 60), and then how far that
     * is. Leaving the loop before a device came takes the code back. @throws UsageError NOT_PRIMARY, PAIRING_REFUSED when its time is over
     */
    link (options?: CallOptions & { minutes?: number }): AsyncIterable<PairingView>
    /** `device`: its id or the beginning of it. For good: it reads nothing that is said from now on. @throws UsageError NOT_PRIMARY, UNKNOWN_DEVICE */
    revoke (device: string, options?: CallOptions): Promise<DeviceView>
  }

  /**
   * Everything after `since` (a cursor), then what happens, live. Whoever follows could take a call, so callers are told that it rings;
   * `unattended`: nobody is there who could.
   */
  events (options?: CallOptions & { since?: string, unattended?: boolean }): AsyncIterable<NodeEvent>
}
