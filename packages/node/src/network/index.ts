/**
 * The network as the rest of the messenger sees it: peers, addresses, and bounded frame streams. No libp2p type passes
 * this door.
 */
import type { TypedEventTarget } from 'main-event'

/** A peer to reach: its PeerId and what is known of its addresses (multiaddrs in text). */
export interface PeerPlace {
  /** base58 PeerId, `12D3KooW…` */
  peerId: string
  /** multiaddrs in text form, with or without the trailing /p2p */
  addresses: string[]
}

export interface OpenOptions {
  signal?: AbortSignal
}

/** One libp2p stream, cut into length-prefixed frames, with limits both ways. */
export interface FrameStream {
  /** PeerId of the other side, proved by Noise. */
  readonly peerId: string
  /** False while the bytes cross a relay. */
  readonly direct: boolean
  /** Aborts when the stream has ended, for whatever reason. */
  readonly closed: AbortSignal
  /**
   * Resolves when the frame was handed to the connection (back-pressure is waited for). This proves nothing about the
   * other side. @throws UnreachableError when the stream is closed, LimitError FRAME_TOO_LARGE
   */
  send (frame: Uint8Array, options?: OpenOptions): Promise<void>
  /** Incoming frames, one consumer. At most `MAX_BUFFERED_BYTES` wait unread; beyond that the stream is reset. Ends when the stream ends. */
  frames (): AsyncIterable<Uint8Array>
  close (): Promise<void>
  /** Ends the stream at once, for a reason that is logged without content. */
  abort (error: Error): void
}

export type StreamHandler = (stream: FrameStream) => Promise<void>

export interface HandleOptions {
  /** Concurrent streams of one peer; further ones are reset. */
  maxStreamsPerPeer: number
  /** Concurrent streams of all peers. */
  maxStreams: number
}

export interface NetworkEvents {
  'peer:connect': CustomEvent<{ peerId: string }>
  /** A peer that was reached through a relay is now connected directly: streams opened from now on are direct. */
  'peer:direct': CustomEvent<{ peerId: string }>
  'peer:disconnect': CustomEvent<{ peerId: string }>
  /** Identify is through: the peer's protocols are known. */
  'peer:identify': CustomEvent<{ peerId: string, protocols: string[] }>
  'addresses:change': CustomEvent<{ addresses: string[] }>
  /** This machine is in another network; what died with the old one is gone, and dials are worth a try. */
  'network:change': CustomEvent<undefined>
  /** How reachable we believe to be. */
  'reachability:change': CustomEvent<{ reachability: Reachability }>
}

/** offline: no interface but loopback, and nobody connected. public: a public address was confirmed or is configured. */
export type Reachability = 'offline' | 'loopback' | 'lan' | 'public' | 'unknown'

/** trying: a direct connection is being tried. no-address: neither side knows one of the other's. failed: it was tried, and neither router let it through. */
export type RelayedWhy = 'trying' | 'no-address' | 'failed'

export interface ConnectionView {
  peerId: string
  address: string
  direction: 'inbound' | 'outbound'
  direct: boolean
  /** where it is not direct: PeerId of the relay in between */
  relay?: string
  /** where it is not direct: why not */
  why?: RelayedWhy
}

/**
 * What the belief stands on. loopback: only this machine is listened on. none: no interface, nobody there. bound: a public
 * address or a name is on this machine. mapped: the router forwards a port to us. confirmed: others called us back (AutoNAT).
 * called: somebody from far away called. refused: others tried to call back and could not. unknown: nobody was asked yet.
 */
export type ReachWhy = 'loopback' | 'none' | 'bound' | 'mapped' | 'confirmed' | 'called' | 'refused' | 'unknown'

/** A port that the router forwards to this node. */
export interface RouterPort { protocol: 'tcp' | 'udp', external: string, port: number, internalPort: number }

/** A relay that holds a place for this node: who knows its address reaches us through it. */
export interface RelayPlace {
  peerId: string
  /** own addresses through it, each ending in /p2p/<own PeerId> */
  addresses: string[]
  /** Unix milliseconds; renewed before */
  until: number
}

/** How others reach this node, and why we believe so: for `status` and `doctor`. */
export interface ReachView {
  reachability: Reachability
  why: ReachWhy
  /** own public addresses by which others called back, or that a router mapped */
  confirmed: string[]
  /** own public addresses as others saw them, which nobody confirmed yet */
  observed: string[]
  /** what the router said: off where it is not asked (loopback only, or in a page), none where nobody answered, refused where it does not forward */
  router: { state: 'off' | 'searching' | 'none' | 'mapped' | 'refused', ports: RouterPort[] }
  /** empty where none is needed, or none was found yet */
  relays: RelayPlace[]
  /** how many relays this node wants: 0 where others reach it directly */
  relaysWanted: number
}

/** What a DHT may keep and hand out under one namespace. Both are asked for what others say, and before what we say. */
export interface RecordRules {
  /** `/<namespace>/…` of the keys that this is about */
  namespace: string
  /** Resolves where the value may stand there. @throws IntegrityError where it may not */
  validate (key: Uint8Array, value: Uint8Array): Promise<void>
  /** The index of the best of values that may all stand there. */
  select (key: Uint8Array, values: Uint8Array[]): number
}

/** A value as one peer has it; it passed the rules. */
export interface DhtValue { from: string, value: Uint8Array }

/** The DHT of this network. What is not reached in time is left out; nothing here throws for others' silence. */
export interface Dht {
  /** server: keeps records for others */
  readonly mode: 'off' | 'client' | 'server'
  /** Peers in the routing table: without one, a query waits. */
  readonly peers: number
  /** Asks the peers nearest to the key to keep a value. @returns the PeerIds of those who said that they do */
  put (key: Uint8Array, value: Uint8Array, options?: OpenOptions): Promise<string[]>
  /** What others have there, as it comes in. Leaving the loop ends the lookup. */
  values (key: Uint8Array, options?: OpenOptions): AsyncIterable<DhtValue>
  /** Says that this node offers what 32 bytes of SHA-256 stand for. @returns how many peers were told */
  provide (key: Uint8Array, options?: OpenOptions): Promise<number>
  /** Who said so. */
  providers (key: Uint8Array, limit: number, options?: OpenOptions): Promise<PeerPlace[]>
}

export interface Network extends TypedEventTarget<NetworkEvents> {
  readonly peerId: string
  readonly dht: Dht
  readonly reachability: Reachability
  /** Own addresses, each ending in /p2p/…; the best first. */
  addresses (): string[]
  connections (): ConnectionView[]
  reach (): ReachView
  /** How to find peers that offer to relay, where the connected ones do not. */
  findRelaysBy (find: (signal: AbortSignal) => Promise<PeerPlace[]>): void
  /** Whoever is dialled again after a pause is dialled now: the network may be back, or somebody asks for it. */
  hurry (): void
  /** What libp2p counted, as Prometheus text; empty unless it was asked to (`metrics` of its init). No peer is named. */
  metrics (): Promise<string>
  isConnected (peerId: string): boolean
  /** Connected peers that announced the protocol by identify. */
  peersSupporting (protocol: string): PeerPlace[]
  handle (protocol: string, handler: StreamHandler, options: HandleOptions): Promise<void>
  /** A stream as ourselves. Reuses a connection, else dials. @throws UnreachableError */
  open (place: PeerPlace, protocol: string, options?: OpenOptions): Promise<FrameStream>
  /**
   * A stream under a throw-away PeerId that is used for this `scope` only (a mailbox and a day): no listeners, no
   * identify, no DHT. Closes itself when idle. @throws UnreachableError
   */
  openAnonymous (place: PeerPlace, protocol: string, scope: string, options?: OpenOptions): Promise<FrameStream>
  /** Ed25519 signature with the PeerId's key, over `bytes` as they are (the caller separates domains). */
  sign (bytes: Uint8Array): Promise<Uint8Array>
  /** Checks a signature against the key inside an Ed25519 PeerId; false for any other PeerId or bad bytes. */
  verify (peerId: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>
  start (): Promise<void>
  stop (): Promise<void>
}

export { createNetwork } from './libp2p-network.ts'
export type { NetworkInit } from './libp2p-network.ts'
