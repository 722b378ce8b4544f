/** What tabs say to each other on their BroadcastChannel. All are of one origin and one build: shapes are trusted. */
import { IntegrityError, LimitError, NodeError, PeerError, StoreError, UnreachableError, UsageError } from '@sotto/node/errors'
import type { ErrorCode } from '@sotto/node/errors'
import type { CarriedCall } from '@sotto/node/media'

/** Events that a follower's stream may run ahead of its reader. */
export const CREDIT = 256

/** `cause`: the name of what the browser threw */
export interface WireError { name: string, code: string, message: string, hint?: string | undefined, cause?: string | undefined }

/** To everybody: who leads? I am about to lead; I lead; the profile is to be erased. */
export type Announcement = { kind: 'who' | 'taking' | 'leading' | 'erase', from: string }

/** To the leader. `id` is the caller's own; `options` the place among `args` of the object that had a signal or listener. */
export type Request = { to: string, from: string, id: number } & (
  | { kind: 'call', path: string, args: unknown[], options: number | undefined, progress: boolean, stream: boolean }
  | { kind: 'cancel' }
  | { kind: 'credit', credit: number }
)

/** To the caller. */
export type Reply = { to: string, from: string, id: number } & (
  | { kind: 'progress', line: string }
  | { kind: 'item', item: unknown }
  | { kind: 'result', value: unknown }
  | { kind: 'error', error: WireError }
)

/** What the node asks of the engine of a call in the tab in which one talks. `leg` names that engine. */
export type EngineRequest = { to: string, from: string, leg: string, kind: 'engine', id: number, step: EngineStep, args: unknown[] }
/** `take over`: the engine of that call and person is that of another leader now, under this name. */
export type EngineStep = 'open' | 'take over' | 'offer' | 'answer' | 'accept' | 'add' | 'send' | 'stats' | 'close'

/** What it answers, and what it says by itself. */
export type EngineReply = { to: string, from: string, leg: string } & (
  | { kind: 'engine result', id: number, value: unknown }
  | { kind: 'engine error', id: number, error: WireError }
  | { kind: 'engine says', says: 'candidate' | 'flow' | 'played' | 'screen', value?: unknown }
)

/** To the tab in which one talks: so the call stands. From there to the tab that takes the lead: so it stood. */
export type Carrying = { to: string, from: string } & ({ kind: 'keep', call: CarriedCall } | { kind: 'kept', calls: CarriedCall[] })

export type Message = Announcement | Request | Reply | EngineRequest | EngineReply | Carrying

const CLASSES: Readonly<Record<string, typeof NodeError>> = { NodeError, UsageError, PeerError, UnreachableError, IntegrityError, StoreError, LimitError }

export function toWire (error: unknown): WireError {
  if (error instanceof NodeError) return { name: error.name, code: error.code, message: error.message, hint: error.hint, ...(error.cause instanceof Error ? { cause: error.cause.name } : {}) }
  return { name: 'NodeError', code: 'INTERNAL', message: `something in the leading tab is broken: ${error instanceof Error ? error.name : typeof error}` }
}

export function fromWire ({ name, code, message, hint, cause }: WireError): NodeError {
  const Class = CLASSES[name] ?? NodeError
  return new Class(code as ErrorCode, message, { ...(hint === undefined ? {} : { hint }), ...(cause === undefined ? {} : { cause: Object.assign(new Error(cause), { name: cause }) }) })
}

export interface Travelling {
  args: unknown[]
  /** which of the arguments had what cannot travel */
  options: number | undefined
  signal?: AbortSignal | undefined
  onProgress?: ((line: string) => void) | undefined
}

/** What of the arguments cannot travel is taken out, and given back beside them. */
export function split (given: readonly unknown[]): Travelling {
  const args = [...given]
  const options = args.findLastIndex(arg => typeof arg === 'object' && arg !== null && ('signal' in arg || 'onProgress' in arg))
  if (options < 0) return { args, options: undefined }
  const { signal, onProgress, ...rest } = args[options] as Pick<Travelling, 'signal' | 'onProgress'>
  args[options] = rest
  return { args, options, signal, onProgress }
}
