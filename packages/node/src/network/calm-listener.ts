/**
 * node-datachannel frees a UDP listener of webrtc-direct as soon as it is stopped, while its thread may still hand a request to it: a peer
 * that dials just then ends our process (SIGABRT or SIGSEGV). So a listener that was closed hears nobody at once, and is freed when nobody has
 * knocked for a while. A process that ends before leaves that to its end.
 *
 * Each knock with another name makes the library open a connection, of some 200 KB, before anybody has proved anything: so few at a time.
 */

/** No knock for so long, ms: who dials repeats it after 500 ms at the latest (RFC 8445 §14.3). */
const QUIET_MS = 600
/** However many knock, it is freed after so long, ms: nobody keeps a port of ours. */
const LONGEST_MS = 60_000

/** Dials that are under way to one listener: a household that starts at once. More are not heard; who means it knocks again. */
const MAX_KNOCKS = 32

interface MuxServer { close: () => Promise<void> }

/** The parts of the library's listener that are wrapped. */
interface DirectListener {
  startUDPMuxServer: (host: string, port: number, family: 4 | 6) => { server: Promise<MuxServer> }
  incomingConnection: (ufrag: string, host: string, port: number, signal: AbortSignal) => Promise<void>
  connections: Map<string, unknown>
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
  let open = 0
  listener.incomingConnection = async (ufrag, host, port, signal) => {
    knocked = performance.now()
    if (closed || open >= MAX_KNOCKS) return
    open++
    try {
      await incoming(ufrag, host, port, signal)
    } catch (error) {
      // one that never was a connection does not say that it ended, and a listener that closes would wait for that
      listener.connections.delete(`${host}:${port}:${ufrag}`)
      throw error
    } finally {
      open--
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
