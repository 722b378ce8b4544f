/**
 * A personal node tells contacts who call under which address they are seen (CALL-12). It keeps nothing of who asked but how often, for
 * a moment.
 */
import { MAX_STUN_SERVERS, parseStunAddress } from '@sotto/protocols/call'
import { platform } from '#platform'
import { answerBinding } from './stun.ts'
import type { Clock } from '../components.ts'
import type { DatagramSocket } from '../platform/platform.ts'

/** Answers to one address in a second: a call asks a few times from a few ports. */
const ANSWERS_PER_SOURCE = 10
/** Answers in a second in all: more is no house full of callers. */
const ANSWERS_IN_ALL = 500
const WINDOW_MS = 1000

export class StunServer {
  readonly #clock: Clock
  readonly #socket: DatagramSocket
  /** how often each address was answered since `#since`; at most ANSWERS_IN_ALL of them */
  readonly #answered = new Map<string, number>()
  #since = 0
  #count = 0

  private constructor (clock: Clock, socket: DatagramSocket) {
    this.#clock = clock
    this.#socket = socket
  }

  /** @param port the port to listen at where it is free, else any. @returns undefined where the platform has no datagrams */
  static async open (clock: Clock, host: string, port: number): Promise<StunServer | undefined> {
    const late: { server?: StunServer } = {}
    const socket = await platform.datagrams(host, port, (bytes, address, from) => {
      const { server } = late
      if (server !== undefined) server.#asked(bytes, address, from)
    })
    if (socket === undefined) return undefined
    const server = late.server = new StunServer(clock, socket)
    return server
  }

  get port (): number { return this.#socket.port }

  /** `host:port`, of the hosts of these multiaddrs: those that others may see first. */
  announced (addresses: readonly string[]): string[] {
    const hosts = addresses.filter(address => !address.includes('/p2p-circuit')).flatMap(address => {
      const [, family, host = ''] = /^\/(ip[46])\/([^/]+)\//.exec(address) ?? []
      return family === undefined ? [] : [family === 'ip6' ? `[${host}]` : host]
    })
    const places = [...new Set(hosts)].map(host => `${host}:${this.port}`).filter(place => parseStunAddress(place) !== undefined)
    const far = places.filter(place => parseStunAddress(place)?.loopback === false)
    return (far.length > 0 ? far : places).slice(0, MAX_STUN_SERVERS)
  }

  async stop (): Promise<void> { await this.#socket.close() }

  #asked (bytes: Uint8Array, address: string, port: number): void {
    const now = this.#clock.now()
    if (Math.abs(now - this.#since) >= WINDOW_MS) {
      this.#since = now
      this.#count = 0
      this.#answered.clear()
    }
    const before = this.#answered.get(address) ?? 0
    if (before >= ANSWERS_PER_SOURCE || this.#count >= ANSWERS_IN_ALL) return
    const answer = answerBinding(bytes, address, port)
    if (answer === undefined) return
    this.#answered.set(address, before + 1)
    this.#count++
    this.#socket.send(answer, address, port)
  }
}
