/** UDP in Node. */
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import type { Platform } from './platform.ts'

async function bind (host: string, port: number): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => { socket.off('error', reject); resolve() })
  }).catch((error: unknown) => { socket.close(); throw error })
  return socket
}

export const datagrams: Platform['datagrams'] = async (host, port, onMessage) => {
  const socket = await bind(host, port).catch(async () => bind(host, 0))
  socket.on('error', () => {}) // an answer that finds no way is lost, as any datagram may be
  socket.on('message', (bytes, { address, port }) => { onMessage(bytes, address, port) })
  return {
    port: socket.address().port,
    send: (bytes, address, to) => { socket.send(bytes, to, address, () => {}) },
    close: async () => new Promise(resolve => { socket.close(() => { resolve() }) })
  }
}
