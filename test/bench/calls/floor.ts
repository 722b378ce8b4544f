/** What the engine needs at least: two bare connections of one process, from the first description to an open channel. */
import { createRequire } from 'node:module'
import { figure, timed } from '../measure.ts'
import type { Figure } from '../measure.ts'

interface Connection {
  onLocalDescription: (run: (sdp: string, type: string) => void) => void
  onLocalCandidate: (run: (candidate: string, mid: string) => void) => void
  setRemoteDescription: (sdp: string, type: string) => void
  addRemoteCandidate: (candidate: string, mid: string) => void
  createDataChannel: (name: string) => { onOpen: (run: () => void) => void, close: () => void }
  close: () => void
}

/** The engine that the node has. */
const native = createRequire(new URL('../../../packages/node/package.json', import.meta.url))('node-datachannel') as { PeerConnection: new (name: string, init: object) => Connection }

async function once (): Promise<void> {
  const [one, other] = ['one', 'other'].map(name => new native.PeerConnection(name, { iceServers: [], bindAddress: '127.0.0.1' })) as [Connection, Connection]
  const opened = Promise.withResolvers<void>()
  one.onLocalDescription((sdp, type) => { other.setRemoteDescription(sdp.replace(/^a=candidate.*\r\n/gm, ''), type) })
  other.onLocalDescription((sdp, type) => { one.setRemoteDescription(sdp, type) })
  other.onLocalCandidate((candidate, mid) => { one.addRemoteCandidate(candidate, mid) }) // who answers looks second: see node-media.ts
  const channel = one.createDataChannel('x')
  channel.onOpen(() => { opened.resolve() })
  await opened.promise
  channel.close()
  one.close()
  other.close()
}

export async function bareConnect (rounds: number): Promise<Figure> {
  return figure('a bare connection of the engine, in one process', 'ms', await timed(rounds, once, 2))
}
