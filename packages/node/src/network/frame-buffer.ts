/**
 * Bytes in, frames out: an unsigned varint length, then that many bytes. Holds the bytes in one growing block, so that
 * a million one-byte writes of a hostile peer cost a million bytes and not a million objects.
 *
 * Invariants: `size` never exceeds what was pushed and not taken; a frame is a copy that pins nothing.
 */
import { PeerError } from '../errors.ts'

/** 7 bits each: 2^21 is more than any frame may have. */
const MAX_LENGTH_BYTES = 3
const MIN_BLOCK = 4096

export class FrameBuffer {
  #block = new Uint8Array(MIN_BLOCK)
  #start = 0
  #end = 0
  readonly #maxFrame: number

  constructor (maxFrame: number) {
    this.#maxFrame = maxFrame
  }

  /** Bytes that wait. */
  get size (): number {
    return this.#end - this.#start
  }

  push (bytes: Uint8Array): void {
    this.#room(bytes.byteLength)
    this.#block.set(bytes, this.#end)
    this.#end += bytes.byteLength
  }

  /**
   * The next whole frame, or undefined while it is not all here.
   * @throws PeerError FRAME_TOO_LARGE, PROTOCOL_VIOLATION (a length that does not end)
   */
  shift (): Uint8Array | undefined {
    const next = this.#header()
    return next === undefined ? undefined : this.#take(next.header, next.length)
  }

  /** Whether `shift` would give a frame. @throws as shift */
  has (): boolean {
    const next = this.#header()
    return next !== undefined && this.size >= next.header + next.length
  }

  clear (): void {
    this.#start = this.#end = 0
    this.#block = new Uint8Array(0)
  }

  #header (): { header: number, length: number } | undefined {
    let length = 0
    for (let i = 0; this.#start + i < this.#end; i++) {
      if (i === MAX_LENGTH_BYTES) throw new PeerError('PROTOCOL_VIOLATION', 'the length of a frame does not end')
      const byte = this.#block[this.#start + i] ?? 0
      length |= (byte & 0x7f) << (7 * i)
      if (length > this.#maxFrame) throw new PeerError('FRAME_TOO_LARGE', `a frame of more than ${this.#maxFrame} bytes was announced`)
      if ((byte & 0x80) === 0) return { header: i + 1, length }
    }
    return undefined
  }

  #take (header: number, length: number): Uint8Array | undefined {
    if (this.size < header + length) return undefined
    const from = this.#start + header
    const frame = this.#block.slice(from, from + length)
    this.#start = from + length
    if (this.#start === this.#end) {
      this.#start = this.#end = 0
      if (this.#block.byteLength > 16 * MIN_BLOCK) this.#block = new Uint8Array(MIN_BLOCK)
    }
    return frame
  }

  /** Moves what waits to the front, in a larger block where it must. */
  #room (bytes: number): void {
    if (this.#end + bytes <= this.#block.byteLength) return
    const needed = this.size + bytes
    const block = needed <= this.#block.byteLength / 2 ? this.#block : new Uint8Array(Math.max(MIN_BLOCK, 2 ** Math.ceil(Math.log2(needed)) * 2))
    block.set(this.#block.subarray(this.#start, this.#end))
    this.#block = block
    this.#end = this.size
    this.#start = 0
  }
}

/** The length before a frame. */
export function frameHeader (length: number): Uint8Array {
  const bytes: number[] = []
  for (; length >= 0x80; length >>>= 7) bytes.push((length & 0x7f) | 0x80)
  bytes.push(length)
  return Uint8Array.from(bytes)
}
