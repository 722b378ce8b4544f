/** A Messenger on the other end of a control socket: the same interface, the same errors. */
import { connect } from 'node:net'
import { UnreachableError, UsageError } from '@sotto/node/errors'
import { createMessageConnection } from 'vscode-jsonrpc/node'
import { createCaller } from './caller.ts'
import { fromWire } from './errors.ts'
import { CONTROL_REVISION, HELLO_TIMEOUT_MS, MAX_REQUESTS, MAX_RESPONSE_BYTES } from './limits.ts'
import { METHODS } from './methods.ts'
import { readPointer } from './place.ts'
import { createTransport } from './transport.ts'
import type { Hello } from './peer.ts'
import type { MethodPath } from './methods.ts'
import type { CallOptions, Messenger } from '@sotto/node'
import type { Socket } from 'node:net'

export interface Control {
  readonly messenger: Messenger
  readonly hello: Hello
  /** settles when the node or `close` has ended the connection */
  readonly closed: Promise<void>
  /** Asks the node to stop; `closed` tells when it has. */
  stop (options?: CallOptions): Promise<void>
  close (): void
}

/** A connected socket, or nothing where nobody listens. */
async function open (path: string, signal: AbortSignal | undefined): Promise<Socket | undefined> {
  return await new Promise((resolve, reject) => {
    const socket = connect(path)
    const abort = (): void => { socket.destroy(); reject(new UsageError('ABORTED', 'Interrupted.')) }
    signal?.addEventListener('abort', abort)
    socket.once('connect', () => { signal?.removeEventListener('abort', abort); resolve(socket) })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', abort)
      // CTL-3: what a killed node left behind; the next node removes it
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined)
      else reject(new UnreachableError('UNREACHABLE', 'The control socket of the resident node cannot be reached.', { cause: error, hint: `Look at ${path}.` }))
    })
  })
}

/** The resident node of `profile`, or nothing where none runs. @throws UnreachableError where one runs but does not answer */
export async function connectControl (profile: string, options: CallOptions = {}): Promise<Control | undefined> {
  const path = readPointer(profile)
  const socket = path === undefined ? undefined : await open(path, options.signal)
  return socket === undefined ? undefined : await speak(socket, options.signal)
}

/** @throws UnreachableError, UsageError */
export async function speak (socket: Socket, signal?: AbortSignal, timeout = HELLO_TIMEOUT_MS): Promise<Control> {
  const transport = createTransport(socket, { maxLine: MAX_RESPONSE_BYTES * 2, maxRequests: MAX_REQUESTS })
  const connection = createMessageConnection(transport.reader, transport.writer)
  const closed = new Promise<void>(resolve => { socket.once('close', () => { resolve() }) })
  connection.onClose(() => { connection.dispose(); socket.destroy() })
  connection.onError(() => {
    // the socket's error is followed by its close, which rejects what waits
  })
  connection.listen()
  const caller = createCaller(connection)

  const deadline = AbortSignal.timeout(timeout)
  let hello: Hello
  try {
    hello = await caller.request('control.hello', {}, { signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]), grace: 0 }) as Hello
  } catch (error) {
    socket.destroy()
    if (deadline.aborted) throw new UnreachableError('UNREACHABLE', 'The resident node does not answer.', { cause: error, hint: 'It may be frozen. Stop its process, then `sotto start`.' })
    throw fromWire(error)
  }
  if (hello.revision !== CONTROL_REVISION) {
    socket.destroy()
    throw new UsageError('ALREADY_RUNNING', `The resident node speaks revision ${hello.revision} of the control protocol, this command ${CONTROL_REVISION}.`, { hint: `Stop it (process ${hello.pid}), then start this version: \`sotto start\`.` })
  }

  const messenger: Record<string, unknown> = {}
  for (const path of Object.keys(METHODS) as MethodPath[]) {
    const [first = '', second] = path.split('.')
    if (second === undefined) messenger[first] = caller.method(path)
    else messenger[first] = { ...messenger[first] as object | undefined, [second]: caller.method(path) }
  }
  return {
    // METHODS is typed to have every method of Messenger, and no other
    messenger: messenger as unknown as Messenger,
    hello,
    closed,
    async stop (options = {}) { await caller.request('control.stop', {}, options) },
    close () { socket.end(); socket.destroySoon() }
  }
}
