/** What tabs say to each other on their BroadcastChannel. All are of one origin and one build: shapes are trusted. */
import { IntegrityError, LimitError, NodeError, PeerError, StoreError, UnreachableError, UsageError } from '@sotto/node/errors'
import type { ErrorCode } from '@sotto/node/errors'

/** Events that a follower's stream may run ahead of its reader. */
export const CREDIT = 256

export interface WireError { name: string, code: string, message: string, hint?: string | undefined }

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

export type Message = Announcement | Request | Reply

const CLASSES: Readonly<Record<string, typeof NodeError>> = { NodeError, UsageError, PeerError, UnreachableError, IntegrityError, StoreError, LimitError }

export function toWire (error: unknown): WireError {
  if (error instanceof NodeError) return { name: error.name, code: error.code, message: error.message, hint: error.hint }
  return { name: 'NodeError', code: 'INTERNAL', message: `something in the leading tab is broken: ${error instanceof Error ? error.name : typeof error}` }
}

export function fromWire ({ name, code, message, hint }: WireError): NodeError {
  const Class = CLASSES[name] ?? NodeError
  return new Class(code as ErrorCode, message, hint === undefined ? {} : { hint })
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
