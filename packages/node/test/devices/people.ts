/** A primary device that pairs, and new devices that come, over libp2p's memory transport and stores in memory. */
import { createLogger } from '../../src/log.ts'
import { createNetwork } from '../../src/network/index.ts'
import { parseCode } from '../../src/devices/code.ts'
import { join } from '../../src/devices/guest.ts'
import { PairingHost } from '../../src/devices/host.ts'
import { DeviceShelf } from '../../src/devices/shelf.ts'
import { createOwn } from '../../src/identity/own.ts'
import { createEntropy } from '../../src/identity/phrase.ts'
import { randomSeed } from '../../src/identity/ed25519.ts'
import { memoryDatabase, memoryStore } from '../store/memory-store.ts'
import { TestClock } from '../delivery/people.ts'
import type { Joined } from '../../src/devices/guest.ts'
import type { KnownDevice } from '../../src/devices/shelf.ts'
import type { OwnRecord } from '../../src/identity/own.ts'
import type { Network } from '../../src/network/index.ts'

let places = 0
export const quiet = createLogger('test', () => false, () => {})

export interface Primary {
  own: OwnRecord
  clock: TestClock
  network: Network
  shelf: DeviceShelf
  host: PairingHost
  paired: KnownDevice[]
  stop: () => Promise<void>
}

export interface Newcomer { network: Network, peerSeed: Uint8Array, join: (code: string) => Promise<Joined>, stop: () => Promise<void> }

async function network (clock: TestClock, peerSeed: Uint8Array): Promise<Network> {
  const made = createNetwork({ clock, logger: quiet }, { peerSeed, mode: 'local', listen: [`/memory/pairing-${places++}`], bootstrap: [], resident: false, transports: 'memory' })
  await made.start()
  return made
}

export async function primary (clock = new TestClock()): Promise<Primary> {
  const own = await createOwn({ entropy: createEntropy(), name: 'Alice', now: clock.now(), restored: false })
  const store = await memoryStore(memoryDatabase())
  const shelf = await DeviceShelf.load(store)
  const net = await network(clock, own.peerSeed)
  const paired: KnownDevice[] = []
  const host = new PairingHost({ clock, logger: quiet, network: net, own, shelf, paired: device => { paired.push(device) } })
  await host.start()
  return { own, clock, network: net, shelf, host, paired, stop: async () => { host.stop(); await net.stop() } }
}

export async function newcomer (clock: TestClock): Promise<Newcomer> {
  const peerSeed = randomSeed()
  const net = await network(clock, peerSeed)
  return {
    network: net,
    peerSeed,
    join: async code => join({ clock, network: net }, parseCode(code), peerSeed, async () => {}),
    stop: async () => net.stop()
  }
}
