/** NodeErrors across the socket: the same class, code, message and hint on the other side (CTL-6). */
import { IntegrityError, LimitError, NodeError, PeerError, StoreError, UnreachableError, UsageError } from '@sotto/node/errors'
import { ResponseError } from 'vscode-jsonrpc/node'
import { RPC } from './transport.ts'
import type { ErrorCode } from '@sotto/node/errors'

interface ErrorData { name: string, code: string, hint?: string }

const CLASSES: Readonly<Record<string, typeof NodeError>> = { NodeError, UsageError, PeerError, UnreachableError, IntegrityError, StoreError, LimitError }

export function toWire (error: unknown): ResponseError<ErrorData> {
  if (error instanceof NodeError) {
    const data: ErrorData = { name: error.name, code: error.code }
    if (error.hint !== undefined) data.hint = error.hint
    return new ResponseError(error.code === 'BAD_ARGUMENT' ? RPC.badParams : RPC.application, error.message, data)
  }
  // its text may carry anything: only its kind leaves
  return new ResponseError(RPC.internal, `Something in the node is broken: ${error instanceof Error ? error.name : typeof error}.`, { name: 'NodeError', code: 'INTERNAL' })
}

export function unknownMethod (method: string): ResponseError<ErrorData> {
  return new ResponseError(RPC.unknownMethod, `The node knows no method ${method}.`, { name: 'UsageError', code: 'BAD_ARGUMENT', hint: 'It may be of another version: `sotto stop`, then `sotto start`.' })
}

export function fromWire (error: unknown): NodeError {
  if (error instanceof NodeError) return error
  if (error instanceof ResponseError) {
    const data: Partial<Record<keyof ErrorData, unknown>> = typeof error.data === 'object' && error.data !== null ? error.data : {}
    if (typeof data.code === 'string') {
      const name = typeof data.name === 'string' && Object.hasOwn(CLASSES, data.name) ? data.name : 'NodeError'
      const Class = CLASSES[name] ?? NodeError
      return new Class(data.code as ErrorCode, error.message, { cause: error, ...(typeof data.hint === 'string' ? { hint: data.hint } : {}) })
    }
    if (error.code === RPC.internal) return new NodeError('INTERNAL', error.message, { cause: error })
  }
  return gone(error)
}

export function gone (cause?: unknown): UnreachableError {
  return new UnreachableError('NOT_RUNNING', 'The resident node went away before it answered.', { cause, hint: 'What was already sealed is safe. `sotto status` tells how it is; `sotto start` starts it again.' })
}
