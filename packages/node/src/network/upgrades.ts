/** What became of the attempts to replace relayed connections by direct ones: for who asks why something is relayed. */
import { MAX_CONNECTIONS } from '../config.ts'
import type { RelayedWhy } from './index.ts'
import type { Connection } from '@libp2p/interface'

export class Upgrades {
  /** by PeerId, the oldest first */
  readonly #outcomes = new Map<string, { running: number, failed: boolean }>()

  readonly #punched = new WeakSet<Connection>()

  readonly #punching = new Map<string, number>()

  /** Dials a way through two routers: the address leads nobody else here, and who answers did not call us. */
  async punching (address: string, dial: () => Promise<Connection>): Promise<Connection> {
    this.#punching.set(address, (this.#punching.get(address) ?? 0) + 1)
    try {
      const connection = await dial()
      this.#punched.add(connection)
      return connection
    } finally {
      const left = (this.#punching.get(address) ?? 1) - 1
      if (left === 0) this.#punching.delete(address)
      else this.#punching.set(address, left)
    }
  }

  isPunched (connection: Connection): boolean {
    return this.#punched.has(connection) || this.#punching.has(connection.remoteAddr.toString())
  }

  /** Runs an attempt, and remembers how it ended. */
  async track<T> (peerId: string, run: () => Promise<T>): Promise<T> {
    const outcome = this.#outcomes.get(peerId) ?? { running: 0, failed: false }
    this.#outcomes.delete(peerId)
    this.#outcomes.set(peerId, outcome)
    const [oldest] = this.#outcomes.keys()
    if (oldest !== undefined && this.#outcomes.size > MAX_CONNECTIONS) this.#outcomes.delete(oldest)
    outcome.running++
    try {
      const result = await run()
      outcome.failed = false
      return result
    } catch (error) {
      outcome.failed = true
      throw error
    } finally {
      outcome.running--
    }
  }

  why (peerId: string): RelayedWhy {
    const outcome = this.#outcomes.get(peerId)
    if (outcome === undefined) return 'no-address'
    if (outcome.running > 0) return 'trying'
    return outcome.failed ? 'failed' : 'no-address'
  }

  /** The network is another one: what failed there may work here. */
  clear (): void {
    this.#outcomes.clear()
  }
}
