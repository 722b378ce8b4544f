/** A public node with the limits that relays of the public network have: 128 KiB and 2 minutes for each connection. Runs until it is killed. */
import { testnet } from './testnet.ts'

const net = await testnet(0, { transport: 'tcp' })
const { network } = await net.add({ listen: ['/ip4/0.0.0.0/tcp/4001'], resident: true, limits: { relayBytes: 128n * 1024n, relayMs: 2 * 60 * 1000 } })
console.log(JSON.stringify({ addresses: network.addresses() }))
setInterval(() => {}, 60_000) // its clock keeps nobody alive
