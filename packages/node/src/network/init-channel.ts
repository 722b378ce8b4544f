/**
 * Mends a race of @libp2p/webrtc 6.0: who dials awaits `open`, then `close` of its data channel `init`, while the other
 * side closes that channel as soon as it sees it. Where both events came before anybody listened, the dial hangs until
 * its signal fires (about one in eight). Late listeners are told again, and who waits for a connection that has ended is
 * told so.
 */
interface Channel extends EventTarget {
  readonly label: string
  readonly readyState: string
}

interface PeerConnection extends EventTarget {
  readonly connectionState: string
}

type CreateDataChannel = (this: PeerConnection, label: string, ...rest: unknown[]) => Channel

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
    if (label === 'init') {
      replay(channel)
      failWith(this, channel)
    }
    return channel
  }
}

/** A connection that ends before the channel opened leaves the channel silent: who waits for it hears an `error`. */
function failWith (peerConnection: PeerConnection, channel: Channel): void {
  peerConnection.addEventListener('connectionstatechange', () => {
    if (/^(closed|failed)$/.test(peerConnection.connectionState)) channel.dispatchEvent(new Event('error'))
  })
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
