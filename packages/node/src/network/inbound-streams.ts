/**
 * Protocols that we answer, and the streams under way.
 *
 * Invariants: no protocol ever has more streams than its `maxStreams`, no peer more than `maxStreamsPerPeer` of them,
 * over all its connections; a stream leaves the count exactly once, when it has ended.
 */
import { MAX_OUTBOUND_STREAMS } from '../config.ts'
import { LimitError, PeerError } from '../errors.ts'
import { Libp2pFrameStream } from './frame-stream.ts'
import type { HandleOptions, StreamHandler } from './index.ts'
import type { Clock, Logger } from '../components.ts'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'

interface Served {
  handler: StreamHandler
  options: HandleOptions
  streams: Set<Libp2pFrameStream>
  perPeer: Map<string, number>
}

export class InboundStreams {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #protocols = new Map<string, Served>()

  constructor (components: { clock: Clock, logger: Logger }) {
    this.#clock = components.clock
    this.#log = components.logger.scope('network')
  }

  add (protocol: string, handler: StreamHandler, options: HandleOptions): void {
    this.#protocols.set(protocol, { handler, options, streams: new Set(), perPeer: new Map() })
  }

  async registerAll (libp2p: Libp2p): Promise<void> {
    for (const protocol of this.#protocols.keys()) await this.register(libp2p, protocol)
  }

  async register (libp2p: Libp2p, protocol: string): Promise<void> {
    const served = this.#protocols.get(protocol)
    if (served === undefined) return
    await libp2p.handle(protocol, (stream, connection) => { this.#accept(protocol, served, stream, connection) }, {
      force: true,
      maxInboundStreams: served.options.maxStreamsPerPeer,
      maxOutboundStreams: MAX_OUTBOUND_STREAMS,
      runOnLimitedConnection: true
    })
  }

  abortAll (): void {
    for (const { streams } of this.#protocols.values()) {
      for (const stream of streams) stream.abort(new PeerError('REFUSED', 'the node stops'))
    }
  }

  #accept (protocol: string, served: Served, raw: Stream, connection: Connection): void {
    const peer = connection.remotePeer.toString()
    const ofPeer = served.perPeer.get(peer) ?? 0
    if (ofPeer >= served.options.maxStreamsPerPeer || served.streams.size >= served.options.maxStreams) {
      raw.abort(new LimitError('LIMIT_EXCEEDED', 'too many streams'))
      return
    }
    const stream = new Libp2pFrameStream(raw, connection, this.#clock)
    served.streams.add(stream)
    served.perPeer.set(peer, ofPeer + 1)
    const leave = (): void => {
      served.streams.delete(stream)
      const left = (served.perPeer.get(peer) ?? 1) - 1
      if (left === 0) served.perPeer.delete(peer)
      else served.perPeer.set(peer, left)
    }
    if (stream.closed.aborted) leave()
    else stream.closed.addEventListener('abort', leave, { once: true })
    this.#serve(protocol, served.handler, stream).catch(() => {}) // it ends the stream where it fails
  }

  async #serve (protocol: string, handler: StreamHandler, stream: Libp2pFrameStream): Promise<void> {
    try {
      await handler(stream)
      await stream.close()
    } catch (error) {
      if (!stream.closed.aborted) this.#log('a handler of %s failed: %s', protocol, error instanceof Error ? error.name : 'unknown')
      stream.abort(error instanceof Error ? error : new PeerError('REFUSED', 'the handler failed'))
    }
  }
}
