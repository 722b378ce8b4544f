/**
 * The methods of Messenger as they travel: one table, from which both ends and the documentation are made.
 * `protocols/control/README.md` shows the same table; a test compares them.
 */
import { MAX_CREDIT, MAX_REQUEST_BYTES } from './limits.ts'
import { decodeArgument, decodeFields, encodeArgument } from './fields.ts'
import type { Argument, Field, Fields } from './fields.ts'
import type { Messenger } from '@sotto/node'

/** call: one result. list: an array, in parts where the client asks. stream: items until it ends or is cancelled. */
export type MethodKind = 'call' | 'list' | 'stream'

export interface Method {
  kind: MethodKind
  args: readonly Argument[]
  options: Fields
  /** reports progress where the client gives a token */
  progress?: true
}

type Path<T> = { [K in keyof T & string]: T[K] extends (...args: never[]) => unknown ? K : `${K}.${keyof T[K] & string}` }[keyof T & string]
export type MethodPath = Path<Messenger>

const text = (max: number): Field => ({ type: 'text', max })
const optional = (max: number): Field => ({ type: 'text', max, optional: true })
const flag: Field = { type: 'flag', optional: true }

/** A link carries addresses and an invite token; the node has its own, tighter limits. */
const MAX_WHO = 8192
const MAX_NAME = 256
const MAX_NOTE = 4096
const MAX_ID = 128
/** The node has its own, tighter limit, and says how long a text may be. */
const MAX_TEXT = MAX_REQUEST_BYTES
const MAX_PASSPHRASE = 4096
const MAX_CURSOR = 256
const MAX_EMOJI = 64

const who: Argument = { name: 'who', field: text(MAX_WHO) }
const message: Argument = { name: 'message', field: text(MAX_ID) }
const none: Fields = {}
const callId: Argument = { name: 'call', field: text(MAX_ID) }
/** People called at once: the node says how many a call has. */
const MAX_CALLED = 16
/** An address, a name or a password of a server; the node has its own, tighter limits. */
const MAX_SERVER = 1024
/** A path, where the node plays and records files. */
const MAX_PATH = 4096
const answer: Fields = { audio: optional(MAX_PATH), record: optional(MAX_PATH), video: flag, screen: flag, seconds: { type: 'integer', max: 2 ** 20, optional: true }, untilPlayed: flag, hidden: flag }
const states = ['sealed', 'stored', 'delivered', 'read'] as const

function call (args: readonly Argument[] = [], options: Fields = none): Method { return { kind: 'call', args, options } }
function list (args: readonly Argument[] = [], options: Fields = none): Method { return { kind: 'list', args, options } }

export const METHODS: Readonly<Record<MethodPath, Method>> = {
  self: call([], { invite: flag }),
  phrase: call([{ name: 'passphrase', field: optional(MAX_PASSPHRASE) }]),
  rename: call([{ name: 'name', field: text(MAX_NAME) }]),
  tellReads: call([{ name: 'tell', field: { type: 'flag' } }]),
  status: call([], { brief: flag }),
  doctor: { kind: 'list', args: [], options: { discreet: flag }, progress: true },
  hurry: call(),

  'contacts.add': { kind: 'call', args: [{ name: 'link', field: text(MAX_WHO) }], options: { name: optional(MAX_NAME), note: optional(MAX_NOTE) }, progress: true },
  'contacts.list': list(),
  'contacts.show': call([who]),
  'contacts.rename': call([who, { name: 'name', field: text(MAX_NAME) }]),
  'contacts.block': call([who]),
  'contacts.unblock': call([who]),
  'contacts.remove': call([who]),
  'contacts.verify': call([who], { confirm: flag }),

  'requests.list': list(),
  'requests.accept': { kind: 'call', args: [who], options: { name: optional(MAX_NAME) }, progress: true },
  'requests.decline': call([who]),

  'conversations.list': list(),
  'conversations.send': call([who, { gather: { text: text(MAX_TEXT), replyTo: optional(MAX_ID), id: optional(MAX_ID) } }]),
  'conversations.wait': call([message, { name: 'state', field: { type: 'text', max: 16, choices: states } }]),
  'conversations.delivery': call([message]),
  'conversations.edit': call([message, { name: 'text', field: text(MAX_TEXT) }]),
  'conversations.retract': call([message]),
  'conversations.react': call([message, { name: 'emoji', field: text(MAX_EMOJI) }]),
  'conversations.history': { ...list([who, { gather: { before: optional(MAX_ID), after: optional(MAX_ID), since: { type: 'integer', max: Number.MAX_SAFE_INTEGER, optional: true }, limit: { type: 'integer', max: 2 ** 31 - 1, optional: true }, search: optional(MAX_NOTE), markRead: flag } }]), progress: true },
  'conversations.search': { ...list([{ name: 'text', field: text(MAX_NOTE) }, { gather: { limit: { type: 'integer', max: 2 ** 31 - 1, optional: true }, before: optional(MAX_ID) } }]), progress: true },
  'conversations.markRead': call([who]),
  'conversations.typing': call([who, { name: 'active', field: { type: 'flag' } }]),
  'conversations.flushed': call(),

  'calls.start': call([{ name: 'who', field: { type: 'texts', max: MAX_WHO, most: MAX_CALLED } }, { gather: answer }]),
  'calls.answer': call([callId, { gather: answer }]),
  'calls.invite': call([callId, who]),
  'calls.hangUp': call([callId]),
  'calls.send': call([callId, { gather: { audio: flag, video: flag, screen: flag } }]),
  'calls.list': list(),
  'calls.settings': call(),
  'calls.configure': call([{ gather: { server: optional(MAX_SERVER), username: optional(MAX_SERVER), credential: optional(MAX_SERVER), hide: flag } }]),

  'mailboxes.list': list(),
  'mailboxes.offer': call([who], { bytes: { type: 'integer', max: Number.MAX_SAFE_INTEGER, optional: true } }),
  'mailboxes.revoke': call([who]),
  'mailboxes.status': call(),

  'devices.list': list(),
  'devices.link': { kind: 'stream', args: [], options: { minutes: { type: 'integer', max: 60, optional: true } } },
  'devices.revoke': call([{ name: 'device', field: text(MAX_ID) }]),

  events: { kind: 'stream', args: [], options: { since: optional(MAX_CURSOR), unattended: flag } }
}

export function isMethod (path: string): path is MethodPath { return Object.hasOwn(METHODS, path) }

export interface Tokens {
  /** where progress lines go */
  work: string | undefined
  /** where the items of a list or stream go */
  part: string | undefined
  /** how many items of a stream may come before more is granted */
  credit: number
}

const TOKENS: Fields = {
  workDoneToken: { type: 'text', max: 64, optional: true },
  partialResultToken: { type: 'text', max: 64, optional: true },
  credit: { type: 'integer', max: MAX_CREDIT, optional: true }
}

/** @throws UsageError BAD_ARGUMENT */
export function decodeCall (method: Method, params: Readonly<Record<string, unknown>>): { args: unknown[], options: Record<string, unknown>, tokens: Tokens } {
  const tokens = decodeFields(TOKENS, params)
  return {
    args: method.args.map(argument => decodeArgument(argument, params)),
    options: decodeFields(method.options, params),
    tokens: {
      work: tokens.workDoneToken as string | undefined,
      part: tokens.partialResultToken as string | undefined,
      credit: (tokens.credit as number | undefined) ?? 0
    }
  }
}

/** Positional arguments, as of Messenger, to named parameters. */
export function encodeCall (method: Method, args: readonly unknown[]): { params: Record<string, unknown>, options: Record<string, unknown> } {
  const options = (args[method.args.length] ?? {}) as Record<string, unknown>
  const params: Record<string, unknown> = {}
  method.args.forEach((argument, at) => { Object.assign(params, encodeArgument(argument, args[at])) })
  for (const name of Object.keys(method.options)) if (options[name] !== undefined) params[name] = options[name]
  return { params, options }
}
