/**
 * What the library of WebSockets leaves open to whoever can connect is closed here. A frame that breaks the rules of RFC 6455 ends our
 * process, for the `error` of its socket has no listener; a message may have 100 MiB, also one that we dialled, packed; who says nothing, or never becomes a WebSocket, keeps a
 * socket for ever; and a connection that is given up stays open, for it is closed with a code that nobody may send (RFC 6455 §7.4.1).
 *
 * Invariants: at most MAX_PENDING_INBOUND sockets of a listener are no WebSockets yet, each for INBOUND_UPGRADE_TIMEOUT_MS; where all places
 * are taken the one that waited longest goes.
 */
import { platform } from '#platform'
import { multiaddrToUri } from '@multiformats/multiaddr-to-uri'
import { INBOUND_UPGRADE_TIMEOUT_MS, MAX_PENDING_INBOUND } from '../config.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Longest message that comes in, bytes: what Noise seals at once has 64 KiB, and other programs may send two of them together. */
const MAX_MESSAGE_BYTES = 256 * 1024
/** Pieces of one message, as its sender cut it, and as the way here did: browsers cut at some 16 KiB, networks at some 500 bytes. */
const [MAX_FRAGMENTS, MAX_CHUNKS] = [256, 4096]
/** Who is told goodbye may answer for so long, ms. */
const GOODBYE_MS = 1000

type Close = (code?: number, reason?: string) => void

interface OwnWebSocket { close: Close }
interface TheirWebSocket extends OwnWebSocket { on: (event: 'error', listener: () => void) => unknown, terminate: () => void }
interface Socket { once: (event: 'close', listener: () => void) => unknown, destroy: () => unknown }
type HandleUpgrade = (request: unknown, socket: Socket, head: unknown, take: (webSocket: TheirWebSocket, request: unknown) => void) => void

/** The parts of the library that are wrapped. */
interface WebSocketListener {
  server: { on: (event: 'connection', listener: (socket: Socket) => void) => unknown }
  wsServer: { options: Record<string, unknown>, handleUpgrade: HandleUpgrade }
}

interface WebSocketTransport { createListener: (options: never) => unknown, _connect: (address: Multiaddr, options: { signal?: AbortSignal }) => Promise<OwnWebSocket> }

export function calmWebSockets<Transport extends object> (transport: Transport): Transport {
  if (!isOfWebSockets(transport)) return transport
  const create = transport.createListener.bind(transport)
  transport.createListener = options => {
    const listener = create(options)
    if (isListener(listener)) calm(listener)
    return listener
  }
  const connect = transport._connect.bind(transport)
  transport._connect = async (address, options) => {
    const webSocket = await opened(address, options.signal) ?? await connect(address, options)
    const close = webSocket.close.bind(webSocket)
    webSocket.close = (code, reason) => { isReset(code) ? close() : close(code, reason) }
    return webSocket
  }
  return transport
}

async function opened (address: Multiaddr, signal: AbortSignal | undefined): Promise<OwnWebSocket | undefined> {
  const webSocket = await platform.webSocket(multiaddrToUri(address), MAX_MESSAGE_BYTES, signal)
  if (webSocket !== undefined) webSocket.binaryType = 'arraybuffer'
  return webSocket
}

function isOfWebSockets (transport: object): transport is WebSocketTransport {
  return 'createListener' in transport && '_connect' in transport
}

/** In a page nothing listens. */
function isListener (listener: unknown): listener is WebSocketListener {
  return listener instanceof Object && 'server' in listener && 'wsServer' in listener
}

function isReset (code: number | undefined): boolean { return code === 1006 }

function calm ({ server, wsServer }: WebSocketListener): void {
  Object.assign(wsServer.options, { maxPayload: MAX_MESSAGE_BYTES, maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_CHUNKS, closeTimeout: GOODBYE_MS })
  const waiting = new Map<Socket, ReturnType<typeof setTimeout>>()
  const leave = (socket: Socket): void => {
    clearTimeout(waiting.get(socket))
    waiting.delete(socket)
  }
  server.on('connection', socket => {
    const [oldest] = waiting.keys()
    if (oldest !== undefined && waiting.size >= MAX_PENDING_INBOUND) {
      leave(oldest)
      oldest.destroy()
    }
    waiting.set(socket, setTimeout(() => { socket.destroy() }, INBOUND_UPGRADE_TIMEOUT_MS))
    socket.once('close', () => { leave(socket) })
  })
  const handleUpgrade = wsServer.handleUpgrade.bind(wsServer)
  wsServer.handleUpgrade = (request, socket, head, take) => {
    handleUpgrade(request, socket, head, (webSocket, asked) => {
      leave(socket)
      webSocket.on('error', () => { webSocket.terminate() })
      const close = webSocket.close.bind(webSocket)
      webSocket.close = (code, reason) => { isReset(code) ? webSocket.terminate() : close(code, reason) }
      take(webSocket, asked)
    })
  }
}
