/** Adds WebRTC-direct and WebRTC to a host that runs: they take 150 ms to load, which nobody should wait for at start. */
import { WEBRTC_CERTIFICATE_MS } from '../config.ts'
import { key, tables } from '../store/keys.ts'
import { isFirst } from './addresses.ts'
import { calmListeners } from './calm-listener.ts'
import { acquireWebRTC } from './webrtc-runtime.ts'
import type { Host } from './host.ts'
import type { Components } from '../components.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { TransportCertificate } from '@libp2p/webrtc'

type Kept = Pick<Components, 'clock'> & Partial<Pick<Components, 'store'>>

/** One certificate per profile, at a place of its own in the table. */
const CERTIFICATE_KEY = key(tables.peers, new Uint8Array(16))
/** What the certificate itself says, ms: a year. */
const LIFESPAN_MS = 365 * 24 * 60 * 60 * 1000
/** Left of that when a running node makes a new one, ms: the library's timer takes no more than 24 days. */
const RENEWAL_MS = 345 * 24 * 60 * 60 * 1000

export interface WebRTCInit {
  listen: readonly string[]
  loopbackOnly: boolean
}

/** @returns ends it, once the host has stopped */
export async function addWebRTC (components: Kept, host: Host, init: WebRTCInit): Promise<() => Promise<void>> {
  const [library, { multiaddr }, { start, stop }, release] = await Promise.all([
    import('./webrtc-library.ts'), import('@multiformats/multiaddr'), import('@libp2p/interface'), acquireWebRTC()
  ])
  // no ICE servers: the library's default asks four strangers. Bound to loopback, no packet can leave it.
  const rtcConfiguration = { iceServers: [], ...(init.loopbackOnly ? { bindAddress: '127.0.0.1' } : {}) }
  const certificate = await loadCertificate(components)
  const direct = library.webRTCDirect({
    rtcConfiguration,
    certificateLifespan: LIFESPAN_MS,
    certificateRenewalThreshold: RENEWAL_MS,
    ...(certificate === undefined ? {} : { certificate })
  })(host.components)
  calmListeners(direct)
  const relayed = library.webRTC({ rtcConfiguration })(host.components)
  const { transportManager } = host.components
  transportManager.add(direct)
  transportManager.add(relayed)
  const end = async (): Promise<void> => {
    await stop(direct, relayed)
    await release()
  }
  try {
    await start(direct, relayed)
    if (certificate === undefined) await saveCertificate(components, (direct as { certificate?: TransportCertificate }).certificate)
    await transportManager.listen(init.listen.filter(address => !isFirst(address)).map((address): Multiaddr => multiaddr(address)))
  } catch (error) {
    await end()
    throw error
  }
  return end
}

/** A young enough certificate of an earlier run, so that addresses in old links still lead here. */
async function loadCertificate ({ clock, store }: Kept): Promise<TransportCertificate | undefined> {
  const bytes = await store?.get(CERTIFICATE_KEY)
  if (bytes === undefined) return undefined
  const { time, privateKey, pem, certhash } = JSON.parse(new TextDecoder().decode(bytes)) as TransportCertificate & { time: number }
  return clock.now() - time > WEBRTC_CERTIFICATE_MS ? undefined : { privateKey, pem, certhash }
}

async function saveCertificate ({ clock, store }: Kept, certificate: TransportCertificate | undefined): Promise<void> {
  if (store === undefined || certificate === undefined) return
  const value = new TextEncoder().encode(JSON.stringify({ time: clock.now(), ...certificate }))
  await store.batch([{ type: 'put', key: CERTIFICATE_KEY, value }])
}
