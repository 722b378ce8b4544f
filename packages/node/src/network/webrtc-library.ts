/** The library of WebRTC's transports. A file of its own, so that a page fetches it together with what else comes once it is connected. */
export { webRTC, webRTCDirect } from '@libp2p/webrtc'
