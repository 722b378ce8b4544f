/** The control socket of a resident node: offers its Messenger to the processes of the same user. */
import { chmodSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { UsageError } from '@sotto/node/errors'
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
  if (!pipe) rmSync(path, { force: true })

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
  await listen(server, path)
  // after the start: an error of the listening socket itself ends no conversation
  server.on('error', () => {})
  if (!pipe) chmodSync(path, 0o600)
  writePointer(init.profile, path)

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
