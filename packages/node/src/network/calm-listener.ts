/**
 * node-datachannel frees a UDP listener of webrtc-direct as soon as it is stopped, while its thread may still hand a request to it: a peer
 * that dials just then ends our process (SIGABRT or SIGSEGV). So a listener that was closed hears nobody at once, and is freed when nobody has
 * knocked for a while. A process that ends before leaves that to its end.
 *
 * Each knock with another name makes the library open a connection, of some 200 KB, before anybody has proved anything: so few at a time, and
 * few in a second. Whoever sends packets under addresses that are not theirs could take all places: so the one that waited longest goes, unless
 * it has answered where it says that it is.
 */
import { LimitError } from '../errors.ts'

/** No knock for so long, ms: who dials repeats it after 500 ms at the latest (RFC 8445 §14.3). */
const QUIET_MS = 600
/** However many knock, it is freed after so long, ms: nobody keeps a port of ours. */
const LONGEST_MS = 60_000

/** Dials that are under way to one listener: a household that starts at once. */
const MAX_KNOCKS = 64
/** New ones in a second, so that one that is answered in a second keeps its place: each costs some 2 ms. More are not heard; who means it knocks again. */
const KNOCKS_PER_SECOND = 64

interface MuxServer { close: () => Promise<void> }

/** The parts of the library's listener that are wrapped. */
interface DirectListener {
  startUDPMuxServer: (host: string, port: number, family: 4 | 6) => { server: Promise<MuxServer> }
  incomingConnection: (ufrag: string, host: string, port: number, signal: AbortSignal) => Promise<void>
  connections: Map<string, { iceConnectionState: string }>
}

interface DirectTransport<Options, Listener> { createListener: (options: Options) => Listener }

export function calmListeners<Options, Listener> (transport: DirectTransport<Options, Listener>): void {
  const create = transport.createListener.bind(transport)
  transport.createListener = options => {
    const listener = create(options)
    if (isDirect(listener)) calm(listener)
    return listener
  }
}

function isDirect (listener: unknown): listener is DirectListener {
  return listener instanceof Object && 'startUDPMuxServer' in listener && 'incomingConnection' in listener
}

function calm (listener: DirectListener): void {
  const start = listener.startUDPMuxServer.bind(listener)
  const incoming = listener.incomingConnection.bind(listener)
  let knocked = 0
  let closed = false
  let allowance = { left: KNOCKS_PER_SECOND, at: knocked }
  const open = new Map<string, AbortController>()
  const makeRoom = (): boolean => {
    if (open.size < MAX_KNOCKS) return true
    const silent = [...open.keys()].find(key => !/^(connected|completed)$/.test(listener.connections.get(key)?.iceConnectionState ?? ''))
    if (silent === undefined) return false
    open.get(silent)?.abort(new LimitError('LIMIT_EXCEEDED', 'too many dials at a time'))
    open.delete(silent)
    return true
  }
  listener.incomingConnection = async (ufrag, host, port, signal) => {
    knocked = performance.now()
    const key = `${host}:${port}:${ufrag}`
    if (closed || listener.connections.has(key) || open.has(key)) return
    const left = Math.min(KNOCKS_PER_SECOND, allowance.left + (knocked - allowance.at) * KNOCKS_PER_SECOND / 1000)
    allowance = { left, at: knocked }
    if (left < 1 || !makeRoom()) return
    allowance.left--
    const given = new AbortController()
    open.set(key, given)
    try {
      await incoming(ufrag, host, port, AbortSignal.any([signal, given.signal]))
    } catch (error) {
      // one that never was a connection does not say that it ended, and a listener that closes would wait for that
      listener.connections.delete(key)
      throw error
    } finally {
      if (open.get(key) === given) open.delete(key)
    }
  }
  listener.startUDPMuxServer = (...place) => {
    const started = start(...place)
    const server = started.server.then(mux => ({
      ...mux,
      close: async () => {
        closed = true
        freeWhenQuiet(mux, () => knocked)
      }
    }))
    return { ...started, server }
  }
}

function freeWhenQuiet (mux: MuxServer, knocked: () => number): void {
  const began = performance.now()
  const look = (): void => {
    const left = Math.min(Math.max(began, knocked()) + QUIET_MS, began + LONGEST_MS) - performance.now()
    if (left > 0) setTimeout(look, left)
    else mux.close().catch(() => {}) // nothing of it is used any more
  }
  look()
}
