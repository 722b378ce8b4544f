/** The packets of an Ogg Opus file (RFC 3533, RFC 7845). */
import { bad } from './wav.ts'

export interface OpusPackets {
  channels: number
  /** samples at 48 kHz to leave out at the start */
  preSkip: number
  packets: Uint8Array[]
}

/** Packets of one file: an hour of 20 ms and half an hour more. */
const MAX_PACKETS = 270_000
/** Largest packet of Opus in one frame of any kind, bytes (RFC 6716 §3.4). */
const MAX_PACKET_BYTES = 1275 * 48

/** The first logical stream of the file. Checksums of pages are not looked at: the file is the user's own. @throws UsageError BAD_AUDIO */
export function decodeOggOpus (bytes: Uint8Array): OpusPackets {
  const packets: Uint8Array[] = []
  let serial: number | undefined
  let begun: Uint8Array[] = []
  let size = 0
  for (let at = 0; at + 27 <= bytes.byteLength;) {
    if (bytes[at] !== 0x4f || bytes[at + 1] !== 0x67 || bytes[at + 2] !== 0x67 || bytes[at + 3] !== 0x53) throw bad('its pages are damaged')
    const view = new DataView(bytes.buffer, bytes.byteOffset + at)
    const count = view.getUint8(26)
    const table = bytes.subarray(at + 27, at + 27 + count)
    let from = at + 27 + count
    const mine = serial === undefined || serial === view.getUint32(14, true)
    serial ??= view.getUint32(14, true)
    for (const length of table) {
      if (from + length > bytes.byteLength) { // cut off: what came before is played
        from = bytes.byteLength
        break
      }
      if (mine) {
        begun.push(bytes.subarray(from, from + length))
        size += length
        if (size > MAX_PACKET_BYTES || packets.length > MAX_PACKETS) throw bad('it is too large')
        if (length < 255) {
          packets.push(joined(begun, size))
          begun = []
          size = 0
        }
      }
      from += length
    }
    at = from
  }
  const head = packets[0]
  if (head === undefined || new TextDecoder().decode(head.subarray(0, 8)) !== 'OpusHead' || head.byteLength < 19) throw bad('it holds no Opus')
  const channels = head[9] ?? 0
  if (channels < 1 || channels > 2 || head[18] !== 0) throw bad('it has more than two channels')
  return { channels, preSkip: new DataView(head.buffer, head.byteOffset).getUint16(10, true), packets: packets.slice(2) }
}

function joined (parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
