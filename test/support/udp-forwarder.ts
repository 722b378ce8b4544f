/** A bad line on loopback: datagrams are lost by the dice of a seed, and late. */
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'

export interface Line {
  /** share that is lost, 0 to 1 */
  loss: number
  /** each way, ms */
  delayMs: number
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32, by Tommy Ettinger, public domain). */
export function dice (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Between two ports of this machine. Who sends to `toFirst` reaches the first, who sends to `toSecond` the second. */
export class UdpForwarder {
  readonly line: Line
  readonly #sockets: [Socket, Socket]
  readonly #ports: [number | undefined, number | undefined] = [undefined, undefined]
  readonly #timers = new Set<NodeJS.Timeout>()
  forwarded = 0
  lost = 0
  /** to whom the first datagram of all went */
  first: 0 | 1 | undefined

  private constructor (sockets: [Socket, Socket], line: Line, roll: () => number) {
    this.#sockets = sockets
    this.line = line
    sockets.forEach((socket, at) => {
      socket.on('message', bytes => {
        this.first ??= at === 0 ? 0 : 1
        if (roll() < this.line.loss) {
          this.lost++
          return
        }
        const timer = setTimeout(() => {
          this.#timers.delete(timer)
          const port = this.#ports[at]
          if (port === undefined) return // nobody knows yet where that is
          this.forwarded++
          sockets[1 - at]?.send(bytes, port, '127.0.0.1')
        }, this.line.delayMs)
        this.#timers.add(timer)
      })
    })
  }

  static async open (line: Line, seed: number): Promise<UdpForwarder> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as [Socket, Socket]
    await Promise.all(sockets.map(async socket => new Promise<void>(resolve => { socket.bind(0, '127.0.0.1', resolve) })))
    return new UdpForwarder(sockets, { ...line }, dice(seed))
  }

  get toFirst (): number { return this.#sockets[0].address().port }
  get toSecond (): number { return this.#sockets[1].address().port }

  /** Where the first or the second listens. */
  at (side: 0 | 1, port: number): void { this.#ports[side] = port }

  /** The candidate of one side as the other one is told it: it points here. */
  through (side: 0 | 1, candidate: string): string {
    const parts = candidate.split(' ')
    this.at(side, Number(parts[5]))
    parts[5] = String(side === 0 ? this.toFirst : this.toSecond)
    return parts.join(' ')
  }

  close (): void {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets) socket.close()
  }
}
