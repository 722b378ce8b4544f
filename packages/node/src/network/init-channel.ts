/**
 * Mends a race of @libp2p/webrtc 6.0: who dials awaits `open`, then `close` of its data channel `init`, while the other
 * side closes that channel as soon as it sees it. Where both events came before anybody listened, the dial hangs until
 * its signal fires (about one in eight). Late listeners are told again.
 */
interface Channel extends EventTarget {
  readonly label: string
  readonly readyState: string
}

type CreateDataChannel = (this: object, label: string, ...rest: unknown[]) => Channel

/** The part of an RTCPeerConnection class that is mended. */
export interface PeerConnectionClass { prototype: { createDataChannel: CreateDataChannel } }

const mended = new WeakSet<object>()

export function mendInitChannel (peerConnection: PeerConnectionClass): void {
  const { prototype } = peerConnection
  if (mended.has(prototype)) return
  mended.add(prototype)
  const create = prototype.createDataChannel
  prototype.createDataChannel = function (label, ...rest) {
    const channel = create.call(this, label, ...rest)
    if (label === 'init') replay(channel)
    return channel
  }
}

function replay (channel: Channel): void {
  const listen = channel.addEventListener.bind(channel)
  const seen = new Set<string>()
  const passed = (type: string): boolean =>
    seen.has(type) || (type === 'open' && channel.readyState !== 'connecting') || (type === 'close' && channel.readyState === 'closed')
  for (const type of ['open', 'close']) listen(type, () => { seen.add(type) })
  // a channel can go from connecting to closing: who waits for `open` would wait for ever
  for (const type of ['closing', 'close']) listen(type, () => { if (!seen.has('open')) channel.dispatchEvent(new Event('open')) })
  channel.addEventListener = (type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void => {
    listen(type, listener, options)
    if (listener === null || !passed(type)) return
    queueMicrotask(() => {
      if (typeof listener === 'function') listener.call(channel, new Event(type))
      else listener.handleEvent(new Event(type))
    })
  }
}

/**
 * Mends the class that @libp2p/webrtc uses here: the page's own, or in Node node-datachannel's. Where that is not to be
 * found all works as before, with a dial lost now and then.
 */
export async function mendWebRTC (): Promise<void> {
  const native = (globalThis as { RTCPeerConnection?: unknown }).RTCPeerConnection
  // the name in a variable: a bundler for pages must not follow it
  const name = 'node-datachannel/polyfill'
  const polyfill = native === undefined ? await import(name).catch(() => ({})) as { RTCPeerConnection?: unknown } : {}
  const found = native ?? polyfill.RTCPeerConnection
  if (found !== undefined) mendInitChannel(found as PeerConnectionClass)
}
