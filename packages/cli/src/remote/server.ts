/** The control socket of a resident node: offers its Messenger to the processes of the same user. */
import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { StoreError, UsageError } from '@sotto/node/errors'
import { refusedBySystem } from '../system.ts'
import { MAX_CLIENTS, MAX_REQUEST_BYTES, MAX_REQUESTS } from './limits.ts'
import { serveClient } from './peer.ts'
import { prepareSocket, removePointer, writePointer } from './place.ts'
import { RPC, createTransport } from './transport.ts'
import type { Hello } from './peer.ts'
import type { Messenger } from '@sotto/node'
import type { Server, Socket } from 'node:net'

export interface ControlInit {
  messenger: Messenger
  /** absolute; its lock must be held */
  profile: string
  hello: Hello
  /** somebody asked for `control.stop` */
  onStop: () => void
  maxClients?: number
  maxLine?: number
  env?: NodeJS.ProcessEnv
}

export interface ControlServer {
  readonly path: string
  /** Ends every client and removes the socket. Call it after the node has stopped: the end tells clients that it is gone. */
  close (): Promise<void>
}

/** Whether a process listens there. */
async function answers (path: string): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => { resolve(false) })
  })
}

/** CTL-3. A directory was not left by a node, and may hold what is somebody's. @throws StoreError STORE_FAILED */
function removeStale (path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new StoreError('STORE_FAILED', `There is a directory at ${path}, where the control socket goes.`, { hint: 'Look into it, and move it away.' })
  }
  rmSync(path, { force: true })
}

async function listen (server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => { server.off('error', reject); resolve() })
  })
}

/**
 * Call it only while the profile's lock is held: then a socket that nobody answers is a killed node's, and is removed (CTL-3).
 *
 * @throws UsageError ALREADY_RUNNING; StoreError STORE_FAILED
 */
export async function serveControl (init: ControlInit): Promise<ControlServer> {
  const path = prepareSocket(init.profile, init.env)
  const pipe = process.platform === 'win32'
  if (await answers(path)) throw new UsageError('ALREADY_RUNNING', 'A node already serves this profile.', { hint: '`sotto stop` ends it.' })
  if (!pipe) removeStale(path)

  const sockets = new Set<Socket>()
  const maxClients = init.maxClients ?? MAX_CLIENTS
  const server = createServer(socket => {
    socket.on('error', () => { socket.destroy() })
    if (sockets.size >= maxClients) {
      socket.end(`${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: RPC.application, message: 'Too many clients are connected.', data: { name: 'LimitError', code: 'LIMIT_EXCEEDED', hint: 'End some of the commands that listen.' } } })}\n`)
      socket.destroySoon()
      return
    }
    sockets.add(socket)
    socket.once('close', () => { sockets.delete(socket) })
    const transport = createTransport(socket, { maxLine: init.maxLine ?? MAX_REQUEST_BYTES, maxRequests: MAX_REQUESTS })
    serveClient(transport, init)
  })
  try {
    await listen(server, path)
    // after the start: an error of the listening socket itself ends no conversation
    server.on('error', () => {})
    if (!pipe) chmodSync(path, 0o600)
    writePointer(init.profile, path)
  } catch (error) {
    server.close()
    throw refusedBySystem(error, 'The control socket cannot be made.')
  }

  return {
    path,
    async close () {
      removePointer(init.profile)
      const closed = new Promise<void>(resolve => { server.close(() => { resolve() }) })
      for (const socket of sockets) socket.destroySoon()
      await closed
    }
  }
}
