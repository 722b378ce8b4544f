/** A public node with the limits that relays of the public network have: 128 KiB and 2 minutes for each connection. Runs until it is killed. */
import { randomBytes } from 'node:crypto'
import { createNetwork } from '../../packages/node/src/network/index.ts'
import { realClock } from './clock.ts'
import { testLogger } from './testnet.ts'

const network = createNetwork({ clock: realClock(), logger: testLogger() }, {
  peerSeed: Uint8Array.from(randomBytes(32)),
  mode: 'local',
  listen: ['/ip4/0.0.0.0/tcp/4001'],
  bootstrap: [],
  resident: true,
  limits: { relayBytes: 128n * 1024n, relayMs: 2 * 60 * 1000 }
})
await network.start()
console.log(JSON.stringify({ addresses: network.addresses() }))
setInterval(() => {}, 60_000) // the clock keeps nobody alive
