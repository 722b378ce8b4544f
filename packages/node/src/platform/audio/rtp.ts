/** The packets of RTP (RFC 3550 §5.1), as far as one stream of sound needs them. */

export interface RtpPacket { payloadType: number, sequence: number, timestamp: number, ssrc: number, payload: Uint8Array }

const HEADER_BYTES = 12

export function encodeRtp ({ payloadType, sequence, timestamp, ssrc, payload }: RtpPacket): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.byteLength)
  const view = new DataView(bytes.buffer)
  bytes[0] = 0x80
  bytes[1] = payloadType
  view.setUint16(2, sequence & 0xffff)
  view.setUint32(4, timestamp >>> 0)
  view.setUint32(8, ssrc)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/** undefined for what is no packet of RTP (RTCP has payload types 64 to 95 here, RFC 5761 §4). */
export function decodeRtp (bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = view.getUint8(0)
  const payloadType = view.getUint8(1) & 0x7f
  if (first >> 6 !== 2 || (payloadType >= 64 && payloadType <= 95)) return undefined
  let start = HEADER_BYTES + 4 * (first & 0x0f)
  if ((first & 0x10) !== 0) {
    if (start + 4 > bytes.byteLength) return undefined
    start += 4 + 4 * view.getUint16(start + 2)
  }
  const end = (first & 0x20) === 0 ? bytes.byteLength : bytes.byteLength - view.getUint8(bytes.byteLength - 1)
  if (start > end || start > bytes.byteLength) return undefined
  return { payloadType, sequence: view.getUint16(2), timestamp: view.getUint32(4), ssrc: view.getUint32(8), payload: bytes.subarray(start, end) }
}
