/** WebSockets that Node opens. Its own client takes compressed messages and may not be told otherwise: a little that comes is very much then. */
import type { Platform } from './platform.ts'

/** What a message may be cut into, and who is told goodbye may answer for so long, ms. */
const LIMITS = { maxFragments: 256, maxBufferedChunks: 4096, closeTimeout: 1000 }

export const webSocket: Platform['webSocket'] = async (url, maxBytes, signal) => {
  const { WebSocket } = await import('ws')
  signal?.throwIfAborted()
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: maxBytes, ...LIMITS })
  const opened = Promise.withResolvers<void>()
  const giveUp = (): void => {
    opened.reject(signal?.reason)
    socket.terminate()
  }
  // what comes with the answer waits until whoever asked listens
  socket.once('open', () => {
    socket.pause()
    setImmediate(() => { socket.resume() })
    opened.resolve()
  })
  // without a listener an error would end our process
  socket.on('error', error => {
    opened.reject(error)
    socket.terminate()
  })
  signal?.addEventListener('abort', giveUp)
  try {
    await opened.promise
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
  return socket
}
