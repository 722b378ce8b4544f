/** A small reader and writer for what only this device reads again. Numbers big-endian; byte strings with a 4-byte length. */
import { concat } from 'uint8arrays/concat'

export class Writer {
  readonly #parts: Uint8Array[] = []

  uint (value: number, bytes: 1 | 2 | 4 | 8): this {
    const part = new Uint8Array(bytes)
    const view = new DataView(part.buffer)
    if (bytes === 1) view.setUint8(0, value)
    else if (bytes === 2) view.setUint16(0, value)
    else if (bytes === 4) view.setUint32(0, value)
    else view.setBigUint64(0, BigInt(value))
    this.#parts.push(part)
    return this
  }

  /** of a length that the reader knows */
  raw (bytes: Uint8Array): this {
    this.#parts.push(bytes)
    return this
  }

  bytes (bytes: Uint8Array): this {
    return this.uint(bytes.byteLength, 4).raw(bytes)
  }

  list<T> (items: Iterable<T>, write: (item: T) => void): this {
    const all = [...items]
    this.uint(all.length, 2)
    for (const item of all) write(item)
    return this
  }

  end (): Uint8Array {
    return concat(this.#parts)
  }
}

/** Throws RangeError past the end. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor (bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  uint (bytes: 1 | 2 | 4 | 8): number {
    const at = this.#at
    this.#at += bytes
    if (bytes === 1) return this.#view.getUint8(at)
    if (bytes === 2) return this.#view.getUint16(at)
    if (bytes === 4) return this.#view.getUint32(at)
    return Number(this.#view.getBigUint64(at))
  }

  raw (length: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    if (part.byteLength !== length) throw new RangeError('past the end')
    this.#at += length
    return part
  }

  bytes (): Uint8Array {
    return this.raw(this.uint(4))
  }

  list<T> (read: () => T): T[] {
    return Array.from({ length: this.uint(2) }, read)
  }

  get done (): boolean {
    return this.#at === this.#bytes.byteLength
  }
}
