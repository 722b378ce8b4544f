/**
 * Own public addresses as others see them. A peer may lie: what it says is tried, never believed (AutoNAT confirms, a dial
 * succeeds or not).
 */
import { MAX_OBSERVERS, MAX_PUNCH_ADDRESSES } from '../config.ts'
import { scopeOf } from './addresses.ts'

export class Observed {
  readonly #steadyPort: number
  /** by the peer that said so, the oldest first */
  readonly #seen = new Map<string, { ip: string, port: number, steady: boolean }>()

  constructor (steadyPort: number) {
    this.#steadyPort = steadyPort
  }

  /** @param steady whether the connection it was seen on left from the steady port */
  learn (peerId: string, address: string, steady: boolean): void {
    const [, ip, port] = /^\/ip4\/([^/]+)\/tcp\/(\d+)(?:\/|$)/.exec(address) ?? []
    if (ip === undefined || scopeOf(address) !== 'public') return
    this.#seen.delete(peerId)
    this.#seen.set(peerId, { ip, port: Number(port), steady })
    const [oldest] = this.#seen.keys()
    if (oldest !== undefined && this.#seen.size > MAX_OBSERVERS) this.#seen.delete(oldest)
  }

  /** Public IPv4 addresses of the router before us, most often seen first. */
  ips (): string[] {
    return byCount([...this.#seen.values()].map(({ ip }) => ip))
  }

  /** Where a dial that meets ours halfway could find us: as seen, else where the router keeps ports as they are. */
  meeting (): string[] {
    const seen = byCount([...this.#seen.values()].filter(({ steady }) => steady).map(({ ip, port }) => `/ip4/${ip}/tcp/${port}`))
    const guessed = this.ips().map(ip => `/ip4/${ip}/tcp/${this.#steadyPort}`)
    return [...new Set([...seen, ...guessed])].slice(0, MAX_PUNCH_ADDRESSES)
  }

  /** The network is another one. */
  clear (): void {
    this.#seen.clear()
  }
}

function byCount (values: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
}
