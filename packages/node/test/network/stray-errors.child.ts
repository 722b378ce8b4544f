/** The process of stray-errors.node.ts: one node, and what may happen to it. */
import { connect, createServer } from 'node:net'
import { realClock } from '../../../../test/support/clock.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { createNetwork } from '../../src/network/index.ts'
import type { Logger } from '../../src/components.ts'
import type { AddressInfo } from 'node:net'

const STRANGER = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
const mode = process.argv[2]
const logger: Logger = Object.assign(() => {}, { error: () => {}, scope: () => logger })

const network = createNetwork({ clock: realClock(), logger }, { peerSeed: randomSeed(), mode: 'local', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [], resident: false })
if (mode !== 'unguarded') await network.start()

/** Resets at once, after the first bytes, or some time later. */
const server = createServer(socket => {
  socket.on('error', () => {})
  const kind = Math.floor(Math.random() * 3)
  if (kind === 0) socket.resetAndDestroy()
  else if (kind === 1) socket.once('data', () => { socket.resetAndDestroy() })
  else setTimeout(() => { socket.resetAndDestroy() }, Math.random() * 15)
}).listen(0, '127.0.0.1')
await new Promise(resolve => server.once('listening', resolve))
const { port } = server.address() as AddressInfo

async function giveUp (i: number): Promise<void> {
  const controller = new AbortController()
  const abort = (): void => { controller.abort() }
  if (i % 3 === 0) setImmediate(abort)
  else setTimeout(abort, Math.random() * 20)
  const address = `/ip4/127.0.0.1/tcp/${i % 7 === 0 ? 1 : port}${i % 5 === 0 ? '/ws' : ''}`
  await network.open({ peerId: STRANGER, addresses: [address] }, '/test/1', { signal: controller.signal }).catch(() => {})
}

if (mode === 'dials') {
  for (let i = 0; i < 600; i += 6) await Promise.all(Array.from({ length: 6 }, async (_, j) => giveUp(i + j)))
} else if (mode === 'bug' || mode === 'bug of two') {
  if (mode === 'bug of two') {
    const second = createNetwork({ clock: realClock(), logger }, { peerSeed: randomSeed(), mode: 'local', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [], resident: false })
    await second.start()
  }
  setImmediate(() => { throw new Error('a bug of ours') })
} else {
  const socket = connect(1, '127.0.0.1') // nobody listens there, and nobody listens to the error
  await new Promise(resolve => socket.once('close', resolve))
}
await new Promise(resolve => setTimeout(resolve, 100))
console.log('alive')
server.close()
await network.stop()
