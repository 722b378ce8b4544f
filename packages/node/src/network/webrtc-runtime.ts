/**
 * The WebRTC that a process has: the page's own, or in Node node-datachannel, a native library that is one for the
 * whole process. Its channels can outlive their connections and then keep a process from ending: when the last host
 * that used it has stopped, it is cleaned up.
 */
import { mendInitChannel } from './init-channel.ts'
import type { PeerConnectionClass } from './init-channel.ts'

// in variables: a bundler for pages must not follow them
const POLYFILL = 'node-datachannel/polyfill'
const NATIVE = 'node-datachannel'

/** Hosts that use it just now. */
let users = 0

/** @returns call it once the host has stopped */
export async function acquireWebRTC (): Promise<() => Promise<void>> {
  users++
  const own = (globalThis as { RTCPeerConnection?: unknown }).RTCPeerConnection
  // where neither is found all works as before, with a dial lost now and then
  const found = own ?? (await import(POLYFILL).catch(() => ({})) as { RTCPeerConnection?: unknown }).RTCPeerConnection
  if (found !== undefined) mendInitChannel(found as PeerConnectionClass)
  return async () => {
    users--
    if (users > 0 || own !== undefined) return
    const { cleanup } = await import(NATIVE).catch(() => ({})) as { cleanup?: () => void }
    if (users === 0) cleanup?.()
  }
}
