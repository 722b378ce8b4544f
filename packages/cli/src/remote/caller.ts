/** Turns calls of Messenger into requests: cancellation, progress, lists in parts, credited streams. */
import { NodeError, UnreachableError, UsageError } from '@sotto/node/errors'
import { CancellationTokenSource, ProgressType } from 'vscode-jsonrpc/node'
import { fromWire, gone } from './errors.ts'
import { ABORT_GRACE_MS, CREDIT, MAX_REQUEST_BYTES } from './limits.ts'
import { METHODS, encodeCall } from './methods.ts'
import type { Method, MethodPath } from './methods.ts'
import type { MessageConnection } from 'vscode-jsonrpc/node'

/** Bytes of a line around its parameters: method, id, tokens. */
const ENVELOPE_BYTES = 1024
/** Bytes of one character in JSON, at most: \u00XX. */
const MAX_ESCAPED_BYTES = 6

export interface RequestOptions {
  signal?: AbortSignal
  /** how long an aborted call waits for the node's own word on it, ms */
  grace?: number
}

export interface Caller {
  request (method: string, params: Record<string, unknown>, options?: RequestOptions): Promise<unknown>
  method (path: MethodPath): (...args: unknown[]) => unknown
}

const parts = new ProgressType<unknown[]>()
const work = new ProgressType<string>()

/** The error of a call that its own caller ended: out of time, or out of interest. The node's word on it is kept. */
function aborted (signal: AbortSignal, word: NodeError | undefined): NodeError {
  const { reason } = signal
  if (reason instanceof NodeError && word === undefined) return reason
  const told = word !== undefined && word.code !== 'ABORTED' ? word : undefined
  const options = { cause: word ?? reason, ...(told?.hint === undefined ? {} : { hint: told.hint }) }
  if (reason instanceof Error && reason.name === 'TimeoutError') return new UnreachableError('TIMEOUT', told?.message ?? 'It did not happen in time.', options)
  return told ?? new UsageError('ABORTED', 'Interrupted.', options)
}

// a function, since the compiler takes the flag of a signal for constant once it was looked at
function isAborted (signal: AbortSignal | undefined): signal is AbortSignal { return signal?.aborted === true }

/** CTL-4: a line above the limit would end the connection. @throws UsageError TEXT_TOO_LONG */
function checkLength (params: Record<string, unknown>): void {
  const characters = Object.values(params).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
  if (characters * MAX_ESCAPED_BYTES < MAX_REQUEST_BYTES - ENVELOPE_BYTES) return
  if (Buffer.byteLength(JSON.stringify(params)) < MAX_REQUEST_BYTES - ENVELOPE_BYTES) return
  throw new UsageError('TEXT_TOO_LONG', 'This is too long for one call.', { hint: 'A message takes up to 32 KiB of text: send it in parts.' })
}

export function createCaller (connection: MessageConnection): Caller {
  let tokens = 0
  const nextToken = (): string => `t${tokens++}`

  async function request (method: string, params: Record<string, unknown>, { signal, grace = ABORT_GRACE_MS }: RequestOptions = {}): Promise<unknown> {
    checkLength(params)
    if (signal?.aborted === true) throw aborted(signal, undefined)
    const cancellation = new CancellationTokenSource()
    let timer: NodeJS.Timeout | undefined
    let abandon: (error: NodeError) => void = () => {}
    const abandoned = new Promise<never>((_resolve, reject) => { abandon = reject })
    const onAbort = (): void => {
      cancellation.cancel()
      timer = setTimeout(() => { if (signal !== undefined) abandon(aborted(signal, undefined)) }, grace)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([connection.sendRequest(method, params, cancellation.token), abandoned])
    } catch (error) {
      const known = fromWire(error)
      throw isAborted(signal) && known.code !== 'NOT_RUNNING' ? aborted(signal, known) : known
    } finally {
      signal?.removeEventListener('abort', onAbort)
      clearTimeout(timer)
      cancellation.dispose()
    }
  }

  async function call (path: string, method: Method, args: readonly unknown[]): Promise<unknown> {
    const { params, options } = encodeCall(method, args)
    const { signal, onProgress } = options as { signal?: AbortSignal, onProgress?: (line: string) => void }
    const collected: unknown[] = []
    const watches: Array<{ dispose (): void }> = []
    if (method.kind === 'list') {
      const token = nextToken()
      params.partialResultToken = token
      watches.push(connection.onProgress(parts, token, batch => { for (const item of batch) collected.push(item) }))
    }
    if (method.progress === true && onProgress !== undefined) {
      const token = nextToken()
      params.workDoneToken = token
      watches.push(connection.onProgress(work, token, onProgress))
    }
    try {
      const result = await request(path, params, signal === undefined ? {} : { signal })
      return method.kind === 'list' ? collected : result ?? undefined
    } finally {
      for (const watch of watches) watch.dispose()
    }
  }

  async function * stream (path: string, method: Method, args: readonly unknown[]): AsyncGenerator<unknown> {
    const { params, options } = encodeCall(method, args)
    const { signal } = options as { signal?: AbortSignal }
    if (signal?.aborted === true) return
    const token = nextToken()
    // bounded by the credit that we grant: it cannot hold more than CREDIT items
    const queue: unknown[] = []
    let wake: () => void = () => {}
    let ended: { error?: unknown } | undefined
    const watch = connection.onProgress(parts, token, batch => { queue.push(...batch); wake() })
    const closed = connection.onClose(() => { ended ??= { error: gone() }; wake() })
    const end = new AbortController()
    const whole = signal === undefined ? end.signal : AbortSignal.any([signal, end.signal])
    const finish = (error?: unknown): void => { ended ??= { error }; wake() }
    whole.addEventListener('abort', () => { finish() }, { once: true })
    request(path, { ...params, partialResultToken: token, credit: CREDIT }, { signal: whole }).then(() => { finish() }, finish)
    let consumed = 0
    try {
      for (;;) {
        while (queue.length > 0 && !whole.aborted) {
          const item = queue.shift()
          if (++consumed >= CREDIT / 2) {
            connection.sendNotification('control.credit', { token, credit: consumed }).catch(() => {
              // the connection is gone: its close ends this stream
            })
            consumed = 0
          }
          yield item
        }
        if (ended !== undefined) {
          if (ended.error !== undefined && !whole.aborted) throw ended.error
          return
        }
        await new Promise<void>(resolve => { wake = resolve })
      }
    } finally {
      end.abort(new UsageError('ABORTED', 'The reader stopped.'))
      watch.dispose()
      closed.dispose()
    }
  }

  return {
    request,
    method (path) {
      const method = METHODS[path]
      if (method.kind === 'stream') return (...args) => stream(path, method, args)
      return async (...args) => await call(path, method, args)
    }
  }
}
