/**
 * Opus (RFC 6716): libopus as opusscript compiles it to WebAssembly. Its own class hands out addresses in bytes as if they were in
 * samples, so that two codecs of one process write into each other; here every codec has a memory of its own, and room that is its own.
 */
import { createRequire } from 'node:module'

/** Samples per second of all that goes in and out. */
export const RATE = 48_000
/** 20 ms: what one packet carries. */
export const FRAME_SAMPLES = 960
/** Longest packet of Opus, 60 ms in one. */
const MAX_DECODED_SAMPLES = 2880
/** Largest packet that is decoded or made, bytes. */
export const MAX_PACKET_BYTES = 3828
const VOIP = 2048

interface Handler {
  _encode (input: number, bytes: number, output: number, samples: number): number
  _decode (input: number, bytes: number, output: number): number
}

interface Engine {
  OpusScriptHandler: (new (rate: number, channels: number, application: number) => Handler) & { destroy_handler (handler: Handler): void }
  HEAPU8: Uint8Array
  HEAPU16: Uint16Array
  _malloc (bytes: number): number
}

export class Opus {
  readonly channels: number
  readonly #engine: Engine
  readonly #handler: Handler
  /** one byte of sound in each 16 bits, as the binding wants it */
  readonly #sound: number
  readonly #packet: number
  /** what a packet of 20 ms in the manner of the last one begins with */
  #manner: number | undefined

  constructor (channels = 1) {
    this.channels = channels
    this.#engine = (createRequire(import.meta.url)('opusscript/build/opusscript_native_wasm.js') as () => Engine)()
    this.#handler = new this.#engine.OpusScriptHandler(RATE, channels, VOIP)
    this.#sound = this.#engine._malloc(2 * 2 * MAX_DECODED_SAMPLES * channels)
    this.#packet = this.#engine._malloc(MAX_PACKET_BYTES)
  }

  /** FRAME_SAMPLES of one channel. */
  encode (frame: Int16Array): Uint8Array {
    const bytes = new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength)
    this.#engine.HEAPU16.set(bytes, this.#sound / 2)
    const length = this.#handler._encode(this.#sound, bytes.byteLength, this.#packet, frame.length)
    if (length < 0) throw new Error(`Opus refused a frame (${length})`)
    return this.#engine.HEAPU8.slice(this.#packet, this.#packet + length)
  }

  /** Samples of all channels in turn. @throws where the packet is damaged or too large */
  decode (packet: Uint8Array): Int16Array {
    const [first] = packet
    if (first === undefined || packet.byteLength > MAX_PACKET_BYTES) throw new Error('this is no packet of Opus')
    const sound = this.#decode(packet)
    this.#manner = mannerOf(first)
    return sound
  }

  /**
   * FRAME_SAMPLES in place of a packet that did not come: what was heard goes on, and fades where more is missing (RFC 6716 §4.4).
   * A packet without a frame in it stands for a lost one; so its length is known too (RFC 6716 §3.2.1).
   */
  conceal (): Int16Array {
    return this.#manner === undefined ? new Int16Array(FRAME_SAMPLES * this.channels) : this.#decode(Uint8Array.of(this.#manner))
  }

  #decode (packet: Uint8Array): Int16Array {
    this.#engine.HEAPU8.set(packet, this.#packet)
    const samples = this.#handler._decode(this.#packet, packet.byteLength, this.#sound)
    if (samples < 0 || samples > MAX_DECODED_SAMPLES) throw new Error(`Opus refused a packet (${samples})`)
    const bytes = Uint8Array.from(this.#engine.HEAPU16.subarray(this.#sound / 2, this.#sound / 2 + 2 * samples * this.channels))
    return new Int16Array(bytes.buffer)
  }

  close (): void { this.#engine.OpusScriptHandler.destroy_handler(this.#handler) }
}

/** The first byte of a packet with one frame of 20 ms, of the same mode, band and channels (RFC 6716 §3.1). */
function mannerOf (first: number): number {
  const config = first >> 3
  const same = config < 12 ? (config & ~3) | 1 : config < 16 ? config | 1 : config | 3
  return (same << 3) | (first & 4)
}
