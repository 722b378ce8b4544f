/** What a node is made with, and what one gets. */
import type { CallId, DeviceId, IdentityId, Messenger } from './api.ts'
import type { CallHandover } from './calls/index.ts'
import type { Clock } from './components.ts'
import type { NetworkInit } from './network/index.ts'
import type { IceServer, MediaMaker } from './platform/media.ts'

/** Where a node listens unless told otherwise: every interface, a free port each. */
export const DEFAULT_LISTEN: readonly string[] = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']
/** A page opens no socket: others come through a relay, or are brought together by one. */
export const PAGE_LISTEN: readonly string[] = ['/p2p-circuit', '/webrtc']

export interface NodeInit {
  profile: string
  passphrase?: string | undefined
  /** public (default): joins the public IPFS DHT. local: only what is given, and the LAN */
  network?: 'public' | 'local' | undefined
  /** multiaddrs with /p2p to join by, beside the usual ones of `public` */
  bootstrap?: string[] | undefined
  /** multiaddrs; all loopback means that only loopback is ever contacted */
  listen?: string[] | undefined
  /** multiaddrs to listen on beside them, for pages; where this node may go, they do not decide */
  pageListen?: string[] | undefined
  /** whose mail this node keeps. Default: off; for a resident node `contacts`, and `volunteer` where it is publicly reachable */
  mailbox?: 'off' | 'contacts' | 'volunteer' | undefined
  /** bytes for all mail of others */
  mailboxBytes?: number | undefined
  /** a personal node that stays: serves as relay and mailbox */
  resident?: boolean | undefined
  signal?: AbortSignal | undefined
  onProgress?: ((line: string) => void) | undefined
  /** lines for developers; see DEBUG in CONTRIBUTING.md */
  log?: { enabled: (scope: string) => boolean, write: (line: string) => void } | undefined
  /** `https://…`: the page that `self().webLink` leads to; http on loopback alone */
  webHost?: string | undefined
  /** servers for calls: `stun:host:port`, `turn:host:port` with name and secret; kept in the profile for the next start. Default: what is kept, at first none of anybody */
  iceServers?: IceServer[] | undefined
  /** makes the engines of calls elsewhere: in the tab in which one talks. Default: here */
  media?: MediaMaker | undefined
  /** keeps the calls that are had elsewhere, for the node that comes after this one */
  handover?: CallHandover | undefined
  /** tell contacts who call how they are seen (STUN). Default: where this node is resident and not on loopback alone */
  stun?: boolean | undefined
  /** for tests that move time, or stay in one process */
  clock?: Clock
  transports?: NetworkInit['transports']
  networkLimits?: NetworkInit['limits']
  /** counts what libp2p does too, for `metrics()` */
  metrics?: boolean | undefined
}

export interface SottoNode extends Messenger {
  readonly id: IdentityId
  readonly device: DeviceId
  readonly peerId: string
  /** sentences for the user: what was found wrong at the start and put right */
  readonly warnings: string[]
  /** own multiaddrs, each ending in /p2p/… */
  addresses (): string[]
  /** In a page: the MediaStreams of a call that goes on, the same two for its whole length; their tracks come and go. */
  callStreams (call: CallId): { local: unknown, remote: unknown } | undefined
  /** Aborts, with a NodeError as its reason, when the node cannot go on (a full disk closed its store): stop it, and start anew. */
  readonly failed: AbortSignal
  /** Numbers for a monitor, as Prometheus text: nobody is named, and nothing tells who talks to whom. */
  metrics (): Promise<string>
  /** Ends everything and lets other processes in. Resolves when all is on disk. */
  stop (): Promise<void>
}
