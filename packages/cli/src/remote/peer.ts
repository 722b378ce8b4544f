/** The node's side of one control connection: calls, lists in parts, credited streams, cancellation, progress, and the end of all of it. */
import { LimitError, UsageError } from '@sotto/node/errors'
import { ProgressType, createMessageConnection } from 'vscode-jsonrpc/node'
import { toWire, unknownMethod } from './errors.ts'
import { MAX_CREDIT, MAX_RESPONSE_BYTES, MAX_STREAMS, PART_BYTES } from './limits.ts'
import { METHODS, decodeCall, isMethod } from './methods.ts'
import type { MethodPath } from './methods.ts'
import type { Transport } from './transport.ts'
import type { CallView, Messenger } from '@sotto/node'
import type { CancellationToken } from 'vscode-jsonrpc/node'

export interface Hello {
  revision: number
  version: string
  pid: number
  profile: string
  id: string
  /** where it serves its health page and its numbers, where it does */
  metrics?: string
}

export interface PeerInit { messenger: Messenger, hello: Hello, onStop: () => void }

interface Stream { credit: number, wake: (() => void) | undefined }

const parts = new ProgressType<unknown[]>()
const work = new ProgressType<string>()

type AnyMethod = (...args: unknown[]) => unknown

function lookUp (messenger: Messenger, path: MethodPath): AnyMethod {
  const [first = '', second] = path.split('.')
  const target = second === undefined ? messenger : (messenger as unknown as Record<string, object>)[first]
  const method = (target as Record<string, AnyMethod>)[second ?? first]
  if (method === undefined) throw new UsageError('BAD_ARGUMENT', `The node has no ${path}.`)
  return method.bind(target)
}

export function serveClient (transport: Transport, init: PeerInit): void {
  const connection = createMessageConnection(transport.reader, transport.writer)
  const calls = new Set<AbortController>()
  const streams = new Map<string, Stream>()
  let talk: string | undefined // one at most: who is in a call starts and takes no other one
  let gone = false

  connection.onRequest(async (method: string, params: unknown, token: CancellationToken): Promise<unknown> => {
    if (method === 'control.hello') return init.hello
    if (method === 'control.stop') {
      setImmediate(init.onStop)
      return { pid: init.hello.pid }
    }
    if (!isMethod(method)) return unknownMethod(method)
    const abort = new AbortController()
    const cancel = (): void => { abort.abort(new UsageError('ABORTED', 'The client cancelled.')) }
    if (token.isCancellationRequested) cancel()
    const watch = token.onCancellationRequested(cancel)
    calls.add(abort)
    try {
      return await run(method, params, abort.signal)
    } catch (error) {
      return toWire(error)
    } finally {
      calls.delete(abort)
      watch.dispose()
    }
  })

  async function run (path: MethodPath, params: unknown, signal: AbortSignal): Promise<unknown> {
    if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params))) {
      throw new UsageError('BAD_ARGUMENT', 'Parameters are given by name.')
    }
    const method = METHODS[path]
    const { args, options, tokens } = decodeCall(method, (params ?? {}) as Record<string, unknown>)
    const { work: workToken, part } = tokens
    const callOptions: Record<string, unknown> = { ...options, signal }
    if (method.progress === true && workToken !== undefined) callOptions.onProgress = (line: string) => { report(connection.sendProgress(work, workToken, line)) }
    const answer = lookUp(init.messenger, path)(...args, callOptions)
    if (method.kind === 'stream') {
      if (part === undefined) throw new UsageError('BAD_ARGUMENT', `${path} needs a partialResultToken.`)
      await pump(answer as AsyncIterable<unknown>, part, tokens.credit, signal)
      return null
    }
    const result = await answer
    if (path === 'calls.start' || path === 'calls.answer') {
      talk = (result as CallView).id
      if (gone) endTalk()
    }
    if (method.kind === 'list' && part !== undefined) {
      for (const batch of inParts(result as unknown[])) await connection.sendProgress(parts, part, batch)
      return []
    }
    if (JSON.stringify(result ?? null).length > MAX_RESPONSE_BYTES) {
      throw new LimitError('LIMIT_EXCEEDED', 'The result is too long for one line.', { hint: 'Ask with a limit, or with a partialResultToken.' })
    }
    return result ?? null
  }

  /** CTL-8: never more items on the way than the client granted. */
  async function pump (items: AsyncIterable<unknown>, token: string, credit: number, signal: AbortSignal): Promise<void> {
    if (streams.size >= MAX_STREAMS) throw new LimitError('LIMIT_EXCEEDED', 'Too many streams are open on this connection.')
    if (streams.has(token)) throw new UsageError('BAD_ARGUMENT', 'This partialResultToken is in use.')
    const stream: Stream = { credit, wake: undefined }
    const wake = (): void => { stream.wake?.() }
    streams.set(token, stream)
    signal.addEventListener('abort', wake)
    try {
      for await (const item of items) {
        while (stream.credit === 0 && !signal.aborted) await new Promise<void>(resolve => { stream.wake = resolve })
        if (signal.aborted) return
        stream.credit--
        await connection.sendProgress(parts, token, [item])
      }
    } finally {
      streams.delete(token)
      signal.removeEventListener('abort', wake)
    }
  }

  connection.onNotification('control.credit', (params: unknown) => {
    const { token, credit } = (params ?? {}) as { token?: unknown, credit?: unknown }
    const stream = typeof token === 'string' ? streams.get(token) : undefined
    // a late grant for a stream that has ended is no fault
    if (stream === undefined || typeof credit !== 'number' || !Number.isSafeInteger(credit) || credit < 0) return
    stream.credit = Math.min(MAX_CREDIT, stream.credit + credit)
    stream.wake?.()
  })

  /** CTL-23: nobody is left who could end it. */
  function endTalk (): void {
    if (talk !== undefined) hangUp(init.messenger, talk).catch(() => {}) // the node stops, and ends its calls itself
  }

  connection.onClose(() => {
    gone = true
    endTalk()
    for (const call of calls) call.abort(new UsageError('ABORTED', 'The client went away.'))
    connection.dispose()
  })
  connection.onError(() => {
    // the socket's error is followed by its close, which is handled above
  })
  connection.listen()
}

/** It, or the call that took its place. */
async function hangUp ({ calls }: Messenger, id: string): Promise<void> {
  const views = new Map((await calls.list()).map(view => [view.id as string, view]))
  const view = views.get(id)
  const call = views.get(view?.into ?? id)
  if (call !== undefined && call.phase !== 'ended') await calls.hangUp(call.id)
}

function report (sent: Promise<void>): void {
  sent.catch(() => {
    // the client is gone: its close ends the call
  })
}

function * inParts (items: unknown[]): Generator<unknown[]> {
  let batch: unknown[] = []
  let bytes = 0
  for (const item of items) {
    batch.push(item)
    bytes += JSON.stringify(item).length
    if (bytes >= PART_BYTES) { yield batch; batch = []; bytes = 0 }
  }
  if (batch.length > 0) yield batch
}
