/** What a personal node says to who asks for their own address: STUN, binding requests only (RFC 8489 §5, §6.3.1, §14.2). */
import { parseIp } from './ip.ts'

const HEADER_BYTES = 20
const COOKIE = 0x2112a442
const [BINDING_REQUEST, BINDING_SUCCESS, XOR_MAPPED_ADDRESS] = [0x0001, 0x0101, 0x0020]
/** Longest request that is looked at: with all that clients of WebRTC add it has some 100 bytes. */
export const MAX_STUN_BYTES = 548

/** The answer; undefined for what is no binding request, and for one that demands what is not understood. */
export function answerBinding (request: Uint8Array, address: string, port: number): Uint8Array | undefined {
  if (request.byteLength < HEADER_BYTES || request.byteLength > MAX_STUN_BYTES) return undefined
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  const length = view.getUint16(2)
  if (view.getUint16(0) !== BINDING_REQUEST || view.getUint32(4) !== COOKIE || length % 4 !== 0 || length !== request.byteLength - HEADER_BYTES) return undefined
  for (let at = HEADER_BYTES; at < request.byteLength;) {
    if (view.getUint16(at) < 0x8000) return undefined // comprehension is required (§14): credentials and the like
    at += 4 + Math.ceil(view.getUint16(at + 2) / 4) * 4
    if (at > request.byteLength) return undefined
  }
  const ip = parseIp(address)
  if (ip === undefined) return undefined
  const answer = new Uint8Array(HEADER_BYTES + 8 + ip.byteLength)
  const out = new DataView(answer.buffer)
  out.setUint16(0, BINDING_SUCCESS)
  out.setUint16(2, answer.byteLength - HEADER_BYTES)
  answer.set(request.subarray(4, HEADER_BYTES), 4)
  out.setUint16(20, XOR_MAPPED_ADDRESS)
  out.setUint16(22, 4 + ip.byteLength)
  out.setUint8(25, ip.byteLength === 4 ? 1 : 2)
  out.setUint16(26, port ^ (COOKIE >>> 16))
  ip.forEach((byte, at) => { answer[28 + at] = byte ^ (answer[4 + at] ?? 0) })
  return answer
}
